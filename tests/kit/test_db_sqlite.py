"""SQLite's writer: one commit for what waits together, and what breaks such a batch."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError, OperationalError

from nabz.kit.db import Statement, Tx
from nabz.kit.db.sqlite import SqliteDatabase
from nabz.kit.db.writer import LARGEST_BATCH
from nabz.kit.errors import Busy
from tests.kit.things import ADD, Beside, add, add_and_fail, children, ids, make_tables, parents

pytestmark = pytest.mark.usecases


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase(f"sqlite:///{tmp_path}/store.db", fsync=False)
    await database.start()
    await database.write(make_tables)
    yield database
    await database.stop()


@pytest.fixture
def said(store: SqliteDatabase) -> list[str]:
    """What the writer says to SQLite, as it says it."""
    texts: list[str] = []
    store._opened[0].set_trace_callback(texts.append)
    return texts


def commits(said: list[str]) -> int:
    return said.count("COMMIT")


async def test_what_waits_together_is_committed_together(store: SqliteDatabase, said: list[str]) -> None:
    await asyncio.gather(*(store.write(add, f"{i:03}") for i in range(LARGEST_BATCH + 40)))
    assert commits(said) < 10
    assert len(await store.read(ids)) == LARGEST_BATCH + 40


async def test_an_error_costs_the_batch_nothing(store: SqliteDatabase, said: list[str]) -> None:
    outcomes = await asyncio.gather(
        *(store.write(add_and_fail if i == 7 else add, f"{i:03}") for i in range(60)), return_exceptions=True
    )
    assert [i for i, outcome in enumerate(outcomes) if isinstance(outcome, LookupError)] == [7]
    assert commits(said) < 6
    assert len(await store.read(ids)) == 59


def add_where_triggers_roll_back(tx: Tx, id_: str) -> str:
    """As a full disk does: the transaction dies under all its savepoints."""
    tx.execute(text("INSERT INTO deadly VALUES (:id)"), {"id": id_})
    return id_


async def test_a_transaction_that_dies_under_a_batch_is_run_again_one_by_one(store: SqliteDatabase) -> None:
    def prepare(tx: Tx) -> None:
        tx.execute(text("CREATE TABLE deadly (id TEXT)"))
        tx.execute(text("CREATE TRIGGER kill BEFORE INSERT ON deadly BEGIN SELECT RAISE(ROLLBACK, 'killed'); END"))

    await store.write(prepare)
    jobs = [store.write(add_where_triggers_roll_back if i in {5, 6, 20} else add, f"{i:02}") for i in range(30)]
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    assert [i for i, outcome in enumerate(outcomes) if isinstance(outcome, Exception)] == [5, 6, 20]
    assert all("killed" in str(outcomes[i]) for i in (5, 6, 20))
    assert await store.read(ids) == [f"{i:02}" for i in range(30) if i not in {5, 6, 20}]


async def test_a_use_case_cannot_go_on_when_its_transaction_has_died(store: SqliteDatabase) -> None:
    """Else what follows would be committed line by line, outside of any transaction."""

    def prepare(tx: Tx) -> None:
        tx.execute(text("CREATE TABLE deadly (id TEXT)"))
        tx.execute(text("CREATE TRIGGER kill BEFORE INSERT ON deadly BEGIN SELECT RAISE(ROLLBACK, 'killed'); END"))

    def pass_over(tx: Tx) -> None:
        add(tx, "before")
        with pytest.raises(IntegrityError):
            tx.execute(text("INSERT INTO deadly VALUES ('x')"))
        add(tx, "after")

    await store.write(prepare)
    outcomes = await asyncio.gather(
        store.write(add, "a"), store.write(pass_over), store.write(add, "b"), return_exceptions=True
    )
    assert outcomes[0] == "a"
    assert isinstance(outcomes[1], RuntimeError)
    assert outcomes[2] == "b"
    assert await store.read(ids) == ["a", "b"]


async def test_a_full_disk_fails_those_that_found_no_room_and_no_other(store: SqliteDatabase) -> None:
    pages = int(store._opened[0].execute("PRAGMA page_count").fetchone()[0])
    store._opened[0].execute(f"PRAGMA max_page_count = {pages + 12}")
    jobs = [store.write(add, f"{i:02}", "x" * (100_000 if i in {3, 11} else 100) + str(i)) for i in range(20)]
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    failed = {i for i, outcome in enumerate(outcomes) if isinstance(outcome, OperationalError)}
    assert failed == {3, 11}
    assert await store.read(ids) == [f"{i:02}" for i in range(20) if i not in failed]
    store._opened[0].execute("PRAGMA max_page_count = 1000000")
    assert await store.write(add, "03", "x" * 100_000) == "03"
    assert await store.read_one(Statement(row=str, postgres="PRAGMA integrity_check")) == ["ok"]


async def test_a_commit_that_fails_is_tried_again_one_by_one(store: SqliteDatabase) -> None:
    def orphan(tx: Tx, id_: str) -> None:
        tx.execute(insert(children), {"id": id_, "parent": "nobody"})

    def family(tx: Tx, id_: str) -> None:
        tx.execute(insert(children), {"id": id_, "parent": id_})
        tx.execute(insert(parents), {"id": id_})

    jobs = [store.write(orphan if i == 4 else family, str(i)) for i in range(10)]
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [
        sqlite3.IntegrityError if i == 4 else type(None) for i in range(10)
    ]
    families = "SELECT c.id FROM child c LEFT JOIN parent p ON p.id = c.parent ORDER BY c.id"
    assert [row[0] for row in Beside(f"sqlite:///{store.path}").run(families)] == [str(i) for i in range(10) if i != 4]


async def test_a_file_that_another_process_holds_too_long_is_busy(tmp_path: Path) -> None:
    database = SqliteDatabase(f"sqlite:///{tmp_path}/store.db", fsync=False)
    await database.start()
    await database.write(make_tables)
    database._opened[0].execute("PRAGMA busy_timeout = 200")
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with asyncio.timeout(3):  # one patience for the batch, not one for each
        outcomes = await asyncio.gather(*(database.write(add, str(i)) for i in range(50)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {Busy}
    assert await database.read(ids) == []  # readers do not wait for writers
    other.execute("ROLLBACK")
    other.close()
    assert await database.write(add, "a") == "a"
    await database.stop()


async def test_reading_goes_on_while_the_writer_works(store: SqliteDatabase) -> None:
    def slowly(tx: Tx) -> None:
        add(tx, "a")
        tx.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) FROM n"
            )
        )

    writing = asyncio.create_task(store.write(slowly))
    await asyncio.sleep(0.05)
    assert await store.read(ids) == []
    assert await store.read_one(Statement(row=str, postgres="SELECT id FROM thing")) == []
    assert not writing.done()
    await writing
    assert await store.read(ids) == ["a"]


async def test_the_first_failing_text_ends_a_statement_whole(store: SqliteDatabase) -> None:
    twice = Statement(row=str, postgres="SELECT 1", sqlite=("INSERT INTO thing (id, count) VALUES (:id, 0)",) * 2)
    neighbours = await asyncio.gather(
        store.write_one(ADD, id="a", name=None),
        store.write_one(twice, id="b"),
        store.write_one(ADD, id="c", name=None),
        return_exceptions=True,
    )
    assert neighbours[0] == ["a"]
    assert isinstance(neighbours[1], sqlite3.IntegrityError)
    assert neighbours[2] == ["c"]
    assert await store.read(ids) == ["a", "c"]


async def test_commits_wait_for_the_disk_unless_told_otherwise(tmp_path: Path) -> None:
    for fsync, level in ((True, 2), (False, 0)):
        database = SqliteDatabase(f"sqlite:///{tmp_path}/{fsync}.db", fsync=fsync)
        await database.start()
        assert await database.write(lambda tx: tx.execute(text("PRAGMA synchronous")).scalar_one()) == level
        assert await database.write(lambda tx: tx.execute(text("PRAGMA journal_mode")).scalar_one()) == "wal"
        await database.stop()


async def test_a_wrong_path_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(sqlite3.OperationalError):
        await SqliteDatabase(f"sqlite:///{tmp_path}/folder.db").start()


def test_a_process_that_fails_before_the_stop_ends_all_the_same(tmp_path: Path) -> None:
    program = f"""
import asyncio
from nabz.kit.db import open_database
async def main():
    await open_database("sqlite:///{tmp_path}/a.db").start()
    raise SystemExit(7)
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], timeout=20, check=False, env={"PYTHONPATH": "src"})
    assert done.returncode == 7
