""" "Only one" under real concurrency, from several connections and, on PostgreSQL, several pools."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, update

from nabz.kit.db import Database, Statement, Tx, open_database, unique
from nabz.kit.errors import NotFound
from tests.kit.things import ADD, COUNT, add, bump, one, things

pytestmark = pytest.mark.races


class Taken(NotFound):
    code = "test.taken"


TAKE = Statement(
    row=str,
    postgres="UPDATE thing SET name = :who WHERE id = :id AND name IS NULL RETURNING name",
)


@pytest.fixture
async def houses(store: Database, store_url: str) -> AsyncIterator[list[Database]]:
    """The store as several processes see it; SQLite serves one."""
    more = [open_database(store_url) for _ in range(2)] if store.engine == "postgresql" else []
    for house in more:
        await house.start()
    yield [store, *more]
    for house in more:
        await house.stop()


async def test_one_of_many_takes_a_name_by_its_constraint(houses: list[Database]) -> None:
    def take(tx: Tx, id_: str) -> str:
        with unique(Taken()):
            add(tx, id_, "the name")
        return id_

    outcomes = await asyncio.gather(
        *(houses[i % len(houses)].write(take, str(i)) for i in range(60)), return_exceptions=True
    )
    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Taken) for outcome in outcomes) == 59


async def test_one_of_many_takes_a_thing_by_a_conditional_update(houses: list[Database]) -> None:
    await houses[0].write(add, "a")

    def take(tx: Tx, who: str) -> bool:
        free = update(things).where(things.c.id == "a", things.c.name.is_(None)).values(name=who)
        return tx.execute(free).rowcount == 1

    def hot(i: int) -> "asyncio.Task[list[str]]":
        return asyncio.create_task(houses[i % len(houses)].write_one(TAKE, id="a", who=f"hot{i}"))

    tasks = [hot(i) for i in range(40)]
    won = await asyncio.gather(*(houses[i % len(houses)].write(take, f"core{i}") for i in range(40)))
    assert sum(won) + sum(len(rows) for rows in await asyncio.gather(*tasks)) == 1


async def test_no_increment_is_lost(houses: list[Database]) -> None:
    await houses[0].write(add, "a")
    await asyncio.gather(*(houses[i % len(houses)].write(bump, "a") for i in range(150)))
    assert (await houses[0].read(one, "a"))._mapping["count"] == 150


async def test_a_locked_row_makes_reading_and_writing_one_step(houses: list[Database]) -> None:
    await houses[0].write(add, "a")

    def count_up(tx: Tx) -> int:
        locked = select(things.c["count"]).where(things.c.id == "a").with_for_update()
        seen = int(tx.execute(locked).scalar_one())
        tx.execute(update(things).where(things.c.id == "a").values(count=seen + 1))
        return seen + 1

    counted = await asyncio.gather(*(houses[i % len(houses)].write(count_up) for i in range(60)))
    assert sorted(counted) == list(range(1, 61))


async def test_hot_statements_and_use_cases_go_side_by_side(houses: list[Database]) -> None:
    await asyncio.gather(
        *(houses[i % len(houses)].write_one(ADD, id=f"h{i}", name=None) for i in range(100)),
        *(houses[i % len(houses)].write(add, f"c{i}") for i in range(100)),
        *(houses[i % len(houses)].read_one(COUNT) for i in range(100)),
    )
    assert await houses[0].read_one(COUNT) == [200]
