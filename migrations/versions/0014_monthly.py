"""Months' files: what a centre delivered in a month, as it was sent to the insurer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nabz.kit.db import Instant, Json, second_lock

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "prescription_month_file",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("centre", EXACT, nullable=False),
        sa.Column("kind", EXACT, nullable=False),
        sa.Column("month", EXACT, nullable=False),
        sa.Column("state", EXACT, nullable=False),
        sa.Column("deliveries", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("insurer", sa.BigInteger(), nullable=False),
        sa.Column("subsidy", sa.BigInteger(), nullable=False),
        sa.Column("patient", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("reasons", Json(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "id", name=op.f("pk_prescription_month_file")),
    )
    op.create_index(
        "uq_prescription_month_file_month", "prescription_month_file", ["data_set", "centre", "month"], unique=True
    )
    op.create_index(
        "ix_prescription_month_file_waiting", "prescription_month_file", ["data_set", "month", "state"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in second_lock("prescription_month_file"):
            op.execute(statement)
