"""Both engines behind one door: the only place where a transaction begins or ends."""

from __future__ import annotations

from nabz.kit.db.database import Database, open_database
from nabz.kit.db.rows import second_lock
from nabz.kit.db.statement import Statement
from nabz.kit.db.tx import Tx, unique
from nabz.kit.db.types import Day, Instant, Json, metadata

__all__ = [
    "Database",
    "Day",
    "Instant",
    "Json",
    "Statement",
    "Tx",
    "metadata",
    "open_database",
    "second_lock",
    "unique",
]
