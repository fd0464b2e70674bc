"""The tables of access: they stand outside of every data set, since they say who may enter one."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table, Text, text

from nabz.kit.db import Instant, Json, metadata

organisations = Table(
    "access_organisation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("national_id", Text, unique=True),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
)

users = Table(
    "access_user",
    metadata,
    Column("id", Text, primary_key=True),
    Column("username", Text, nullable=False, unique=True),  # folded: lower case, trimmed
    Column("email", Text, index=True),
    Column("display_name", Text, nullable=False),
    Column("organisation_id", ForeignKey("access_organisation.id"), nullable=False, index=True),
    Column("password_hash", Text),
    Column("status", Text, nullable=False),  # model.UserStatus
    Column("data_set", Integer, nullable=False),  # what this person's portal pages show
    Column("totp_sealed", Text),  # set once the second factor is switched on
    Column("totp_step", Integer, nullable=False),  # the last step used, so that no code counts twice
    Column("created_at", Instant, nullable=False),
)

roles = Table(
    "access_role",
    metadata,
    Column("user_id", ForeignKey("access_user.id", ondelete="CASCADE"), primary_key=True),
    Column("role", Text, primary_key=True),
)

delegations = Table(
    "access_delegation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("principal_id", ForeignKey("access_user.id"), nullable=False),
    Column("delegate_id", ForeignKey("access_user.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("until", Instant),
    Column("revoked_at", Instant),
    Index(
        "uq_access_delegation_live",
        "principal_id",
        "delegate_id",
        unique=True,
        postgresql_where=text("revoked_at IS NULL"),
        sqlite_where=text("revoked_at IS NULL"),
    ),
    Index("ix_access_delegation_delegate_id", "delegate_id"),
)

sessions = Table(
    "access_session",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("user_id", ForeignKey("access_user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("acting_for", ForeignKey("access_user.id", ondelete="CASCADE")),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("origin", Text, nullable=False),  # address, shown to its owner only
    Column("browser", Text, nullable=False),
    Column("second_factor", Boolean, nullable=False),
)

links = Table(
    "access_link",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("user_id", ForeignKey("access_user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("purpose", Text, nullable=False),  # model.LinkPurpose
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

recovery_codes = Table(
    "access_recovery_code",
    metadata,
    Column("user_id", ForeignKey("access_user.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("used_at", Instant),
)

attempts = Table(
    "access_attempt",
    metadata,
    Column("subject", String(64), primary_key=True),  # keyed digest: whose door, seen from where
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False, index=True),
)

known_origins = Table(
    "access_known_origin",
    metadata,
    Column("user_id", ForeignKey("access_user.id", ondelete="CASCADE"), primary_key=True),
    Column("origin", String(64), primary_key=True),  # keyed digest of an address that has got in before
    Column("seen_at", Instant, nullable=False),
)

clients = Table(
    "access_client",
    metadata,
    Column("id", Text, primary_key=True),
    Column("client_id", Text, nullable=False, unique=True),  # the software id, the same in every environment
    Column("title", Text, nullable=False),
    Column("organisation_id", ForeignKey("access_organisation.id"), nullable=False, index=True),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
)

secrets = Table(
    "access_client_secret",
    metadata,
    Column("client", ForeignKey("access_client.id", ondelete="CASCADE"), primary_key=True),
    Column("data_set", Integer, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("previous_digest", String(64)),
    Column("previous_until", Instant),
    Column("cut_at", Instant),
)

grants = Table(
    "access_grant",
    metadata,
    Column("client", ForeignKey("access_client.id", ondelete="CASCADE"), primary_key=True),
    Column("data_set", Integer, primary_key=True),
    Column("user_id", ForeignKey("access_user.id", ondelete="CASCADE"), primary_key=True),
    Column("access_seed", Text, nullable=False),
    Column("access_until", Instant, nullable=False),
    Column("refresh_seed", Text, nullable=False),
    Column("refresh_digest", String(64), nullable=False, unique=True),
    Column("refresh_until", Instant, nullable=False),
)
"""One live grant of a client and a user. Tokens are derived from the seeds with a key; only digests are kept."""

tokens = Table(
    "access_token",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("client", Text, nullable=False),
    Column("data_set", Integer, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("until", Instant, nullable=False, index=True),
    ForeignKeyConstraint(
        ["client", "data_set", "user_id"],
        ["access_grant.client", "access_grant.data_set", "access_grant.user_id"],
        ondelete="CASCADE",
    ),
    Index("ix_access_token_grant", "client", "data_set", "user_id"),
)
"""The access tokens of a grant that still live: each to its own end, however often it was refreshed meanwhile."""

oauth_keys = Table(
    "access_oauth_key",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("duty", Text, unique=True),  # "signing" for the one that signs; none once it is retired
    Column("sealed", Text, nullable=False),
    Column("public", Json, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("retired_at", Instant),
)

identities = Table(
    "access_identity",
    metadata,
    Column("user_id", ForeignKey("access_user.id", ondelete="CASCADE"), primary_key=True),
    Column("national_code", Text, nullable=False),
    Column("mobile", Text, nullable=False),
)

redirects = Table(
    "access_oauth_redirect",
    metadata,
    Column("client", ForeignKey("access_client.id", ondelete="CASCADE"), primary_key=True),
    Column("data_set", Integer, primary_key=True),
    Column("uri", Text, primary_key=True),
    Column("created_at", Instant, nullable=False),
    Index("ix_access_oauth_redirect_uri", "uri"),
)

api_grants = Table(
    "access_api_grant",
    metadata,
    Column("client", ForeignKey("access_client.id", ondelete="CASCADE"), primary_key=True),
    Column("data_set", Integer, primary_key=True),
    Column("apis", Text, nullable=False),  # names of model.Api with blanks between them
)
"""Which of Tamin's APIs a system may use. Without a row: all of them."""

oauth_sessions = Table(
    "access_oauth_session",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),  # model.SessionKind
    Column("client", ForeignKey("access_client.id", ondelete="CASCADE"), nullable=False),
    Column("data_set", Integer, nullable=False),
    Column("user_id", ForeignKey("access_user.id", ondelete="CASCADE"), index=True),
    Column("audience", Text, nullable=False),
    Column("browser", String(64)),  # keyed digest of the cookie by which a browser signs out
    Column("created_at", Instant, nullable=False),
    Column("until", Instant, nullable=False, index=True),
    Index(
        "uq_access_oauth_session_client",
        "client",
        "data_set",
        unique=True,
        postgresql_where=text("kind = 'client'"),
        sqlite_where=text("kind = 'client'"),
    ),
    Index(
        "uq_access_oauth_session_user",
        "client",
        "data_set",
        "user_id",
        unique=True,
        postgresql_where=text("kind = 'user'"),
        sqlite_where=text("kind = 'user'"),
    ),
    Index(
        "ix_access_oauth_session_browser",
        "browser",
        postgresql_where=text("browser IS NOT NULL"),
        sqlite_where=text("browser IS NOT NULL"),
    ),
)
"""What stands behind Tamin's tokens: a token lives no longer than its session, whatever is written in it."""

oauth_entries = Table(
    "access_oauth_entry",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("client", ForeignKey("access_client.id", ondelete="CASCADE"), nullable=False),
    Column("data_set", Integer, nullable=False),
    Column("user_id", ForeignKey("access_user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("redirect_uri", Text, nullable=False),
    Column("challenge", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("mark", String(64), nullable=False),  # keyed digest of the password's hash that was right
    Column("until", Instant, nullable=False, index=True),
)

oauth_codes = Table(
    "access_oauth_code",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("client", ForeignKey("access_client.id", ondelete="CASCADE"), nullable=False),
    Column("data_set", Integer, nullable=False),
    Column("user_id", ForeignKey("access_user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("redirect_uri", Text, nullable=False),
    Column("challenge", Text, nullable=False),
    Column("browser", String(64), nullable=False, index=True),
    Column("until", Instant, nullable=False, index=True),
    Column("session", Text),  # made with it: a code is used once
)

oauth_refreshes = Table(
    "access_oauth_refresh",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("session", ForeignKey("access_oauth_session.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("until", Instant, nullable=False),
    Column("used_at", Instant),
    Column("next_seed", Text),
)
"""Every refresh token of a session that ever was, so that an old one is known for what it is."""

pairs = Table(
    "access_pair",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", ForeignKey("access_user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("seed", Text, nullable=False),
    Column("access_digest", String(64), nullable=False, unique=True),
    Column("refresh_digest", String(64), nullable=False, unique=True),
    Column("former_access", String(64), index=True),
    Column("former_refresh", String(64), index=True),
    Column("former_until", Instant),
    Column("access_until", Instant, nullable=False),
    Column("refresh_until", Instant, nullable=False, index=True),
    Column("refreshed_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),  # however often it is refreshed
)
"""A token and its refresh token (SIMAD), derived from the seed with a key; the pair before is known for a moment."""

pairs_spent = Table(
    "access_pair_spent",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("access_digest", String(64), nullable=False, index=True),
    Column("pair", ForeignKey("access_pair.id", ondelete="CASCADE"), nullable=False, index=True),
)
"""Every refresh token that a pair ever had, with its token of then, so that an old one is known for what it is."""
