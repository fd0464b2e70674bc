"""The SQL of programs that ask too often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit.db import Statement

if TYPE_CHECKING:
    from nabz.kit.db import Tx


class Polled(msgspec.Struct, frozen=True):
    """A program that asked for one thing again and again, on one day."""

    client: str
    subject: str
    day: str
    times: int


NOTE: Final = Statement(
    row=int,
    postgres="""
    INSERT INTO prescription_polling AS p (data_set, client, subject, day, times, last_at)
    VALUES (:data_set, :client, :subject, :day, :times, :now)
    ON CONFLICT (data_set, client, subject, day) DO UPDATE SET times = p.times + :times, last_at = :now
    RETURNING times
    """,
    sqlite="""
    INSERT INTO prescription_polling (data_set, client, subject, day, times, last_at)
    VALUES (:data_set, :client, :subject, :day, :times, :now)
    ON CONFLICT (data_set, client, subject, day) DO UPDATE SET times = times + :times, last_at = :now
    RETURNING times
    """,
)
_LISTED: Final = Statement(
    row=Polled,
    postgres="""
    SELECT client, subject, day, times FROM prescription_polling WHERE data_set = :data_set AND day >= :from_day
    ORDER BY day DESC, times DESC, client, subject LIMIT 200
    """,
)
_FORGET: Final = Statement(
    row=str,
    postgres="DELETE FROM prescription_polling WHERE data_set = :data_set AND day < :before RETURNING client",
)


def listed(tx: Tx, from_day: str) -> list[Polled]:
    """List who asked too often since a day, the latest days and the most often first."""
    return tx.run(_LISTED, from_day=from_day)


def forget(tx: Tx, before: str) -> int:
    """Forget those of days before."""
    return len(tx.run(_FORGET, before=before))
