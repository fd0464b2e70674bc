"""The table of months' files."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from nabz.kit.db import Instant, Json, metadata

Exact = Text().with_variant(Text(collation="C"), "postgresql")
"""Ids and codes: compared byte by byte."""

month_files = Table(
    "prescription_month_file",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("centre", Exact, nullable=False),
    Column("kind", Exact, nullable=False),
    Column("month", Exact, nullable=False),
    Column("state", Exact, nullable=False),
    Column("deliveries", Integer, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("insurer", BigInteger, nullable=False),
    Column("subsidy", BigInteger, nullable=False),
    Column("patient", BigInteger, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("sent_by", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("times", Integer, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", Text, nullable=False),
    Column("reasons", Json, nullable=False),
    # One file of a centre and month: who sends at the same moment is refused by this.
    Index("uq_prescription_month_file_month", "data_set", "centre", "month", unique=True),
    Index("ix_prescription_month_file_waiting", "data_set", "month", "state"),
)
