"""Booking: a time is chosen and held, the person is named, the mobile is proven, the ticket is there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.appointments.errors import (
    NotOnReferralMap,
    PersonBusy,
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
from nabz.appointments.pages.citizen.limits import may_hold, within_limits
from nabz.appointments.pages.citizen.persons import PATIENT, Patient, blank, key_of, kinds, read_mobile
from nabz.appointments.pages.frame import draw, portal, store_of
from nabz.appointments.service import booking, holding, looking, rules, searching
from nabz.appointments.service.links import ticket_path
from nabz.kit import persian
from nabz.kit.errors import Problem
from nabz.web import visit
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
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
)
"""What another time of the same doctor may mend."""

BROWSER: Final = "browser:"
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
        before = keeping.draft_of(call)
        try:
            draft = await _chosen(call, slot_id, before)
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
        async with within_limits(call, draft.mobile, draft.slot):
            wanted = Booking(visitor=visitor, hid=draft.hid)
            made = await booking.book(store_of(call), draft.slot, wanted, portal(call), call.now)
            if made.mobile != draft.mobile:
                raise PersonBusy  # a stranger who knows the person's number learns nothing of the ticket
    except REFUSED as problem:
        return await refused(call, draft.slot, problem)
    text = say(call, "نوبت شما ثبت شد.", "Your appointment is booked.")
    answer = see_other(call, ticket_path(call.deps.keys, made.id), said=("good", text))
    return keeping.keep_draft(call, answer, msgspec.structs.replace(draft, held_for="", held_until=0))


async def refused(call: Call, slot_id: str, problem: Problem) -> Response:
    """Say why a time cannot be had, and offer the next ones of the same doctor."""
    seen, others = await store_of(call).read(_others, slot_id, call.now)
    return draw(call, "citizen/refused.html", problem.status, problem=problem, seen=seen, others=others)


# ---- the steps


async def _chosen(call: Call, slot_id: str, before: Draft | None) -> Draft:
    """Hold a time for this browser, which gives back what it held before; raises what is REFUSED."""
    seen = await store_of(call).read(looking.seen, slot_id)
    key = _browser(call)
    if before is not None and before.slot == slot_id and before.held_for == seen.slot.held_for is not None:
        return before  # held already, perhaps for the person who was named
    _may_be_had(seen.slot, key, call.now)
    if not await may_hold(call, slot_id):
        return Draft(slot=slot_id)
    slot = await store_of(call).write(_hold_instead, slot_id, key, before, call.now)
    until = int(slot.held_until.timestamp()) if slot.held_until else 0
    return Draft(slot=slot_id, held_for=key, held_until=until)


async def _named(call: Call, slot_id: str, patient: Patient) -> Draft:
    """Read who comes, and hold the time for that person from now on; raises what the form or another time mends."""
    person, mobile = key_of(patient.id_type, patient.identity), read_mobile(patient.mobile)
    before = keeping.draft_of(call)
    draft = Draft(
        kind=Kind.BOOK,
        slot=slot_id,
        whom=patient.whom,
        person=person,
        first_name=persian.fold(patient.first_name.strip()),
        last_name=persian.fold(patient.last_name.strip()),
        mobile=mobile,
        hid=patient.hid.strip(),
    )
    mine = before if before is not None and before.slot == slot_id else None
    slot = await store_of(call).write(_hold_for_person, draft, mine, call.now)
    until = int(slot.held_until.timestamp()) if slot.held_until else 0
    return msgspec.structs.replace(draft, held_for=person, held_until=until)


async def _draw(call: Call, form: Filled) -> Response:
    slot_id = tracking.read(call.path["slot"])
    seen, terms = await store_of(call).read(_seen_with_terms, slot_id)
    draft = keeping.draft_of(call)
    mine = draft if draft is not None and draft.slot == slot_id else None
    try:
        # What is kept for a person may be this one's: an offer of the waiting list, told by a message.
        of_person = seen.slot.held_for if not (seen.slot.held_for or "").startswith(BROWSER) else None
        _may_be_had(seen.slot, of_person or (mine.held_for if mine else ""), call.now)
    except REFUSED as problem:
        return await refused(call, slot_id, problem)
    held = seen.slot.held_until if mine is not None and is_held(seen.slot, "", call.now) else None
    return draw(
        call,
        "citizen/book.html",
        form=form,
        seen=seen,
        terms=terms,
        held_until=held,
        whom=Whom(form.value("whom") or Whom.SELF),
        **kinds(call, form),
        referral=seen.slot.quota == Quota.REFERRAL,
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


def _browser(call: Call) -> str:
    """Name this browser as the holder of a time, until it says who comes."""
    return f"{BROWSER}{call.deps.keys.hex('appointments.browser', visit.visit_of(call))[:32]}"


def _hold_instead(tx: Tx, slot_id: str, key: str, before: Draft | None, now: datetime) -> Slot:
    if before is not None and before.held_for and before.slot != slot_id:
        _let_go(tx, before, now)
    return holding.hold(tx, slot_id, key, keeping.HELD_MINUTES, now)


def _hold_for_person(tx: Tx, draft: Draft, before: Draft | None, now: datetime) -> Slot:
    """Hand a held time on from the browser to the person, or hold it; whose it is already keeps it."""
    slot = looking.slot(tx, draft.slot)
    if slot.status != Status.FREE:
        return slot  # perhaps this person's already: the booking tells
    if before is not None and before.held_for not in {"", draft.person}:
        _let_go(tx, before, now)
    return holding.hold(tx, draft.slot, draft.person, keeping.HELD_MINUTES, now)


def _let_go(tx: Tx, draft: Draft, now: datetime) -> None:
    slot = looking.slot(tx, draft.slot)
    if slot.status == Status.FREE and slot.held_for == draft.held_for:
        holding.release(tx, draft.slot, draft.held_for, now)


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
