"""Pairs of a token and its refresh token, as SIMAD hands them out: to a user, without a client system."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

GRACE = timedelta(seconds=10)
"""So long a caller whose answer was lost may refresh with the former pair, and calls under way may still end."""

LONGEST = 1000

LIVES = 3
"""So many lives of a refresh token a pair lasts at most: then somebody has to sign in again."""


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

    seed: str
    access_until: datetime
    refreshed_at: datetime
    display_name: str


class Generation(msgspec.Struct, frozen=True):
    """The two tokens that a pair has, or once had."""

    pair: str
    user_id: str
    former_refresh: str | None
    refreshed_at: datetime
    access: str
    refresh: str
    spent: bool

    def is_stale(self, now: datetime) -> bool:
        """Tell whether nobody should hold these any more, not even one whose answer was lost."""
        return self.spent and (self.refresh != self.former_refresh or now - self.refreshed_at >= GRACE)
