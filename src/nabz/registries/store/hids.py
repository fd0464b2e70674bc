"""The SQL of HIDs: each change takes effect only in the state that it begins from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from nabz.kit.db import unique
from nabz.kit.errors import Busy
from nabz.registries.model import HidState, HidStatus
from nabz.registries.tables import TO_BE_USED, hids

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Row

    from nabz.kit.db import Tx

_FIELDS: Final = (
    "hid",
    "person",
    "insurer",
    "state",
    "facility",
    "provider",
    "made_at",
    "expires_at",
    "used_for",
    "reason",
)


def find(tx: Tx, hid: str) -> HidState | None:
    """Read an HID."""
    row = tx.execute(select(hids).where(hids.c.data_set == tx.data_set, hids.c.hid == hid)).first()
    return _state(row) if row is not None else None


def of_visit(tx: Tx, visit: str) -> HidState | None:
    """Read the HID that was issued for a visit and is still to be used."""
    query = select(hids).where(hids.c.data_set == tx.data_set, hids.c.visit == visit, hids.c.state == HidStatus.ISSUED)
    row = tx.execute(query).first()
    return _state(row) if row is not None else None


def issue(tx: Tx, new: HidState, visit: str) -> bool:
    """Insert an HID for a visit, unless the visit has one; a number that another took at this moment is Busy."""
    into = postgresql.insert(hids) if tx.engine == "postgresql" else sqlite.insert(hids)
    free = into.values(_row(new, tx.data_set, visit)).on_conflict_do_nothing(
        index_elements=["data_set", "visit"], index_where=text(TO_BE_USED)
    )
    with unique(Busy(retry_after=1)):
        return tx.execute(free).rowcount == 1


def reserve(tx: Tx, new: Iterable[HidState]) -> None:
    """Insert HIDs that are nobody's yet. Raises Busy."""
    with unique(Busy(retry_after=1)):
        tx.execute(insert(hids), [_row(each, tx.data_set, None) for each in new])


def change(tx: Tx, hid: str, before: HidStatus, now: datetime, **values: object) -> bool:
    """Change an HID that is in this state, and tell whether it was."""
    query = update(hids).where(hids.c.data_set == tx.data_set, hids.c.hid == hid, hids.c.state == before)
    return tx.execute(query.values(changed_at=now, **values)).rowcount == 1


def release(tx: Tx, hid: str, used_for: str, now: datetime) -> None:
    """Give an HID back that was used for this; its visit may have got another meanwhile, so it has none any more."""
    mine = (hids.c.data_set == tx.data_set, hids.c.hid == hid, hids.c.state == HidStatus.USED)
    free = update(hids).where(*mine, hids.c.used_for == used_for)
    tx.execute(free.values(state=HidStatus.ISSUED, used_for="", visit=None, changed_at=now))


def _row(of: HidState, data_set: int, visit: str | None) -> dict[str, Any]:
    fields = {name: getattr(of, name) for name in _FIELDS}
    return {"data_set": data_set, "visit": visit, "changed_at": of.made_at, **fields}


def _state(row: Row[Any]) -> HidState:
    return HidState(**{**{name: getattr(row, name) for name in _FIELDS}, "state": HidStatus(row.state)})
