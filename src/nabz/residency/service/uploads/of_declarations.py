"""The check of declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from nabz.residency.errors.faults import fault
from nabz.residency.model import Acceptance, CodeKind, DeclarationDraft
from nabz.residency.model.rules import (
    DECLARED_FIELDS,
    content_of,
    declaration_faults,
    fitting_faults,
    time_faults,
)
from nabz.residency.model.uploads import Deed
from nabz.residency.service import codes, telling, years
from nabz.residency.service.uploads.receipt import all_faults, full_name, good, refused, same
from nabz.residency.store import declarations as store
from nabz.residency.store import residents

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.errors.faults import Fault
    from nabz.residency.model import Declaration, Resident, Year
    from nabz.residency.model.uploads import Line, Receipt, Upload


class Check:
    """One file of declarations."""

    def __init__(self, upload: Upload) -> None:
        self._upload = upload
        self._residents: dict[str, Resident] = {}
        self._known: dict[str, Declaration] = {}
        self._course_years: dict[str, int | None] = {}
        self._year: Year

    def look(self, tx: Tx, lines: Sequence[Line]) -> None:
        """Look up the residents of some rows, and what was declared of them."""
        numbers = sorted({line.student_number for line in lines})
        found = residents.by_numbers(tx, self._upload.university, numbers)
        self._residents = {each.student_number: each for each in found}
        known = store.of_residents(tx, self._upload.year, [each.id for each in found])
        self._known = {each.resident: each for each in known}
        self._year = years.get(tx, self._upload.year)
        self._course_years = {one.code: one.years for one in codes.all_of(tx, CodeKind.COURSE)}

    def judge(self, line: Line, new_id: str, now: datetime) -> Receipt:  # noqa: ARG002 - nobody new
        """Write the receipt of a row."""
        draft = cast("DeclarationDraft", line.draft)
        resident = self._residents.get(draft.student_number)
        known = self._known.get(resident.id) if resident else None
        if resident and known and not line.faults and content_of(known) == content_of(draft):
            return same(line, resident.id, known.version)
        faults = all_faults(line, [*declaration_faults(draft, now), *self._faults_there(draft, resident, known, now)])
        if faults or resident is None:
            return refused(line, faults)
        cells = {name: cell for name, cell in msgspec.structs.asdict(draft).items() if name in DECLARED_FIELDS}
        cells["started"], cells["ended"] = cells.pop("start"), cells.pop("end")
        cells |= {"of_course": resident.course, "of_start_year": resident.start_year}
        facts = telling.difference(known, draft, DECLARED_FIELDS)
        return good(line, resident.id, known.version if known else 0, _deed(known), cells, facts)

    def name_of(self, line: Line) -> str:
        """Name the resident of a row, if he is known."""
        return full_name(self._residents.get(line.student_number))

    def _faults_there(
        self, draft: DeclarationDraft, resident: Resident | None, known: Declaration | None, now: datetime
    ) -> Iterator[Fault]:
        if resident is None:
            yield fault("resident-not-found", "StudentNumber")
            return
        yield from fitting_faults(draft, resident, self._course_years.get(resident.course))
        yield from time_faults(draft, known, self._year, now)


def _deed(known: Declaration | None) -> Deed:
    if known is None:
        return Deed.NEW
    asked = known.acceptance == Acceptance.TO_CORRECT or known.corrected_at is not None
    return Deed.CORRECTED if asked else Deed.CHANGED
