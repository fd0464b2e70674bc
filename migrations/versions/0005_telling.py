"""Events told to programs, their webhooks and deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nabz.kit.db import Instant, Json, second_lock

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "notify_event",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", Json(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "receiver", "id", name=op.f("pk_notify_event")),
    )
    with op.batch_alter_table("notify_event", schema=None) as batch_op:
        batch_op.create_index("ix_notify_event_at", ["data_set", "at"], unique=False)
        batch_op.create_index("ix_notify_event_number", ["data_set", "receiver", "number"], unique=True)
    op.create_table(
        "notify_told",
        sa.Column("arrival", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("arrival", name=op.f("pk_notify_told")),
    )
    with op.batch_alter_table("notify_told", schema=None) as batch_op:
        batch_op.create_index("ix_notify_told_data_set", ["data_set", "arrival"], unique=False)
    op.create_table(
        "notify_receiver",
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hooks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("receiver", "data_set", name=op.f("pk_notify_receiver")),
    )
    op.create_table(
        "notify_webhook",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kinds", Json(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("old_secret", sa.Text(), nullable=True),
        sa.Column("old_until", Instant(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("off", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("failing_since", Instant(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("delivered_at", Instant(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("not_before", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notify_webhook")),
    )
    with op.batch_alter_table("notify_webhook", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notify_webhook_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("due_at IS NOT NULL"),
            sqlite_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index("ix_notify_webhook_receiver", ["receiver", "data_set"], unique=False)
    op.create_table(
        "notify_delivery",
        sa.Column("hook", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("tries", Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hook"], ["notify_webhook.id"], name=op.f("fk_notify_delivery_hook"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hook", "number", name=op.f("pk_notify_delivery")),
    )
    with op.batch_alter_table("notify_delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notify_delivery_due",
            ["hook", "due_at"],
            unique=False,
            postgresql_where=sa.text("due_at IS NOT NULL"),
            sqlite_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_notify_delivery_made_at"), ["made_at"], unique=False)
        batch_op.create_index(
            "ix_notify_delivery_open",
            ["hook", "state", "number"],
            unique=False,
            postgresql_where=sa.text("state <> 'delivered'"),
            sqlite_where=sa.text("state <> 'delivered'"),
        )
    if op.get_bind().dialect.name == "postgresql":
        for line in second_lock("notify_event"):
            op.execute(line)
