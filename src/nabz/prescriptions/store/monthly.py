"""The SQL of months' files: the file of a centre and month, and the deliveries that go into it and come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import func, insert, select, update

from nabz.kit.db import Statement, unique
from nabz.prescriptions.errors.monthly import MonthSent
from nabz.prescriptions.model.monthly import FileState, MonthFile, Reason, Sums, days_of
from nabz.prescriptions.model.values import CentreKind, DeliveryState
from nabz.prescriptions.store.deliveries import delivery
from nabz.prescriptions.tables.monthly import month_files
from nabz.prescriptions.tables.prescriptions import deliveries, lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Delivery

F = month_files.c
D = deliveries.c
L = lines.c
_SUMS: Final = ("deliveries", "lines", "price", "insurer", "subsidy", "patient")


# ---- the file


def of_month(tx: Tx, centre: str, month: str) -> MonthFile | None:
    """Find the file of a centre and month."""
    query = select(month_files).where(F.data_set == tx.data_set, F.centre == centre, F.month == month)
    row = tx.execute(query).first()
    return _file(row) if row else None


def one(tx: Tx, id_: int) -> MonthFile | None:
    """Find a file by its number."""
    row = tx.execute(select(month_files).where(F.data_set == tx.data_set, F.id == id_)).first()
    return _file(row) if row else None


def of_centre(tx: Tx, centre: str, first: str, limit: int) -> list[MonthFile]:
    """List a centre's files from a month on, the newest month first."""
    mine = (F.data_set == tx.data_set, F.centre == centre, F.month >= first)
    rows = tx.execute(select(month_files).where(*mine).order_by(F.month.desc()).limit(limit))
    return [_file(row) for row in rows]


def listed(
    tx: Tx, month: str, state: FileState | None, kind: CentreKind | None, limit: int, after: int
) -> list[MonthFile]:
    """List files of all centres, the first sent first."""
    wanted = [F.data_set == tx.data_set, F.id > after]
    wanted += [F.month == month] if month else []
    wanted += [F.state == state] if state else []
    wanted += [F.kind == kind] if kind else []
    rows = tx.execute(select(month_files).where(*wanted).order_by(F.id).limit(limit))
    return [_file(row) for row in rows]


def add(tx: Tx, file: MonthFile) -> None:
    """Write the first file of a centre and month. Raises MonthSent."""
    with unique(MonthSent()):
        tx.execute(insert(month_files), {"data_set": tx.data_set, **_cells(file)})


def replace(tx: Tx, file: MonthFile, seen: int, state: FileState) -> bool:
    """Put a file in the place of the one that was seen, unless somebody came first."""
    mine = (F.data_set == tx.data_set, F.id == file.id, F.version == seen, F.state == state)
    return tx.execute(update(month_files).where(*mine).values(**_cells(file))).rowcount == 1


def _cells(file: MonthFile) -> dict[str, Any]:
    cells: dict[str, Any] = msgspec.structs.asdict(file)
    cells |= msgspec.structs.asdict(cells.pop("sums"))
    return cells | {"reasons": msgspec.to_builtins(file.reasons)}


def _file(row: Row[Any]) -> MonthFile:
    cells = row._asdict()
    del cells["data_set"]
    sums = Sums(**{name: cells.pop(name) for name in _SUMS})
    cells["kind"], cells["state"] = CentreKind(cells["kind"]), FileState(cells["state"])
    return MonthFile(sums=sums, **cells | {"reasons": msgspec.convert(cells["reasons"], tuple[Reason, ...])})


# ---- its deliveries


def take(tx: Tx, centre: str, month: str, file: int) -> int:
    """Put what stands registered in a month into its file, from where nobody takes it back; tell how many."""
    mine = (*_in_month(centre, month), D.state == DeliveryState.REGISTERED)
    return _move(tx, mine, DeliveryState.SENT, file)


def give_back(tx: Tx, centre: str, month: str, file: int) -> int:
    """Let the deliveries of a file be corrected again; tell how many."""
    mine = (*_in_month(centre, month), D.month_file == file, D.state == DeliveryState.SENT)
    return _move(tx, mine, DeliveryState.REGISTERED, None)


def _move(tx: Tx, mine: Sequence[ColumnElement[bool]], state: DeliveryState, file: int | None) -> int:
    # Whoever reads a delivery takes these from their columns, whatever the document was written with.
    values = {"state": state, "month_file": file, "version": D.version + 1}
    return tx.execute(update(deliveries).where(D.data_set == tx.data_set, *mine).values(values)).rowcount


def waiting(tx: Tx, centre: str, month: str) -> int:
    """Count the deliveries of a month that wait for their second step."""
    mine = (*_in_month(centre, month), D.state == DeliveryState.PENDING)
    return int(
        tx.execute(select(func.count()).select_from(deliveries).where(D.data_set == tx.data_set, *mine)).scalar_one()
    )


def sums(tx: Tx, centre: str, month: str, state: DeliveryState, file: int | None) -> Sums:
    """Sum the lines up of a file, or of what would go into one."""
    mine = [*_in_month(centre, month), D.state == state]
    mine += [D.month_file == file] if file is not None else []
    joined = lines.join(deliveries, (L.data_set == D.data_set) & (L.delivery == D.id))
    parts = (L.price, L.insurer, L.subsidy, L.patient_share)
    query = select(
        func.count(D.id.distinct()), func.count(), *(func.coalesce(func.sum(part), 0) for part in parts)
    ).select_from(joined)
    row = tx.execute(query.where(L.data_set == tx.data_set, D.data_set == tx.data_set, *mine)).one()
    return Sums(*(int(cell) for cell in row))


_CONTENTS: Final = Statement(
    row=delivery,
    postgres="""
    SELECT CAST(document AS text), state, month_file, version FROM prescription_delivery
    WHERE data_set = :data_set AND centre = :centre AND day >= :first AND day <= :last AND state = :state
    ORDER BY day, id
    """,
)


def contents(tx: Tx, centre: str, month: str, state: DeliveryState) -> list[Delivery]:
    """Read all deliveries of a month that stand so, in their order."""
    first, last = days_of(month)
    return tx.run(_CONTENTS, centre=centre, first=first, last=last, state=state.value)


def _in_month(centre: str, month: str) -> tuple[ColumnElement[bool], ...]:
    first, last = days_of(month)
    return D.centre == centre, D.day >= first, D.day <= last
