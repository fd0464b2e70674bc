"""What the writing page shows beside the sheet: the patient's cover, the services, the warnings, the history."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from nabz.access.model import DEMO, Person
from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.kit.ids import random_uuid
from nabz.prescriptions.model import ANONYMOUS, Kind, Prescription, State
from nabz.prescriptions.model.catalogue import Service
from nabz.prescriptions.model.codes import (
    COMPLAINTS,
    INSTRUCTIONS,
    LAB_GROUPS,
    PHYSIO_ILLNESSES,
    PHYSIO_PLANS,
    SPECIALTIES,
    USAGES,
)
from nabz.prescriptions.model.doses import amounts_for, usages_for
from nabz.prescriptions.model.rules import DRUG, LAB, PHYSIO
from nabz.prescriptions.pages.ep.sheet import SERVICES, Row, Sheet, number
from nabz.prescriptions.pages.ep.words import QUESTIONS, EpWords
from nabz.prescriptions.pages.frame import db_of, draw
from nabz.prescriptions.seed.catalogue import examples_of
from nabz.prescriptions.service import entitlement, favourites, interactions, reading
from nabz.prescriptions.service.catalogue import Catalogue
from nabz.web.forms import Filled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.prescriptions.model import Doctor
    from nabz.prescriptions.service.entitlement import Entitlement

TABS: Final = (
    Kind.DRUG,
    Kind.PARACLINIC,
    Kind.VISIT,
    Kind.SERVICE,
    Kind.REFERRAL,
    Kind.FEEDBACK,
    Kind.HOSPITAL,
)
HISTORY: Final = 5
MOST_CHIPS: Final = 12
USUAL_INSTRUCTIONS: Final = (60, 61, 62, 65, 66, 67, 70, 76)


class Choices(NamedTuple):
    """What may be chosen: the usual ones, which stand first, and the rest of the table."""

    usual: Sequence[int]
    others: Sequence[int]


class Line(NamedTuple):
    """A line as it is shown."""

    place: int
    row: Row
    service: Service | None
    amounts: list[int]
    instructions: Choices
    usages: Choices
    is_favourite: bool

    @property
    def is_drug(self) -> bool:
        """Whether a dose is asked for."""
        return self.row.type == DRUG

    @property
    def is_lab(self) -> bool:
        """Whether a subgroup is asked for."""
        return self.row.type == LAB

    @property
    def is_physio(self) -> bool:
        """Whether an illness and a plan are asked for."""
        return self.row.type == PHYSIO

    @property
    def name(self) -> str:
        """Name it, by its code where the catalogue does not know it any more."""
        return self.service.name if self.service else self.row.code


class Warned(NamedTuple):
    """One warning: the kind of its note, what it is, and about what."""

    kind: str
    title: str
    text: str


class Outcome(NamedTuple):
    """What a deed leaves: the sheet, where one writes on, what was found, what is wrong."""

    sheet: Sheet
    focus: str = ""
    hits: list[Service] | None = None
    errors: Mapping[str, str] = {}
    written: Prescription | None = None


def day_of(call: Call) -> str:
    """Give the day in Tehran, as prescriptions have it."""
    return jalali.compact(jalali.day_of(call.now))


def catalogue_of(call: Call) -> Catalogue:
    """Give the catalogue of this process."""
    return call.deps.own(Catalogue, Catalogue)


async def patient_of(call: Call, sheet: Sheet) -> tuple[Entitlement | None, Problem | None]:
    """Look a patient up; what is no code is told beside the field."""
    if not sheet.patient:
        return None, None
    try:
        outside = entitlement.Outside.of(call.deps)
        return await entitlement.of(db_of(call), sheet.patient, call.now, outside), None
    except Problem as problem:
        return None, problem


async def show(call: Call, doctor: Doctor, out: Outcome, status: int = 200) -> Response:
    """Draw the writing page."""
    say = EpWords(call)
    entitled, refused = await patient_of(call, out.sheet)
    errors = dict(out.errors)
    if refused is not None:
        errors.setdefault("patient", say.problem(refused))
    sheet, day = out.sheet, day_of(call)
    keys = [row.key for row in sheet.rows]
    services = await catalogue_of(call).many(db_of(call), keys, day, call.now)
    found = await db_of(call).read(_beside, doctor, sheet, entitled.key if entitled else "", day)
    sheet = sheet.changed(key=sheet.key or random_uuid())
    if not sheet.mobile and entitled:
        sheet = sheet.changed(mobile=_mobile(entitled, found["history"]))
    warned = warnings_of(found, services, say)
    fields = {name: getattr(sheet, name) for name in Sheet.__struct_fields__ if name not in {"rows", "answers"}}
    return draw(
        call,
        "ep/write.html",
        status,
        say=say,
        sheet=sheet,
        form=Filled({**fields, **sheet.answers}, errors),
        doctor=doctor,
        entitled=entitled,
        lines=[_line(place, row, services, found["starred"]) for place, row in sheet.mine],
        tabs=[(kind, _waiting(sheet, kind)) for kind in TABS],
        services_tab=SERVICES,
        warned=warned,
        digest=digest_of(warned),
        must_be_seen=must_be_seen(warned),
        focus=_focus(out, sheet, errors),
        hits=out.hits,
        made_up=examples_of(sheet.types) if Person.of(call.me).data_set == DEMO else (),
        written=out.written,
        questions=QUESTIONS,
        tables={
            "lab": LAB_GROUPS,
            "illnesses": PHYSIO_ILLNESSES,
            "plans": PHYSIO_PLANS,
            "specialties": SPECIALTIES,
            "complaints": COMPLAINTS,
        },
        **found,
    )


def _beside(tx: Tx, doctor: Doctor, sheet: Sheet, patient: str, day: str) -> dict[str, Any]:
    """Read what stands beside the sheet."""
    mine = [row.code for _, row in sheet.mine if row.type == DRUG]
    active = reading.active(tx, patient, day, (DRUG,)) if patient and mine else []
    there = {
        item.code: one
        for one in active
        if str(one.id) != sheet.editing
        for item in one.items
        if item.type == DRUG and item.remaining
    }
    starred = favourites.listed(tx, doctor.id, sheet.types) if sheet.types else []
    return {
        "history": _history(tx, patient),
        "starred": starred,
        "chips": [one for one in starred if one.key not in {row.key for row in sheet.rows}][:MOST_CHIPS],
        "templates": favourites.templates(tx, doctor.id, sheet.kind) if sheet.types else [],
        "met": interactions.between(tx, [*mine, *there], day) if mine else [],
        "twins": interactions.same_therapy(tx, [*mine, *there], day) if mine else [],
        "there": there,
        "written_now": mine,
    }


def _history(tx: Tx, patient: str) -> list[Prescription]:
    found = reading.of_patient(tx, patient, 2 * HISTORY) if patient not in {"", ANONYMOUS} else []
    return [one for one in found if one.state is not State.DELETED][:HISTORY]


def warnings_of(found: dict[str, Any], services: Mapping[tuple[str, str], Service], say: EpWords) -> list[Warned]:
    """List what a physician should know before he ends; what he has not written now alone is no news."""
    now, there = set(found["written_now"]), found["there"]

    def name(code: str) -> str:
        service = services.get((DRUG, code))
        if service is not None:
            return service.name
        one = there.get(code)
        item = next((each for each in one.items if each.code == code), None) if one else None
        return f"{item.name} ({say.text('از نسخهٔ', 'of')} {say.day(one.day)})" if item else code

    warned = []
    for met in found["met"]:
        if {met.one, met.other} & now:
            kind, title = say.severity(met.severity)
            names = say.text(" و ", " and ").join((name(met.one), name(met.other)))
            warned.append(Warned(kind, f"{title}: {names}", say.text(met.text_fa, met.text_en or met.text_fa)))
    title = say.text("درمان تکراری", "same therapy")
    text = say.text("هر دو یک ماده دارند؛ شاید یکی کافی باشد.", "Both are one substance: one may be enough.")
    for one, other in found["twins"]:
        if {one, other} & now:
            names = say.text(" و ", " and ").join((name(one), name(other)))
            warned.append(Warned("warn", f"{title}: {names}", text))
    for code in sorted(now & set(there)):
        told = say.text(
            f"در نسخهٔ {say.day(there[code].day)} هم هست و هنوز تحویل نشده است.",
            f"Also in the prescription of {say.day(there[code].day)}, and not delivered yet.",
        )
        warned.append(Warned("warn", f"{title}: {name(code)}", told))
    return warned


def must_be_seen(warned: Sequence[Warned]) -> bool:
    """Tell whether a physician has to say that he has read the warnings."""
    return any(each.kind in {"bad", "warn"} for each in warned)


def digest_of(warned: Sequence[Warned]) -> str:
    """Name these very warnings."""
    return blake2b(repr(warned).encode(), digest_size=8).hexdigest() if warned else ""


async def unread(call: Call, doctor: Doctor, sheet: Sheet) -> bool:
    """Tell whether there are warnings that nobody has confirmed."""
    entitled, _ = await patient_of(call, sheet)
    found = await db_of(call).read(_beside, doctor, sheet, entitled.key if entitled else "", day_of(call))
    keys = [row.key for row in sheet.rows]
    services = await catalogue_of(call).many(db_of(call), keys, day_of(call), call.now)
    warned = warnings_of(found, services, EpWords(call))
    return must_be_seen(warned) and sheet.seen != digest_of(warned)


def _line(place: int, row: Row, services: Mapping[tuple[str, str], Service], starred: Sequence[Any]) -> Line:
    service = services.get(row.key)
    form, name = (service.form, service.name) if service else ("", "")
    return Line(
        place=place,
        row=row,
        service=service,
        amounts=_offered(amounts_for(form, name), row.amount),
        instructions=_choices(USUAL_INSTRUCTIONS, INSTRUCTIONS),
        usages=_choices(usages_for(form, name), USAGES),
        is_favourite=any(one.key == row.key for one in starred),
    )


def _choices(usual: Sequence[int], all_: Iterable[int]) -> Choices:
    return Choices(usual, [each for each in all_ if each not in usual])


def _offered(some: list[int], chosen: str) -> list[int]:
    """Offer what was chosen too, wherever it came from."""
    there = number(chosen)
    return some if there is None or there in some else [there, *some]


def _waiting(sheet: Sheet, kind: Kind) -> int:
    """Count the lines that wait on another tab."""
    return len(sheet.changed(kind=int(kind)).mine) if kind not in {sheet.kind, *SERVICES} else 0


def _mobile(entitled: Entitlement, history: Sequence[Prescription]) -> str:
    """Give the mobile that is known of a patient."""
    if entitled.person is not None and entitled.person.mobile:
        return entitled.person.mobile
    return next((one.mobile for one in history if one.mobile), "")


def _focus(out: Outcome, sheet: Sheet, errors: Mapping[str, str]) -> str:
    """Tell where one writes on: at the first mistake, else where the patient or the lines are not complete."""
    if errors:
        return f"f-{next(iter(errors))}"
    if not sheet.patient and not sheet.editing:
        return "f-patient"
    if not sheet.mobile and not sheet.editing:
        return "f-mobile"
    return out.focus or ("f-q" if sheet.types else "f-comments")
