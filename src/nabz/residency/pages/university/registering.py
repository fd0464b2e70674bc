"""The form of a resident: a new one, and one that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from nabz.kit.ids import new_id
from nabz.kit.persian import ascii_digits
from nabz.residency.errors import ChangedMeanwhile, Refused, UnderMaintenance
from nabz.residency.errors.faults import NAMES
from nabz.residency.model import CodeKind
from nabz.residency.model.codes import GENDERS
from nabz.residency.pages.frame import UNIVERSITY, back, db_of, member_of, university_of
from nabz.residency.pages.university import typed
from nabz.residency.pages.university.frame import NEW, RESIDENTS, draw, options, path_of, resident_of, words_of
from nabz.residency.service import codes, residents
from nabz.web.forms import UNPROCESSABLE, Filled
from nabz.web.pages import Pages
from nabz.web.render import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.residency.model import Caller, Resident, ResidentDraft
    from nabz.residency.pages.frame import Words

CONFLICT: Final = 409
_TABLES: Final = {
    "GenderId": "genders",
    "DeclareCode": "declare_codes",
    "DeclarationTypeId": "declaration_types",
    "RejectReasonTypeId": "reject_reasons",
}
BLANK: Final = Filled({"IsIrani": "1", "ResidentStatusId": "1", "DurationId": "1", "version": "0"})


def routes() -> Pages:
    """These pages."""
    pages = Pages("residency")

    @pages.get(NEW, summary="The form of a new resident", roles=UNIVERSITY)
    async def blank(call: Call) -> Response:
        await member_of(call)
        return await _draw(call, BLANK, None)

    @pages.post(NEW, summary="Register a resident", roles=UNIVERSITY)
    async def register(call: Call) -> Response:
        form = await typed.resident_form(call)
        try:
            caller = await university_of(call)
            draft = typed.resident(form, call.now)
            one = await db_of(call).write(put, draft, caller, new_id(), 0, call.now)
        except UnderMaintenance as problem:
            return unsent(await _draw(call, Filled(form.fields), None, closed=True), problem)
        except Refused as problem:
            return await _draw(call, _told(call, form.fields, problem), None)
        except ChangedMeanwhile:
            if await db_of(call).read(residents.find, caller.university, form.latin("StudentNumber")) is None:
                raise  # somebody registers the same person at this moment
            fa, en = "این شمارهٔ دانشجویی پیش‌تر ثبت شده است", "this student number is registered already"
            return await _draw(call, Filled(form.fields, {"StudentNumber": say(call, fa, en)}), None)
        return back(call, path_of(one.student_number), "دستیار ثبت شد.", "The resident was registered.")

    @pages.get(f"{RESIDENTS}/{{number}}/edit", summary="The form of a resident", roles=UNIVERSITY)
    async def edit(call: Call) -> Response:
        one = await _one(call)
        return await _draw(call, Filled(_fields(call, one)), one)

    @pages.post(f"{RESIDENTS}/{{number}}/edit", summary="Change a resident", roles=UNIVERSITY)
    async def change(call: Call) -> Response:
        form, one = await typed.resident_form(call), await _one(call)
        form.fields = {**form.fields, "StudentNumber": one.student_number}
        try:
            caller = await university_of(call)
            draft = typed.resident(form, call.now)
            await db_of(call).write(put, draft, caller, one.id, form.seen, call.now)
        except UnderMaintenance as problem:
            return unsent(await _draw(call, Filled(form.fields), one, closed=True), problem)
        except Refused as problem:
            return await _draw(call, _told(call, form.fields, problem), one)
        except ChangedMeanwhile:
            now = await _one(call)
            there = _fields(call, now)
            kept = Filled({**form.fields, "version": there["version"]})
            return await _draw(call, kept, now, differing(there, form.fields, words_of(call)))
        return back(call, path_of(one.student_number), "مشخصات دستیار ذخیره شد.", "The resident was changed.")

    return pages


def put(tx: Tx, draft: ResidentDraft, caller: Caller, new_id_: str, seen: int, now: datetime) -> Resident:
    """Put a resident as he was seen; nothing is kept where somebody was faster. Raises Refused, ChangedMeanwhile."""
    one = residents.put(tx, draft, caller, new_id_, now)
    if one.version not in {seen, seen + 1}:  # the service holds the row: what it counted on is what stands there
        raise ChangedMeanwhile
    return one


def unsent(answer: Response, problem: UnderMaintenance) -> Response:
    """Answer a form that came while the service is closed: shown again as it was typed, to be sent later."""
    answer.status_code = problem.status
    answer.headers["retry-after"] = str(max(1, round(problem.retry_after or 0)))
    return answer


def differing(there: Mapping[str, str], sent: Mapping[str, str], words: Words) -> list[tuple[str, str]]:
    """List what stands there now where somebody typed something else, with the names of the fields."""
    return [
        (words.text(NAMES[field], field), _spelt(field, text, words))
        for field, text in there.items()
        if field in NAMES and ascii_digits(sent.get(field, "")).strip() != ascii_digits(text)
    ]


def _spelt(field: str, text: str, words: Words) -> str:
    table = _TABLES.get(field)
    return words.title(table, int(text)) if table and text.isdecimal() else text


async def _one(call: Call) -> Resident:
    caller = await member_of(call)
    return await db_of(call).read(resident_of, caller.university, call.path["number"])


def _fields(call: Call, one: Resident) -> dict[str, str]:
    return {**typed.resident_fields(one, words_of(call)), "version": str(one.version)}


def _told(call: Call, fields: Mapping[str, str], problem: Refused) -> Filled:
    return Filled(fields, errors_of(call, problem))


def errors_of(call: Call, problem: Refused) -> dict[str, str]:
    """Tell beside each field what is wrong with it."""
    told: dict[str, list[str]] = {}
    for each in problem.faults:
        told.setdefault(each.field, []).append(say(call, each.fa, each.en))
    places = {field: place for place, field in enumerate((*typed.RESIDENT, *typed.DECLARATION))}
    ordered = sorted(told, key=lambda field: places.get(field, -1))
    return {field: say(call, "؛ ", "; ").join(told[field]) for field in ordered}


async def _draw(
    call: Call, form: Filled, one: Resident | None, there: list[tuple[str, str]] | None = None, *, closed: bool = False
) -> Response:
    found = await db_of(call).read(_tables)
    words = words_of(call)
    return draw(
        call,
        "resident.html",
        UNPROCESSABLE if form.errors else 200 if there is None else CONFLICT,
        form=form,
        one=one,
        path=f"{path_of(one.student_number)}/edit" if one else NEW,
        there=there,
        unsent=closed,
        courses=found["courses"],
        statuses=options(found["statuses"], words, form.value("ResidentStatusId")),
        genders=[("", "—"), *((str(number), words.title("genders", number)) for number in GENDERS)],
    )


def _tables(tx: Tx) -> dict[str, Any]:
    return {"courses": codes.names(tx, CodeKind.COURSE), "statuses": codes.all_of(tx, CodeKind.STATUS)}
