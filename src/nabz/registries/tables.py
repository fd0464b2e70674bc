"""The tables of the registries: one set of people, covers, practitioners and facilities for each data set."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Index, Integer, Table, Text, text

from nabz.kit.db import Instant, metadata

Exact = Text().with_variant(Text(collation="C"), "postgresql")
"""Sorted and compared by its bytes, as on SQLite."""

TO_BE_USED = "state = 'issued' AND visit IS NOT NULL"

people = Table(
    "registry_person",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("key", Exact, primary_key=True),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("father_name", Text, nullable=False),
    Column("gender", Text, nullable=False),
    Column("birth", Exact, nullable=False),
    Column("alive", Boolean, nullable=False),
    Column("mobile", Exact, nullable=False),
    Column("postal_code", Exact, nullable=False),
    Column("father", Exact, nullable=False),
    Column("mother", Exact, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index(
        "ix_registry_person_father",
        "data_set",
        "father",
        postgresql_where=text("father <> ''"),
        sqlite_where=text("father <> ''"),
    ),
    Index(
        "ix_registry_person_mother",
        "data_set",
        "mother",
        postgresql_where=text("mother <> ''"),
        sqlite_where=text("mother <> ''"),
    ),
)

practitioners = Table(
    "registry_practitioner",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("key", Exact, primary_key=True),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("specialty", Exact, nullable=False),
    Column("specialty_title", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("search", Exact, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index("ix_registry_practitioner_search", "data_set", "search"),
)

facilities = Table(
    "registry_facility",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("id", Exact, primary_key=True),
    Column("name", Text, nullable=False),
    Column("type", Exact, nullable=False),
    Column("type_title", Text, nullable=False),
    Column("province", Exact, nullable=False),
    Column("city", Exact, nullable=False),
    Column("town", Exact, nullable=False),
    Column("province_title", Text, nullable=False),
    Column("city_title", Text, nullable=False),
    Column("town_title", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("organisation", Exact),
    Column("active", Boolean, nullable=False),
    Column("search", Exact, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index("ix_registry_facility_search", "data_set", "search"),
    Index(
        "ix_registry_facility_organisation",
        "data_set",
        "organisation",
        postgresql_where=text("organisation IS NOT NULL"),
        sqlite_where=text("organisation IS NOT NULL"),
    ),
)

covers = Table(
    "registry_cover",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("person", Exact, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("insurer", Exact, nullable=False),
    Column("insurer_title", Text, nullable=False),
    Column("box", Exact, nullable=False),
    Column("box_title", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("expires", Exact, nullable=False),
    Column("base", Boolean, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

hids = Table(
    "registry_hid",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("hid", Exact, primary_key=True),
    Column("person", Exact, nullable=False),
    Column("insurer", Exact, nullable=False),
    Column("state", Exact, nullable=False),
    Column("facility", Exact, nullable=False),
    Column("provider", Exact, nullable=False),
    Column("visit", Exact),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("used_for", Text, nullable=False),
    Column("reason", Text, nullable=False),
    # A visit has one HID that is still to be used, however often it is asked for.
    Index(
        "uq_registry_hid_visit",
        "data_set",
        "visit",
        unique=True,
        postgresql_where=text(TO_BE_USED),
        sqlite_where=text(TO_BE_USED),
    ),
    Index(
        "ix_registry_hid_person",
        "data_set",
        "person",
        postgresql_where=text("person <> ''"),
        sqlite_where=text("person <> ''"),
    ),
)

sources = Table(
    "registry_source",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("registry", Exact, primary_key=True),
    Column("address", Text, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("credential", Text),
    Column("changed_at", Instant, nullable=False),
)

kept = Table(
    "registry_kept",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("registry", Exact, primary_key=True),
    Column("key", Exact, primary_key=True),
    Column("answer", Text, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Column("good_until", Instant, nullable=False),
    Index("ix_registry_kept_kept_at", "data_set", "kept_at"),
)
"""What outside sources answered: good for a stated time, and longer while a source is away."""
