"""Webhooks as an operator sees them, and text messages as a tester does."""

from collections.abc import AsyncIterator

import pytest

from nabz.access.model import Role
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx
from nabz.kit.digest import Keyring
from nabz.notify import pages
from nabz.notify.model import Channel, DeliveryState, Letter, Try
from nabz.notify.service import delivering, letters, webhooks
from tests.fakes import Portal, a_person
from tests.notify.receiver import a_webhook, tell

LIST = "/notify/webhooks"
ONE = f"{LIST}/7/w1"
OPERATOR = a_person(Role.OPERATOR)


@pytest.fixture
async def portal(db: Database, clock: FixedClock, keys: Keyring) -> AsyncIterator[Portal]:
    async def names(ids: list[str]) -> dict[str, str]:
        return {"app": "سامانهٔ شفق"} if "app" in ids else {}

    made = Portal(db, clock, keys, pages.routes(names), pages.NAV)
    made.person = OPERATOR
    yield made
    await made.close()


@pytest.fixture
async def dead(db: Database, clock: FixedClock, keys: Keyring) -> Database:
    """A sandbox in which two events were given up at one webhook."""
    sandbox = db.within(7)
    hook = a_webhook(keys, clock, "https://example.org/<b>", kinds=("appointment.booked",))
    await sandbox.write(webhooks.add, hook, "u1", clock.now(), demo=False)
    for one in ("e1", "e2"):
        await tell(sandbox, clock, one)
    (taken,) = await sandbox.write(delivering.take, clock.now(), 9)
    parcels = await sandbox.read(delivering.due, taken, clock.now())
    gone = [(parcel, Try(clock.now(), 410, 12, "status")) for parcel in parcels]
    await sandbox.write(delivering.finish, taken, gone, clock.now())
    return sandbox


async def states(db: Database) -> set[DeliveryState]:
    return {each.state for each in await db.read(webhooks.deliveries, "app")}


async def test_an_operator_sees_what_is_dead_and_sends_it_again(portal: Portal, dead: Database) -> None:
    overview = (await portal.get(LIST)).text
    assert f'href="{ONE}"' in overview
    assert "https://example.org/&lt;b&gt;" in overview
    assert "خاموش: گیرنده 410 گفت" in overview
    assert "سامانهٔ شفق" in overview
    page = (await portal.get(ONE)).text
    assert page.count("پاسخ نادرست") == 4  # each of the two among the dead and among the latest
    assert (await portal.get(ONE, lang="en")).status_code == 200
    again = await portal.post(f"{ONE}/replay", ONE, delivery="w1.1")
    assert (again.status_code, again.headers["location"]) == (303, ONE)
    assert await states(dead) == {DeliveryState.DEAD, DeliveryState.WAITING}
    assert (await portal.post(f"{ONE}/replay-dead", ONE)).status_code == 303
    assert await states(dead) == {DeliveryState.WAITING}
    assert "ارسال ناموفقی نمانده است" in (await portal.get(ONE, lang="fa")).text


async def test_nobody_but_operators_sees_webhooks(portal: Portal, dead: Database) -> None:
    for path in (f"{LIST}/0/w1", f"{LIST}/x/w1", f"{LIST}/-1/w1", f"{LIST}/9999999999/w1", f"{LIST}/7/w2"):
        assert (await portal.get(path)).status_code == 404
    assert (await portal.post(f"{ONE}/replay", ONE, delivery="w1.9")).status_code == 404
    portal.person = a_person(Role.VENDOR)
    for path in (LIST, ONE):
        assert (await portal.get(path)).status_code == 403
    portal.person = None
    assert (await portal.get(LIST)).status_code == 303


async def test_text_messages_are_read_in_the_list_and_found_by_their_number(
    portal: Portal, db: Database, clock: FixedClock
) -> None:
    def keep(tx: Tx) -> None:
        text = "کد شما: ۱۲۳۴۵۶\nاین کد را به کسی ندهید و تا پنج دقیقه به کار ببرید؛ نبض <b>"
        letters.keep(tx, Letter("s1", Channel.SMS, "09120000001", "", text, clock.now()))
        letters.keep(tx, Letter("s2", Channel.SMS, "09120000002", "", "نوبت شما", clock.now()))
        letters.keep(tx, Letter("m1", Channel.MAIL, "a@example.org", "نامه", "متن نامه", clock.now()))

    await db.write(keep)
    everything = (await portal.get("/inbox")).text
    assert "تا پنج دقیقه به کار ببرید؛ نبض &lt;b&gt;" in everything
    texts = (await portal.get("/inbox", way="sms")).text
    assert "/inbox/s2" in texts
    assert "/inbox/m1" not in texts
    mine = (await portal.get("/inbox", way="sms", to=" ۰۹۱۲۰۰۰۰۰۰۱ ")).text
    assert "/inbox/s1" in mine
    assert "/inbox/s2" not in mine
    assert "چنین پیامی نیست" in (await portal.get("/inbox", to="nobody")).text
