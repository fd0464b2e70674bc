"""Who may call: organisations, people, client systems, tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nabz.kit.db import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "access_attempt",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_access_attempt")),
    )
    with op.batch_alter_table("access_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_attempt_last_at"), ["last_at"], unique=False)

    op.create_table(
        "access_organisation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("national_id", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_organisation")),
        sa.UniqueConstraint("national_id", name=op.f("uq_access_organisation_national_id")),
    )
    op.create_table(
        "access_client",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["access_organisation.id"], name=op.f("fk_access_client_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_client")),
        sa.UniqueConstraint("client_id", name=op.f("uq_access_client_client_id")),
    )
    with op.batch_alter_table("access_client", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_client_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "access_user",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("totp_sealed", sa.Text(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["access_organisation.id"], name=op.f("fk_access_user_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_user")),
        sa.UniqueConstraint("username", name=op.f("uq_access_user_username")),
    )
    with op.batch_alter_table("access_user", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_user_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_user_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "access_client_secret",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("previous_digest", sa.String(length=64), nullable=True),
        sa.Column("previous_until", Instant(), nullable=True),
        sa.Column("cut_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client"], ["access_client.id"], name=op.f("fk_access_client_secret_client"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("client", "data_set", name=op.f("pk_access_client_secret")),
    )
    op.create_table(
        "access_delegation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("principal_id", sa.Text(), nullable=False),
        sa.Column("delegate_id", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["delegate_id"], ["access_user.id"], name=op.f("fk_access_delegation_delegate_id")),
        sa.ForeignKeyConstraint(["principal_id"], ["access_user.id"], name=op.f("fk_access_delegation_principal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_delegation")),
    )
    with op.batch_alter_table("access_delegation", schema=None) as batch_op:
        batch_op.create_index("ix_access_delegation_delegate_id", ["delegate_id"], unique=False)
        batch_op.create_index(
            "uq_access_delegation_live",
            ["principal_id", "delegate_id"],
            unique=True,
            postgresql_where=sa.text("revoked_at IS NULL"),
            sqlite_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "access_grant",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("access_seed", sa.Text(), nullable=False),
        sa.Column("access_until", Instant(), nullable=False),
        sa.Column("refresh_seed", sa.Text(), nullable=False),
        sa.Column("refresh_digest", sa.String(length=64), nullable=False),
        sa.Column("refresh_until", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client"], ["access_client.id"], name=op.f("fk_access_grant_client"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], name=op.f("fk_access_grant_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("client", "data_set", "user_id", name=op.f("pk_access_grant")),
        sa.UniqueConstraint("refresh_digest", name=op.f("uq_access_grant_refresh_digest")),
    )
    op.create_table(
        "access_known_origin",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], name=op.f("fk_access_known_origin_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "origin", name=op.f("pk_access_known_origin")),
    )
    op.create_table(
        "access_link",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], name=op.f("fk_access_link_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_access_link")),
    )
    with op.batch_alter_table("access_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_link_user_id"), ["user_id"], unique=False)

    op.create_table(
        "access_recovery_code",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], name=op.f("fk_access_recovery_code_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "digest", name=op.f("pk_access_recovery_code")),
    )
    op.create_table(
        "access_role",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], name=op.f("fk_access_role_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_access_role")),
    )
    op.create_table(
        "access_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("acting_for", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["acting_for"], ["access_user.id"], name=op.f("fk_access_session_acting_for"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], name=op.f("fk_access_session_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_access_session")),
    )
    with op.batch_alter_table("access_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "access_token",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client", "data_set", "user_id"],
            ["access_grant.client", "access_grant.data_set", "access_grant.user_id"],
            name=op.f("fk_access_token_client_data_set_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_access_token")),
    )
    with op.batch_alter_table("access_token", schema=None) as batch_op:
        batch_op.create_index("ix_access_token_grant", ["client", "data_set", "user_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_token_until"), ["until"], unique=False)
