"""The tables of the gateway: outside of every data set, since they say who may call what."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, text

from nabz.kit.db import Instant, Json, metadata

services = Table(
    "gateway_service",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("address", Text),
    Column("credential", Text),
    Column("time_limit", Float, nullable=False),
    Column("at_once", Integer, nullable=False),
    Column("wrapped", Boolean, nullable=False),
    Column("sandbox", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
)

packages = Table(
    "gateway_package",
    metadata,
    Column("pid", String(24), primary_key=True),
    Column("client", ForeignKey("access_client.id"), nullable=False, index=True),
    Column("service_id", ForeignKey("gateway_service.id"), nullable=False),
    Column("operations", Json),
    Column("per_day", Integer),
    Column("per_second", Integer),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
)

networks = Table(
    "gateway_announced_network",
    metadata,
    Column("client", ForeignKey("access_client.id", ondelete="CASCADE"), primary_key=True),
    Column("network", Text, primary_key=True),
    Column("announced_at", Instant, nullable=False),
)

quotas = Table(
    "gateway_quota",
    metadata,
    Column("pid", ForeignKey("gateway_package.pid", ondelete="CASCADE"), primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("used", Integer, nullable=False),
    Column("leased", Integer, nullable=False),  # the size of the latest lease, so that one statement can tell it
)

identifiers = Table(
    "gateway_identifier",
    metadata,
    Column("guid", String(36), primary_key=True),
    Column("type", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("blocked", Boolean, nullable=False),
    Column("registered_at", Instant, nullable=False),
)

identifier_grants = Table(
    "gateway_identifier_grant",
    metadata,
    Column("pid", ForeignKey("gateway_package.pid", ondelete="CASCADE"), primary_key=True),
    Column("guid", String(36), primary_key=True),
    Column("type", Text, primary_key=True),
)

traffic = Table(
    "gateway_traffic",
    metadata,
    Column("request_id", String(36), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("client", Text),
    Column("user_id", Text),
    Column("pid", String(24)),
    Column("service_id", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("ip", Text, nullable=False),
    Column("data_set", Integer, nullable=False),
    Column("status", Integer, nullable=False),
    Column("provider_status", Integer),
    Column("millis", Float, nullable=False),
    Column("bytes_in", Integer, nullable=False),
    Column("bytes_out", Integer, nullable=False),
    Column("tracking", Text),
    Column("note", Text),
    Index("ix_gateway_traffic_at", "at"),
    Index("ix_gateway_traffic_client_at", "client", "at"),
    Index(
        "ix_gateway_traffic_tracking",
        "tracking",
        postgresql_where=text("tracking IS NOT NULL"),
        sqlite_where=text("tracking IS NOT NULL"),
    ),
)

bodies = Table(
    "gateway_traffic_body",
    metadata,
    Column("request_id", String(36), primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("request", Text),
    Column("answer", Text),
)
"""Only of calls in a sandbox."""
