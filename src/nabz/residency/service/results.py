"""Final results of the examination: entered by the ministry, seen by others from the hour of publication on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.residency.errors import ChangedMeanwhile, DeclarationNotFound, Refused, ResultWrong
from nabz.residency.errors.faults import fault
from nabz.residency.model import Acceptance, Declaration, Filter, Result
from nabz.residency.service import telling, years
from nabz.residency.store import declarations as store
from nabz.residency.store import residents

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.model import Caller

LONGEST_NOTE: Final = 1000


def enter(
    tx: Tx, resident: str, year: int, result: int | None, note: str, caller: Caller, now: datetime
) -> Declaration:
    """Enter the result of an accepted declaration, or take it back.

    Raises DeclarationNotFound, ResultWrong, Refused, ChangedMeanwhile.
    """
    residents.hold(tx, [resident])
    known = store.find(tx, resident, year)
    if known is None:
        raise DeclarationNotFound
    return write(tx, known, result, note, caller, now)


def write(tx: Tx, known: Declaration, result: int | None, note: str, caller: Caller, now: datetime) -> Declaration:
    """Enter the result of a declaration that was read while its resident is held. Raises the same."""
    if result is not None and result not in set(Result):
        raise Refused(fault("result", "FinalResultId"))
    if known.acceptance != Acceptance.ACCEPTED:
        raise ResultWrong
    one = msgspec.structs.replace(
        known, result=result, result_note=note.strip()[:LONGEST_NOTE], version=known.version + 1
    )
    facts = telling.difference(known, one, ("result", "result_note"))
    if not facts:
        return known
    if not store.change(tx, one, known.version):
        raise ChangedMeanwhile
    telling.note(tx, caller, now, known.resident, known.year, "result-entered", facts)
    return one


def count(tx: Tx, year: int, wanted: Filter) -> dict[int | None, int]:
    """Count the declarations of a year by their results."""
    return store.count_results(tx, year, wanted)


def shown(one: Declaration, *, published: bool) -> Declaration:
    """Give a declaration as others than the ministry see it."""
    return one if published else msgspec.structs.replace(one, result=None, result_note="")


public = years.published
