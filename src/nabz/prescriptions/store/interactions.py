"""The SQL of interactions: which two drugs should not meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from nabz.prescriptions.model.catalogue import Interaction, Severity
from nabz.prescriptions.tables.catalogue import interactions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nabz.kit.db import Tx

I = interactions.c  # noqa: E741 - as the other tables are abbreviated


def among(tx: Tx, names: Sequence[str]) -> list[Interaction]:
    """Read what is known of any two of these substances, generic groups and codes."""
    query = select(I.one, I.other, I.severity, I.text_fa, I.text_en).where(
        I.data_set == tx.data_set, I.one.in_(names), I.other.in_(names)
    )
    return [
        Interaction(row.one, row.other, Severity(row.severity), row.text_fa, row.text_en) for row in tx.execute(query)
    ]


def replace(tx: Tx, table: Sequence[Interaction]) -> None:
    """Put a table in the place of the one before."""
    tx.execute(delete(interactions).where(I.data_set == tx.data_set))
    if table:
        tx.execute(
            insert(interactions),
            [{"data_set": tx.data_set, **one._asdict(), "severity": one.severity.value} for one in table],
        )


def count(tx: Tx) -> int:
    """Tell how many pairs are known."""
    return int(tx.execute(select(func.count()).where(I.data_set == tx.data_set)).scalar_one())
