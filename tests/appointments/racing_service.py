"""How a client asks at the service itself, over several stores in this process and on a clock that runs as it likes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random
from typing import Any, TypeVar

import msgspec

from nabz.access.model import DEMO
from nabz.appointments.errors import LocalIdTaken, SlotOver, TooEarly
from nabz.appointments.model import Agenda, Appointment, Booking, Caller, New, Slot, Visitor, tracking
from nabz.appointments.service import booking, desk, holding, looking, schedules, withdrawing
from nabz.kit.db import Database, open_database
from nabz.kit.errors import Problem
from nabz.kit.ids import new_id
from tests.appointments.racing import CENTRE, MINUTES, SERVICE, SPECIALTY, Asked, Clock, LostError, Seat, Told
from tests.appointments.racing_wire import DONE, REFUSED, STATUS_OF
from tests.services import Engine

T = TypeVar("T")
SEATS = 5


class Stores:
    """Several stores on one database, each as another process would have it."""

    def __init__(self, url: str, engine: Engine, count: int) -> None:
        # A new connection to PostgreSQL is slow until it has planned everything a few times: few are enough here.
        options: dict[str, Any] = {"fsync": False} if engine == "sqlite" else {"seats": SEATS}
        self._whole = [open_database(url, **options) for _ in range(count)]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def count(self) -> int:
        return len(self._whole)

    def __getitem__(self, number: int) -> Database:
        return self._whole[number].within(DEMO)

    def start(self) -> None:
        self._thread.start()
        for each in self._whole:
            self.run(each.start())

    def stop(self) -> None:
        for each in self._whole:
            self.run(each.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T], seconds: float = 300) -> T:
        """Run something where the stores live."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)


@contextmanager
def opened(url: str, engine: Engine, count: int) -> Iterator[Stores]:
    """Open the stores, and close them."""
    stores = Stores(url, engine, count)
    stores.start()
    yield stores
    stores.stop()


class Inside:
    """One client of the service."""

    def __init__(self, stores: Stores, clock: Clock) -> None:
        self._stores = stores
        self._clock = clock

    def ask(self, asked: Asked, server: int, ids: dict[str, str], random: Random, *, again: bool) -> Told:
        """Ask one store. Raises LostError."""
        del random, again  # nothing is cut off here, so nothing is asked again
        work = self._asked(self._stores[server], asked, ids, self._clock.instant())
        try:
            return self._stores.run(work)
        except (LocalIdTaken, TooEarly):
            withdrawn = asked.kind == "publish" and len(asked.seats) == 1
            return Told(None, observed=(asked.seats[0].name, "5") if withdrawn else None)
        except Problem as problem:
            if problem.status >= 500:
                raise LostError from problem
            if isinstance(problem, SlotOver) and asked.seats[0].starts_at <= self._clock.instant():
                return Told(None)  # its time has come, of which a history knows nothing
            return Told(REFUSED[asked.kind][type(problem)])

    async def _asked(self, db: Database, asked: Asked, ids: dict[str, str], now: datetime) -> Told:
        caller = Caller("races", CENTRE, "races", asked.key or new_id())
        seat, names = asked.seats[0], {id_: name for name, id_ in dict(ids).items()}
        if asked.kind == "publish":
            return _published(await db.write(schedules.publish, parts_of(asked.seats), caller, now))
        if asked.kind == "book_block":
            wanted = Booking(visitor=Visitor(person=asked.person))
            had = await booking.book_block(db, CENTRE, seat.block, wanted, caller, now)
            return Told("booked", slot=names[f"1:{had.slot}"])
        return await self._slot(db, asked, [tracking.read(ids[one.name]) for one in asked.seats], caller, now)

    @staticmethod
    async def _slot(db: Database, asked: Asked, slots: list[str], caller: Caller, now: datetime) -> Told:
        id_, answer = slots[0], DONE.get(asked.kind)
        told = Told(None if asked.kind == "release" else answer)  # it says the same where nothing was held
        match asked.kind:
            case "status":
                told = Told(str(int((await db.read(looking.slot, id_)).status)))
            case "hold":
                held = await db.write(holding.hold, id_, asked.person, asked.minutes, now)
                told = Told(answer, until=held.held_until)
            case "release":
                await db.write(holding.release, id_, asked.person, now)
            case "withdraw":
                affected: Appointment | None = await db.write(withdrawing.withdraw, id_, 305, caller, now)
                told = Told(answer, seen=affected.person if affected is not None else "")
            case "book":
                await booking.book(db, id_, Booking(visitor=Visitor(person=asked.person)), caller, now)
            case "cancel":
                await db.write(booking.cancel, id_, asked.person, 301, caller, now)
            case "reschedule":
                await db.write(booking.reschedule, id_, slots[1], asked.person, caller, now)
            case _:
                await db.write(desk.set_status, id_, STATUS_OF[asked.kind], caller, now)
        return told


def parts_of(seats: tuple[Seat, ...]) -> list[schedules.Part]:
    """A schedule of these seats; the first of a block stands for all of its seats."""
    parts = []
    for provider in dict.fromkeys(seat.provider for seat in seats):
        agenda = Agenda(facility=CENTRE, provider=f"Med_ID:{provider}", specialty=SPECIALTY, service=SERVICE)
        news = []
        for seat in seats:
            if seat.provider == provider and "/" not in seat.name:
                several = sum(one.block == seat.block for one in seats) if seat.block else 1
                told = New(starts_at=seat.starts_at, minutes=MINUTES, local_id=seat.name, queue=seat.queue)
                news.append(msgspec.structs.replace(told, seats=several))
        parts.append(schedules.Part(agenda, news))
    return parts


def _published(made: list[list[Slot]]) -> Told:
    return Told("published", ids={slot.local_id: slot.tracking for part in made for slot in part})
