"""Residency's part of the demo sandbox: residents of two universities, three years of declarations, results of two."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import msgspec
from PIL import Image, ImageDraw

from nabz.kit import jalali
from nabz.kit.persian import synthetic_national_code
from nabz.registries.seed import names
from nabz.residency.model import (
    Acceptance,
    Caller,
    DeclarationDraft,
    DeclarationType,
    Pick,
    ResidentDraft,
    Result,
    Year,
)
from nabz.residency.model.years import year_at
from nabz.residency.service import deciding, declarations, pictures, residents, results, years

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from nabz.kit.db import Database, Tx
    from nabz.kit.digest import Keyring
    from nabz.residency.model import Declaration

SEEDED: Final = "seed"
UNIVERSITIES: Final = ("university", "university-2")
EACH: Final = 16
"""So many residents of each university."""

FIRST_CODE: Final = 640_000
COURSES: Final = ("1710", "1713", "1721", "1725", "1733", "1720", "1731", "1712")
STARTS: Final = 4
"""Residents began in this and so many years before."""

MOBILE: Final = "09990000000"
CORRECTION: Final = "نمرهٔ اخلاق حرفه‌ای با صورت‌جلسهٔ گروه یکی نیست؛ آن را درست کنید."
REFUSAL: Final = "دورهٔ دستیار کامل نیست."
FOREIGN: Final = 5
"""Every so many-th place is the one of a foreigner in each university."""


async def demo(db: Database, keys: Keyring, now: datetime, organisations: Mapping[str, str]) -> dict[str, Any]:
    """Make what is not there yet (`db` is seen from the sandbox), and tell what a first call needs."""
    this = year_at(now)
    for place, name in enumerate(UNIVERSITIES):
        caller = Caller(organisations[name], SEEDED, f"seed-{place}")
        drafts = [_resident(place, number, this) for number in range(EACH)]
        if await db.read(residents.find, caller.university, drafts[0].student_number) is None:
            for number, draft in enumerate(drafts):
                await _put(db, keys, draft, number, caller, now)
    await db.write(_finish, this, now)
    first = _resident(0, 0, this)
    return {
        "username": "demo-university",
        "password": "demo-only-university",
        "student_number": first.student_number,
        "national_code": first.national_code,
        "course": first.course,
        "mobile": first.mobile,
        "year": this,
    }


def first_code() -> str:
    """Give the national code of the first resident, with whom the guides begin."""
    return synthetic_national_code(FIRST_CODE)


async def _put(db: Database, keys: Keyring, draft: ResidentDraft, number: int, caller: Caller, now: datetime) -> None:
    """Put a resident with his picture and his declarations of this year and the two before."""
    who = f"{caller.university}/{draft.student_number}"
    caller = Caller(caller.university, caller.by, keys.uuid("residency.demo", f"call {who}"))
    one = await db.write(residents.put, draft, caller, keys.uuid("residency.demo", who), now)
    if number % 4 == 0:
        painted = await asyncio.to_thread(pictures.paint, _picture(number))
        await db.write(pictures.put, one.student_number, painted, caller, now)
    this = year_at(now)
    for year in range(max(this - 2, draft.start_year), this + 1):
        if year < this or number % 8 != 7:  # noqa: PLR2004 - one in eight waits to be declared
            made = await db.write(declarations.put, _declaration(draft, year, number), caller, now)
            await db.write(_decide, made, number, this, now)
            if year == this and number % 8 == 6:  # noqa: PLR2004 - one in eight has mended what was asked for
                mended = msgspec.structs.replace(_declaration(draft, year, number), ethics=2600)
                await db.write(declarations.put, mended, caller, now + timedelta(seconds=1))


def _decide(tx: Tx, made: Declaration, number: int, this: int, now: datetime) -> None:
    """Let the ministry say something: to all of former years, to some of this one."""
    caller = Caller("", SEEDED, f"{made.resident}-{made.year}")
    pick = [Pick(made.resident, made.year, made.version)]
    if made.year < this:
        declared = made.type == DeclarationType.DECLARED
        acceptance, note = (Acceptance.ACCEPTED, "") if declared else (Acceptance.REFUSED, REFUSAL)
        deciding.decide(tx, pick, acceptance, note, caller, now)
        if declared:
            result = Result.CONDITIONAL if number % 7 == 3 else Result.PROMOTED  # noqa: PLR2004
            results.enter(tx, made.resident, made.year, result, "", caller, now)
    elif number % 4 == 1:
        deciding.decide(tx, pick, Acceptance.ACCEPTED, "", caller, now)
    elif number % 4 == 2:  # noqa: PLR2004
        deciding.decide(tx, pick, Acceptance.TO_CORRECT, CORRECTION, caller, now)


def _finish(tx: Tx, this: int, now: datetime) -> None:
    """Set the years' deadlines where there are none: former ones are over, their results published."""
    caller = Caller("", SEEDED, "seed")
    for year in range(this - 2, this + 1):
        if years.get(tx, year).version:
            continue
        first = jalali.instant(year, 7, 1)
        if year == this:
            one = Year(year=year, opens_at=first, closes_at=jalali.instant(year + 1, 6, 31) + timedelta(hours=20))
        else:
            one = Year(
                year=year,
                opens_at=first,
                closes_at=jalali.instant(year, 12, 1),
                corrects_until=jalali.instant(year, 12, 20),
                results_at=jalali.instant(year + 1, 5, 1, 12),
            )
        years.put(tx, one, caller, now)


def _resident(university: int, number: int, this: int) -> ResidentDraft:
    """Make up a resident; the first of all is the one of the guides' examples."""
    place = university * EACH + number
    start_year = this - number % STARTS
    duration = number % STARTS + 1
    woman = number % 2 == 0
    first = (names.WOMEN if woman else names.MEN)[place % 12]
    foreign = number == FOREIGN
    return ResidentDraft(
        student_number=f"{start_year}{university + 1}{number:04}",
        national_code=f"P{7_000_000 + place}" if foreign else synthetic_national_code(FIRST_CODE + place),
        course=COURSES[number % len(COURSES)],
        start_year=start_year,
        status=1,
        duration=duration,
        start=_day(start_year, 7, 15),
        end=None,
        first_name=first,
        last_name=names.FAMILIES[(place * 5) % len(names.FAMILIES)],
        father_name=names.MEN[(place + 3) % 12],
        is_irani=not foreign,
        birth=_day(start_year - 29, number % 12 + 1, 10),
        email=f"resident{place}@example.invalid",
        mobile=f"{MOBILE[:-3]}{place + 100:03}",
        address="",
        gender=1 if woman else 2,
    )


def _declaration(draft: ResidentDraft, year: int, number: int) -> DeclarationDraft:
    """Make up the declaration of a year; one in eleven is not declared."""
    duration = year - draft.start_year + 1
    refused = number % 11 == 6  # noqa: PLR2004
    return DeclarationDraft(
        student_number=draft.student_number,
        year=year,
        code=duration + 1 if duration < STARTS or draft.course == "1721" else 10,
        type=DeclarationType.NOT_DECLARED if refused else DeclarationType.DECLARED,
        reason=1 if refused else None,
        duration=duration,
        log_book=not refused,
        clinical=4500 + number * 75,
        operation=4400 + number * 100,
        ethics=2400 + number * 25,
        start=draft.start,
        end=_day(year + 1, 6, 31) if duration == STARTS and draft.course != "1721" else None,
        description="",
    )


def _day(year: int, month: int, day: int) -> date:
    found: date = jalali.of_parts(year, month, day).to_gregorian()
    return found


def _picture(number: int) -> bytes:
    """Draw a face that is nobody's."""
    paper = Image.new("RGB", (300, 400), (222, 230, 238))
    drawing = ImageDraw.Draw(paper)
    shade = 90 + number * 8 % 90
    drawing.ellipse((95, 70, 205, 200), fill=(shade, shade, shade + 20))
    drawing.ellipse((50, 220, 250, 480), fill=(shade, shade, shade + 20))
    kept = BytesIO()
    paper.save(kept, "JPEG", quality=80)
    return kept.getvalue()
