"""Is there an order of all operations, each within its own time, in which every answer is right?

Wing and Gong's search with Lowe's memory of what was tried: (set of operations put in order, state). It goes through
the history answer by answer and keeps every way in which it may have gone so far, so that the first answer which leaves
no way is the end of the shortest impossible beginning. An operation is put in order as late as it can be, and things
(slots, persons) are kept apart as long as no operation on several of them ties their ways together.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.appointments.history import Operation
from tests.appointments.ordering import Model, Ordering, Step, TangledError
from tests.appointments.ways import blocks

__all__ = ["Impossible", "Model", "Step", "TangledError", "search"]
LIMIT = 5_000_000


@dataclass(frozen=True)
class Impossible:
    """The shortest beginning of a history that no order explains; its last answer is the one too many."""

    culprit: Operation
    prefix: tuple[Operation, ...]
    """All that was called until then, with the answers that had come by then."""

    things: tuple[str, ...]
    before: tuple[Step, ...]
    """One order of what happened to these things before the culprit."""


def search(model: Model, limit: int = LIMIT) -> Impossible | None:
    """Find the first answer that no order explains. Raises TangledError."""
    operations = model.operations
    whole = Ordering(operations, model, limit)
    culprit = whole.run()
    if culprit is None:
        return None
    ties = [things for things in whole.touches if things]
    tied = next(block for block in blocks(set().union(*ties), ties) if block & whole.touches[culprit])
    mine = [one for one, things in zip(operations, whole.touches, strict=True) if things & tied]
    return _shortest(mine, mine.index(operations[culprit]), model, limit)


def _shortest(operations: list[Operation], stuck: int, model: Model, limit: int) -> Impossible:
    """Cut the history after the first answer that makes it impossible, not knowing the answers still to come.

    The search knows them and may be stuck earlier, never later.
    """
    backs = sorted((one.back, at) for at, one in enumerate(operations) if one.back is not None)
    low = next(number for number, (_, at) in enumerate(backs) if at == stuck)
    high, step = low, 1
    while high < len(backs) - 1 and _possible(_beginning(operations, backs, high), model, limit):
        low, high, step = high + 1, min(high + step, len(backs) - 1), step * 2
    while low < high:
        middle = (low + high) // 2
        if _possible(_beginning(operations, backs, middle), model, limit):
            low = middle + 1
        else:
            high = middle
    prefix = _beginning(operations, backs, low)
    culprit = operations[backs[low][1]]
    before = Ordering([one.unanswered() if one is culprit else one for one in prefix], model, limit)
    before.run()
    things, steps = before.retold(model.moves(culprit)[0])
    return Impossible(culprit=culprit, prefix=tuple(prefix), things=things, before=steps)


def _beginning(operations: list[Operation], backs: list[tuple[float, int]], last: int) -> list[Operation]:
    end = backs[last][0]
    back = {at for _, at in backs[: last + 1]}
    return [one if at in back else one.unanswered() for at, one in enumerate(operations) if one.call <= end]


def _possible(operations: list[Operation], model: Model, limit: int) -> bool:
    return Ordering(operations, model, limit).run() is None
