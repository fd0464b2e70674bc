"""The tables of notify. Letters and codes are outside of every data set, since they are about people who sign in."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from nabz.kit.db import Instant, Json, metadata

letters = Table(
    "notify_letter",
    metadata,
    Column("id", Text, primary_key=True),  # the outbox's: a second delivery finds the first
    Column("channel", Text, nullable=False),  # model.Channel
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_notify_letter_at", "at", "id"),
)

codes = Table(
    "notify_code",
    metadata,
    Column("purpose", Text, primary_key=True),
    Column("subject", String(64), primary_key=True),  # keyed digest: it may be a mobile or a national code
    Column("digest", String(64), nullable=False),
    Column("issued_at", Instant, nullable=False, index=True),
    Column("expires_at", Instant, nullable=False),
    Column("tries_left", Integer, nullable=False),
    Column("round_at", Instant, nullable=False),
    Column("round_issues", Integer, nullable=False),
)
"""The newest code for a purpose and a subject; used up when no try is left."""

# ---------------------------------------------------------------- telling programs

Number = BigInteger().with_variant(Integer, "sqlite")

events = Table(
    "notify_event",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("receiver", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("number", Number),  # given after the commit (service.sorting); none: nobody has seen it yet
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_notify_event_number", "data_set", "receiver", "number", unique=True),
    Index("ix_notify_event_at", "data_set", "at"),
)
"""What happened, for each who is told of it. The only one of these tables whose rows belong to a data set."""

told = Table(
    "notify_told",
    metadata,
    # In the order in which they were told: of two that wait for one another's row, the later has the larger.
    Column("arrival", Number, primary_key=True, autoincrement=True),
    Column("data_set", Integer, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("id", Text, nullable=False),
    Index("ix_notify_told_data_set", "data_set", "arrival"),
)
"""Events that have no number yet, found without knowing in which data sets there are any."""

receivers = Table(
    "notify_receiver",
    metadata,
    Column("receiver", Text, primary_key=True),
    Column("data_set", Integer, primary_key=True),
    Column("last", Number, nullable=False),
    Column("hooks", Integer, nullable=False),
)
"""The number of the newest event of each receiver, and how many webhooks it has."""

webhooks = Table(
    "notify_webhook",
    metadata,
    Column("id", Text, primary_key=True),
    Column("data_set", Integer, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("kinds", Json, nullable=False),
    Column("contact", Text, nullable=False),
    Column("secret", Text, nullable=False),  # sealed, as the next
    Column("old_secret", Text),
    Column("old_until", Instant),
    Column("active", Boolean, nullable=False),
    Column("off", Text, nullable=False),  # model.Off
    Column("created_at", Instant, nullable=False),
    Column("failing_since", Instant),
    Column("failures", Integer, nullable=False),
    Column("delivered_at", Instant),
    Column("due_at", Instant),  # when its next delivery is due; none: nothing waits
    Column("not_before", Instant),  # a courier has it, or it rests
    Index("ix_notify_webhook_receiver", "receiver", "data_set"),
    Index(
        "ix_notify_webhook_due",
        "due_at",
        postgresql_where=text("due_at IS NOT NULL"),
        sqlite_where=text("due_at IS NOT NULL"),
    ),
)

deliveries = Table(
    "notify_delivery",
    metadata,
    Column("hook", ForeignKey("notify_webhook.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Number, primary_key=True, autoincrement=False),  # the event's
    Column("state", Text, nullable=False),  # model.DeliveryState
    Column("made_at", Instant, nullable=False, index=True),
    Column("due_at", Instant),
    Column("counted", Integer, nullable=False),  # tries since the beginning or the last replay
    Column("tries", Json, nullable=False),  # model.Try, the newest last
    Index(
        "ix_notify_delivery_open",
        "hook",
        "state",
        "number",
        postgresql_where=text("state <> 'delivered'"),
        sqlite_where=text("state <> 'delivered'"),
    ),
    Index(
        "ix_notify_delivery_due",
        "hook",
        "due_at",
        postgresql_where=text("due_at IS NOT NULL"),
        sqlite_where=text("due_at IS NOT NULL"),
    ),
)
