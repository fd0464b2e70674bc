"""Access's part of the demo sandbox: a few organisations, and one made-up person for every role."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from nabz.access.errors import StoreInUse
from nabz.access.model import DEMO, Organisation, OrganisationKind, Role, User, UserStatus
from nabz.access.service.passwords import Passwords
from nabz.access.store import delegations, organisations, users
from nabz.kit import audit
from nabz.kit.db import Database, Tx
from nabz.kit.digest import Keyring

SEEDED: Final = "seed"
Kind = OrganisationKind

ORGANISATIONS: Final[dict[str, tuple[str, Kind]]] = {
    "ministry": ("وزارت بهداشت (نمایشی)", Kind.MINISTRY),
    "insurer": ("سازمان بیمه‌گر (نمایشی)", Kind.INSURER),
    "university": ("دانشگاه علوم پزشکی البرزکوه (نمایشی)", Kind.UNIVERSITY),
    "clinic": ("درمانگاه شفق (نمایشی)", Kind.CLINIC),
    "pharmacy": ("داروخانهٔ نیلوفر (نمایشی)", Kind.PHARMACY),
    "laboratory": ("آزمایشگاه سپیدار (نمایشی)", Kind.LABORATORY),
    "company": ("شرکت نرم‌افزار سلامت‌گستر (نمایشی)", Kind.COMPANY),
    "citizens": ("شهروندان (نمایشی)", Kind.OFFICE),
}
PEOPLE: Final[dict[str, tuple[Role, str, str, str]]] = {
    "operator": (Role.OPERATOR, "ministry", "راهبر نمونه", "/users"),
    "coding-editor": (Role.CODING_EDITOR, "ministry", "ویراستار نمونه", "/maxa/edit"),
    "coding-editor-2": (Role.CODING_EDITOR, "ministry", "ویراستار دوم نمونه", "/maxa/edit"),
    "sso-expert": (Role.SSO_EXPERT, "insurer", "کارشناس نمونه", "/portal"),
    "lab-evaluator": (Role.LAB_EVALUATOR, "company", "ارزیاب نمونه", "/portal"),
    "security-officer": (Role.SECURITY_OFFICER, "insurer", "حراست نمونه", "/portal"),
    "vendor": (Role.VENDOR, "company", "سازندهٔ نمونه", "/portal"),
    "physician": (Role.PHYSICIAN, "clinic", "پزشک نمونه", "/desk"),
    "secretary": (Role.SECRETARY, "clinic", "منشی نمونه", "/desk"),
    "nurse": (Role.NURSE, "clinic", "پرستار نمونه", "/desk"),
    "pharmacy": (Role.PHARMACY, "pharmacy", "داروساز نمونه", "/portal"),
    "paraclinic": (Role.PARACLINIC, "laboratory", "کارشناس آزمایشگاه نمونه", "/portal"),
    "university": (Role.UNIVERSITY, "university", "کارشناس دانشگاه نمونه", "/portal"),
    "resident": (Role.RESIDENT, "university", "دستیار نمونه", "/portal"),
    "ministry": (Role.MINISTRY, "ministry", "کارشناس وزارت نمونه", "/ministry/appointments"),
    "clinic-desk": (Role.CLINIC_DESK, "clinic", "پذیرش نمونه", "/desk"),
    "citizen": (Role.CITIZEN, "citizens", "شهروند نمونه", "/nobat"),
    "manager": (Role.MANAGER, "clinic", "مدیر درمانگاه نمونه", "/users"),
}
"""Role, organisation, name, and the page where the person begins; a new version of a coding needs two editors."""


class Demo(msgspec.Struct, frozen=True):
    """What other domains and demo.json need of it."""

    portal: dict[str, dict[str, str]]
    vendor_organisation_id: str
    organisation_ids: dict[str, str]
    user_ids: dict[str, str]


def username_of(person: str) -> str:
    """Give the name by which a person of the demo signs in."""
    return f"demo-{person}"


def password_of(person: str) -> str:
    """Give the password, told to everybody."""
    return f"demo-only-{person}"


async def demo(db: Database, keys: Keyring, now: datetime) -> Demo:
    """Make what is not there yet; what is there stays as somebody may have changed it."""
    missing = await db.read(_missing)
    passwords = Passwords(keys)
    hashes = await asyncio.gather(*(passwords.hash(password_of(person)) for person in missing))
    await db.write(_fill, keys, dict(zip(missing, hashes, strict=True)), now)
    return Demo(
        portal={
            person: {"role": role.value, "username": username_of(person), "password": password_of(person), "path": path}
            for person, (role, _, _, path) in PEOPLE.items()
        },
        vendor_organisation_id=_organisation_id(keys, "company"),
        organisation_ids={name: _organisation_id(keys, name) for name in ORGANISATIONS},
        user_ids={person: _user_id(keys, person) for person in PEOPLE},
    )


def stands_in(tx: Tx) -> bool:
    """Tell whether this store holds the demo's people, whose passwords everybody knows."""
    operator = users.by_username(tx, username_of("operator"))
    return operator is not None and operator.status is UserStatus.ACTIVE


def _missing(tx: Tx) -> list[str]:
    """List whom the demo lacks; a store that holds other people takes none of them in. Raises StoreInUse."""
    missing = [person for person in PEOPLE if users.by_username(tx, username_of(person)) is None]
    if len(missing) == len(PEOPLE) and users.search(tx, limit=1):
        raise StoreInUse
    return missing


def _fill(tx: Tx, keys: Keyring, hashes: Mapping[str, str], now: datetime) -> None:
    """Insert the organisations and people that are not there, and let the secretary act for the physician."""
    there = {organisation.id for organisation in organisations.search(tx)}
    for name, (title, kind) in ORGANISATIONS.items():
        id_ = _organisation_id(keys, name)
        if id_ not in there:
            organisations.add(tx, Organisation(id_, title, kind, None, active=True), now)
    for person, password_hash in hashes.items():
        user = _user(keys, person, now)
        if users.by_username(tx, user.username) is None:
            users.add(tx, user, password_hash)
            audit.record(tx, now, SEEDED, "access.user-seeded", user.id)
    physician, secretary = _user_id(keys, "physician"), _user_id(keys, "secretary")
    if "secretary" in hashes and delegations.between(tx, physician, secretary, now) is None:
        delegations.add(tx, keys.uuid("access.demo", "delegation"), physician, secretary, None, now)


def _user(keys: Keyring, person: str, now: datetime) -> User:
    role, organisation, name, _ = PEOPLE[person]
    title, kind = ORGANISATIONS[organisation]
    return User(
        id=_user_id(keys, person),
        username=username_of(person),
        email=f"{username_of(person)}@example.invalid",
        display_name=name,
        organisation_id=_organisation_id(keys, organisation),
        organisation_name=title,
        organisation_kind=kind,
        status=UserStatus.ACTIVE,
        data_set=DEMO,
        second_factor=False,
        created_at=now,
        roles=frozenset({role}),
    )


def _organisation_id(keys: Keyring, name: str) -> str:
    return keys.uuid("access.demo", f"organisation {name}")


def _user_id(keys: Keyring, person: str) -> str:
    return keys.uuid("access.demo", f"user {person}")
