"""The tables of appointments; `data_set` stands first in every key, and what grows with time is divided by it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, SmallInteger, Table, Text

from nabz.kit.db import Instant, Json, metadata

Exact = Text().with_variant(Text(collation="C"), "postgresql")
"""Ids and codes: compared byte by byte."""

agendas = Table(
    "appointment_agenda",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # made of what makes it one: model.number_of
    Column("facility", Exact, nullable=False),
    Column("provider", Exact, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("full_name", Text, nullable=False),
    Column("specialty", Exact, nullable=False),
    Column("specialty_title", Text, nullable=False),
    Column("service", Exact, nullable=False),
    Column("service_title", Text, nullable=False),
    Column("facility_name", Text, nullable=False),
    Column("facility_type", Exact, nullable=False),
    Column("type_title", Text, nullable=False),
    Column("province", Exact, nullable=False),
    Column("province_title", Text, nullable=False),
    Column("city", Exact, nullable=False),
    Column("city_title", Text, nullable=False),
    Column("town", Exact, nullable=False),
    Column("town_title", Text, nullable=False),
    Column("area", Exact, nullable=False),
    Column("address", Text, nullable=False),
    Column("internal_id", Text, nullable=False),
    Column("internal_address", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("search", Text, nullable=False),  # kit.persian.search_text of the provider's name
    Index("ix_appointment_agenda_provider", "data_set", "provider", "facility"),
    Index("ix_appointment_agenda_facility", "data_set", "facility"),
    Index("ix_appointment_agenda_specialty", "data_set", "specialty", "province", "city"),
    Index("ix_appointment_agenda_near", "data_set", "specialty", "latitude"),
)

slots = Table(
    "appointment_slot",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("id", Exact, primary_key=True),
    Column("starts_at", Instant, primary_key=True),
    Column("facility", Exact, primary_key=True),
    Column("agenda", BigInteger, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("queue", Text, nullable=False),
    Column("local_id", Text, nullable=False),
    Column("block", Exact, nullable=False),
    Column("quota", SmallInteger, nullable=False),
    Column("opens_at", Instant),
    Column("closes_at", Instant),
    Column("status", SmallInteger, nullable=False),
    Column("held_for", Exact),
    Column("held_until", Instant),
    Column("appointment", Exact),
    Column("reason", SmallInteger),
    Column("edits", SmallInteger, nullable=False),
    Column("changed_at", Instant, nullable=False),
    # No changing column stands in an index, so that taking a slot touches the row alone.
    Index("ix_appointment_slot_agenda", "data_set", "agenda", "starts_at"),
    postgresql_partition_by="RANGE (starts_at)",
)

appointments = Table(
    "appointment_booking",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("id", Exact, primary_key=True),
    Column("starts_at", Instant, primary_key=True),
    Column("facility", Exact, primary_key=True),
    Column("slot", Exact, nullable=False),
    Column("provider", Exact, nullable=False),
    Column("agenda", BigInteger, nullable=False),
    Column("person", Exact, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("mobile", Text, nullable=False),
    Column("postal_code", Text, nullable=False),
    Column("gender", Text, nullable=False),
    Column("hid", Text, nullable=False),
    Column("type", SmallInteger),
    Column("deposit", BigInteger, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("booked_at", Instant, nullable=False),
    Column("booked_by", Text, nullable=False),
    Column("arrived_at", Instant),
    Column("confirmed_at", Instant),
    Column("reminded_at", Instant),
    Column("ended_at", Instant),
    Column("reason", SmallInteger),
    Column("edits", SmallInteger, nullable=False),
    Column("moved_to", Exact),
    Index("ix_appointment_booking_person", "data_set", "person", "starts_at"),
    Index("ix_appointment_booking_facility", "data_set", "facility", "starts_at"),
    Index("ix_appointment_booking_starts_at", "data_set", "starts_at"),
    postgresql_partition_by="RANGE (starts_at)",
)

DIVIDED = (slots, appointments)
"""By the month of the visit, on PostgreSQL."""

names = Table(
    "appointment_name",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("facility", Exact, primary_key=True),
    Column("local_id", Exact, primary_key=True),
    Column("slot", Exact, nullable=False),
    Column("starts_at", Instant, nullable=False, index=False),
    Index("ix_appointment_name_starts_at", "data_set", "starts_at"),
)
"""The centre's own id of a slot: the one place that holds it unique, since a divided table cannot."""

providers = Table(
    "appointment_provider",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("provider", Exact, primary_key=True),
    Column("changed_at", Instant, nullable=False),
)
"""Locked by whoever publishes for a provider, so that no two schedules of one person overlap."""

person_days = Table(
    "appointment_person_day",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("person", Exact, primary_key=True),
    Column("day", Exact, primary_key=True),
    Column("claims", Json, nullable=False),
)
"""What a person has on a day, [from, to, provider, slot] each: the row that decides about overlaps."""

no_shows = Table(
    "appointment_no_show",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("person", Exact, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
)

holds = Table(
    "appointment_hold",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("person", Exact, primary_key=True),
    Column("slot", Exact, nullable=False),
    Column("client", Exact, nullable=False),
    Column("until", Instant, nullable=False),
)
"""What is held for a person, and by whom: one slot at a time."""

waitings = Table(
    "appointment_waiting",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("id", Exact, primary_key=True),
    Column("person", Exact, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("mobile", Text, nullable=False),
    Column("specialty", Exact, nullable=False),
    Column("provider", Exact, nullable=False),
    Column("facility", Exact, nullable=False),
    Column("service", Exact, nullable=False),
    Column("from_", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("state", Exact, nullable=False),
    Column("slot", Exact),
    Column("offer_until", Instant),
    Column("joined_by", Exact, nullable=False),
    Column("live", Exact),  # what the person waits for, while he waits: twice is once
    Index("uq_appointment_waiting_live", "data_set", "person", "live", unique=True),
    Index("ix_appointment_waiting_provider", "data_set", "provider", "state", "joined_at"),
    Index("ix_appointment_waiting_specialty", "data_set", "specialty", "state", "joined_at"),
    Index("ix_appointment_waiting_offer", "data_set", "state", "offer_until"),
    Index("ix_appointment_waiting_mobile", "data_set", "mobile"),
    Index("ix_appointment_waiting_joined_by", "data_set", "joined_by", "joined_at"),
)

keys = Table(
    "appointment_key",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("client", Exact, primary_key=True),
    Column("key", Exact, primary_key=True),
    Column("call", Exact, nullable=False),  # the call's own id, a keyed digest of its whole message
    Column("times", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_appointment_key_at", "data_set", "at"),
)
"""A caller's own name of a call: the row that decides which message the name stands for."""

routes = Table(
    "appointment_route",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("id", Exact, primary_key=True),
    Column("origin_kind", Exact, nullable=False),
    Column("origin", Exact, nullable=False),
    Column("specialty", Exact, nullable=False),
    Column("insurer", Exact, nullable=False),
    Column("facility", Exact, nullable=False),
    Column("provider", Exact, nullable=False),
    Column("from_", Exact),
    Column("until", Exact),
    Index("ix_appointment_route_origin", "data_set", "origin", "specialty"),
)

rules = Table(
    "appointment_rules",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("facility", Exact, primary_key=True),
    Column("reoffer", Boolean, nullable=False),
    Column("deposit", BigInteger, nullable=False),
    Column("refund_hours", Integer, nullable=False),
    Column("late_refund_percent", Integer, nullable=False),
    Column("reminder_hours", Integer, nullable=False),
)

deposit_payments = Table(
    "appointment_payment",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("appointment", Exact, primary_key=True),
    Column("agenda", BigInteger, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("state", Exact, nullable=False),
    Column("reference", Exact, nullable=False),
    Column("receipt", Text),
    Column("refund", BigInteger, nullable=False),
    Column("refund_receipt", Text),
    Column("at", Instant, nullable=False),
    Column("paid_at", Instant),
    Column("settled_at", Instant),
    Column("refunded_at", Instant),
    Index("uq_appointment_payment_reference", "data_set", "reference", unique=True),
    Index("ix_appointment_payment_starts_at", "data_set", "starts_at"),
)
"""The deposit of an appointment. `settled_at` tells that it was cancelled; money that comes in after that goes back."""

day_counts = Table(
    "appointment_day_count",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("day", Exact, primary_key=True),
    Column("province", Exact, primary_key=True),
    Column("specialty", Exact, primary_key=True),
    Column("province_title", Text, nullable=False),
    Column("specialty_title", Text, nullable=False),
    Column("offered", Integer, nullable=False),
    Column("free", Integer, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("visited", Integer, nullable=False),
    Column("late", Integer, nullable=False),
    Column("cancelled", Integer, nullable=False),
    Column("withdrawn", Integer, nullable=False),
    Column("waited", Integer, nullable=False),
    Column("wait_days", Integer, nullable=False),
    Column("waited_long", Integer, nullable=False),
    Column("last_free_at", Instant),
    Column("deposits", BigInteger, nullable=False),
    Column("refunds", BigInteger, nullable=False),
)
"""What became of the slots of one Tehran day (2026-11-22), counted by a task, never when it is looked at."""

counted_days = Table(
    "appointment_counted_day",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("day", Exact, primary_key=True),
    Column("counted_at", Instant, nullable=False),
)
"""Which days were counted, and when: a day without slots has no counts, yet was counted."""

asked = Table(
    "appointment_asked",
    metadata,
    Column("data_set", Integer, primary_key=True),
    Column("subject", Exact, primary_key=True),  # keyed digest: it may be a mobile or an address
    Column("day", Exact, primary_key=True),
    Column("things", Json, nullable=False),
    Index("ix_appointment_asked_day", "data_set", "day"),
)
"""What a mobile or an address asked for on a day: its row, locked, decides when it is too much."""
