"""The check of residents."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, cast

import msgspec

from nabz.residency.errors.faults import fault
from nabz.residency.model import DECIDED, CodeKind, Resident, ResidentDraft, Rules
from nabz.residency.model.rules import (
    RESIDENT_FIELDS,
    change_faults,
    fitting_faults,
    identity_of,
    resident_faults,
)
from nabz.residency.model.uploads import Deed
from nabz.residency.service import codes, rules, telling
from nabz.residency.service.uploads.receipt import all_faults, full_name, good, refused, same
from nabz.residency.store import declarations, uploads
from nabz.residency.store import residents as store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.errors.faults import Fault
    from nabz.residency.model import Declaration
    from nabz.residency.model.uploads import Line, Receipt, Upload


class Check:
    """One file of residents."""

    def __init__(self, upload: Upload) -> None:
        self._upload = upload
        self._known: dict[str, Resident] = {}
        self._holders: dict[tuple[str, str, int], str] = {}
        self._declared: dict[str, list[Declaration]] = {}
        self._course_years: dict[str, int | None] = {}
        self._statuses: set[str] = set()
        self._rules = Rules()
        self._persons: dict[tuple[str, str, int], int] = {}

    def look(self, tx: Tx, lines: Sequence[Line]) -> None:
        """Look up the residents of some rows, and who else holds their persons, courses and years."""
        found = store.by_numbers(tx, self._upload.university, sorted({line.student_number for line in lines}))
        self._known = {each.student_number: each for each in found}
        self._declared = defaultdict(list)
        for each in declarations.of_many(tx, [one.id for one in found]):
            self._declared[each.resident].append(each)
        self._course_years = {one.code: one.years for one in codes.all_of(tx, CodeKind.COURSE)}
        persons = {line.draft.national_code for line in lines if isinstance(line.draft, ResidentDraft)}
        self._holders = uploads.holders(tx, sorted(persons))
        self._rules = rules.get(tx)
        self._statuses = {one.code for one in codes.all_of(tx, CodeKind.STATUS) if one.active}

    def judge(self, line: Line, new_id: str, now: datetime) -> Receipt:
        """Write the receipt of a row."""
        draft = cast("ResidentDraft", line.draft)
        known = self._known.get(draft.student_number)
        one = Resident(
            **msgspec.structs.asdict(draft),
            id=known.id if known else new_id,
            university=self._upload.university,
            version=known.version if known else 0,
            picture="",
            changed_at=now,
        )
        faults = all_faults(line, [*resident_faults(draft, now), *self._faults_there(one, known, line.line)])
        if faults:
            return refused(line, faults)
        facts = telling.difference(known, one, RESIDENT_FIELDS)
        if known and not facts:
            return same(line, one.id, one.version)
        return good(line, one.id, one.version, Deed.CHANGED if known else Deed.NEW, msgspec.to_builtins(draft), facts)

    def name_of(self, line: Line) -> str:
        """Name the resident of a row."""
        return full_name(cast("ResidentDraft", line.draft))

    def _faults_of_change(self, one: Resident, known: Resident) -> Iterator[Fault]:
        if identity_of(one) == identity_of(known):
            return
        declared = self._declared.get(known.id, [])
        yield from change_faults(one, known, decided=any(each.acceptance in DECIDED for each in declared))
        for each in declared:
            yield from fitting_faults(each, one, self._course_years.get(one.course))

    def _faults_there(self, one: Resident, known: Resident | None, line: int) -> Iterator[Fault]:
        if known is not None:
            yield from self._faults_of_change(one, known)
        person = (one.national_code, one.course, one.start_year)
        if self._holders.get(person, one.id) != one.id or self._persons.setdefault(person, line) != line:
            yield fault("triple", "NationalCode")
        kept = known is not None and known.status == one.status
        if self._rules.status_binding and not kept and str(one.status) not in self._statuses:
            yield fault("status", "ResidentStatusId")
