"""The SQL of limits: what a mobile or an address has asked for on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from nabz.appointments.tables import asked
from nabz.kit.db import Statement

if TYPE_CHECKING:
    from collections.abc import Collection

    from nabz.kit.db import Tx

A = asked.c
_LOCK: Final = Statement(
    row=str,
    postgres="""
        INSERT INTO appointment_asked AS a (data_set, subject, day, things) VALUES (:data_set, :subject, :day, '[]')
        ON CONFLICT (data_set, subject, day) DO UPDATE SET things = a.things RETURNING day
        """,
    sqlite="""
        INSERT INTO appointment_asked (data_set, subject, day, things) VALUES (:data_set, :subject, :day, '[]')
        ON CONFLICT (data_set, subject, day) DO NOTHING
        """,
)


def locked(tx: Tx, subject: str, day: str) -> list[str]:
    """List what was asked for, and let nobody else count until this transaction ends."""
    tx.run(_LOCK, data_set=tx.data_set, subject=subject, day=day)
    query = select(A.things).where(A.data_set == tx.data_set, A.subject == subject, A.day == day)
    return list(tx.execute(query).scalar_one())


def keep(tx: Tx, subject: str, day: str, things: Collection[str]) -> None:
    """Note what was asked for by a subject whose row is locked."""
    query = asked.update().where(A.data_set == tx.data_set, A.subject == subject, A.day == day)
    tx.execute(query.values(things=list(things)))


def prune(tx: Tx, before: str) -> int:
    """Forget the days before one."""
    return tx.execute(delete(asked).where(A.data_set == tx.data_set, A.day < before)).rowcount
