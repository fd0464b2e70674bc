"""Tamin's way in: signing keys, sessions, authorisation codes, redirect addresses, and people's names outside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nabz.kit.db import Instant, Json

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "access_oauth_key",
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("public", Json(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("retired_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_access_oauth_key")),
        sa.UniqueConstraint("duty", name=op.f("uq_access_oauth_key_duty")),
    )
    op.create_table(
        "access_identity",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("national_code", sa.Text(), nullable=False),
        sa.Column("mobile", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], name=op.f("fk_access_identity_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_access_identity")),
    )
    op.create_table(
        "access_oauth_code",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("session", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client"], ["access_client.id"], name=op.f("fk_access_oauth_code_client"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], name=op.f("fk_access_oauth_code_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_access_oauth_code")),
    )
    op.create_index(op.f("ix_access_oauth_code_browser"), "access_oauth_code", ["browser"], unique=False)
    op.create_index(op.f("ix_access_oauth_code_until"), "access_oauth_code", ["until"], unique=False)
    op.create_index(op.f("ix_access_oauth_code_user_id"), "access_oauth_code", ["user_id"], unique=False)
    op.create_table(
        "access_oauth_entry",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client"], ["access_client.id"], name=op.f("fk_access_oauth_entry_client"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], name=op.f("fk_access_oauth_entry_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_access_oauth_entry")),
    )
    op.create_index(op.f("ix_access_oauth_entry_until"), "access_oauth_entry", ["until"], unique=False)
    op.create_index(op.f("ix_access_oauth_entry_user_id"), "access_oauth_entry", ["user_id"], unique=False)
    op.create_table(
        "access_oauth_redirect",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client"], ["access_client.id"], name=op.f("fk_access_oauth_redirect_client"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("client", "data_set", "uri", name=op.f("pk_access_oauth_redirect")),
    )
    op.create_index("ix_access_oauth_redirect_uri", "access_oauth_redirect", ["uri"], unique=False)
    op.create_table(
        "access_oauth_session",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client"], ["access_client.id"], name=op.f("fk_access_oauth_session_client"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], name=op.f("fk_access_oauth_session_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_oauth_session")),
    )
    op.create_index(
        "ix_access_oauth_session_browser",
        "access_oauth_session",
        ["browser"],
        unique=False,
        postgresql_where=sa.text("browser IS NOT NULL"),
        sqlite_where=sa.text("browser IS NOT NULL"),
    )
    op.create_index(op.f("ix_access_oauth_session_until"), "access_oauth_session", ["until"], unique=False)
    op.create_index(op.f("ix_access_oauth_session_user_id"), "access_oauth_session", ["user_id"], unique=False)
    op.create_index(
        "uq_access_oauth_session_client",
        "access_oauth_session",
        ["client", "data_set"],
        unique=True,
        postgresql_where=sa.text("kind = 'client'"),
        sqlite_where=sa.text("kind = 'client'"),
    )
    op.create_index(
        "uq_access_oauth_session_user",
        "access_oauth_session",
        ["client", "data_set", "user_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'user'"),
        sqlite_where=sa.text("kind = 'user'"),
    )
    op.create_table(
        "access_oauth_refresh",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("next_seed", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session"], ["access_oauth_session.id"], name=op.f("fk_access_oauth_refresh_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_access_oauth_refresh")),
    )
    op.create_index(op.f("ix_access_oauth_refresh_session"), "access_oauth_refresh", ["session"], unique=False)
