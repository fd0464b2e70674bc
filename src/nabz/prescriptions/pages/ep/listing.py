"""What a physician wrote: the list, one prescription with what became of it, and deleting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlencode

import msgspec

from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.kit.persian import ascii_digits
from nabz.prescriptions.model import PORTAL, Deed, Kind, Prescription, Source, State, has_expired
from nabz.prescriptions.model.rules import read_day
from nabz.prescriptions.pages.ep.frame import PhysicianPages
from nabz.prescriptions.pages.ep.view import day_of
from nabz.prescriptions.pages.ep.words import EpWords
from nabz.prescriptions.pages.ep.writing import WRITERS, own, writer_of
from nabz.prescriptions.pages.frame import db_of, doctor_of, draw
from nabz.prescriptions.service import deliveries, enrolment, entitlement, reading, results, writing
from nabz.prescriptions.service.writing.desk import may
from nabz.web.forms import Filled
from nabz.web.pages import Pages
from nabz.web.render import say as say_text
from nabz.web.render import see_other

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.prescriptions.model import Doctor
    from nabz.prescriptions.model.results import Result

PAGE: Final = 30
READ: Final = 200
MOST_READS: Final = 10
"""So many rows are looked through for a page of those that are wanted."""

STATES: Final = (State.OPEN, State.PART, State.DONE, State.RETURNED)
EXPIRED: Final = "expired"
EDITABLE: Final = frozenset({Kind.DRUG, Kind.PARACLINIC})


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which of them."""

    from_day: Annotated[str, msgspec.Meta(max_length=20)] = ""
    until_day: Annotated[str, msgspec.Meta(max_length=20)] = ""
    state: Annotated[str, msgspec.Meta(max_length=20)] = ""
    kind: Annotated[str, msgspec.Meta(max_length=3)] = ""
    patient: Annotated[str, msgspec.Meta(max_length=40)] = ""
    tracking: Annotated[str, msgspec.Meta(max_length=20)] = ""
    before: int = 0


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it was written just now."""

    new: bool = False


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """The same, as it is looked for."""

    from_day: str = ""
    until_day: str = ""
    state: str = ""
    kind: str = ""
    patient: str = ""
    tracking: str = ""
    today: str = ""

    def wants(self, one: Prescription) -> bool:
        """Tell whether one is among those."""
        if one.state is State.DELETED or (self.patient and one.patient != self.patient):
            return False
        if (self.kind and str(int(one.kind)) != self.kind) or (self.tracking and str(one.tracking) != self.tracking):
            return False
        over = one.state in {State.OPEN, State.PART} and has_expired(one, self.today)
        return not self.state or (over if self.state == EXPIRED else one.state == self.state and not over)


def routes() -> Pages:
    """The list, and one of them."""
    pages = PhysicianPages("prescriptions")

    @pages.get("/ep/prescriptions", summary="The prescriptions that a physician wrote", roles=WRITERS)
    async def listed(call: Call) -> Response:
        return await _list(call, await doctor_of(call), call.query(Asked))

    @pages.get("/ep/prescriptions/{id}", summary="One prescription, and what became of it", roles=WRITERS)
    async def one(call: Call) -> Response:
        return await _one(call, await doctor_of(call), new=call.query(Seen).new)

    @pages.post("/ep/prescriptions/{id}/delete", summary="Delete a prescription", roles=WRITERS)
    async def delete(call: Call) -> Response:
        doctor = await doctor_of(call)
        found = await own(call, doctor)
        try:
            await writing.delete(db_of(call), found.id, doctor.id, writer_of(call, doctor), call.now)
        except Problem as problem:
            said = EpWords(call).problem(problem)
            return see_other(call, f"/ep/prescriptions/{found.id}", said=("bad", said))
        said = say_text(call, "نسخه حذف شد.", "The prescription was deleted.")
        return see_other(call, "/ep/prescriptions", said=("good", said))

    return pages


async def _list(call: Call, doctor: Doctor, asked: Asked) -> Response:
    say = EpWords(call)
    sought, errors = _sought(asked, day_of(call), say)
    found = [] if errors else await db_of(call).read(_some, doctor.id, sought, asked.before)
    more = found[PAGE - 1].id if len(found) > PAGE else 0
    words = {name: getattr(asked, name) for name in ("from_day", "until_day", "state", "kind", "patient", "tracking")}
    kept = {name: text for name, text in words.items() if text}
    return draw(
        call,
        "ep/list.html",
        say=say,
        form=Filled(words, errors),
        found=found[:PAGE],
        centres=await db_of(call).read(_centres, _taken_in(found)),
        filtered=bool(kept),
        following=f"/ep/prescriptions?{urlencode({**kept, 'before': more})}" if more else "",
        first=f"/ep/prescriptions?{urlencode(kept)}" if asked.before else "",
        state_options=[*((state, say.state(state)[1]) for state in STATES), (EXPIRED, say.text("منقضی", "expired"))],
        kind_options=[(int(kind), say.kind(kind)) for kind in Kind],
    )


def _sought(asked: Asked, today: str, say: EpWords) -> tuple[Sought, dict[str, str]]:
    """Read what is looked for; what cannot be read is told beside its field."""
    errors: dict[str, str] = {}
    read: dict[str, str] = {"from_day": "", "until_day": "", "patient": ""}
    for name in ("from_day", "until_day"):
        if text := getattr(asked, name).strip():
            try:
                read[name] = read_day(text, name)
            except Problem as problem:
                errors[name] = say.problem(problem)
    if asked.patient.strip():
        try:
            read["patient"] = entitlement.person_key(asked.patient)
        except Problem as problem:
            errors["patient"] = say.problem(problem)
    tracking = ascii_digits(asked.tracking).strip()
    return Sought(state=asked.state, kind=asked.kind, tracking=tracking, today=today, **read), errors


def _some(tx: Tx, doctor: str, sought: Sought, before: int) -> list[Prescription]:
    """Read one more than a page of those that are wanted."""
    found: list[Prescription] = []
    place = before or None
    for _ in range(MOST_READS):
        some = reading.of_doctor(tx, doctor, sought.from_day, sought.until_day, READ, place)
        found += [one for one in some if sought.wants(one)]
        if len(some) < READ or len(found) > PAGE:
            break
        place = some[-1].id
    return found[: PAGE + 1]


async def _one(call: Call, doctor: Doctor, *, new: bool) -> Response:
    one = await own(call, doctor)
    beside = await db_of(call).read(_became, one)
    is_own = one.source is Source.ELECTRONIC
    same_day = jalali.day_of(one.created_at) == jalali.day_of(call.now)
    return draw(
        call,
        "ep/one.html",
        say=EpWords(call),
        one=one,
        new=new,
        doctor=doctor,
        items=[item for item in one.items if item.state is not State.DELETED],
        may_edit=is_own and one.kind in EDITABLE and not one.edited and one.client == PORTAL and may(one, Deed.EDIT),
        may_delete=is_own and same_day and may(one, Deed.DELETE),
        **beside,
    )


def _taken_in(found: Iterable[Prescription]) -> set[str]:
    """Name the pharmacies that took in what was written on paper."""
    return {one.siam for one in found if one.source is not Source.ELECTRONIC}


def _centres(tx: Tx, numbers: Iterable[str]) -> dict[str, str]:
    return {number: found.name for number in numbers if (found := enrolment.centre(tx, number))}


def _became(tx: Tx, one: Prescription) -> dict[str, Any]:
    """Read what was given of it, by whom."""
    given = deliveries.of_prescription(tx, one.id)
    names = _centres(tx, {*(each.centre for each in given), *_taken_in([one])})
    released: dict[int, list[Result]] = {}
    for each in results.of_prescription(tx, one.id):
        released.setdefault(each.delivery, []).append(each)
    return {"given": given, "centres": names, "results": released}
