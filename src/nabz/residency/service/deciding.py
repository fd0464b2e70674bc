"""What the ministry says to declarations, one by one or many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit import audit
from nabz.residency.errors import Refused
from nabz.residency.errors.faults import fault
from nabz.residency.model import Acceptance
from nabz.residency.store import changes, residents
from nabz.residency.store import declarations as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.model import Caller, Pick

MOST: Final = 2000
"""So many at most in one transaction; whoever has more makes several."""

LONGEST_NOTE: Final = 1000


def decide(
    tx: Tx, picks: Sequence[Pick], acceptance: Acceptance, note: str, caller: Caller, now: datetime
) -> list[Pick]:
    """Accept, refuse or send back declarations as they were seen; give those that are not so any more.

    A decision about one whose result is entered stands. Raises Refused.
    """
    check_note(acceptance, note)
    note = note.strip()[:LONGEST_NOTE]
    residents.hold(tx, [each.resident for each in picks])
    before = store.before(tx, picks)
    done = set(store.decide(tx, picks, acceptance, note, caller.by, now))
    told: list[tuple[str, int, str, dict[str, object]]] = [
        (resident, year, "decided", {"acceptance": [before[resident, year], int(acceptance)], "note": note})
        for resident, year in sorted(done)
    ]
    changes.add(tx, caller.request, caller.by, now, told)
    if done:
        subject = next(iter(done))[0] if len(done) == 1 else "many"
        told_of = {"acceptance": int(acceptance), "note": note, "count": len(done)}
        audit.record(tx, now, caller.by, "residency.decided", subject, decision=told_of)
    return [each for each in picks if (each.resident, each.year) not in done]


def check_note(acceptance: Acceptance, note: str) -> None:
    """Let nobody be refused or sent back without a reason. Raises Refused."""
    if acceptance is not Acceptance.ACCEPTED and not note.strip():
        raise Refused(fault("note-needed", "Description"))
