"""Look-ups that an outside source may answer: asked, kept for a stated time, and failing softly."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import msgspec

from nabz.kit import audit
from nabz.registries.errors import SourceAway
from nabz.registries.model import (
    SEALED_FOR,
    Entitlement,
    Known,
    Person,
    PersonId,
    PersonIdType,
    Practitioner,
    ProviderId,
    ProviderIdType,
    Question,
    Registry,
    Source,
    read_source,
)
from nabz.registries.service import covers
from nabz.registries.store import people, practitioners
from nabz.registries.store import sources as store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.kit.digest import Keyring

T = TypeVar("T")

KEPT_AT_MOST: Final = timedelta(days=30)
"""Older answers are about persons and help nobody any more."""


class Remote(Protocol):
    """How outside sources are reached (registries.remote)."""

    async def identity(self, source: Source, id_: PersonId, birth: str) -> Person | None:
        """Ask who a person is. Raises SourceAway."""
        ...

    async def insurance(self, source: Source, id_: PersonId) -> Entitlement | None:
        """Ask who insures a person. Raises SourceAway."""
        ...

    async def council(self, source: Source, id_: ProviderId) -> Practitioner | None:
        """Ask who a physician is. Raises SourceAway."""
        ...


async def identity(db: Database, remote: Remote, id_: PersonId, birth: str, now: datetime) -> Person | None:
    """Find who a person is, born on a day (yyyymmdd), in a year (yyyy), or ever (empty). Raises SourceAway."""

    def ours(tx: Tx) -> Person | None:
        found = people.find(tx, id_.key)
        return found if found is not None and found.birth.startswith(birth) else None

    if id_.type is not PersonIdType.NATIONAL_CODE:  # the civil registry knows no foreigners
        return await db.read(ours)
    question = Question(Registry.IDENTITY, f"{id_.key} {birth}")
    return await _find(db, question, Person, ours, lambda source: remote.identity(source, id_, birth), now)


async def insurance(
    db: Database, remote: Remote, id_: PersonId, now: datetime, *, anew: bool = False
) -> Entitlement | None:
    """Find who insures a person today, without regard to what is kept if `anew`. Raises SourceAway."""

    def ours(tx: Tx) -> Entitlement | None:
        return covers.entitlement(tx, id_, now)

    def covered(known: Entitlement) -> bool:
        return bool(covers.counting(known, now).covers)

    question = Question(Registry.INSURANCE, id_.key)
    found = await _find(
        db, question, Entitlement, ours, lambda source: remote.insurance(source, id_), now, anew=anew, enough=covered
    )
    return covers.counting(found, now) if found is not None else None


async def council(db: Database, remote: Remote, id_: ProviderId, now: datetime) -> Practitioner | None:
    """Find who a member of a council is. Raises SourceAway."""

    def ours(tx: Tx) -> Practitioner | None:
        return practitioners.find(tx, id_.key)

    if id_.type is not ProviderIdType.MED:  # the inquiry is for physicians
        return await db.read(ours)
    question = Question(Registry.COUNCIL, id_.key)
    return await _find(db, question, Practitioner, ours, lambda source: remote.council(source, id_), now)


def is_connected(tx: Tx, registry: Registry) -> bool:
    """Tell whether an outside source answers for a registry."""
    return store.find(tx, registry) is not None


def listed(tx: Tx) -> list[Source]:
    """List the outside sources; their credentials are sealed."""
    return store.all_(tx)


def connect(tx: Tx, keys: Keyring, source: Source, by: str, now: datetime) -> Source:
    """Let an outside source answer for a registry; its credential comes as it is and is sealed. Raises BadSource."""
    checked = read_source(source)
    sealed = keys.seal(SEALED_FOR, checked.credential) if checked.credential else None
    checked = msgspec.structs.replace(checked, credential=sealed)
    store.put(tx, checked, now)
    store.forget(tx, checked.registry)
    action, registry = "registries.source-connected", checked.registry
    audit.record(tx, now, by, action, registry, address=checked.address, seconds=checked.seconds)
    return checked


def disconnect(tx: Tx, registry: Registry, by: str, now: datetime) -> bool:
    """Answer for a registry from our own tables again, and tell whether there was an outside source."""
    store.forget(tx, registry)
    there = store.remove(tx, registry)
    if there:
        audit.record(tx, now, by, "registries.source-disconnected", registry)
    return there


async def _find(
    db: Database,
    question: Question,
    type_: type[T],
    ours: Callable[[Tx], T | None],
    outside: Callable[[Source], Awaitable[T | None]],
    now: datetime,
    *,
    anew: bool = False,
    enough: Callable[[T], bool] = lambda _known: True,
) -> T | None:
    """Answer from what is kept, else from outside; when that is away, from what was kept long ago, else from ours.

    What is not enough says nothing while the source is away: that we know of no cover does not mean there is none.
    """

    def look(tx: Tx) -> tuple[Source | None, Known | None, T | None]:
        source = store.find(tx, question.registry)
        return source, store.known(tx, question) if source is not None else None, ours(tx)

    source, known, own = await db.read(look)
    if source is None:
        return own
    old: T | None = msgspec.json.decode(known.answer, type=type_) if known is not None and known.answer else None
    if known is not None and not anew and known.kept_at <= now < known.good_until:
        return old
    try:
        found = await outside(source)
    except SourceAway:
        instead = next((each for each in (old, own) if each is not None and enough(each)), None)
        if instead is None:
            raise
        return instead
    answer = msgspec.json.encode(found).decode() if found is not None else ""
    await db.write(_keep, question, Known(answer, now, now + timedelta(seconds=source.seconds)))
    return found


def _keep(tx: Tx, question: Question, answer: Known) -> None:
    store.keep(tx, question, answer)
    store.forget_before(tx, answer.kept_at - KEPT_AT_MOST)
