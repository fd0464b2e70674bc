"""What the checks of all kinds share: the receipt that comes out of faults, or of none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.residency.model.uploads import Receipt, RowState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nabz.residency.errors.faults import Fault
    from nabz.residency.model import Declaration, Resident, ResidentDraft
    from nabz.residency.model.uploads import Deed, Line


def full_name(one: Resident | Declaration | ResidentDraft | None) -> str:
    """Give the name of somebody, if he is known."""
    return f"{one.first_name} {one.last_name}" if one else ""


def all_faults(line: Line, broken: Iterable[Fault]) -> tuple[Fault, ...]:
    """Join what could not be read with the rules that are broken; of a field that was not read no rule is told."""
    unread = {each.field for each in line.faults}
    return (*line.faults, *(each for each in broken if each.field not in unread))


def refused(line: Line, faults: tuple[Fault, ...]) -> Receipt:
    """Refuse a row."""
    return Receipt(line=line.line, student_number=line.student_number, state=RowState.REFUSED, faults=faults)


def same(line: Line, resident: str, seen: int) -> Receipt:
    """Say that nothing has to be stored: it is there already."""
    number = line.student_number
    return Receipt(line=line.line, student_number=number, state=RowState.SAME, resident=resident, seen=seen)


def good(
    line: Line, resident: str, seen: int, deed: Deed, cells: dict[str, object], facts: dict[str, object]
) -> Receipt:
    """Keep a row until it is stored."""
    return Receipt(
        line=line.line,
        student_number=line.student_number,
        state=RowState.GOOD,
        resident=resident,
        seen=seen,
        deed=deed,
        cells=cells,
        facts=facts,
    )
