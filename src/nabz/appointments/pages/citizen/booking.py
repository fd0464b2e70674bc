"""Booking: a time is chosen and held, the person is named, the mobile is proven, the ticket is there."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.access.model.guessing import network_of
from nabz.appointments.errors import (
    BookingRefused,
    HidRefused,
    NotOnReferralMap,
    PersonBusy,
    PersonNotAlive,
    QuotaNotYours,
    ReferralNeeded,
    SameProviderSameDay,
    SlotGone,
    SlotHeld,
    SlotOver,
    SlotTaken,
    WindowShut,
)
from nabz.appointments.model import Booking, Quota, Status, Visitor, Wanted, is_held, is_open, tracking
from nabz.appointments.pages.citizen import keeping, proving
from nabz.appointments.pages.citizen.keeping import Draft, Kind, Whom
from nabz.appointments.pages.citizen.limits import within_limits
from nabz.appointments.pages.citizen.persons import PATIENT, Patient, blank, key_of, kinds, read_mobile
from nabz.appointments.pages.frame import draw, portal, store_of
from nabz.appointments.service import booking, looking, referring, rules, searching, visiting
from nabz.appointments.service.links import ticket_path
from nabz.appointments.service.visiting import Visit
from nabz.kit import persian
from nabz.kit.errors import Problem
from nabz.registries.errors import HidUsed
from nabz.registries.model import read_hid
from nabz.web import visit
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.responses import Response

    from nabz.appointments.model import FacilityRules, Seen, Slot
    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.web.forms import Filled

REFUSED: Final = (
    SlotTaken,
    SlotHeld,
    SlotGone,
    SlotOver,
    WindowShut,
    PersonBusy,
    SameProviderSameDay,
    ReferralNeeded,
    NotOnReferralMap,
    QuotaNotYours,
    HidRefused,
    HidUsed,
    BookingRefused,
    PersonNotAlive,
)
"""What another time of the same doctor may mend."""

OFFERED: Final = 6
AHEAD: Final = timedelta(days=90)


class Asked(msgspec.Struct, frozen=True):
    """Whom the form speaks of."""

    whom: Whom = Whom.SELF


def routes() -> Pages:
    """From a time to the form about the person."""
    pages = Pages("appointments")

    @pages.get("/nobat/book/{slot}", summary="The form about the person for a chosen time")
    async def show_form(call: Call) -> Response:
        return await _draw(call, blank(call, whom=call.query(Asked).whom.value))

    @pages.post("/nobat/book/{slot}", summary="Choose a time, and hold it while the person types")
    async def choose(call: Call) -> Response:
        slot_id = tracking.read(call.path["slot"])
        try:
            draft = await _chosen(call, slot_id)
        except REFUSED as problem:
            return await refused(call, slot_id, problem)
        return keeping.keep_draft(call, see_other(call, f"/nobat/book/{slot_id}"), draft)

    @pages.post("/nobat/book/{slot}/person", summary="Name the person, and go on to the code")
    async def name_person(call: Call) -> Response:
        slot_id = tracking.read(call.path["slot"])
        try:
            draft = await _named(call, slot_id, await PATIENT.read(call))
            return await proving.begin(call, draft, finish)
        except REFUSED as problem:
            return await refused(call, slot_id, problem)
        except Problem as problem:
            return await PATIENT.again(call, problem, _draw)

    return pages


async def finish(call: Call, draft: Draft) -> Response:
    """Book for a person whose mobile is proven; the same once more answers the same ticket."""
    visitor = Visitor(person=draft.person, first_name=draft.first_name, last_name=draft.last_name, mobile=draft.mobile)
    try:
        async with within_limits(call, draft.mobile, draft.slot), _handed_over(call, draft):
            wanted = Booking(visitor=visitor, hid=draft.hid, origin=draft.origin)
            made = await booking.book(store_of(call), draft.slot, wanted, portal(call), call.now)
            if made.mobile != draft.mobile:
                raise BookingRefused  # a stranger who knows the person's number learns nothing of the ticket
    except REFUSED as problem:
        return await refused(call, draft.slot, problem)
    text = say(call, "نوبت شما ثبت شد.", "Your appointment is booked.")
    answer = see_other(call, ticket_path(call.deps.keys, made.id), said=("good", text))
    return keeping.keep_draft(call, answer, msgspec.structs.replace(draft, held_until=0))


async def refused(call: Call, slot_id: str, problem: Problem) -> Response:
    """Say why a time cannot be had, and offer the next ones of the same doctor."""
    seen, others = await store_of(call).read(_others, slot_id, call.now)
    return draw(call, "citizen/refused.html", problem.status, problem=problem, seen=seen, others=others)


# ---- the steps


@asynccontextmanager
async def _handed_over(call: Call, draft: Draft) -> AsyncIterator[None]:
    """Keep for the patient what this browser holds, and let it go if nothing comes of it."""
    store = store_of(call)
    visit_ = _visit(call, draft.mobile)
    handed = await store.write(visiting.hand_over, call.deps.keys, draft.slot, visit_, draft.person, call.now)
    try:
        yield
    except Problem:
        if handed:
            await store.write(visiting.let_go, draft.slot, draft.person, call.now)
        raise


async def _chosen(call: Call, slot_id: str) -> Draft:
    """Hold a time for this browser, which gives back what it held before; raises what is REFUSED."""
    visit_ = _visit(call)
    slot = await store_of(call).write(visiting.hold, call.deps.keys, slot_id, visit_, portal(call), call.now)
    return Draft(slot=slot_id, held_until=_held_until(slot, visit_, call.now))


async def _named(call: Call, slot_id: str, patient: Patient) -> Draft:
    """Read who comes, and hold the time while the mobile is proven; raises what the form or another time mends."""
    draft = Draft(
        kind=Kind.BOOK,
        slot=slot_id,
        whom=patient.whom,
        person=key_of(patient.id_type, patient.identity),
        first_name=persian.fold(patient.first_name.strip()),
        last_name=persian.fold(patient.last_name.strip()),
        mobile=read_mobile(patient.mobile),
    )
    slot = await store_of(call).read(looking.slot, slot_id)
    if slot.quota == Quota.REFERRAL:
        hid = read_hid(patient.hid)
        origin = await store_of(call).read(referring.origin, hid, patient.origin_name, patient.origin)
        draft = msgspec.structs.replace(draft, hid=hid, origin=origin)
    visit_ = _visit(call, draft.mobile)
    slot = await store_of(call).write(visiting.go_on, call.deps.keys, slot_id, visit_, portal(call), call.now)
    return msgspec.structs.replace(draft, held_until=_held_until(slot, visit_, call.now))


async def _draw(call: Call, form: Filled) -> Response:
    slot_id = tracking.read(call.path["slot"])
    seen, terms = await store_of(call).read(_seen_with_terms, slot_id)
    visit_ = _visit(call)
    try:
        # What is kept for a person may be this one's: an offer of the waiting list, told by a message.
        holder = seen.slot.held_for if visiting.is_persons(seen.slot, call.now) else None
        _may_be_had(seen.slot, holder or visit_.key, call.now)
    except REFUSED as problem:
        return await refused(call, slot_id, problem)
    referral = seen.slot.quota == Quota.REFERRAL
    centres = await store_of(call).read(referring.centres, form.value("origin_name")) if referral else []
    return draw(
        call,
        "citizen/book.html",
        form=form,
        seen=seen,
        terms=terms,
        held_until=seen.slot.held_until if visiting.is_mine(seen.slot, visit_, call.now) else None,
        whom=Whom(form.value("whom") or Whom.SELF),
        **kinds(call, form),
        referral=referral,
        centres=centres,
    )


def _may_be_had(slot: Slot, holder: str, now: datetime) -> None:
    """Look, so that nobody types in vain; the booking itself decides."""
    if slot.status == Status.WITHDRAWN:
        raise SlotGone
    if slot.status != Status.FREE:
        raise SlotTaken
    if is_held(slot, holder, now):
        raise SlotHeld
    if not is_open(slot, now):
        raise WindowShut


def _visit(call: Call, mobile: str = "") -> Visit:
    """Name this browser, which holds a time until a mobile is proven."""
    number = call.deps.keys.hex("appointments.browser", visit.visit_of(call))[:32]
    return Visit(number, network_of(call.ip), mobile)


def _held_until(slot: Slot, visit_: Visit, now: datetime) -> int:
    mine = visiting.is_mine(slot, visit_, now)
    return int(slot.held_until.timestamp()) if mine and slot.held_until else 0


def _seen_with_terms(tx: Tx, slot_id: str) -> tuple[Seen, FacilityRules]:
    seen = looking.seen(tx, slot_id)
    return seen, rules.of(tx, seen.agenda.facility)


def _others(tx: Tx, slot_id: str, now: datetime) -> tuple[Seen, list[Seen]]:
    seen = looking.seen(tx, slot_id)
    wanted = Wanted(
        provider=seen.agenda.provider,
        facility=seen.agenda.facility,
        from_=now,
        until=now + AHEAD,
        quota=int(Quota.INTERNET),
    )
    found = searching.find(tx, wanted, now, limit=OFFERED + 1)
    return seen, [one for one in found if one.slot.id != slot_id][:OFFERED]
