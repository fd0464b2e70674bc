"""What the ministry does with a whole list: decide about all of it, and go through it one by one."""

from __future__ import annotations

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


def eligible(wanted: Filter) -> tuple[Standing, ...]:
    """Tell which of a list are decided all at once: those that wait, unless others are asked for by name."""
    if wanted.standing in set(Standing):
        return (Standing(wanted.standing),)
    return Standing.NEW, Standing.CORRECTED


def picks(tx: Tx, year: int, wanted: Filter, seen: datetime) -> tuple[list[Pick], list[Pick]]:
    """List what is decided of a list that was seen at an instant, and what was changed after that."""
    found: list[Declaration] = []
    for standing in eligible(wanted):
        some = msgspec.structs.replace(wanted, standing=standing)
        found += declarations.search(tx, year, some, MOST - len(found))
    as_seen = [_pick(one) for one in found if _last_change(one) <= seen]
    return as_seen, [_pick(one) for one in found if _last_change(one) > seen]


def named(tx: Tx, some: list[Pick]) -> list[Declaration]:
    """Read the declarations that are to be told by name."""
    found = (declarations.find(tx, each.resident, each.year) for each in some)
    return [one for one in found if one is not None]


def neighbours(tx: Tx, one: Declaration, wanted: Filter) -> tuple[Declaration | None, Declaration | None]:
    """Find what stands before and behind a declaration in a list, whether or not it still stands there itself."""
    mark = declarations.mark(one)
    before = declarations.search(tx, one.year, wanted, 1, mark, backwards=True)
    behind = declarations.search(tx, one.year, wanted, 1, mark)
    return (before[0] if before else None), (behind[0] if behind else None)


def _pick(one: Declaration) -> Pick:
    return Pick(one.resident, one.year, one.version)


def _last_change(one: Declaration) -> datetime:
    return max(one.sent_at, one.decided_at or one.sent_at)
