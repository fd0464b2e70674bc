"""The SQL of recovery codes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from nabz.access.tables import recovery_codes
from nabz.kit.db import Tx


def replace(tx: Tx, user_id: str, digests: Iterable[str]) -> None:
    """Put new codes, or none, in the place of a person's old ones."""
    tx.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    rows = [{"user_id": user_id, "digest": digest, "used_at": None} for digest in digests]
    if rows:
        tx.execute(insert(recovery_codes), rows)


def use(tx: Tx, user_id: str, digest: str, now: datetime) -> bool:
    """Use a code up; tell whether it was still to be had."""
    query = update(recovery_codes).where(
        recovery_codes.c.user_id == user_id,
        recovery_codes.c.digest == digest,
        recovery_codes.c.used_at.is_(None),
    )
    return tx.execute(query.values(used_at=now)).rowcount == 1


def left(tx: Tx, user_id: str) -> int:
    """Count the codes that can still be used."""
    query = select(func.count()).where(recovery_codes.c.user_id == user_id, recovery_codes.c.used_at.is_(None))
    return int(tx.execute(query).scalar_one())
