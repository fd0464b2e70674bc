"""What the operations on a slot may answer, one after the other, and the check of a history by it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal, NamedTuple

from tests.appointments.history import History, Operation
from tests.appointments.linear import Impossible, search
from tests.appointments.ordering import Move
from tests.appointments.specification_people import People

Phase = Literal["absent", "free", "held", "taken", "visited", "late", "cancelled", "gone"]
WITH_A_VISITOR = {"taken", "visited", "late"}
NUMBERS = {"free": "1", "held": "1", "taken": "2", "visited": "3", "cancelled": "4", "gone": "5", "late": "6"}


def check(history: History) -> Impossible | None:
    """Find the first answer that no order of the operations explains: slot by slot, then person by person."""
    return search(Slots(history)) or search(People(history))


class Seat(NamedTuple):
    """The state of a slot; a hold ends at some time from `earliest` to `latest`."""

    phase: Phase
    person: str = ""
    earliest: float = 0.0
    latest: float = 0.0
    last: str = ""
    """Who cancelled last, as long as nobody has booked since."""

    def __str__(self) -> str:
        if self.phase == "held":
            return f"held by {self.person} until {self.earliest:g}" + (
                "" if self.latest == self.earliest else " or later"
            )
        return f"{self.phase} by {self.person}" if self.phase in WITH_A_VISITOR else self.phase


class Slots:
    """One slot, or the two of a reschedule, or the seats of a block."""

    def __init__(self, history: History) -> None:
        self.operations = history.operations
        self._heading = history.heading
        self._published = {slot.name for slot in history.slots if slot.published}
        self._seats = history.blocks

    def start(self, thing: str, /) -> Seat:
        return Seat("free" if thing in self._published else "absent")

    def optional(self, asked: Operation) -> bool:
        return asked.answer is None

    def looks(self, asked: Operation) -> bool:
        return asked.answer is not None and not asked.done

    def moves(self, asked: Operation) -> tuple[Move, ...]:
        if asked.answer == "busy" or (asked.answer is None and asked.kind == "status"):
            return ()
        if asked.kind == "reschedule":
            return ((asked.slot, asked.to),)
        if asked.kind != "book_block" or asked.done:
            return ((asked.slot,),)
        seats = self._seats[asked.block]
        return tuple((seat,) for seat in seats) if asked.answer is None else (seats,)

    def after(self, asked: Operation, _move: Move, seats: tuple[Seat, ...], /) -> Iterable[tuple[Seat, ...]]:
        if asked.answer is not None and not asked.done:
            return (seats,) if self._refusal_fits(asked, seats) else ()
        if asked.kind == "reschedule":
            return self._moved(asked, *seats)
        one = self._done(asked, seats[0])
        return () if one is None else ((one,),)

    def waits(self, asked: Operation, _move: Move, seats: tuple[Seat, ...], /) -> Iterable[int]:
        places = range(len(seats))
        if asked.kind == "reschedule" and asked.answer is None:
            return (int((seats[0].phase, seats[0].person) == ("taken", asked.person)),)
        if asked.kind == "book_block" and len(seats) > 1:
            return [place for place in places if not self._not_booked(asked, asked.answer or "", seats[place])][:1]
        return places

    def told(self, state: Seat) -> str:
        return str(state)

    # ---------------------------------------------------------------- what takes effect

    def _done(self, asked: Operation, seat: Seat) -> Seat | None:
        """The state after it was done; nothing where it cannot be done."""
        match asked.kind:
            case "publish":
                return Seat("free") if seat.phase == "absent" else seat
            case "hold":
                return self._held(asked, seat) if self._open(asked, seat) else None
            case "book" | "book_block":
                return self._booked(asked, seat)
            case "cancel":
                return self._cancelled(asked, seat)
            case "withdraw":
                return self._withdrawn(asked, seat)
            case _:
                return self._stepped(asked, seat)

    def _open(self, asked: Operation, seat: Seat) -> bool:
        """Whether he may find it free for himself."""
        if seat.phase == "held" and seat.person != asked.person:
            return asked.back is None or asked.back >= seat.earliest - self._heading.slack
        return seat.phase in {"free", "held"}

    def _shut(self, asked: Operation, seat: Seat) -> bool:
        """Whether he may find it not free for himself."""
        if seat.phase == "held" and seat.person != asked.person:
            return asked.call < seat.latest + self._heading.slack
        return seat.phase not in {"free", "held"}

    def _held(self, asked: Operation, seat: Seat) -> Seat:
        earliest = asked.call if asked.until is None else asked.until
        known = asked.answer is not None and asked.until is not None
        if not known and seat.phase == "held" and seat.person == asked.person:
            earliest = min(earliest, seat.earliest)
        return Seat("held", asked.person, earliest, earliest if known else math.inf, seat.last)

    def _booked(self, asked: Operation, seat: Seat) -> Seat | None:
        if seat.phase in WITH_A_VISITOR and seat.person == asked.person:
            return seat
        return Seat("taken", asked.person) if self._open(asked, seat) else None

    def _cancelled(self, asked: Operation, seat: Seat) -> Seat | None:
        if (seat.phase, seat.person) == ("taken", asked.person):
            return self._given_back(seat)
        return seat if seat.last == asked.person else None

    def _given_back(self, seat: Seat) -> Seat:
        return Seat("free" if self._heading.at_once else "cancelled", last=seat.person)

    def _withdrawn(self, asked: Operation, seat: Seat) -> Seat | None:
        affected = {seat.person} if seat.phase == "taken" else {"", seat.person}
        if seat.phase in {"absent", "visited", "late"} or (asked.seen is not None and asked.seen not in affected):
            return None
        return seat if seat.phase == "gone" else Seat("gone", seat.person, last=seat.last)

    def _stepped(self, asked: Operation, seat: Seat) -> Seat | None:
        """What the centre does to a slot, and the end of a hold before its time."""
        again = {"offer": "free", "release": "free", "visit": "visited", "late": "late"}[asked.kind]
        if seat.phase == again:
            return seat
        match asked.kind, seat.phase:
            case ("offer", "cancelled"):
                return Seat("free", last=seat.last)
            case ("release", "held") if seat.person == asked.person:
                return Seat("free", last=seat.last)
            case ("visit", "taken" | "late"):
                return Seat("visited", seat.person)
            case ("late", "taken"):
                return Seat("late", seat.person)
        return None

    def _moved(self, asked: Operation, here: Seat, there: Seat) -> Iterable[tuple[Seat, Seat]]:
        mine = (here.phase, here.person) == ("taken", asked.person)
        if mine and self._open(asked, there):
            return ((self._given_back(here), Seat("taken", asked.person)),)
        repeated = not mine and (there.phase, there.person) == ("taken", asked.person)
        return ((here, there),) if repeated else ()

    # ---------------------------------------------------------------- what changes nothing

    def _refusal_fits(self, asked: Operation, seats: tuple[Seat, ...]) -> bool:
        seat = seats[0]
        if asked.kind == "status":
            return NUMBERS.get(seat.phase, "unknown") == asked.answer and self._person_fits(asked, seat)
        if asked.kind in {"book", "book_block"}:
            return all(self._not_booked(asked, asked.answer or "", one) for one in seats)
        if asked.answer == "unknown":
            return seat.phase == "absent"
        return self._refused(asked, seat, seats[-1])

    def _refused(self, asked: Operation, seat: Seat, there: Seat) -> bool:
        has = (seat.phase, seat.person) == ("taken", asked.person)
        match asked.kind:
            case "hold":
                fits = self._shut(asked, seat)
            case "release":
                over = (asked.back or 0.0) >= seat.earliest - self._heading.slack
                fits = over or (seat.phase, seat.person) != ("held", asked.person)
            case "cancel":
                fits = not has and not (seat.phase in {"free", "cancelled"} and seat.last == asked.person)
            case "reschedule":
                fits = not has or self._shut(asked, there)
            case "offer":
                fits = seat.phase != "cancelled"
            case "visit":
                fits = seat.phase not in {"taken", "late"}
            case "late":
                fits = seat.phase != "taken"
            case _:
                fits = seat.phase in {"visited", "late"}
        return fits

    def _not_booked(self, asked: Operation, answer: str, seat: Seat) -> bool:
        if seat.phase in {"gone", "absent"}:
            # A block is full also where some of its seats were withdrawn.
            full = asked.kind == "book_block" and answer == "taken"
            return full or answer == {"gone": "withdrawn", "absent": "unknown"}[seat.phase]
        if seat.phase in {"visited", "late"} and answer == "over":
            return True
        mine = seat.phase in WITH_A_VISITOR and seat.person == asked.person
        return answer == "taken" and not mine and self._shut(asked, seat)

    def _person_fits(self, asked: Operation, seat: Seat) -> bool:
        if asked.seen is None:
            return True
        if seat.phase in WITH_A_VISITOR:
            return asked.seen == seat.person
        # Who had it may still stand beside a slot that he gave back or lost.
        return asked.seen == "" or (seat.phase in {"cancelled", "gone"} and asked.seen in {seat.person, seat.last})
