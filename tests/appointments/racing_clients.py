"""Clients that ask without a pause, at random, for the same few slots, and repeat what was lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from random import Random

from nabz.kit.ids import random_uuid
from tests.appointments.history import OF_A_PERSON, Kind
from tests.appointments.racing import PEOPLE, Asked, LostError, NotSentError, Record, Seat, Told, Way, wave

OFTEN: dict[Kind, int] = {
    "book": 30,
    "cancel": 18,
    "status": 12,
    "reschedule": 10,
    "book_block": 8,
    "hold": 7,
    "publish": 5,
    "release": 3,
    "withdraw": 2,
    "visit": 2,
}
KEYED = {"book", "book_block", "reschedule"}
AGAIN, TRIES = 0.8, 3
SETTLED = 0.15
"""So long who lost an answer waits before he asks again."""


class Stage:
    """What is asked for at the moment: the seats of the last two waves, and who is believed to have which."""

    def __init__(self, record: Record, random: Random, rest: float = 0.0) -> None:
        self.record = record
        self.rest = rest
        self.random = random
        self.number = -1
        self.seats: tuple[Seat, ...] = ()
        self.holder: dict[str, str] = {}
        self.ended = threading.Event()
        self.go_on()

    def go_on(self) -> None:
        """Let the next wave come."""
        self.number += 1
        new = wave(self.record.clock, self.number)
        self.record.planned(new)
        self.seats = (*self.seats[-len(new) :], *new)


class Client(threading.Thread):
    """One who asks until the stage ends."""

    def __init__(self, number: int, stage: Stage, way: Way, servers: int, random: Random) -> None:
        super().__init__(name=f"c{number}", daemon=True)
        self._stage = stage
        self._record = stage.record
        self._way = way
        self._servers = servers
        self._random = random

    def run(self) -> None:
        while not self._stage.ended.is_set():
            try:
                self._turn()
            except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
                self._record.odd(f"{self._record.clock.now():.3f} {self.name}: {type(error).__qualname__}: {error}")

    def _turn(self) -> None:
        asked = self._choose()
        time.sleep(self._random.random() * self._stage.rest)
        for turn in range(TRIES):
            if self._ask(asked, again=turn > 0) or self._stage.ended.is_set() or self._random.random() > AGAIN:
                return
            time.sleep(SETTLED * self._random.random())

    def _ask(self, asked: Asked, *, again: bool) -> bool:
        """Ask once; false where it is worth to ask the same again."""
        server = self._random.randrange(self._servers)
        call = self._record.begun(asked)
        try:
            told = self._way.ask(asked, server, self._record.ids, self._random, again=again)
        except NotSentError:
            time.sleep(0.05)
            return False
        except LostError as lost:
            self._record.lost(self.name, asked, call, server, over=lost.over)
            return False
        self._record.answered(self.name, asked, call, told)
        self._believe(asked, told)
        return True

    def _choose(self) -> Asked:
        random, stage = self._random, self._stage
        kind = random.choices(list(OFTEN), list(OFTEN.values()))[0]
        seat = self._seat(kind)
        others = [one for one in stage.seats if one is not seat and one.name in stage.record.ids]
        if kind == "publish" or seat.name not in stage.record.ids or not others:
            several = self._together(seat)
            return Asked("publish", several, officially=len(several) == 1 and random.random() < 0.7)
        person = random.choice(PEOPLE)
        if kind in {"cancel", "reschedule"} and random.random() < 0.8:
            person = stage.holder.get(seat.name, person)
        return Asked(
            kind,
            (seat, random.choice(others)) if kind == "reschedule" else (seat,),
            person=person if kind in OF_A_PERSON else "",
            key=random_uuid() if kind in KEYED else "",
            officially=random.random() < 0.5,
        )

    def _seat(self, kind: Kind) -> Seat:
        seats, random = self._stage.seats, self._random
        if kind == "book_block":
            seats = tuple(one for one in seats if one.block)
        if kind in {"cancel", "reschedule", "visit"} and random.random() < 0.8:
            seats = tuple(one for one in seats if one.name in self._stage.holder) or seats
        return random.choice(seats)

    def _together(self, seat: Seat) -> tuple[Seat, ...]:
        """What is published in one call: a seat with all of its block, or its whole wave."""
        seats = self._stage.seats
        if self._random.random() < 0.3:
            of = seat.name.partition("-")[0]
            return tuple(one for one in seats if one.name.partition("-")[0] == of)
        return tuple(one for one in seats if one is seat or (one.block and one.block == seat.block))

    def _believe(self, asked: Asked, told: Told) -> None:
        holder, seats = self._stage.holder, asked.seats
        if told.answer == "booked":
            holder[told.slot or seats[0].name] = asked.person
        elif told.answer in {"cancelled", "withdrawn", "moved", "visited"}:
            holder.pop(seats[0].name, None)
        if told.answer == "moved":
            holder[seats[1].name] = asked.person


def raced(
    stage: Stage, ways: Sequence[Way], servers: int, seconds: float, *, every: Callable[[], int], enough: int = 10**9
) -> None:
    """Let the clients ask for so long, or until that many answers, and wait for the last of them.

    `every` tells after how many answers the next wave comes.
    """
    seed = stage.random.randrange(2**32)
    clients = [Client(number, stage, way, servers, Random(seed + number)) for number, way in enumerate(ways)]
    for client in clients:
        client.start()
    end = time.monotonic() + seconds
    answers = stage.record.counts
    turn = every()
    while time.monotonic() < end and answers["answered"] < enough:
        time.sleep(0.05)
        if answers["answered"] > turn:
            turn = answers["answered"] + every()
            stage.go_on()
    stage.ended.set()
    for client in clients:
        client.join(60)
        if client.is_alive():
            stage.record.odd(f"{client.name} does not come back")
