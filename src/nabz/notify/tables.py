"""The tables of notify: outside of every data set, since they are about people who sign in."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from nabz.kit.db import Instant, metadata

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
