"""The SQL of very many people at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit.db.bulk import Bulk, count
from nabz.registries.tables import covers, people

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.registries.model import Cover, Person

_NAMES: Final = ("first_name", "last_name", "father_name", "gender", "birth", "alive", "mobile", "postal_code")
_PARENTS: Final = ("father", "mother")
_COVER: Final = ("insurer", "insurer_title", "box", "box_title", "number", "expires", "base")
_PEOPLE: Final = Bulk(people, ("key", *_NAMES, *_PARENTS), ("changed_at",))
_COVERS: Final = Bulk(covers, ("person", "place", *_COVER), ("changed_at",))


def put(tx: Tx, insured: Sequence[tuple[Person, Cover]], now: datetime) -> None:
    """Put in people with a cover each; who is there stays as he is."""
    people_ = [(one.id.key, *(getattr(one, name) for name in (*_NAMES, *_PARENTS))) for one, _ in insured]
    _PEOPLE.put(tx, people_, changed_at=now)
    covers_ = [(one.id.key, 0, *(getattr(cover, name) for name in _COVER)) for one, cover in insured]
    _COVERS.put(tx, covers_, changed_at=now)


def count_all(tx: Tx) -> None:
    """Let the planner know what is there now."""
    count(tx, people, covers)
