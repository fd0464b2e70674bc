"""A history of what clients asked of appointment slots and were told, and its file of JSON lines.

All times of a history are seconds on one clock: the one by which the program's holds end.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal, get_args

import msgspec

Kind = Literal[
    "publish",
    "withdraw",
    "hold",
    "release",
    "book",
    "book_block",
    "cancel",
    "reschedule",
    "offer",
    "visit",
    "late",
    "status",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

EFFECTS: Final[dict[Kind, str]] = {
    "publish": "published",
    "withdraw": "withdrawn",
    "hold": "held",
    "release": "released",
    "book": "booked",
    "book_block": "booked",
    "cancel": "cancelled",
    "reschedule": "moved",
    "offer": "offered",
    "visit": "visited",
    "late": "late",
}
"""The answer that tells that it was done; every other answer tells that nothing was changed."""

REFUSALS: Final[dict[Kind, tuple[str, ...]]] = {
    "publish": (),
    "withdraw": ("refused", "unknown"),
    "hold": ("refused", "busy"),
    "release": ("refused",),
    "book": ("taken", "withdrawn", "unknown", "over", "busy"),
    "book_block": ("taken", "withdrawn", "unknown", "busy"),
    "cancel": ("refused",),
    "reschedule": ("refused", "busy"),
    "offer": ("refused",),
    "visit": ("refused",),
    "late": ("refused",),
    "status": ("1", "2", "3", "4", "5", "6", "unknown"),
}
OF_A_PERSON: Final = {"hold", "release", "book", "book_block", "cancel", "reschedule"}


class Heading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What holds for the whole of a history."""

    about: str = ""
    at_once: bool = True
    """Whether a slot that a patient gave back is offered again at once; else after `offer`."""

    slack: float = 0.0
    """By how many seconds the clocks of clients and servers may differ where a hold ends."""

    overlapping: bool = False
    """Whether a person may hold two appointments at the same time."""

    same_day: bool = False
    """Whether a person may hold two appointments with a provider on a day."""


class Slot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A slot (a seat): named where it belongs to a block, where it was published before, or where times matter."""

    name: str
    published: bool = False
    """Whether it was free already when the history begins."""

    block: str = ""
    provider: str = ""
    day: str = ""
    start: float = 0.0
    end: float = 0.0

    def conflicts(self, other: Slot, heading: Heading) -> bool:
        """Tell whether one person may not hold both."""
        if self.name == other.name:
            return False
        if not heading.overlapping and self.start < other.end and other.start < self.end:
            return True
        return not heading.same_day and bool(self.day) and (self.provider, self.day) == (other.provider, other.day)


class Operation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a client asked, when, and what it was told.

    Without an answer it took effect once between `call` and `back`, or never; without `back` also at any later time.
    """

    client: str
    kind: Kind
    slot: str = ""
    """Of `book_block` the seat that was given; of `reschedule` the slot that is left."""

    person: str = ""
    to: str = ""
    block: str = ""
    until: float | None = None
    """When the hold ends, as it was answered; where the answer was lost, the earliest time it may end."""

    seen: str | None = None
    """The person whom an answer of `withdraw` or `status` named, "" for nobody; None where it does not say."""

    call: float
    back: float | None = None
    answer: str | None = None

    def __post_init__(self) -> None:
        if fault := self._fault():
            raise ValueError(f"{self.kind} by {self.client!r}: {fault}")

    def _fault(self) -> str:
        times = [time for time in (self.call, self.back, self.until) if time is not None]
        seat_told = self.answer == "booked" if self.kind == "book_block" else True
        wrong = {
            "a time is no number": not all(map(math.isfinite, times)),
            "it came back before it was called": self.back is not None and self.back < self.call,
            "an answer has a time": self.answer is not None and self.back is None,
            f"nobody answers {self.answer!r} to it": self.answer is not None and self.answer not in answers(self.kind),
            "the slot is missing, or cannot be known": bool(self.slot) != seat_told,
            "person": bool(self.person) != (self.kind in OF_A_PERSON),
            "`to` is the other slot of a reschedule": bool(self.to) != (self.kind == "reschedule"),
            "it goes nowhere": bool(self.to) and self.to == self.slot,
            "`block` is of book_block": bool(self.block) != (self.kind == "book_block"),
            "`until` is of hold": self.until is not None and self.kind != "hold",
            "`seen` is of an answer": self.seen is not None
            and (self.answer is None or self.kind not in {"withdraw", "status"}),
        }
        return next((fault for fault, there in wrong.items() if there), "")

    @property
    def done(self) -> bool:
        """Whether the answer says that it took effect."""
        return self.answer is not None and self.answer == EFFECTS.get(self.kind)

    @property
    def like(self) -> tuple[object, ...]:
        """What it shares with another that differs only in who asked and when."""
        return (self.kind, self.slot, self.person, self.to, self.block, self.until, self.seen, self.answer)

    def unanswered(self) -> Operation:
        """The same before its answer was there."""
        slot = "" if self.kind == "book_block" else self.slot
        return msgspec.structs.replace(self, slot=slot, back=None, answer=None, seen=None)


def answers(kind: Kind) -> tuple[str, ...]:
    """List every answer that a kind of operation may have."""
    return (EFFECTS[kind], *REFUSALS[kind]) if kind in EFFECTS else REFUSALS[kind]


class History(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked and answered, in any order; slots that are not named begin absent."""

    heading: Heading = Heading()
    slots: tuple[Slot, ...] = ()
    operations: tuple[Operation, ...]

    def __post_init__(self) -> None:
        named = self.named
        if len(named) != len(self.slots):
            raise ValueError("a slot is named twice")
        blocks = {slot.block for slot in self.slots}
        for one in self.operations:
            if one.block and (one.block not in blocks or (one.slot and one.slot not in named)):
                raise ValueError(f"the seats of block {one.block!r} are not all named")
            if one.block and one.slot and named[one.slot].block != one.block:
                raise ValueError(f"{one.slot!r} is no seat of block {one.block!r}")

    @property
    def named(self) -> dict[str, Slot]:
        """The named slots by their names."""
        return {slot.name: slot for slot in self.slots}

    @property
    def blocks(self) -> dict[str, tuple[str, ...]]:
        """The seats of each block."""
        seats = defaultdict[str, list[str]](list)
        for slot in self.slots:
            seats[slot.block].append(slot.name)
        return {block: tuple(names) for block, names in seats.items() if block}


class _Line(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One line of the file has one of the three."""

    history: Heading | None = None
    slot: Slot | None = None
    operation: Operation | None = None


def write(history: History, path: Path) -> None:
    """Write a history as JSON lines: its heading, its slots, its operations as they were called."""
    lines = [_Line(history=history.heading)]
    lines += [_Line(slot=slot) for slot in history.slots]
    lines += [_Line(operation=one) for one in sorted(history.operations, key=lambda one: one.call)]
    path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))


def read(path: Path) -> History:
    """Read a history; a line that is none names its number."""
    return parse(path.read_bytes().splitlines())


def parse(lines: Iterable[bytes]) -> History:
    """Read a history from its lines; empty ones do not count."""
    decoder = msgspec.json.Decoder(_Line)
    heading, slots, operations = Heading(), list[Slot](), list[Operation]()
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            line = decoder.decode(text)
        except msgspec.DecodeError as error:
            raise ValueError(f"line {number}: {error}") from error
        heading = line.history or heading
        slots += [line.slot] if line.slot else []
        operations += [line.operation] if line.operation else []
    return History(heading=heading, slots=tuple(slots), operations=tuple(operations))
