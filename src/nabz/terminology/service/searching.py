"""Search as one types: near candidates first, ranked from a capped set."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.kit import log
from nabz.kit.errors import Busy
from nabz.terminology.model import LONGEST_CODE, Found, code_of, plain, rank, wordings_of
from nabz.terminology.store import searching as store
from nabz.terminology.store import terminologies
from nabz.terminology.store.searching import CAP, Place

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.terminology.model import Candidate, Terminology


LONGEST_BUILDING: Final = timedelta(hours=2)


def search(
    tx: Tx, text: str, t: Terminology | None = None, step: int | None = None, limit: int = 20, offset: int = 0
) -> list[Found]:
    """Find concepts by code or words, in one version or in all that is in force. Raises TextTooLong."""
    wordings = wordings_of(text)
    asked = code_of(text)[:LONGEST_CODE]
    if not asked:
        return []
    where = store.places(tx) if t is None else [_place(tx, t, t.last if step is None else step)]
    if not where:
        return []
    hits = store.by_code(tx, where, asked) if plain(asked) else []
    for words in wordings:
        hits += store.by_head(tx, where, words)
        if len(hits) < CAP or len(words) > 1:
            hits += store.by_words(tx, where, words)
    unique = {hit.entry: hit for hit in hits}
    key = asked.casefold()

    def far(hit: Candidate) -> tuple[object, ...]:
        return *min(rank(hit, key, words) for words in wordings or [[]]), hit.number, hit.entry

    nearest = sorted(unique.values(), key=far)[offset : offset + limit]
    known = {t.number: t} if t else terminologies.by_numbers(tx, {hit.number for hit in nearest})
    return [
        Found(terminology=known[hit.number].id, title_fa=known[hit.number].title_fa, concept=entry)
        for hit, entry in zip(nearest, store.whole(tx, [hit.entry for hit in nearest]), strict=True)
    ]


def formerly(tx: Tx, text: str, t: Terminology | None = None) -> list[Found]:
    """Find codes that are just what was asked, and no longer in force."""
    where = store.places(tx) if t is None else [_place(tx, t, t.last)]
    gone = store.formerly(tx, where, code_of(text)[:LONGEST_CODE]) if where and text.strip() else []
    known = terminologies.by_numbers(tx, {number for number, _ in gone})
    return [
        Found(terminology=known[number].id, title_fa=known[number].title_fa, concept=entry) for number, entry in gone
    ]


def _place(tx: Tx, t: Terminology, step: int) -> Place:
    return Place(t.number, step, terminologies.weight_of(tx, t.number))


async def check(db: Database) -> bool:
    """Say at the start when this database can search large terminologies by their beginnings only."""
    works = await db.read(store.trigrams_work)
    if not works:
        log.warning(
            "search-by-beginnings-only",
            why="pg_trgm is missing, or LC_CTYPE is C: CREATE EXTENSION pg_trgm in a database with a UTF-8 locale",
        )
    return works


async def index(db: Database, now: datetime) -> int:
    """Build the trigrams of large terminologies that have none, and tell how many were built."""
    return sum([await build(db, number, now) for number in await db.read(store.unindexed)])


async def build(db: Database, number: int, now: datetime) -> bool:
    """Build the trigrams of one terminology, unless another process is at it; tell whether they are there now."""
    if not await db.read(store.trigrams_work) or not await db.write(
        terminologies.claim_indexing, number, now, now - LONGEST_BUILDING
    ):
        return False
    try:
        if await db.read(store.lacks_trigrams, number):
            await db.write_one(store.drop_broken(number))
            await db.write_one(store.build_trigrams(number))
    except Busy:  # what holds the table for long, a backup perhaps, is not waited for
        log.warning("trigrams-later", terminology=number)
    finally:
        await db.write(terminologies.end_indexing, number, now)
    return not await db.read(store.lacks_trigrams, number)
