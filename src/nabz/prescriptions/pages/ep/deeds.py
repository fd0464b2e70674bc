"""What may be done on the sheet before it is written: look up, search, add, take away, mark, save."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.kit.ids import random_uuid
from nabz.prescriptions.model import Kind, Prescription
from nabz.prescriptions.model.catalogue import code_of
from nabz.prescriptions.model.favourites import Template
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.model.rules import days_after
from nabz.prescriptions.pages.ep.sheet import Sheet, number, row_of, row_of_item, row_of_usual, usual_of
from nabz.prescriptions.pages.ep.view import Outcome, catalogue_of, day_of, patient_of
from nabz.prescriptions.pages.ep.words import EpWords
from nabz.prescriptions.pages.frame import db_of
from nabz.prescriptions.service import favourites, reading

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nabz.kit.http import Call
    from nabz.prescriptions.model import Doctor
    from nabz.prescriptions.model.catalogue import Service
    from nabz.prescriptions.model.favourites import Usual

    Deed = Callable[[Call, Doctor, Sheet, str], Awaitable[Outcome]]

MOST_HITS: Final = 12


async def do(call: Call, doctor: Doctor, sheet: Sheet, deed: str) -> Outcome:
    """Do what a button says; one that nobody knows does nothing but look again."""
    name, _, about = deed.partition(":")
    sheet = await _of_patient(call, sheet)
    return await DEEDS.get(name, _next)(call, doctor, sheet, about)


async def _of_patient(call: Call, sheet: Sheet) -> Sheet:
    """Another patient has another mobile and other warnings."""
    if sheet.editing or sheet.patient == sheet.known:
        return sheet
    entitled, _ = await patient_of(call, sheet)
    mobile = "" if sheet.known else sheet.mobile
    return sheet.changed(known=sheet.patient, mobile=mobile, seen="") if entitled else sheet


async def _next(call: Call, doctor: Doctor, sheet: Sheet, _about: str) -> Outcome:
    """Go on, as Enter does: add what was picked, or search for what was typed."""
    if sheet.chosen:
        return await _pick(call, doctor, sheet, sheet.chosen)
    return await _find(call, doctor, sheet, "") if sheet.q and sheet.types else Outcome(sheet)


async def _find(call: Call, doctor: Doctor, sheet: Sheet, _about: str) -> Outcome:
    """Search; a whole code is taken at once."""
    hits = await search(call, sheet)
    if len(hits) == 1 or (hits and hits[0].code == code_of(sheet.q)):
        return await _pick(call, doctor, sheet, ":".join(hits[0].key))
    return Outcome(sheet, "f-q", hits)


async def search(call: Call, sheet: Sheet) -> list[Service]:
    """Find services of the present tab as one types."""
    if not sheet.types or not sheet.q:
        return []
    catalogue = catalogue_of(call)
    return await catalogue.search(db_of(call), sheet.q, day_of(call), call.now, types=sheet.types, limit=MOST_HITS)


async def _pick(call: Call, doctor: Doctor, sheet: Sheet, about: str) -> Outcome:
    """Add a line: as the physician usually writes it, or with what is sensible."""
    type_, _, code = about.partition(":")
    sheet = sheet.changed(chosen="", q="")
    there = next((place for place, row in sheet.mine if row.key == (type_, code)), None)
    if there is not None:
        return Outcome(sheet, f"f-r{there}_quantity")
    usual = next((one for one in await _starred(call, doctor, sheet) if one.key == (type_, code)), None)
    found = await catalogue_of(call).many(db_of(call), [(type_, code)], day_of(call), call.now)
    service = found.get((type_, code))
    if service is None or type_ not in sheet.types:
        return Outcome(sheet, "f-q")
    sheet = sheet.with_rows([row_of_usual(usual) if usual else row_of(service)])
    return Outcome(sheet, f"f-r{len(sheet.rows) - 1}_quantity")


async def _starred(call: Call, doctor: Doctor, sheet: Sheet) -> list[Usual]:
    return await db_of(call).read(favourites.listed, doctor.id, sheet.types)


async def _remove(_call: Call, _doctor: Doctor, sheet: Sheet, about: str) -> Outcome:
    """Take a line away."""
    place = number(about)
    return Outcome(sheet if place is None else sheet.without(place), "f-q")


async def _star(call: Call, doctor: Doctor, sheet: Sheet, about: str) -> Outcome:
    """Mark a line as a favourite as it stands, or take the mark away."""
    place = number(about)
    if place is None or place >= len(sheet.rows):
        return Outcome(sheet)
    row, db = sheet.rows[place], db_of(call)
    if any(one.key == row.key for one in await _starred(call, doctor, sheet)):
        await db.write(favourites.unmark, doctor.id, *row.key)
    else:
        found = await catalogue_of(call).many(db, [row.key], day_of(call), call.now)
        if row.key in found:
            await db.write(favourites.mark, doctor.id, usual_of(row, found[row.key].name), call.now)
    return Outcome(sheet, f"f-star{place}")


async def _kind(call: Call, _doctor: Doctor, sheet: Sheet, about: str) -> Outcome:
    """Go to another tab; the lines of this one wait."""
    kind = number(about)
    if sheet.editing or kind not in set(Kind):
        return Outcome(sheet)
    return Outcome(dated(call, sheet.changed(kind=kind, q="", chosen="", seen="")))


def dated(call: Call, sheet: Sheet) -> Sheet:
    """Begin a referral with tomorrow, an order of admission with today."""
    if sheet.day or sheet.kind not in {Kind.REFERRAL, Kind.HOSPITAL}:
        return sheet
    today = day_of(call)
    day = jalali.parse(today if sheet.kind == Kind.HOSPITAL else days_after(today, 1))
    return sheet.changed(day=jalali.slashed(day))


async def _use(call: Call, doctor: Doctor, sheet: Sheet, about: str) -> Outcome:
    """Add the lines of a template."""
    try:
        template = await db_of(call).read(favourites.template, doctor.id, about)
    except Problem as problem:
        return Outcome(sheet, errors={"form": EpWords(call).problem(problem)})
    return Outcome(sheet.with_rows(row_of_usual(one) for one in template.lines), "f-q")


async def _again(call: Call, _doctor: Doctor, sheet: Sheet, about: str) -> Outcome:
    """Add the lines of an earlier prescription of the same patient."""
    entitled, _ = await patient_of(call, sheet)
    try:
        one: Prescription = await db_of(call).read(reading.by_id, number_of(about))
    except Problem:
        return Outcome(sheet)
    if entitled is None or one.patient != entitled.key:
        return Outcome(sheet)
    if not sheet.mine and not sheet.editing:
        sheet = sheet.changed(kind=int(one.kind))
    return Outcome(sheet.with_rows(row_of_item(item) for item in one.items if item.type in sheet.types), "f-q")


async def _save(call: Call, doctor: Doctor, sheet: Sheet, _about: str) -> Outcome:
    """Save the lines of this tab as a template."""
    found = await catalogue_of(call).many(db_of(call), [row.key for row in sheet.rows], day_of(call), call.now)
    lines = tuple(usual_of(row, found[row.key].name) for _, row in sheet.mine if row.key in found)
    one = Template(random_uuid(), sheet.template, sheet.kind, lines)
    try:
        await db_of(call).write(favourites.save, doctor.id, one, call.now)
    except Problem as problem:
        return Outcome(sheet, errors={"template": EpWords(call).problem(problem)})
    return Outcome(sheet.changed(template=""), "f-q")


DEEDS: Final[dict[str, Deed]] = {
    "next": _next,
    "look": _next,
    "find": _find,
    "pick": _pick,
    "remove": _remove,
    "star": _star,
    "kind": _kind,
    "use": _use,
    "again": _again,
    "save": _save,
}
