"""Rows of data sets: who forgets to name his own is refused, and PostgreSQL would show him no others."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from sqlalchemy import (
    Column,
    Executable,
    Integer,
    Table,
    Text,
    and_,
    delete,
    exists,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from nabz.kit.db import Database, Statement, Tx, metadata, second_lock
from nabz.kit.db.postgres import PostgresDatabase
from nabz.kit.db.rows import UnnamedDataSet
from nabz.kit.errors import OutcomeUnknown
from tests import services
from tests.kit.proxy import Cut, Proxy

# ---------------------------------------------------------------- the first lock, on both engines

PUT = Statement(row=str, postgres="INSERT INTO held (data_set, id, n) VALUES (:data_set, :id, 0) RETURNING id")
IDS = Statement(row=str, postgres="SELECT id FROM held WHERE data_set = :data_set ORDER BY id")
FORGETFUL = Statement(row=str, postgres="SELECT id FROM held ORDER BY id")
BUMP_ALL = Statement(row=str, postgres="UPDATE held SET n = n + 1 RETURNING id")


@pytest.fixture
def held() -> Iterator[Table]:
    """A table whose rows belong to data sets, known to the program for one test."""
    table = Table(
        "held",
        metadata,
        Column("data_set", Integer, primary_key=True, autoincrement=False),
        Column("id", Text, primary_key=True),
        Column("n", Integer),
    )
    yield table
    metadata.remove(table)


@pytest.fixture
async def house(store: Database, held: Table) -> Database:
    def make(tx: Tx) -> None:
        held.drop(tx._connection, checkfirst=True)
        held.create(tx._connection)

    await store.write(make)
    for data_set, id_ in ((0, "zero"), (1, "one"), (2, "two")):
        await store.within(data_set).write_one(PUT, id=id_)
    return store


async def test_hot_statements_are_given_their_data_set(house: Database) -> None:
    for data_set, ids in enumerate((["zero"], ["one"], ["two"])):
        inside = house.within(data_set)
        assert await inside.read_one(IDS) == ids
        assert await inside.read_one(IDS, data_set=data_set) == ids
        assert await inside.read(lambda tx: tx.run(IDS)) == ids
    with pytest.raises(UnnamedDataSet, match="another data set than 1"):
        await house.within(1).read_one(IDS, data_set=2)
    with pytest.raises(UnnamedDataSet, match="another data set than 1"):
        await house.within(1).write(lambda tx: tx.run(PUT, id="x", data_set=2))


async def test_a_fact_about_a_data_set_may_name_another(house: Database) -> None:
    about = Statement(row=int, postgres="SELECT CAST(:data_set AS integer)")
    assert await house.within(1).read_one(about, data_set=2) == [2]
    assert await house.within(1).read_one(about) == [1]


async def test_a_forgetful_hot_statement_is_not_run(house: Database) -> None:
    for statement in (FORGETFUL, BUMP_ALL):
        with pytest.raises(UnnamedDataSet, match="held is not held"):
            await house.write_one(statement)
        with pytest.raises(UnnamedDataSet, match="held is not held"):
            await house.write(Tx.run, statement)
    with pytest.raises(UnnamedDataSet):
        await house.read_one(FORGETFUL)


def execute(tx: Tx, statement: Executable, rows: list[dict[str, object]] | None = None) -> None:
    tx.execute(statement, rows)


def forgetful(held: Table) -> list[Executable]:
    other = held.alias()
    return [
        select(held.c.id),
        select(held.c.id).where(held.c.data_set.is_not(None)),
        select(held.c.id).join(other, other.c.id == held.c.id).where(held.c.data_set == 1),
        select(held.c.id).where(held.c.data_set == 1, exists().where(other.c.id == held.c.id)),
        update(held).values(n=1),
        delete(held).where(held.c.id == "one"),
        insert(held).values(data_set=2, id="x"),
        text("INSERT INTO held (id) VALUES ('x')"),
        text("DELETE FROM held"),
        # these name one, but not that of their transaction
        select(held.c.id).where(held.c.data_set == 2),
        delete(held).where(held.c.data_set == 2),
        insert(held).values([{"data_set": 1, "id": "x"}, {"data_set": 2, "id": "x"}]),
        insert(held).from_select(["data_set", "id"], select(literal(2), held.c.id).where(held.c.data_set == 1)),
        text("DELETE FROM held WHERE data_set = :there").bindparams(there=2),
    ]


def named(held: Table) -> list[Executable]:
    other = held.alias()
    same = and_(other.c.data_set == held.c.data_set, other.c.id == held.c.id)
    mine = select(held.c.data_set, held.c.id).where(held.c.data_set == 1).cte("mine")
    return [
        select(held.c.id).where(held.c.data_set == 1),
        select(held.c.id).join(other, same, isouter=True).where(held.c.data_set == 1).with_for_update(of=held),
        select(mine.c.id).join(other, other.c.data_set == mine.c.data_set),
        select(held.c.id).where(held.c.data_set == 1, exists().where(same)),
        update(held).values(n=held.c.n + 1).where(held.c.data_set == 1),
        delete(held).where(held.c.data_set == 1, held.c.id == "two"),
        text("DELETE FROM held WHERE data_set = :here AND id = 'two'").bindparams(here=1),
        insert(held).from_select(
            ["data_set", "id"], select(held.c.data_set, held.c.id + "x").where(held.c.data_set == 1)
        ),
        insert(held).values([{"data_set": 1, "id": "a"}, {"data_set": 1, "id": "b"}]),
    ]


async def test_no_statement_of_sqlalchemy_forgets_its_data_set(house: Database, held: Table) -> None:
    inside = house.within(1)
    for statement in forgetful(held):
        with pytest.raises(UnnamedDataSet):
            await inside.write(execute, statement)
    for statement in named(held):
        await inside.write(execute, statement)
    many: list[dict[str, object]] = [{"data_set": 1, "id": "c"}, {"data_set": 1, "id": "d"}]
    await inside.write(execute, insert(held), many)
    with pytest.raises(UnnamedDataSet):
        await inside.write(execute, insert(held), [{"data_set": 1, "id": "e"}, {"data_set": 2, "id": "e"}])
    assert await inside.read_one(IDS) == ["a", "b", "c", "d", "one", "onex"]
    assert [await house.within(other).read_one(IDS) for other in (0, 2)] == [["zero"], ["two"]]


# ---------------------------------------------------------------- the second lock, where the first has failed


class Passing(Statement[str]):
    """One that nobody has looked at."""

    def fill(self, _args: dict[str, object], _data_set: int) -> None:
        self.scoped = True


SEEN = Passing(row=str, postgres=FORGETFUL.postgres)
CHANGED = Passing(row=str, postgres=BUMP_ALL.postgres)
ELSEWHERE = Passing(row=str, postgres="INSERT INTO held (data_set, id) VALUES (2, 'stray') RETURNING id")
REFUSED = "row-level security"


def run(tx: Tx, statement: str) -> list[str]:
    result = tx._connection.exec_driver_sql(statement)
    return [str(row[0]) for row in result] if result.returns_rows else []


def as_role(url: str, role: str) -> str:
    return url.replace(f"//{urlsplit(url).username}@", f"//{role}@")


@pytest.fixture(scope="module")
def plain_url() -> Iterator[str]:
    """A database in which a role without privileges owns tables with the second lock."""
    url, role = services.fresh_database("empty", engine="postgres"), f"plain{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {role} LOGIN".encode())
        owner.execute(f"GRANT ALL ON SCHEMA public TO {role}".encode())
    with psycopg.connect(as_role(url, role), autocommit=True) as plain:
        plain.execute("CREATE TABLE held (data_set int, id text, n int, PRIMARY KEY (data_set, id))")
        plain.execute(
            "CREATE TABLE parted (data_set int, day int, PRIMARY KEY (data_set, day)) PARTITION BY RANGE (day)"
        )
        plain.execute("CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100)")
        plain.execute("INSERT INTO held SELECT i % 3, i, 0 FROM generate_series(1, 30000) i")
        plain.execute("INSERT INTO parted SELECT i % 3, i FROM generate_series(1, 9) i")
        plain.execute("ANALYZE held")
        for table in ("held", "parted"):
            for command in second_lock(table):
                plain.execute(command.encode())
    yield as_role(url, role)
    services.drop_database(url)
    with psycopg.connect(url.replace(urlsplit(url).path, "/postgres"), autocommit=True) as owner:
        owner.execute(f"DROP ROLE {role}".encode())


@pytest.fixture
async def plain(plain_url: str) -> AsyncIterator[PostgresDatabase]:
    """With few rows and one seat, so that every change of data set is one of this seat's."""
    with psycopg.connect(plain_url, autocommit=True) as beside:
        for number, id_ in enumerate(("zero", "one", "two")):
            beside.execute(f"SET nabz.data_set = {number}".encode())
            beside.execute("DELETE FROM held WHERE id !~ '^[0-9]'")
            beside.execute("INSERT INTO held VALUES (%s, %s, 0)", (number, id_))
    database = PostgresDatabase(plain_url, seats=1)
    await database.start()
    yield database
    await database.stop()


WORDS = Passing(row=str, postgres="SELECT id FROM held WHERE id !~ '^[0-9]'")


async def test_who_forgets_the_data_set_sees_and_changes_only_his_own(plain: PostgresDatabase) -> None:
    for _ in range(2):
        for data_set, ids in enumerate((["zero"], ["one"], ["two"])):
            inside = plain.within(data_set)
            assert await inside.read_one(WORDS) == ids
            assert await inside.read(run, WORDS.postgres) == ids
            assert len(await inside.write_one(CHANGED)) == len(await inside.read_one(SEEN)) == 10001
            assert len(await plain.within(3).write_one(CHANGED)) == 0
            assert len(await inside.write(run, BUMP_ALL.postgres)) == 10001
    assert set(await plain.within(1).read(run, "SELECT DISTINCT n FROM held")) == {"4"}


async def test_a_row_for_another_data_set_is_refused(plain: PostgresDatabase) -> None:
    inside = plain.within(1)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match=REFUSED):
        await inside.write_one(ELSEWHERE)
    for statement in (ELSEWHERE.postgres, "UPDATE held SET data_set = 2 WHERE id = 'one'"):
        with pytest.raises(DBAPIError, match=REFUSED):
            await inside.write(run, statement)
    assert await plain.within(2).read_one(WORDS) == ["two"]
    assert await inside.read_one(WORDS) == ["one"]


async def test_a_session_that_says_nothing_sees_nothing(plain: PostgresDatabase, plain_url: str) -> None:
    with psycopg.connect(plain_url, autocommit=True) as beside:
        assert beside.execute("SELECT count(*) FROM held").fetchone() == (0,)
        beside.execute("SET nabz.data_set = ''")
        assert beside.execute("SELECT count(*) FROM held").fetchone() == (0,)


async def test_the_lock_of_a_partitioned_table_is_at_its_parent(plain: PostgresDatabase) -> None:
    inside = plain.within(1)
    assert await inside.read(run, "SELECT day FROM parted ORDER BY day") == ["1", "4", "7"]
    with pytest.raises(DBAPIError, match=REFUSED):
        await inside.write(run, "INSERT INTO parted VALUES (2, 50)")
    # who names a partition itself passes by: it has a lock only if its migration gives it one
    assert len(await inside.read(run, "SELECT day FROM parted_1")) == 9
    await inside.write(lambda tx: [run(tx, command) for command in second_lock("parted_1")])
    assert len(await inside.read(run, "SELECT day FROM parted_1")) == 3
    await inside.write(run, "DROP POLICY data_set ON parted_1")
    await inside.write(run, "ALTER TABLE parted_1 DISABLE ROW LEVEL SECURITY")


async def test_a_migration_may_lift_the_lock_within_its_transaction(plain: PostgresDatabase) -> None:
    def everywhere(tx: Tx) -> int:
        run(tx, "ALTER TABLE held NO FORCE ROW LEVEL SECURITY")
        changed = len(run(tx, BUMP_ALL.postgres))
        run(tx, "ALTER TABLE held FORCE ROW LEVEL SECURITY")
        return changed

    assert await plain.write(everywhere) == 30003


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
async def test_the_lock_leaves_the_indexes_and_parallel_plans_as_they_were(plain: PostgresDatabase, mode: str) -> None:
    def plans(tx: Tx) -> list[str]:
        run(tx, f"SET LOCAL plan_cache_mode = {mode}")
        run(tx, "PREPARE found (int, text) AS SELECT n FROM held WHERE data_set = $1 AND id = $2")
        run(tx, "PREPARE ranged (int, text) AS SELECT n FROM held WHERE data_set = $1 AND id >= $2 ORDER BY id LIMIT 5")
        run(tx, "PREPARE counted (int) AS SELECT count(*) FROM held WHERE data_set = $1 AND md5(id) > ''")
        found = [run(tx, f"EXPLAIN EXECUTE {name}") for name in ("found(1, '4')", "ranged(1, '4')")]
        for setting in ("parallel_setup_cost", "parallel_tuple_cost", "min_parallel_table_scan_size"):
            run(tx, f"SET LOCAL {setting} = 0")
        run(tx, "SET LOCAL enable_indexscan = off")
        run(tx, "SET LOCAL enable_bitmapscan = off")
        found += [run(tx, "EXPLAIN EXECUTE counted(1)"), run(tx, "EXECUTE counted(1)")]
        run(tx, "DEALLOCATE ALL")
        return ["\n".join(plan) for plan in found]

    found, ranged, counted, count = await plain.within(1).write(plans)
    for plan in (found, ranged):
        assert "Index Scan using held_pkey" in plan
        assert "Index Cond: ((data_set = " in plan
        assert "One-Time Filter: ((NULLIF(current_setting" in plan
    assert "Parallel Seq Scan" in counted
    assert count == "10001"


async def test_a_seat_that_changed_often_is_never_in_the_wrong_data_set(plain: PostgresDatabase) -> None:
    """Failures, rollbacks and waiters that went away on the way."""

    def add_and_fail(tx: Tx) -> None:
        run(tx, "INSERT INTO held VALUES (current_setting('nabz.data_set')::int, 'lost')")
        raise LookupError

    wrong = Passing(row=str, postgres="SELECT id / 0 FROM held")
    expected = [["zero"], ["one"], ["two"]]
    for turn in range(30):
        inside = plain.within(turn % 3)
        if turn % 2:
            gone = asyncio.create_task(plain.within((turn + 1) % 3).read_one(WORDS))
            await asyncio.sleep(0.0005 * (turn % 5))
            gone.cancel()
        if turn % 3:
            with pytest.raises(psycopg.Error):
                await plain.within((turn + 2) % 3).write_one(wrong)
        if turn % 5:
            with pytest.raises(LookupError):
                await plain.within((turn + 1) % 3).write(add_and_fail)
        assert await inside.read_one(WORDS) == expected[turn % 3]
        assert await inside.read(run, WORDS.postgres) == expected[turn % 3]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_wire_cut_while_a_seat_turns_leaves_no_doubt(
    plain_url: str, plain: PostgresDatabase, when: Cut
) -> None:
    async with Proxy(plain_url) as wire:
        far = PostgresDatabase(as_role(wire.url, str(urlsplit(plain_url).username)), seats=1)
        await far.start()
        assert await far.within(1).read_one(WORDS) == ["one"]
        wire.cut(when, b"SET nabz.data_set")
        assert await far.within(2).write_one(WORDS) == ["two"]  # nothing was decided yet: run again
        wire.cut(when, b"SET LOCAL nabz.data_set")
        assert await far.within(1).write(run, WORDS.postgres) == ["one"]
        wire.cut(when, b"UPDATE held")
        with pytest.raises(OutcomeUnknown):
            await far.within(1).write_one(CHANGED)
        assert await far.within(2).read_one(WORDS) == ["two"]
        await far.stop()


async def test_who_passes_the_second_lock_is_warned_at_the_start(plain_url: str) -> None:
    said = []
    for url in (plain_url, as_role(plain_url, "postgres")):
        database = PostgresDatabase(url, seats=1)
        with capture_logs() as lines:
            await database.start()
        await database.stop()
        said.append([line["event"] for line in lines])
    assert said == [[], ["role-passes-row-level-security"]]
