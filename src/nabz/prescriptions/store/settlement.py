"""The SQL of the insurer's reports and of its settlement: sums over all centres, by what is asked for."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import case, func, select

from nabz.prescriptions.model.monthly import FileState, Sums
from nabz.prescriptions.tables.monthly import month_files
from nabz.prescriptions.tables.prescriptions import deliveries, lines

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from nabz.kit.db import Tx

D, L, F = deliveries.c, lines.c, month_files.c
PARTS: Final = (L.price, L.insurer, L.subsidy, L.patient_share)


class By(StrEnum):
    """What a report is divided by."""

    MONTH = "month"
    CENTRE = "centre"
    SERVICE = "service"
    DOCTOR = "doctor"
    TYPE = "type"


_COLUMNS: Final[dict[By, tuple[Any, ...]]] = {
    By.MONTH: (L.month,),
    By.CENTRE: (L.centre,),
    By.SERVICE: (L.type, L.code),
    By.DOCTOR: (L.doctor,),
    By.TYPE: (L.type,),
}


class Wanted(NamedTuple):
    """Which lines; what is empty is not asked for."""

    first: str
    last: str
    centre: str = ""
    doctor: str = ""
    type: str = ""
    code: str = ""


class Group(NamedTuple):
    """What lines of one kind come to; `key` has two parts for a service."""

    key: tuple[str, ...]
    quantity: int
    sums: Sums


class SettledLine(NamedTuple):
    """One line of an accepted file."""

    centre: str
    delivery: int
    prescription: int
    day: str
    patient: str
    doctor: str
    type: str
    code: str
    quantity: int
    price: int
    insurer: int
    subsidy: int
    patient_share: int


def total(tx: Tx, wanted: Wanted) -> Group:
    """Sum all of them up."""
    row = tx.execute(select(func.sum(L.quantity), *_sums(_deliveries(wanted))).where(*_mine(tx, wanted))).one()
    return Group((), int(row[0] or 0), _read(row[1:]))


def grouped(tx: Tx, wanted: Wanted, by: By, limit: int) -> list[Group]:
    """Sum them up by something, the dearest first; a service is counted once for each of its lines."""
    columns = _COLUMNS[by]
    sums = _sums(func.count() if by is By.SERVICE else _deliveries(wanted))
    query = select(*columns, func.sum(L.quantity), *sums).where(*_mine(tx, wanted)).group_by(*columns)
    rows = tx.execute(query.order_by(func.sum(L.price).desc(), *columns).limit(limit))
    width = len(columns)
    return [Group(tuple(row[:width]), int(row[width]), _read(row[width + 1 :])) for row in rows]


def _mine(tx: Tx, wanted: Wanted) -> list[ColumnElement[bool]]:
    named = ((L.centre, wanted.centre), (L.doctor, wanted.doctor), (L.type, wanted.type), (L.code, wanted.code))
    span = [L.data_set == tx.data_set, L.month >= wanted.first, L.month <= wanted.last, L.counts]
    return [*span, *(column == text for column, text in named if text)]


def _deliveries(wanted: Wanted) -> ColumnElement[Any]:
    """Count deliveries: by their first lines where whole ones are meant, which is far cheaper."""
    if wanted.code:
        return func.count(L.delivery.distinct())
    return func.sum(case((L.place == 0, 1), else_=0))


def _sums(count: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    return [count, func.count(), *(func.sum(part) for part in PARTS)]


def _read(cells: Any) -> Sums:  # noqa: ANN401 - cells of a row
    return Sums(*(int(cell or 0) for cell in cells))


def settled_count(tx: Tx, month: str, kind: str, centre: str) -> int:
    """Count the lines of accepted files, as the files say."""
    query = select(func.coalesce(func.sum(F.lines), 0)).where(*_accepted(tx, month, kind, centre))
    return int(tx.execute(query).scalar_one())


def settled(tx: Tx, month: str, kind: str, centre: str) -> list[SettledLine]:
    """Read the lines of accepted files, in their order."""
    joined = month_files.join(deliveries, (F.data_set == D.data_set) & (F.id == D.month_file) & (F.centre == D.centre))
    joined = joined.join(lines, (L.data_set == D.data_set) & (L.delivery == D.id))
    parts = (L.type, L.code, L.quantity, *PARTS)
    query = select(D.centre, D.id, D.prescription, D.day, D.patient, D.doctor, *parts).select_from(joined)
    mine = (D.data_set == tx.data_set, L.data_set == tx.data_set, *_accepted(tx, month, kind, centre))
    days = (D.day >= f"{month}01", D.day <= f"{month}31")
    rows = tx.execute(query.where(*mine, *days).order_by(D.centre, D.day, D.id, L.place))
    return [SettledLine._make(row) for row in rows]


def _accepted(tx: Tx, month: str, kind: str, centre: str) -> list[ColumnElement[bool]]:
    wanted = [F.data_set == tx.data_set, F.month == month, F.state == FileState.ACCEPTED]
    wanted += [F.kind == kind] if kind else []
    return wanted + ([F.centre == centre] if centre else [])


def states(tx: Tx, month: str) -> dict[str, tuple[int, Sums]]:
    """Count the files of a month by where they stand, with their sums."""
    parts = (F.deliveries, F.lines, F.price, F.insurer, F.subsidy, F.patient)
    query: Select[Any] = select(F.state, func.count(), *(func.sum(part) for part in parts))
    found = tx.execute(query.where(F.data_set == tx.data_set, F.month == month).group_by(F.state))
    rows: list[tuple[Any, ...]] = [tuple(row) for row in found]
    return {state: (int(count), _read(cells)) for state, count, *cells in rows}
