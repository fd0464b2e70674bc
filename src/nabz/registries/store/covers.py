"""The SQL of insurance covers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import delete, insert, or_, select

from nabz.kit.db import Statement, unique
from nabz.kit.errors import Busy
from nabz.registries.model import Cover, Person, person_id_of_key
from nabz.registries.model.values import Gender
from nabz.registries.tables import covers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Tx

_PERSON: Final = (
    "key",
    "first_name",
    "last_name",
    "father_name",
    "gender",
    "birth",
    "alive",
    "mobile",
    "postal_code",
    "father",
    "mother",
)
_FIELDS: Final = ("insurer", "insurer_title", "box", "box_title", "number", "expires", "base")


class Row(msgspec.Struct, frozen=True):
    """A person, beside one of the covers that count, or beside none."""

    key: str
    first_name: str
    last_name: str
    father_name: str
    gender: Gender
    birth: str
    alive: bool
    mobile: str
    postal_code: str
    father: str
    mother: str
    insurer: str | None
    insurer_title: str | None
    box: str | None
    box_title: str | None
    number: str | None
    expires: str | None
    base: bool | None

    @property
    def person(self) -> Person:
        """The person alone."""
        id_ = person_id_of_key(self.key)
        return Person(id_, *(getattr(self, name) for name in _PERSON[1:]))

    @property
    def cover(self) -> Cover | None:
        """The cover alone."""
        return Cover(*(getattr(self, name) for name in _FIELDS)) if self.insurer is not None else None


def _row(*cells: Any) -> Row:  # noqa: ANN401 - cells of a row
    given = dict(zip(Row.__struct_fields__, cells, strict=True))
    given["alive"] = bool(given["alive"])  # numbers, on SQLite
    given["base"] = None if given["base"] is None else bool(given["base"])
    return Row(**given)


ENTITLED: Final = Statement(
    row=_row,
    postgres=f"""
    SELECT {", ".join(f"p.{name}" for name in _PERSON)}, {", ".join(f"c.{name}" for name in _FIELDS)}
    FROM registry_person p LEFT JOIN registry_cover c
         ON c.data_set = :data_set AND c.person = p.key AND (c.expires = '' OR c.expires >= :day)
    WHERE p.data_set = :data_set AND p.key = :key ORDER BY c.base DESC, c.place
    """,  # noqa: S608 - our own text
)
"""A person with the covers that count on a day, in one look."""


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
