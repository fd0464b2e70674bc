"""PostgreSQL: what is run again, what is unknown, and who waits for a seat."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from nabz.kit.db import Statement, Tx
from nabz.kit.db.database import StoreAway
from nabz.kit.db.postgres import TRIES, PostgresDatabase
from nabz.kit.errors import Busy, OutcomeUnknown
from tests import services
from tests.kit.proxy import Cut, Proxy
from tests.kit.things import ADD, COUNT, Beside, add, bump, children, ids, make_tables, nothing, one

pytestmark = pytest.mark.usecases

SLEEP = text("SELECT pg_sleep(:seconds)")
HANG_UP = text("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.fixture
def url() -> Iterator[str]:
    made = services.fresh_database("empty", engine="postgres")
    yield made
    services.drop_database(made)


@pytest.fixture
async def store(url: str) -> AsyncIterator[PostgresDatabase]:
    database = PostgresDatabase(url, seats=4, patience=0.5)
    await database.start()
    await database.write(make_tables)
    yield database
    await database.stop()


@pytest.fixture
async def wire(url: str, store: PostgresDatabase) -> AsyncIterator[Proxy]:
    async with Proxy(url) as proxy:
        yield proxy


@pytest.fixture
async def far(wire: Proxy) -> AsyncIterator[PostgresDatabase]:
    """The same store, seen over a wire that can be cut."""
    database = PostgresDatabase(wire.url, seats=2)
    await database.start()
    yield database
    await database.stop()


async def test_serialisation_failures_are_run_again(store: PostgresDatabase) -> None:
    runs = 0

    def count_up(tx: Tx) -> int:
        nonlocal runs
        runs += 1
        tx.execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
        seen: int = one(tx, "a")._mapping["count"]
        tx.execute(SLEEP, {"seconds": 0.05})
        tx.execute(text("UPDATE thing SET count = :next WHERE id = 'a'"), {"next": seen + 1})
        return seen + 1

    await store.write(add, "a")
    assert sorted(await asyncio.gather(*(store.write(count_up) for _ in range(3)))) == [1, 2, 3]
    assert runs > 3


async def test_the_loser_of_a_deadlock_is_run_again(store: PostgresDatabase) -> None:
    runs = 0

    def bump_both(tx: Tx, first: str, second: str) -> None:
        nonlocal runs
        runs += 1
        bump(tx, first)
        tx.execute(SLEEP, {"seconds": 0.2})
        bump(tx, second)

    await store.write(add, "a")
    await store.write(add, "b")
    await asyncio.gather(store.write(bump_both, "a", "b"), store.write(bump_both, "b", "a"))
    assert runs == 3
    assert [(await store.read(one, id_))._mapping["count"] for id_ in "ab"] == [2, 2]


async def test_a_hot_statement_that_fails_to_serialise_is_run_again(store: PostgresDatabase, url: str) -> None:
    """A trigger plays the conflict: the first two times it says so."""
    Beside(url).run("CREATE SEQUENCE met")
    Beside(url).run(
        "CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('met') < 3 THEN "
        "RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END IF; RETURN new; END $$"
    )
    Beside(url).run("CREATE TRIGGER conflict BEFORE INSERT ON thing FOR EACH ROW EXECUTE FUNCTION conflict()")
    assert await store.write_one(ADD, id="a", name=None) == ["a"]
    assert await store.read(ids) == ["a"]


async def test_who_conflicts_for_ever_is_told_to_come_back(store: PostgresDatabase) -> None:
    runs = 0

    def never(tx: Tx) -> None:
        nonlocal runs
        runs += 1
        add(tx, "a")
        tx.execute(text("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$"))

    with pytest.raises(Busy):
        await store.write(never)
    assert runs == TRIES
    assert await store.read(ids) == []


async def test_a_connection_lost_before_the_commit_is_run_again(store: PostgresDatabase) -> None:
    runs = 0

    def hang_up_at_first(tx: Tx) -> int:
        nonlocal runs
        runs += 1
        add(tx, "a")
        if runs < 3:
            tx.execute(HANG_UP)
        return runs

    assert await store.write(hang_up_at_first) == 3
    assert await store.read(ids) == ["a"]


async def test_a_lost_read_is_run_again(store: PostgresDatabase) -> None:
    runs = 0

    def look(tx: Tx) -> int:
        nonlocal runs
        runs += 1
        if runs == 1:
            tx.execute(HANG_UP)
        return runs

    assert await store.read(look) == 2


@pytest.mark.parametrize(("when", "kept"), [("before", []), ("after", ["a"])])
async def test_a_wire_cut_at_the_commit_leaves_the_outcome_unknown(
    far: PostgresDatabase, wire: Proxy, url: str, when: Cut, kept: list[str]
) -> None:
    await far.read(ids)
    wire.cut(when, b"COMMIT")
    with pytest.raises(OutcomeUnknown):
        await far.write(add, "a")
    assert Beside(url).ids() == kept
    assert await far.write(add, "b") == "b"  # on a new connection


@pytest.mark.parametrize(("when", "kept"), [("before", []), ("after", ["a"])])
async def test_a_wire_cut_at_a_hot_statement_leaves_the_outcome_unknown(
    far: PostgresDatabase, wire: Proxy, url: str, when: Cut, kept: list[str]
) -> None:
    wire.cut(when, b"INSERT INTO thing")
    with pytest.raises(OutcomeUnknown):
        await far.write_one(ADD, id="a", name=None)
    assert Beside(url).ids() == kept


async def test_a_wire_cut_at_a_look_up_is_not_seen_by_the_caller(far: PostgresDatabase, wire: Proxy) -> None:
    for cut in ("before", "after"):
        wire.cut(cut, b"count(*)")
        assert await far.read_one(COUNT) == [0]
        wire.cut(cut, b"BEGIN")
        assert await far.write(nothing) == 1


async def test_connections_that_died_while_idle_are_not_seen_by_the_caller(
    far: PostgresDatabase, wire: Proxy, url: str
) -> None:
    await asyncio.gather(*(far.write(add, str(i)) for i in range(6)))
    wire.break_all()
    await asyncio.sleep(0.05)
    assert await asyncio.gather(*(far.write(add, str(i)) for i in range(6, 12))) == [str(i) for i in range(6, 12)]
    ours = "application_name = 'nabz' AND datname = current_database()"
    Beside(url).run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")
    assert await far.read_one(COUNT) == [12]
    assert await far.write_one(ADD, id="last", name=None) == ["last"]


async def test_who_finds_no_seat_in_time_is_told_that_the_house_is_busy(store: PostgresDatabase) -> None:
    sleeping = [
        asyncio.create_task(store.write(lambda tx: tx.execute(SLEEP, {"seconds": 1.5}).all())) for _ in range(4)
    ]
    await asyncio.sleep(0.1)
    begun = asyncio.get_running_loop().time()
    outcomes = await asyncio.gather(
        store.write(add, "a"),
        store.read(ids),
        store.read_one(COUNT),
        store.write_one(ADD, id="b", name=None),
        return_exceptions=True,
    )
    assert {type(outcome) for outcome in outcomes} == {Busy}
    assert asyncio.get_running_loop().time() - begun < 1.2
    await asyncio.gather(*sleeping)
    assert await asyncio.gather(*(store.write(add, str(i)) for i in range(20))) == [str(i) for i in range(20)]


async def test_seats_are_given_first_come_first_served_and_none_is_lost(store: PostgresDatabase) -> None:
    order: list[int] = []

    def note(tx: Tx, number: int) -> None:
        order.append(number)

    tasks = [asyncio.create_task(store.write(note, i)) for i in range(60)]
    readers = [asyncio.create_task(store.read(ids)) for _ in range(60)]
    await asyncio.sleep(0)
    for reader in readers[::2]:
        reader.cancel()
    await asyncio.gather(*tasks, *readers, return_exceptions=True)
    assert sorted(order) == list(range(60))
    # Whoever has a seat has it after all before him; only the three others who have one may be slower.
    assert all(place >= number - 3 for place, number in enumerate(order))
    assert len(store._free) == 4


async def test_a_lock_held_too_long_is_busy(store: PostgresDatabase, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await store.write(add, "a")
    with psycopg.connect(url) as other:
        other.execute("SELECT 1 FROM thing FOR UPDATE")
        store._free.clear()
        store._free.extend([None] * 4)
        monkeypatch.setattr("nabz.kit.db.seat.SESSION", "-c lock_timeout=200ms")
        with pytest.raises(Busy):
            await store.write(bump, "a")
    await store.write(bump, "a")


async def test_a_deferred_constraint_fails_the_commit_and_nothing_is_kept(store: PostgresDatabase) -> None:
    def orphan(tx: Tx) -> None:
        add(tx, "a")
        tx.execute(children.insert(), {"id": "c", "parent": "nobody"})

    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        await store.write(orphan)
    assert await store.read(ids) == []
    assert await store.write(add, "a") == "a"


async def test_a_wrong_address_is_told_at_the_start() -> None:
    with pytest.raises(OperationalError, match="nowhere"):
        await PostgresDatabase("postgresql://postgres@/nothing?host=/nowhere").start()


async def test_a_server_that_is_away_is_told_as_such(far: PostgresDatabase, wire: Proxy) -> None:
    wire._server.close()
    wire.break_all()
    await asyncio.sleep(0.05)
    (wire._folder / ".s.PGSQL.5432").unlink()
    for job in (far.write(add, "a"), far.read(ids), far.read_one(COUNT)):
        with pytest.raises(StoreAway):
            await job


async def test_nul_never_reaches_the_server(store: PostgresDatabase) -> None:
    """The reader stops NUL at the edge; the driver is the wall behind it, and the seat stays good."""
    with pytest.raises(Exception, match="NUL"):
        await store.write(add, "a\0b")
    with pytest.raises(Exception, match="NUL"):
        await store.write_one(ADD, id="a\0", name=None)
    with pytest.raises(Exception, match="u0000"):
        await store.write(add, "a", value={"x": "\0"})
    assert await store.write(add, "a") == "a"
    assert await store.read_one(Statement(row=str, postgres="SELECT id FROM thing")) == ["a"]
