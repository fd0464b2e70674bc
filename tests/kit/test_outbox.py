"""Messages: at least once, leased once, later and later, and in the end no more."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from nabz.kit import outbox
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx, open_database
from nabz.kit.outbox import BATCH, LEASE_SECONDS, TRIES, Message, Postman
from tests.kit.things import NOW, Beside, add

pytestmark = pytest.mark.usecases


def rows(tx: Tx) -> list[tuple[str, object, int, str | None]]:
    found = tx.execute(select(outbox.messages).order_by(outbox.messages.c.id))
    return [(row.id, row.due_at, row.tries, row.failure) for row in found]


class Door:
    """Takes messages, and fails while told to."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.broken = False

    async def __call__(self, message: Message) -> None:
        await asyncio.sleep(0)
        if self.broken:
            raise ConnectionError("the number of a person: 0912…")
        self.taken.append(message)

    @property
    def ids(self) -> list[str]:
        return [message.id for message in self.taken]


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def postman(store: Database, clock: FixedClock, door: Door) -> Postman:
    return Postman(store, clock, {"test.door": door})


async def test_a_message_goes_out_if_its_use_case_was_committed(store: Database, postman: Postman, door: Door) -> None:
    def both(tx: Tx, id_: str, *, fail: bool) -> None:
        add(tx, id_)
        outbox.put(tx, id_, "test.door", {"text": "سلام"}, NOW)
        if fail:
            raise LookupError

    await store.write(both, "a", fail=False)
    with pytest.raises(LookupError):
        await store.write(both, "b", fail=True)
    assert await postman.round() == 1
    assert [(message.id, message.payload, message.at) for message in door.taken] == [("a", {"text": "سلام"}, NOW)]
    assert await postman.round() == 0
    assert await store.read(rows) == [("a", None, 1, None)]


async def test_what_was_delivered_is_kept_no_longer(store: Database, store_url: str, postman: Postman) -> None:
    await store.write(outbox.put, "a", "test.door", {"text": "http://nabz.test/link/x"}, NOW)
    await postman.round()
    assert Beside(store_url).run("SELECT count(*) FROM outbox_message WHERE CAST(payload AS TEXT) LIKE '%link%'") == [
        (0,)
    ]


async def test_another_topic_is_left_alone(store: Database, postman: Postman, door: Door) -> None:
    await store.write(outbox.put, "a", "test.other", {}, NOW)
    assert await postman.round() == 0
    assert door.taken == []


async def test_many_postmen_deliver_each_message_once(store: Database, store_url: str, clock: FixedClock) -> None:
    def put_all(tx: Tx) -> None:
        for number in range(3 * BATCH):
            outbox.put(tx, f"{number:03}", "test.door", number, NOW)

    await store.write(put_all)
    others = [open_database(store_url) for _ in range(2)] if store.engine == "postgresql" else []
    for other in others:
        await other.start()
    seen: Counter[str] = Counter()

    async def deliver(message: Message) -> None:
        await asyncio.sleep(0.001)
        seen[message.id] += 1

    async def work(db: Database) -> None:
        postman = Postman(db, clock, {"test.door": deliver})
        while await postman.round():
            pass

    await asyncio.gather(*(work(db) for db in [store, *others, store, *others]))
    for other in others:
        await other.stop()
    assert len(seen) == 3 * BATCH
    assert set(seen.values()) == {1}


async def test_who_failed_is_tried_later_and_later_and_then_given_up(
    store: Database, postman: Postman, door: Door, clock: FixedClock
) -> None:
    await store.write(outbox.put, "a", "test.door", {}, NOW)
    door.broken = True
    waits = []
    for _ in range(TRIES):
        assert await postman.round() == 1
        ((_, due, _, failure),) = await store.read(rows)
        assert failure == "ConnectionError"  # the kind, not the text, which may name a person
        if due is not None:
            wait = (due - clock.now()).total_seconds()  # type: ignore[operator]
            waits.append(wait)
            clock.advance(wait - 1)
            assert await postman.round() == 0
            clock.advance(1)
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048]
    assert await store.read(outbox.given_up) == 1
    clock.advance(10_000_000)
    assert await postman.round() == 0


async def test_who_failed_and_then_arrived_is_no_failure(
    store: Database, postman: Postman, door: Door, clock: FixedClock
) -> None:
    await store.write(outbox.put, "a", "test.door", {}, NOW)
    door.broken = True
    await postman.round()
    door.broken = False
    clock.advance(2)
    await postman.round()
    assert await store.read(rows) == [("a", None, 2, None)]
    assert door.ids == ["a"]


async def test_what_a_killed_postman_held_is_taken_by_another_after_the_lease(
    store: Database, postman: Postman, door: Door, clock: FixedClock
) -> None:
    await store.write(outbox.put, "a", "test.door", {}, NOW)
    assert len(await store.write(outbox.lease, ["test.door"], clock.now())) == 1  # and then it is killed
    assert await postman.round() == 0
    clock.advance(LEASE_SECONDS)
    assert await postman.round() == 1
    assert door.ids == ["a"]


async def test_a_slow_failure_does_not_bring_back_what_another_has_delivered(
    store: Database, postman: Postman, door: Door, clock: FixedClock
) -> None:
    await store.write(outbox.put, "a", "test.door", {}, NOW)
    (slow,) = await store.write(outbox.lease, ["test.door"], clock.now())
    clock.advance(LEASE_SECONDS)
    assert await postman.round() == 1
    await store.write(outbox.failed, slow, "TimeoutError", clock.now())
    assert await store.read(rows) == [("a", None, 2, None)]
    clock.advance(3600)
    assert await postman.round() == 0


async def test_one_failure_holds_up_no_other_message(store: Database, clock: FixedClock) -> None:
    arrived = []

    async def deliver(message: Message) -> None:
        if message.id == "b":
            raise ConnectionError
        arrived.append(message.id)

    for id_ in "abc":
        await store.write(outbox.put, id_, "test.door", {}, NOW)
    await Postman(store, clock, {"test.door": deliver}).round()
    assert sorted(arrived) == ["a", "c"]


async def test_only_what_was_delivered_long_ago_is_forgotten(
    store: Database, postman: Postman, door: Door, clock: FixedClock
) -> None:
    await store.write(outbox.put, "old", "test.door", {}, NOW - timedelta(days=9))
    await postman.round()
    await store.write(outbox.put, "waiting", "test.other", {}, NOW - timedelta(days=9))
    await store.write(outbox.put, "young", "test.door", {}, NOW)
    await postman.round()
    assert await store.write(outbox.prune, NOW - timedelta(days=8)) == 1
    assert [row[0] for row in await store.read(rows)] == ["waiting", "young"]
