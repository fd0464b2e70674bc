"""Residency: residents, pictures, declarations, the ministry's tables, files; and the token pairs of SIMAD."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nabz.kit.db import Day, Instant, Json, second_lock

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TABLES = (
    "residency_resident",
    "residency_picture",
    "residency_declaration",
    "residency_change",
    "residency_year",
    "residency_rules",
    "residency_code",
    "residency_upload",
    "residency_upload_row",
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "residency_resident",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", EXACT, nullable=False),
        sa.Column("university", EXACT, nullable=False),
        sa.Column("student_number", EXACT, nullable=False),
        sa.Column("national_code", EXACT, nullable=False),
        sa.Column("course", EXACT, nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("duration", sa.Integer(), nullable=False),
        sa.Column("started", Day(), nullable=False),
        sa.Column("ended", Day(), nullable=True),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("father_name", sa.Text(), nullable=False),
        sa.Column("is_irani", sa.Boolean(), nullable=False),
        sa.Column("birth", Day(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("mobile", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("gender", sa.Integer(), nullable=False),
        sa.Column("picture", EXACT, nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "id", name=op.f("pk_residency_resident")),
    )
    op.create_index(
        "ix_residency_resident_order", "residency_resident", ["data_set", "student_number", "id"], unique=False
    )
    op.create_index(
        "uq_residency_resident_number", "residency_resident", ["data_set", "university", "student_number"], unique=True
    )
    op.create_index(
        "uq_residency_resident_person",
        "residency_resident",
        ["data_set", "national_code", "course", "start_year"],
        unique=True,
    )
    op.create_table(
        "residency_picture",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("resident", EXACT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", EXACT, nullable=False),
        sa.Column("put_at", Instant(), nullable=False),
        sa.Column("put_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "resident", name=op.f("pk_residency_picture")),
    )
    op.create_table(
        "residency_declaration",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("resident", EXACT, nullable=False),
        sa.Column("university", EXACT, nullable=False),
        sa.Column("student_number", EXACT, nullable=False),
        sa.Column("course", EXACT, nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("type", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Integer(), nullable=True),
        sa.Column("duration", sa.Integer(), nullable=False),
        sa.Column("log_book", sa.Boolean(), nullable=False),
        sa.Column("clinical", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column("ethics", sa.Integer(), nullable=False),
        sa.Column("started", Day(), nullable=False),
        sa.Column("ended", Day(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("acceptance", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("corrected_at", Instant(), nullable=True),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("result", sa.Integer(), nullable=True),
        sa.Column("result_note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "year", "resident", name=op.f("pk_residency_declaration")),
    )
    op.create_index(
        "ix_residency_declaration_course",
        "residency_declaration",
        ["data_set", "year", "course", "student_number", "resident"],
        unique=False,
    )
    op.create_index(
        "ix_residency_declaration_order",
        "residency_declaration",
        ["data_set", "year", "student_number", "resident"],
        unique=False,
    )
    op.create_index(
        "ix_residency_declaration_resident", "residency_declaration", ["data_set", "resident"], unique=False
    )
    op.create_index(
        "ix_residency_declaration_standing",
        "residency_declaration",
        ["data_set", "year", "acceptance", "corrected_at"],
        unique=False,
    )
    op.create_index(
        "ix_residency_declaration_university",
        "residency_declaration",
        ["data_set", "year", "university", "student_number", "resident"],
        unique=False,
    )
    op.create_index(
        "ix_residency_declaration_waiting",
        "residency_declaration",
        ["data_set", "year", "student_number", "resident"],
        unique=False,
        postgresql_where=sa.text("acceptance IS NULL"),
        sqlite_where=sa.text("acceptance IS NULL"),
    )
    op.create_table(
        "residency_change",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("resident", EXACT, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", EXACT, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("action", EXACT, nullable=False),
        sa.Column("facts", Json(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "resident", "at", "id", name=op.f("pk_residency_change")),
    )
    op.create_table(
        "residency_year",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("opens_at", Instant(), nullable=True),
        sa.Column("closes_at", Instant(), nullable=True),
        sa.Column("corrects_until", Instant(), nullable=True),
        sa.Column("results_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "year", name=op.f("pk_residency_year")),
    )
    op.create_table(
        "residency_rules",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status_binding", sa.Boolean(), nullable=False),
        sa.Column("maintenance_until", Instant(), nullable=True),
        sa.Column("maintenance_note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", name=op.f("pk_residency_rules")),
    )
    op.create_table(
        "residency_code",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", EXACT, nullable=False),
        sa.Column("code", EXACT, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "kind", "code", name=op.f("pk_residency_code")),
    )
    op.create_table(
        "residency_upload",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", EXACT, nullable=False),
        sa.Column("university", EXACT, nullable=False),
        sa.Column("kind", EXACT, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", EXACT, nullable=False),
        sa.Column("state", EXACT, nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("why_fa", sa.Text(), nullable=False),
        sa.Column("why_en", sa.Text(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "id", name=op.f("pk_residency_upload")),
    )
    op.create_index(
        "ix_residency_upload_university", "residency_upload", ["data_set", "university", "id"], unique=False
    )
    op.create_table(
        "residency_upload_row",
        sa.Column("data_set", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("upload", EXACT, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("student_number", sa.Text(), nullable=False),
        sa.Column("state", EXACT, nullable=False),
        sa.Column("resident", EXACT, nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("draft", Json(), nullable=False),
        sa.Column("faults", Json(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", "upload", "line", name=op.f("pk_residency_upload_row")),
    )
    op.create_index(
        "ix_residency_upload_row_state", "residency_upload_row", ["data_set", "upload", "state", "line"], unique=False
    )
    op.create_table(
        "access_pair",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("access_digest", sa.String(length=64), nullable=False),
        sa.Column("refresh_digest", sa.String(length=64), nullable=False),
        sa.Column("former_access", sa.String(length=64), nullable=True),
        sa.Column("former_refresh", sa.String(length=64), nullable=True),
        sa.Column("former_until", Instant(), nullable=True),
        sa.Column("access_until", Instant(), nullable=False),
        sa.Column("refresh_until", Instant(), nullable=False),
        sa.Column("refreshed_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["access_user.id"], name=op.f("fk_access_pair_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_pair")),
        sa.UniqueConstraint("access_digest", name=op.f("uq_access_pair_access_digest")),
        sa.UniqueConstraint("refresh_digest", name=op.f("uq_access_pair_refresh_digest")),
    )
    op.create_index(op.f("ix_access_pair_former_access"), "access_pair", ["former_access"], unique=False)
    op.create_index(op.f("ix_access_pair_former_refresh"), "access_pair", ["former_refresh"], unique=False)
    op.create_index(op.f("ix_access_pair_refresh_until"), "access_pair", ["refresh_until"], unique=False)
    op.create_index(op.f("ix_access_pair_user_id"), "access_pair", ["user_id"], unique=False)
    op.create_table(
        "access_pair_spent",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("access_digest", sa.String(length=64), nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pair"], ["access_pair.id"], name=op.f("fk_access_pair_spent_pair"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_access_pair_spent")),
    )
    op.create_index(op.f("ix_access_pair_spent_access_digest"), "access_pair_spent", ["access_digest"], unique=False)
    op.create_index(op.f("ix_access_pair_spent_pair"), "access_pair_spent", ["pair"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            for statement in second_lock(table):
                op.execute(statement)
