"""The SQL of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from nabz.residency.tables import pictures

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx

P = pictures.c


def put(tx: Tx, resident: str, content: bytes, digest: str, by: str, at: datetime) -> None:
    """Put the picture of a locked resident in the place of the one before."""
    cells = {"content": content, "digest": digest, "put_at": at, "put_by": by}
    found = tx.execute(update(pictures).where(P.data_set == tx.data_set, P.resident == resident).values(**cells))
    if found.rowcount == 0:
        tx.execute(insert(pictures), [{"data_set": tx.data_set, "resident": resident, **cells}])


def show(tx: Tx, resident: str) -> tuple[bytes, str] | None:
    """Read a picture and its digest."""
    query = select(P.content, P.digest).where(P.data_set == tx.data_set, P.resident == resident)
    row = tx.execute(query).first()
    return None if row is None else (bytes(row.content), row.digest)
