"""The SQL of the inbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, select, tuple_

from nabz.kit.db import Statement, Tx
from nabz.notify.model import Channel, Letter
from nabz.notify.tables import letters

PUT = Statement(
    row=str,
    postgres="INSERT INTO notify_letter (id, channel, recipient, subject, body, at) "
    "VALUES (:id, :channel, :to, :subject, :text, :at) ON CONFLICT (id) DO NOTHING RETURNING id",
)
_NEWEST_FIRST = letters.c.at.desc(), letters.c.id.desc()


def put(tx: Tx, letter: Letter) -> bool:
    """Insert a letter; tell whether it was new."""
    return bool(tx.run(PUT, **cells(letter)))


def cells(letter: Letter) -> dict[str, Any]:
    """Give what PUT is told."""
    return {
        "id": letter.id,
        "channel": letter.channel.value,
        "to": letter.to,
        "subject": letter.subject,
        "text": letter.text,
        "at": letter.at,
    }


def page(tx: Tx, limit: int, after: str, channel: Channel | None, to: str) -> list[Letter]:
    """Read the newest letters, or those that follow one; the inbox is too small for an index on the rest."""
    query: Select[Any] = select(letters).order_by(*_NEWEST_FIRST).limit(limit)
    if channel is not None:
        query = query.where(letters.c.channel == channel.value)
    if to:
        query = query.where(letters.c.recipient == to)
    if after:
        last = select(letters.c.at, letters.c.id).where(letters.c.id == after)
        query = query.where(tuple_(letters.c.at, letters.c.id) < last.scalar_subquery())
    return [_letter(row) for row in tx.execute(query)]


def find(tx: Tx, id_: str) -> Letter | None:
    """Read one letter."""
    row = tx.execute(select(letters).where(letters.c.id == id_)).first()
    return None if row is None else _letter(row)


def prune(tx: Tx, before: datetime, rows: int) -> int:
    """Delete what is older than an instant, and what the newest rows leave no place for."""
    old = tx.execute(delete(letters).where(letters.c.at < before)).rowcount
    last = tx.execute(select(letters.c.at, letters.c.id).order_by(*_NEWEST_FIRST).limit(1).offset(rows - 1)).first()
    if last is None:
        return old
    beyond = delete(letters).where(tuple_(letters.c.at, letters.c.id) < tuple_(last.at, last.id))
    return old + tx.execute(beyond).rowcount


def _letter(row: Row[Any]) -> Letter:
    return Letter(row.id, Channel(row.channel), row.recipient, row.subject, row.body, row.at)
