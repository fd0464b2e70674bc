"""Declaring one resident in a year: the form while it may change, and what stands there when it may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from nabz.kit.errors import NotFound
from nabz.residency.errors import ChangedMeanwhile, Refused, UnderMaintenance
from nabz.residency.model import CERTIFICATE, Acceptance, CodeKind, DeclarationDraft, DeclarationType, Filter, Standing
from nabz.residency.model.codes import DECLARATION_TYPES, DECLARE_CODES, REJECT_REASONS
from nabz.residency.model.rules import content_of, declaration_faults, fitting_faults, time_faults
from nabz.residency.model.years import read_year
from nabz.residency.pages.frame import UNIVERSITY, back, db_of, member_of, university_of
from nabz.residency.pages.university import typed
from nabz.residency.pages.university.frame import RESIDENTS, draw, path_of, resident_of, words_of
from nabz.residency.pages.university.registering import CONFLICT, differing, errors_of, unsent
from nabz.residency.service import codes, declarations, results, years
from nabz.web.forms import UNPROCESSABLE, Filled
from nabz.web.pages import Pages
from nabz.web.render import say

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.residency.model import Caller, Declaration, Resident
    from nabz.residency.pages.frame import Words

PATH: Final = f"{RESIDENTS}/{{number}}/declare/{{year}}"
_ALWAYS: Final = frozenset({"YearId"})
"""What is wrong with the year cannot be mended by typing."""

_DURATIONS: Final = range(1, 6)
_CODES: Final = {1: 2, 2: 3, 3: 4, 4: 5}


def routes() -> Pages:
    """These pages."""
    pages = Pages("residency")

    @pages.get(PATH, summary="Declare a resident in a year", roles=UNIVERSITY)
    async def show(call: Call) -> Response:
        return await _draw(call)

    @pages.post(PATH, summary="Send the declaration of a resident", roles=UNIVERSITY)
    async def declare(call: Call) -> Response:
        form, year, member = await typed.declaration_form(call), _year(call), await member_of(call)
        one = await db_of(call).read(resident_of, member.university, call.path["number"])
        known = await db_of(call).read(declarations.find, one.id, year)
        try:
            caller = await university_of(call)
            draft = typed.declaration(form, one.student_number, year, call.now)
            if known is not None and known.version == form.seen and content_of(known) == content_of(draft):
                return _unchanged(call, one, known)
            sent = await db_of(call).write(put, draft, caller, form.seen, call.now)
        except UnderMaintenance as problem:
            return unsent(await _draw(call, Filled(form.fields), closed=True), problem)
        except Refused as problem:
            return await _draw(call, Filled(form.fields, errors_of(call, problem)))
        except ChangedMeanwhile:
            return await _draw(call, mine=form)
        return back(call, call.scope["path"], *_said(sent, words_of(call)))

    return pages


def _said(sent: Declaration, words: Words) -> tuple[str, str]:
    total = words.score(sent.total)
    if sent.standing is Standing.CORRECTED:
        fa = f"اصلاح ثبت شد و برای بررسی دوباره به وزارت رفت؛ جمع نمره‌ها {total} از {words.digits(150)}."
        return fa, f"The correction went to the ministry: the scores sum up to {total} of 150."
    fa = f"معرفی ثبت شد؛ جمع نمره‌ها {total} از {words.digits(150)}."
    return fa, f"Declared: the scores sum up to {total} of 150."


def put(tx: Tx, draft: DeclarationDraft, caller: Caller, seen: int, now: datetime) -> Declaration:
    """Declare as it was seen; nothing is kept where somebody was faster. Raises Refused, ChangedMeanwhile."""
    one = declarations.put(tx, draft, caller, now)
    if one.version not in {seen, seen + 1}:  # the service holds the resident: what it counted on is what stands there
        raise ChangedMeanwhile
    return one


def suggested(one: Resident, year: int, course_years: int | None) -> DeclarationDraft:
    """Fill a declaration with what is known of the resident; who is in the last year asks for the certificate."""
    last = course_years if course_years is not None else max(_DURATIONS)
    code = CERTIFICATE if one.duration >= last else _CODES.get(one.duration, CERTIFICATE)
    return DeclarationDraft(
        student_number=one.student_number,
        year=year,
        code=code,
        type=DeclarationType.DECLARED,
        reason=None,
        duration=one.duration,
        log_book=False,
        clinical=0,
        operation=0,
        ethics=0,
        start=one.start,
        end=one.end if code == CERTIFICATE else None,
        description="",
    )


def _year(call: Call) -> int:
    """Read the year of an address. Raises NotFound."""
    found = read_year(call.path["year"])
    if found is None:
        raise NotFound
    return found


def _unchanged(call: Call, one: Resident, known: Declaration) -> Response:
    path = f"{path_of(one.student_number)}/declare/{known.year}"
    if known.acceptance == Acceptance.TO_CORRECT:
        fa, en = "چیزی تغییر نکرده است؛ اصلاح هنوز ارسال نشده.", "Nothing was changed: the correction is still to come."
        return back(call, path, fa, en, "warn")
    return back(call, path, "چیزی تغییر نکرده است.", "Nothing was changed.", "info")


def _read(tx: Tx, university: str, number: str, year: int, now: datetime) -> dict[str, Any]:
    one = resident_of(tx, university, number)
    known = declarations.find(tx, one.id, year)
    times, course_years = years.get(tx, year), codes.course_years(tx, one.course)
    draft = known or suggested(one, year, course_years)
    of_year = [*declaration_faults(draft, now), *fitting_faults(draft, one, course_years)]
    closed = [*(each for each in of_year if each.field in _ALWAYS), *time_faults(draft, known, times, now)]
    corrected = known is not None and known.standing is Standing.CORRECTED
    waiting = Filter(university=university, standing=Standing.TO_CORRECT)
    return {
        "one": one,
        "following": declarations.search(tx, year, waiting, 1) if corrected else [],
        "known": known and results.shown(known, published=times.published(now)),
        "draft": draft,
        "closed": closed,
        "times": times,
        "published": times.published(now),
        "courses": codes.names(tx, CodeKind.COURSE),
    }


async def _draw(
    call: Call, form: Filled | None = None, mine: typed.Typed | None = None, *, closed: bool = False
) -> Response:
    caller, year = await member_of(call), _year(call)
    found = await db_of(call).read(_read, caller.university, call.path["number"], year, call.now)
    known, words = found["known"], words_of(call)
    fields = {**typed.declaration_fields(found["draft"], words), "version": str(known.version if known else 0)}
    if known is None:  # nothing is given away: scores are typed
        fields.update(BaliniScore="", OperationScore="", EthicsScore="")
    kept = {**mine.fields, "version": fields["version"]} if mine else fields
    form = form or Filled(kept)
    status = UNPROCESSABLE if form.errors else CONFLICT if mine else 200
    return draw(
        call,
        "declare.html",
        status,
        **{**found, "closed": [say(call, each.fa, each.en) for each in found["closed"]]},
        year=year,
        path=f"{path_of(found['one'].student_number)}/declare/{year}",
        form=form,
        there=None if mine is None else differing(fields, mine.fields, words),
        unsent=closed,
        code_options=[(str(each), words.title("declare_codes", each)) for each in DECLARE_CODES],
        type_options=[(str(each), words.title("declaration_types", each)) for each in DECLARATION_TYPES],
        reason_options=[("", "—"), *((str(each), words.title("reject_reasons", each)) for each in REJECT_REASONS)],
    )
