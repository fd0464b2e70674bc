"""Real concurrency: what may happen once happens once, and every failure is counted."""

import asyncio
from collections.abc import Awaitable

import pyotp

from nabz.access.errors import BadCredentials, DelegationThere, LinkSpent, TooManyAttempts, UsernameTaken
from nabz.access.model import LinkPurpose
from nabz.access.service import attempts, delegations, links, second_factor, sign_in, users
from nabz.access.service.letters import Posting
from nabz.access.store import links as link_store
from nabz.kit.errors import Problem
from tests.access.test_service_attempts import all_subjects
from tests.access.test_service_second_factor import give, half_way, switch_on
from tests.access.test_service_users import NEW
from tests.access.world import AWAY, IDLE, World

MANY = 16


async def outcomes(*works: Awaitable[object]) -> list[object]:
    """Everybody's answer; what is no expected failure is raised."""
    found = await asyncio.gather(*works, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException) and not isinstance(each, Problem):
            raise each
    return [type(each) if isinstance(each, Problem) else each for each in found]


async def test_failures_at_one_instant_are_all_counted(world: World) -> None:
    now = world.clock.now()
    await asyncio.gather(*(world.db.write(attempts.note_failure, world.keys, "doctor", AWAY, now) for _ in range(MANY)))
    assert await world.db.read(all_subjects) == [MANY, MANY]


async def test_a_thousand_guesses_at_once_get_no_further_than_one_by_one(world: World) -> None:
    async def guess(number: int) -> str:
        try:
            await world.check("doctor", f"guess number {number}", AWAY, f"browser {number}")
        except BadCredentials:
            return "tried"
        except TooManyAttempts:
            return "refused"
        return "in"

    found = await asyncio.gather(*(guess(number) for number in range(100)))
    assert (found.count("tried"), found.count("refused")) == (5, 95)


async def test_a_link_is_used_once_by_many_at_once(world: World) -> None:
    now = world.clock.now()
    digest = links.digest_of(world.keys, "t")
    until = now + IDLE
    await world.db.write(link_store.put, digest, "id-nurse", LinkPurpose.RESET, until)
    found = await outcomes(
        *(world.db.write(links.accept, world.keys, digest, f"hash {number}", AWAY, "b", now) for number in range(MANY))
    )
    assert (found.count(None), found.count(LinkSpent)) == (1, MANY - 1)
    winner = found.index(None)
    assert (await world.account("nurse")).password_hash == f"hash {winner}"


async def test_a_code_is_used_once_by_many_at_once(world: World) -> None:
    _, phone, _ = await switch_on(world)
    code = phone.at(world.clock.now())
    for number in range(4):
        await half_way(world, f"half{number}")
    found = await outcomes(*(give(world, code, f"half{number}", f"whole{number}") for number in range(4)))
    assert sorted(map(str, found)) == ["False", "False", "False", "True"]


async def test_a_recovery_code_is_used_once_by_many_at_once(world: World) -> None:
    _, _, codes = await switch_on(world)
    for number in range(4):
        await half_way(world, f"half{number}")
    found = await outcomes(*(give(world, codes[0], f"half{number}", f"whole{number}") for number in range(4)))
    assert sorted(map(str, found)) == ["False", "False", "False", "True"]


async def test_one_half_way_session_becomes_one_whole_one(world: World) -> None:
    _, phone, codes = await switch_on(world)
    await half_way(world)
    tries = [phone.at(world.clock.now()), *codes[:3]]
    found = await outcomes(*(give(world, code, "half", f"whole{n}") for n, code in enumerate(tries)))
    assert found.count(True) == 1


async def test_codes_guessed_at_once_are_counted_one_by_one(world: World) -> None:
    await switch_on(world)
    await half_way(world, origin=AWAY, browser="thief")
    found = await outcomes(*(give(world, f"{n:06}", new=f"w{n}", origin=AWAY, browser="thief") for n in range(MANY)))
    assert (found.count(False), found.count(TooManyAttempts)) == (5, MANY - 5)


async def test_disabling_while_signing_in_leaves_no_session(world: World) -> None:
    operator = await world.enter("operator")
    for round_ in range(5):
        checked = await world.account("doctor")
        now = world.clock.now()
        await outcomes(
            *(world.db.write(sign_in.enter, world.keys, checked, world.visit(f"{round_} {n}"), now) for n in range(4)),
            world.db.write(users.disable, operator, "id-doctor", now),
            *(
                world.db.write(sign_in.enter, world.keys, checked, world.visit(f"{round_} {n}"), now)
                for n in range(4, 8)
            ),
        )
        await world.db.write(users.enable, operator, "id-doctor", now)
        assert [await world.who(f"{round_} {n}") for n in range(8)] == [None] * 8


async def test_one_user_name_is_given_to_one(world: World) -> None:
    operator = await world.enter("operator")
    found = await outcomes(
        *(
            world.db.write(
                users.invite,
                world.keys,
                operator,
                f"id{n}",
                NEW,
                Posting(f"t{n}", f"l{n}", "http://nabz.test"),
                48,
                world.clock.now(),
            )
            for n in range(MANY)
        )
    )
    assert found.count(UsernameTaken) == MANY - 1
    assert len(await world.letters()) == 1


async def test_a_password_is_changed_once_from_one_old_one(world: World) -> None:
    here = await world.enter("doctor")
    checked = await world.account("doctor")
    found = await outcomes(
        *(
            world.db.write(users.change_password, here, checked, f"hash {n}", f"l{n}", world.clock.now())
            for n in range(4)
        )
    )
    assert found.count(None) == 1


async def test_one_second_factor_is_switched_on(world: World) -> None:
    person = await world.enter("doctor")
    now = world.clock.now()
    offers = [second_factor.offer(world.keys, person.username, person.user_id, now) for _ in range(4)]
    found = await outcomes(
        *(
            world.db.write(
                second_factor.switch_on,
                world.keys,
                person,
                offer.sealed,
                pyotp.TOTP(offer.secret).at(now),
                second_factor.new_recovery_codes(),
                now,
            )
            for offer in offers
        )
    )
    assert found.count(None) == 1
    assert await world.db.read(second_factor.codes_left, person.user_id) == second_factor.CODES


async def test_one_delegation_is_made_of_many(world: World) -> None:
    doctor = await world.enter("doctor")
    found = await outcomes(
        *(world.db.write(delegations.delegate, doctor, f"d{n}", "typist", None, world.clock.now()) for n in range(MANY))
    )
    assert (found.count(None), found.count(DelegationThere)) == (1, MANY - 1)


async def test_roles_set_at_once_end_as_one_of_the_wishes(world: World) -> None:
    operator = await world.enter("operator")
    wishes = [{"nurse", "physician"}, {"secretary"}, {"paraclinic", "pharmacy"}]
    from nabz.access.model import Role

    await outcomes(
        *(
            world.db.write(users.set_roles, operator, "id-nurse", [Role(each) for each in wish], world.clock.now())
            for wish in wishes * 3
        )
    )
    assert (await world.db.read(users.see, operator, "id-nurse")).roles in wishes
