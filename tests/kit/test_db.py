"""What both engines promise."""

import asyncio
from collections.abc import Iterator
from itertools import count as numbers

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from nabz.kit.db import Database, Statement, Tx, open_database, unique
from nabz.kit.errors import NotFound
from tests.kit import things
from tests.kit.things import ADD, COUNT, Beside, add, add_and_fail, ids, nothing


class NameTaken(NotFound):
    code = "test.name-taken"


async def test_what_write_returns_has_been_committed(store: Database, store_url: str) -> None:
    def look_and_add(tx: Tx) -> list[str]:
        add(tx, "a")
        return Beside(store_url).ids()

    assert await store.write(look_and_add) == []  # nobody else sees it before
    assert Beside(store_url).ids() == ["a"]


async def test_what_write_one_returns_has_been_committed(store: Database, store_url: str) -> None:
    assert await store.write_one(ADD, id="a", name="n") == ["a"]
    assert Beside(store_url).ids() == ["a"]


async def test_an_error_undoes_its_use_case_and_no_other(store: Database, store_url: str) -> None:
    jobs = [store.write(add_and_fail if i % 3 == 0 else add, f"{i:02}") for i in range(30)]
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [LookupError if i % 3 == 0 else str for i in range(30)]
    assert Beside(store_url).ids() == [f"{i:02}" for i in range(30) if i % 3]


async def test_a_problem_comes_out_as_it_went_in(store: Database) -> None:
    def refuse(tx: Tx) -> None:
        add(tx, "a")
        raise NotFound(what="x")

    with pytest.raises(NotFound) as refused:
        await store.write(refuse)
    assert refused.value.facts == {"what": "x"}
    assert await store.read(ids) == []


async def test_a_cancelled_caller_does_not_stop_its_commit(store: Database, store_url: str) -> None:
    blocked = asyncio.gather(*(store.write(add, f"{i:02}") for i in range(40)))
    await asyncio.sleep(0)
    task = asyncio.create_task(store.write(add, "left"))
    other = asyncio.create_task(store.write_one(ADD, id="also", name="left"))
    await asyncio.sleep(0)
    task.cancel()
    other.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(asyncio.CancelledError):
        await other
    await blocked
    await store.write(add, "after")
    for _ in range(100):
        if {"left", "also"} <= set(Beside(store_url).ids()):
            break
        await asyncio.sleep(0.02)
    assert {"left", "also"} <= set(Beside(store_url).ids())


async def test_a_cancelled_read_leaves_nothing_behind(store: Database) -> None:
    await store.write(add, "a")
    for wait in (0, 0, 0.001, 0.002, 0.004):
        reads = [asyncio.create_task(store.read(ids)) for _ in range(20)]
        await asyncio.sleep(wait)
        for task in reads:
            task.cancel()
        await asyncio.gather(*reads, return_exceptions=True)
    assert await asyncio.gather(*(store.read(ids) for _ in range(40))) == [["a"]] * 40
    await store.write(add, "b")  # no seat is left in a read-only transaction


async def test_unique_turns_a_taken_name_into_the_problem(store: Database) -> None:
    def take(tx: Tx, id_: str) -> None:
        with unique(NameTaken()):
            add(tx, id_, "n")

    def take_by_statement(tx: Tx, id_: str) -> None:
        with unique(NameTaken()):
            tx.run(ADD, id=id_, name="n")

    await store.write(take, "a")
    for taking in (take, take_by_statement):
        with pytest.raises(NameTaken):
            await store.write(taking, "b")
        with pytest.raises(NameTaken):
            await store.write(taking, "a")  # the primary key
    with pytest.raises(NameTaken), unique(NameTaken()):
        await store.write_one(ADD, id="b", name="n")
    assert await store.read(ids) == ["a"]


async def test_unique_lets_other_violations_through(store: Database) -> None:
    def nothing(tx: Tx) -> None:
        with unique(NameTaken()):
            tx.execute(insert(things.things), {"id": None, "count": 0})

    with pytest.raises(IntegrityError):
        await store.write(nothing)


async def test_a_use_case_that_passes_over_an_error_of_the_database_is_refused(store: Database) -> None:
    def pass_over(tx: Tx) -> str:
        add(tx, "a")
        try:
            add(tx, "a")
        except IntegrityError:
            return "all is well"
        return "unreachable"

    def go_on(tx: Tx) -> None:
        add(tx, "a")
        with pytest.raises(IntegrityError):
            tx.run(ADD, id="a", name=None)
        add(tx, "b")

    for use_case in (pass_over, go_on):
        with pytest.raises(RuntimeError, match="went on after an error"):
            await store.write(use_case)
    assert await store.read(ids) == []


async def test_the_very_first_statement_may_fail_like_any_other(store_url: str) -> None:
    """SQLAlchemy would roll back by itself as long as it has begun nothing itself."""
    database = open_database(store_url)
    await database.start()
    await database.stop()
    await database.start()

    def fail(tx: Tx) -> None:
        tx.execute(insert(things.things), {"id": "a", "at": "no instant", "count": 0})

    neighbours = [database.write(fail if number == 1 else nothing) for number in range(3)]
    outcomes = await asyncio.gather(*neighbours, database.read(fail), return_exceptions=True)
    assert [isinstance(outcome, StatementError) for outcome in outcomes] == [False, True, False, True]
    await database.stop()


async def test_an_end_of_iteration_is_an_error_like_any_other(store: Database) -> None:
    def first(tx: Tx) -> object:
        return next(iter(tx.execute(select(things.things.c.id)).all()))

    for door in (store.write, store.read):
        async with asyncio.timeout(5):
            with pytest.raises(RuntimeError, match="StopIteration"):
                await door(first)
    assert await store.write(add, "a") == "a"


async def test_a_use_case_returns_whole_values(store: Database) -> None:
    await store.write(add, "a")

    def lazily(tx: Tx) -> Iterator[str]:
        yield from ids(tx)

    def cursor(tx: Tx) -> object:
        return tx.execute(select(things.things.c.id))

    async def later(tx: Tx) -> list[str]:
        return ids(tx)

    for query in (lazily, cursor):
        for door in (store.write, store.read):
            with pytest.raises(TypeError, match="whole values"):
                await door(query)
    coroutines = []

    def keep(tx: Tx) -> object:
        coroutines.append(later(tx))
        return coroutines[-1]

    with pytest.raises(TypeError, match="whole values"):
        await store.write(keep)
    coroutines[0].close()


async def test_a_read_sees_one_snapshot(store: Database, store_url: str) -> None:
    def count_twice(tx: Tx) -> tuple[int, int]:
        before = things.count(tx)
        Beside(store_url).run("INSERT INTO thing (id, count) VALUES ('between', 0)")
        return before, things.count(tx)

    assert await store.read(count_twice) == (0, 0)
    assert await store.read(things.count) == 1


async def test_a_reading_door_does_not_write(store: Database) -> None:
    with pytest.raises(DBAPIError):
        await store.read(add, "a")
    with pytest.raises(DBAPIError):
        await store.read(lambda tx: tx.run(ADD, id="a", name="n"))
    with pytest.raises(ValueError, match="write_one"):
        await store.read_one(ADD, id="a", name="n")
    assert await store.read_one(COUNT) == [0]


async def test_a_write_reads_what_it_has_written(store: Database) -> None:
    def add_and_look(tx: Tx) -> list[str]:
        add(tx, "a")
        tx.run(ADD, id="b", name=None)
        return ids(tx)

    assert await store.write(add_and_look) == ["a", "b"]
    assert await store.read_one(things.IDS) == ["a", "b"]


async def test_the_first_text_that_gives_a_row_gives_the_answer(store: Database) -> None:
    hit = Statement(
        row=int,
        postgres="INSERT INTO thing (id, count) VALUES (:id, 1) "
        "ON CONFLICT (id) DO UPDATE SET count = thing.count + 1 RETURNING count",
        sqlite=(
            "UPDATE thing SET count = count + 1 WHERE id = :id RETURNING count",
            "INSERT INTO thing (id, count) VALUES (:id, 1) ON CONFLICT DO NOTHING RETURNING count",
        ),
    )
    assert await store.write_one(hit, id="a") == [1]
    assert await store.write_one(hit, id="a") == [2]
    assert await store.write(lambda tx: tx.run(hit, id="b")) == [1]


async def test_the_data_set_goes_with_the_transaction(store: Database) -> None:
    view = store.within(7)
    assert await view.write(lambda tx: tx.data_set) == 7
    assert await view.read(lambda tx: tx.data_set) == 7
    assert await store.read(lambda tx: tx.data_set) == 0
    assert await asyncio.gather(*(store.within(i).write(lambda tx: tx.data_set) for i in range(20))) == list(range(20))


async def test_a_view_made_before_the_start_is_as_good_or_refused(store_url: str) -> None:
    database = open_database(store_url)
    try:
        view = database.within(3)
    except RuntimeError:
        await database.start()
        view = database.within(3)
    else:
        await database.start()
    assert await view.read(lambda tx: tx.data_set) == 3
    await database.stop()


async def test_a_stopped_database_refuses_and_does_not_hang(store_url: str) -> None:
    database = open_database(store_url)
    await database.start()
    late = [asyncio.create_task(database.write(nothing)) for _ in range(5)]
    await asyncio.sleep(0)
    await database.stop()
    assert await asyncio.gather(*late) == [1] * 5  # what had been begun is finished
    async with asyncio.timeout(5):
        with pytest.raises(RuntimeError, match="not open"):
            await database.write(nothing)
        with pytest.raises(RuntimeError, match="not open"):
            await database.read(nothing)
        with pytest.raises(RuntimeError, match="not open"):
            await database.read_one(COUNT)


async def test_use_cases_are_run_in_any_number(store: Database) -> None:
    made = numbers()
    await asyncio.gather(*(store.write(add, f"{next(made):05}") for _ in range(700)))
    assert await store.read(things.count) == 700
