"""An import is killed half-way: what was published stands, and the next import clears up."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from nabz.kit.clock import SystemClock
from nabz.kit.db import Database, Statement, open_database
from nabz.terminology.errors import DraftMoved, DraftOpen, ImportUnderWay, UnknownDraft
from nabz.terminology.files import open_source
from nabz.terminology.model import State
from nabz.terminology.service import drafting, feed, importing, reading, searching
from tests.terminology.making import AUTHOR, SECOND, Desk, sheet

pytestmark = pytest.mark.kill

ROOT = Path(__file__).parents[2]
OLD = [f"c{n:05}" for n in range(1500)]
NEW = [f"c{n:05}" for n in range(500, 3500)]


@pytest.fixture
async def desk(durable_db_url: str) -> AsyncIterator[Desk]:
    database = open_database(durable_db_url)
    await database.start()
    made = Desk(database)
    await made.define("T")
    await made.publish_sheet("T", "1", sheet(OLD))
    yield made
    await database.stop()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "codes.csv"
    made.write_text("code,value\n" + "".join(f"{code},مقدار تازهٔ {code}\n" for code in NEW), "utf-8")
    return made


def kill_at(url: str, file: Path, stage: str, rows: int) -> None:
    """Load in a process of its own until so many rows are told of, and kill it there."""
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", sys.executable, str(Path(__file__).with_name("loader.py")), url, file, "2"],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
    )
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            at, _, told = line.decode().partition(" ")
            if at == stage and int(told) >= rows:
                break
        assert process.poll() is None, "the import was over before it could be killed"
        process.kill()


def clock(ahead: float) -> Callable[[], datetime]:
    return lambda: SystemClock().now() + timedelta(seconds=ahead)


async def load(db: Database, file: Path, ahead: float) -> None:
    t = await db.read(reading.one, "T")
    await importing.load(db, clock(ahead), t, open_source(file), "2", "", AUTHOR)


async def test_a_killed_import_leaves_the_published_version_and_no_draft(
    desk: Desk, durable_db_url: str, file: Path
) -> None:
    db = desk.db
    published, newest = await desk.codes("T", "1", 1000), await db.read(feed.newest)
    kill_at(durable_db_url, file, "reading", 1000)
    with pytest.raises(UnknownDraft):
        await desk.draft("T")

    kill_at(durable_db_url, file, "loading", 1000)
    t, left = await desk.one("T"), await desk.draft("T")
    assert (t.last, t.last_label, t.size) == (1, "1", len(OLD))
    assert await desk.codes("T", "1", 1000) == published
    assert len(await db.read(reading.diff, t, 1, 2, "", 5000)) >= 1000
    assert await db.read(searching.search, "تازه") == []
    assert left.state is State.LOADING
    now = clock(0)()
    for deed in (
        db.write(drafting.submit, t, left.revision, AUTHOR, now),
        db.write(drafting.publish, t, left.revision, SECOND, now),
    ):
        with pytest.raises(DraftMoved):
            await deed
    with pytest.raises(DraftOpen):
        await db.write(drafting.begin, t, "3", "", AUTHOR, now)
    with pytest.raises(ImportUnderWay):
        await load(db, file, 0)

    await load(db, file, importing.SILENT.total_seconds() + 1)
    done = await desk.submit("T")
    assert (done.added, done.changed, done.retired, done.size) == (2000, 1000, 500, len(NEW))
    await desk.approve("T")
    assert [one[0] for one in await desk.codes("T", "2", 1000)] == NEW
    assert await desk.codes("T", "1", 1000) == published
    assert [one.concept.code for one in await db.read(searching.search, "تازهٔ c03000")] == ["c03000"]
    assert await db.read(feed.newest) == newest + 1
    if db.engine == "sqlite":
        assert await db.read_one(Statement(row=str, postgres="PRAGMA integrity_check")) == ["ok"]
