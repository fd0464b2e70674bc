"""Results of paraclinic centres, with their files in the database: whole or not at all."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, text

from nabz.kit.db import Instant, Json, metadata
from nabz.prescriptions.tables.prescriptions import Exact

results = Table(
    "prescription_result",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("id", Exact, primary_key=True),
    Column("delivery", BigInteger, nullable=False),
    Column("prescription", BigInteger, nullable=False),
    Column("patient", Exact, nullable=False),
    Column("state", Exact, nullable=False),
    Column("corrects", Exact, nullable=False),
    Column("key", Exact, nullable=False),  # a digest of the client and its idempotency key
    Column("size", BigInteger, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("document", Json, nullable=False),
    Index("ix_prescription_result_delivery", "data_set", "delivery", "id"),
    Index(
        "ix_prescription_result_prescription",
        "data_set",
        "prescription",
        "id",
        postgresql_where=text("state <> 'draft'"),
        sqlite_where=text("state <> 'draft'"),
    ),
    Index(
        "ix_prescription_result_patient",
        "data_set",
        "patient",
        "id",
        postgresql_where=text("state <> 'draft'"),
        sqlite_where=text("state <> 'draft'"),
    ),
    Index(
        "uq_prescription_result_key",
        "data_set",
        "key",
        unique=True,
        postgresql_where=text("key <> ''"),
        sqlite_where=text("key <> ''"),
    ),
    # One correction takes a result's place, however many are drafted.
    Index(
        "uq_prescription_result_corrects",
        "data_set",
        "corrects",
        unique=True,
        postgresql_where=text("corrects <> '' AND state <> 'draft'"),
        sqlite_where=text("corrects <> '' AND state <> 'draft'"),
    ),
)

result_files = Table(
    "prescription_result_file",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("result", Exact, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)
