"""Search on PostgreSQL: the trigrams of large terminologies, and what is left of it without them."""

import asyncio

import pytest
from sqlalchemy import text

from nabz.kit.db import Database, Statement, Tx
from nabz.kit.errors import Busy
from nabz.terminology.service import importing, searching
from nabz.terminology.store import searching as store
from tests.terminology.making import AUTHOR, Desk, Sheet, row

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


@pytest.fixture
async def desk(db: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A small terminology and a large one: from a hundred codes on."""
    monkeypatch.setattr(store, "LARGE", 100)
    made = Desk(db)
    for id_, size in (("Small", 50), ("Large", 150)):
        await made.define(id_)
        await made.publish_sheet(id_, "1", numbered(id_, size))
    return made


def numbered(id_: str, size: int) -> Sheet:
    return Sheet([row(n, f"{id_[0]}{n:03}", f"{id_} دندان شماره {n}") for n in range(size)])


async def run(db: Database, statement: str) -> None:
    await db.write(lambda tx: tx.execute(text(statement)).close())


async def ask(desk: Desk, words: str, id_: str = "") -> list[str]:
    t = await desk.one(id_) if id_ else None
    return [one.concept.code for one in await desk.db.read(searching.search, words, t)]


def trigrams(tx: Tx) -> dict[int, bool]:
    """The trigrams by terminology, and whether they are whole."""
    query = text(
        "SELECT relname, indisvalid FROM pg_class JOIN pg_index ON indexrelid = oid WHERE relname ~ '_trigram_'"
    )
    return {int(row.relname.rpartition("_")[2]): row.indisvalid for row in tx.execute(query)}


async def break_trigrams(desk: Desk, id_: str) -> int:
    """Leave them as a building leaves them that was cut off."""
    number = (await desk.one(id_)).number
    broken = f"'ix_terminology_trigram_{number}'::regclass"
    await run(desk.db, f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = {broken}")
    return number


class Held:
    """A database whose table is held for long, so that no statement of its own gets hold of it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.engine = db.engine
        self.read, self.write = db.read, db.write

    async def write_one(self, _statement: Statement[int], **_args: object) -> list[int]:
        raise Busy(retry_after=1)


async def test_a_large_import_brings_its_trigrams_and_a_small_one_none(desk: Desk) -> None:
    large = await desk.one("Large")
    assert await desk.db.read(trigrams) == {large.number: True}
    assert await ask(desk, "ندان 149", "Large") == ["L149"]
    assert await ask(desk, "ندان 49", "Small") == ["S049"]
    assert await ask(desk, "149") == ["L149"]
    await desk.load("Large", numbered("Large", 170), "2")
    assert await desk.db.read(trigrams) == {large.number: True}
    assert await ask(desk, "169") == []


async def test_trigrams_are_built_once(desk: Desk) -> None:
    number = (await desk.one("Large")).number
    assert await searching.index(desk.db, desk.now()) == 0
    await run(desk.db, f"DROP INDEX ix_terminology_trigram_{number}")
    assert await ask(desk, "ندان 149", "Large") == []
    assert await ask(desk, "Large دندان شماره 149", "Large") == ["L149"]
    assert await searching.index(desk.db, desk.now()) == 1
    assert await searching.index(desk.db, desk.now()) == 0
    assert await ask(desk, "ندان 149", "Large") == ["L149"]


async def test_trigrams_that_were_left_half_built_are_replaced(desk: Desk) -> None:
    number = await break_trigrams(desk, "Large")
    assert await desk.db.read(trigrams) == {number: False}
    assert await ask(desk, "ندان 149", "Large") == []
    assert await searching.index(desk.db, desk.now()) == 1
    assert await desk.db.read(trigrams) == {number: True}
    assert await ask(desk, "ندان 149", "Large") == ["L149"]
    await break_trigrams(desk, "Large")
    await desk.load("Large", numbered("Large", 151), "2")
    assert await desk.db.read(trigrams) == {number: True}


async def test_two_processes_that_build_trigrams_at_once_do_no_harm(desk: Desk) -> None:
    number = await break_trigrams(desk, "Large")
    await asyncio.gather(searching.index(desk.db, desk.now()), searching.index(desk.db, desk.now()))
    assert await desk.db.read(trigrams) == {number: True}


async def test_a_table_that_is_held_for_long_costs_no_import(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    number = await break_trigrams(desk, "Large")
    held = Held(desk.db)
    t = await desk.one("Large")
    version, _ = await importing.load(held, desk.now, t, numbered("Large", 160), "2", "", AUTHOR)  # type: ignore[arg-type]
    assert version.added == 10
    assert await searching.index(held, desk.now()) == 0  # type: ignore[arg-type]
    assert "trigrams-later" in "".join(capsys.readouterr())
    assert await desk.db.read(trigrams) == {number: False}
    assert await searching.index(desk.db, desk.now()) == 1


async def test_without_trigrams_small_terminologies_are_searched_and_large_ones_by_their_beginnings(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await searching.check(desk.db)
    assert "search-by-beginnings-only" not in "".join(capsys.readouterr())
    await run(desk.db, "DROP EXTENSION pg_trgm CASCADE")
    assert not await searching.check(desk.db)
    assert "search-by-beginnings-only" in "".join(capsys.readouterr())
    assert await ask(desk, "ندان 49", "Small") == ["S049"]
    assert await ask(desk, "نداغ") == []
    assert await ask(desk, "ندان 49") == ["S049"]
    assert await ask(desk, "ندان 149", "Large") == []
    assert await ask(desk, "Large دندان شماره 149") == ["L149"]
    assert await ask(desk, "L149") == ["L149"]
    assert await searching.index(desk.db, desk.now()) == 0
    await desk.load("Large", numbered("Large", 160), "2")
    await desk.submit("Large")
    await desk.approve("Large")
    assert await ask(desk, "Large دندان شماره 159", "Large") == ["L159"]
