"""Schedules, slots, appointments, the waiting list, the referral map, deposits and daily counts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nabz.kit.db import Instant, Json, second_lock

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = (
    "appointment_booking",
    "appointment_agenda",
    "appointment_asked",
    "appointment_counted_day",
    "appointment_day_count",
    "appointment_hold",
    "appointment_key",
    "appointment_name",
    "appointment_no_show",
    "appointment_payment",
    "appointment_person_day",
    "appointment_provider",
    "appointment_route",
    "appointment_rules",
    "appointment_slot",
    "appointment_waiting",
)
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "appointment_booking",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("id", EXACT, nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("facility", EXACT, nullable=False),
        sa.Column("slot", EXACT, nullable=False),
        sa.Column("provider", EXACT, nullable=False),
        sa.Column("agenda", sa.BigInteger(), nullable=False),
        sa.Column("person", EXACT, nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("mobile", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=False),
        sa.Column("hid", sa.Text(), nullable=False),
        sa.Column("type", sa.SmallInteger(), nullable=True),
        sa.Column("deposit", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("booked_at", Instant(), nullable=False),
        sa.Column("booked_by", sa.Text(), nullable=False),
        sa.Column("arrived_at", Instant(), nullable=True),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("reminded_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("reason", sa.SmallInteger(), nullable=True),
        sa.Column("edits", sa.SmallInteger(), nullable=False),
        sa.Column("moved_to", EXACT, nullable=True),
        sa.PrimaryKeyConstraint("data_set", "id", "starts_at", "facility", name=op.f("pk_appointment_booking")),
        postgresql_partition_by="RANGE (starts_at)",
    )
    op.create_index(
        "ix_appointment_booking_facility", "appointment_booking", ["data_set", "facility", "starts_at"], unique=False
    )
    op.create_index("ix_appointment_booking_starts_at", "appointment_booking", ["data_set", "starts_at"], unique=False)
    op.create_index(
        "ix_appointment_booking_person", "appointment_booking", ["data_set", "person", "starts_at"], unique=False
    )
    op.create_table(
        "appointment_agenda",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("facility", EXACT, nullable=False),
        sa.Column("provider", EXACT, nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("specialty", EXACT, nullable=False),
        sa.Column("specialty_title", sa.Text(), nullable=False),
        sa.Column("service", EXACT, nullable=False),
        sa.Column("service_title", sa.Text(), nullable=False),
        sa.Column("facility_name", sa.Text(), nullable=False),
        sa.Column("facility_type", EXACT, nullable=False),
        sa.Column("type_title", sa.Text(), nullable=False),
        sa.Column("province", EXACT, nullable=False),
        sa.Column("province_title", sa.Text(), nullable=False),
        sa.Column("city", EXACT, nullable=False),
        sa.Column("city_title", sa.Text(), nullable=False),
        sa.Column("town", EXACT, nullable=False),
        sa.Column("town_title", sa.Text(), nullable=False),
        sa.Column("area", EXACT, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("internal_id", sa.Text(), nullable=False),
        sa.Column("internal_address", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "id", name=op.f("pk_appointment_agenda")),
    )
    op.create_index("ix_appointment_agenda_facility", "appointment_agenda", ["data_set", "facility"], unique=False)
    op.create_index(
        "ix_appointment_agenda_near", "appointment_agenda", ["data_set", "specialty", "latitude"], unique=False
    )
    op.create_index(
        "ix_appointment_agenda_provider", "appointment_agenda", ["data_set", "provider", "facility"], unique=False
    )
    op.create_index(
        "ix_appointment_agenda_specialty",
        "appointment_agenda",
        ["data_set", "specialty", "province", "city"],
        unique=False,
    )
    op.create_table(
        "appointment_counted_day",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("day", EXACT, nullable=False),
        sa.Column("counted_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "day", name=op.f("pk_appointment_counted_day")),
    )
    op.create_table(
        "appointment_day_count",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("day", EXACT, nullable=False),
        sa.Column("province", EXACT, nullable=False),
        sa.Column("specialty", EXACT, nullable=False),
        sa.Column("province_title", sa.Text(), nullable=False),
        sa.Column("specialty_title", sa.Text(), nullable=False),
        sa.Column("offered", sa.Integer(), nullable=False),
        sa.Column("free", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("visited", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("waited", sa.Integer(), nullable=False),
        sa.Column("wait_days", sa.Integer(), nullable=False),
        sa.Column("waited_long", sa.Integer(), nullable=False),
        sa.Column("last_free_at", Instant(), nullable=True),
        sa.Column("deposits", sa.BigInteger(), nullable=False),
        sa.Column("refunds", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "day", "province", "specialty", name=op.f("pk_appointment_day_count")),
    )
    op.create_table(
        "appointment_asked",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("subject", EXACT, nullable=False),
        sa.Column("day", EXACT, nullable=False),
        sa.Column("things", Json(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "subject", "day", name=op.f("pk_appointment_asked")),
    )
    op.create_index("ix_appointment_asked_day", "appointment_asked", ["data_set", "day"], unique=False)
    op.create_table(
        "appointment_hold",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("person", EXACT, nullable=False),
        sa.Column("slot", EXACT, nullable=False),
        sa.Column("client", EXACT, nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "person", name=op.f("pk_appointment_hold")),
    )
    op.create_table(
        "appointment_key",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("client", EXACT, nullable=False),
        sa.Column("key", EXACT, nullable=False),
        sa.Column("call", EXACT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "client", "key", name=op.f("pk_appointment_key")),
    )
    op.create_index("ix_appointment_key_at", "appointment_key", ["data_set", "at"], unique=False)
    op.create_table(
        "appointment_name",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("facility", EXACT, nullable=False),
        sa.Column("local_id", EXACT, nullable=False),
        sa.Column("slot", EXACT, nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "facility", "local_id", name=op.f("pk_appointment_name")),
    )
    op.create_index("ix_appointment_name_starts_at", "appointment_name", ["data_set", "starts_at"], unique=False)
    op.create_table(
        "appointment_no_show",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("person", EXACT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "person", name=op.f("pk_appointment_no_show")),
    )
    op.create_table(
        "appointment_payment",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("appointment", EXACT, nullable=False),
        sa.Column("agenda", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", EXACT, nullable=False),
        sa.Column("reference", EXACT, nullable=False),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("refund", sa.BigInteger(), nullable=False),
        sa.Column("refund_receipt", sa.Text(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("paid_at", Instant(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("refunded_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("data_set", "appointment", name=op.f("pk_appointment_payment")),
    )
    op.create_index("ix_appointment_payment_starts_at", "appointment_payment", ["data_set", "starts_at"], unique=False)
    op.create_index("uq_appointment_payment_reference", "appointment_payment", ["data_set", "reference"], unique=True)
    op.create_table(
        "appointment_person_day",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("person", EXACT, nullable=False),
        sa.Column("day", EXACT, nullable=False),
        sa.Column("claims", Json(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "person", "day", name=op.f("pk_appointment_person_day")),
    )
    op.create_table(
        "appointment_provider",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("provider", EXACT, nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "provider", name=op.f("pk_appointment_provider")),
    )
    op.create_table(
        "appointment_route",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("id", EXACT, nullable=False),
        sa.Column("origin_kind", EXACT, nullable=False),
        sa.Column("origin", EXACT, nullable=False),
        sa.Column("specialty", EXACT, nullable=False),
        sa.Column("insurer", EXACT, nullable=False),
        sa.Column("facility", EXACT, nullable=False),
        sa.Column("provider", EXACT, nullable=False),
        sa.Column("from_", EXACT, nullable=True),
        sa.Column("until", EXACT, nullable=True),
        sa.PrimaryKeyConstraint("data_set", "id", name=op.f("pk_appointment_route")),
    )
    op.create_index(
        "ix_appointment_route_origin", "appointment_route", ["data_set", "origin", "specialty"], unique=False
    )
    op.create_table(
        "appointment_rules",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("facility", EXACT, nullable=False),
        sa.Column("reoffer", sa.Boolean(), nullable=False),
        sa.Column("deposit", sa.BigInteger(), nullable=False),
        sa.Column("refund_hours", sa.Integer(), nullable=False),
        sa.Column("late_refund_percent", sa.Integer(), nullable=False),
        sa.Column("reminder_hours", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "facility", name=op.f("pk_appointment_rules")),
    )
    op.create_table(
        "appointment_slot",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("id", EXACT, nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("facility", EXACT, nullable=False),
        sa.Column("agenda", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("local_id", sa.Text(), nullable=False),
        sa.Column("block", EXACT, nullable=False),
        sa.Column("quota", sa.SmallInteger(), nullable=False),
        sa.Column("opens_at", Instant(), nullable=True),
        sa.Column("closes_at", Instant(), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("held_for", EXACT, nullable=True),
        sa.Column("held_until", Instant(), nullable=True),
        sa.Column("appointment", EXACT, nullable=True),
        sa.Column("reason", sa.SmallInteger(), nullable=True),
        sa.Column("edits", sa.SmallInteger(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "id", "starts_at", "facility", name=op.f("pk_appointment_slot")),
        postgresql_partition_by="RANGE (starts_at)",
    )
    op.create_index("ix_appointment_slot_agenda", "appointment_slot", ["data_set", "agenda", "starts_at"], unique=False)
    op.create_table(
        "appointment_waiting",
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("id", EXACT, nullable=False),
        sa.Column("person", EXACT, nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("mobile", sa.Text(), nullable=False),
        sa.Column("specialty", EXACT, nullable=False),
        sa.Column("provider", EXACT, nullable=False),
        sa.Column("facility", EXACT, nullable=False),
        sa.Column("service", EXACT, nullable=False),
        sa.Column("from_", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.Column("state", EXACT, nullable=False),
        sa.Column("slot", EXACT, nullable=True),
        sa.Column("offer_until", Instant(), nullable=True),
        sa.Column("joined_by", EXACT, nullable=False),
        sa.Column("live", EXACT, nullable=True),
        sa.PrimaryKeyConstraint("data_set", "id", name=op.f("pk_appointment_waiting")),
    )
    op.create_index(
        "ix_appointment_waiting_joined_by",
        "appointment_waiting",
        ["data_set", "joined_by", "joined_at"],
        unique=False,
    )
    op.create_index("ix_appointment_waiting_mobile", "appointment_waiting", ["data_set", "mobile"], unique=False)
    op.create_index(
        "ix_appointment_waiting_offer", "appointment_waiting", ["data_set", "state", "offer_until"], unique=False
    )
    op.create_index(
        "ix_appointment_waiting_provider",
        "appointment_waiting",
        ["data_set", "provider", "state", "joined_at"],
        unique=False,
    )
    op.create_index(
        "ix_appointment_waiting_specialty",
        "appointment_waiting",
        ["data_set", "specialty", "state", "joined_at"],
        unique=False,
    )
    op.create_index("uq_appointment_waiting_live", "appointment_waiting", ["data_set", "person", "live"], unique=True)
    op.add_column("gateway_traffic", sa.Column("note", sa.Text(), nullable=True))

    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            for statement in second_lock(table):
                op.execute(statement)
