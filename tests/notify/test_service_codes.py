"""One-time codes on a real database."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.digest import Keyring
from nabz.notify.errors import CodeTooSoon
from nabz.notify.model import CODE_SECONDS, MOST_IN_A_ROUND, TRIES
from nabz.notify.service import codes
from nabz.notify.tables import codes as table

WHO = ("sign-in", "09120000000")


@pytest.fixture
def issue(db: Database, keys: Keyring, clock: FixedClock) -> "Issue":
    return Issue(db, keys, clock)


class Issue:
    """Issues and redeems at the clock's time."""

    def __init__(self, db: Database, keys: Keyring, clock: FixedClock) -> None:
        self.db, self.keys, self.clock = db, keys, clock

    async def __call__(self, code: str = "123456", who: tuple[str, str] = WHO) -> str:
        return await self.db.write(codes.issue, self.keys, *who, code, self.clock.now())

    async def redeem(self, code: str, who: tuple[str, str] = WHO) -> bool:
        return await self.db.write(codes.redeem, self.keys, *who, code, self.clock.now())


def test_a_new_code_has_six_digits() -> None:
    made = [codes.new_code() for _ in range(300)]
    assert all(len(code) == 6 and code.isdecimal() for code in made)
    assert len(set(made)) > 290


async def test_a_code_hits_once(issue: Issue) -> None:
    assert await issue("012345") == "012345"
    assert await issue.redeem("۰۱۲ ۳۴۵") is True
    assert await issue.redeem("012345") is False


async def test_of_many_at_once_one_hits(issue: Issue) -> None:
    await issue()
    hits = await asyncio.gather(*(issue.redeem("123456") for _ in range(30)))
    assert sum(hits) == 1


async def test_misses_are_counted_and_then_the_right_one_misses_too(issue: Issue) -> None:
    await issue()
    for _ in range(TRIES - 1):
        assert await issue.redeem("000000") is False
    assert await issue.redeem("123456") is True
    issue.clock.advance(60)
    await issue("777777")
    for _ in range(TRIES):
        assert await issue.redeem("000000") is False
    assert await issue.redeem("777777") is False


async def test_guesses_at_once_are_counted_one_by_one(issue: Issue) -> None:
    await issue("000039")
    hits = await asyncio.gather(*(issue.redeem(f"{number:06}") for number in range(40)))
    assert sum(hits) <= 1
    assert await issue.redeem("000039") is False  # the tries were spent, whoever came first


async def test_a_code_is_good_for_its_purpose_and_subject_only(issue: Issue) -> None:
    await issue()
    await issue("654321", ("sign-in", "09121111111"))
    assert await issue.redeem("123456", ("change", "09120000000")) is False
    assert await issue.redeem("123456", ("sign-in", "09121111111")) is False
    assert await issue.redeem("123456") is True
    assert await issue.redeem("654321", ("sign-in", "09121111111")) is True


async def test_a_code_runs_out(issue: Issue) -> None:
    await issue()
    issue.clock.advance(CODE_SECONDS)
    assert await issue.redeem("123456") is False


async def test_only_the_newest_code_is_good(issue: Issue) -> None:
    await issue("111111")
    issue.clock.advance(60)
    await issue("222222")
    assert await issue.redeem("111111") is False
    assert await issue.redeem("222222") is True


async def test_another_code_waits(issue: Issue) -> None:
    await issue("111111")
    issue.clock.advance(20)
    with pytest.raises(CodeTooSoon) as refused:
        await issue("222222")
    assert refused.value.retry_after == 40
    assert await issue.redeem("111111") is True  # the refusal has replaced nothing
    with pytest.raises(CodeTooSoon):
        await issue("333333")  # nor does a hit open the door again
    issue.clock.advance(40)
    await issue("444444")


async def test_too_many_codes_wait_for_the_next_round(issue: Issue) -> None:
    for number in range(MOST_IN_A_ROUND):
        await issue(f"{number:06}")
        issue.clock.advance(61)
    with pytest.raises(CodeTooSoon) as refused:
        await issue()
    assert refused.value.retry_after == 3600 - 61 * MOST_IN_A_ROUND
    issue.clock.advance(refused.value.retry_after)
    await issue()
    issue.clock.advance(61)
    await issue()


async def test_of_many_asked_for_at_once_one_is_issued(issue: Issue) -> None:
    outcomes = await asyncio.gather(*(issue(f"{number:06}") for number in range(20)), return_exceptions=True)
    issued = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(issued) == 1
    assert sum(isinstance(outcome, CodeTooSoon) for outcome in outcomes) == 19
    assert await issue.redeem(issued[0]) is True


async def test_neither_code_nor_subject_is_stored(issue: Issue, db: Database) -> None:
    await issue()
    row = await db.read(lambda tx: tx.execute(select(table)).one())
    assert "123456" not in str(row)
    assert "09120000000" not in str(row)


async def test_old_codes_are_forgotten(issue: Issue, db: Database) -> None:
    await issue()
    issue.clock.advance(timedelta(hours=23).total_seconds())
    await issue("654321", ("sign-in", "09121111111"))
    assert await db.write(codes.prune, issue.clock.now()) == 0
    issue.clock.advance(timedelta(hours=2).total_seconds())
    assert await db.write(codes.prune, issue.clock.now()) == 1
