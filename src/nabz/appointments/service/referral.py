"""The referral map: from where, for which specialty and insurer, to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.appointments.errors import BadPeriod, HidRefused, NotOnReferralMap, RouteWrong
from nabz.appointments.model import Quota, Seen
from nabz.appointments.store import agendas, centres, slots
from nabz.kit import audit
from nabz.kit.jalali import tehran
from nabz.registries.model import HidStatus, person_id_of_key
from nabz.registries.service import facilities, hids

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.appointments.model import Agenda, Caller, Route, Wanted
    from nabz.kit.db import Tx

LONGEST_PAGE: Final = 100
STANDING: Final = frozenset({HidStatus.ISSUED, HidStatus.USED})


def routes(tx: Tx, origin: str = "", specialty: str = "", limit: int = 100, after: str = "") -> list[Route]:
    """List ways of the map by their ids."""
    return centres.list_routes(tx, origin, specialty, limit, after)


def count(tx: Tx) -> int:
    """Count the ways of the map."""
    return centres.count_routes(tx)


def route(tx: Tx, id_: str) -> Route:
    """Read a way. Raises UnknownRoute."""
    return centres.get_route(tx, id_)


def put(tx: Tx, told: Route, by: str, now: datetime) -> Route:
    """Put a way into the map, or change it. Raises RouteWrong, BadPeriod."""
    centres.put_routes(tx, [_good(told)])
    audit.record(tx, now, by, "appointments.route-set", told.id)
    return told


def load(tx: Tx, told: Sequence[Route], by: str, now: datetime) -> int:
    """Put many ways into the map, or none. Raises RouteWrong, BadPeriod."""
    centres.put_routes(tx, [_good(one) for one in told])
    audit.record(tx, now, by, "appointments.routes-loaded", "referral-map", routes=len(told))
    return len(told)


def remove(tx: Tx, id_: str, by: str, now: datetime) -> None:
    """Take a way out of the map. Raises UnknownRoute."""
    centres.remove_route(tx, id_)
    audit.record(tx, now, by, "appointments.route-removed", id_)


def allowed(tx: Tx, facility: str, specialty: str, insurer: str, agenda: Agenda, now: datetime) -> bool:
    """Tell whether the map leads from a facility to an agenda."""
    return any(_leads(one, agenda) for one in _from(tx, facility, specialty, insurer, now))


def opens(tx: Tx, slot_id: str, hid: str, person: str, caller: Caller, now: datetime, *, origin: str = "") -> bool:
    """Tell whether a HID opens a slot of the referral quota; for other slots it does not matter.

    What is known of the HID counts: whose it is, and whether it still stands; others are taken by their shape.
    The centre itself may take in whoever comes with one. Raises SlotUnknown, HidRefused, NotOnReferralMap.
    """
    slot = slots.get(tx, slot_id)
    if slot.quota != Quota.REFERRAL:
        return False
    known = hids.state(tx, hid)
    if known is not None and (known.person != person or known.has_expired(now) or known.state not in STANDING):
        raise HidRefused
    agenda = agendas.get(tx, slot.agenda)
    if caller.facility == slot.facility:
        return True
    sent_by = caller.facility or (known.facility if known is not None else "") or origin
    if not sent_by or not allowed(tx, sent_by, agenda.specialty, known.insurer if known else "", agenda, now):
        raise NotOnReferralMap
    return True


def claim(tx: Tx, slot_id: str, hid: str, person: str, caller: Caller, now: datetime, *, origin: str = "") -> bool:
    """Use a HID up for a slot of the referral quota, if it opens it and we know it; the same again changes nothing.

    Raises what `opens` raises, and HidUsed.
    """
    if not opens(tx, slot_id, hid, person, caller, now, origin=origin):
        return False
    if hids.state(tx, hid) is not None:
        hids.use(tx, hid, person_id_of_key(person), slot_id, now)
    return True


def let_go(tx: Tx, slot_id: str, hid: str, now: datetime) -> None:
    """Let a HID be used again that was used for a slot."""
    if hid:
        hids.release(tx, hid, slot_id, now)


def find(
    tx: Tx, facility: str, insurer: str, wanted: Wanted, page: int, size: int, now: datetime
) -> tuple[list[Seen], int]:
    """Find the free slots to which the map leads, a page of them by time, and how many there are in all."""
    size, page = max(1, min(size, LONGEST_PAGE)), max(1, page)
    ways = _from(tx, facility, wanted.specialty, insurer, now)
    # Not all of the specialty's: in the whole country these are more than a search looks through.
    named = [way.facility for way in ways if not way.provider], [way.provider for way in ways if way.provider]
    around = agendas.led_to(tx, wanted, *named) if ways else []
    where = {one.id: one for one in around if any(_leads(way, one) for way in ways)}
    period = list(where), wanted.from_, wanted.until, now, Quota.REFERRAL
    total = slots.count_free(tx, *period) if where else 0
    found = slots.free(tx, *period, size, (page - 1) * size) if (page - 1) * size < total else []
    return [Seen(where[slot.agenda], slot) for slot in found], total


def _from(tx: Tx, facility: str, specialty: str, insurer: str, now: datetime) -> list[Route]:
    here = facilities.find(tx, facility)
    places = [here.province, here.city, here.town] if here is not None else []
    origins = [facility, *(place for place in places if place)]
    return centres.routes_from(tx, origins, specialty, insurer, tehran(now).date())


def _leads(way: Route, agenda: Agenda) -> bool:
    return way.facility in {"", agenda.facility} and way.provider in {"", agenda.provider}


def _good(told: Route) -> Route:
    if not told.origin or not told.specialty or not (told.facility or told.provider):
        raise RouteWrong
    if told.from_ is not None and told.until is not None and told.from_ > told.until:
        raise BadPeriod
    return told
