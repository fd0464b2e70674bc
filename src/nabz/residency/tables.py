"""Residents, pictures, declarations, the ministry's tables, and the files that universities send."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, Table, Text, text

from nabz.kit.db import Day, Instant, Json, metadata

Exact = Text().with_variant(Text(collation="C"), "postgresql")
"""Sorted and compared by its bytes, as on SQLite."""

WAITING = "acceptance IS NULL"

residents = Table(
    "residency_resident",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("id", Exact, primary_key=True),
    Column("university", Exact, nullable=False),
    Column("student_number", Exact, nullable=False),
    Column("national_code", Exact, nullable=False),
    Column("course", Exact, nullable=False),
    Column("start_year", Integer, nullable=False),
    Column("status", Integer, nullable=False),
    Column("duration", Integer, nullable=False),
    Column("started", Day, nullable=False),
    Column("ended", Day),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("father_name", Text, nullable=False),
    Column("is_irani", Boolean, nullable=False),
    Column("birth", Day, nullable=False),
    Column("email", Text, nullable=False),
    Column("mobile", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("gender", Integer, nullable=False),
    Column("picture", Exact, nullable=False),
    Column("search", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", Instant, nullable=False),
    # A student number is given by a university; a person begins one course in one year, wherever that is.
    Index("uq_residency_resident_number", "data_set", "university", "student_number", unique=True),
    Index("uq_residency_resident_person", "data_set", "national_code", "course", "start_year", unique=True),
    Index("ix_residency_resident_order", "data_set", "student_number", "id"),
)

pictures = Table(
    "residency_picture",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("resident", Exact, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("digest", Exact, nullable=False),
    Column("put_at", Instant, nullable=False),
    Column("put_by", Text, nullable=False),
)
"""One picture of each resident; a new one takes the place of the old one."""

declarations = Table(
    "residency_declaration",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("resident", Exact, primary_key=True),
    Column("university", Exact, nullable=False),
    Column("student_number", Exact, nullable=False),
    Column("course", Exact, nullable=False),
    Column("code", Integer, nullable=False),
    Column("type", Integer, nullable=False),
    Column("reason", Integer),
    Column("duration", Integer, nullable=False),
    Column("log_book", Boolean, nullable=False),
    Column("clinical", Integer, nullable=False),
    Column("operation", Integer, nullable=False),
    Column("ethics", Integer, nullable=False),
    Column("started", Day, nullable=False),
    Column("ended", Day),
    Column("description", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("acceptance", Integer),
    Column("note", Text, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", Text, nullable=False),
    Column("corrected_at", Instant),
    Column("sent_at", Instant, nullable=False),
    Column("sent_by", Text, nullable=False),
    Column("result", Integer),
    Column("result_note", Text, nullable=False),
    Index("ix_residency_declaration_university", "data_set", "year", "university", "student_number", "resident"),
    Index("ix_residency_declaration_order", "data_set", "year", "student_number", "resident"),
    Index("ix_residency_declaration_course", "data_set", "year", "course", "student_number", "resident"),
    Index("ix_residency_declaration_resident", "data_set", "resident"),
    # For the counts of a year beside every list.
    Index("ix_residency_declaration_standing", "data_set", "year", "acceptance", "corrected_at"),
    Index(
        "ix_residency_declaration_waiting",
        "data_set",
        "year",
        "student_number",
        "resident",
        postgresql_where=text(WAITING),
        sqlite_where=text(WAITING),
    ),
)
"""One row for a resident and a year: what his university says, what the ministry says, how it ended."""

changes = Table(
    "residency_change",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("resident", Exact, primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("id", Exact, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Exact, nullable=False),
    Column("facts", Json, nullable=False),
)
"""The history of every resident: what was changed, from what to what, when and by whom."""

years = Table(
    "residency_year",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("opens_at", Instant),
    Column("closes_at", Instant),
    Column("corrects_until", Instant),
    Column("results_at", Instant),
    Column("version", Integer, nullable=False),
)

rules = Table(
    "residency_rules",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("status_binding", Boolean, nullable=False),
    Column("maintenance_until", Instant),
    Column("maintenance_note", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

codes = Table(
    "residency_code",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("kind", Exact, primary_key=True),
    Column("code", Exact, primary_key=True),
    Column("title", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("years", Integer),
    Column("note", Text, nullable=False),
    Column("active", Boolean, nullable=False),
)
"""What the ministry has put into the tables, before what this program ships."""

uploads = Table(
    "residency_upload",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("id", Exact, primary_key=True),
    Column("university", Exact, nullable=False),
    Column("kind", Exact, nullable=False),
    Column("year", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", Exact, nullable=False),
    Column("state", Exact, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("good", Integer, nullable=False),
    Column("stored", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("why_fa", Text, nullable=False),
    Column("why_en", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("sent_by", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index("ix_residency_upload_university", "data_set", "university", "id"),
)
"""A file that was sent, and how far the work at it is (`done` in thousandths)."""

upload_rows = Table(
    "residency_upload_row",
    metadata,
    Column("data_set", Integer, primary_key=True, autoincrement=False),
    Column("upload", Exact, primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("student_number", Text, nullable=False),
    Column("state", Exact, nullable=False),
    Column("resident", Exact, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("draft", Json, nullable=False),
    Column("faults", Json, nullable=False),
    Index("ix_residency_upload_row_state", "data_set", "upload", "state", "line"),
)
"""The rows of a file with their receipts: good, the same as is there, refused, stored."""
