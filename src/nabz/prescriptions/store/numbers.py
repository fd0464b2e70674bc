"""The SQL of numbers: processes take them in blocks."""

from __future__ import annotations

from typing import Final

from nabz.kit.db import Statement

FIRST: Final = 6_000_000_001

TAKE: Final = Statement(
    row=int,
    postgres=f"""
    INSERT INTO prescription_number AS n (data_set, next) VALUES (:data_set, {FIRST} + :many)
    ON CONFLICT (data_set) DO UPDATE SET next = n.next + :many RETURNING next
    """,  # noqa: S608 - our own text
    sqlite=f"""
    INSERT INTO prescription_number (data_set, next) VALUES (:data_set, {FIRST} + :many)
    ON CONFLICT (data_set) DO UPDATE SET next = next + :many RETURNING next
    """,  # noqa: S608 - our own text
)
"""Take so many numbers: those just below the answer."""
