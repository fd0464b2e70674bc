"""Letters about results: made when they are asked for, always the same, and confirmed by their numbers."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

from nabz.access.service import organisations
from nabz.residency.errors import DeclarationNotFound
from nabz.residency.model import CodeKind, Declaration, Filter
from nabz.residency.model.letters import Confirmed, Letter, LetterNumber, initials, mark_of, read_number
from nabz.residency.model.years import is_year
from nabz.residency.service import codes, declarations, residents, years

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring

PURPOSE: Final = "residency.letter"


def of(tx: Tx, keys: Keyring, resident_id: str, year: int, now: datetime) -> Letter:
    """Read what the letter of a resident says. Raises DeclarationNotFound before the results are published."""
    one = declarations.find(tx, resident_id, year)
    resident = residents.by_id(tx, resident_id)
    published = years.get(tx, year)
    if one is None or resident is None or one.result is None or not published.published(now):
        raise DeclarationNotFound
    course = codes.find(tx, CodeKind.COURSE, one.course)
    return Letter(
        number=_number(tx, keys, one),
        resident=resident,
        declaration=one,
        university=organisations.names_of(tx, [one.university]).get(one.university, ""),
        course=course.title if course is not None else "",
        at=published.results_at or now,
    )


def confirm(tx: Tx, keys: Keyring, text: str, now: datetime) -> Confirmed | None:
    """Tell what a stranger may know of the letter with a number; a letter whose result has changed is none."""
    number = read_number(text)
    if number is None or not is_year(number.year) or not years.published(tx, number.year, now):
        return None
    asked = Filter(student_number=number.student_number)
    for one in declarations.search(tx, number.year, asked, None):
        if one.result is not None and hmac.compare_digest(_number(tx, keys, one).mark, number.mark):
            return Confirmed(str(number), initials(one), one.year, one.result)
    return None


def _number(tx: Tx, keys: Keyring, one: Declaration) -> LetterNumber:
    digest = keys.digest(PURPOSE, f"{tx.data_set}\0{one.resident}\0{one.year}\0{one.result}")
    return LetterNumber(one.year, one.student_number, mark_of(digest))
