"""Physicians' favourites and templates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nabz.kit.db import Instant, Json, second_lock

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("prescription_favourite", "prescription_template")
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "prescription_favourite",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("doctor", EXACT, nullable=False),
        sa.Column("type", EXACT, nullable=False),
        sa.Column("code", EXACT, nullable=False),
        sa.Column("usual", Json(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "doctor", "type", "code", name=op.f("pk_prescription_favourite")),
    )
    op.create_table(
        "prescription_template",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("id", EXACT, nullable=False),
        sa.Column("doctor", EXACT, nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lines", Json(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "id", name=op.f("pk_prescription_template")),
    )
    op.create_index(
        "uq_prescription_template_name", "prescription_template", ["data_set", "doctor", "kind", "name"], unique=True
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            for statement in second_lock(table):
                op.execute(statement)
