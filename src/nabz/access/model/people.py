"""People, the organisations they belong to, and what they may do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import msgspec

from nabz.access.errors import BadEmail, BadUsername, RoleNotFitting
from nabz.kit.errors import NotAllowed
from nabz.kit.persian import ascii_digits

PRODUCTION, DEMO = 0, 1


class Role(StrEnum):
    """What somebody may do; one person may hold several."""

    OPERATOR = "operator"
    CODING_EDITOR = "coding-editor"
    SSO_EXPERT = "sso-expert"
    LAB_EVALUATOR = "lab-evaluator"
    SECURITY_OFFICER = "security-officer"
    VENDOR = "vendor"
    PHYSICIAN = "physician"
    SECRETARY = "secretary"
    NURSE = "nurse"
    PHARMACY = "pharmacy"
    PARACLINIC = "paraclinic"
    UNIVERSITY = "university"
    RESIDENT = "resident"
    MINISTRY = "ministry"
    CLINIC_DESK = "clinic-desk"
    CITIZEN = "citizen"
    MANAGER = "manager"
    """Administers the people of one organisation: the one role that is about people and not about health."""


# Whom routes let in.
OPERATORS: Final = (Role.OPERATOR,)
ADMINISTRATORS: Final = (Role.OPERATOR, Role.MANAGER)
PHYSICIANS: Final = (Role.PHYSICIAN,)
VENDORS: Final = (Role.VENDOR,)


class OrganisationKind(StrEnum):
    """What an organisation is."""

    MINISTRY = "ministry"
    INSURER = "insurer"
    UNIVERSITY = "university"
    HOSPITAL = "hospital"
    CLINIC = "clinic"
    PHARMACY = "pharmacy"
    LABORATORY = "laboratory"
    COMPANY = "company"
    OFFICE = "office"


_CARE: Final = frozenset({Role.PHYSICIAN, Role.SECRETARY, Role.NURSE})
_HOUSE_OF_CARE: Final = _CARE | {Role.CLINIC_DESK, Role.PHARMACY, Role.PARACLINIC, Role.RESIDENT}
ROLES_OF_KIND: Final[dict[OrganisationKind, frozenset[Role]]] = {
    OrganisationKind.MINISTRY: frozenset({Role.MINISTRY, Role.CODING_EDITOR, Role.MANAGER}),
    OrganisationKind.INSURER: frozenset({Role.SSO_EXPERT, Role.SECURITY_OFFICER, Role.MANAGER}),
    # Universities and hospitals also build software of their own.
    OrganisationKind.UNIVERSITY: _HOUSE_OF_CARE | {Role.UNIVERSITY, Role.VENDOR, Role.MANAGER},
    OrganisationKind.HOSPITAL: _HOUSE_OF_CARE | {Role.VENDOR, Role.MANAGER},
    OrganisationKind.CLINIC: _HOUSE_OF_CARE - {Role.RESIDENT} | {Role.MANAGER},
    OrganisationKind.PHARMACY: frozenset({Role.PHARMACY, Role.MANAGER}),
    OrganisationKind.LABORATORY: frozenset({Role.PARACLINIC, Role.MANAGER}),
    OrganisationKind.COMPANY: frozenset({Role.VENDOR, Role.MANAGER}),
    OrganisationKind.OFFICE: _CARE | {Role.MANAGER},
}
"""What the organisation's own manager may hand out; who evaluates vendors, for one, is named by an operator."""


class UserStatus(StrEnum):
    """Where an account stands."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"
    LOCKED = "locked"
    """Disabled by an operator: only an operator opens it again."""


SHUT: Final = frozenset({UserStatus.DISABLED, UserStatus.LOCKED})
"""No way leads into such an account, no link either."""


class LinkPurpose(StrEnum):
    """What a one-time link opens."""

    INVITE = "invite"
    RESET = "reset"


class Organisation(msgspec.Struct, frozen=True):
    """Who people and systems belong to."""

    id: str
    name: str
    kind: OrganisationKind
    national_id: str | None
    active: bool


class Account(msgspec.Struct, frozen=True):
    """What decides about a sign-in; someone of a closed organisation counts as disabled."""

    id: str
    username: str
    email: str | None
    status: UserStatus
    password_hash: str | None
    totp_sealed: str | None
    totp_step: int


class User(msgspec.Struct, frozen=True):
    """A person as administrators see him."""

    id: str
    username: str
    email: str | None
    display_name: str
    organisation_id: str
    organisation_name: str
    organisation_kind: OrganisationKind
    status: UserStatus
    data_set: int
    second_factor: bool
    created_at: datetime
    roles: frozenset[Role]


class Person(msgspec.Struct, frozen=True):
    """Who is signed in, as of this call."""

    user_id: str
    username: str
    display_name: str
    roles: frozenset[Role]
    data_set: int
    organisation_id: str
    organisation_name: str
    session_digest: str
    seen_at: datetime
    second_factor: bool = False
    acting_for: str | None = None
    acting_for_name: str | None = None

    @classmethod
    def of(cls, caller: object) -> Person:
        """Tell who is signed in. Raises NotAllowed for a caller of another kind."""
        if not isinstance(caller, cls):
            raise NotAllowed
        return caller

    @property
    def principal_id(self) -> str:
        """In whose name work is done: a secretary's physician, else oneself."""
        return self.acting_for or self.user_id


CONSOLE: Final = Person(
    user_id="console",
    username="console",
    display_name="console",
    roles=frozenset({Role.OPERATOR}),
    data_set=PRODUCTION,
    organisation_id="",
    organisation_name="",
    session_digest="",
    seen_at=datetime.min.replace(tzinfo=UTC),
)
"""Whoever has a shell on the machine acts as an operator, and stands in the audit by this name."""


class Session(msgspec.Struct, frozen=True):
    """One browser that is signed in, as its owner sees it."""

    digest: str
    created_at: datetime
    seen_at: datetime
    origin: str
    browser: str


class Link(msgspec.Struct, frozen=True):
    """A one-time link and whom it is for."""

    user_id: str
    username: str
    display_name: str
    purpose: LinkPurpose


class Deed(msgspec.Struct, frozen=True):
    """A line of the audit as people read it."""

    at: datetime
    who: str
    on_behalf_of: str | None
    action: str
    facts: dict[str, object]


class Delegation(msgspec.Struct, frozen=True):
    """A secretary may act for a physician."""

    id: str
    principal_id: str
    principal_name: str
    delegate_id: str
    delegate_name: str
    created_at: datetime
    until: datetime | None


_USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{2,79}")
_EMAIL: Final = re.compile(r"[^\s@<>\"(),:;\\\[\]\x00-\x1f]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?")


def folded_username(text: str) -> str:
    """Give the one spelling under which a user name is kept and found."""
    return ascii_digits(text).strip().lower()


def good_username(text: str) -> str:
    """Give a new user name in its one spelling. Raises BadUsername."""
    username = folded_username(text)
    if _USERNAME.fullmatch(username) is None:
        raise BadUsername
    return username


def good_email(text: str) -> str:
    """Give an address in lower case. Raises BadEmail."""
    email = ascii_digits(text).strip().lower()
    if _EMAIL.fullmatch(email) is None or ".." in email:
        raise BadEmail
    return email


def may_administer(by: Person, organisation_id: str) -> bool:
    """Tell whether somebody administers the people of an organisation."""
    return Role.OPERATOR in by.roles or (Role.MANAGER in by.roles and by.organisation_id == organisation_id)


def grantable(by: Person, kind: OrganisationKind) -> frozenset[Role]:
    """Give the roles that somebody may hand out in an organisation of this kind."""
    if Role.OPERATOR in by.roles:
        return frozenset(Role)
    return ROLES_OF_KIND[kind] if Role.MANAGER in by.roles else frozenset()


def check_change_of_roles(by: Person, kind: OrganisationKind, before: Iterable[Role], after: Iterable[Role]) -> None:
    """Refuse to give or take a role that is not somebody's to hand out. Raises RoleNotFitting."""
    if (frozenset(before) ^ frozenset(after)) - grantable(by, kind):
        raise RoleNotFitting
