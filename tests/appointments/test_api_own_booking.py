"""Our own API of appointments: finding, holding, booking, waiting, what became of it, and who sees whom."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2 as httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import Response

from nabz.access.errors import BadToken
from nabz.access.model import Bearer
from nabz.appointments.api.own import own, routes
from nabz.appointments.service import waiting
from nabz.appointments.tasks import deliveries
from nabz.gateway.service.gate import Gate
from nabz.kit.http import Call
from nabz.kit.http.front import Front
from nabz.kit.http.routes import starlette_routes
from nabz.kit.ids import new_id
from nabz.kit.outbox import Postman
from nabz.notify import wire
from nabz.notify.service import events
from nabz.notify.service.sorting import sort_all
from tests.appointments.calling import (
    APP_PID,
    CENTRE,
    ORTHOPAEDICS,
    OTHER_CENTRE,
    OTHER_PID,
    PEOPLE,
    SAMPLES,
    START,
    Office,
    fresh,
    iso,
    opened,
    slot,
    visitor,
)
from tests.examples import unlike
from tests.services import ENGINES


@pytest.fixture(scope="module", params=ENGINES)
async def whole(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with opened(request.param) as office:
        yield office


@pytest.fixture
async def office(whole: Office) -> Office:
    return await fresh(whole)


async def pages(office: Office, operation: str, member: str, **body: Any) -> list[Any]:
    """Follow `after` to the end."""
    found: list[Any] = []
    after: str | None = ""
    while after is not None:
        page = await office.do(operation, **body, after=after)
        found += page[member]
        after = page["after"]
    return found


# ---------------------------------------------------------------- finding


async def test_free_slots_come_page_by_page_whatever_is_taken_meanwhile(office: Office) -> None:
    ids = await office.publish(slot(9, seats=4), slot(10), slot(11))
    wanted = {"specialty": ORTHOPAEDICS, "division": "019", "limit": 2}
    one_by_one = await pages(office, "Search", "slots", **wanted)
    assert {one["slot"] for one in one_by_one} == set(ids)
    assert [one["start"] for one in one_by_one] == [iso(9)] * 4 + [iso(10), iso(11)]
    first = await office.do("Search", **wanted)
    await office.book(first["slots"][1]["slot"], 0)
    second = await office.do("Search", **wanted, after=first["after"])
    assert [one["slot"] for one in second["slots"]] == [one["slot"] for one in one_by_one[2:4]]
    for broken in ("x", "é", "W10", first["after"][:-4]):
        assert await office.refused("Search", **wanted, after=broken) == "field-wrong"


async def test_what_is_near_comes_by_distance_and_then_by_time(office: Office) -> None:
    await office.publish(slot(8))
    far = await office.other.publish(slot(9), facility=OTHER_CENTRE, provider="900002")
    await office.publish(slot(11, localId="later"))
    here = {"latitude": 35.7601, "longitude": 51.40}
    found = await pages(office, "Search", "slots", near={**here, "metres": 20_000}, limit=1)
    assert [(one["at"]["facility"], one["start"]) for one in found] == [
        (OTHER_CENTRE, iso(9)),
        (CENTRE, iso(8)),
        (CENTRE, iso(11)),
    ]
    assert [1000 < one["metres"] < 2000 for one in found] == [True, False, False]
    close = await office.do("Search", near={**here, "distance": 2, "unit": "km"})
    assert [one["slot"] for one in close["slots"]] == far
    assert await office.refused("Search", near={**here, "metres": 10, "unit": "mile"}) == "bad-distance"
    assert await office.refused("Search", near={"latitude": 91, "longitude": 0, "metres": 10}) == "bad-point"


async def test_a_search_reads_days_and_instants_of_both_calendars(office: Office) -> None:
    await office.publish(slot(9), slot(10))
    for told, found in (
        ({"from": "1405/09/02", "until": "۱۴۰۵/۹/۲"}, 2),
        ({"from": "2026-11-23T09:30:00+03:30", "until": "1405-09-02 23:00"}, 1),
        ({"from": "2026-11-23 06:00Z", "until": "2026-11-23T11"}, 1),
        ({"until": "2026-11-22"}, 0),
    ):
        assert len((await office.do("Search", provider="1234", **told))["slots"]) == found, told
    for told, code in (({"specialty": "1", "until": "1405/08/01"}, "bad-period"), ({}, "search-too-broad")):
        assert await office.refused("Search", **told) == code
    days = (await office.do("Days", provider="1234"))["days"]
    assert days == [{"day": "2026-11-23", "dayJalali": "1405/09/02", "free": 2}]


# ---------------------------------------------------------------- holding and booking


async def test_a_held_slot_waits_for_its_person_alone(office: Office) -> None:
    (slot_id,) = await office.publish(slot(9))
    held = await office.do("Hold", slot=slot_id, person=PEOPLE[0], minutes=5)
    assert held["heldUntil"] is not None
    assert await office.refused("Book", slot=slot_id, visitor=visitor(1)) == "slot-held"
    assert (await office.do("Search", provider="1234"))["slots"] == []
    assert await office.refused("Release", slot=slot_id, person=PEOPLE[1]) == "hold-not-yours"
    assert (await office.do("Release", slot=slot_id, person=PEOPLE[0]))["heldUntil"] is None
    await office.book(slot_id, 1)
    assert await office.refused("Hold", slot=slot_id, person=PEOPLE[0], minutes=5) == "slot-taken"
    assert await office.refused("Hold", slot=slot_id, person=PEOPLE[0], minutes=99) == "hold-length"


async def test_a_booking_sent_again_under_its_key_is_the_same_booking(office: Office) -> None:
    (slot_id,) = await office.publish(slot(9))
    told = {"slot": slot_id, "visitor": visitor(), "key": "k1"}
    first, second = await asyncio.gather(office.do("Book", **told), office.do("Book", **told))
    assert first["appointment"]["appointment"] == second["appointment"]["appointment"]
    back = {"slot": slot_id, "person": PEOPLE[0], "appointment": first["appointment"]["appointment"]}
    assert (await office.do("Cancel", **back))["appointment"]["status"] == 4
    # An answer that was lost, asked for again after all that: nothing is booked anew.
    late = await office.do("Book", **told)
    assert (late["appointment"]["appointment"], late["appointment"]["status"]) == (
        first["appointment"]["appointment"],
        4,
    )
    await office.book(slot_id, 0, key="k2")
    assert (await office.do("Cancel", **back))["appointment"]["status"] == 4
    assert await office.refused("Cancel", **{**back, "appointment": "nothing"}) == "no-appointment"
    assert (await office.do("GetAppointment", slot=slot_id))["appointment"]["status"] == 2


async def test_a_block_has_as_many_seats_as_it_was_given(office: Office) -> None:
    await office.publish(slot(9, seats=3))
    block = (await office.do("Search", provider="1234"))["slots"][0]["block"]
    tries = [office.ask("Book", block=block, visitor=visitor(who)) for who in range(6)]
    answers = await asyncio.gather(*tries)
    assert sorted(answer["ok"] for answer in answers) == [False] * 3 + [True] * 3
    winner = next(answer for answer in answers if answer["ok"])["appointment"]
    again = await office.do("Book", block=block, visitor={**visitor(), "person": winner["visitor"]["person"]})
    assert again["appointment"]["appointment"] == winner["appointment"]
    assert await office.refused("Book", block="1.2", visitor=visitor(9)) == "unknown-agenda"
    assert await office.refused("Book", visitor=visitor(9)) == "field-missing"


async def test_a_booking_that_cannot_be_is_refused(office: Office) -> None:
    ids = await office.publish(slot(9), slot(9, 30), slot(10, quota=101), slot(11, quota=102))
    await office.book(ids[0], 0)
    for told, code in (
        ({"slot": ids[0], "visitor": visitor(1)}, "slot-taken"),
        ({"slot": ids[1], "visitor": visitor(0)}, "same-provider-same-day"),
        ({"slot": ids[2], "visitor": visitor(1)}, "referral-needed"),
        ({"slot": ids[3], "visitor": visitor(1)}, "quota-not-yours"),
        ({"slot": "x", "visitor": visitor(1)}, "bad-tracking"),
        ({"slot": ids[1], "visitor": {**visitor(1), "mobile": "12"}}, "mobile-wrong"),
        ({"slot": ids[1], "visitor": {**visitor(1), "postalCode": "12"}}, "field-wrong"),
        ({"slot": ids[1], "visitor": {**visitor(1), "gender": "x"}}, "field-wrong"),
        ({"slot": ids[1], "visitor": {"person": "1234567890"}}, "registries.bad-person-id"),
        ({"slot": ids[1], "visitor": visitor(1), "hid": "!"}, "registries.bad-hid"),
    ):
        assert await office.refused("Book", **told) == code
    found = await office.book(ids[3], 2, sender=CENTRE, type=203)
    assert (found["appointment"]["type"], found["appointment"]["status"]) == (203, 2)


async def test_an_appointment_moves_or_stays_where_it_is(office: Office) -> None:
    ids = await office.publish(slot(9), slot(10), slot(11))
    await office.book(ids[0], 0)
    await office.book(ids[2], 1)
    to_taken = {"from": ids[0], "to": ids[2], "person": PEOPLE[0]}
    assert await office.refused("Reschedule", **to_taken) == "slot-taken"
    moved = await office.do("Reschedule", **{**to_taken, "to": ids[1]}, key="m")
    assert (moved["appointment"]["slot"], moved["appointment"]["start"]) == (ids[1], iso(10))
    again = await office.do("Reschedule", **{**to_taken, "to": ids[1]}, key="m")
    assert again["appointment"]["appointment"] == moved["appointment"]["appointment"]
    assert [one["slot"] for one in (await office.do("Search", provider="1234"))["slots"]] == [ids[0]]


# ---------------------------------------------------------------- who sees whom


async def test_people_are_shown_to_who_booked_and_to_their_centre_alone(office: Office) -> None:
    ids = await office.other.publish(slot(9), facility=OTHER_CENTRE)
    booked = await office.book(ids[0], 0)
    assert booked["appointment"]["visitor"]["mobile"] == "09900000001"
    own_ = await office.do("GetAppointment", appointment=booked["appointment"]["appointment"])
    assert (own_["appointment"]["mine"], own_["appointment"]["visitor"]["person"]) == (True, PEOPLE[0])
    centre = await office.other.do("GetAppointment", slot=ids[0], sender=OTHER_CENTRE)
    assert (centre["appointment"]["mine"], centre["appointment"]["visitor"]["person"]) == (False, PEOPLE[0])
    stranger = await office.other.do("GetAppointment", slot=ids[0])
    assert (stranger["appointment"]["visitor"], stranger["appointment"]["hid"]) == (None, None)
    assert await office.other.refused("Book", slot=ids[0], visitor=visitor(0)) == "slot-taken"
    period = {"from": "1405/09/01", "until": "1405/09/30"}
    listed = await pages(office.other, "ListAppointments", "appointments", facility=OTHER_CENTRE, **period, limit=1)
    assert [one["visitor"]["person"] for one in listed] == [PEOPLE[0]]
    assert await office.refused("GetAppointment", appointment="nothing") == "no-appointment"


# ---------------------------------------------------------------- the waiting list


async def test_what_becomes_free_is_offered_to_who_has_waited_longest(office: Office) -> None:
    (slot_id,) = await office.publish(slot(9))
    await office.book(slot_id, 0)
    wanted = {"provider": "1234", "until": "1405/09/30"}
    first = await office.do("JoinWaiting", visitor=visitor(1), **wanted, key="w")
    assert (await office.do("JoinWaiting", visitor=visitor(1), **wanted, key="w"))["waiting"] == first["waiting"]
    assert await office.refused("JoinWaiting", visitor=visitor(1), **wanted) == "already-waiting"
    second = await office.do("JoinWaiting", visitor=visitor(2), **wanted)
    assert await office.refused("JoinWaiting", visitor=visitor(3)) == "waiting-too-broad"

    async def state(who: int, joined: Any) -> list[tuple[str, str | None]]:
        ids = [joined["waiting"]["waiting"], "another"]
        found = await office.do("ListWaiting", person=PEOPLE[who], waiting=ids)
        return [(one["state"], one["slot"]) for one in found["waiting"]]

    await office.do("Cancel", slot=slot_id, person=PEOPLE[0])
    assert await state(1, first) == [("offered", slot_id)]
    assert await state(2, second) == [("waiting", None)]
    assert await office.refused("Book", slot=slot_id, visitor=visitor(2)) == "slot-held"
    later = office.clock.now() + timedelta(hours=1)
    assert await office.db.write(waiting.reoffer, new_id(), later) == 1
    assert (await state(1, first))[0][0] == "lapsed"
    assert await state(2, second) == [("offered", slot_id)]
    left = await office.do("LeaveWaiting", waiting=second["waiting"]["waiting"], person=PEOPLE[2])
    assert left["waiting"]["state"] == "left"
    assert (await office.do("ListWaiting", person=PEOPLE[2], states=["waiting", "offered"]))["waiting"] == []


# ---------------------------------------------------------------- the centre


async def test_a_centre_says_what_became_of_a_visit(office: Office) -> None:
    ids = await office.publish(slot(9), slot(10))
    await office.book(ids[0], 0)
    told = {"facility": CENTRE, "slot": ids[0]}
    assert (await office.do("SetStatus", **told, status=2))["status"] == 2
    assert (await office.do("GetAppointment", slot=ids[0]))["appointment"]["arrivedAt"] is not None
    assert await office.refused("SetStatus", **told, status=3) == "too-early"
    office.clock.advance(86_400)
    assert (await office.do("SetStatus", **told, status=3))["status"] == 3
    assert await office.refused("SetStatus", **told, status=6) == "status-refused"
    assert await office.refused("SetStatus", facility=CENTRE, slot=ids[1], status=3) == "status-refused"


async def test_a_centre_decides_whether_slots_are_offered_again(office: Office) -> None:
    (slot_id,) = await office.publish(slot(9))
    rules = (await office.do("GetRules", facility=CENTRE))["rules"]
    assert rules["reoffer"] is True
    await office.do("PutRules", facility=CENTRE, rules={**rules, "reoffer": False})
    await office.book(slot_id, 0)
    await office.do("Cancel", slot=slot_id, person=PEOPLE[0])
    assert (await office.do("Search", provider="1234"))["slots"] == []
    await office.do("SetStatus", facility=CENTRE, slot=slot_id, status=1)
    assert len((await office.do("Search", provider="1234"))["slots"]) == 1
    wrong = {**rules, "lateRefundPercent": 101}
    assert await office.refused("PutRules", facility=CENTRE, rules=wrong) == "rules-wrong"


# ---------------------------------------------------------------- being told


async def test_webhooks_belong_to_the_client_that_added_them(office: Office) -> None:
    told = {"url": "https://hooks.example.org/nabz", "kinds": ["appointment.booked"], "key": "h"}
    added = await office.do("AddWebhook", **told)
    assert added["secret"].startswith("whsec_")
    assert await office.do("AddWebhook", **told) == added
    assert (await office.do("ListWebhooks"))["webhooks"] == [added["webhook"]]
    assert (await office.other.do("ListWebhooks"))["webhooks"] == []
    id_ = added["webhook"]["webhook"]
    assert await office.other.refused("Replay", webhook=id_) == "notify.unknown-webhook"
    assert await office.other.refused("RemoveWebhook", webhook=id_) == "notify.unknown-webhook"
    assert await office.refused("AddWebhook", url="ftp://x") == "notify.webhook-refused"
    assert (await office.do("Replay", webhook=id_))["deliveries"] == 0
    assert await office.refused("Replay", delivery=f"{id_}.1") == "notify.unknown-delivery"
    assert (await office.do("ListDeliveries", state="dead"))["deliveries"] == []
    assert (await office.do("RemoveWebhook", webhook=id_))["webhooks"] == []


def in_order(text: str | bytes) -> Any:
    """The stores keep the members of a body in orders of their own."""
    return json.loads(json.dumps(json.loads(text), sort_keys=True))


async def test_what_happens_is_told_as_the_sample_shows(office: Office) -> None:
    office.seconds = 1
    (slot_id,) = await office.other.publish(slot(9, localId="A1"), facility=OTHER_CENTRE)
    await office.book(slot_id, 0)
    postman = Postman(office.whole, office.clock, deliveries(office.deps))
    while await postman.round():
        pass
    while await sort_all(office.whole, office.clock.now()):
        pass
    (shown,) = re.findall(r"data: (.*)", (SAMPLES / "events.txt").read_text(encoding="utf-8"))
    for told in (office, office.other):  # who booked, and who speaks for the centre
        (event,) = await office.db.read(events.after, told.client, 0)
        assert not list(unlike(in_order(shown), in_order(wire.told(event)), "event"))


class Desk:
    """Knows one token."""

    async def bearer(self, token: str, _now: object) -> Bearer:
        if token != "good":
            raise BadToken
        return Bearer("app", "appClient", "o1", "u1", "user", 7, START + timedelta(hours=1))


async def test_the_stream_is_for_a_client_with_token_licence_and_address(office: Office) -> None:
    async def follow(_call: Call, data_set: int, to: str) -> Response:
        return Response(f"{data_set} {to}")

    gate = Gate(office.whole, Desk(), (own,), office.deps.settings)  # type: ignore[arg-type]
    app = Front(
        Starlette(routes=starlette_routes(office.deps, routes(gate, follow).endpoints)),
        office.deps.settings,
        lambda *_: None,
    )
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://nabz.test") as client:

        async def ask(token: str, pid: str) -> tuple[int, str]:
            headers = {"authorization": f"Bearer {token}", "pid": pid}
            answer = await client.get("/api/v1/appointments/events", headers=headers)
            return answer.status_code, answer.text if answer.is_success else answer.json()["code"]

        assert await ask("good", APP_PID) == (200, "7 app")
        assert (await ask("bad", APP_PID))[0] == 401
        assert (await ask("good", ""))[1] == "gateway.not-granted"
        assert (await ask("good", OTHER_PID))[1] == "gateway.not-granted"
