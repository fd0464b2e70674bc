"""Declarations to promotion: sent by universities, until the ministry has decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import persian
from nabz.residency.errors import ChangedMeanwhile, Refused
from nabz.residency.errors.faults import fault
from nabz.residency.model import Acceptance, Counts, Declaration, Filter, Standing
from nabz.residency.model.rules import (
    DECLARED_FIELDS,
    content_of,
    declaration_faults,
    fitting_faults,
    time_faults,
)
from nabz.residency.service import codes, telling, years
from nabz.residency.service.residents import PAGE, insist, place_of
from nabz.residency.store import declarations as store
from nabz.residency.store import residents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.residency.errors.faults import Fault
    from nabz.residency.model import Caller, DeclarationDraft, Resident

ANY: Final = Filter()

find = store.find
of_resident = store.of_resident
of_residents = store.of_residents


async def send(db: Database, draft: DeclarationDraft, caller: Caller, now: datetime) -> Declaration:
    """Declare a resident, whoever does the same at this moment. Raises Refused."""
    return await insist(db, put, draft, caller, now)


def put(tx: Tx, draft: DeclarationDraft, caller: Caller, now: datetime) -> Declaration:
    """Declare a resident in a year, or change that (DeclareResidentToUpgrades/AddOrUpdate).

    What is there already changes nothing, decided or not. Raises Refused, ChangedMeanwhile.
    """
    draft = tidy(draft)
    resident = residents.locked(tx, caller.university, draft.student_number)
    known = None if resident is None else store.find(tx, resident.id, draft.year)
    if known is not None and content_of(known) == content_of(draft):
        return known
    faults = [*declaration_faults(draft, now), *_faults_there(tx, draft, resident, known, now)]
    if faults or resident is None:
        raise Refused(*faults)
    one = declared(draft, resident, known, caller, now)
    if known is None:
        store.add(tx, one)
    elif not store.change(tx, one, known.version):
        raise ChangedMeanwhile
    facts = telling.difference(known, one, DECLARED_FIELDS)
    telling.note(tx, caller, now, one.resident, one.year, "declared" if known is None else "declaration-changed", facts)
    return one


def tidy(draft: DeclarationDraft) -> DeclarationDraft:
    """Give numbers and texts their one spelling."""
    return msgspec.structs.replace(
        draft,
        student_number=persian.ascii_digits(draft.student_number[:100]).strip(),
        description=persian.fold(draft.description[: persian.LONGEST]).strip(),
    )


def declared(
    draft: DeclarationDraft, resident: Resident, known: Declaration | None, caller: Caller, now: datetime
) -> Declaration:
    """Make the declaration that a draft comes to: whatever the ministry has said before counts no more."""
    corrects = known is not None and known.acceptance == Acceptance.TO_CORRECT
    return Declaration(
        **msgspec.structs.asdict(draft),
        resident=resident.id,
        university=resident.university,
        national_code=resident.national_code,
        first_name=resident.first_name,
        last_name=resident.last_name,
        course=resident.course,
        version=1 if known is None else known.version + 1,
        acceptance=None,
        note="" if known is None else known.note,
        decided_at=None if known is None else known.decided_at,
        decided_by="" if known is None else known.decided_by,
        corrected_at=now if corrects else None if known is None else known.corrected_at,
        sent_at=now,
        sent_by=caller.by,
        result=None,
        result_note="",
    )


def _faults_there(
    tx: Tx, draft: DeclarationDraft, resident: Resident | None, known: Declaration | None, now: datetime
) -> Iterator[Fault]:
    if resident is None:
        yield fault("resident-not-found", "StudentNumber")
        return
    yield from fitting_faults(draft, resident, codes.course_years(tx, resident.course))
    yield from time_faults(draft, known, years.get(tx, draft.year), now)


def search(
    tx: Tx,
    year: int,
    wanted: Filter = ANY,
    limit: int | None = PAGE,
    after: str = "",
    *,
    backwards: bool = False,
) -> list[Declaration]:
    """List the declarations of a year in the order of their numbers, after the one that a mark names.

    Backwards: those before it, the nearest first.
    """
    return store.search(tx, year, wanted, limit, place_of(after), backwards=backwards)


def mark(one: Declaration) -> str:
    """Name a declaration's place in the list."""
    return f"{one.student_number}~{one.resident}"


def count(tx: Tx, year: int, wanted: Filter = ANY) -> Counts:
    """Count the declarations of a year by where they stand."""
    by: dict[str, int] = dict.fromkeys(map(str, Standing), 0)
    for acceptance, corrected, many in store.count(tx, year, wanted):
        by[_standing(acceptance, corrected=corrected)] += many
    return Counts(sum(by.values()), by)


def _standing(acceptance: int | None, *, corrected: bool) -> str:
    if acceptance is None:
        return Standing.CORRECTED if corrected else Standing.NEW
    return {1: Standing.ACCEPTED, 2: Standing.REFUSED, 3: Standing.TO_CORRECT}[acceptance]
