"""What the ministry does with a whole list: decide about all of it, and go through it one by one."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.residency.model import Pick, Standing
from nabz.residency.service import declarations

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.model import Declaration, Filter

MOST: Final = 20_000
"""So many of a list are decided at one word."""

UNDER_WAY: Final = timedelta(seconds=10)
"""So long a call or a file may be under way: what it changes bears the time at which it came, not that of its end."""

WAITING: Final = (Standing.NEW, Standing.CORRECTED)


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What rows that somebody chose come to."""

    picks: list[Pick]
    untouched: int
    """So many of a page did not wait, and were not asked for."""

    overturned: dict[str, int]
    """How many the ministry has said something about already, by what it said."""


def eligible(wanted: Filter) -> tuple[Standing, ...]:
    """Tell which of a list are decided all at once: those that wait, unless others are asked for by name."""
    if wanted.standing in set(Standing):
        return (Standing(wanted.standing),)
    return WAITING


def chosen(tx: Tx, picks: list[Pick], wanted: Filter, *, page: bool) -> Chosen:
    """Tell what chosen rows come to: of a whole page only those that wait, unless others are asked for by name."""
    known = {one.resident: one for one in named(tx, picks)}
    seen = [(each, known.get(each.resident)) for each in picks]
    # What was changed since it was seen stays in: whoever decides leaves it out, and tells of it.
    decided = {each: one for each, one in seen if one and one.version == each.version and one.standing not in WAITING}
    if page and wanted.standing not in set(Standing):
        return Chosen(picks=[each for each in picks if each not in decided], untouched=len(decided), overturned={})
    counts = Counter(str(one.standing) for one in decided.values())
    return Chosen(picks=picks, untouched=0, overturned=dict(counts))


def picks(tx: Tx, year: int, wanted: Filter, seen: datetime) -> tuple[list[Pick], list[Pick]]:
    """List what is decided of a list that was seen at an instant, and what may have been changed after that."""
    found: list[Declaration] = []
    for standing in eligible(wanted):
        some = msgspec.structs.replace(wanted, standing=standing)
        found += declarations.search(tx, year, some, MOST - len(found))
    settled = seen - UNDER_WAY
    as_seen = [_pick(one) for one in found if _last_change(one) <= settled]
    return as_seen, [_pick(one) for one in found if _last_change(one) > settled]


def named(tx: Tx, some: list[Pick]) -> list[Declaration]:
    """Read the declarations that are to be told by name."""
    found: dict[tuple[str, int], Declaration] = {}
    for year in {each.year for each in some}:
        ids = [each.resident for each in some if each.year == year]
        found |= {(one.resident, year): one for one in declarations.of_residents(tx, year, ids)}
    return [found[each.resident, each.year] for each in some if (each.resident, each.year) in found]


def neighbours(tx: Tx, one: Declaration, wanted: Filter) -> tuple[Declaration | None, Declaration | None]:
    """Find what stands before and behind a declaration in a list, whether or not it still stands there itself."""
    mark = declarations.mark(one)
    before = declarations.search(tx, one.year, wanted, 1, mark, backwards=True)
    behind = declarations.search(tx, one.year, wanted, 1, mark)
    return (before[0] if before else None), (behind[0] if behind else None)


def _pick(one: Declaration) -> Pick:
    return Pick(one.resident, one.year, one.version)


def _last_change(one: Declaration) -> datetime:
    return max(at for at in (one.sent_at, one.corrected_at, one.decided_at) if at is not None)
