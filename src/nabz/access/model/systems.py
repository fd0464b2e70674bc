"""Client systems and their tokens."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec

SCOPE = "trust read write"


class Client(msgspec.Struct, frozen=True):
    """A vendor's system."""

    id: str
    client_id: str
    title: str
    organisation_id: str
    active: bool


class ClientEntry(msgspec.Struct, frozen=True):
    """A client system in a list, with the name of its organisation."""

    id: str
    client_id: str
    title: str
    active: bool
    name: str


class SecretEntry(msgspec.Struct, frozen=True):
    """That there is a secret for a data set, and since when."""

    data_set: int
    issued_at: datetime
    previous_until: datetime | None
    cut_at: datetime | None


class ClientSecret(msgspec.Struct, frozen=True):
    """A client system and what is kept of one of its secrets."""

    client: str
    client_id: str
    organisation_id: str
    data_set: int
    digest: str
    previous_digest: str | None
    previous_until: datetime | None


class Grant(msgspec.Struct, frozen=True):
    """The live grant of a client and a user, as its row keeps it."""

    access_seed: str
    access_until: datetime
    refresh_seed: str


class Bearer(msgspec.Struct, frozen=True):
    """Who stands behind an access token."""

    client: str
    client_id: str
    organisation_id: str
    user_id: str
    username: str
    data_set: int
    until: datetime


class Tokens(msgspec.Struct, frozen=True):
    """What a token call answers."""

    access_token: str
    refresh_token: str
    expires_in: int


def seconds_left(until: datetime, now: datetime) -> int:
    """Tell how long a token still lives, in whole seconds, never 0 while it lives."""
    left = (until - now) / timedelta(seconds=1)
    return max(0, -int(-left // 1)) if left > 0 else 0


_CLIENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,79}")


def client_id_is_good(client_id: str) -> bool:
    """Tell whether a client id can stand in a Basic header and in a log line."""
    return _CLIENT_ID.fullmatch(client_id) is not None
