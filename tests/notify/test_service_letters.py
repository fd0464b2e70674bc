"""The inbox on a real database."""

from datetime import UTC, datetime, timedelta

import pytest

from nabz.kit.db import Database, Tx
from nabz.notify.errors import UnknownLetter
from nabz.notify.model import Channel, Letter
from nabz.notify.service import letters

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


def letter(id_: str, at: datetime = NOW) -> Letter:
    return Letter(id_, Channel.MAIL, "a@example.com", "موضوع", "متن", at)


async def test_a_letter_is_kept_once_and_to_the_letter(db: Database) -> None:
    assert await db.write(letters.keep, letter("a")) is True
    assert await db.write(letters.keep, letter("a")) is False
    assert await db.read(letters.page, 10) == [letter("a")]
    assert await db.read(letters.read, "a") == letter("a")
    with pytest.raises(UnknownLetter):
        await db.read(letters.read, "b")


async def test_the_newest_come_first_page_by_page(db: Database) -> None:
    def keep_all(tx: Tx) -> None:
        for number in range(7):
            letters.keep(tx, letter(str(number), NOW + timedelta(minutes=number // 2)))

    await db.write(keep_all)
    pages, after = [], ""
    while page := await db.read(letters.page, 3, after):
        pages.append([each.id for each in page])
        after = page[-1].id
    assert pages == [["6", "5", "4"], ["3", "2", "1"], ["0"]]
    assert await db.read(letters.page, 3, "unknown") == []


async def test_the_inbox_stays_within_its_bounds(db: Database) -> None:
    def keep_all(tx: Tx) -> None:
        for number in range(20):
            letters.keep(tx, letter(f"{number:02}", NOW - timedelta(hours=number)))

    await db.write(keep_all)
    assert await db.write(letters.prune, NOW, 1, 100) == 0
    assert await db.write(letters.prune, NOW, 1, 15) == 5
    assert [each.id for each in await db.read(letters.page, 50)] == [f"{number:02}" for number in range(15)]
    assert await db.write(letters.prune, NOW + timedelta(hours=20), 1, 100) == 10
    assert await db.write(letters.prune, NOW + timedelta(days=9), 1, 100) == 5
    assert await db.write(letters.prune, NOW, 1, 100) == 0
