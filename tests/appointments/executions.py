"""Made-up executions: random ones that keep to the specification, one answer turned round, and every order tried."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from msgspec.structs import replace

from tests.appointments.history import OF_A_PERSON, Heading, History, Kind, Operation, Slot, answers
from tests.appointments.ordering import Model
from tests.appointments.specification import Slots

PEOPLE = ("Ali", "Bita", "Cyrus")
OFTEN: tuple[Kind, ...] = ("book", "book", "book", "cancel", "cancel", "hold", "status", "reschedule", "publish")
SELDOM: tuple[Kind, ...] = ("withdraw", "release", "offer", "visit", "late", "book_block", "book_block")


def executed(random: Random, count: int, slots: int, *, lost: float = 0.2, longest: float = 3.0) -> History:
    """Operations one after the other, each answered as it must be, then stretched in time until they overlap."""
    block = random.choice(["", "block"])
    named = tuple(_slot(random, number, block) for number in range(slots))
    history = History(heading=Heading(at_once=random.random() < 0.7), slots=named, operations=())
    model = Slots(history)
    states = {slot.name: model.start(slot.name) for slot in named}
    done = []
    for point in range(count):
        asked = _asked(random, float(point), [slot.name for slot in named], block)
        fitting = [
            (one, move, new)
            for one in _answered(asked, named)
            for move in model.moves(one)
            for new in model.after(one, move, tuple(states[thing] for thing in move))
        ]
        if not fitting:
            continue
        one, move, new = random.choice(fitting)
        fate = random.random()
        if fate >= lost / 2:
            states.update(zip(move, new, strict=True))
        done.append(_stretched(random, one, longest, lost=fate < lost))
    random.shuffle(done)
    return replace(history, operations=tuple(done))


def _slot(random: Random, number: int, block: str) -> Slot:
    start = random.randrange(3)
    return Slot(
        name=f"s{number}",
        block=block,
        published=random.random() < 0.7,
        provider=random.choice("xy"),
        day=random.choice(["", "1405-09-01"]),
        start=start,
        end=start + random.randrange(1, 3),
    )


def _asked(random: Random, point: float, slots: Sequence[str], block: str) -> dict[str, Any]:
    """What somebody asks at one point in time."""
    kind = random.choice(OFTEN if random.random() < 0.8 else SELDOM)
    if (kind == "reschedule" and len(slots) == 1) or (kind == "book_block" and not block):
        kind = "book"
    asked: dict[str, Any] = {"client": "any", "kind": kind, "call": point, "back": point}
    if kind == "book_block":
        asked["block"] = block
    else:
        asked["slot"] = random.choice(slots)
    if kind == "reschedule":
        asked["to"] = random.choice([slot for slot in slots if slot != asked["slot"]])
    if kind == "hold":
        asked["until"] = point + random.choice([0.5, 1.5, 3.0, 9.0])
    if kind in OF_A_PERSON:
        asked["person"] = random.choice(PEOPLE)
    return asked


def _answered(asked: dict[str, Any], slots: Sequence[Slot]) -> list[Operation]:
    """The same with every answer that there is."""
    more: list[dict[str, Any]] = []
    for answer in answers(asked["kind"]):
        if asked["kind"] == "book_block" and answer == "booked":
            more += [{"answer": answer, "slot": slot.name} for slot in slots if slot.block]
        elif asked["kind"] in {"withdraw", "status"}:
            more += [{"answer": answer, "seen": seen} for seen in (None, "", *PEOPLE)]
        elif answer != "busy":
            more.append({"answer": answer})
    return [Operation(**asked, **one) for one in more]


def _stretched(random: Random, one: Operation, longest: float, *, lost: bool) -> Operation:
    call = one.call - random.random() * random.choice([0.0, longest / 3, longest])
    back = one.call + random.random() * random.choice([0.0, longest / 3, longest])
    if lost:
        return replace(one.unanswered(), call=call, back=random.choice([None, back]))
    return replace(one, call=call, back=back)


def turned(random: Random, history: History) -> History:
    """The history with one answer turned into another."""
    answered = [
        at for at, one in enumerate(history.operations) if one.answer is not None and len(answers(one.kind)) > 1
    ]
    if not answered:
        return history
    operations = list(history.operations)
    at = random.choice(answered)
    one = operations[at]
    answer = random.choice([other for other in answers(one.kind) if other != one.answer])
    slot = one.slot
    if one.kind == "book_block":
        slot = random.choice(history.slots).name if answer == "booked" else ""
    operations[at] = replace(one, answer=answer, slot=slot, seen=None)
    return replace(history, operations=tuple(operations))


def any_order(model: Model, operations: Sequence[Operation]) -> bool:
    """Try every order, one operation after the other: for a few operations, and too simple to be wrong."""
    checked = [one for one in operations if model.moves(one)]
    needed = {at for at, one in enumerate(checked) if not model.optional(one)}

    def extended(done: frozenset[int], states: dict[str, Any]) -> bool:
        return needed <= done or any(
            extended(done | {at}, {**states, **dict(zip(move, new, strict=True))})
            for at, one in enumerate(checked)
            if at not in done and _may_be_next(at, done)
            for move in model.moves(one)
            for new in model.after(one, move, tuple(states.get(thing, model.start(thing)) for thing in move))
        )

    def _may_be_next(at: int, done: frozenset[int]) -> bool:
        before = (other for other in needed - done if other != at)
        return not any(_precedes(checked[other], checked[at]) for other in before) and not any(
            _precedes(checked[at], checked[other]) for other in done
        )

    return extended(frozenset(), {})


def _precedes(one: Operation, other: Operation) -> bool:
    return one.back is not None and one.back < other.call
