"""The tables of the catalogue."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from nabz.kit.db import Instant, Json, metadata

Exact = Text().with_variant(Text(collation="C"), "postgresql")
"""Ids and codes: compared byte by byte."""

services = Table(
    "catalogue_service",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("type", Exact, primary_key=True),
    Column("code", Exact, primary_key=True),
    Column("id", BigInteger, nullable=False),
    Column("printed", Exact, nullable=False),
    Column("generic", Exact, nullable=False),
    Column("additive", Boolean, nullable=False),
    Column("document", Json, nullable=False),
    Index("uq_catalogue_service_id", "data_set", "id", unique=True),
    Index("ix_catalogue_service_printed", "data_set", "type", "printed"),
    Index("ix_catalogue_service_generic", "data_set", "generic"),
)
"""A service without its prices; all that nothing is looked for by stands in the document."""

prices = Table(
    "catalogue_price",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("type", Exact, primary_key=True),
    Column("code", Exact, primary_key=True),
    Column("day", Exact, primary_key=True),  # Jalali, 8 digits: in the order of time
    Column("price", BigInteger, nullable=False),
    Column("k2_price", BigInteger, nullable=False),
    Column("tech_price", BigInteger, nullable=False),
    Column("subsidy", BigInteger, nullable=False),
)

state = Table(
    "catalogue_state",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("next_id", BigInteger, nullable=False),
    Column("changed_at", Instant, nullable=False),
)
"""One row: moved on by every import, so that two of them never mingle and every process knows what it remembers."""

drafts = Table(
    "catalogue_draft",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("load", Exact, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("type", Exact, nullable=False),
    Column("code", Exact, nullable=False),
    Column("id", BigInteger),  # none where the service stays as it is
    Column("printed", Exact, nullable=False),
    Column("generic", Exact, nullable=False),
    Column("additive", Boolean, nullable=False),
    Column("document", Json, nullable=False),
    Column("day", Exact),  # none where the price stays as it is
    Column("price", BigInteger, nullable=False),
    Column("k2_price", BigInteger, nullable=False),
    Column("tech_price", BigInteger, nullable=False),
    Column("subsidy", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
)
"""The rows of an import under way, which nobody sees; one small transaction puts them in their place."""

interactions = Table(
    "catalogue_interaction",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("one", Exact, primary_key=True),  # a substance, a generic group or a code, the smaller first
    Column("other", Exact, primary_key=True),
    Column("severity", Exact, nullable=False),
    Column("text_fa", Text, nullable=False),
    Column("text_en", Text, nullable=False),
)
