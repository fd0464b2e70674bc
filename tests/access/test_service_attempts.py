"""Guessing is slowed down, and no stranger locks anybody out."""

from typing import Any

import pytest

from nabz.access.errors import BadCredentials, TooManyAttempts
from nabz.access.model import Gate
from nabz.access.model.guessing import FADING, FREE, FREE_OF_ORIGIN, left_of
from nabz.access.service import attempts
from nabz.access.store import attempts as store
from tests.access.world import AWAY, HOME, World


async def fail(world: World, times: int, username: str = "doctor", origin: str = AWAY, **more: Any) -> None:
    for _ in range(times):
        await world.db.write(attempts.note_failure, world.keys, username, origin, world.clock.now(), **more)


async def ask(world: World, username: str = "doctor", origin: str = AWAY, **more: Any) -> None:
    await world.db.read(attempts.may_try, world.keys, username, origin, world.clock.now(), **more)


async def get_in(world: World, username: str = "doctor", origin: str = HOME, **more: str) -> None:
    await world.db.write(attempts.note_success, world.keys, username, origin, world.clock.now(), **more)


async def test_a_few_mistakes_cost_nothing_and_then_each_costs_more(world: World) -> None:
    await fail(world, FREE - 1)
    await ask(world)
    waits = []
    for _ in range(4):
        await fail(world, 1)
        with pytest.raises(TooManyAttempts) as refused:
            await ask(world)
        waits.append(refused.value.retry_after)
        world.clock.advance(refused.value.retry_after or 0)
        await ask(world)
    assert waits == [2, 4, 8, 16]


async def test_a_right_password_is_refused_too_while_the_door_is_shut(world: World) -> None:
    await fail(world, FREE)
    with pytest.raises(TooManyAttempts):
        await world.check("doctor", origin=AWAY)
    world.clock.advance(3)
    assert (await world.check("doctor", origin=AWAY)).id == "id-doctor"


async def test_strangers_everywhere_cannot_lock_a_user_out(world: World) -> None:
    await get_in(world, origin=HOME)
    for number in range(40):
        await fail(world, 1, origin=f"203.0.113.{number}")
    with pytest.raises(TooManyAttempts):
        await ask(world, origin="203.0.113.250")
    await ask(world, origin=HOME)


async def test_a_stranger_behind_the_same_address_cannot_lock_a_known_browser_out(world: World) -> None:
    await get_in(world, origin=HOME, browser="mine")
    await fail(world, 30, origin=HOME, browser="theirs")
    with pytest.raises(TooManyAttempts):
        await ask(world, origin=HOME, browser="theirs")
    await ask(world, origin=HOME, browser="mine")
    await ask(world, origin=AWAY, browser="mine")


async def test_a_known_origin_is_slowed_down_by_its_own_failures(world: World) -> None:
    await get_in(world, origin=HOME)
    await fail(world, FREE, origin=HOME)
    with pytest.raises(TooManyAttempts):
        await ask(world, origin=HOME)
    await ask(world, origin=AWAY)


async def test_getting_in_forgets_own_failures_but_not_the_strangers(world: World) -> None:
    await get_in(world, origin=HOME)
    await fail(world, FREE, origin=HOME)
    await fail(world, FREE, origin=AWAY)
    await get_in(world, origin=HOME)
    await ask(world, origin=HOME)
    with pytest.raises(TooManyAttempts):
        await ask(world, origin=AWAY)


async def test_one_address_that_tries_many_names_is_slowed_down(world: World) -> None:
    for number in range(FREE_OF_ORIGIN):
        await fail(world, 1, username=f"name{number}", origin=AWAY)
    with pytest.raises(TooManyAttempts):
        await ask(world, username="never-tried", origin=AWAY)
    await ask(world, username="never-tried", origin="198.51.100.1")


async def test_a_known_person_gets_in_from_an_address_where_others_guess(world: World) -> None:
    await get_in(world, origin=AWAY)
    for number in range(FREE_OF_ORIGIN):
        await fail(world, 1, username=f"name{number}", origin=AWAY)
    await ask(world, username="doctor", origin=AWAY)


async def test_a_line_of_ipv6_is_one_origin(world: World) -> None:
    await get_in(world, origin="2001:db8::1")
    await fail(world, FREE, origin="2001:db8:1::1")
    await ask(world, origin="2001:db8::2")


async def test_names_that_do_not_exist_are_slowed_down_like_others(world: World) -> None:
    for _ in range(FREE):
        with pytest.raises(BadCredentials):
            await world.check("nobody", origin=AWAY)
    with pytest.raises(TooManyAttempts):
        await world.check("nobody", origin=AWAY)


async def test_the_spelling_of_a_name_opens_no_second_door(world: World) -> None:
    await fail(world, FREE, username="Doctor ")
    with pytest.raises(TooManyAttempts):
        await ask(world, username="doctor")


async def test_the_gates_are_counted_apart(world: World) -> None:
    await fail(world, FREE, gate=Gate.CODE)
    await ask(world)
    with pytest.raises(TooManyAttempts):
        await ask(world, gate=Gate.CODE)


@pytest.mark.parametrize("span", [span for span, _ in FADING])
async def test_the_store_fades_as_the_rule_says(world: World, span: object) -> None:
    quiet = next(each for each, _ in FADING if each == span)
    await fail(world, 20)
    world.clock.advance(quiet.total_seconds())
    await fail(world, 1)
    assert await world.db.read(all_subjects) == [left_of(20, quiet) + 1] * 2


def all_subjects(tx: object) -> list[int]:
    from sqlalchemy import select

    from nabz.access.tables import attempts as table
    from nabz.kit.db import Tx

    assert isinstance(tx, Tx)
    return list(tx.execute(select(table.c.failures)).scalars())


async def test_what_no_longer_counts_is_deleted(world: World) -> None:
    await fail(world, 3)
    assert await world.db.write(attempts.prune, world.clock.now()) == 0
    world.clock.advance(6 * 3600 + 1)
    assert await world.db.write(attempts.prune, world.clock.now()) == 2
    assert await world.db.read(store.failures, []) == {}
