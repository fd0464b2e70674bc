"""The tables of the terminologies: outside of every data set, since all see the same codes."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from nabz.kit.db import Instant, Json, metadata

Number = BigInteger().with_variant(Integer, "sqlite")
Exact = Text().with_variant(Text(collation="C"), "postgresql")
"""Sorted and compared by its bytes, as on SQLite."""

terminologies = Table(
    "terminology",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Exact, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title_fa", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("source_fa", Text, nullable=False),
    Column("made_up", Text, nullable=False),
    Column("defined_at", Instant, nullable=False),
    Column("source", Text),
    Column("target", Text),
    Column("last", Integer, nullable=False),  # the step of the version in force
    Column("weight", Integer, nullable=False),  # how many entries there are, those of drafts and old versions too
    Column("indexing_since", Instant),  # somebody is building its trigrams
    Index("ix_terminology_defined_at", "defined_at", "number"),
)

names = Table(
    "terminology_name",
    metadata,
    Column("key", Exact, primary_key=True),
    Column("number", ForeignKey("terminology.number", ondelete="CASCADE"), nullable=False, index=True),
)
"""Every spelling that a terminology goes by, folded: its id, and what documents also call it."""

versions = Table(
    "terminology_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", ForeignKey("terminology.number"), nullable=False),
    Column("step", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("label_key", Exact, nullable=False),
    Column("version_id", Integer, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("published_at", Instant),
    Column("withdrawn_at", Instant),
    Column("reason", Text, nullable=False),  # why it was withdrawn
    Column("size", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("retired", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("sender", Text),
    Column("approver", Text),
    Column("editors", Json, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("touched_at", Instant, nullable=False),
    Index("uq_terminology_version_step", "number", "step", unique=True),
    Index("uq_terminology_version_label_key", "number", "label_key", unique=True),
    Index(
        "uq_terminology_version_open",
        "number",
        unique=True,
        postgresql_where=text("state IN ('loading', 'draft', 'review')"),
        sqlite_where=text("state IN ('loading', 'draft', 'review')"),
    ),
)

entries = Table(
    "terminology_entry",
    metadata,
    Column("entry", Number, primary_key=True, autoincrement=True),
    Column("number", Integer, nullable=False),
    Column("code", Exact, nullable=False),
    Column("target", Exact, nullable=False),
    Column("code_key", Exact),  # only where folding changes the code
    Column("value", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("parent", Exact, nullable=False),
    Column("note", Text, nullable=False),
    Column("made_up", Boolean, nullable=False),
    Column("properties", Json),
    Column("search", Exact, nullable=False),
    Column("head", Exact, nullable=False),  # the beginning of `search`, for one who has typed little
    Column("from_step", Integer, nullable=False),
    Column("until_step", Integer),
    Column("successor", Text),
    Index("uq_terminology_entry_code", "number", "code", "target", "from_step", unique=True),
    Index("ix_terminology_entry_head", "number", "head"),
    # Without the first step, with which nearly all begins: there the codes' own index is as good.
    Index(
        "ix_terminology_entry_from",
        "number",
        "from_step",
        "code",
        "target",
        postgresql_where=text("from_step > 1"),
        sqlite_where=text("from_step > 1"),
    ),
    Index(
        "ix_terminology_entry_until",
        "number",
        "until_step",
        "code",
        "target",
        postgresql_where=text("until_step IS NOT NULL"),
        sqlite_where=text("until_step IS NOT NULL"),
    ),
    Index(
        "ix_terminology_entry_code_key",
        "number",
        "code_key",
        postgresql_where=text("code_key IS NOT NULL"),
        sqlite_where=text("code_key IS NOT NULL"),
    ),
    Index(
        "ix_terminology_entry_parent",
        "number",
        "parent",
        "code",
        postgresql_where=text("parent <> ''"),
        sqlite_where=text("parent <> ''"),
    ),
    Index(
        "ix_terminology_entry_target",
        "number",
        "target",
        postgresql_where=text("target <> ''"),
        sqlite_where=text("target <> ''"),
    ),
)
"""A code is kept once for all the versions in which it stays the same: from one step until before another."""

events = Table(
    "terminology_event",
    metadata,
    Column("event", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("what", Text, nullable=False),
    Column("terminology", Text),
    Column("version", Text),
    Column("letter", Text),
)

letters = Table(
    "terminology_letter",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("date", Text, nullable=False),
    Column("remark", Text, nullable=False),
    Column("terminologies", Json, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("published_by", Text, nullable=False),
)

attachments = Table(
    "terminology_attachment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("letter", ForeignKey("terminology_letter.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

adoptions = Table(
    "terminology_adoption",
    metadata,
    Column("letter", ForeignKey("terminology_letter.id", ondelete="CASCADE"), primary_key=True),
    Column("organisation", Text, primary_key=True),
    Column("since", Text, nullable=False),
    Column("marked_by", Text, nullable=False),
    Column("marked_at", Instant, nullable=False),
)

subscriptions = Table(
    "terminology_subscription",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("subscribed_at", Instant, nullable=False),
)
