"""Pairs of a token and its refresh token, as SIMAD hands them out: to a user, without a client system."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

GRACE = timedelta(seconds=10)
"""So long a caller whose answer was lost may refresh with the former pair, and calls under way may still end."""

LONGEST = 1000


class Pair(msgspec.Struct, frozen=True):
    """What a caller is given."""

    access: str
    refresh: str
    until: datetime
    display_name: str


class PairBearer(msgspec.Struct, frozen=True):
    """Who stands behind a token."""

    user_id: str
    username: str
    display_name: str
    organisation_id: str
    organisation_kind: str
    data_set: int
    until: datetime


class KeptPair(msgspec.Struct, frozen=True):
    """A pair as its row keeps it."""

    id: str
    user_id: str
    seed: str
    access_digest: str
    refresh_digest: str
    former_access: str | None
    former_refresh: str | None
    access_until: datetime
    refresh_until: datetime
    refreshed_at: datetime
    display_name: str
