"""Column types that mean the same on both engines, and the one metadata."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Date, DateTime, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.sqlite.base import ischema_names
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator, UserDefinedType

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

SQLITE_INSTANT = "TEXT_INSTANT"


def instant_text(at: datetime) -> str:
    """An instant as SQLite keeps it: fixed width, so that text order is time order."""
    if at.tzinfo is None:
        raise ValueError("a naive datetime has no place in the database")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


sqlite3.register_adapter(datetime, instant_text)
sqlite3.register_converter(SQLITE_INSTANT, lambda raw: datetime.fromisoformat(raw.decode()))


class SqliteInstant(UserDefinedType[datetime]):
    """What stands in SQLite's tables; the driver's own adapter above writes it."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return SQLITE_INSTANT


ischema_names[SQLITE_INSTANT] = SqliteInstant  # so that a look at the tables finds the type that was put there


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant: timestamptz on PostgreSQL, sortable text on SQLite; naive ones are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Pick the engine's own type."""
        return dialect.type_descriptor(SqliteInstant() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Refuse naive instants on the way in."""
        if value is None:
            return None
        return instant_text(value) if dialect.name == "sqlite" else _aware(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002
        """Give aware UTC instants on the way out (an aggregate on SQLite still is text here)."""
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return None if value is None else value.astimezone(UTC)


def _aware(value: datetime) -> datetime:
    instant_text(value)
    return value


class Day(TypeDecorator[date]):
    """A Gregorian day: a date on PostgreSQL, ISO text on SQLite."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Pick the engine's own type."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Write SQLite's text."""
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> date | None:  # noqa: ANN401, ARG002
        """Read SQLite's text."""
        return date.fromisoformat(value) if isinstance(value, str) else value


class Json(TypeDecorator[Any]):
    """A JSON value: jsonb on PostgreSQL, text on SQLite; read and written by msgspec."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Pick the engine's own type."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else JSONB())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401
        """Write SQLite's text; PostgreSQL's serializer is given the value itself."""
        return msgspec.json.encode(value).decode() if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401
        """Read SQLite's text."""
        return msgspec.json.decode(value) if dialect.name == "sqlite" and value is not None else value


@compiles(SqliteInstant, "sqlite")
def _instant_ddl(_type: SqliteInstant, _compiler: object, **_: object) -> str:
    return SQLITE_INSTANT
