"""The barcodes of packages: registered by a distributor, given once."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, text

from nabz.kit.db import Instant, metadata
from nabz.prescriptions.tables.prescriptions import Exact

barcodes = Table(
    "prescription_barcode",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("code", Exact, primary_key=True),
    Column("drug", Exact, nullable=False),
    Column("batch", Exact, nullable=False),
    Column("expires", Exact, nullable=False),
    Column("registered_by", Exact, nullable=False),
    Column("registered_at", Instant, nullable=False),
    Column("centre", Exact, nullable=False),
    Column("activated_at", Instant),
    Column("delivery", BigInteger),
    Index(
        "ix_prescription_barcode_centre",
        "data_set",
        "centre",
        "activated_at",
        postgresql_where=text("centre <> ''"),
        sqlite_where=text("centre <> ''"),
    ),
    Index(
        "ix_prescription_barcode_delivery",
        "data_set",
        "delivery",
        postgresql_where=text("delivery IS NOT NULL"),
        sqlite_where=text("delivery IS NOT NULL"),
    ),
)
"""`centre` is who has activated it, empty until then; `delivery` is what it was given with."""
