"""The diseases that patients were marked with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nabz.kit.db import Instant, second_lock

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "prescription_disease_mark",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patient", EXACT, nullable=False),
        sa.Column("disease", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", EXACT, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("day", EXACT, nullable=False),
        sa.Column("mobile", EXACT, nullable=False),
        sa.Column("siam", EXACT, nullable=False),
        sa.Column("marked_by", sa.Text(), nullable=False),
        sa.Column("marked_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "patient", "disease", name=op.f("pk_prescription_disease_mark")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in second_lock("prescription_disease_mark"):
            op.execute(statement)
