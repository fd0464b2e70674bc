"""How Alembic reaches the tables of all domains, on both engines."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from alembic import context
from sqlalchemy import create_engine, text

import nabz.kit.audit
import nabz.kit.outbox
from nabz.kit.db import Day, Instant, Json, metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

MIGRATION_LOCK = 7_041_962
PART = re.compile(r"_[0-9]{4}_[0-9]{2}(_|$)")

_package = Path(nabz.__file__).parent
for tables in sorted(path for pattern in ("*/tables.py", "*/tables/*.py") for path in _package.glob(pattern)):
    import_module(
        ".".join(["nabz", *tables.relative_to(_package).with_suffix("").parts])
    )  # each import fills the metadata


def written(kind: str, obj: Any, _context: Any) -> str | Literal[False]:  # noqa: ANN401
    """Write our own column types by their names in kit.db."""
    if kind == "type" and isinstance(obj, (Day, Instant, Json)):
        _context.imports.add("from nabz.kit.db import Day, Instant, Json")
        return f"{type(obj).__name__}()"
    return False


def ours(name: str | None, _kind: str, _within: Any) -> bool:  # noqa: ANN401
    """Leave alone what the engines keep for search, and the parts of divided tables."""
    return "terminology_trigram" not in (name or "") and not PART.search(name or "")


def run(connection: Connection) -> None:
    """Migrate over an open connection."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=written,
        include_name=ours,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    """Open the database that the caller names, lock it, migrate."""
    url: str = context.config.attributes["url"]
    if url.startswith("postgresql:"):
        url = "postgresql+psycopg:" + url.removeprefix("postgresql:")
    engine = create_engine(url)
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()
        else:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.commit()
        run(connection)
        connection.commit()
    engine.dispose()


main()
