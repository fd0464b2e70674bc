"""The entitlement to treatment (استحقاق درمان): covers and HIDs, behind the gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.kit.errors import Problem
from nabz.kit.ids import random_uuid
from nabz.kit.operations import Operations
from nabz.registries.api.asking import remote_of, samples, store_of, understanding
from nabz.registries.errors import SourceAway, UnknownPerson
from nabz.registries.model import made_hid, person_id_of_key
from nabz.registries.service import hids, sources
from nabz.registries.wire import hids as wire
from nabz.registries.wire.insurance import NOT_REACHABLE, Reply, inquiries, pascal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nabz.kit.operations import Asked
    from nabz.registries.model import Entitlement, PersonId

    Function = Callable[[Asked], Awaitable[object]]

SERVER_FAULT = 500

insurance = Operations("bimehsalamat/gwestehghagh", "بیمه سلامت: استحقاق درمان", owner="registries")


def _add(name: str, summary: str, body: type, *kinds: str) -> Callable[[Function], Function]:
    """Register a function in the insurers' envelope: what it refuses is told by the first message."""

    def register(function: Function) -> Function:
        async def answer(asked: Asked) -> Reply:
            try:
                return Reply.of(await function(asked))
            except SourceAway:
                return Reply.refusing(NOT_REACHABLE)
            except Problem as problem:
                if problem.code == "kit.body-not-understood" or problem.status >= SERVER_FAULT:
                    raise
                return Reply.refusing(problem.text_fa)

        insurance.add(name, summary=summary, body=body, answer=Reply, samples=samples(name, *kinds))(answer)
        return function

    return register


@_add("CallupInsurance", "Who insures a person: one element for each cover", wire.CallupRequest, "error")
async def call_up(asked: Asked) -> object:
    """Raises UnknownPerson, SourceAway."""
    body: wire.CallupRequest = asked.body
    with understanding():
        id_ = wire.person_of(body.PersonID)
    entitled = await _entitled(asked, id_, anew=bool(body.forceUpdate))
    return _spelt(asked, inquiries(entitled, asked.request_id))


@_add("hid", "An HID for a visit; asked again on the same day, the same one", wire.HidRequest, "error")
async def issue(asked: Asked) -> object:
    """Raises UnknownPerson, PersonDead, NotCovered, SourceAway."""
    with understanding():
        wish = asked.body.wish()
    entitled = await _entitled(asked, person_id_of_key(wish.person))
    wish = hids.settled(wish, entitled)
    issued = await store_of(asked).write(hids.issue, _new_hid(wish.insurer), wish, entitled, asked.now)
    asked.tracking = issued.hid
    return wire.Hid.of(issued)


@_add("batchhid", "Reserved HIDs, for the time in which an insurer is away", wire.BatchHidRequest)
async def reserve(asked: Asked) -> object:
    """Give some in advance."""
    body: wire.BatchHidRequest = asked.body
    with understanding():
        insurer, facility = body.insurer(), wire.facility_of(body.OrgID)
    new = [_new_hid(insurer) for _ in range(body.Count)]
    return wire.Reserved.of(await store_of(asked).write(hids.reserve, new, insurer, facility, asked.now))


@_add("updatehid", "To whom a reserved HID was given", wire.UpdateHidRequest, "error")
async def update(asked: Asked) -> object:
    """Raises UnknownHid, HidNotReserved, HidEliminated, HidExpired, PersonDead, NotCovered, SourceAway."""
    body: wire.UpdateHidRequest = asked.body
    with understanding():
        hid, wish = wire.hid_of(body.HID), body.wish()
    asked.tracking = hid
    entitled = await _entitled(asked, person_id_of_key(wish.person))
    await store_of(asked).write(hids.update, hid, wish, entitled, asked.now)
    return True


@_add("eliminatehid", "Take back an HID that was not used", wire.EliminateHidRequest, "error")
async def eliminate(asked: Asked) -> object:
    """Raises UnknownHid, HidEliminated, HidUsed."""
    body: wire.EliminateHidRequest = asked.body
    with understanding():
        hid, person, facility = wire.hid_of(body.HID), wire.person_of(body.PersonID), wire.facility_of(body.OrgID)
    asked.tracking = hid
    await store_of(asked).write(hids.eliminate, hid, person.key, facility, body.reason(), asked.now)
    return True


@_add("verifyhid", "The state of an HID", wire.VerifyHidRequest, "error")
async def verify(asked: Asked) -> object:
    """Raises UnknownHid."""
    body: wire.VerifyHidRequest = asked.body
    with understanding():
        hid, person = wire.hid_of(body.HID), wire.person_of(body.PersonID)
    asked.tracking = hid
    found = await store_of(asked).read(hids.verify, hid, person.key)
    return _spelt(asked, wire.status_of(found, asked.now))


async def _entitled(asked: Asked, id_: PersonId, *, anew: bool = False) -> Entitlement:
    """Find a person with the covers of today. Raises UnknownPerson, SourceAway."""
    found = await sources.insurance(store_of(asked), remote_of(asked.deps), id_, asked.now, anew=anew)
    if found is None:
        raise UnknownPerson
    return found


def _new_hid(insurer: str) -> str:
    return made_hid(insurer, int(random_uuid().replace("-", ""), 16))


def _spelt(asked: Asked, answer: object) -> object:
    return pascal(answer) if asked.deps.settings.registries_pascal_case else answer
