"""Messages written in the business transaction and delivered afterwards, at least once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Column, Index, Integer, Table, Text, bindparam, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from nabz.kit import log
from nabz.kit.db import Instant, Json, metadata

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from nabz.kit.clock import Clock
    from nabz.kit.db import Database, Tx

    Deliver = Callable[["Message"], Awaitable[None]]

LEASE_SECONDS = 60
TRIES = 12
BATCH = 50

messages = Table(
    "outbox_message",
    metadata,
    Column("id", Text, primary_key=True),
    Column("topic", Text, nullable=False),
    Column("payload", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("tries", Integer, nullable=False, default=0),
    Column("failure", Text),
    Index(
        "ix_outbox_message_due",
        "due_at",
        postgresql_where=text("due_at IS NOT NULL"),
        sqlite_where=text("due_at IS NOT NULL"),
    ),
)
"""`due_at` is when it may be taken (again); none: it was delivered, or given up (then `failure` says why)."""


class Message(msgspec.Struct, frozen=True):
    """One message on its way."""

    id: str
    topic: str
    payload: Any
    at: datetime
    tries: int


def put(tx: Tx, id_: str, topic: str, payload: object, now: datetime) -> None:
    """Write a message that goes out if, and only if, this transaction is committed; twice under one id is once."""
    insert = postgresql.insert(messages) if tx.engine == "postgresql" else sqlite.insert(messages)
    row = {"id": id_, "topic": topic, "payload": payload, "at": now, "due_at": now, "tries": 0}
    tx.execute(insert.on_conflict_do_nothing(), [row])


def lease(tx: Tx, topics: list[str], now: datetime) -> list[Message]:
    """Take what is due; who takes it has a minute before others may."""
    due = (
        select(messages.c.id)
        .where(messages.c.due_at <= now, messages.c.topic.in_(topics))
        .order_by(messages.c.due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    taken = [row.id for row in tx.execute(due)]
    if not taken:
        return []
    rows = tx.execute(
        update(messages)
        .where(messages.c.id.in_(taken))
        .values(due_at=now + timedelta(seconds=LEASE_SECONDS), tries=messages.c.tries + 1)
        .returning(messages.c.id, messages.c.topic, messages.c.payload, messages.c.at, messages.c.tries)
    )
    return sorted(
        (Message(row.id, row.topic, row.payload, row.at, row.tries) for row in rows), key=lambda message: message.id
    )


_CLOSE = update(messages).where(messages.c.id == bindparam("of"))


def delivered(tx: Tx, id_: str) -> None:
    """Note that a message has arrived; what it said, a link perhaps, is kept no longer."""
    tx.execute(_CLOSE.values(due_at=None, failure=None, payload={}), {"of": id_})


def failed(tx: Tx, message: Message, why: str, now: datetime) -> None:
    """Try later, later still, and in the end no more; unless its lease ran out and another has it by now."""
    again = None if message.tries >= TRIES else now + timedelta(seconds=min(2**message.tries, 3600))
    mine = messages.c.due_at.is_not(None) & (messages.c.tries == message.tries)
    tx.execute(_CLOSE.where(mine).values(due_at=again, failure=why), {"of": message.id})


def prune(tx: Tx, before: datetime) -> int:
    """Forget what was delivered long ago; what was given up stays until somebody looks at it."""
    query = messages.delete().where(messages.c.due_at.is_(None), messages.c.failure.is_(None), messages.c.at < before)
    return tx.execute(query).rowcount


def given_up(tx: Tx) -> int:
    """Count the messages that nobody will try again."""
    query = (
        select(func.count()).select_from(messages).where(messages.c.due_at.is_(None), messages.c.failure.is_not(None))
    )
    return int(tx.execute(query).scalar_one())


class Postman:
    """Carries messages to whom they concern."""

    def __init__(self, db: Database, clock: Clock, by_topic: Mapping[str, Deliver]) -> None:
        self._db = db
        self._clock = clock
        self._by_topic = by_topic

    async def round(self) -> int:
        """Deliver what is due now and tell how many were taken."""
        taken = await self._db.write(lease, list(self._by_topic), self._clock.now())
        await asyncio.gather(*(self._deliver(message) for message in taken))
        return len(taken)

    async def _deliver(self, message: Message) -> None:
        try:
            await self._by_topic[message.topic](message)
        except Exception as error:  # noqa: BLE001 - tried again later, and told
            log.warning("not-delivered", topic=message.topic, message=message.id, kind=type(error).__qualname__)
            await self._db.write(failed, message, type(error).__qualname__, self._clock.now())
        else:
            await self._db.write(delivered, message.id)
