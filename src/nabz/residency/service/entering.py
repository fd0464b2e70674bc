"""Results as the ministry types them: some at a time, each for the declaration as it was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from nabz.residency.model import Acceptance, Pick
from nabz.residency.service import inbox, results
from nabz.residency.store import residents

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

    @property
    def pick(self) -> Pick:
        """Name the declaration as it was seen."""
        return Pick(self.resident, self.year, self.version)


def enter(tx: Tx, entries: Iterable[Entry], caller: Caller, now: datetime) -> tuple[int, list[Entry]]:
    """Enter what differs from what is there; tell how many that were, and which were changed meanwhile.

    Raises Refused, ChangedMeanwhile.
    """
    entries = list(entries)
    residents.hold(tx, [each.resident for each in entries])
    found = {(one.resident, one.year): one for one in inbox.named(tx, [each.pick for each in entries])}
    done, left = 0, []
    for each in entries:
        known = found.get((each.resident, each.year))
        if known is not None and (known.result, known.result_note) == (each.result, each.note.strip()):
            continue
        if known is None or known.version != each.version or known.acceptance != Acceptance.ACCEPTED:
            left.append(each)
            continue
        results.write(tx, known, each.result, each.note, caller, now)
        done += 1
    return done, left
