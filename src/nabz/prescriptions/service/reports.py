"""What a centre sees of its own work: today, lists, sums by month, service and physician, its performance card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.prescriptions.errors.monthly import TooManyMonths
from nabz.prescriptions.model.monthly import FileState, MonthFile, Sums, before, days_of, months_until
from nabz.prescriptions.model.values import DeliveryState
from nabz.prescriptions.service import catalogue, enrolment
from nabz.prescriptions.store import monthly
from nabz.prescriptions.store import reports as store
from nabz.prescriptions.store.reports import Wanted

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Delivery
    from nabz.prescriptions.store.reports import ServiceLine

__all__ = ["Card", "Month", "ServiceRow", "Today", "Wanted", "by_day", "by_doctor", "by_service", "card", "listed"]

MOST_LINES: Final = 200
MOST_MONTHS: Final = 36
PAGE: Final = 50
LAST: Final = ("99999999", 2**62)
_STANDING: Final = (DeliveryState.REGISTERED, DeliveryState.SENT)


class Today(msgspec.Struct, frozen=True):
    """The figures of one day."""

    delivered: Sums
    pending: Sums
    removed: Sums


class Month(msgspec.Struct, frozen=True):
    """A line of the performance card."""

    month: str
    sums: Sums
    removed: int
    pending: int
    file: MonthFile | None


class Card(msgspec.Struct, frozen=True):
    """The performance card: months, the newest first, and what they come to together."""

    months: list[Month]
    total: Sums


class ServiceRow(msgspec.Struct, frozen=True):
    """What was delivered of one drug or service, with its name."""

    type: str
    code: str
    name: str
    quantity: int
    sums: Sums


class DoctorRow(msgspec.Struct, frozen=True):
    """What was delivered by one physician's prescriptions, with his name."""

    doctor: str
    name: str
    specialty: str
    sums: Sums


class Page(msgspec.Struct, frozen=True):
    """Some deliveries, and where the next begin."""

    rows: list[Delivery]
    next: tuple[str, int] | None


def today(tx: Tx, centre: str, day: str) -> Today:
    """Sum one day up."""
    found = store.by_state(tx, centre, day, day)
    return Today(_sum(found, _STANDING), _sum(found, (DeliveryState.PENDING,)), _sum(found, (DeliveryState.REMOVED,)))


def totals(tx: Tx, centre: str, wanted: Wanted) -> Sums:
    """Sum up what was delivered in some days and stands."""
    return _sum(store.by_state(tx, centre, wanted.first, wanted.last, wanted.source), _STANDING)


def by_day(tx: Tx, centre: str, days: list[str]) -> list[Sums]:
    """Sum each of some days up, the first first."""
    found = store.by_day(tx, centre, days[0], days[-1])
    return [found.get(day, Sums()) for day in days]


def listed(tx: Tx, centre: str, wanted: Wanted, start: tuple[str, int] | None = None, limit: int = PAGE) -> Page:
    """List deliveries, the latest first, a page at a time."""
    rows = store.listed(tx, centre, wanted, limit + 1, start or LAST)
    more = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], (more.day, more.id) if more else None)


def card(tx: Tx, centre: str, last: str, count: int) -> Card:
    """Sum so many months up, the given one first. Raises TooManyMonths."""
    if not 0 < count <= MOST_MONTHS:
        raise TooManyMonths(most=MOST_MONTHS)
    first = before(last, count - 1)
    found = store.by_month(tx, centre, first, last)
    files = {file.month: file for file in monthly.of_centre(tx, centre, first, count)}
    asked = list(reversed(months_until(last, count)))
    lines = _lines(tx, centre, asked, files)
    months = [_month(month, found.get(month, {}), lines.get(month, 0), files.get(month)) for month in asked]
    total = Sums()
    for each in months:
        total += each.sums
    return Card(months, total)


def _lines(tx: Tx, centre: str, months: list[str], files: dict[str, MonthFile]) -> dict[str, int]:
    """Count the lines of each month: in a file that stands they are counted, and are many."""
    closed = {month: file.sums.lines for month, file in files.items() if file.state is not FileState.RETURNED}
    open_ = sorted(set(months) - closed.keys())
    return closed | (store.lines_by_month(tx, centre, open_[0], open_[-1]) if open_ else {})


def _month(month: str, found: dict[DeliveryState, Sums], lines: int, file: MonthFile | None) -> Month:
    sums = msgspec.structs.replace(_sum(found, _STANDING), lines=lines)
    removed, pending = (found.get(state, Sums()).deliveries for state in (DeliveryState.REMOVED, DeliveryState.PENDING))
    return Month(month, sums, removed, pending, file)


def by_service(tx: Tx, centre: str, first: str, last: str, limit: int = MOST_LINES) -> list[ServiceRow]:
    """Sum up what was delivered in some months by drug or service, the dearest first."""
    return _named(tx, store.by_service(tx, centre, first, last, limit), days_of(last)[1])


def by_service_of_days(tx: Tx, centre: str, wanted: Wanted, limit: int = MOST_LINES) -> list[ServiceRow]:
    """Sum up by drug or service what was delivered in some days and stands: to the rial what `totals` says of them."""
    return _named(tx, store.by_service_of_days(tx, centre, wanted, limit), wanted.last)


def _named(tx: Tx, rows: list[ServiceLine], day: str) -> list[ServiceRow]:
    known = catalogue.many(tx, [(row.type, row.code) for row in rows], day)
    return [
        ServiceRow(
            row.type,
            row.code,
            known[row.type, row.code].name if (row.type, row.code) in known else row.code,
            row.quantity,
            row.sums,
        )
        for row in rows
    ]


def by_doctor(tx: Tx, centre: str, first: str, last: str, limit: int = 50) -> list[DoctorRow]:
    """Sum up what was delivered in some months by who prescribed it, the dearest first."""
    rows = []
    for line in store.by_doctor(tx, centre, first, last, limit):
        doctor = enrolment.doctor(tx, line.doctor)
        name, specialty = (doctor.name, doctor.specialty_title) if doctor else ("", "")
        rows.append(DoctorRow(line.doctor, name, specialty, line.sums))
    return rows


def _sum(found: dict[DeliveryState, Sums], states: tuple[DeliveryState, ...]) -> Sums:
    total = Sums()
    for state in states:
        total += found.get(state, Sums())
    return total
