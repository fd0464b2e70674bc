"""The SQL of an authorisation's way: the entry that owes its code, the authorisation code, the refresh tokens."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import convert
from sqlalchemy import delete, insert, select, update

from nabz.access.model.oauth import Code, Entry, Refresh
from nabz.access.tables import oauth_codes, oauth_entries, oauth_refreshes
from nabz.kit.db import Tx

_ENTRY = select(*(oauth_entries.c[name] for name in Entry.__struct_fields__))
_CODE = select(*(oauth_codes.c[name] for name in Code.__struct_fields__))
_REFRESH = select(*(oauth_refreshes.c[name] for name in Refresh.__struct_fields__))


def put_entry(tx: Tx, digest: str, entry: Entry, until: datetime) -> None:
    """Insert an entry that owes its code."""
    tx.execute(insert(oauth_entries), {"digest": digest, **msgspec.structs.asdict(entry), "until": until})


def entry(tx: Tx, digest: str, now: datetime, *, hold: bool = True) -> Entry | None:
    """Read a live entry, and hold its row if something is to be decided about it."""
    live = _ENTRY.where(oauth_entries.c.digest == digest, oauth_entries.c.until > now)
    row = tx.execute(live.with_for_update() if hold else live).first()
    return None if row is None else convert(row, Entry, from_attributes=True)


def end_entry(tx: Tx, digest: str) -> bool:
    """Use an entry up; tell whether it was there."""
    return tx.execute(delete(oauth_entries).where(oauth_entries.c.digest == digest)).rowcount == 1


def put_code(tx: Tx, digest: str, code: Code) -> None:
    """Insert an authorisation code."""
    tx.execute(insert(oauth_codes), {"digest": digest, **msgspec.structs.asdict(code)})


def locked_code(tx: Tx, digest: str) -> Code | None:
    """Read a code and hold its row."""
    row = tx.execute(_CODE.where(oauth_codes.c.digest == digest).with_for_update()).first()
    return None if row is None else convert(row, Code, from_attributes=True)


def use_code(tx: Tx, digest: str, session: str) -> bool:
    """Note what was made with a code; tell whether it was not used before."""
    query = update(oauth_codes).where(oauth_codes.c.digest == digest, oauth_codes.c.session.is_(None))
    return tx.execute(query.values(session=session)).rowcount == 1


def put_refresh(tx: Tx, digest: str, session: str, until: datetime) -> None:
    """Insert a refresh token."""
    tx.execute(insert(oauth_refreshes), {"digest": digest, "session": session, "until": until})


def session_of(tx: Tx, digest: str) -> str | None:
    """Find the session of a refresh token, without holding anything."""
    found: str | None = tx.execute(select(oauth_refreshes.c.session).where(oauth_refreshes.c.digest == digest)).scalar()
    return found


def refresh(tx: Tx, digest: str) -> Refresh | None:
    """Read a refresh token; its session is held by now."""
    row = tx.execute(_REFRESH.where(oauth_refreshes.c.digest == digest)).first()
    return None if row is None else convert(row, Refresh, from_attributes=True)


def use_refresh(tx: Tx, digest: str, next_seed: str, now: datetime) -> bool:
    """Put another in the place of a refresh token; tell whether it was not used before."""
    query = update(oauth_refreshes).where(oauth_refreshes.c.digest == digest, oauth_refreshes.c.used_at.is_(None))
    return tx.execute(query.values(used_at=now, next_seed=next_seed)).rowcount == 1
