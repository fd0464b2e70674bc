"""What the insured ask to be put right, and who looked at their records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nabz.kit.db import Instant, second_lock

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = ("prescription_correction", "prescription_look")
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "prescription_correction",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", EXACT, nullable=False),
        sa.Column("patient", EXACT, nullable=False),
        sa.Column("prescription", sa.BigInteger(), nullable=False),
        sa.Column("delivery", sa.BigInteger(), nullable=True),
        sa.Column("day", EXACT, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", EXACT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by", EXACT, nullable=False),
        sa.PrimaryKeyConstraint("data_set", "id", name=op.f("pk_prescription_correction")),
    )
    op.create_index(
        "uq_prescription_correction_place",
        "prescription_correction",
        ["data_set", "patient", "day", "place"],
        unique=True,
    )
    op.create_index(
        "ix_prescription_correction_open",
        "prescription_correction",
        ["data_set", "id"],
        unique=False,
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    op.create_table(
        "prescription_look",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patient", EXACT, nullable=False),
        sa.Column("day", EXACT, nullable=False),
        sa.Column("who", EXACT, nullable=False),
        sa.Column("place", EXACT, nullable=False),
        sa.Column("what", EXACT, nullable=False),
        sa.Column("role", EXACT, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint(
            "data_set", "patient", "day", "who", "place", "what", name=op.f("pk_prescription_look")
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            for statement in second_lock(table):
                op.execute(statement)
