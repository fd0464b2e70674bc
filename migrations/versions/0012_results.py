"""Results of paraclinic centres, with their files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nabz.kit.db import Instant, Json, second_lock

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("prescription_result", "prescription_result_file")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "prescription_result",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("delivery", sa.BigInteger(), nullable=False),
        sa.Column("prescription", sa.BigInteger(), nullable=False),
        sa.Column("patient", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("state", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("corrects", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("document", Json(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "id", name=op.f("pk_prescription_result")),
    )
    op.create_index(
        "ix_prescription_result_delivery", "prescription_result", ["data_set", "delivery", "id"], unique=False
    )
    for column in ("patient", "prescription"):
        op.create_index(
            f"ix_prescription_result_{column}",
            "prescription_result",
            ["data_set", column, "id"],
            unique=False,
            postgresql_where=sa.text("state <> 'draft'"),
            sqlite_where=sa.text("state <> 'draft'"),
        )
    op.create_index(
        "uq_prescription_result_key",
        "prescription_result",
        ["data_set", "key"],
        unique=True,
        postgresql_where=sa.text("key <> ''"),
        sqlite_where=sa.text("key <> ''"),
    )
    op.create_index(
        "uq_prescription_result_corrects",
        "prescription_result",
        ["data_set", "corrects"],
        unique=True,
        postgresql_where=sa.text("corrects <> '' AND state <> 'draft'"),
        sqlite_where=sa.text("corrects <> '' AND state <> 'draft'"),
    )
    op.create_table(
        "prescription_result_file",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("result", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "result", "number", name=op.f("pk_prescription_result_file")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            for statement in second_lock(table):
                op.execute(statement)
