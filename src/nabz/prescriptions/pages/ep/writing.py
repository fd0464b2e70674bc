"""Writing a prescription, and editing one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from nabz.access.model import Role
from nabz.kit.errors import Problem
from nabz.kit.http.call import pairs_of
from nabz.prescriptions.errors.reading import KeyReused, NotThere
from nabz.prescriptions.model import Kind, Prescription
from nabz.prescriptions.model.codes import ICD10
from nabz.prescriptions.model.corrections import Look
from nabz.prescriptions.model.corrections import Role as LookedAs
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.pages.ep import deeds
from nabz.prescriptions.pages.ep.drafting import draft_of, items_of, mistakes, place_of
from nabz.prescriptions.pages.ep.frame import PhysicianPages
from nabz.prescriptions.pages.ep.sheet import TYPES_OF, Sheet, read, row_of_item, row_of_usual
from nabz.prescriptions.pages.ep.view import Outcome, patient_of, show, unread
from nabz.prescriptions.pages.ep.words import EpWords
from nabz.prescriptions.pages.frame import caller_of, db_of, doctor_of, draw
from nabz.prescriptions.service import favourites, reading, writing
from nabz.prescriptions.service.looks import Looks
from nabz.web.pages import Pages
from nabz.web.render import say as say_text
from nabz.web.render import see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call
    from nabz.prescriptions.model import Caller, Doctor, Draft

WRITERS: Final = (Role.PHYSICIAN, Role.SECRETARY)
UNPROCESSABLE: Final = 422
MOST_DIAGNOSES: Final = 12


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """With what a sheet begins."""

    patient: Annotated[str, msgspec.Meta(max_length=40)] = ""
    kind: int = int(Kind.DRUG)
    again: int = 0
    template: Annotated[str, msgspec.Meta(max_length=40)] = ""
    answering: int = 0


class Searched(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody types into a list."""

    q: Annotated[str, msgspec.Meta(max_length=200)] = ""
    kind: int = int(Kind.DRUG)


def routes() -> Pages:
    """The sheet and what it asks."""
    pages = PhysicianPages("prescriptions")

    @pages.get("/ep", summary="Write a prescription", roles=WRITERS)
    async def blank(call: Call) -> Response:
        doctor = await doctor_of(call)
        return await show(call, doctor, await _begun(call, doctor, call.query(Begun)))

    @pages.post("/ep", summary="Do something on the sheet: look up, search, add, take away", roles=WRITERS)
    async def change(call: Call) -> Response:
        doctor = await doctor_of(call)
        pairs = pairs_of(await call.bytes())
        sheet = read(pairs)
        out = await deeds.do(call, doctor, sheet, dict(pairs).get("deed", "next"))
        if out.sheet.known != sheet.known:
            await _note_look(call, doctor, out.sheet)
        return await show(call, doctor, out)

    @pages.post("/ep/write", summary="Write what stands on the sheet", roles=WRITERS)
    async def write(call: Call) -> Response:
        doctor = await doctor_of(call)
        sheet = read(pairs_of(await call.bytes()))
        return await (_edit if sheet.editing else _create)(call, doctor, sheet)

    @pages.get("/ep/search", summary="Services that begin as one types", roles=WRITERS)
    async def search(call: Call) -> Response:
        doctor, asked = await doctor_of(call), call.query(Searched)
        sheet = Sheet(kind=asked.kind, q=asked.q.strip())
        usual = [] if sheet.q else await db_of(call).read(favourites.listed, doctor.id, sheet.types)
        hits = await deeds.search(call, sheet)
        return draw(call, "ep/hits.html", say=EpWords(call), hits=hits, usual=usual[: deeds.MOST_HITS])

    @pages.get("/ep/diagnoses", summary="Diagnoses that have these words", roles=WRITERS)
    async def diagnoses(call: Call) -> Response:
        return draw(call, "ep/diagnoses.html", found=_diagnoses(call), say=EpWords(call))

    @pages.get("/ep/prescriptions/{id}/edit", summary="Edit a prescription", roles=WRITERS)
    async def edit(call: Call) -> Response:
        doctor = await doctor_of(call)
        one = await own(call, doctor)
        return await show(call, doctor, Outcome(_sheet_of(one)))

    return pages


async def own(call: Call, doctor: Doctor) -> Prescription:
    """Read the physician's own prescription that an address names. Raises NotThere."""
    return await db_of(call).read(reading.of_writer, number_of(call.path["id"]), doctor.id)


def _sheet_of(one: Prescription) -> Sheet:
    """Put a prescription on the sheet."""
    return Sheet(
        kind=int(one.kind),
        editing=str(one.id),
        patient=one.patient_code,
        known=one.patient_code,
        mobile=one.mobile,
        comments=one.comments,
        siam=one.siam,
        rows=tuple(row_of_item(item, editing=True) for item in one.items),
    )


async def _begun(call: Call, doctor: Doctor, begun: Begun) -> Outcome:
    """Begin a sheet: blank, for a patient, with an earlier prescription, with a template, or as an answer."""
    kind = begun.kind if begun.kind in set(Kind) else int(Kind.DRUG)
    sheet = Sheet(kind=kind, patient=begun.patient.strip(), known=begun.patient.strip())
    if begun.template:
        template = await db_of(call).read(favourites.template, doctor.id, begun.template)
        sheet = sheet.changed(kind=template.kind, rows=tuple(row_of_usual(one) for one in template.lines))
    if begun.again:
        one = await db_of(call).read(reading.of_writer, begun.again, doctor.id)
        rows = tuple(row_of_item(item) for item in one.items)
        sheet = sheet.changed(kind=int(one.kind), patient=one.patient_code, known=one.patient_code, rows=rows)
    if begun.answering:
        referral = await db_of(call).read(reading.by_id, begun.answering)
        if referral.kind != Kind.REFERRAL or referral.patient_code != begun.patient.strip():
            raise NotThere
        sheet = sheet.changed(feedback_of=str(referral.id))
    if sheet.patient:
        await _note_look(call, doctor, sheet)
    return Outcome(deeds.dated(call, sheet))


async def _note_look(call: Call, doctor: Doctor, sheet: Sheet) -> None:
    """Write down who has looked at a patient's record, and for which physician: the patient may read it."""
    entitled, _ = await patient_of(call, sheet)
    if entitled is not None:
        look = Look(patient=entitled.key, who=caller_of(call).by, role=LookedAs.PHYSICIAN, place=doctor.id)
        await Looks.of(call.deps).note(db_of(call), look, call.now)


async def _create(call: Call, doctor: Doctor, sheet: Sheet) -> Response:
    """Write the present tab; what waits on others stays on the sheet."""
    say = EpWords(call)
    draft = draft_of(sheet, doctor, call.now)
    wrong = mistakes(sheet, draft, say.problem)
    if not sheet.patient:
        wrong = {"patient": say.text("کد ملی بیمار را بنویسید.", "Write the patient's national code."), **wrong}
    if not wrong and await unread(call, doctor, sheet):
        wrong = {"seen": say.text("هشدارها را بخوانید و تأیید کنید.", "Read the warnings and confirm.")}
    if wrong:
        return await show(call, doctor, Outcome(sheet, errors=wrong), UNPROCESSABLE)
    try:
        one = await _written(call, doctor, sheet, draft)
    except Problem as problem:
        return await show(call, doctor, _told(sheet, problem, say), UNPROCESSABLE)
    rest = sheet.changed(rows=tuple(row for _, row in sheet.others), comments="", seen="", key="")
    if not rest.rows:
        return see_other(call, f"/ep/prescriptions/{one.id}?new=1")
    first = rest.rows[0].type
    kind = next(int(kind) for kind, types in TYPES_OF.items() if first in types)
    return await show(call, doctor, Outcome(rest.changed(kind=kind), written=one))


async def _written(call: Call, doctor: Doctor, sheet: Sheet, draft: Draft) -> Prescription:
    """Write it; the same sheet sent twice is one prescription, one that was changed since is another."""
    desk, db, caller = writing.Desk.of(call.deps), db_of(call), writer_of(call, doctor)
    try:
        return await writing.create(desk, db, draft, caller, call.now, sheet.key or None)
    except KeyReused:
        return await writing.create(desk, db, draft, caller, call.now)


def writer_of(call: Call, doctor: Doctor) -> Caller:
    """Name who writes: the physician whom the account stands for, by his national code."""
    return msgspec.structs.replace(caller_of(call), national_code=doctor.national_code)


async def _edit(call: Call, doctor: Doctor, sheet: Sheet) -> Response:
    """Put the lines of the sheet in the place of those that stand."""
    say = EpWords(call)
    stands = await db_of(call).read(reading.of_writer, number_of(sheet.editing), doctor.id)
    sheet = sheet.changed(kind=int(stands.kind), patient=stands.patient_code, mobile=stands.mobile, siam=stands.siam)
    wrong = mistakes(sheet, draft_of(sheet, doctor, call.now), say.problem)
    if not wrong and await unread(call, doctor, sheet):
        wrong = {"seen": say.text("هشدارها را بخوانید و تأیید کنید.", "Read the warnings and confirm.")}
    if wrong:
        return await show(call, doctor, Outcome(sheet, errors=wrong), UNPROCESSABLE)
    desk, db, caller = writing.Desk.of(call.deps), db_of(call), writer_of(call, doctor)
    try:
        await writing.edit(desk, db, stands.id, doctor.id, items_of(sheet), caller, call.now)
    except Problem as problem:
        return await show(call, doctor, _told(sheet, problem, say), UNPROCESSABLE)
    said = say_text(call, "نسخه ویرایش شد.", "The prescription was edited.")
    return see_other(call, f"/ep/prescriptions/{stands.id}", said=("good", said))


def _told(sheet: Sheet, problem: Problem, say: EpWords) -> Outcome:
    """Tell a problem beside its field; one that no typing mends stands at the top."""
    return Outcome(sheet, errors={place_of(sheet, problem): say.problem(problem)})


def _diagnoses(call: Call) -> list[tuple[str, str]]:
    """Find diagnoses by their codes or words."""
    say = EpWords(call)
    words = say.official(call.query(Searched).q).casefold().split()
    titled = ((code, say.official(one.title)) for code, one in ICD10.items())
    found = [pair for pair in titled if all(word in say.official(" ".join(pair)).casefold() for word in words)]
    return found[:MOST_DIAGNOSES]
