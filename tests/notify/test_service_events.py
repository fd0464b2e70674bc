"""Events on a real database: told once, numbered after their commit, followed without a gap."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import psycopg
import pytest

from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx, open_database
from nabz.kit.digest import Keyring
from nabz.notify.service import events, webhooks
from nabz.notify.service.sorting import sort, sort_all
from nabz.notify.tables import deliveries, receivers
from tests import services
from tests.notify.receiver import a_webhook, tell


async def numbers(db: Database, to: str = "app", after: int = 0) -> list[tuple[int, str]]:
    return [(event.number, event.id) for event in await db.read(events.after, to, after)]


async def test_each_receiver_is_told_once_and_in_numbers_of_its_own(db: Database, clock: FixedClock) -> None:
    await tell(db, clock, "e1")
    body = {"شماره": [1, None, "ی"]}
    for _ in range(2):
        told = (["clinic", "app", "app", ""], "appointment.cancelled", "T-1", body, "e2", clock.now())
        await db.write(events.tell, *told)
        await sort_all(db, clock.now())
    assert await numbers(db) == [(1, "e1"), (2, "e2")]
    assert await numbers(db, "clinic") == [(1, "e2")]
    assert await numbers(db, "") == []
    (event,) = await db.read(events.after, "app", 1)
    assert (event.kind, event.subject, event.body, event.at) == ("appointment.cancelled", "T-1", body, clock.now())
    assert await db.read(events.newest, "app") == 2
    assert await db.read(events.newest, "nobody") == 0
    booked = await db.read(events.after, "app", 0, ("appointment.booked", "other"))
    assert [each.id for each in booked] == ["e1"]


async def test_what_was_undone_was_never_told(db: Database, clock: FixedClock) -> None:
    def undone(tx: Tx) -> None:
        events.tell(tx, ["app"], "appointment.booked", "T-1", {}, "e1", clock.now())
        raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        await db.write(undone)
    await tell(db, clock, "e2")
    assert await numbers(db) == [(1, "e2")]


async def test_data_sets_know_nothing_of_each_other(db: Database, clock: FixedClock, keys: Keyring) -> None:
    sandbox = db.within(7)
    hook = a_webhook(keys, clock, "https://example.org/")
    await sandbox.write(webhooks.add, hook, "u1", clock.now(), demo=False)
    await tell(db, clock, "e1")
    await tell(sandbox, clock, "e1")
    await tell(sandbox, clock, "e2")
    assert await numbers(db) == [(1, "e1")]
    assert await numbers(sandbox) == [(1, "e1"), (2, "e2")]
    assert await db.read(webhooks.of, "app") == []
    assert [each.number for each in await sandbox.read(webhooks.deliveries, "app")] == [2, 1]
    assert await db.read(webhooks.deliveries, "app") == []


@pytest.fixture
async def postgres() -> AsyncIterator[tuple[Database, str]]:
    url = services.fresh_database("migrated", engine="postgres")
    db = open_database(url)
    await db.start()
    yield db, url
    await db.stop()
    services.drop_database(url)


async def test_who_commits_late_is_not_missed(postgres: tuple[Database, str], clock: FixedClock) -> None:
    """On SQLite there is no such thing: one writes at a time."""
    db, url = postgres
    early = b"INSERT INTO notify_event (data_set, receiver, id, kind, subject, body, at) "
    with psycopg.connect(url) as slow:  # begins first, and ends after a later one was told and read
        slow.execute(early + b"VALUES (0, 'app', 'slow', 'booked', '', '{}', now())")
        slow.execute(b"INSERT INTO notify_told (data_set, receiver, id) VALUES (0, 'app', 'slow')")
        await tell(db, clock, "quick")
        assert await numbers(db) == [(1, "quick")]
        slow.commit()
    await sort_all(db, clock.now())
    assert await numbers(db, after=1) == [(2, "slow")]


async def test_one_sorts_at_a_time_and_the_others_go_on(postgres: tuple[Database, str], clock: FixedClock) -> None:
    db, url = postgres
    await db.write(events.tell, ["app"], "booked", "", {}, "e1", clock.now())
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_advisory_xact_lock(7041963)")
        assert await db.write(sort, clock.now()) == 0
    assert await db.write(sort, clock.now()) == 1


async def test_a_follower_among_many_who_tell_and_sort_sees_all_in_order(db: Database, clock: FixedClock) -> None:
    over = asyncio.Event()
    seen: list[tuple[int, str]] = []

    async def sorts() -> None:
        while not over.is_set():
            await sort_all(db, clock.now())
            await asyncio.sleep(0.002)

    async def follows() -> None:
        while len(seen) < 120:
            seen.extend(await numbers(db, after=seen[-1][0] if seen else 0))
            await asyncio.sleep(0.001)

    async def tells(one: int) -> None:
        await asyncio.sleep(one % 7 / 100)
        await db.write(events.tell, ["app", f"other{one % 3}"], "booked", "", {}, f"e{one}", clock.now())

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        sorters = [group.create_task(sorts()) for _ in range(3)]
        following = group.create_task(follows())
        await asyncio.gather(*(tells(one) for one in range(120)))
        await following
        over.set()
        await asyncio.gather(*sorters)
    assert [number for number, _ in seen] == list(range(1, 121))
    assert {id_ for _, id_ in seen} == {f"e{one}" for one in range(120)}


async def test_old_events_go_and_those_that_still_have_to_arrive_stay_longer(
    db: Database, clock: FixedClock, keys: Keyring
) -> None:
    hook = a_webhook(keys, clock, "https://example.org/", kinds=("wanted",))
    await db.write(webhooks.add, hook, "u1", clock.now(), demo=False)
    await tell(db, clock, "e1")
    await tell(db, clock, "e2", kind="wanted")
    week, month = timedelta(days=events.DAYS), timedelta(days=events.OPEN_DAYS)
    assert await events.prune_all(db, clock.now()) == 0
    assert await events.prune_all(db, clock.now() + timedelta(seconds=1)) == 1
    assert await numbers(db) == [(2, "e2")]
    assert await events.prune_all(db, clock.now() - week + month) == 0
    assert await events.prune_all(db, clock.now() - week + month + timedelta(seconds=1)) == 2
    count = await db.read(lambda tx: len(tx.execute(deliveries.select()).all()))
    last = await db.read(lambda tx: tx.execute(receivers.select()).one().last)
    assert (count, last) == (0, 2)  # numbers are not given twice
    await tell(db, clock, "e3")
    assert await numbers(db) == [(3, "e3")]
