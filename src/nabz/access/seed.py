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
PEOPLE: Final[dict[Role, tuple[str, str, str]]] = {
    Role.OPERATOR: ("ministry", "راهبر نمونه", "/users"),
    Role.CODING_EDITOR: ("ministry", "ویراستار نمونه", "/portal"),
    Role.SSO_EXPERT: ("insurer", "کارشناس نمونه", "/portal"),
    Role.LAB_EVALUATOR: ("company", "ارزیاب نمونه", "/portal"),
    Role.SECURITY_OFFICER: ("insurer", "حراست نمونه", "/portal"),
    Role.VENDOR: ("company", "سازندهٔ نمونه", "/portal"),
    Role.PHYSICIAN: ("clinic", "پزشک نمونه", "/portal"),
    Role.SECRETARY: ("clinic", "منشی نمونه", "/portal"),
    Role.NURSE: ("clinic", "پرستار نمونه", "/portal"),
    Role.PHARMACY: ("pharmacy", "داروساز نمونه", "/portal"),
    Role.PARACLINIC: ("laboratory", "کارشناس آزمایشگاه نمونه", "/portal"),
    Role.UNIVERSITY: ("university", "کارشناس دانشگاه نمونه", "/portal"),
    Role.RESIDENT: ("university", "دستیار نمونه", "/portal"),
    Role.MINISTRY: ("ministry", "کارشناس وزارت نمونه", "/portal"),
    Role.CLINIC_DESK: ("clinic", "پذیرش نمونه", "/portal"),
    Role.CITIZEN: ("citizens", "شهروند نمونه", "/portal"),
    Role.MANAGER: ("clinic", "مدیر درمانگاه نمونه", "/users"),
}
"""Organisation, name, and the page where the person begins."""


class Demo(msgspec.Struct, frozen=True):
    """What other domains and demo.json need of it."""

    portal: dict[str, dict[str, str]]
    vendor_organisation_id: str
    organisation_ids: dict[str, str]
    user_ids: dict[str, str]


def username_of(role: Role) -> str:
    """Give the name by which the demo's person of a role signs in."""
    return f"demo-{role.value}"


def password_of(role: Role) -> str:
    """Give the password, told to everybody."""
    return f"demo-only-{role.value}"


async def demo(db: Database, keys: Keyring, now: datetime) -> Demo:
    """Make what is not there yet; what is there stays as somebody may have changed it."""
    missing = await db.read(_missing)
    passwords = Passwords(keys)
    hashes = await asyncio.gather(*(passwords.hash(password_of(role)) for role in missing))
    await db.write(_fill, keys, dict(zip(missing, hashes, strict=True)), now)
    return Demo(
        portal={
            role.value: {"username": username_of(role), "password": password_of(role), "path": path}
            for role, (_, _, path) in PEOPLE.items()
        },
        vendor_organisation_id=_organisation_id(keys, "company"),
        organisation_ids={name: _organisation_id(keys, name) for name in ORGANISATIONS},
        user_ids={role.value: _user_id(keys, role) for role in PEOPLE},
    )


def stands_in(tx: Tx) -> bool:
    """Tell whether this store holds the demo's people, whose passwords everybody knows."""
    operator = users.by_username(tx, username_of(Role.OPERATOR))
    return operator is not None and operator.status is UserStatus.ACTIVE


def _missing(tx: Tx) -> list[Role]:
    """List whom the demo lacks; a store that holds other people takes none of them in. Raises StoreInUse."""
    missing = [role for role in PEOPLE if users.by_username(tx, username_of(role)) is None]
    if len(missing) == len(PEOPLE) and users.search(tx, limit=1):
        raise StoreInUse
    return missing


def _fill(tx: Tx, keys: Keyring, hashes: Mapping[Role, str], now: datetime) -> None:
    """Insert the organisations and people that are not there, and let the secretary act for the physician."""
    there = {organisation.id for organisation in organisations.search(tx)}
    for name, (title, kind) in ORGANISATIONS.items():
        id_ = _organisation_id(keys, name)
        if id_ not in there:
            organisations.add(tx, Organisation(id_, title, kind, None, active=True), now)
    for role, password_hash in hashes.items():
        user = _user(keys, role, now)
        if users.by_username(tx, user.username) is None:
            users.add(tx, user, password_hash)
            audit.record(tx, now, SEEDED, "access.user-seeded", user.id)
    physician, secretary = _user_id(keys, Role.PHYSICIAN), _user_id(keys, Role.SECRETARY)
    if Role.SECRETARY in hashes and delegations.between(tx, physician, secretary, now) is None:
        delegations.add(tx, keys.uuid("access.demo", "delegation"), physician, secretary, None, now)


def _user(keys: Keyring, role: Role, now: datetime) -> User:
    organisation, name, _ = PEOPLE[role]
    title, kind = ORGANISATIONS[organisation]
    return User(
        id=_user_id(keys, role),
        username=username_of(role),
        email=f"{username_of(role)}@example.invalid",
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


def _user_id(keys: Keyring, role: Role) -> str:
    return keys.uuid("access.demo", f"user {role.value}")
