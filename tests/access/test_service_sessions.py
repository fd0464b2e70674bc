"""Sessions: how they live and how they end."""

from datetime import timedelta

import pytest
from sqlalchemy import Table, func, select

from nabz.access import tables, tasks
from nabz.access.errors import BadCredentials
from nabz.access.model import LinkPurpose, Organisation, OrganisationKind
from nabz.access.service import attempts, sessions, sign_in, users
from nabz.access.store import links, organisations
from nabz.kit.db import Tx
from nabz.kit.http import Deps
from nabz.kit.timers import Timers
from nabz.settings import Settings
from tests.access.world import AWAY, HOME, IDLE, World


async def test_who_has_signed_in_is_known_with_roles_and_organisation(world: World) -> None:
    person = await world.enter("doctor")
    assert (person.user_id, person.username, person.display_name) == ("id-doctor", "doctor", "Doctor")
    assert (person.roles, person.data_set) == (frozenset({"physician"}), 1)
    assert (person.organisation_id, person.organisation_name) == ("clinic", "Clinic")
    assert person.principal_id == "id-doctor"


async def test_nobody_is_known_by_another_token(world: World) -> None:
    await world.enter("doctor", "mine")
    assert await world.who("not mine") is None


async def test_a_session_left_idle_is_over(world: World) -> None:
    await world.enter("doctor", "t")
    world.clock.advance(IDLE.total_seconds() - 1)
    assert await world.who("t")
    world.clock.advance(1)
    assert await world.who("t") is None


async def test_a_session_in_use_does_not_become_idle_but_ends_in_the_end(world: World) -> None:
    await world.enter("doctor", "t")
    for _ in range(12 * 3 - 1):
        world.clock.advance(20 * 60)
        await world.db.write(sessions.note_seen, world.digest("t"), world.clock.now())
        assert await world.who("t")
    world.clock.advance(20 * 60)
    assert await world.who("t") is None


async def test_use_is_noted_once_a_minute(world: World) -> None:
    begun = (await world.enter("doctor", "t")).seen_at
    world.clock.advance(59)
    await world.db.write(sessions.note_seen, world.digest("t"), world.clock.now())
    person = await world.who("t")
    assert person
    assert person.seen_at == begun
    world.clock.advance(1)
    await world.db.write(sessions.note_seen, world.digest("t"), world.clock.now())
    person = await world.who("t")
    assert person
    assert person.seen_at == begun + timedelta(minutes=1)


async def test_signing_in_ends_the_session_that_the_browser_came_with(world: World) -> None:
    await world.enter("doctor", "old")
    await world.enter("nurse", "new", replaces=world.digest("old"))
    assert await world.who("old") is None
    assert await world.who("new")


async def test_logging_out_everywhere_ends_every_session_of_one_person(world: World) -> None:
    for token in ("a", "b"):
        person = await world.enter("doctor", token)
    await world.enter("nurse", "c")
    assert await world.db.write(sessions.end_all, person, world.clock.now()) == 2
    assert [await world.who(token) is None for token in ("a", "b", "c")] == [True, True, False]


async def test_one_session_is_ended_by_its_owner_only(world: World) -> None:
    doctor = await world.enter("doctor", "a")
    nurse = await world.enter("nurse", "b")
    assert not await world.db.write(sessions.end_one, nurse, doctor.session_digest, world.clock.now())
    assert await world.who("a")
    assert await world.db.write(sessions.end_one, doctor, doctor.session_digest, world.clock.now())
    assert await world.who("a") is None


async def test_own_sessions_are_listed_with_the_latest_first(world: World) -> None:
    await world.enter("doctor", "a", origin="198.51.100.1")
    world.clock.advance(60)
    await world.enter("doctor", "b")
    await world.enter("nurse", "c")
    found = await world.db.read(sessions.live, "id-doctor", world.clock.now(), IDLE)
    assert [(each.digest, each.origin, each.browser) for each in found] == [
        (world.digest("b"), HOME, "Firefox"),
        (world.digest("a"), "198.51.100.1", "Firefox"),
    ]


async def test_disabling_ends_sessions_at_once_and_enabling_brings_none_back(world: World) -> None:
    operator = await world.enter("operator")
    await world.enter("doctor", "t")
    await world.db.write(users.disable, operator, "id-doctor", world.clock.now())
    assert await world.who("t") is None
    await world.db.write(users.enable, operator, "id-doctor", world.clock.now())
    assert await world.who("t") is None


async def test_a_password_checked_before_disabling_opens_nothing_after_it(world: World) -> None:
    operator = await world.enter("operator")
    checked = await world.check("doctor")
    await world.db.write(users.disable, operator, "id-doctor", world.clock.now())
    with pytest.raises(BadCredentials):
        await world.db.write(sign_in.enter, world.keys, checked, world.visit("t"), world.clock.now())


async def test_closing_an_organisation_shuts_its_people_out(world: World) -> None:
    await world.enter("doctor", "t")
    closed = Organisation("clinic", "Clinic", OrganisationKind.CLINIC, None, active=False)
    await world.db.write(organisations.change, closed)
    assert await world.who("t") is None
    with pytest.raises(BadCredentials):
        await world.check("doctor")


async def test_pruning_deletes_what_nobody_can_use_and_nothing_else(world: World) -> None:
    await world.enter("doctor", "old")
    world.clock.advance(IDLE.total_seconds())
    await world.enter("doctor", "new")
    assert await world.db.write(sessions.prune, world.clock.now(), IDLE) == 1
    assert await world.who("new")


async def test_signing_in_and_out_stand_in_the_audit(world: World) -> None:
    await world.enter("doctor", "t")
    await world.db.write(sessions.sign_out, world.digest("t"), world.clock.now())
    await world.db.write(sessions.sign_out, world.digest("t"), world.clock.now())
    assert await world.deeds("id-doctor") == [
        ("id-doctor", "access.signed-in", None),
        ("id-doctor", "access.signed-out", None),
    ]


async def test_the_timer_deletes_sessions_links_and_attempts_that_are_over(world: World) -> None:
    await world.enter("doctor", "old")
    await world.db.write(attempts.note_failure, world.keys, "doctor", AWAY, world.clock.now())
    digest = "d" * 64
    await world.db.write(links.put, digest, "id-doctor", LinkPurpose.RESET, world.clock.now())
    world.clock.advance(2 * 86400)
    timers = Timers()
    deps = Deps(settings=Settings(), db=world.db, clock=world.clock, keys=world.keys)
    tasks.register(timers, deps)
    [(_, prune)] = timers._jobs
    await prune()
    counted = [await world.db.read(rows_of, table) for table in (tables.sessions, tables.links, tables.attempts)]
    assert counted == [0, 0, 0]


def rows_of(tx: Tx, table: Table) -> int:
    return int(tx.execute(select(func.count()).select_from(table)).scalar_one())
