"""Writing down what was done: a line of the resident's history, and one of the audit, in the same transaction."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from nabz.kit import audit
from nabz.residency.store import changes as store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.model import Caller, Change

MOST = 500


def note(
    tx: Tx, caller: Caller, now: datetime, resident: str, year: int, action: str, facts: dict[str, object]
) -> None:
    """Write down one deed."""
    store.add(tx, caller.request, caller.by, now, [(resident, year, action, facts)])
    audit.record(tx, now, caller.by, f"residency.{action}", resident, year=year, fields=sorted(facts))


def difference(old: object, new: object, fields: Iterable[str]) -> dict[str, object]:
    """Tell which fields differ, from what to what."""
    pairs = ((field, getattr(old, field, None), getattr(new, field)) for field in fields)
    return {field: [_plain(was), _plain(is_)] for field, was, is_ in pairs if was != is_}


def history(tx: Tx, resident: str) -> list[Change]:
    """List what was done with a resident, newest first."""
    return store.of(tx, resident, MOST)


def _plain(value: Any) -> object:  # noqa: ANN401
    return value.isoformat() if isinstance(value, date) else value
