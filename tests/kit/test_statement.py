"""Hand-written statements: what is an argument, and what only looks like one."""

from datetime import UTC, datetime

import msgspec
import pytest

from nabz.kit.db import Database, Statement
from tests.kit.things import add


def text(postgres: str) -> str:
    return Statement(row=str, postgres=postgres).postgres


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("SELECT :id", "SELECT %(id)s"),
        ("SELECT :id::uuid, :a_1::text[]", "SELECT %(id)s::uuid, %(a_1)s::text[]"),
        ("(:a,:b)", "(%(a)s,%(b)s)"),
        ("SELECT now()::date", "SELECT now()::date"),
        ("SELECT '10:30', ':id', 'it''s :id'", "SELECT '10:30', ':id', 'it''s :id'"),
        ("""SELECT '{"a":true}'::jsonb, :id""", """SELECT '{"a":true}'::jsonb, %(id)s"""),
        ('SELECT "odd :id" FROM t', 'SELECT "odd :id" FROM t'),
        ("SELECT 1 -- the :id\n, :id", "SELECT 1 -- the :id\n, %(id)s"),
        ("SELECT 5 % 2 WHERE a LIKE '%x%'", "SELECT 5 %% 2 WHERE a LIKE '%%x%%'"),
        ("SELECT x[1:2]", "SELECT x[1:2]"),
    ],
)
def test_only_names_outside_of_quotes_are_arguments(written: str, sent: str) -> None:
    assert text(written) == sent


@pytest.mark.parametrize(
    ("written", "writes"),
    [
        ("SELECT updated_at FROM t WHERE kind = 'update' -- no delete", False),
        ("INSERT INTO t VALUES (1)", True),
        ("WITH gone AS (DELETE FROM t RETURNING id) SELECT id FROM gone", True),
        ("SELECT id FROM t for update", True),
        ("SELECT replaced, inserted FROM t", False),
    ],
)
def test_a_statement_knows_whether_it_writes(written: str, writes: bool) -> None:
    assert Statement(row=str, postgres=written).writes is writes
    assert Statement(row=str, postgres="SELECT 1", sqlite=("SELECT 1", written)).writes is writes


class Pair(msgspec.Struct, frozen=True):
    id: str
    count: int


async def test_rows_become_values_of_the_statements_type(store: Database) -> None:
    pairs = Statement(row=Pair, postgres="SELECT id, count FROM thing WHERE id = :id OR :id = '' ORDER BY id")
    await store.write(add, "a")
    await store.write(add, "b")
    assert await store.read_one(pairs, id="a") == [Pair("a", 0)]
    assert await store.read_one(pairs, id="") == [Pair("a", 0), Pair("b", 0)]
    assert await store.read_one(pairs, id="c") == []
    assert await store.read(lambda tx: tx.run(pairs, id="b")) == [Pair("b", 0)]


async def test_percents_quotes_and_casts_reach_the_server_as_written(store: Database) -> None:
    await store.write(add, "100%")
    plain = Statement(row=str, postgres="SELECT id FROM thing WHERE id LIKE '%0%%' AND ':id' <> '%s' AND 7 % 4 = 3")
    assert await store.read_one(plain) == ["100%"]
    assert await store.read(lambda tx: tx.run(plain)) == ["100%"]
    cast = Statement(
        row=int,
        postgres="SELECT (:a::text || '::' || :a)::varchar = '1::1'",
        sqlite="SELECT (:a || '::' || :a) = '1::1'",
    )
    assert await store.read_one(cast, a="1") == [1]
    assert await store.read(lambda tx: tx.run(cast, a="1")) == [1]


async def test_an_argument_is_never_a_part_of_the_text(store: Database) -> None:
    find = Statement(row=str, postgres="SELECT id FROM thing WHERE id = :id")
    await store.write(add, "a")
    assert await store.read_one(find, id="' OR '1'='1") == []
    assert await store.read_one(find, id="a' --") == []


async def test_a_statement_without_rows_answers_with_none(store: Database) -> None:
    gone = Statement(row=str, postgres="DELETE FROM thing WHERE id = :id")
    assert await store.write_one(gone, id="a") == []
    assert await store.write(lambda tx: tx.run(gone, id="a")) == []


async def test_a_missing_argument_is_an_error_and_a_surplus_one_is_none(store: Database) -> None:
    find = Statement(row=str, postgres="SELECT id FROM thing WHERE id = :id")
    with pytest.raises(Exception, match="id"):
        await store.read_one(find)
    assert await store.read_one(find, id="a", now=datetime(2026, 1, 1, tzinfo=UTC)) == []
