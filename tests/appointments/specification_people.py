"""What bookings may be answered to one person over all slots: never two that he may not hold both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from tests.appointments.history import History, Operation
from tests.appointments.ordering import Move

NOTHING = ""


class People:
    """The things are sets of slots of which a person may hold one only; their states are that one. See `Slots`.

    Slots without times conflict with none.
    """

    def __init__(self, history: History) -> None:
        self._heading = history.heading
        self._slots = history.named
        self._seats = history.blocks
        self._wanting = defaultdict[str, set[str]](set)
        wanted = defaultdict[str, set[str]](set)
        for asked in history.operations:
            for slot in {*self._targets(asked), *self._targets(asked.unanswered())}:
                wanted[asked.person].add(slot)
                self._wanting[slot].add(asked.person)
        self._thing: dict[tuple[str, str], str] = {}
        self._touched: dict[tuple[str, str], tuple[str, ...]] = {}
        # Where a slot excludes no other, nothing needs to be remembered.
        self._shared = set[str]()
        for person, slots in wanted.items():
            self._arrange(person, sorted(slots))
        self.operations = tuple(mine for asked in history.operations for mine in self._of_persons(asked))

    def start(self, _thing: str, /) -> str:
        return NOTHING

    def optional(self, asked: Operation) -> bool:
        return asked.answer is None

    def looks(self, asked: Operation) -> bool:
        return asked.answer == "busy"

    def moves(self, asked: Operation) -> tuple[Move, ...]:
        if asked.answer is not None and not asked.done and asked.answer != "busy":
            return ()
        if asked.kind == "cancel":
            thing = self._thing.get((asked.person, asked.slot))
            return ((thing,),) if thing in self._shared else ()
        each = tuple(self._move(asked, slot) for slot in self._targets(asked))
        if asked.answer == "busy" and each:
            return (tuple(dict.fromkeys(thing for move in each for thing in move)),)
        return tuple(dict.fromkeys(move for move in each if not self._shared.isdisjoint(move)))

    def after(self, asked: Operation, move: Move, states: tuple[str, ...], /) -> Iterable[tuple[str, ...]]:
        targets = [slot for slot in self._targets(asked) if self._thing[asked.person, slot] == move[0]]
        rest = tuple(NOTHING if state == asked.slot else state for state in states)
        if not self._targets(asked):
            return (rest,)
        if asked.answer == "busy":
            return (states,) if self._busy(asked, states) else ()
        kept = rest if asked.to else states
        return [(slot, *kept[1:]) for slot in targets if not any(self._clashes(slot, kept))]

    def waits(self, asked: Operation, move: Move, states: tuple[str, ...], /) -> Iterable[int]:
        """For one of what clashes; where it is not that, for any."""
        clash = [place for place, state in enumerate(states) if state not in {NOTHING, asked.slot}]
        single = asked.kind in {"book", "reschedule"} and asked.answer != "busy"
        clashing = [place for place in clash if any(self._clashes(asked.to or asked.slot, (states[place],)))]
        return clashing[:1] if single and clashing else range(len(move))

    def told(self, state: str) -> str:
        return f"has {state or 'nothing'}"

    def _of_persons(self, asked: Operation) -> Iterator[Operation]:
        """A withdrawal is to a person as if he had cancelled; where it does not say whom it met, he may have."""
        if asked.kind != "withdraw":
            yield asked
        elif asked.seen:
            yield replace(asked, kind="cancel", person=asked.seen, seen=None, answer="cancelled")
        elif asked.seen is None and asked.answer in {None, "withdrawn"}:
            for person in sorted(self._wanting[asked.slot]):
                yield replace(asked, kind="cancel", person=person, answer=None)

    def _arrange(self, person: str, slots: list[str]) -> None:
        """Put slots together that all exclude each other."""
        together: list[list[str]] = []
        for slot in slots:
            fitting = next((one for one in together if all(self._conflict(slot, other) for other in one)), None)
            if fitting is None:
                together.append([slot])
            else:
                fitting.append(slot)
        for several in together:
            more = f" or {len(several) - 1} others" if len(several) > 1 else ""
            self._thing |= {(person, slot): f"{person} at {several[0]}{more}" for slot in several}
        for slot in slots:
            besides = [other for other in slots if self._conflict(slot, other)]
            self._touched[person, slot] = tuple(dict.fromkeys(self._thing[person, one] for one in (slot, *besides)))
            self._shared |= set(self._touched[person, slot] if besides else ())

    def _targets(self, asked: Operation) -> tuple[str, ...]:
        """The slots of which he would have one, if it is done."""
        if asked.kind == "book_block" and not asked.slot:
            return self._seats[asked.block]
        slot = {"book": asked.slot, "book_block": asked.slot, "reschedule": asked.to}.get(asked.kind, "")
        return (slot,) if slot else ()

    def _move(self, asked: Operation, slot: str) -> Move:
        """Where the slot is, where what he may not hold beside it is, and where the one is that is left."""
        left = self._thing.get((asked.person, asked.slot)) if asked.to else None
        return tuple(dict.fromkeys([*self._touched[asked.person, slot], *([left] if left else [])]))

    def _busy(self, asked: Operation, states: tuple[str, ...]) -> bool:
        targets = self._targets(asked)
        # A block is refused where a single one of its seats would be too much, or he has one.
        if asked.kind == "book_block":
            return any(state in targets or any(self._clashes(slot, states)) for slot in targets for state in states)
        rest = [state for state in states if not asked.to or state != asked.slot]
        return states[0] != targets[0] and any(self._clashes(targets[0], rest))

    def _clashes(self, slot: str, states: Iterable[str]) -> Iterator[bool]:
        return (state != NOTHING and self._conflict(slot, state) for state in states)

    def _conflict(self, one: str, other: str) -> bool:
        if one not in self._slots or other not in self._slots:
            return False
        return self._slots[one].conflicts(self._slots[other], self._heading)
