"""Results as the ministry types them: some at a time, each for the declaration as it was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from nabz.residency.errors import ChangedMeanwhile
from nabz.residency.model import Acceptance
from nabz.residency.service import declarations, results

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.model import Caller


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """The result that stands in a form, beside which version of the declaration."""

    resident: str
    year: int
    version: int
    result: int | None
    note: str


def enter(tx: Tx, entries: Iterable[Entry], caller: Caller, now: datetime) -> tuple[int, list[Entry]]:
    """Enter what differs from what is there; tell how many that were, and which were changed meanwhile.

    Raises Refused, ChangedMeanwhile.
    """
    done, left = 0, []
    for each in entries:
        known = declarations.find(tx, each.resident, each.year)
        if known is not None and (known.result, known.result_note) == (each.result, each.note.strip()):
            continue
        if known is None or known.version != each.version or known.acceptance != Acceptance.ACCEPTED:
            left.append(each)
            continue
        one = results.enter(tx, each.resident, each.year, each.result, each.note, caller, now)
        if one.version != each.version + 1:  # somebody came in between the look and the deed
            raise ChangedMeanwhile
        done += 1
    return done, left
