"""The insurer's reports: what was delivered by centre, month, service and physician, and what a physician wrote."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.prescriptions.model import Doctor, State
from nabz.prescriptions.model.codes import SERVICE_TYPES
from nabz.prescriptions.model.monthly import Sums, days_of
from nabz.prescriptions.service import catalogue, enrolment, reading
from nabz.prescriptions.store import settlement as store
from nabz.prescriptions.store.settlement import By, Wanted

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Prescription

__all__ = ["By", "Report", "Row", "Wanted", "Written", "report", "written"]

TOP: Final = 50
BLOCK: Final = 200
MOST_READ: Final = 10_000
"""So many prescriptions of one physician are looked through; nobody writes more in a month."""


class Row(msgspec.Struct, frozen=True):
    """A line of a report: its key and name, and what it comes to."""

    key: str
    type: str
    name: str
    about: str
    quantity: int
    sums: Sums


class Report(msgspec.Struct, frozen=True):
    """The top of a report, and what all that was asked for comes to, to the rial."""

    by: By
    rows: list[Row]
    quantity: int
    total: Sums

    @property
    def others(self) -> Sums:
        """What is not among the rows."""
        shown = Sums()
        for row in self.rows:
            shown += row.sums
        total = self.total
        return Sums(
            max(0, total.deliveries - shown.deliveries),
            total.lines - shown.lines,
            total.price - shown.price,
            total.insurer - shown.insurer,
            total.subsidy - shown.subsidy,
            total.patient - shown.patient,
        )


class Prescribed(msgspec.Struct, frozen=True):
    """What a physician wrote of one service, and how much of it was given."""

    type: str
    code: str
    name: str
    times: int
    quantity: int
    given: int


class Written(msgspec.Struct, frozen=True):
    """What a physician wrote in a month."""

    doctor: Doctor
    month: str
    count: int
    kinds: dict[int, int]
    states: dict[str, int]
    services: list[Prescribed]
    delivered: Sums


def report(tx: Tx, wanted: Wanted, by: By, limit: int = TOP) -> Report:
    """Sum up what was delivered, the dearest first."""
    groups = store.grouped(tx, wanted, by, limit)
    whole = store.total(tx, wanted)
    names = _names(tx, by, [group.key for group in groups], wanted.last)
    rows = [
        Row(group.key[-1], group.key[0] if by is By.SERVICE else "", *names[group.key], group.quantity, group.sums)
        for group in groups
    ]
    return Report(by, rows, whole.quantity, whole.sums)


def _names(tx: Tx, by: By, keys: list[tuple[str, ...]], month: str) -> dict[tuple[str, ...], tuple[str, str]]:
    """Name what rows are about, with a word more."""
    if by is By.SERVICE:
        services = catalogue.many(tx, [(key[0], key[1]) for key in keys], days_of(month)[1])
        return {key: (services[key[0], key[1]].name if (key[0], key[1]) in services else "", key[0]) for key in keys}
    if by is By.CENTRE:
        centres = {key: enrolment.centre(tx, key[0]) for key in keys}
        return {key: (one.name, one.city) if one else ("", "") for key, one in centres.items()}
    if by is By.DOCTOR:
        doctors = {key: enrolment.doctor(tx, key[0]) for key in keys}
        return {key: (one.name, one.specialty_title) if one else ("", "") for key, one in doctors.items()}
    if by is By.TYPE:
        return {key: (SERVICE_TYPES[key[0]].title if key[0] in SERVICE_TYPES else "", "") for key in keys}
    return dict.fromkeys(keys, ("", ""))


def written(tx: Tx, doctor: Doctor, month: str) -> Written:
    """Tell what a physician wrote in a month, and what of it was given."""
    found = [one for one in _of_month(tx, doctor.id, month) if one.state is not State.DELETED]
    items = [item for one in found for item in one.items if item.state is not State.DELETED]
    times: Counter[tuple[str, str]] = Counter((item.type, item.code) for item in items)
    asked: Counter[tuple[str, str]] = Counter()
    given: Counter[tuple[str, str]] = Counter()
    for item in items:
        asked[item.type, item.code] += item.whole
        given[item.type, item.code] += item.whole - item.remaining
    names = {(item.type, item.code): item.name for item in items}
    services = [Prescribed(*key, names[key], count, asked[key], given[key]) for key, count in times.most_common(TOP)]
    delivered = store.total(tx, Wanted(month, month, doctor=doctor.id)).sums
    kinds, states = Counter(int(one.kind) for one in found), Counter(str(one.state) for one in found)
    return Written(doctor, month, len(found), dict(kinds.most_common()), dict(states), services, delivered)


def _of_month(tx: Tx, doctor: str, month: str) -> list[Prescription]:
    first, last = days_of(month)
    found: list[Prescription] = []
    while len(found) < MOST_READ:
        some = reading.of_doctor(tx, doctor, first, last, BLOCK, found[-1].id if found else None)
        found += some
        if len(some) < BLOCK:
            break
    return found
