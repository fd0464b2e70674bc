"""Registries: people, covers, entitlement ids, practitioners, facilities."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nabz.kit.db import Instant, second_lock

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = (
    "registry_cover",
    "registry_facility",
    "registry_hid",
    "registry_kept",
    "registry_person",
    "registry_practitioner",
    "registry_source",
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "registry_cover",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("insurer", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("insurer_title", sa.Text(), nullable=False),
        sa.Column("box", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("box_title", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("expires", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("base", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "person", "place", name=op.f("pk_registry_cover")),
    )

    op.create_table(
        "registry_facility",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("type_title", sa.Text(), nullable=False),
        sa.Column("province", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("city", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("town", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("province_title", sa.Text(), nullable=False),
        sa.Column("city_title", sa.Text(), nullable=False),
        sa.Column("town_title", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("organisation", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("search", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "id", name=op.f("pk_registry_facility")),
    )
    with op.batch_alter_table("registry_facility", schema=None) as batch_op:
        batch_op.create_index(
            "ix_registry_facility_organisation",
            ["data_set", "organisation"],
            unique=False,
            postgresql_where=sa.text("organisation IS NOT NULL"),
            sqlite_where=sa.text("organisation IS NOT NULL"),
        )
        batch_op.create_index("ix_registry_facility_search", ["data_set", "search"], unique=False)

    op.create_table(
        "registry_hid",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hid", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("person", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("insurer", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("state", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("facility", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("provider", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("visit", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("used_for", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "hid", name=op.f("pk_registry_hid")),
    )
    with op.batch_alter_table("registry_hid", schema=None) as batch_op:
        batch_op.create_index(
            "ix_registry_hid_person",
            ["data_set", "person"],
            unique=False,
            postgresql_where=sa.text("person <> ''"),
            sqlite_where=sa.text("person <> ''"),
        )
        batch_op.create_index(
            "uq_registry_hid_visit",
            ["data_set", "visit"],
            unique=True,
            postgresql_where=sa.text("state = 'issued' AND visit IS NOT NULL"),
            sqlite_where=sa.text("state = 'issued' AND visit IS NOT NULL"),
        )

    op.create_table(
        "registry_kept",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("registry", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.Column("good_until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "registry", "key", name=op.f("pk_registry_kept")),
    )
    with op.batch_alter_table("registry_kept", schema=None) as batch_op:
        batch_op.create_index("ix_registry_kept_kept_at", ["data_set", "kept_at"], unique=False)

    op.create_table(
        "registry_person",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("father_name", sa.Text(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=False),
        sa.Column("birth", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.Column("mobile", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("postal_code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("father", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("mother", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "key", name=op.f("pk_registry_person")),
    )
    with op.batch_alter_table("registry_person", schema=None) as batch_op:
        batch_op.create_index(
            "ix_registry_person_father",
            ["data_set", "father"],
            unique=False,
            postgresql_where=sa.text("father <> ''"),
            sqlite_where=sa.text("father <> ''"),
        )
        batch_op.create_index(
            "ix_registry_person_mother",
            ["data_set", "mother"],
            unique=False,
            postgresql_where=sa.text("mother <> ''"),
            sqlite_where=sa.text("mother <> ''"),
        )

    op.create_table(
        "registry_practitioner",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("specialty", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("specialty_title", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("search", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "key", name=op.f("pk_registry_practitioner")),
    )
    with op.batch_alter_table("registry_practitioner", schema=None) as batch_op:
        batch_op.create_index("ix_registry_practitioner_search", ["data_set", "search"], unique=False)

    op.create_table(
        "registry_source",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("registry", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "registry", name=op.f("pk_registry_source")),
    )

    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            for line in second_lock(table):
                op.execute(line)
