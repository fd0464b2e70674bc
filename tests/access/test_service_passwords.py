"""Passwords: slow for guesses, fast for who has just proved his, and the same for who does not exist."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from nabz.access.service import passwords as module
from nabz.access.service.passwords import Passwords, passwords_of
from nabz.kit.digest import Keyring
from nabz.kit.errors import Busy

GOOD = "seven green umbrellas"
NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


@pytest.fixture
def passwords(keys: Keyring) -> Passwords:
    return Passwords(keys)


async def test_a_password_is_known_by_its_hash(passwords: Passwords) -> None:
    stored = await passwords.hash(GOOD)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.verify(GOOD, stored, NOW)
    assert not await passwords.verify(GOOD + "!", stored, NOW)


async def test_two_keyboards_write_one_password(passwords: Passwords) -> None:
    stored = await passwords.hash("چتر سبز ۱۲۳۴")
    assert await passwords.verify("چتر سبز 1234", stored, NOW)


async def test_a_right_password_is_known_again_without_the_slow_check(passwords: Passwords) -> None:
    stored = await passwords.hash(GOOD)
    assert await passwords.verify(GOOD, stored, NOW)
    begun = time.perf_counter()
    for _ in range(100):
        assert await passwords.verify(GOOD, stored, NOW)
    assert time.perf_counter() - begun < 0.05
    begun = time.perf_counter()
    assert await passwords.verify(GOOD, stored, NOW + module.REMEMBERED_FOR)
    assert time.perf_counter() - begun > 0.005


async def test_a_wrong_password_is_never_remembered_as_right(passwords: Passwords) -> None:
    stored = await passwords.hash(GOOD)
    for _ in range(2):
        assert not await passwords.verify("wrong umbrellas", stored, NOW)


async def test_after_a_change_the_old_password_is_forgotten(passwords: Passwords) -> None:
    old = await passwords.hash(GOOD)
    assert await passwords.verify(GOOD, old, NOW)
    assert not await passwords.verify(GOOD, await passwords.hash("another good one"), NOW)


async def test_nobodys_password_is_wrong_and_takes_as_long(passwords: Passwords) -> None:
    stored = await passwords.hash(GOOD)

    async def seconds(stored_hash: str | None) -> float:
        begun = time.perf_counter()
        assert not await passwords.verify("wrong umbrellas", stored_hash, NOW)
        return time.perf_counter() - begun

    known = min([await seconds(stored) for _ in range(5)])
    unknown = min([await seconds(None) for _ in range(5)])
    assert 0.4 < unknown / known < 2.5


@pytest.mark.parametrize("password", ["", "x" * 100_000, "\ud800", "nul\0"])
async def test_odd_passwords_are_wrong_and_break_nothing(passwords: Passwords, password: str) -> None:
    assert not await passwords.verify(password, await passwords.hash(GOOD), NOW)


async def test_a_hash_that_is_none_opens_nothing(passwords: Passwords) -> None:
    assert not await passwords.verify(GOOD, "not a hash", NOW)


async def test_too_long_a_queue_is_refused_at_once(passwords: Passwords) -> None:
    waiting = [asyncio.create_task(passwords.hash(GOOD)) for _ in range(module.LONGEST_QUEUE)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await passwords.hash(GOOD)
    for task in waiting[4:]:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert await passwords.hash(GOOD)


def test_one_process_has_one_place_for_passwords(keys: Keyring) -> None:
    assert passwords_of(keys) is passwords_of(keys)
