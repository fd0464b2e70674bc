"""Access's part of the demo sandbox: a few organisations, and one made-up person for every role."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from nabz.access.errors import StoreInUse, UnknownClient
from nabz.access.model import DEMO, PRODUCTION, Client, Organisation, OrganisationKind, Role, User, UserStatus
from nabz.access.service import clients
from nabz.access.service.oauth import registering
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
    "university-2": ("دانشگاه علوم پزشکی سبلان‌دشت (نمایشی)", Kind.UNIVERSITY),
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
    "sso-expert": (Role.SSO_EXPERT, "insurer", "کارشناس نمونه", "/insurer"),
    "lab-evaluator": (Role.LAB_EVALUATOR, "company", "ارزیاب نمونه", "/portal"),
    "security-officer": (Role.SECURITY_OFFICER, "insurer", "حراست نمونه", "/portal"),
    "vendor": (Role.VENDOR, "company", "سازندهٔ نمونه", "/portal"),
    "physician": (Role.PHYSICIAN, "clinic", "پزشک نمونه", "/ep"),
    "secretary": (Role.SECRETARY, "clinic", "منشی نمونه", "/desk"),
    "nurse": (Role.NURSE, "clinic", "پرستار نمونه", "/desk"),
    "pharmacy": (Role.PHARMACY, "pharmacy", "داروساز نمونه", "/services"),
    "paraclinic": (Role.PARACLINIC, "laboratory", "کارشناس آزمایشگاه نمونه", "/services"),
    "university": (Role.UNIVERSITY, "university", "کارشناس دانشگاه نمونه", "/simad/university"),
    "university-2": (Role.UNIVERSITY, "university-2", "کارشناس دانشگاه دوم نمونه", "/simad/university"),
    "resident": (Role.RESIDENT, "university", "دستیار نمونه", "/simad"),
    "ministry": (Role.MINISTRY, "ministry", "کارشناس وزارت نمونه", "/ministry/appointments"),
    "clinic-desk": (Role.CLINIC_DESK, "clinic", "پذیرش نمونه", "/desk"),
    "citizen": (Role.CITIZEN, "citizens", "شهروند نمونه", "/nobat"),
    "manager": (Role.MANAGER, "clinic", "مدیر درمانگاه نمونه", "/users"),
}
"""Role, organisation, name, and the page where the person begins; a new version of a coding needs two editors."""

TAMIN_PEOPLE: Final[dict[str, tuple[Role, str, str]]] = {
    "drugtest": (Role.PHARMACY, "pharmacy", "داروخانهٔ آزمایشی"),
    "partest": (Role.PARACLINIC, "laboratory", "پاراکلینیک آزمایشی"),
}
"""The users that the guide of Tamin prints, the same for every vendor, in sandboxes only."""

TAMIN_PASSWORD: Final = "123"  # noqa: S105 - as the guide prints it
TAMIN_CLIENT: Final = "900001"
TAMIN_SECRETS: Final = {PRODUCTION: "demo-only-production-secret", DEMO: "demo-only-sandbox-secret"}
"""One software id, and a secret of its own in each environment."""

PORTAL_CLIENT: Final = "portal-js"
REDIRECTS: Final = ("https://client.example.invalid/callback", "http://127.0.0.1:5000/callback")
DOCTOR: Final = ("1234567891", "09991111111")
"""National code and mobile of the physician of the guide's samples."""


class Demo(msgspec.Struct, frozen=True):
    """What other domains and demo.json need of it."""

    portal: dict[str, dict[str, str]]
    vendor_organisation_id: str
    organisation_ids: dict[str, str]
    user_ids: dict[str, str]
    tamin: dict[str, Any]


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
    if await db.read(_lacks_tamin):
        await db.write(_fill_tamin, keys, await passwords.hash(TAMIN_PASSWORD), now)
    return Demo(
        portal={
            person: {"role": role.value, "username": username_of(person), "password": password_of(person), "path": path}
            for person, (role, _, _, path) in PEOPLE.items()
        },
        vendor_organisation_id=_organisation_id(keys, "company"),
        organisation_ids={name: _organisation_id(keys, name) for name in ORGANISATIONS},
        user_ids={person: _user_id(keys, person) for person in [*PEOPLE, *TAMIN_PEOPLE]},
        tamin={
            "client_id": TAMIN_CLIENT,
            "client_secret": TAMIN_SECRETS[DEMO],
            "production_secret": TAMIN_SECRETS[PRODUCTION],
            "users": dict.fromkeys(TAMIN_PEOPLE, TAMIN_PASSWORD),
            "portal_client_id": PORTAL_CLIENT,
            "redirect_uris": list(REDIRECTS),
            "doctor_national_code": DOCTOR[0],
        },
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


def _lacks_tamin(tx: Tx) -> bool:
    people = [users.by_username(tx, name) for name in TAMIN_PEOPLE]
    return None in people or not clients.search(tx, PORTAL_CLIENT)


def _fill_tamin(tx: Tx, keys: Keyring, password_hash: str, now: datetime) -> None:
    """Insert what is not there yet of the guide's users and of two systems that may call Tamin."""
    for name, (role, organisation, title) in TAMIN_PEOPLE.items():
        if users.by_username(tx, name) is None:
            users.add(tx, _someone(keys, name, name, (role, organisation, title), now), password_hash)
            audit.record(tx, now, SEEDED, "access.user-seeded", _user_id(keys, name))
    system = _client(tx, keys, TAMIN_CLIENT, "سامانهٔ نمایشی نسخهٔ الکترونیک", now)
    there = {each.data_set for each in clients.secrets_of(tx, system)}
    for data_set, secret in TAMIN_SECRETS.items():
        if data_set not in there:
            clients.issue_secret(tx, keys, system, data_set, secret, SEEDED, now)
    portal = _client(tx, keys, PORTAL_CLIENT, "سامانهٔ نمایشی مطب", now)
    for uri in REDIRECTS:
        registering.add_redirect(tx, portal, DEMO, uri, SEEDED, now)
    registering.identify(tx, _user_id(keys, "physician"), *DOCTOR, SEEDED, now)


def _client(tx: Tx, keys: Keyring, client_id: str, title: str, now: datetime) -> str:
    try:
        return clients.find(tx, client_id).id
    except UnknownClient:
        id_ = keys.uuid("access.demo", f"client {client_id}")
        made = Client(id_, client_id, title, _organisation_id(keys, "company"), active=True)
        return clients.register(tx, made, SEEDED, now).id


def _user(keys: Keyring, person: str, now: datetime) -> User:
    role, organisation, name, _ = PEOPLE[person]
    return _someone(keys, person, username_of(person), (role, organisation, name), now)


def _someone(keys: Keyring, person: str, username: str, what: tuple[Role, str, str], now: datetime) -> User:
    role, organisation, name = what
    title, kind = ORGANISATIONS[organisation]
    return User(
        id=_user_id(keys, person),
        username=username,
        email=f"{username}@example.invalid",
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
