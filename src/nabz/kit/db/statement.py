"""One hand-written statement of a hot use case, in the words of both engines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from nabz.kit.db.naming import COLUMN
from nabz.kit.db.rows import UnnamedDataSet, first_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

R = TypeVar("R")
# Quoted texts and comments are passed over: '{"a":true}' and 'HH:mi' hold no argument, and "update" there is no verb.
_NAME = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*)|(?<![:\w]):([a-z_][a-z0-9_]*)""")
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*""")
_WRITING = re.compile(r"\b(?:insert|update|delete|merge|replace)\b", re.IGNORECASE)


class Statement(Generic[R]):
    """Arguments are written `:name` in both texts.

    PostgreSQL gets one text (a CTE with its audit, outbox and idempotency rows: its own transaction);
    SQLite, which has no writing CTE, a list of texts run in one turn of the writer, of which the first
    that gives any row gives the answer. `:data_set` is given by the transaction.
    """

    __slots__ = ("_asks", "_locked", "postgres", "row", "scoped", "sqlite", "writes")

    def __init__(self, *, row: Callable[..., R], postgres: str, sqlite: str | tuple[str, ...] | None = None) -> None:
        self.row = row
        self.postgres = _NAME.sub(lambda found: found[1] or f"%({found[2]})s", postgres.replace("%", "%%"))
        texts = postgres if sqlite is None else sqlite
        self.sqlite = (texts,) if isinstance(texts, str) else texts
        self.scoped = False
        self._locked = False  # only at its first use are all tables known
        self._asks = any(COLUMN in _arguments(text) for text in (postgres, *self.sqlite))
        self.writes = any(_WRITING.search(_QUOTED.sub("", text)) for text in (postgres, *self.sqlite))

    def values(self, rows: Iterable[tuple[Any, ...]]) -> list[R]:
        """The rows as values of the statement's row type."""
        row = self.row
        return [row(*cells) for cells in rows]

    def fill(self, args: dict[str, object], data_set: int) -> None:
        """Give `:data_set` where nobody has; another than the transaction's only where the rows belong to none."""
        if not self._locked:
            self.scoped = first_lock(self.postgres, *self.sqlite)
            self._locked = True
        if self._asks and args.setdefault(COLUMN, data_set) != data_set and self.scoped:
            raise UnnamedDataSet([f"another data set than {data_set} is named"], self.postgres)

    def only_reads(self) -> None:
        """Refuse a writing statement at the door for look-ups, which on PostgreSQL is the same connection."""
        if self.writes:
            raise ValueError("this statement writes or locks: it goes through write_one")


def _arguments(text: str) -> set[str]:
    return {found[2] for found in _NAME.finditer(text) if found[2]}
