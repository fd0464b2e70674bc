"""Values that mean the same on both engines."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import case, func, literal, select, tuple_, update
from sqlalchemy.exc import StatementError

from nabz.kit.db import Database, Statement, Tx
from nabz.kit.db.types import instant_text
from tests.kit.things import NOW, Beside, add, one, things

PUT_AT = Statement(row=lambda at: at, postgres="INSERT INTO thing (id, at, count) VALUES (:id, :at, 0) RETURNING at")
GET_AT = Statement(row=lambda at: at, postgres="SELECT at FROM thing WHERE at <= :now ORDER BY at")
LAST_AT = Statement(
    row=lambda at: at,
    postgres="SELECT max(at) FROM thing",
    sqlite='SELECT max(at) AS "at [TEXT_INSTANT]" FROM thing',
)
TEHRAN = datetime(2026, 11, 22, 10, 0, tzinfo=ZoneInfo("Asia/Tehran"))


async def test_an_instant_comes_back_aware_and_in_utc(store: Database) -> None:
    given = [NOW, TEHRAN, NOW + timedelta(microseconds=1), NOW.astimezone(timezone(timedelta(hours=-8)))]
    for number, at in enumerate(given):
        await store.write(add, f"core{number}", at=at)
        assert await store.write_one(PUT_AT, id=f"hand{number}", at=at) == [at]
    kept = [(await store.read(one, f"{way}{number}")).at for number in range(4) for way in ("core", "hand")]
    kept += await store.read_one(GET_AT, now=NOW + timedelta(1))
    kept += await store.read(lambda tx: tx.run(GET_AT, now=TEHRAN + timedelta(1)))
    kept += await store.read_one(LAST_AT)
    kept.append(await store.read(lambda tx: tx.execute(select(func.max(things.c.at))).scalar_one()))
    assert {at.utcoffset() for at in kept} == {timedelta(0)}
    assert set(kept) == set(given)


async def test_instants_compare_by_time_whatever_zone_they_came_in(store: Database) -> None:
    await store.write(add, "second", at=TEHRAN + timedelta(seconds=1))
    await store.write(add, "first", at=NOW)
    in_order = select(things.c.id).where(things.c.at <= TEHRAN + timedelta(seconds=1)).order_by(things.c.at)
    assert list(await store.read(lambda tx: tx.execute(in_order).scalars().all())) == ["first", "second"]
    assert await store.read_one(GET_AT, now=TEHRAN) == [NOW]


async def test_an_instant_beside_no_column_is_one_like_the_others(store: Database) -> None:
    await store.write(add, "a", at=NOW)
    await store.write(add, "b", at=None)
    later = NOW.astimezone(TEHRAN.tzinfo) + timedelta(microseconds=1)

    def look(tx: Tx) -> tuple[Any, ...]:
        return (
            tx.execute(select(func.coalesce(things.c.at, later)).order_by(things.c.id)).scalars().all(),
            tx.execute(select(things.c.id).where(case((things.c.at < later, later), else_=NOW) > NOW)).scalars().all(),
            tx.execute(select(things.c.id).where(tuple_(things.c.at, things.c.id) < tuple_(later, ""))).scalars().all(),
        )

    assert await store.read(look) == ([NOW, later], ["a"], ["a"])
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - what must not come in
    with pytest.raises((ValueError, StatementError), match="naive"):
        await store.read(lambda tx: tx.execute(select(literal(naive))).scalar_one())


async def test_a_naive_instant_is_refused_at_every_door(store: Database) -> None:
    naive = datetime(2026, 11, 22, 6, 30)  # noqa: DTZ001 - what must not come in
    with pytest.raises((ValueError, StatementError), match="naive"):
        await store.write(add, "a", at=naive)
    with pytest.raises((ValueError, StatementError), match="naive"):
        await store.write(lambda tx: tx.run(PUT_AT, id="a", at=naive))
    with pytest.raises(ValueError, match="naive"):
        await store.write_one(PUT_AT, id="a", at=naive)
    with pytest.raises(ValueError, match="naive"):
        await store.read_one(GET_AT, now=naive)
    with pytest.raises((ValueError, StatementError), match="naive"):
        await store.read(lambda tx: tx.execute(select(things).where(things.c.at < naive)).all())
    assert await store.write(add, "a", at=None) == "a"  # and the connection is as good as before


VALUES: list[Any] = [
    None,
    True,
    0,
    -1,
    2**53,
    1.5,
    "",
    "null",
    "سلام «نبض»",
    '"quoted" \\ back',
    [],
    {},
    {"ب": [1, {"a": None}], "a": "é"},
]


async def test_a_json_value_comes_back_as_it_was(store: Database) -> None:
    def returned(tx: Tx, id_: str) -> object:
        return tx.execute(
            update(things).where(things.c.id == id_).values(count=1).returning(things.c.value)
        ).scalar_one()

    for number, value in enumerate(VALUES):
        await store.write(add, str(number), value=value)
        assert (await store.read(one, str(number))).value == value
        assert await store.write(returned, str(number)) == value


class Point(msgspec.Struct):
    at: datetime
    x: int


async def test_json_takes_structs_and_instants_and_knows_no_nan(store: Database) -> None:
    await store.write(add, "a", value={"point": Point(NOW, 1), "nan": math.nan})
    assert (await store.read(one, "a")).value == {"point": {"at": "2026-11-22T06:30:00Z", "x": 1}, "nan": None}


TEXTS = ["'; DROP TABLE thing; --", "%s %(id)s :id $1 ?", "\\", "نیم‌فاصله", "🩺", "\u202e", "é" * 5000, "\t\r\n"]


async def test_any_text_is_kept_to_the_letter(store: Database) -> None:
    by_hand = Statement(row=str, postgres="INSERT INTO thing (id, name, count) VALUES ('h', :name, 0) RETURNING name")
    for text in TEXTS:
        await store.write(add, "a", text)
        assert (await store.read(one, "a")).name == text
        await store.write(lambda tx: tx.execute(things.delete()))
        assert await store.write_one(by_hand, name=text) == [text]
        await store.write(lambda tx: tx.execute(things.delete()))


async def test_a_lone_surrogate_is_an_error_and_breaks_nothing(store: Database, store_url: str) -> None:
    """The reader stops these at the edge; here they must at least leave the neighbours and the store alone."""
    ways: list[Callable[[], Any]] = [
        lambda: store.write(add, "a", "\ud800"),
        lambda: store.write(add, "a", value={"x": "\ud800"}),
        lambda: store.write_one(PUT_AT, id="\ud800", at=NOW),
        lambda: store.read_one(Statement(row=str, postgres="SELECT id FROM thing WHERE id = :id"), id="\ud800"),
    ]
    for way in ways:
        with pytest.raises((UnicodeEncodeError, StatementError)):
            await way()
    await store.write(add, "b")
    assert Beside(store_url).ids() == ["b"]


def test_the_text_of_an_instant_has_one_width() -> None:
    assert instant_text(NOW) == "2026-11-22T06:30:00.000000+00:00"
    assert instant_text(datetime(987, 1, 1, tzinfo=UTC)) == "0987-01-01T00:00:00.000000+00:00"
