"""The SQL of holds: what is held for a person, one slot at a time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import delete

from nabz.appointments.tables import holds
from nabz.kit.db import Statement

if TYPE_CHECKING:
    from nabz.kit.db import Tx

H = holds.c


class Hold(NamedTuple):
    """The last hold of a person."""

    slot: str
    client: str
    until: datetime


_LOCK: Final = Statement(
    row=Hold,
    postgres="""
        INSERT INTO appointment_hold AS h (data_set, person, slot, client, until)
        VALUES (:data_set, :person, '', '', :now)
        ON CONFLICT (data_set, person) DO UPDATE SET until = h.until RETURNING slot, client, until
        """,
    sqlite="""
        INSERT INTO appointment_hold (data_set, person, slot, client, until) VALUES (:data_set, :person, '', '', :now)
        ON CONFLICT (data_set, person) DO UPDATE SET until = until RETURNING slot, client, until
        """,
)


def lock(tx: Tx, person: str, now: datetime) -> Hold:
    """Let nobody else hold anything for a person until this transaction ends; tell what was held last."""
    return tx.run(_LOCK, data_set=tx.data_set, person=person, now=now)[0]


def keep(tx: Tx, person: str, slot: str, client: str, until: datetime) -> None:
    """Note what is held for a person, whose row is locked."""
    query = holds.update().where(H.data_set == tx.data_set, H.person == person)
    tx.execute(query.values(slot=slot, client=client, until=until))


def prune(tx: Tx, before: datetime) -> int:
    """Forget what has run out."""
    return tx.execute(delete(holds).where(H.data_set == tx.data_set, H.until < before)).rowcount
