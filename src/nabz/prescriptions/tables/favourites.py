"""The tables of favourites and templates."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, SmallInteger, Table, Text

from nabz.kit.db import Instant, Json, metadata

Exact = Text().with_variant(Text(collation="C"), "postgresql")
"""Ids and codes: compared byte by byte."""

favourites = Table(
    "prescription_favourite",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("doctor", Exact, primary_key=True),
    Column("type", Exact, primary_key=True),
    Column("code", Exact, primary_key=True),
    Column("usual", Json, nullable=False),
    Column("at", Instant, nullable=False),
)

templates = Table(
    "prescription_template",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("id", Exact, primary_key=True),
    Column("doctor", Exact, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("lines", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Index("uq_prescription_template_name", "data_set", "doctor", "kind", "name", unique=True),
)
"""The name is one of the doctor's own within a kind, so saving under it again changes it."""
