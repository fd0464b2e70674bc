"""The SQL of insurance covers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, or_, select

from nabz.kit.db import unique
from nabz.kit.errors import Busy
from nabz.registries.model import Cover
from nabz.registries.tables import covers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Tx

_FIELDS: Final = ("insurer", "insurer_title", "box", "box_title", "number", "expires", "base")


def of(tx: Tx, person: str, day: str) -> list[Cover]:
    """List the covers of a person that count on a day, in their order; one without an end counts for ever."""
    lasting = or_(covers.c.expires == "", covers.c.expires >= day)
    query = select(covers).where(covers.c.data_set == tx.data_set, covers.c.person == person, lasting)
    rows = tx.execute(query.order_by(covers.c.base.desc(), covers.c.place))
    return [Cover(**{name: getattr(row, name) for name in _FIELDS}) for row in rows]


def replace(tx: Tx, person: str, new: Sequence[Cover], now: datetime) -> None:
    """Put these covers of a person in the place of all others. Raises Busy."""
    tx.execute(delete(covers).where(covers.c.data_set == tx.data_set, covers.c.person == person))
    fixed = {"data_set": tx.data_set, "person": person, "changed_at": now}
    rows = [
        {**fixed, "place": place, **{name: getattr(cover, name) for name in _FIELDS}} for place, cover in enumerate(new)
    ]
    if rows:
        with unique(Busy(retry_after=1)):  # another replaced them at this very moment
            tx.execute(insert(covers), rows)
