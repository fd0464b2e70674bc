"""Residents: put by their universities, found by them and by the ministry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

import msgspec

from nabz.kit import persian
from nabz.residency.errors import ChangedMeanwhile, Refused
from nabz.residency.errors.faults import fault
from nabz.residency.model import CodeKind, Resident
from nabz.residency.model.rules import (
    RESIDENT_FIELDS,
    change_faults,
    fitting_faults,
    identity_of,
    person_number,
    resident_faults,
)
from nabz.residency.service import codes, rules, telling
from nabz.residency.store import declarations
from nabz.residency.store import residents as store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.residency.errors.faults import Fault
    from nabz.residency.model import Caller, Filter, ResidentDraft

P = ParamSpec("P")
T = TypeVar("T")

PAGE: Final = 50
TRIES: Final = 3

find = store.find
by_id = store.by_id
history = telling.history


async def send(db: Database, draft: ResidentDraft, caller: Caller, new_id: str, now: datetime) -> Resident:
    """Put a resident, whoever puts the same at this moment. Raises Refused."""
    return await insist(db, put, draft, caller, new_id, now)


async def insist(db: Database, use_case: Callable[Concatenate[Tx, P], T], *args: P.args, **more: P.kwargs) -> T:
    """Run a use case once more where somebody else was faster. Raises what it raises, at last ChangedMeanwhile too."""
    for _ in range(TRIES - 1):
        try:
            return await db.write(use_case, *args, **more)
        except ChangedMeanwhile:  # now it is there: the next look sees it
            continue
    return await db.write(use_case, *args, **more)


def put(tx: Tx, draft: ResidentDraft, caller: Caller, new_id: str, now: datetime) -> Resident:
    """Insert a resident, or change the one of this student number (Residents/AddOrUpdate).

    What is there already changes nothing. Raises Refused, ChangedMeanwhile.
    """
    draft = tidy(draft)
    known = store.locked(tx, caller.university, draft.student_number)
    one = Resident(
        **msgspec.structs.asdict(draft),
        id=known.id if known else new_id,
        university=caller.university,
        version=known.version + 1 if known else 1,
        picture=known.picture if known else "",
        changed_at=now,
    )
    faults = [*resident_faults(draft, now), *_faults_there(tx, one, known)]
    if faults:
        raise Refused(*faults)
    if known is None:
        store.add(tx, one, ChangedMeanwhile())
        telling.note(tx, caller, now, one.id, 0, "resident-added", telling.difference(None, one, RESIDENT_FIELDS))
        return one
    facts = telling.difference(known, one, RESIDENT_FIELDS)
    if not facts:
        return known
    store.change(tx, one, ChangedMeanwhile())
    if identity_of(known) != identity_of(one):
        declarations.follow(tx, one.id, one.course, now)
    telling.note(tx, caller, now, one.id, 0, "resident-changed", facts)
    return one


def tidy(draft: ResidentDraft) -> ResidentDraft:
    """Give names and numbers their one spelling; what is wrong stays as it came, and is told as such."""
    number = person_number(persian.ascii_digits(draft.national_code[:40]), is_irani=draft.is_irani)
    return msgspec.structs.replace(
        draft,
        student_number=persian.ascii_digits(draft.student_number[:100]).strip(),
        national_code=number or draft.national_code[:40],
        course=persian.ascii_digits(draft.course[:40]).strip(),
        first_name=_words(draft.first_name),
        last_name=_words(draft.last_name),
        father_name=_words(draft.father_name),
        email=draft.email.strip(),
        mobile=persian.mobile(draft.mobile[:40]) or draft.mobile.strip(),
        address=_words(draft.address),
    )


def _words(text: str) -> str:
    return " ".join(persian.fold(text[: persian.LONGEST]).split())


def _faults_there(tx: Tx, one: Resident, known: Resident | None) -> Iterator[Fault]:
    """Tell what does not fit what is in the registry. Raises ChangedMeanwhile."""
    if known is not None:
        yield from _faults_of_change(tx, one, known)
    holder = store.holder(tx, one)
    if holder is not None and holder.id != one.id:
        if (holder.university, holder.student_number) == (one.university, one.student_number):
            raise ChangedMeanwhile  # he came in since his number was looked for
        yield fault("triple", "NationalCode")
    if (known is None or known.status != one.status) and not _status_fits(tx, one.status):
        yield fault("status", "ResidentStatusId")


def _status_fits(tx: Tx, status: int) -> bool:
    return codes.may_be(tx, CodeKind.STATUS, str(status)) or not rules.get(tx).status_binding


def _faults_of_change(tx: Tx, one: Resident, known: Resident) -> Iterator[Fault]:
    """Tell what does not fit what he is declared to, once it is somebody else, or of another course or year."""
    if identity_of(one) == identity_of(known):
        return
    yield from change_faults(one, known, decided=declarations.was_decided(tx, one.id))
    course_years = codes.course_years(tx, one.course)
    for each in declarations.of_resident(tx, one.id):
        yield from fitting_faults(each, one, course_years)


def search(tx: Tx, wanted: Filter, limit: int | None = PAGE, after: str = "") -> list[Resident]:
    """List residents in the order of their numbers, after the one that a mark names."""
    return store.search(tx, wanted, limit, place_of(after))


def mark(one: Resident) -> str:
    """Name a resident's place in the list."""
    return f"{one.student_number}~{one.id}"


def place_of(mark_: str) -> tuple[str, str] | None:
    """Read such a name."""
    number, tilde, id_ = mark_.partition("~")
    return (number, id_) if tilde else None


def of_person(tx: Tx, number: str) -> list[Resident]:
    """List the residencies of a national code, a passport or a BAFIA number, newest first."""
    plain = persian.ascii_digits(number[:40])
    found = {person_number(plain, is_irani=True), person_number(plain, is_irani=False)} - {None}
    return store.of_person(tx, sorted(str(each) for each in found)) if found else []


def count_undeclared(tx: Tx, university: str, year: int) -> int:
    """Count the residents of a university of whom nothing was said in a year."""
    return store.count_undeclared(tx, university, year)


def statuses_in_use(tx: Tx) -> dict[int, int]:
    """Count residents by their status."""
    return store.statuses_in_use(tx)
