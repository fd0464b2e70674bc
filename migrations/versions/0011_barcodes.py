"""The barcodes of packages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nabz.kit.db import Instant, second_lock

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

Exact = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "prescription_barcode",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", Exact, nullable=False),
        sa.Column("drug", Exact, nullable=False),
        sa.Column("batch", Exact, nullable=False),
        sa.Column("expires", Exact, nullable=False),
        sa.Column("registered_by", Exact, nullable=False),
        sa.Column("registered_at", Instant(), nullable=False),
        sa.Column("centre", Exact, nullable=False),
        sa.Column("activated_at", Instant(), nullable=True),
        sa.Column("delivery", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("data_set", "code", name=op.f("pk_prescription_barcode")),
    )
    op.create_index(
        "ix_prescription_barcode_centre",
        "prescription_barcode",
        ["data_set", "centre", "activated_at"],
        postgresql_where=sa.text("centre <> ''"),
        sqlite_where=sa.text("centre <> ''"),
    )
    op.create_index(
        "ix_prescription_barcode_delivery",
        "prescription_barcode",
        ["data_set", "delivery"],
        postgresql_where=sa.text("delivery IS NOT NULL"),
        sqlite_where=sa.text("delivery IS NOT NULL"),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in second_lock("prescription_barcode"):
            op.execute(statement)
