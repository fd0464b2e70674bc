"""Terminologies, their versions and codes, letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from nabz.kit.db import Instant, Json

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "terminology",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title_fa", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("source_fa", sa.Text(), nullable=False),
        sa.Column("made_up", sa.Text(), nullable=False),
        sa.Column("defined_at", Instant(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("indexing_since", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_terminology")),
    )
    with op.batch_alter_table("terminology", schema=None) as batch_op:
        batch_op.create_index("ix_terminology_defined_at", ["defined_at", "number"], unique=False)

    op.create_table(
        "terminology_entry",
        sa.Column("entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("target", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("code_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_up", sa.Boolean(), nullable=False),
        sa.Column("properties", Json(), nullable=True),
        sa.Column("search", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("head", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("from_step", sa.Integer(), nullable=False),
        sa.Column("until_step", sa.Integer(), nullable=True),
        sa.Column("successor", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_terminology_entry")),
    )
    with op.batch_alter_table("terminology_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_terminology_entry_code_key",
            ["number", "code_key"],
            unique=False,
            postgresql_where=sa.text("code_key IS NOT NULL"),
            sqlite_where=sa.text("code_key IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_terminology_entry_from",
            ["number", "from_step", "code", "target"],
            unique=False,
            postgresql_where=sa.text("from_step > 1"),
            sqlite_where=sa.text("from_step > 1"),
        )
        batch_op.create_index("ix_terminology_entry_head", ["number", "head"], unique=False)
        batch_op.create_index(
            "ix_terminology_entry_parent",
            ["number", "parent", "code"],
            unique=False,
            postgresql_where=sa.text("parent <> ''"),
            sqlite_where=sa.text("parent <> ''"),
        )
        batch_op.create_index(
            "ix_terminology_entry_target",
            ["number", "target"],
            unique=False,
            postgresql_where=sa.text("target <> ''"),
            sqlite_where=sa.text("target <> ''"),
        )
        batch_op.create_index(
            "ix_terminology_entry_until",
            ["number", "until_step", "code", "target"],
            unique=False,
            postgresql_where=sa.text("until_step IS NOT NULL"),
            sqlite_where=sa.text("until_step IS NOT NULL"),
        )
        batch_op.create_index("uq_terminology_entry_code", ["number", "code", "target", "from_step"], unique=True)

    op.create_table(
        "terminology_event",
        sa.Column("event", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("terminology", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("letter", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_terminology_event")),
    )
    op.create_table(
        "terminology_letter",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("date", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("terminologies", Json(), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminology_letter")),
        sa.UniqueConstraint("number", name=op.f("uq_terminology_letter_number")),
    )
    op.create_table(
        "terminology_subscription",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("subscribed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_terminology_subscription")),
    )
    op.create_table(
        "terminology_adoption",
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("marked_by", sa.Text(), nullable=False),
        sa.Column("marked_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter"], ["terminology_letter.id"], name=op.f("fk_terminology_adoption_letter"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("letter", "organisation", name=op.f("pk_terminology_adoption")),
    )
    op.create_table(
        "terminology_attachment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter"], ["terminology_letter.id"], name=op.f("fk_terminology_attachment_letter"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminology_attachment")),
    )
    with op.batch_alter_table("terminology_attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_terminology_attachment_letter"), ["letter"], unique=False)

    op.create_table(
        "terminology_name",
        sa.Column("key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["terminology.number"], name=op.f("fk_terminology_name_number"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_terminology_name")),
    )
    with op.batch_alter_table("terminology_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_terminology_name_number"), ["number"], unique=False)

    op.create_table(
        "terminology_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("label_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("published_at", Instant(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("approver", sa.Text(), nullable=True),
        sa.Column("editors", Json(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("touched_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["terminology.number"], name=op.f("fk_terminology_version_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminology_version")),
        sa.UniqueConstraint("version_id", name=op.f("uq_terminology_version_version_id")),
    )
    with op.batch_alter_table("terminology_version", schema=None) as batch_op:
        batch_op.create_index("uq_terminology_version_label_key", ["number", "label_key"], unique=True)
        batch_op.create_index(
            "uq_terminology_version_open",
            ["number"],
            unique=True,
            postgresql_where=sa.text("state IN ('loading', 'draft', 'review')"),
            sqlite_where=sa.text("state IN ('loading', 'draft', 'review')"),
        )
        batch_op.create_index("uq_terminology_version_step", ["number", "step"], unique=True)

    if op.get_bind().dialect.name == "sqlite":
        _sqlite_trigrams()
        _sqlite_statistics()
    else:
        _postgres_trigrams()


def _sqlite_trigrams() -> None:
    """Trigrams of what is kept for search; only the words, the entries are in their own table."""
    op.execute("CREATE VIRTUAL TABLE terminology_trigram USING fts5(line, content='', tokenize='trigram')")
    into = "INSERT INTO terminology_trigram (terminology_trigram, rank)"
    op.execute(f"{into} VALUES ('automerge', 8), ('crisismerge', 64)")  # measured: fewer merges while much is loaded


def _sqlite_statistics() -> None:
    """Tell SQLite how selective the indexes are: else it takes every column for it, and walks along the steps.

    A migration that makes the table anew has to write them again.
    """
    op.execute("ANALYZE terminology_event")  # empty: this only makes the table of statistics
    facts = {
        "uq_terminology_entry_code": "1000000 100000 2 2 1",
        "ix_terminology_entry_head": "1000000 100000 3",
        "ix_terminology_entry_from": "30000 30000 300 1 1",
        "ix_terminology_entry_until": "50000 50000 500 1 1",
        "ix_terminology_entry_code_key": "10000 1000 1",
        "ix_terminology_entry_parent": "500000 50000 20 1",
        "ix_terminology_entry_target": "100000 10000 2",
    }
    op.bulk_insert(
        sa.table("sqlite_stat1", sa.column("tbl"), sa.column("idx"), sa.column("stat")),
        [{"tbl": "terminology_entry", "idx": index, "stat": stat} for index, stat in facts.items()],
    )


def _postgres_trigrams() -> None:
    """Large terminologies get trigrams of their own when they are loaded, if pg_trgm can be had."""
    try:
        with op.get_bind().begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except sa.exc.DBAPIError:  # not installed, or not ours to create: search goes by beginnings, and says so
        return
