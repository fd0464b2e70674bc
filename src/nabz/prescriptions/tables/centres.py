"""Physicians and centres that the insurer has enrolled."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, text

from nabz.kit.db import Instant, Json, metadata
from nabz.prescriptions.tables.prescriptions import Exact

doctors = Table(
    "prescription_doctor",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("id", Exact, primary_key=True),
    Column("national_code", Exact, nullable=False),
    Column("mobile", Exact, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("specialty", Exact, nullable=False),
    Column("specialty_title", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("contract", Exact, nullable=False),
    Column("user_id", Exact),
    Column("organisation", Exact),
    Column("siam", Exact, nullable=False),
    Column("family", Boolean, nullable=False),
    Column("search", Exact, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index(
        "uq_prescription_doctor_user_id",
        "data_set",
        "user_id",
        unique=True,
        postgresql_where=text("user_id IS NOT NULL"),
        sqlite_where=text("user_id IS NOT NULL"),
    ),
    Index("ix_prescription_doctor_national_code", "data_set", "national_code"),
)

centres = Table(
    "prescription_centre",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("id", Exact, primary_key=True),
    Column("kind", Exact, nullable=False),
    Column("name", Text, nullable=False),
    Column("types", Json, nullable=False),
    Column("province", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("organisation", Exact),
    Column("contract", Exact, nullable=False),
    Column("contract_until", Exact, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("owned", Boolean, nullable=False),
    Column("search", Exact, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index(
        "ix_prescription_centre_organisation",
        "data_set",
        "organisation",
        postgresql_where=text("organisation IS NOT NULL"),
        sqlite_where=text("organisation IS NOT NULL"),
    ),
    Index("ix_prescription_centre_kind", "data_set", "kind", "id"),
)
