"""What operators register for Tamin: the redirect addresses of client systems, and people's names outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.access.errors import IdentityWrong
from nabz.access.model import Identity
from nabz.access.model.oauth import good_redirect
from nabz.access.store import clients as systems
from nabz.access.store import oauth_clients as store
from nabz.access.store import users
from nabz.kit import audit
from nabz.kit.persian import ascii_digits, mobile, national_code

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx

NATIONAL_CODE, FOREIGNERS_CODE = 10, 20
"""Foreigners have special ids of other lengths; no rule of theirs is printed."""


def add_redirect(tx: Tx, client: str, data_set: int, uri: str, by: str, now: datetime) -> None:
    """Register an address to which browsers are sent with their codes. Raises UnknownClient, RedirectRefused."""
    found = systems.get(tx, client)
    if store.add_redirect(tx, found.id, data_set, good_redirect(uri.strip(), data_set), now):
        audit.record(tx, now, by, "access.redirect-added", found.id, in_data_set=data_set, uri=uri.strip())


def remove_redirect(tx: Tx, client: str, data_set: int, uri: str, by: str, now: datetime) -> bool:
    """Take an address away; tell whether it was there. Raises UnknownClient."""
    found = systems.get(tx, client)
    gone = store.remove_redirect(tx, found.id, data_set, uri.strip())
    if gone:
        audit.record(tx, now, by, "access.redirect-removed", found.id, in_data_set=data_set, uri=uri.strip())
    return gone


def redirects_of(tx: Tx, client: str) -> list[tuple[int, str]]:
    """List a client's redirect addresses with their data sets. Raises UnknownClient."""
    return store.redirects_of(tx, systems.get(tx, client).id)


def identify(tx: Tx, user_id: str, code: str, phone: str, by: str, now: datetime) -> None:
    """Write down a person's national code (or a foreigner's id), and the mobile for his one-time codes.

    Raises UnknownUser, IdentityWrong.
    """
    users.get(tx, user_id)
    given = ascii_digits(code).strip()
    foreign = given.isalnum() and given.isascii() and NATIONAL_CODE < len(given) <= FOREIGNERS_CODE
    known = national_code(given) or (given if foreign else None)
    number = mobile(phone) if phone.strip() else ""
    if known is None or number is None:
        raise IdentityWrong
    store.put_identity(tx, user_id, Identity(known, number))
    audit.record(tx, now, by, "access.identity-set", user_id)


def identity_of(tx: Tx, user_id: str) -> Identity | None:
    """Read by what a person is known outside."""
    return store.identity(tx, user_id)
