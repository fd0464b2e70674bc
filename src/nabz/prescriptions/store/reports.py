"""The SQL of a centre's reports: its own deliveries by day, month, service and physician."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import func, select

from nabz.kit.db import Statement
from nabz.prescriptions.model.monthly import Sums
from nabz.prescriptions.model.values import DeliveryState
from nabz.prescriptions.store.deliveries import delivery
from nabz.prescriptions.tables.prescriptions import deliveries, lines

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Delivery

D = deliveries.c
L = lines.c
MONTH_LETTERS: Final = 6


class ServiceLine(NamedTuple):
    """What was delivered of one service."""

    type: str
    code: str
    quantity: int
    sums: Sums


class DoctorLine(NamedTuple):
    """What was delivered by one physician's prescriptions."""

    doctor: str
    sums: Sums


_LISTED: Final = Statement(
    row=delivery,
    postgres="""
    SELECT CAST(document AS text), state, month_file, version FROM prescription_delivery
    WHERE data_set = :data_set AND centre = :centre AND day >= :first AND day <= :last
      AND (day, id) < (:before_day, :before_id) AND (:state = '' OR state IN (:state, :other))
      AND (:type = '' OR type = :type) AND (:source = '' OR source = :source) AND (:patient = '' OR patient = :patient)
    ORDER BY day DESC, id DESC LIMIT :limit
    """,
)


class Wanted(NamedTuple):
    """Which deliveries of a centre; what is empty is not asked for."""

    first: str
    last: str
    state: str = ""
    other: str = ""
    """A second state, where one is asked for."""

    type: str = ""
    source: str = ""
    patient: str = ""


def listed(tx: Tx, centre: str, wanted: Wanted, limit: int, before: tuple[str, int]) -> list[Delivery]:
    """List deliveries, the latest first, from a place on; numbers alone do not follow the days."""
    day, id_ = before
    return tx.run(_LISTED, centre=centre, before_day=day, before_id=id_, limit=limit, **wanted._asdict())


def by_state(tx: Tx, centre: str, first: str, last: str, source: str = "") -> dict[DeliveryState, Sums]:
    """Sum the deliveries of some days up, by where they stand."""
    mine = [*_days(tx, centre, first, last), *([D.source == source] if source else [])]
    query = select(D.state, *_delivery_sums()).where(*mine).group_by(D.state)
    return {DeliveryState(row[0]): _sums(row[1:]) for row in _rows(tx, query)}


def by_day(tx: Tx, centre: str, first: str, last: str) -> dict[str, Sums]:
    """Sum what was delivered and stands up by day."""
    stands = D.state.in_([DeliveryState.REGISTERED, DeliveryState.SENT])
    query = select(D.day, *_delivery_sums()).where(*_days(tx, centre, first, last), stands).group_by(D.day)
    return {row[0]: _sums(row[1:]) for row in _rows(tx, query)}


def by_month(tx: Tx, centre: str, first: str, last: str) -> dict[str, dict[DeliveryState, Sums]]:
    """Sum the deliveries of some months up, by month and by where they stand."""
    month = func.substr(D.day, 1, MONTH_LETTERS).label("month")
    mine = _days(tx, centre, f"{first}01", f"{last}31")
    query = select(month, D.state, *_delivery_sums()).where(*mine).group_by("month", D.state)
    found: dict[str, dict[DeliveryState, Sums]] = defaultdict(dict)
    for row in _rows(tx, query):
        found[row[0]][DeliveryState(row[1])] = _sums(row[2:])
    return dict(found)


def lines_by_month(tx: Tx, centre: str, first: str, last: str) -> dict[str, int]:
    """Count the lines that count, by month."""
    query = select(L.month, func.count()).where(*_months(tx, centre, first, last)).group_by(L.month)
    return {row[0]: int(row[1]) for row in _rows(tx, query)}


def by_service_of_days(tx: Tx, centre: str, wanted: Wanted, limit: int) -> list[ServiceLine]:
    """Sum up what was delivered in some days by service, the dearest first."""
    stands = D.state.in_([DeliveryState.REGISTERED, DeliveryState.SENT])
    source = [D.source == wanted.source] if wanted.source else []
    query = (
        select(L.type, L.code, func.sum(L.quantity), *_line_sums())
        .join(deliveries, (D.data_set == L.data_set) & (D.id == L.delivery))
        .where(*_days(tx, centre, wanted.first, wanted.last), stands, *source)
        .group_by(L.type, L.code)
        .order_by(func.sum(L.price).desc(), L.type, L.code)
        .limit(limit)
    )
    return [ServiceLine(row[0], row[1], int(row[2]), _sums(row[3:])) for row in _rows(tx, query)]


def by_service(tx: Tx, centre: str, first: str, last: str, limit: int) -> list[ServiceLine]:
    """Sum up what was delivered in some months by service, the dearest first."""
    query = (
        select(L.type, L.code, func.sum(L.quantity), *_line_sums())
        .where(*_months(tx, centre, first, last))
        .group_by(L.type, L.code)
        .order_by(func.sum(L.price).desc(), L.type, L.code)
        .limit(limit)
    )
    return [ServiceLine(row[0], row[1], int(row[2]), _sums(row[3:])) for row in _rows(tx, query)]


def by_doctor(tx: Tx, centre: str, first: str, last: str, limit: int) -> list[DoctorLine]:
    """Sum up what was delivered in some months by physician, the dearest first."""
    query = (
        select(L.doctor, *_line_sums())
        .where(*_months(tx, centre, first, last))
        .group_by(L.doctor)
        .order_by(func.sum(L.price).desc(), L.doctor)
        .limit(limit)
    )
    return [DoctorLine(row[0], _sums(row[1:])) for row in _rows(tx, query)]


def _rows(tx: Tx, query: Select[Any]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in tx.execute(query)]


def _days(tx: Tx, centre: str, first: str, last: str) -> tuple[ColumnElement[bool], ...]:
    return D.data_set == tx.data_set, D.centre == centre, D.day >= first, D.day <= last


def _months(tx: Tx, centre: str, first: str, last: str) -> tuple[ColumnElement[bool], ...]:
    return L.data_set == tx.data_set, L.centre == centre, L.month >= first, L.month <= last, L.counts


def _delivery_sums() -> list[ColumnElement[Any]]:
    """Count deliveries; their lines are another table's, and told as none here."""
    parts = (D.price, D.insurer, D.subsidy, D.patient_share)
    return [func.count(), *(func.sum(part) for part in parts)]


def _line_sums() -> list[ColumnElement[Any]]:
    parts = (L.price, L.insurer, L.subsidy, L.patient_share)
    return [func.count(L.delivery.distinct()), func.count(), *(func.sum(part) for part in parts)]


def _sums(cells: Any) -> Sums:  # noqa: ANN401 - cells of a row
    numbers = [int(cell or 0) for cell in cells]
    return Sums(numbers[0], 0, *numbers[1:]) if len(numbers) == len(Sums.__struct_fields__) - 1 else Sums(*numbers)
