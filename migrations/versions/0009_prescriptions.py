"""Prescriptions: what was written, what was given of it, who may do either."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nabz.kit.db import Instant, Json, second_lock

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = (
    "prescription_head",
    "prescription_delivery",
    "prescription_delivery_line",
    "prescription_key",
    "prescription_number",
    "prescription_polling",
    "prescription_doctor",
    "prescription_centre",
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "prescription_head",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("patient", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("tracking", sa.BigInteger(), nullable=False),
        sa.Column("doctor", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("day", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("expires", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("state", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("siam", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("changed_by", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("document", Json(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "id", name=op.f("pk_prescription_head")),
    )
    op.create_index(
        "ix_prescription_head_active",
        "prescription_head",
        ["data_set", "patient", "expires"],
        unique=False,
        postgresql_where=sa.text("state IN ('open', 'part')"),
        sqlite_where=sa.text("state IN ('open', 'part')"),
    )
    op.create_index("ix_prescription_head_doctor", "prescription_head", ["data_set", "doctor", "id"], unique=False)
    op.create_index("ix_prescription_head_patient", "prescription_head", ["data_set", "patient", "id"], unique=False)
    op.create_index(
        "ix_prescription_head_siam",
        "prescription_head",
        ["data_set", "siam", "kind", "id"],
        unique=False,
        postgresql_where=sa.text("siam <> ''"),
        sqlite_where=sa.text("siam <> ''"),
    )
    op.create_index(
        "uq_prescription_head_fingerprint",
        "prescription_head",
        ["data_set", "fingerprint"],
        unique=True,
        postgresql_where=sa.text("state <> 'deleted'"),
        sqlite_where=sa.text("state <> 'deleted'"),
    )
    op.create_index(
        "uq_prescription_head_tracking", "prescription_head", ["data_set", "patient", "tracking"], unique=True
    )
    op.create_table(
        "prescription_delivery",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("prescription", sa.BigInteger(), nullable=False),
        sa.Column("centre", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("type", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("source", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("patient", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("doctor", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("day", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("state", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("insurer", sa.BigInteger(), nullable=False),
        sa.Column("patient_share", sa.BigInteger(), nullable=False),
        sa.Column("subsidy", sa.BigInteger(), nullable=False),
        sa.Column("month_file", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", Json(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "id", name=op.f("pk_prescription_delivery")),
    )
    op.create_index(
        "ix_prescription_delivery_centre", "prescription_delivery", ["data_set", "centre", "day", "id"], unique=False
    )
    op.create_index(
        "ix_prescription_delivery_patient", "prescription_delivery", ["data_set", "patient", "id"], unique=False
    )
    op.create_index(
        "ix_prescription_delivery_pending",
        "prescription_delivery",
        ["data_set", "at"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
        sqlite_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_prescription_delivery_prescription", "prescription_delivery", ["data_set", "prescription"], unique=False
    )
    op.create_table(
        "prescription_delivery_line",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("delivery", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("centre", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("month", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("doctor", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("type", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("insurer", sa.BigInteger(), nullable=False),
        sa.Column("patient_share", sa.BigInteger(), nullable=False),
        sa.Column("subsidy", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "delivery", "place", name=op.f("pk_prescription_delivery_line")),
    )
    op.create_index(
        "ix_prescription_delivery_line_centre",
        "prescription_delivery_line",
        ["data_set", "centre", "month"],
        unique=False,
    )
    op.create_index(
        "ix_prescription_delivery_line_month",
        "prescription_delivery_line",
        ["data_set", "month", "type", "code"],
        unique=False,
    )
    op.create_table(
        "prescription_key",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("client", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("digest", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("prescription", sa.BigInteger(), nullable=False),
        sa.Column("delivery", sa.BigInteger(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "client", "key", name=op.f("pk_prescription_key")),
    )
    op.create_index("ix_prescription_key_at", "prescription_key", ["data_set", "at"], unique=False)
    op.create_table(
        "prescription_number",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", name=op.f("pk_prescription_number")),
    )
    op.create_table(
        "prescription_polling",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("client", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("subject", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("day", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "client", "subject", "day", name=op.f("pk_prescription_polling")),
    )
    op.create_index("ix_prescription_polling_day", "prescription_polling", ["data_set", "day"], unique=False)
    op.create_table(
        "prescription_doctor",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("national_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("mobile", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("specialty", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("specialty_title", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("contract", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("user_id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("organisation", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("siam", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("family", sa.Boolean(), nullable=False),
        sa.Column("search", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "id", name=op.f("pk_prescription_doctor")),
    )
    op.create_index(
        "ix_prescription_doctor_national_code", "prescription_doctor", ["data_set", "national_code"], unique=False
    )
    op.create_index(
        "uq_prescription_doctor_user_id",
        "prescription_doctor",
        ["data_set", "user_id"],
        unique=True,
        postgresql_where=sa.text("user_id IS NOT NULL"),
        sqlite_where=sa.text("user_id IS NOT NULL"),
    )
    op.create_table(
        "prescription_centre",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("types", Json(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("contract", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("contract_until", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("owned", sa.Boolean(), nullable=False),
        sa.Column("search", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "id", name=op.f("pk_prescription_centre")),
    )
    op.create_index("ix_prescription_centre_kind", "prescription_centre", ["data_set", "kind", "id"], unique=False)
    op.create_index(
        "ix_prescription_centre_organisation",
        "prescription_centre",
        ["data_set", "organisation"],
        unique=False,
        postgresql_where=sa.text("organisation IS NOT NULL"),
        sqlite_where=sa.text("organisation IS NOT NULL"),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            for statement in second_lock(table):
                op.execute(statement)
