"""The rules of access: names, roles, passwords, and how long a door stays shut."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from nabz.access.errors import (
    BadEmail,
    BadUsername,
    PasswordIsUsername,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    RoleNotFitting,
)
from nabz.access.model import (
    CONSOLE,
    ROLES_OF_KIND,
    OrganisationKind,
    Person,
    Role,
    check_change_of_roles,
    check_new_password,
    folded_username,
    good_email,
    good_username,
    grantable,
    may_administer,
    normal_password,
)
from nabz.access.model.guessing import FREE, LONGEST, left_of, network_of, shut_for
from nabz.access.model.passwords import LONGEST as LONGEST_PASSWORD
from nabz.access.model.passwords import LONGEST_SPELLING
from nabz.access.pages import words
from nabz.access.seed import PEOPLE
from nabz.kit.errors import NotAllowed, Problem

MANAGER = replace(CONSOLE, user_id="m", roles=frozenset({Role.MANAGER}), organisation_id="clinic")
DOCTOR = replace(MANAGER, roles=frozenset({Role.PHYSICIAN}))


@pytest.mark.parametrize("text", ["Ali", "ali ", " ALI", "ali"])
def test_a_user_name_is_one_in_all_its_spellings(text: str) -> None:
    assert folded_username(text) == "ali"
    assert good_username(text) == "ali"


def test_persian_digits_make_no_other_user_name() -> None:
    assert folded_username("ali۱۲") == "ali12"


@pytest.mark.parametrize("text", ["", "ab", "علی", "a b c", "a\nbc", "-abc", "a" * 81, "abc\0"])
def test_a_bad_user_name_is_refused(text: str) -> None:
    with pytest.raises(BadUsername):
        good_username(text)


@pytest.mark.parametrize(
    "text", ["", "a", "a@", "@b.c", "a b@c.d", "a@b@c", "a@b..c", "a@-b", "a\r\nBcc: x@y.z", "<a@b.c>"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadEmail):
        good_email(text)


def test_an_address_is_kept_in_lower_case() -> None:
    assert good_email(" Ali@Example.ORG ") == "ali@example.org"


# ---------------------------------------------------------------- who may do what


def test_an_operator_administers_everybody_and_a_manager_his_own() -> None:
    assert may_administer(CONSOLE, "anywhere")
    assert may_administer(MANAGER, "clinic")
    assert not may_administer(MANAGER, "company")
    assert not may_administer(DOCTOR, "clinic")


@pytest.mark.parametrize("kind", OrganisationKind)
def test_no_manager_makes_an_operator(kind: OrganisationKind) -> None:
    assert Role.OPERATOR not in grantable(MANAGER, kind)
    assert Role.LAB_EVALUATOR not in grantable(MANAGER, kind)
    assert Role.MANAGER in grantable(MANAGER, kind)
    assert not grantable(DOCTOR, kind)
    assert grantable(CONSOLE, kind) == frozenset(Role)


def test_a_manager_changes_only_what_is_his_to_give() -> None:
    clinic = OrganisationKind.CLINIC
    check_change_of_roles(MANAGER, clinic, {Role.NURSE}, {Role.PHYSICIAN})
    check_change_of_roles(MANAGER, clinic, {Role.OPERATOR, Role.NURSE}, {Role.OPERATOR})
    for before, after in (
        (set(), {Role.VENDOR}),
        ({Role.VENDOR}, set()),
        (set(), {Role.OPERATOR}),
        ({Role.OPERATOR}, set()),
    ):
        with pytest.raises(RoleNotFitting):
            check_change_of_roles(MANAGER, clinic, before, after)


def test_every_kind_has_roles_and_every_role_has_words_and_a_demo_person() -> None:
    assert set(ROLES_OF_KIND) == set(OrganisationKind) == set(words.KINDS)
    assert set(words.ROLES) == set(Role) == {role for role, *_ in PEOPLE.values()}


# ---------------------------------------------------------------- passwords


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", PasswordTooShort),
        ("123456789", PasswordTooShort),
        ("a" * 201, PasswordTooLong),
        ("1234567890", PasswordTooCommon),
        ("۱۲۳۴۵۶۷۸۹۰", PasswordTooCommon),
        ("0987654321", PasswordTooCommon),
        ("qwertyuiop", PasswordTooCommon),
        ("PassWord123", PasswordTooCommon),
        ("ababababababab", PasswordTooCommon),
        ("doctorabbas", PasswordIsUsername),
        ("DoctorAbbas", PasswordIsUsername),
        ("doctorabbas1405", PasswordIsUsername),
        ("sabbarotcod", PasswordIsUsername),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, why: type[Problem]) -> None:
    with pytest.raises(why):
        check_new_password(password, "doctorabbas")


@pytest.mark.parametrize("password", ["seven green umbrellas", "چتر سبز هفتم باران", "x7!k2?m9&p", "p" * 50 + "qrs"])
def test_a_good_password_is_taken(password: str) -> None:
    check_new_password(password, "doctorabbas")


def test_one_password_typed_on_two_keyboards_is_one() -> None:
    assert normal_password("cafe\u0301 ۱۲٣") == normal_password("caf\u00e9 123")


# ---------------------------------------------------------------- guessing


def test_a_door_shuts_for_longer_with_each_failure_and_never_for_more_than_a_quarter() -> None:
    spans = [shut_for(failures, FREE).total_seconds() for failures in range(1, 20)]
    assert spans[:7] == [0, 0, 0, 0, 2, 4, 8]
    assert spans == sorted(spans)
    assert spans[-1] == LONGEST.total_seconds() == 900
    assert shut_for(10**9, FREE) == LONGEST


def test_failures_fade_with_quiet_time() -> None:
    hour = timedelta(hours=1)
    left = [left_of(20, quiet * hour) for quiet in (0, 0.9, 1, 2, 5.9, 6, 100)]
    assert left == [20, 20, 10, 5, 5, 0, 0]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_line_counts_as_one_caller(address: str, network: str) -> None:
    assert network_of(address) == network


def test_only_a_person_does_what_people_do() -> None:
    assert Person.of(CONSOLE) is CONSOLE
    for caller in (None, object(), "console"):
        with pytest.raises(NotAllowed):
            Person.of(caller)


def test_the_console_acts_as_an_operator_since_ever() -> None:
    assert Role.OPERATOR in CONSOLE.roles
    assert CONSOLE.seen_at == datetime.min.replace(tzinfo=UTC)


# Signs of two classes in the wrong order: sorting them takes a time that grows with the square of their number.
HOSTILE = "a" + "\u0301" * 100_000 + "\u0323" * 100_000


def test_a_hostile_password_is_cut_before_it_is_normalised() -> None:
    assert len(normal_password(HOSTILE)) <= LONGEST_SPELLING
    with pytest.raises(PasswordTooLong):
        check_new_password(HOSTILE, "doctorabbas")


@pytest.mark.parametrize("letter", ["\u03b1\u0313\u0300\u0345", "\u1112\u1161\u11ab", "\ufdfa", "a"])
def test_what_is_cut_off_a_password_never_makes_it_short_enough(letter: str) -> None:
    with pytest.raises(PasswordTooLong):
        check_new_password("seven green umbrellas" + letter * 50_000, "doctorabbas")


def test_a_password_of_composed_letters_is_taken_to_its_full_length() -> None:
    assert len(normal_password("\u03b1\u0313\u0300\u0345" * LONGEST_PASSWORD)) == LONGEST_PASSWORD
