"""Delegation: the secretary acts, and both names stand in the audit."""

from datetime import timedelta

import pytest

from nabz.access.errors import DateNotAhead, DelegateNotFitting, DelegationThere, UnknownDelegation
from nabz.access.model import Person, Role
from nabz.access.service import delegations, users
from nabz.kit.errors import NotAllowed
from tests.access.world import World


async def delegate(world: World, days: int | None = None, id_: str = "d1") -> Person:
    doctor = await world.who("doctor's") or await world.enter("doctor", "doctor's")
    until = world.clock.now() + timedelta(days=days) if days else None
    await world.db.write(delegations.delegate, doctor, id_, "Typist", until, world.clock.now())
    return doctor


async def act(world: World, principal: str | None = "id-doctor") -> None:
    typist = await world.who("typist's") or await world.enter("typist", "typist's")
    await world.db.write(delegations.act_for, typist, principal, world.clock.now())


async def acting(world: World) -> str | None:
    person = await world.who("typist's")
    assert person
    return person.acting_for


async def test_a_secretary_acts_for_a_physician_and_both_are_recorded(world: World) -> None:
    await delegate(world)
    await act(world)
    person = await world.who("typist's")
    assert person
    assert (person.user_id, person.acting_for, person.acting_for_name) == ("id-typist", "id-doctor", "Doctor")
    assert person.principal_id == "id-doctor"
    assert person.roles == {Role.SECRETARY}
    await world.db.write(users.rename, person, "Typist the Second", world.clock.now())
    assert ("id-typist", "access.acting-started", "id-doctor") in await world.deeds("id-typist")
    assert ("id-typist", "access.renamed", "id-doctor") in await world.deeds("id-typist")


async def test_the_secretary_is_himself_again_when_he_wants(world: World) -> None:
    await delegate(world)
    await act(world)
    await act(world, None)
    assert await acting(world) is None


async def test_acting_is_this_sessions_alone(world: World) -> None:
    await delegate(world)
    await act(world)
    other = await world.enter("typist", "another browser")
    assert other.acting_for is None


async def test_nobody_acts_without_being_let(world: World) -> None:
    with pytest.raises(UnknownDelegation):
        await act(world)


async def test_ending_a_delegation_ends_the_acting_at_the_next_call(world: World) -> None:
    doctor = await delegate(world)
    await act(world)
    await world.db.write(delegations.revoke, doctor, "d1", world.clock.now())
    assert await acting(world) is None
    with pytest.raises(UnknownDelegation):
        await act(world)


async def test_a_new_delegation_does_not_revive_the_acting_of_one_that_was_ended(world: World) -> None:
    doctor = await delegate(world)
    await act(world)
    await world.db.write(delegations.revoke, doctor, "d1", world.clock.now())
    await delegate(world, id_="d2")
    assert await acting(world) is None
    await act(world)
    assert await acting(world) == "id-doctor"


async def test_a_new_delegation_does_not_revive_the_acting_of_one_that_ran_out(world: World) -> None:
    doctor = await world.enter("doctor")
    until = world.clock.now() + timedelta(minutes=5)
    await world.db.write(delegations.delegate, doctor, "d1", "typist", until, world.clock.now())
    await act(world)
    world.clock.advance(300)
    await delegate(world, id_="d2")
    assert await acting(world) is None


async def test_what_another_physician_let_somebody_do_goes_on(world: World) -> None:
    operator = await world.enter("operator")
    await world.db.write(users.set_roles, operator, "id-nurse", {Role.PHYSICIAN}, world.clock.now())
    nurse = await world.enter("nurse")
    await world.db.write(delegations.delegate, nurse, "n1", "typist", None, world.clock.now())
    doctor = await delegate(world)
    await act(world, "id-nurse")
    await world.db.write(delegations.revoke, doctor, "d1", world.clock.now())
    await delegate(world, id_="d2")
    assert await acting(world) == "id-nurse"


async def test_a_delegation_ends_on_its_day(world: World) -> None:
    await delegate(world, days=1)
    await act(world)
    world.clock.advance(29 * 60)
    assert await acting(world) == "id-doctor"
    world.clock.advance(86400 - 29 * 60)
    await act_again_is_refused(world)


async def act_again_is_refused(world: World) -> None:
    typist = await world.enter("typist", "typist's new one")
    assert await world.db.read(delegations.given_to, typist, world.clock.now()) == []
    with pytest.raises(UnknownDelegation):
        await world.db.write(delegations.act_for, typist, "id-doctor", world.clock.now())


async def test_acting_ends_within_a_session_when_the_time_is_up(world: World) -> None:
    doctor = await world.enter("doctor")
    until = world.clock.now() + timedelta(minutes=5)
    await world.db.write(delegations.delegate, doctor, "d1", "typist", until, world.clock.now())
    await act(world)
    world.clock.advance(300)
    assert await acting(world) is None


@pytest.mark.parametrize("taken", ["doctor", "typist"])
async def test_acting_ends_when_either_loses_the_role(world: World, taken: str) -> None:
    await delegate(world)
    await act(world)
    boss = await world.enter("boss")
    await world.db.write(users.set_roles, boss, f"id-{taken}", {Role.NURSE}, world.clock.now())
    assert await acting(world) is None


async def test_acting_ends_when_the_physician_is_disabled(world: World) -> None:
    await delegate(world)
    await act(world)
    boss = await world.enter("boss")
    await world.db.write(users.disable, boss, "id-doctor", world.clock.now())
    assert await acting(world) is None


async def test_only_a_physician_delegates_and_only_to_a_secretary(world: World) -> None:
    doctor, nurse = await world.enter("doctor"), await world.enter("nurse")
    now = world.clock.now()
    with pytest.raises(NotAllowed):
        await world.db.write(delegations.delegate, nurse, "d", "typist", None, now)
    for name in ("nurse", "nobody", "doctor"):
        with pytest.raises(DelegateNotFitting):
            await world.db.write(delegations.delegate, doctor, "d", name, None, now)
    with pytest.raises(DateNotAhead):
        await world.db.write(delegations.delegate, doctor, "d", "typist", now, now)


async def test_the_same_delegation_is_not_given_twice_but_again_when_it_is_over(world: World) -> None:
    doctor = await delegate(world, days=1)
    with pytest.raises(DelegationThere):
        await world.db.write(delegations.delegate, doctor, "d2", "typist", None, world.clock.now())
    world.clock.advance(86400)
    await world.db.write(delegations.delegate, doctor, "d3", "typist", None, world.clock.now())
    assert [each.id for each in await world.db.read(delegations.given_by, doctor, world.clock.now())] == ["d3"]


async def test_only_the_two_of_them_end_it(world: World) -> None:
    await delegate(world)
    nurse, typist = await world.enter("nurse"), await world.enter("typist")
    with pytest.raises(UnknownDelegation):
        await world.db.write(delegations.revoke, nurse, "d1", world.clock.now())
    await world.db.write(delegations.revoke, typist, "d1", world.clock.now())
