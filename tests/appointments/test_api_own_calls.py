"""Our own API of appointments: what a message may hold, what a key stands for, places and webhooks of one system."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from nabz.appointments.api.own.webhooks import KINDS
from nabz.appointments.service import keys, places
from nabz.appointments.service.queueing import MOST_OF_MOBILE
from nabz.kit.db import Database
from nabz.kit.operations import BodyNotUnderstood
from nabz.kit.reader import KeyUnknown, ValueWrong
from nabz.notify.service import webhooks
from tests.appointments.calling import CENTRE, ORTHOPAEDICS, PEOPLE, VISIT, Office, fresh, opened, slot, visitor
from tests.services import ENGINES

HOOK = {"url": "https://hooks.example.org/nabz", "kinds": ["appointment.booked"]}


@pytest.fixture(scope="module", params=ENGINES)
async def whole(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with opened(request.param) as office:
        yield office


@pytest.fixture
async def office(whole: Office) -> Office:
    return await fresh(whole)


async def unread(office: Office, operation: str, **body: Any) -> Any:
    """What of a message could not be read."""
    with pytest.raises(BodyNotUnderstood) as found:
        await office.ask(operation, **body)
    return found.value.violation


# ---------------------------------------------------------------- what a message may hold


@pytest.mark.parametrize(
    ("operation", "body", "path"),
    [
        (
            "PublishSchedule",
            {"facility": CENTRE, "agendas": [{"provider": "1", "service": VISIT, "pattern": {"exeptions": []}}]},
            "agendas[0].pattern.exeptions",
        ),
        ("Book", {"slot": "x", "visitor": {"person": PEOPLE[0], "mobil": "0990"}}, "visitor.mobil"),
        ("JoinWaiting", {"visitor": {"person": PEOPLE[0]}, "provder": "1234"}, "provder"),
        ("Search", {"near": {"latitude": 1, "longitude": 1, "distance": 1, "units": "km"}}, "near.units"),
        ("PutRules", {"facility": CENTRE, "rules": {"reofer": True}}, "rules.reofer"),
        ("ListWebhooks", {"all": True}, "all"),
    ],
    ids=str,
)
async def test_a_key_that_a_message_does_not_have_is_named(
    office: Office, operation: str, body: dict[str, Any], path: str
) -> None:
    violation = await unread(office, operation, **body)
    assert (type(violation), violation.facts) == (KeyUnknown, {"path": path})


async def test_a_centre_takes_back_for_its_own_reasons_alone(office: Office) -> None:
    await office.publish(slot(9))
    day = {"facility": CENTRE, "from": "1405/09/02", "until": "1405/09/02", "dryRun": True}
    for reason in (302, 304, 305):
        assert (await office.do("WithdrawRange", **day, reason=reason))["slots"] == 1
    for reason in (301, 303):
        for operation, body in (("WithdrawRange", day), ("WithdrawSlots", {"facility": CENTRE})):
            violation = await unread(office, operation, **body, reason=reason)
            assert (type(violation), violation.facts["path"]) == (ValueWrong, "reason")


async def test_a_search_for_nothing_says_what_may_be_told(office: Office) -> None:
    answer = await office.ask("Search")
    assert answer["problem"]["fa"] == "دست‌کم یکی از ارائه‌دهنده، مرکز، تخصص، خدمت، محل یا نقطه را بنویسید."
    assert await office.refused("Days", service=" ") == "days-too-broad"


# ---------------------------------------------------------------- what a key stands for


async def test_a_key_stands_for_one_message_of_one_system(office: Office) -> None:
    ids = await office.publish(slot(9), slot(10), slot(11))
    booked = await office.book(ids[0], 0, key="k")
    assert await office.refused("Book", slot=ids[1], visitor=visitor(1), key="k") == "key-used-otherwise"
    moving = {"from": ids[0], "to": ids[2], "person": PEOPLE[0], "key": "k"}
    assert await office.refused("Reschedule", **moving) == "key-used-otherwise"
    assert await office.refused("AddWebhook", **HOOK, key="k") == "key-used-otherwise"
    waits = {"visitor": visitor(1), "provider": "1234", "key": "k"}
    assert await office.refused("JoinWaiting", **waits) == "key-used-otherwise"
    assert await office.book(ids[0], 0, key="k") == booked
    assert [one["slot"] for one in (await office.do("Search", provider="1234"))["slots"]] == ids[1:]
    assert (await office.other.book(ids[1], 1, key="k"))["ok"]


async def test_of_two_messages_under_one_key_one_is_done(office: Office) -> None:
    ids = await office.publish(*(slot(hour) for hour in range(9, 17)))
    asked = [office.ask("Book", slot=id_, visitor=visitor(who), key="k") for who, id_ in enumerate(ids)]
    answers = await asyncio.gather(*asked)
    assert sum(one["ok"] for one in answers) == 1
    codes = {one["problem"]["code"] for one in answers if not one["ok"]}
    assert codes == {"appointments.key-used-otherwise"}
    assert len((await office.do("Search", provider="1234"))["slots"]) == len(ids) - 1


async def test_a_key_is_forgotten_after_two_days(office: Office) -> None:
    ids = await office.publish(*(slot(hour, start=f"1405/09/10 {hour}:00") for hour in (10, 11)))
    await office.book(ids[0], 0, key="k")
    again = {"slot": ids[1], "visitor": visitor(1), "key": "k"}
    for seconds, count in ((86_400, 0), (86_401, 1)):
        assert await office.refused("Book", **again) == "key-used-otherwise"
        office.clock.advance(seconds)
        assert await office.db.write(keys.prune, office.clock.now()) == count
    assert (await office.do("Book", **again))["ok"]


# ---------------------------------------------------------------- places in waiting lists


async def join(office: Office, who: int, specialty: str = ORTHOPAEDICS, mobile: str = "") -> Any:
    told = {**visitor(who), "mobile": mobile or f"0990000{who:04}"}
    return (await office.do("JoinWaiting", visitor=told, specialty=specialty))["waiting"]


async def test_a_system_lists_and_leaves_its_own_places(office: Office) -> None:
    joined = [await join(office, who) for who in range(3)]
    foreign = await join(office.other, 3)
    first = await office.do("ListWaiting", limit=2)
    rest = await office.do("ListWaiting", limit=2, after=first["after"])
    assert (first["waiting"] + rest["waiting"], rest["after"]) == (joined, None)
    assert (await office.do("ListWaiting", waiting=[foreign["waiting"], joined[1]["waiting"]]))["waiting"] == [
        joined[1]
    ]
    assert (await office.do("ListWaiting", person=PEOPLE[3]))["waiting"] == []
    left = {"waiting": joined[0]["waiting"], "person": PEOPLE[0]}
    assert await office.other.refused("LeaveWaiting", **left) == "unknown-waiting"
    await office.do("LeaveWaiting", **left)
    assert (await office.do("ListWaiting", states=["waiting"]))["waiting"] == joined[1:]


async def test_a_mobile_and_a_system_keep_only_so_many_places(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(who: int, **more: str) -> dict[str, Any]:
        return {"visitor": visitor(who) | more, "specialty": ORTHOPAEDICS}

    await asyncio.gather(*(office.ask("JoinWaiting", **told(who)) for who in range(MOST_OF_MOBILE + 3)))
    assert len((await office.do("ListWaiting"))["waiting"]) == MOST_OF_MOBILE
    assert await office.other.refused("JoinWaiting", **told(20)) == "too-many-places"
    monkeypatch.setattr(places, "MOST_OF_CLIENT", MOST_OF_MOBILE + 1)
    assert (await office.do("JoinWaiting", **told(21, mobile="")))["ok"]
    assert await office.refused("JoinWaiting", **told(22, mobile="")) == "too-many-places-here"
    assert (await office.other.do("JoinWaiting", **told(22, mobile="")))["ok"]


# ---------------------------------------------------------------- webhooks


async def test_a_webhook_asks_for_kinds_that_there_are(office: Office) -> None:
    answer = await office.ask("AddWebhook", url=HOOK["url"], kinds=["appointment.booked", "foo.bar"])
    assert answer["problem"]["code"] == "appointments.kind-unknown"
    assert answer["problem"]["facts"] == {"field": "kinds[1]", "kinds": ", ".join(KINDS)}
    assert (await office.do("AddWebhook", url=HOOK["url"], kinds=KINDS))["webhook"]["kinds"] == list(KINDS)


async def test_a_webhook_is_changed_and_switched_on_again_by_its_system(office: Office) -> None:
    id_ = (await office.do("AddWebhook", **HOOK))["webhook"]["webhook"]
    told = {"webhook": id_, "url": f"{HOOK['url']}/2", "kinds": [], "contact": "a@example.org", "active": False}
    changed = (await office.do("ChangeWebhook", **told))["webhook"]
    assert [changed[name] for name in ("url", "kinds", "contact", "active", "off")] == [
        told["url"],
        [],
        told["contact"],
        False,
        "owner",
    ]
    on = (await office.do("ChangeWebhook", **{**told, "active": True}))["webhook"]
    assert (on["active"], on["off"]) == (True, "")
    assert (await office.do("ListWebhooks"))["webhooks"] == [on]
    for refusal, more in (
        ("kind-unknown", {"kinds": ["foo.bar"]}),
        ("notify.webhook-refused", {"url": "http://10.0.0.1/"}),
        ("notify.unknown-webhook", {"webhook": "nothing"}),
    ):
        assert await office.refused("ChangeWebhook", **{**told, **more}) == refusal
    assert await office.other.refused("ChangeWebhook", **told) == "notify.unknown-webhook"


async def secrets(office: Office, id_: str) -> list[str]:
    """What signs at the moment."""
    db: Database = office.db
    hook = await db.read(webhooks.one, office.client, id_)
    return webhooks.secrets_of(office.deps.keys, hook, office.clock.now())


async def test_a_new_secret_signs_beside_the_old_one_and_comes_once(office: Office) -> None:
    added = await office.do("AddWebhook", **HOOK)
    id_ = added["webhook"]["webhook"]
    rolled = await asyncio.gather(*(office.do("RollWebhookSecret", webhook=id_, key="r") for _ in range(4)))
    second = rolled[0]["secret"]
    assert {one["secret"] for one in rolled} == {second}
    assert await secrets(office, id_) == [second, added["secret"]]
    third = (await office.do("RollWebhookSecret", webhook=id_))["secret"]
    assert (await office.do("RollWebhookSecret", webhook=id_, key="r"))["secret"] == second
    assert await secrets(office, id_) == [third, second]
    assert await office.refused("RollWebhookSecret", webhook="nothing", key="r") == "key-used-otherwise"
    assert await office.other.refused("RollWebhookSecret", webhook=id_, key="r") == "notify.unknown-webhook"
