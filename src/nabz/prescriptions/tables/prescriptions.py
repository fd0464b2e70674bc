"""Prescriptions and deliveries: one row holds a prescription whole, so that one condition guards all that it says."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, text

from nabz.kit.db import Instant, Json, metadata

Exact = Text().with_variant(Text(collation="C"), "postgresql")
"""Sorted and compared by its bytes, as on SQLite."""

STANDING = "state <> 'deleted'"
ACTIVE = "state IN ('open', 'part')"

prescriptions = Table(
    "prescription_head",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("patient", Exact, nullable=False),
    Column("tracking", BigInteger, nullable=False),
    Column("doctor", Exact, nullable=False),
    Column("kind", Integer, nullable=False),
    Column("day", Exact, nullable=False),
    Column("expires", Exact, nullable=False),
    Column("state", Exact, nullable=False),
    Column("siam", Exact, nullable=False),
    Column("version", Integer, nullable=False),
    Column("fingerprint", Exact, nullable=False),
    Column("changed_by", Exact, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("document", Json, nullable=False),
    # A patient finds a prescription by this number: five digits are enough for one patient, never for a country.
    Index("uq_prescription_head_tracking", "data_set", "patient", "tracking", unique=True),
    # The same content on the same day is the same prescription, however often it is sent.
    Index(
        "uq_prescription_head_fingerprint",
        "data_set",
        "fingerprint",
        unique=True,
        postgresql_where=text(STANDING),
        sqlite_where=text(STANDING),
    ),
    Index("ix_prescription_head_patient", "data_set", "patient", "id"),
    Index(
        "ix_prescription_head_active",
        "data_set",
        "patient",
        "expires",
        postgresql_where=text(ACTIVE),
        sqlite_where=text(ACTIVE),
    ),
    Index("ix_prescription_head_doctor", "data_set", "doctor", "id"),
    Index(
        "ix_prescription_head_siam",
        "data_set",
        "siam",
        "kind",
        "id",
        postgresql_where=text("siam <> ''"),
        sqlite_where=text("siam <> ''"),
    ),
)

deliveries = Table(
    "prescription_delivery",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("prescription", BigInteger, nullable=False),
    Column("centre", Exact, nullable=False),
    Column("kind", Exact, nullable=False),
    Column("type", Exact, nullable=False),
    Column("source", Exact, nullable=False),
    Column("patient", Exact, nullable=False),
    Column("doctor", Exact, nullable=False),
    Column("day", Exact, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", Exact, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("insurer", BigInteger, nullable=False),
    Column("patient_share", BigInteger, nullable=False),
    Column("subsidy", BigInteger, nullable=False),
    Column("month_file", BigInteger),
    Column("version", Integer, nullable=False),
    Column("document", Json, nullable=False),
    Index("ix_prescription_delivery_centre", "data_set", "centre", "day", "id"),
    Index("ix_prescription_delivery_prescription", "data_set", "prescription"),
    Index("ix_prescription_delivery_patient", "data_set", "patient", "id"),
    Index(
        "ix_prescription_delivery_pending",
        "data_set",
        "at",
        postgresql_where=text("state = 'pending'"),
        sqlite_where=text("state = 'pending'"),
    ),
)
"""Sums stand beside the document, for reports; the day is Jalali, in Tehran."""

lines = Table(
    "prescription_delivery_line",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("delivery", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("centre", Exact, nullable=False),
    Column("month", Exact, nullable=False),
    Column("doctor", Exact, nullable=False),
    Column("type", Exact, nullable=False),
    Column("code", Exact, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("insurer", BigInteger, nullable=False),
    Column("patient_share", BigInteger, nullable=False),
    Column("subsidy", BigInteger, nullable=False),
    Column("counts", Boolean, nullable=False),
    Index("ix_prescription_delivery_line_centre", "data_set", "centre", "month"),
    Index("ix_prescription_delivery_line_month", "data_set", "month", "type", "code"),
)
"""One row per line for the reports; those of a delivery that was taken back do not count. `month` is yyyymm."""

keys = Table(
    "prescription_key",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("client", Exact, primary_key=True),
    Column("key", Exact, primary_key=True),
    Column("digest", Exact, nullable=False),
    Column("prescription", BigInteger, nullable=False),
    Column("delivery", BigInteger),
    Column("at", Instant, nullable=False),
    Index("ix_prescription_key_at", "data_set", "at"),
)
"""What was done under an idempotency key."""

numbers = Table(
    "prescription_number",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("next", BigInteger, nullable=False),
)
"""The next number of prescriptions, items and deliveries; processes take them in blocks."""

polling = Table(
    "prescription_polling",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("client", Exact, primary_key=True),
    Column("subject", Exact, primary_key=True),
    Column("day", Exact, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Index("ix_prescription_polling_day", "data_set", "day"),
)
"""Programs that asked for one thing too often, for the operator."""
