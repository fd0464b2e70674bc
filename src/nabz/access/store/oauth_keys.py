"""The SQL of the keys that sign tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from msgspec import convert
from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from nabz.access.tables import oauth_keys
from nabz.kit.db import Tx

SIGNING = "signing"


class StoredKey(msgspec.Struct, frozen=True):
    """A key as its row keeps it; only one signs."""

    kid: str
    duty: str | None
    sealed: str
    public: dict[str, Any]


def all_of_them(tx: Tx) -> list[StoredKey]:
    """Read the key that signs, and those whose tokens may still live."""
    query = select(oauth_keys.c.kid, oauth_keys.c.duty, oauth_keys.c.sealed, oauth_keys.c.public)
    return [
        convert(row, StoredKey, from_attributes=True)
        for row in tx.execute(query.order_by(oauth_keys.c.made_at.desc(), oauth_keys.c.kid))
    ]


def retire(tx: Tx, kid: str, now: datetime) -> bool:
    """Let a key sign no more; tell whether it was the one that did."""
    query = update(oauth_keys).where(oauth_keys.c.kid == kid, oauth_keys.c.duty == SIGNING)
    return tx.execute(query.values(duty=None, retired_at=now)).rowcount == 1


def put(tx: Tx, key: StoredKey, now: datetime) -> bool:
    """Insert the key that signs from now on, unless there is one; tell whether it was taken."""
    insert = postgresql.insert(oauth_keys) if tx.engine == "postgresql" else sqlite.insert(oauth_keys)
    row = {**msgspec.structs.asdict(key), "made_at": now}
    return tx.execute(insert.on_conflict_do_nothing(), [row]).rowcount == 1


def prune(tx: Tx, before: datetime) -> int:
    """Delete the keys that were retired so long ago that no token of theirs lives."""
    return tx.execute(delete(oauth_keys).where(oauth_keys.c.retired_at < before)).rowcount
