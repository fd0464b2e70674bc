"""How SQLite finds its way: along the codes, never along the steps of a whole terminology."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from nabz.kit.db import Tx, open_database
from nabz.terminology.model import Concept, Kind, Terminology
from nabz.terminology.store import entries, searching, steps, terminologies
from tests import services

NOW = datetime(2026, 11, 22, tzinfo=UTC)
KEYS = [("a", ""), ("b", "")]
WALKS = re.compile(r"SCAN terminology_entry|USING (?:COVERING )?INDEX \w+ \(number=\?\)")


@pytest.fixture
def sqlite_url() -> Iterator[str]:
    url = services.fresh_database("migrated", engine="sqlite")
    yield url
    services.drop_database(url)


def asked(tx: Tx) -> None:
    """Every question about some codes."""
    entries.find(tx, 1, "a", 1)
    entries.by_keys(tx, 1, 1, KEYS)
    entries.known_codes(tx, 1, 1, ["a"])
    entries.page(tx, 1, 1, ("a", ""), 10)
    entries.page(tx, 1, 1, ("a", "b"), 10, "p")
    entries.since(tx, 1, 2, 2, ("a", ""), 10)
    entries.codes_between(tx, 1, 1, 2, ("a", ""), 10)
    entries.ended(tx, 1, KEYS, 1, 2)
    entries.history(tx, 1, "a", 2)
    entries.going_to(tx, 1, 1, "x")
    steps.orphan(tx, 1, 2)
    where = [searching.Place(1, 1, 10)]
    searching.by_code(tx, where, "a")
    searching.by_head(tx, where, ["a"])
    searching.by_words(tx, where, ["abc", "d"])


def changed(tx: Tx) -> None:
    """Every change of some codes."""
    new = Terminology(number=0, id="t", kind=Kind.CODES, title_fa="ت", title_en="t", defined_at=NOW)
    number = terminologies.add(tx, new).number
    steps.add(tx, number, 1, [Concept(code=code, value=code) for code in "abc"])
    steps.close(tx, number, 2, KEYS)
    steps.name_successor(tx, number, 2, KEYS, None)
    steps.reopen(tx, number, 2, KEYS)
    steps.drop(tx, number, 1, KEYS)
    steps.undo_some(tx, number, 2, 10)


async def test_no_question_about_a_code_walks_through_a_terminology(sqlite_url: str) -> None:
    """A few codes are no fair trial of time: it is the plan that is looked at."""
    plans = await plans_of(sqlite_url)
    assert len(plans) > 20
    assert not {text: plan for text, plan in plans.items() if WALKS.search(plan)}


async def test_without_statistics_sqlite_would_walk(sqlite_url: str) -> None:
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        connection.execute("DELETE FROM sqlite_stat1")
        connection.commit()
    plans = await plans_of(sqlite_url)
    assert any(WALKS.search(plan) for plan in plans.values())


async def plans_of(url: str) -> dict[str, str]:
    """The statements on entries, with the ways that SQLite takes."""
    texts: list[str] = []

    def listen(tx: Tx) -> None:
        driver = tx._connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(texts.append)
        try:
            changed(tx)
            asked(tx)
        finally:
            driver.set_trace_callback(None)

    db = open_database(url, fsync=False)
    await db.start()
    await db.write(listen)
    await db.stop()
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return {
            text: " | ".join(str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {text}"))
            for text in texts
            if "terminology_entry" in text and "max(" not in text
        }
