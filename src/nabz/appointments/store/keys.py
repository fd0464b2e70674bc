"""The SQL of callers' own names of their calls."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import delete

from nabz.appointments.tables import keys
from nabz.kit.db import Statement

if TYPE_CHECKING:
    from nabz.kit.db import Tx

K = keys.c


class Named(NamedTuple):
    """Which call a name stands for, and how often it came."""

    call: str
    times: int


_CLAIM: Final = Statement(
    row=Named,
    postgres="""
        INSERT INTO appointment_key AS k (data_set, client, key, call, times, at)
        VALUES (:data_set, :client, :key, :call, 1, :now)
        ON CONFLICT (data_set, client, key) DO UPDATE SET times = k.times + 1 RETURNING call, times
        """,
    sqlite="""
        INSERT INTO appointment_key (data_set, client, key, call, times, at)
        VALUES (:data_set, :client, :key, :call, 1, :now)
        ON CONFLICT (data_set, client, key) DO UPDATE SET times = times + 1 RETURNING call, times
        """,
)


def claim(tx: Tx, client: str, key: str, call: str, now: datetime) -> Named:
    """Let a name stand for a call, unless it stands for one already; tell for which."""
    return tx.run(_CLAIM, data_set=tx.data_set, client=client, key=key, call=call, now=now)[0]


def prune(tx: Tx, before: datetime) -> int:
    """Forget the names that were given before an instant."""
    return tx.execute(delete(keys).where(K.data_set == tx.data_set, K.at < before)).rowcount
