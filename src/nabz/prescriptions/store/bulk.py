"""The SQL of a country's prescriptions: very many rows at once, of the same shape as those that callers write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.kit.db.bulk import Bulk, count
from nabz.kit.persian import search_text
from nabz.prescriptions.store import deliveries as of_deliveries
from nabz.prescriptions.store import prescriptions as of_prescriptions
from nabz.prescriptions.tables.centres import centres, doctors
from nabz.prescriptions.tables.prescriptions import deliveries, lines, prescriptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.prescriptions.model import Centre, Delivery, Doctor, Prescription

_KEYS: Final = ("id", "patient", "tracking", "doctor", "kind", "day", "expires", "state", "siam", "version")
_HEADS: Final = Bulk(prescriptions, (*_KEYS, "fingerprint", "created_at", "changed_at", "document"), ("changed_by",))
_HEAD_CELLS: Final = (*_KEYS, "fingerprint")

_SUMS: Final = ("price", "insurer", "patient_share", "subsidy")
_WHOSE: Final = ("centre", "kind", "type", "source", "patient", "doctor", "day", "at", "state")
_DELIVERIES: Final = Bulk(deliveries, ("id", "prescription", *_WHOSE, *_SUMS, "version", "document"))
_LINES: Final = Bulk(
    lines, ("delivery", "place", "centre", "month", "doctor", "type", "code", "quantity", *_SUMS, "counts")
)
_LINE: Final = ("place", "type", "code", "quantity", "price", "insurer", "patient", "subsidy")

_DOCTOR: Final = tuple(column.name for column in doctors.columns if column.name not in {"data_set", "changed_at"})
_CENTRE: Final = tuple(column.name for column in centres.columns if column.name not in {"data_set", "changed_at"})
_DOCTORS: Final = Bulk(doctors, _DOCTOR, ("changed_at",))
_CENTRES: Final = Bulk(centres, _CENTRE, ("changed_at",))

Given = tuple["Prescription", "Sequence[Delivery]"]
"""A prescription as it stands, and what was delivered of it."""


def put(tx: Tx, some: Sequence[Given], by: str) -> None:
    """Put in prescriptions with their deliveries; their numbers have been taken."""
    _HEADS.put(tx, [_head(one, given) for one, given in some], changed_by=by)
    given = [each for _, theirs in some for each in theirs]
    _DELIVERIES.put(tx, [_delivery(each) for each in given])
    _LINES.put(tx, [line for each in given for line in _lines(each)])


def put_doctors(tx: Tx, some: Sequence[Doctor], now: datetime) -> None:
    """Enrol physicians; who is enrolled stays as he is."""
    rows = []
    for one in some:
        search = search_text(f"{one.first_name} {one.last_name} {one.specialty_title} {one.id}")
        cells = {**msgspec.structs.asdict(one), "user_id": one.user, "search": search}
        rows.append(tuple(cells[name] for name in _DOCTOR))
    _DOCTORS.put(tx, rows, changed_at=now)


def put_centres(tx: Tx, some: Sequence[Centre], now: datetime) -> None:
    """Enrol centres; what is enrolled stays as it is."""
    rows = []
    for one in some:
        cells = {**msgspec.structs.asdict(one), "search": search_text(f"{one.name} {one.province} {one.city} {one.id}")}
        rows.append(tuple(cells[name] for name in _CENTRE))
    _CENTRES.put(tx, rows, changed_at=now)


def count_all(tx: Tx) -> None:
    """Let the planner know what is there now."""
    count(tx, prescriptions, deliveries, lines, doctors, centres)


def _head(one: Prescription, given: Sequence[Delivery]) -> tuple[Any, ...]:
    cells = of_prescriptions.cells(one)
    changed = given[-1].at if given else one.created_at
    return *(cells[name] for name in _HEAD_CELLS), one.created_at, changed, cells["document"]


def _delivery(one: Delivery) -> tuple[Any, ...]:
    cells = of_deliveries.cells(one)
    whose = one.centre, cells["centre_kind"], one.type, cells["source"], one.patient, one.doctor, one.day, one.at
    sums = (cells[name] for name in _SUMS)
    return one.id, one.prescription, *whose, cells["given_state"], *sums, one.version, cells["given"]


def _lines(one: Delivery) -> list[tuple[Any, ...]]:
    cells = of_deliveries.cells(one)
    rows: list[dict[str, Any]] = msgspec.json.decode(cells["lines"])
    return [
        (one.id, place, one.centre, cells["month"], one.doctor, *(row[name] for name in _LINE[1:]), cells["counts"])
        for place, row in enumerate(rows)
    ]
