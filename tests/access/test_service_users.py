"""People: invited, changed, disabled, and who may do that to whom."""

from typing import Any

import pytest
from msgspec.structs import replace

from nabz.access.errors import (
    BadUsername,
    LinkSpent,
    NameMissing,
    NationalIdTaken,
    NationalIdWrong,
    NotYourself,
    RoleNotFitting,
    UnknownDataSet,
    UnknownOrganisation,
    UnknownUser,
    UsernameTaken,
    UserNotActive,
    WrongPassword,
)
from nabz.access.model import CONSOLE, Client, Organisation, OrganisationKind, Person, Role, UserStatus
from nabz.access.service import links, organisations, users
from nabz.access.service.letters import Posting
from nabz.access.service.users import Invitation
from nabz.access.store import clients
from nabz.kit.db import Tx
from nabz.kit.errors import NotAllowed, Problem
from nabz.kit.persian import TextTooLong
from tests.access.world import AWAY, PASSWORD, World

NEW = Invitation("Sara", "Sara@Example.org", "  سارا   احمدی ", "clinic", frozenset({Role.NURSE}), 0)


async def invite(world: World, by: Person, whom: Invitation = NEW, token: str = "the-token") -> str:
    posting = Posting(token, f"letter {token}", "http://nabz.test")
    made = await world.db.write(
        users.invite, world.keys, by, f"id-{whom.username}", whom, posting, 48, world.clock.now()
    )
    return made.id


async def accept(world: World, token: str, password: str = "another good one") -> None:
    digest = links.digest_of(world.keys, token)
    chosen = await world.passwords.hash(password)
    await world.db.write(links.accept, world.keys, digest, chosen, AWAY, "b", world.clock.now())


async def test_an_invited_person_chooses_a_password_and_signs_in(world: World) -> None:
    boss = await world.enter("boss")
    id_ = await invite(world, boss)
    [letter] = await world.letters()
    assert letter.keys() == {"to", "subject", "text"}
    assert letter["to"] == "sara@example.org"
    assert "http://nabz.test/link/the-token" in letter["text"]
    user = await world.db.read(users.see, boss, id_)
    assert (user.username, user.display_name, user.status) == ("sara", "سارا احمدی", UserStatus.INVITED)
    await accept(world, "the-token")
    assert (await world.check("sara", "another good one")).status is UserStatus.ACTIVE
    assert await world.deeds(id_) == [
        ("id-boss", "access.user-invited", None),
        (id_, "access.invitation-accepted", None),
    ]


async def test_nobody_signs_in_before_accepting(world: World) -> None:
    await invite(world, await world.enter("boss"))
    with pytest.raises(Problem):
        await world.check("sara", "")


async def test_the_tokens_of_links_are_not_stored(world: World) -> None:
    await invite(world, await world.enter("boss"))
    with pytest.raises(LinkSpent):
        await world.db.read(links.find, "the-token", world.clock.now())


async def test_an_invitation_ends_by_itself(world: World) -> None:
    await invite(world, await world.enter("boss"))
    world.clock.advance(48 * 3600)
    with pytest.raises(LinkSpent):
        await accept(world, "the-token")


async def test_inviting_again_makes_the_first_link_worthless(world: World) -> None:
    boss = await world.enter("boss")
    id_ = await invite(world, boss, token="first")
    again = Posting("second", "letter 2", "http://nabz.test")
    await world.db.write(users.send_link, world.keys, boss, id_, again, 48, world.clock.now())
    with pytest.raises(LinkSpent):
        await accept(world, "first")
    await accept(world, "second")


async def test_a_taken_user_name_is_refused_in_any_spelling(world: World) -> None:
    with pytest.raises(UsernameTaken):
        await invite(world, await world.enter("boss"), replace(NEW, username=" DOCTOR"))
    assert await world.letters() == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"username": "سارا"}, BadUsername),
        ({"display_name": " "}, NameMissing),
        ({"organisation_id": "company"}, UnknownOrganisation),
        ({"organisation_id": "nowhere"}, UnknownOrganisation),
        ({"roles": frozenset({Role.OPERATOR})}, RoleNotFitting),
        ({"roles": frozenset({Role.VENDOR})}, RoleNotFitting),
    ],
)
async def test_a_manager_invites_only_what_fits(world: World, change: dict[str, Any], why: type[Problem]) -> None:
    boss = await world.enter("boss")
    with pytest.raises(why):
        await invite(world, boss, replace(NEW, **change))


async def test_whom_a_manager_invites_sees_what_the_manager_sees(world: World) -> None:
    boss = await world.enter("boss")
    id_ = await invite(world, boss, replace(NEW, data_set=0))
    assert (await world.db.read(users.see, boss, id_)).data_set == 1


async def test_a_manager_reaches_nobody_outside(world: World) -> None:
    boss = await world.enter("boss")
    now = world.clock.now()
    posting = Posting("t", "l", "http://nabz.test")
    for use_case, arguments in (
        (users.disable, (boss, "id-vendor", now)),
        (users.enable, (boss, "id-vendor", now)),
        (users.set_roles, (boss, "id-vendor", {Role.VENDOR}, now)),
        (users.end_sessions, (boss, "id-vendor", now)),
        (users.send_link, (world.keys, boss, "id-vendor", posting, 48, now)),
        (users.see, (boss, "id-vendor")),
        (users.history, (boss, "id-vendor")),
    ):
        with pytest.raises(UnknownUser):
            await world.db.write(use_case, *arguments)
    assert {user.username for user in await world.db.read(users.search, boss, organisation_id="company")} == {
        "boss",
        "doctor",
        "nurse",
        "typist",
    }


async def test_a_manager_cannot_touch_an_operator_of_his_own_organisation(world: World) -> None:
    operator = await world.enter("operator")
    await world.db.write(users.set_roles, operator, "id-vendor", {Role.MANAGER}, world.clock.now())
    manager = await world.enter("vendor")
    for use_case in (users.disable, users.end_sessions):
        with pytest.raises(NotAllowed):
            await world.db.write(use_case, manager, "id-operator", world.clock.now())


async def test_a_person_without_the_role_administers_nobody(world: World) -> None:
    doctor = await world.enter("doctor")
    with pytest.raises(UnknownUser):
        await world.db.write(users.disable, doctor, "id-nurse", world.clock.now())
    with pytest.raises(UnknownOrganisation):
        await invite(world, doctor)


async def test_roles_count_from_the_next_call_on(world: World) -> None:
    operator = await world.enter("operator")
    await world.enter("nurse", "t")
    await world.db.write(users.set_roles, operator, "id-nurse", {Role.SECRETARY, Role.CODING_EDITOR}, world.clock.now())
    person = await world.who("t")
    assert person
    assert person.roles == {Role.SECRETARY, Role.CODING_EDITOR}


async def test_nobody_shuts_himself_out(world: World) -> None:
    operator = await world.enter("operator")
    with pytest.raises(NotYourself):
        await world.db.write(users.disable, operator, "id-operator", world.clock.now())
    with pytest.raises(NotYourself):
        await world.db.write(users.set_roles, operator, "id-operator", set(), world.clock.now())


async def test_a_disabled_person_is_sent_no_link_and_can_use_none(world: World) -> None:
    operator = await world.enter("operator")
    posting = Posting("t", "l", "http://nabz.test")
    await world.db.write(users.send_link, world.keys, operator, "id-nurse", posting, 48, world.clock.now())
    await world.db.write(users.disable, operator, "id-nurse", world.clock.now())
    with pytest.raises(LinkSpent):
        await accept(world, "t")
    with pytest.raises(UserNotActive):
        await world.db.write(users.send_link, world.keys, operator, "id-nurse", posting, 48, world.clock.now())


async def test_enabling_gives_back_what_was_there(world: World) -> None:
    boss = await world.enter("boss")
    invited = await invite(world, boss)
    for id_, status in (("id-nurse", UserStatus.ACTIVE), (invited, UserStatus.INVITED)):
        await world.db.write(users.disable, boss, id_, world.clock.now())
        await world.db.write(users.enable, boss, id_, world.clock.now())
        assert (await world.db.read(users.see, boss, id_)).status is status


async def status_of(world: World, id_: str) -> UserStatus:
    return (await world.db.read(users.see, CONSOLE, id_)).status


async def test_only_an_operator_opens_what_an_operator_has_shut(world: World) -> None:
    boss, operator = await world.enter("boss"), await world.enter("operator")
    await world.db.write(users.disable, operator, "id-nurse", world.clock.now())
    await world.db.write(users.disable, boss, "id-nurse", world.clock.now())
    with pytest.raises(NotAllowed):
        await world.db.write(users.enable, boss, "id-nurse", world.clock.now())
    assert await status_of(world, "id-nurse") is UserStatus.LOCKED
    await world.db.write(users.enable, operator, "id-nurse", world.clock.now())
    assert await status_of(world, "id-nurse") is UserStatus.ACTIVE


async def test_an_operator_locks_what_a_manager_has_shut(world: World) -> None:
    boss, operator = await world.enter("boss"), await world.enter("operator")
    await world.db.write(users.disable, boss, "id-nurse", world.clock.now())
    assert await status_of(world, "id-nurse") is UserStatus.DISABLED
    await world.db.write(users.disable, operator, "id-nurse", world.clock.now())
    with pytest.raises(NotAllowed):
        await world.db.write(users.enable, boss, "id-nurse", world.clock.now())


@pytest.mark.parametrize("number", [-7, 7, 99999999999])
async def test_nobody_is_invited_into_a_data_set_that_is_not_there(world: World, number: int) -> None:
    with pytest.raises(UnknownDataSet):
        await invite(world, CONSOLE, replace(NEW, data_set=number))


async def test_an_operator_invites_into_a_data_set_that_is_in_use(world: World) -> None:
    def open_sandbox(tx: Tx) -> None:
        clients.add(tx, Client("c", "aClient", "سامانه", "clinic", active=True), world.clock.now())
        clients.put_secret(tx, "c", 7, "digest", world.clock.now(), world.clock.now())

    await world.db.write(open_sandbox)
    id_ = await invite(world, CONSOLE, replace(NEW, data_set=7))
    assert (await world.db.read(users.see, CONSOLE, id_)).data_set == 7


HOSTILE_NAME = "a" + "\u0301" * 100_000 + "\u0323" * 100_000


async def test_a_name_that_would_hold_the_house_up_is_refused(world: World) -> None:
    boss = await world.enter("boss")
    with pytest.raises(TextTooLong):
        await invite(world, boss, replace(NEW, display_name=HOSTILE_NAME))
    with pytest.raises(TextTooLong):
        await world.db.read(users.search, boss, HOSTILE_NAME)


# ---------------------------------------------------------------- passwords


async def ask(world: World, name: str, token: str = "new", origin: str = AWAY) -> None:
    postings = [Posting(f"{token}{number}", f"l-{token}{number}", "http://nabz.test") for number in range(2)]
    await world.db.write(links.ask, world.keys, name, postings, origin, world.clock.now())


@pytest.mark.parametrize("name", ["doctor", " Doctor", "doctor@example.org"])
async def test_a_forgotten_password_is_replaced_by_letter(world: World, name: str) -> None:
    await world.enter("doctor", "t")
    await ask(world, name)
    token = await world.token_in_letter()
    await accept(world, token)
    assert await world.who("t") is None
    await world.check("doctor", "another good one")
    with pytest.raises(LinkSpent):
        await accept(world, token)


async def test_nothing_is_sent_to_whom_there_is_not_or_may_not(world: World) -> None:
    operator = await world.enter("operator")
    await world.db.write(users.disable, operator, "id-nurse", world.clock.now())
    await ask(world, "nobody")
    await ask(world, "nurse")
    assert await world.letters() == []


async def test_nobody_is_flooded_with_letters(world: World) -> None:
    await ask(world, "doctor", "a", "192.0.2.1")
    await ask(world, "doctor", "b", "192.0.2.2")
    assert len(await world.letters()) == 1
    world.clock.advance(301)
    await ask(world, "doctor", "c", "192.0.2.3")
    assert "c0" in await world.token_in_letter()


async def test_one_address_asks_for_few_letters(world: World) -> None:
    for number in range(5):
        await ask(world, f"nobody{number}")
    with pytest.raises(Problem, match="too-many-attempts"):
        await ask(world, "doctor")


async def test_who_has_the_mailbox_gets_in_although_strangers_guess(world: World) -> None:
    for _ in range(5):
        with pytest.raises(Problem):
            await world.check("doctor", "wrong wrong wrong", AWAY, "stranger")
    await ask(world, "doctor")
    await accept(world, await world.token_in_letter())
    with pytest.raises(Problem, match="too-many"):
        await world.check("doctor", "another good one", "192.0.2.200", "stranger")
    await world.check("doctor", "another good one", AWAY)


async def test_a_changed_password_ends_the_other_sessions_only(world: World) -> None:
    await world.enter("doctor", "other")
    here = await world.enter("doctor", "here")
    checked = await world.check("doctor")
    chosen = await world.passwords.hash("another good one")
    await world.db.write(users.change_password, here, checked, chosen, "letter", world.clock.now())
    assert await world.who("here")
    assert await world.who("other") is None
    await world.check("doctor", "another good one")
    [letter] = await world.letters()
    assert letter["to"] == "doctor@example.org"
    with pytest.raises(WrongPassword):
        await world.db.write(users.change_password, here, checked, chosen, "letter2", world.clock.now())


async def test_somebody_elses_right_password_changes_nothing(world: World) -> None:
    here = await world.enter("doctor", "here")
    checked = await world.check("nurse")
    with pytest.raises(WrongPassword):
        await world.db.write(users.change_password, here, checked, "hash", "letter", world.clock.now())
    await world.check("nurse", PASSWORD)


# ---------------------------------------------------------------- organisations


async def test_only_operators_make_organisations(world: World) -> None:
    boss, operator = await world.enter("boss"), await world.enter("operator")
    new = Organisation("o", " داروخانهٔ  نمونه ", OrganisationKind.PHARMACY, None, active=True)
    with pytest.raises(NotAllowed):
        await world.db.write(organisations.add, boss, new, world.clock.now())
    made = await world.db.write(organisations.add, operator, new, world.clock.now())
    assert made.name == "داروخانهٔ نمونه"
    assert [each.id for each in await world.db.read(organisations.search, boss)] == ["clinic"]
    assert len(await world.db.read(organisations.search, operator)) == 3


async def test_the_national_id_of_an_organisation_is_checked_and_its_own(world: World) -> None:
    new = Organisation("o", "الف", OrganisationKind.COMPANY, "10380284790", active=True)
    await world.db.write(organisations.add, CONSOLE, new, world.clock.now())
    with pytest.raises(NationalIdTaken):
        await world.db.write(organisations.add, CONSOLE, replace(new, id="p"), world.clock.now())
    wrong = replace(new, id="p", national_id="10380284791")
    with pytest.raises(NationalIdWrong):
        await world.db.write(organisations.add, CONSOLE, wrong, world.clock.now())
