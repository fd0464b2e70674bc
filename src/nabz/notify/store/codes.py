"""The SQL of one-time codes: each step is one statement, so that no two callers come between."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import delete, update

from nabz.kit.db import Statement, Tx
from nabz.notify.tables import codes


class Issued(msgspec.Struct, frozen=True):
    """When a subject got its codes."""

    issued_at: datetime
    round_at: datetime
    round_issues: int


_PUT = Statement(
    row=bool,
    postgres="""
        INSERT INTO notify_code
            (purpose, subject, digest, issued_at, expires_at, tries_left, round_at, round_issues)
        VALUES (:purpose, :subject, :digest, :now, :until, :tries, :now, 1)
        ON CONFLICT (purpose, subject) DO UPDATE SET
            digest = excluded.digest, issued_at = excluded.issued_at,
            expires_at = excluded.expires_at, tries_left = excluded.tries_left,
            round_at = CASE WHEN notify_code.round_at <= :round THEN excluded.round_at ELSE notify_code.round_at END,
            round_issues = CASE WHEN notify_code.round_at <= :round THEN 1 ELSE notify_code.round_issues + 1 END
        WHERE notify_code.issued_at <= :quiet
            AND (notify_code.round_issues < :most OR notify_code.round_at <= :round)
        RETURNING TRUE
    """,
)
_FIND = Statement(
    row=Issued,
    postgres="""
        SELECT issued_at, round_at, round_issues FROM notify_code WHERE purpose = :purpose AND subject = :subject
    """,
)
_TRY = Statement(
    row=bool,
    postgres="""
        UPDATE notify_code SET tries_left = CASE WHEN digest = :digest THEN 0 ELSE tries_left - 1 END
        WHERE purpose = :purpose AND subject = :subject AND tries_left > 0 AND expires_at > :now
        RETURNING digest = :digest
    """,
)


def put(tx: Tx, **values: object) -> bool:
    """Put a code in the place of the last one; tell whether it may come already."""
    return bool(tx.run(_PUT, **values))


def find(tx: Tx, purpose: str, subject: str) -> Issued:
    """Read when the last codes came."""
    return tx.run(_FIND, purpose=purpose, subject=subject)[0]


def try_(tx: Tx, purpose: str, subject: str, digest: str, now: datetime) -> bool:
    """Count a try; tell whether it hit. A hit uses the code up."""
    return tx.run(_TRY, purpose=purpose, subject=subject, digest=digest, now=now) == [True]


def free(tx: Tx, purpose: str, subject: str, at: datetime) -> None:
    """Have a subject's last code come at an instant."""
    which = (codes.c.purpose == purpose, codes.c.subject == subject)
    tx.execute(update(codes).where(*which).values(issued_at=at))


def prune(tx: Tx, before: datetime) -> int:
    """Delete the codes that were issued before an instant."""
    return tx.execute(delete(codes).where(codes.c.issued_at < before)).rowcount
