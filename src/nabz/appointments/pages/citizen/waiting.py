"""The waiting list: joined for a doctor who has no time, left again, and what is offered is taken."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple
from urllib.parse import urlencode

import msgspec

from nabz.access.model.guessing import network_of
from nabz.appointments.errors import AlreadyWaiting, TooManyBookings, UnknownAgenda, UnknownWaiting
from nabz.appointments.errors.citizens import TooManyPlaces
from nabz.appointments.model import Booking, Seen, Visitor, Waiting, WaitingState
from nabz.appointments.pages.citizen import keeping, proving
from nabz.appointments.pages.citizen.booking import REFUSED, refused
from nabz.appointments.pages.citizen.keeping import Draft, Kind
from nabz.appointments.pages.citizen.limits import within_limits
from nabz.appointments.pages.citizen.persons import PATIENT, Patient, blank, key_of, kinds, masked, read_mobile
from nabz.appointments.pages.frame import Words, draw, portal, store_of
from nabz.appointments.service import booking, desk, looking, queueing, waiting
from nabz.appointments.service.links import ticket_path
from nabz.kit import persian
from nabz.kit.errors import Problem
from nabz.kit.ids import new_id
from nabz.registries.model import provider_id_of_key, read_facility_id
from nabz.web import visit
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.appointments.model import Agenda
    from nabz.appointments.pages.citizen.keeping import Proven
    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.web.forms import Filled

DAYS: Final = (7, 14, 30, 90)


class Asked(msgspec.Struct, frozen=True):
    """For which doctor at which centre one waits."""

    provider: Annotated[str, msgspec.Meta(max_length=80)] = ""
    facility: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Place(NamedTuple):
    """A place in the list, whose it is, and what is offered to it."""

    one: Waiting
    agenda: Agenda | None
    offer: Seen | None


def routes() -> Pages:
    """The list, in, out, and what is offered."""
    pages = Pages("appointments")

    @pages.get("/nobat/waiting", summary="My places in waiting lists")
    async def show_waiting(call: Call) -> Response:
        known = keeping.proven(call)
        places = await store_of(call).read(_places, known) if known else []
        words = Words(visit.language(call), call.now)
        return draw(call, "citizen/waiting.html", known=known, places=places, person_of=lambda key: masked(words, key))

    @pages.get("/nobat/waiting/join", summary="The form of a place in a doctor's waiting list")
    async def show_join(call: Call) -> Response:
        return await _draw_join(call, blank(call, days=30))

    @pages.post("/nobat/waiting/join", summary="Wait for a doctor; the mobile is proven first")
    async def join(call: Call) -> Response:
        try:
            draft = _draft(await PATIENT.read(call), await _agenda(call))
            return await proving.begin(call, draft, finish)
        except Problem as problem:
            return await PATIENT.again(call, problem, _draw_join)

    @pages.post("/nobat/waiting/{id}/leave", summary="Wait no more")
    async def leave(call: Call) -> Response:
        place = await _mine(call)
        await store_of(call).write(waiting.leave, place.id, place.person, portal(call), call.now)
        text = say(call, "از فهرست انتظار بیرون آمدید.", "You have left the waiting list.")
        return see_other(call, "/nobat/waiting", said=("good", text))

    @pages.post("/nobat/waiting/{id}/take", summary="Take the time that is offered")
    async def take(call: Call) -> Response:
        return await _taken(call, await _mine(call))

    return pages


async def finish(call: Call, draft: Draft) -> Response:
    """Put somebody into the list; who is there already stays there."""
    one = Waiting(
        id=new_id(),
        person=draft.person,
        first_name=draft.first_name,
        last_name=draft.last_name,
        mobile=draft.mobile,
        specialty=draft.specialty,
        provider=draft.provider,
        facility=draft.facility,
        service="",
        from_=call.now,
        until=call.now + timedelta(days=draft.days),
        joined_at=call.now,
        joined_by="portal",
    )
    try:
        await store_of(call).write(queueing.join, call.deps.keys, one, network_of(call.ip), call.now)
    except (AlreadyWaiting, TooManyPlaces, TooManyBookings) as problem:
        kind = "info" if isinstance(problem, AlreadyWaiting) else "warn"
        return see_other(call, "/nobat/waiting", said=(kind, say(call, problem.text_fa, problem.text_en)))
    text = say(call, "در فهرست انتظار هستید؛ اگر زمانی خالی شود پیامک می‌آید.", "You are in the waiting list.")
    return see_other(call, "/nobat/waiting", said=("good", text))


def _draft(patient: Patient, agenda: Agenda) -> Draft:
    return Draft(
        kind=Kind.WAIT,
        whom=patient.whom,
        person=key_of(patient.id_type, patient.identity),
        first_name=persian.fold(patient.first_name.strip()),
        last_name=persian.fold(patient.last_name.strip()),
        mobile=read_mobile(patient.mobile),
        provider=agenda.provider,
        facility=agenda.facility,
        specialty=agenda.specialty,
        days=patient.days,
    )


async def _taken(call: Call, place: Waiting) -> Response:
    if place.slot is None:
        raise UnknownWaiting
    visitor = Visitor(person=place.person, first_name=place.first_name, last_name=place.last_name, mobile=place.mobile)
    try:
        async with within_limits(call, place.mobile, place.slot):
            made = await booking.book(store_of(call), place.slot, Booking(visitor=visitor), portal(call), call.now)
    except REFUSED as problem:
        return await refused(call, place.slot, problem)
    await store_of(call).write(waiting.taken, place.slot, place.person)
    text = say(call, "نوبت شما ثبت شد.", "Your appointment is booked.")
    return see_other(call, ticket_path(call.deps.keys, made.id), said=("good", text))


async def _mine(call: Call) -> Waiting:
    """Find a place of who sits at this browser. Raises UnknownWaiting."""
    known = keeping.proven(call)
    places = await store_of(call).read(_places, known) if known else []
    found = [place.one for place in places if place.one.id == call.path["id"]]
    if not found:
        raise UnknownWaiting
    return found[0]


async def _agenda(call: Call) -> Agenda:
    """Read the doctor who is named in the address. Raises UnknownAgenda."""
    asked = call.query(Asked)
    provider, facility = provider_id_of_key(asked.provider).key, read_facility_id(asked.facility)
    found = [one for one in await store_of(call).read(desk.providers, facility) if one.provider == provider]
    if not found:
        raise UnknownAgenda
    return found[0]


async def _draw_join(call: Call, form: Filled) -> Response:
    agenda = await _agenda(call)
    return draw(
        call,
        "citizen/waiting_join.html",
        form=form,
        one=agenda,
        length=await store_of(call).read(waiting.length, agenda.provider, ""),
        days=DAYS,
        query=urlencode({"provider": agenda.provider, "facility": agenda.facility}),
        **kinds(call, form),
    )


def _places(tx: Tx, known: Proven) -> list[Place]:
    """Read the places of these people that were taken with this mobile."""
    mine = [one for person in known.persons for one in waiting.of_person(tx, person) if one.mobile == known.mobile]
    live = [one for one in mine if one.state in {WaitingState.WAITING, WaitingState.OFFERED}]
    return [Place(one, _doctor(tx, one), looking.seen(tx, one.slot) if one.slot else None) for one in live]


def _doctor(tx: Tx, one: Waiting) -> Agenda | None:
    return next((agenda for agenda in desk.providers(tx, one.facility) if agenda.provider == one.provider), None)
