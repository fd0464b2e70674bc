"""The catalogue: services, their prices by date, imports under way, and what drugs do to each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nabz.kit.db import Instant, Json, second_lock

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    "catalogue_draft",
    "catalogue_interaction",
    "catalogue_price",
    "catalogue_service",
    "catalogue_state",
)
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "catalogue_draft",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("load", EXACT, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("type", EXACT, nullable=False),
        sa.Column("code", EXACT, nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=True),
        sa.Column("printed", EXACT, nullable=False),
        sa.Column("generic", EXACT, nullable=False),
        sa.Column("additive", sa.Boolean(), nullable=False),
        sa.Column("document", Json(), nullable=False),
        sa.Column("day", EXACT, nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("k2_price", sa.BigInteger(), nullable=False),
        sa.Column("tech_price", sa.BigInteger(), nullable=False),
        sa.Column("subsidy", sa.BigInteger(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "load", "place", name=op.f("pk_catalogue_draft")),
    )
    op.create_table(
        "catalogue_interaction",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("one", EXACT, nullable=False),
        sa.Column("other", EXACT, nullable=False),
        sa.Column("severity", EXACT, nullable=False),
        sa.Column("text_fa", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "one", "other", name=op.f("pk_catalogue_interaction")),
    )
    op.create_table(
        "catalogue_price",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("type", EXACT, nullable=False),
        sa.Column("code", EXACT, nullable=False),
        sa.Column("day", EXACT, nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("k2_price", sa.BigInteger(), nullable=False),
        sa.Column("tech_price", sa.BigInteger(), nullable=False),
        sa.Column("subsidy", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "type", "code", "day", name=op.f("pk_catalogue_price")),
    )
    op.create_table(
        "catalogue_service",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("type", EXACT, nullable=False),
        sa.Column("code", EXACT, nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("printed", EXACT, nullable=False),
        sa.Column("generic", EXACT, nullable=False),
        sa.Column("additive", sa.Boolean(), nullable=False),
        sa.Column("document", Json(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "type", "code", name=op.f("pk_catalogue_service")),
    )
    op.create_index("ix_catalogue_service_generic", "catalogue_service", ["data_set", "generic"], unique=False)
    op.create_index("ix_catalogue_service_printed", "catalogue_service", ["data_set", "type", "printed"], unique=False)
    op.create_index("uq_catalogue_service_id", "catalogue_service", ["data_set", "id"], unique=True)
    op.create_table(
        "catalogue_state",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_id", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", name=op.f("pk_catalogue_state")),
    )

    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            for statement in second_lock(table):
                op.execute(statement)
