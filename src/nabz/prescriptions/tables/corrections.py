"""What the insured ask to be put right, and who looked at their records."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, text

from nabz.kit.db import Instant, metadata
from nabz.prescriptions.tables.prescriptions import Exact

OPEN = "state = 'open'"

corrections = Table(
    "prescription_correction",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("id", Exact, primary_key=True),
    Column("patient", Exact, nullable=False),
    Column("prescription", BigInteger, nullable=False),
    Column("delivery", BigInteger),
    Column("day", Exact, nullable=False),
    Column("place", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", Exact, nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("answered_by", Exact, nullable=False),
    # So many a day of one person, whoever asks at the same moment: each takes the next place.
    Index("uq_prescription_correction_place", "data_set", "patient", "day", "place", unique=True),
    Index(
        "ix_prescription_correction_open",
        "data_set",
        "id",
        postgresql_where=text(OPEN),
        sqlite_where=text(OPEN),
    ),
)

looks = Table(
    "prescription_look",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("patient", Exact, primary_key=True),
    Column("day", Exact, primary_key=True),
    Column("who", Exact, primary_key=True),
    Column("place", Exact, primary_key=True),
    Column("what", Exact, primary_key=True),
    Column("role", Exact, nullable=False),
    Column("at", Instant, nullable=False),
)
"""One row for who saw what of whom on a day, however often; each has its line in the audit."""
