"""The SQL of versions: what is published never changes again, but that it may be withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import delete, func, insert, select, update

from nabz.kit.db import Statement, unique
from nabz.kit.errors import Busy
from nabz.terminology.errors import DraftMoved, DraftOpen, LabelTaken, UnknownTerminology
from nabz.terminology.model import OPEN, State, Terminology, Version, key_of
from nabz.terminology.store.terminologies import one_at_a_time
from nabz.terminology.tables import terminologies, versions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Column, Row, Select

    from nabz.kit.db import Tx

V = versions.c
SEEN: Final = (State.PUBLISHED, State.WITHDRAWN)

STEP = Statement(
    row=int,
    postgres="""
        SELECT step FROM terminology_version
        WHERE number = :number AND label_key = :label AND state IN ('published', 'withdrawn')
        """,
)
"""The step of a published version."""

LISTED = Statement(
    row=lambda id_, label, version_id, last: (int(id_), str(label), int(version_id), bool(last)),
    postgres="""
        SELECT v.id, v.label, v.version_id, v.step = t.last FROM terminology_version v
        JOIN terminology t ON t.number = v.number
        WHERE v.number = :number AND v.state = 'published' ORDER BY v.step
        """,
)
"""The versions of a terminology, for the official list."""

STEP_BEFORE = Statement(
    row=int,
    postgres="""
        SELECT coalesce(max(step), 0) FROM terminology_version
        WHERE number = :number AND state IN ('published', 'withdrawn') AND published_at < :at
        AND (withdrawn_at IS NULL OR withdrawn_at >= :at)
        """,
)
"""The step that was in force just before an instant."""


def listed(tx: Tx, number: int, *, withdrawn: bool = False) -> list[Version]:
    """List what was published, newest first."""
    states = SEEN if withdrawn else (State.PUBLISHED,)
    query = select(versions).where(V.number == number, V.state.in_(states)).order_by(V.step.desc())
    return _read(tx, query)


def in_force(tx: Tx) -> dict[int, Version]:
    """Read the versions in force of all terminologies, by the terminology's number."""
    t = terminologies.c
    query = select(versions).join(terminologies, (t.number == V.number) & (t.last == V.step))
    return {version.number: version for version in _read(tx, query)}


def find(tx: Tx, number: int, label: str) -> Version | None:
    """Read a published or withdrawn version by its label."""
    query = select(versions).where(V.number == number, V.label_key == key_of(label), V.state.in_(SEEN))
    return next(iter(_read(tx, query)), None)


def at_step(tx: Tx, number: int, step: int) -> Version | None:
    """Read the version of a step."""
    return next(iter(_read(tx, select(versions).where(V.number == number, V.step == step))), None)


def open_(tx: Tx, number: int) -> Version | None:
    """Read the version in the making, if there is one."""
    query = select(versions).where(V.number == number, V.state.in_(OPEN))
    return next(iter(_read(tx, query)), None)


def all_open(tx: Tx) -> list[Version]:
    """List all versions in the making."""
    return _read(tx, select(versions).where(V.state.in_(OPEN)).order_by(V.touched_at.desc()))


def locked(tx: Tx, number: int, revision: int, *states: State) -> Version:
    """Take the open version as its editor saw it, and keep others out until the end. Raises DraftMoved."""
    query = select(versions).where(V.number == number, V.state.in_(states), V.revision == revision).with_for_update()
    found = next(iter(_read(tx, query)), None)
    if found is None:
        raise DraftMoved
    return found


def add(tx: Tx, new: Version) -> Version:
    """Insert a version after all others; what it leaves 0 gets a number. Raises DraftOpen, LabelTaken, Busy."""
    one_at_a_time(tx)
    newest = select(func.coalesce(func.max(V.step), 0)).where(V.number == new.number)
    new = msgspec.structs.replace(
        new,
        step=tx.execute(newest).scalar_one() + 1,
        id=new.id or _next(tx, V.id),
        version_id=new.version_id or _next(tx, V.version_id),
    )
    if open_(tx, new.number) is not None:
        raise DraftOpen
    if tx.execute(select(V.id).where(V.number == new.number, V.label_key == key_of(new.label))).first():
        raise LabelTaken(version=new.label)
    with unique(Busy(retry_after=1)):  # another was begun at this very moment
        tx.execute(insert(versions), _row(new))
    return new


def change(tx: Tx, before: Version, after: Version) -> Version:
    """Replace an open version if it still is as it was, and count it up. Raises DraftMoved."""
    after = msgspec.structs.replace(after, revision=before.revision + 1)
    same = (V.id == before.id, V.revision == before.revision, V.state == before.state, V.state.in_(OPEN))
    if tx.execute(update(versions).where(*same).values(_row(after))).rowcount == 0:
        raise DraftMoved
    return after


def touch(tx: Tx, version: Version, now: datetime) -> None:
    """Say that an import is still at work. Raises DraftMoved if another has taken its place."""
    same = (V.id == version.id, V.revision == version.revision, V.state == State.LOADING)
    if tx.execute(update(versions).where(*same).values(touched_at=now)).rowcount == 0:
        raise DraftMoved


def remove(tx: Tx, version: Version) -> None:
    """Delete a condemned version that has no entries any more, if nobody has taken it over."""
    same = (V.id == version.id, V.revision == version.revision, V.state == State.LOADING)
    tx.execute(delete(versions).where(*same))


def withdraw(tx: Tx, id_: int, reason: str, now: datetime) -> bool:
    """Take a published version off the list; tell whether it was on it."""
    same = (V.id == id_, V.state == State.PUBLISHED)
    values = {"state": State.WITHDRAWN, "withdrawn_at": now, "reason": reason}
    return tx.execute(update(versions).where(*same).values(values)).rowcount == 1


def newest_published(tx: Tx, number: int) -> int:
    """Give the step of the newest version that is neither open nor withdrawn, 0 without one."""
    query = select(func.coalesce(func.max(V.step), 0)).where(V.number == number, V.state == State.PUBLISHED)
    return int(tx.execute(query).scalar_one())


def lock_terminology(tx: Tx, terminology: Terminology) -> None:
    """Let one decide at a time which versions a terminology has. Raises UnknownTerminology if it was forgotten."""
    one_at_a_time(tx)  # first, as all do who take a number: else each would wait for the other
    t = terminologies.c
    same = select(t.number).where(t.number == terminology.number, t.id == terminology.id)
    if tx.execute(same.with_for_update()).first() is None:
        raise UnknownTerminology(id=terminology.id)


def newest_closed(tx: Tx, number: int) -> int:
    """Give the step that a new version begins from: the newest that is not open."""
    query = select(func.coalesce(func.max(V.step), 0)).where(V.number == number, V.state.in_(SEEN))
    return int(tx.execute(query).scalar_one())


def _next(tx: Tx, column: Column[int]) -> int:
    return int(tx.execute(select(func.coalesce(func.max(column), 0) + 1)).scalar_one())


def _read(tx: Tx, query: Select[Any]) -> list[Version]:
    return [_version(row) for row in tx.execute(query)]


def _version(row: Row[Any]) -> Version:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's own public name for it
    del values["label_key"]
    return Version(**{**values, "state": State(values["state"]), "editors": tuple(values["editors"])})


def _row(version: Version) -> dict[str, object]:
    row = msgspec.structs.asdict(version)
    return {**row, "label_key": key_of(version.label), "state": version.state.value, "editors": list(version.editors)}
