"""What many clients race for, and the record of what they were told: it becomes a history that can be checked."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Protocol

from nabz.appointments.model import Agenda, block_of, day_text, number_of
from nabz.kit.persian import synthetic_national_code
from tests.appointments.history import Heading, History, Kind, Operation, Slot

CENTRE = "859773e8-5d81-46c6-9df1-5fb551b00495"
SPECIALTY, SERVICE = "171108", "970015"
PEOPLE = tuple(f"National_Code:{synthetic_national_code(number)}" for number in range(700, 706))
DAYS, TODAY = 250, 4
REMEMBERED = 3
"""Waves before the newest; of the seats of older ones nothing is asked any more."""

MINUTES = 10
SLACK = 0.25
"""Seconds by which the clock of the wall may drift from the monotonic one."""


class Clock:
    """One monotonic clock of the history, and what time that is for the program."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._start = time.monotonic()
        self._wall = datetime.now(UTC)

    def now(self) -> float:
        """Seconds since the history began."""
        return (time.monotonic() - self._start) * self._speed

    def told(self, at: datetime) -> float:
        """An instant of the program on this clock."""
        return (at - self._wall).total_seconds()

    def instant(self) -> datetime:
        """What a program on this clock holds for now."""
        return self._wall + timedelta(seconds=self.now())

    @property
    def day(self) -> datetime:
        """The day on which the history begins."""
        return self._wall.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class Seat:
    """A slot that is to be published, by the centre's own id of it."""

    name: str
    provider: str
    starts_at: datetime
    queue: str
    block: str = ""

    def slot(self, clock: Clock) -> Slot:
        """The same as a history names it."""
        start = clock.told(self.starts_at)
        return Slot(
            name=self.name,
            block=self.block,
            provider=self.provider,
            day=day_text(self.starts_at),
            start=start,
            end=start + MINUTES * 60,
        )


def wave(clock: Clock, number: int) -> tuple[Seat, ...]:
    """Eight seats of three providers, of which most exclude others for the same person.

    Each wave has a day of its own; only some are today, if there is still time, so that people can come.
    """
    at = clock.day + timedelta(days=3 + number * 7 % DAYS, hours=6)
    soon = clock.instant().replace(second=0, microsecond=0) + timedelta(minutes=30)
    if number % TODAY == 1 and day_text(soon) == day_text(soon + timedelta(hours=1)) == day_text(clock.instant()):
        at = soon
    made = []
    for provider, minutes in enumerate(((0, 15), (0, 20), (5, 5, 5, 30)), start=1):
        of = f"6{number:04}{provider}"
        for place, minute in enumerate(minutes):
            several = minutes.count(minute) > 1
            name = f"w{number}-{provider}-{minute}" + (f"/{place + 1}" if several and place else "")
            starts_at = at + timedelta(minutes=minute)
            block = ""
            if several:
                agenda = Agenda(facility=CENTRE, provider=f"Med_ID:{of}", specialty=SPECIALTY, service=SERVICE)
                block = block_of(number_of(agenda), starts_at)
            made.append(Seat(name, of, starts_at, str(place), block))
    return tuple(made)


@dataclass(frozen=True)
class Asked:
    """What a client asks; the same again is a repeated call."""

    kind: Kind
    seats: tuple[Seat, ...]
    """What it is about: several of a publish, and of a block; where to of a reschedule is the second."""

    person: str = ""
    key: str = ""
    minutes: int = 1
    officially: bool = False


@dataclass(frozen=True)
class Told:
    """What a client is answered; `observed` is a seat, and where by this answer it stands."""

    answer: str | None
    slot: str = ""
    seen: str | None = None
    until: datetime | None = None
    ids: dict[str, str] = field(default_factory=dict)
    observed: tuple[str, str] | None = None


class LostError(Exception):
    """It was sent, and no answer came; or it came, and is lost on its last inch: then it is over."""

    def __init__(self, *, over: bool = False) -> None:
        super().__init__()
        self.over = over


class NotSentError(Exception):
    """Nothing was sent, or nothing was done for certain."""


class Way(Protocol):
    """How a client reaches the servers."""

    def ask(self, asked: Asked, server: int, ids: dict[str, str], random: Random, *, again: bool) -> Told:
        """Ask one server. Raises LostError, NotSentError."""
        ...


class Record:
    """What was asked and answered so far, by all clients."""

    def __init__(self, clock: Clock, servers: int) -> None:
        self.clock = clock
        self.ids: dict[str, str] = {}
        self.seats: dict[str, Seat] = {}
        self.held: dict[str, set[str]] = defaultdict(set)
        self.given_back: Counter[tuple[str, str]] = Counter()
        self.counts: Counter[str] = Counter()
        self.oddities: list[str] = []
        self._late: list[str] = []
        self._operations: list[dict[str, Any]] = []
        self._lost: dict[int, list[dict[str, Any]]] = {number: [] for number in range(servers)}
        self._dead = dict.fromkeys(range(servers), False)
        self._lock = threading.Lock()

    def planned(self, seats: Iterable[Seat]) -> None:
        """Name seats that will be asked for."""
        with self._lock:
            new = {seat.name: seat for seat in seats}
            self.seats |= new
            self._late = [*self._late[-REMEMBERED * len(new) :], *new]

    def begun(self, asked: Asked) -> float:
        """Tell when a call begins."""
        with self._lock:
            if asked.kind in {"cancel", "reschedule"}:
                self.given_back[asked.person, asked.seats[0].name] += 1
            return self.clock.now()

    def answered(self, client: str, asked: Asked, call: float, told: Told) -> None:
        """Note an answer."""
        back = self.clock.now()
        with self._lock:
            self.counts["answered"] += 1
            self._know(told.ids)
            for one in self._shapes(client, asked, call, told):
                self._operations.append({**one, "back": back})
            if told.observed is not None:
                slot, status = told.observed
                seen = {"client": client, "kind": "status", "slot": slot, "seen": asked.person or None}
                self._operations.append({**seen, "call": call, "back": back, "answer": status})

    def lost(self, client: str, asked: Asked, call: float, server: int, *, over: bool) -> None:
        """Note a call without an answer: it may take effect as long as its server lives."""
        with self._lock:
            self.counts["lost"] += 1
            made = self._shapes(client, asked, call, Told(None))
            self._operations += made
            if over or self._dead[server]:
                back = self.clock.now()
                for one in made:
                    one["back"] = back
            else:
                self._lost[server] += made

    def died(self, server: int) -> None:
        """Note that a server is gone, its connections to the store too: nothing that was sent to it happens now."""
        with self._lock:
            self._dead[server] = True
            back = self.clock.now()
            for one in self._lost[server]:
                one["back"] = back
            self._lost[server].clear()

    def lives(self, server: int) -> None:
        """Note that a server begins again."""
        with self._lock:
            self._dead[server] = False

    def odd(self, what: str) -> None:
        """Note what no client may ever see."""
        with self._lock:
            self.oddities.append(what)

    def history(self, about: str) -> History:
        """All of it."""
        slots = tuple(seat.slot(self.clock) for seat in self.seats.values())
        operations = tuple(Operation(**one) for one in self._operations)
        return History(heading=Heading(about=about, slack=SLACK), slots=slots, operations=operations)

    def add(self, operations: Iterable[dict[str, Any]]) -> None:
        """Add what was seen in the store itself."""
        self._operations += operations

    def _know(self, ids: dict[str, str]) -> None:
        for name, id_ in ids.items():
            if self.ids.setdefault(name, id_) != id_:
                self.oddities.append(f"{name} was published twice: as {self.ids[name]} and as {id_}")

    def _shapes(self, client: str, asked: Asked, call: float, told: Told) -> list[dict[str, Any]]:
        """The operations that a call stands for."""
        first = {"client": client, "kind": asked.kind, "call": call, "person": asked.person, "answer": told.answer}
        seat = asked.seats[0]
        if asked.kind == "publish":
            return [{**first, "slot": one.name} for one in asked.seats]
        if asked.kind == "book_block":
            return [{**first, "block": seat.block, "slot": told.slot}]
        if asked.kind == "reschedule":
            return [{**first, "slot": seat.name, "to": asked.seats[1].name}]
        if asked.kind == "cancel" and told.answer == "cancelled" and self.given_back[asked.person, seat.name] > 1:
            # Who has given a slot back is told so ever after, whoever has it by now.
            return [{**first, "slot": seat.name, "answer": None}]
        if asked.kind != "hold":
            return [{**first, "slot": seat.name, "seen": told.seen}]
        earliest = call + asked.minutes * 60 if told.until is None else self.clock.told(told.until)
        until = earliest if told.answer in {"held", None} else None
        return [{**first, "slot": seat.name, "until": until}, *self._let_go(client, asked, call, told)]

    def _let_go(self, client: str, asked: Asked, call: float, told: Told) -> list[dict[str, Any]]:
        """Whoever holds a slot lets go what he held before, if it is held still."""
        before = self.held[asked.person].intersection(self._late) - {asked.seats[0].name}
        if told.answer == "refused":
            return []
        self.held[asked.person].add(asked.seats[0].name)
        first = {"client": client, "kind": "release", "call": call, "person": asked.person}
        return [{**first, "slot": slot} for slot in sorted(before)]
