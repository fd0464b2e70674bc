"""The second factor: codes that count once, and a first step that is no session."""

import pyotp
import pytest

from nabz.access.errors import (
    OfferExpired,
    SecondFactorOff,
    SecondFactorOn,
    SignInExpired,
    TooManyAttempts,
    WrongCode,
)
from nabz.access.model import Person
from nabz.access.service import second_factor, sign_in
from nabz.kit.errors import NotAllowed
from tests.access.world import AWAY, World


async def switch_on(world: World, username: str = "operator") -> tuple[Person, pyotp.TOTP, list[str]]:
    person = await world.enter(username)
    offer = second_factor.offer(world.keys, person.username, person.user_id, world.clock.now())
    phone, codes = pyotp.TOTP(offer.secret), second_factor.new_recovery_codes()
    await world.db.write(
        second_factor.switch_on,
        world.keys,
        person,
        offer.sealed,
        phone.at(world.clock.now()),
        codes,
        world.clock.now(),
    )
    world.clock.advance(30)
    return person, phone, codes


async def half_way(world: World, token: str = "half", username: str = "operator", **where: str) -> None:
    account = await world.account(username)
    visit = world.visit(token, **where)
    assert await world.db.write(sign_in.enter, world.keys, account, visit, world.clock.now())


async def give(world: World, code: str, half: str = "half", new: str = "whole", **where: str) -> bool:
    visit = world.visit(new, replaces=world.digest(half), **where)
    return await world.db.write(sign_in.give_code, world.keys, world.digest(half), code, visit, world.clock.now())


async def test_half_way_in_is_not_in(world: World) -> None:
    _, phone, _ = await switch_on(world)
    await half_way(world)
    assert await world.who("half") is None
    assert await give(world, phone.at(world.clock.now()))
    assert await world.who("half") is None
    person = await world.who("whole")
    assert person
    assert person.second_factor


async def test_a_code_counts_once(world: World) -> None:
    _, phone, _ = await switch_on(world)
    code = phone.at(world.clock.now())
    await half_way(world)
    assert await give(world, code)
    await half_way(world, "again")
    assert not await give(world, code, "again")


async def test_the_code_of_the_switching_on_counts_no_second_time(world: World) -> None:
    _, phone, _ = await switch_on(world)
    await half_way(world)
    assert not await give(world, phone.at(world.clock.now(), counter_offset=-1))


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_a_clock_may_be_half_a_minute_off(world: World, steps: int, good: bool) -> None:
    _, phone, _ = await switch_on(world)
    world.clock.advance(300)
    await half_way(world)
    assert await give(world, phone.at(world.clock.now(), counter_offset=steps)) is good


async def test_after_a_later_code_an_earlier_one_is_spent(world: World) -> None:
    _, phone, _ = await switch_on(world)
    world.clock.advance(300)
    await half_way(world)
    assert await give(world, phone.at(world.clock.now(), counter_offset=1))
    await half_way(world, "again")
    assert not await give(world, phone.at(world.clock.now(), counter_offset=0), "again")


async def test_persian_digits_and_blanks_make_the_same_code(world: World) -> None:
    _, phone, _ = await switch_on(world)
    await half_way(world)
    code = phone.at(world.clock.now()).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert await give(world, f" {code[:3]} {code[3:]} ")


async def test_each_recovery_code_counts_once(world: World) -> None:
    _, _, codes = await switch_on(world)
    assert len(set(codes)) == second_factor.CODES
    await half_way(world)
    assert await give(world, codes[3].upper().replace("-", " "))
    await half_way(world, "again")
    assert not await give(world, codes[3], "again")
    assert await give(world, codes[4], "again", "whole2")
    assert await world.db.read(second_factor.codes_left, "id-operator") == second_factor.CODES - 2


async def test_new_recovery_codes_end_the_old_ones(world: World) -> None:
    person, _, old = await switch_on(world)
    new = second_factor.new_recovery_codes()
    await world.db.write(second_factor.renew_recovery_codes, world.keys, person, new, world.clock.now())
    await half_way(world)
    assert not await give(world, old[0])
    assert await give(world, new[0])


async def test_guessing_codes_is_slowed_down_for_the_right_one_too(world: World) -> None:
    _, phone, _ = await switch_on(world)
    for number in range(5):
        await half_way(world, f"half{number}", origin=AWAY, browser="thief")
        assert not await give(world, "000000", f"half{number}", origin=AWAY, browser="thief")
    with pytest.raises(TooManyAttempts):
        await give(world, phone.at(world.clock.now()), "half4", origin=AWAY, browser="thief")
    await half_way(world)
    assert await give(world, phone.at(world.clock.now()))


async def test_the_password_alone_makes_no_origin_known(world: World) -> None:
    await switch_on(world)
    await half_way(world, origin=AWAY, browser="thief")
    for _ in range(5):
        with pytest.raises(Exception, match="bad-credentials"):
            await world.check("operator", "wrong wrong wrong", AWAY, "thief")
    with pytest.raises(TooManyAttempts):
        await world.check("operator", origin="198.51.100.9", browser="another stranger")


async def test_the_code_must_come_soon(world: World) -> None:
    _, phone, _ = await switch_on(world)
    await half_way(world)
    world.clock.advance(300)
    with pytest.raises(SignInExpired):
        await give(world, phone.at(world.clock.now()))


async def test_a_code_without_a_password_opens_nothing(world: World) -> None:
    _, phone, _ = await switch_on(world)
    await world.enter("doctor", "a whole session")
    for half in ("never", "a whole session"):
        with pytest.raises(SignInExpired):
            await give(world, phone.at(world.clock.now()), half)


async def test_switching_on_needs_a_code_from_the_phone_in_time(world: World) -> None:
    person = await world.enter("doctor")
    offer = second_factor.offer(world.keys, person.username, person.user_id, world.clock.now())

    async def confirm(sealed: str, code: str, by: Person = person) -> None:
        await world.db.write(second_factor.switch_on, world.keys, by, sealed, code, [], world.clock.now())

    with pytest.raises(WrongCode):
        await confirm(offer.sealed, "000000")
    good = pyotp.TOTP(offer.secret).at(world.clock.now())
    with pytest.raises(OfferExpired):
        await confirm("made up", good)
    with pytest.raises(OfferExpired):
        await confirm(offer.sealed, good, await world.enter("nurse"))
    await confirm(offer.sealed, good)
    with pytest.raises(SecondFactorOn):
        await confirm(offer.sealed, good)
    world.clock.advance(second_factor.OFFER_LASTS.total_seconds() + 1)
    with pytest.raises(OfferExpired):
        await confirm(offer.sealed, pyotp.TOTP(offer.secret).at(world.clock.now()))


async def test_switching_on_ends_the_other_sessions(world: World) -> None:
    await world.enter("operator", "other")
    await switch_on(world)
    assert await world.who("other") is None
    assert await world.who("token of operator")


async def test_an_operator_takes_a_lost_second_factor_off(world: World) -> None:
    doctor, _, _ = await switch_on(world, "doctor")
    operator, boss = await world.enter("operator"), await world.enter("boss")
    with pytest.raises(NotAllowed):
        await world.db.write(second_factor.reset, boss, doctor.user_id, "l", world.clock.now())
    await world.db.write(second_factor.reset, operator, doctor.user_id, "l", world.clock.now())
    assert await world.who("token of doctor") is None
    await world.enter("doctor", "by password alone")
    assert [letter["to"] for letter in await world.letters()] == ["doctor@example.org"]
    with pytest.raises(SecondFactorOff):
        await world.db.write(second_factor.reset, operator, doctor.user_id, "l2", world.clock.now())
