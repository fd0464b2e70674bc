"""The diseases that patients were marked with."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from nabz.kit.db import Instant, metadata
from nabz.prescriptions.tables.prescriptions import Exact

disease_marks = Table(
    "prescription_disease_mark",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("patient", Exact, primary_key=True),
    Column("disease", Integer, primary_key=True, autoincrement=False),
    Column("type", Exact, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("day", Exact, nullable=False),
    Column("mobile", Exact, nullable=False),
    Column("siam", Exact, nullable=False),
    Column("marked_by", Text, nullable=False),
    Column("marked_at", Instant, nullable=False),
)
