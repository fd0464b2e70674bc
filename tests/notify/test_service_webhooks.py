"""Webhooks on a real database: kept by their receivers, bounded in number."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from nabz.kit import audit
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.digest import Keyring
from nabz.notify.errors import TooManyWebhooks, UnknownDelivery, UnknownWebhook, WebhookRefused
from nabz.notify.model import MOST_WEBHOOKS, Off
from nabz.notify.service import webhooks
from nabz.notify.tables import webhooks as table
from tests.notify.receiver import SECRET, a_webhook, tell

URL = "https://example.org/hook"


async def test_a_webhook_is_kept_changed_and_removed_by_its_receiver_alone(
    db: Database, clock: FixedClock, keys: Keyring
) -> None:
    now = clock.now()
    hook = a_webhook(keys, clock, URL, kinds=("appointment.booked",))
    await db.write(webhooks.add, hook, "u1", now, demo=False)
    assert await db.read(webhooks.of, "app") == [hook]
    assert await db.read(webhooks.of, "other") == []
    off = msgspec.structs.replace(hook, url=f"{URL}/2", kinds=(), active=False, contact="a@example.org")
    changed = await db.write(webhooks.change, off, "u1", now, demo=False)
    assert (changed.url, changed.kinds, changed.active, changed.off) == (f"{URL}/2", (), False, Off.OWNER)
    assert (await db.write(webhooks.change, hook, "u1", now, demo=False)).off is Off.NOT
    for stranger in (msgspec.structs.replace(hook, to="other"), msgspec.structs.replace(hook, id="w2")):
        with pytest.raises(UnknownWebhook):
            await db.write(webhooks.change, stranger, "u1", now, demo=False)
        with pytest.raises(UnknownWebhook):
            await db.write(webhooks.remove, stranger.to, stranger.id, "u1", now)
        with pytest.raises(UnknownWebhook):
            await db.write(webhooks.roll_secret, stranger.to, stranger.id, "x", "u1", now)
    with pytest.raises(WebhookRefused):
        await db.write(webhooks.change, msgspec.structs.replace(hook, url="http://10.0.0.1/"), "u1", now, demo=False)
    await tell(db, clock, "e1")
    await db.write(webhooks.remove, "app", "w1", "u1", now)
    assert await db.read(webhooks.of, "app") == []
    assert await db.read(webhooks.deliveries, "app") == []
    done = [entry.action for entry in await db.read(audit.history, "w1")]
    assert done == ["webhook.remove", "webhook.change", "webhook.change", "webhook.add"]


async def test_of_too_many_at_once_so_many_are_taken_as_there_may_be(
    db: Database, clock: FixedClock, keys: Keyring
) -> None:
    async def add(one: int) -> None:
        await db.write(webhooks.add, a_webhook(keys, clock, URL, f"w{one}"), "u1", clock.now(), demo=False)

    outcomes = await asyncio.gather(*(add(one) for one in range(MOST_WEBHOOKS + 5)), return_exceptions=True)
    assert sum(isinstance(each, TooManyWebhooks) for each in outcomes) == 5
    kept = await db.read(webhooks.of, "app")
    assert len(kept) == MOST_WEBHOOKS
    await db.write(webhooks.remove, "app", kept[0].id, "u1", clock.now())
    await add(99)
    with pytest.raises(TooManyWebhooks):
        await add(100)


async def test_a_secret_lies_sealed_and_the_old_one_signs_for_a_day(
    db: Database, clock: FixedClock, keys: Keyring
) -> None:
    hook = a_webhook(keys, clock, URL)
    await db.write(webhooks.add, hook, "u1", clock.now(), demo=False)
    fresh = webhooks.new_secret()
    assert fresh.startswith("whsec_")
    assert fresh != webhooks.new_secret()
    await db.write(webhooks.roll_secret, "app", "w1", webhooks.seal(keys, fresh), "u1", clock.now())
    row = await db.read(lambda tx: str(tx.execute(select(table)).one()))
    assert SECRET not in row
    assert fresh not in row
    (rolled,) = await db.read(webhooks.of, "app")
    assert webhooks.secrets_of(keys, rolled, clock.now()) == [fresh, SECRET]
    assert webhooks.secrets_of(keys, rolled, clock.now() + timedelta(days=1)) == [fresh]
    assert webhooks.secrets_of(Keyring(b"k" * 32), rolled, clock.now()) == []


async def test_a_webhook_gets_the_kinds_it_asks_for_and_nothing_while_it_is_off(
    db: Database, clock: FixedClock, keys: Keyring
) -> None:
    for id_, more in (("all", {}), ("some", {"kinds": ("b", "c")}), ("off", {"active": False})):
        await db.write(webhooks.add, a_webhook(keys, clock, URL, id_, **more), "u1", clock.now(), demo=False)
    for kind in ("a", "b"):
        await tell(db, clock, f"e-{kind}", kind=kind)
    await tell(db, clock, "e-a", kind="a")  # told twice
    found = await db.read(webhooks.deliveries, "app")
    assert [(each.hook, each.kind) for each in found] == [("all", "b"), ("some", "b"), ("all", "a")]
    assert [each.number for each in await db.read(webhooks.deliveries, "app", hook="all", before=2)] == [1]


async def test_a_delivery_that_is_not_there_is_not_replayed(db: Database, clock: FixedClock, keys: Keyring) -> None:
    await db.write(webhooks.add, a_webhook(keys, clock, URL), "u1", clock.now(), demo=False)
    await tell(db, clock, "e1")
    for id_ in ("", "w1", "w1.", "w1.x", "w1.2", "w1.-1", "w1.۱", "w2.1", f"w1.{2**64}", "w1.1.1"):
        with pytest.raises(UnknownDelivery):
            await db.write(webhooks.replay, id_, "u1", clock.now())
    with pytest.raises(UnknownDelivery):
        await db.write(webhooks.replay, "w1.1", "u1", clock.now(), "other")
    with pytest.raises(UnknownDelivery):
        await db.within(7).write(webhooks.replay, "w1.1", "u1", clock.now())
    with pytest.raises(UnknownWebhook):
        await db.write(webhooks.replay_dead, "w1", "u1", clock.now(), "other")
    with pytest.raises(UnknownWebhook):
        await db.within(7).write(webhooks.replay_dead, "w1", "u1", clock.now())
    assert await db.write(webhooks.replay_dead, "w1", "u1", clock.now()) == 0
