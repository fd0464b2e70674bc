"""The gateway, messages, the audit and the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nabz.kit.db import Instant, Json

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("facts", Json(), nullable=False),
        sa.Column("seal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audit_entry_seal",
            ["seal", "number"],
            unique=False,
            postgresql_where=sa.text("seal IS NOT NULL"),
            sqlite_where=sa.text("seal IS NOT NULL"),
        )
        batch_op.create_index("ix_audit_entry_subject", ["subject", "number"], unique=False)
        batch_op.create_index(
            "ix_audit_entry_unsealed",
            ["number"],
            unique=False,
            postgresql_where=sa.text("seal IS NULL"),
            sqlite_where=sa.text("seal IS NULL"),
        )

    op.create_table(
        "audit_seal",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seal")),
    )
    op.create_table(
        "gateway_identifier",
        sa.Column("guid", sa.String(length=36), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("registered_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("guid", "type", name=op.f("pk_gateway_identifier")),
    )
    op.create_table(
        "gateway_service",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("credential", sa.Text(), nullable=True),
        sa.Column("time_limit", sa.Float(), nullable=False),
        sa.Column("at_once", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.Boolean(), nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_service")),
    )
    op.create_table(
        "gateway_traffic",
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("client", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("pid", sa.String(length=24), nullable=True),
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("provider_status", sa.Integer(), nullable=True),
        sa.Column("millis", sa.Float(), nullable=False),
        sa.Column("bytes_in", sa.Integer(), nullable=False),
        sa.Column("bytes_out", sa.Integer(), nullable=False),
        sa.Column("tracking", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_gateway_traffic")),
    )
    with op.batch_alter_table("gateway_traffic", schema=None) as batch_op:
        batch_op.create_index("ix_gateway_traffic_at", ["at"], unique=False)
        batch_op.create_index("ix_gateway_traffic_client_at", ["client", "at"], unique=False)
        batch_op.create_index(
            "ix_gateway_traffic_tracking",
            ["tracking"],
            unique=False,
            postgresql_where=sa.text("tracking IS NOT NULL"),
            sqlite_where=sa.text("tracking IS NOT NULL"),
        )

    op.create_table(
        "gateway_traffic_body",
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_gateway_traffic_body")),
    )
    with op.batch_alter_table("gateway_traffic_body", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gateway_traffic_body_at"), ["at"], unique=False)

    op.create_table(
        "notify_code",
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("round_at", Instant(), nullable=False),
        sa.Column("round_issues", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "subject", name=op.f("pk_notify_code")),
    )
    with op.batch_alter_table("notify_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notify_code_issued_at"), ["issued_at"], unique=False)

    op.create_table(
        "notify_letter",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notify_letter")),
    )
    with op.batch_alter_table("notify_letter", schema=None) as batch_op:
        batch_op.create_index("ix_notify_letter_at", ["at", "id"], unique=False)

    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("payload", Json(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_message_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("due_at IS NOT NULL"),
            sqlite_where=sa.text("due_at IS NOT NULL"),
        )

    op.create_table(
        "gateway_announced_network",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("announced_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client"], ["access_client.id"], name=op.f("fk_gateway_announced_network_client"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("client", "network", name=op.f("pk_gateway_announced_network")),
    )
    op.create_table(
        "gateway_package",
        sa.Column("pid", sa.String(length=24), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("service_id", sa.Text(), nullable=False),
        sa.Column("operations", Json(), nullable=True),
        sa.Column("per_day", sa.Integer(), nullable=True),
        sa.Column("per_second", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["client"], ["access_client.id"], name=op.f("fk_gateway_package_client")),
        sa.ForeignKeyConstraint(["service_id"], ["gateway_service.id"], name=op.f("fk_gateway_package_service_id")),
        sa.PrimaryKeyConstraint("pid", name=op.f("pk_gateway_package")),
    )
    with op.batch_alter_table("gateway_package", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gateway_package_client"), ["client"], unique=False)

    op.create_table(
        "gateway_identifier_grant",
        sa.Column("pid", sa.String(length=24), nullable=False),
        sa.Column("guid", sa.String(length=36), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pid"], ["gateway_package.pid"], name=op.f("fk_gateway_identifier_grant_pid"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pid", "guid", "type", name=op.f("pk_gateway_identifier_grant")),
    )
    op.create_table(
        "gateway_quota",
        sa.Column("pid", sa.String(length=24), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("leased", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pid"], ["gateway_package.pid"], name=op.f("fk_gateway_quota_pid"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pid", "operation", "day", name=op.f("pk_gateway_quota")),
    )
