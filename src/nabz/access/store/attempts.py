"""The SQL of failed attempts and of origins that have got in before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from nabz.access.model.guessing import FADING
from nabz.access.tables import attempts, known_origins, users
from nabz.kit.db import Statement, Tx

_FADED = " ".join(f"WHEN a.last_at <= :quiet{place} THEN a.failures / {part}" for place, (_, part) in enumerate(FADING))
_COUNT = Statement(
    row=int,
    postgres=f"""
        INSERT INTO access_attempt AS a (subject, failures, last_at) VALUES (:subject, 1, :now)
        ON CONFLICT (subject) DO UPDATE SET
            failures = CASE {_FADED} ELSE a.failures END + 1, last_at = excluded.last_at
        RETURNING failures
        """,  # noqa: S608 - put together from the rule's own numbers
)
_LEARN = Statement(
    row=str,
    postgres="""
        INSERT INTO access_known_origin (user_id, origin, seen_at)
        SELECT id, :origin, :now FROM access_user WHERE username = :username
        ON CONFLICT (user_id, origin) DO UPDATE SET seen_at = excluded.seen_at
        """,
)


def failures(tx: Tx, subjects: Collection[str]) -> dict[str, tuple[int, datetime]]:
    """Read how often, and when last, it went wrong at some doors."""
    query = select(attempts.c.subject, attempts.c.failures, attempts.c.last_at)
    rows = tx.execute(query.where(attempts.c.subject.in_(sorted(subjects))))
    return {row.subject: (row.failures, row.last_at) for row in rows}


def count(tx: Tx, subjects: Collection[str], now: datetime) -> None:
    """Count one more failure at each door, in one order, so that two callers never wait for each other."""
    quiet = {f"quiet{place}": now - span for place, (span, _) in enumerate(FADING)}
    for subject in sorted(subjects):
        tx.run(_COUNT, subject=subject, now=now, **quiet)


def forget(tx: Tx, subjects: Collection[str]) -> None:
    """Forget the failures at some doors."""
    tx.execute(delete(attempts).where(attempts.c.subject.in_(sorted(subjects))))


def known(tx: Tx, username: str, origins: Collection[str]) -> frozenset[str]:
    """Tell from which of these origins a person has got in before."""
    query = (
        select(known_origins.c.origin)
        .join(users, users.c.id == known_origins.c.user_id)
        .where(users.c.username == username, known_origins.c.origin.in_(sorted(origins)))
    )
    return frozenset(tx.execute(query).scalars())


def learn(tx: Tx, username: str, origins: Collection[str], now: datetime) -> None:
    """Remember from where a person has got in."""
    for origin in sorted(origins):
        tx.run(_LEARN, username=username, origin=origin, now=now)


def prune(tx: Tx, failed_before: datetime, known_before: datetime) -> int:
    """Delete failures that no longer count and origins that were not used for long."""
    gone = tx.execute(delete(attempts).where(attempts.c.last_at < failed_before)).rowcount
    return gone + tx.execute(delete(known_origins).where(known_origins.c.seen_at < known_before)).rowcount
