"""One kill in the middle of everything: a publish, a withdrawal, bookings, reschedules; nothing is half there."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from sqlalchemy import text

from nabz.access.model import DEMO
from nabz.appointments.model import Slot, Status
from nabz.kit.db import Tx, open_database
from nabz.kit.ids import random_uuid
from nabz.kit.persian import synthetic_national_code
from tests import services
from tests.appointments.racing import CENTRE, SERVICE, SPECIALTY, Clock, LostError, NotSentError
from tests.appointments.racing_programs import House
from tests.appointments.racing_store import Store, faults
from tests.appointments.racing_wire import OWN, Keys, Wire

T = TypeVar("T")
AGENDAS, OF_EACH, MINUTES = 20, 100, 10
PATIENTS = 12
SENT_AGAIN = 60


@dataclass
class Call:
    """One call of our own API, and its answer if one came."""

    operation: str
    body: dict[str, Any]
    answer: dict[str, Any] | None = None


@dataclass
class Schedule:
    """Thousands of slots of many providers on one day."""

    name: str
    number: int
    day: datetime
    ids: dict[str, str] = field(default_factory=dict)

    def publish(self) -> Call:
        agendas = [
            {
                "provider": f"{8_000_000 + self.number * AGENDAS + of}",
                "specialty": SPECIALTY,
                "service": SERVICE,
                "slots": [
                    {
                        "localId": f"{self.name}-{of}-{place}",
                        "start": (self.day + timedelta(minutes=MINUTES * place)).isoformat(),
                        "minutes": MINUTES,
                    }
                    for place in range(OF_EACH)
                ],
            }
            for of in range(AGENDAS)
        ]
        return Call("PublishSchedule", {"facility": CENTRE, "agendas": agendas})

    def published(self, call: Call) -> None:
        assert call.answer is not None
        self.ids = {one["localId"]: one["slot"] for of in call.answer["agendas"] for one in of["slots"]}

    def withdraw(self, of: int) -> Call:
        """Take back all that one provider offers."""
        provider = f"{8_000_000 + self.number * AGENDAS + of}"
        times = {"from": self.day.isoformat(), "until": (self.day + timedelta(days=1)).isoformat()}
        return Call("WithdrawRange", {"facility": CENTRE, "provider": provider, **times})

    def slot(self, of: int, place: int) -> str:
        return self.ids[f"{self.name}-{of}-{place}"]


class Office:
    """A centre's system and a booking app in one, whose program is killed in the middle of their calls."""

    def __init__(self, of: House, random: Random) -> None:
        self._house = of
        self._keys = Keys(of.programs)
        self._wire = Wire(self._keys, cuts=False)
        self._random = random
        self._clock = Clock()
        self._people = 0
        self._rounds = 0
        self._longest = 0.5
        self.told: Counter[str] = Counter()
        self._now = self._schedule()
        self._now.published(self._must(self._now.publish()))

    def close(self) -> None:
        self._wire.close()

    def round(self) -> None:
        """Ask for everything at once, kill, start again, and look at what is there; then ask for the rest again."""
        patients = [self._visitor() for _ in range(PATIENTS)]
        before = [self._must(self._book(self._now.slot(0, place), who)) for place, who in enumerate(patients[:6])]
        before += [self._must(self._book(self._now.slot(1, place), who)) for place, who in enumerate(patients[6:])]
        coming = self._schedule()
        moved = [
            self._move(self._now.slot(1, place), self._now.slot(2, place), who)
            for place, who in enumerate(patients[6:])
        ]
        booked = [self._book(self._now.slot(3, place), self._visitor()) for place in range(PATIENTS)]
        calls = [coming.publish(), self._now.withdraw(0), *moved, *booked]
        self._random.shuffle(calls)
        self._until_killed(calls)
        self._look(calls)
        for call in calls:
            self._must(call)
        self._look(calls)
        coming.published(next(call for call in calls if call.operation == "PublishSchedule"))
        self._now = coming

    def must_have_told_everybody_once(self) -> None:
        """A minute later everything is delivered: to each patient one text message of all that was done."""

        def delivered() -> bool:
            # Who carried a message when it was killed has it for a minute: that minute is over now.
            return bool(self._in_store(_no_letter_waits))

        services.until(delivered, seconds=SENT_AGAIN, what="the last message")
        store, letters = self._in_store(_told)
        wanted: Counter[str] = Counter()
        for one in store.appointments:
            ended = one.status == Status.WITHDRAWN or (one.status == Status.CANCELLED and one.moved_to is None)
            wanted[one.mobile] += 1 + ended
        assert wanted
        assert letters == wanted
        self.told["told"] += letters.total()

    # ---------------------------------------------------------------- one round

    def _until_killed(self, calls: list[Call]) -> None:
        threads = [threading.Thread(target=self._try, args=(call,)) for call in calls]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        time.sleep(self._random.random() * self._longest)
        assert self._house.kill(0), "the program had ended by itself"
        for thread in threads:
            thread.join(60)
        if all(call.answer is not None for call in calls):
            self._longest = max(0.2, time.monotonic() - begun) * 0.8
        elif not any(call.answer is not None for call in calls):
            self._longest *= 1.5
        self.told["kills"] += 1
        self.told["lost"] += sum(call.answer is None for call in calls)
        self.told["answered"] += sum(call.answer is not None for call in calls)
        self._house.programs[0].start()

    def _look(self, calls: list[Call]) -> None:
        store = self._in_store(Store)
        found = faults(store)
        assert not found, "\n".join(found[:20])
        names = {local_id: store.slots[slot_id] for slot_id, local_id in store.named.items() if slot_id in store.slots}
        for call in calls:
            getattr(self, f"_look_at_{call.operation.lower()}")(call, store, names)

    @staticmethod
    def _look_at_publishschedule(call: Call, _store: Store, names: dict[str, Slot]) -> None:
        wanted = [slot["localId"] for agenda in call.body["agendas"] for slot in agenda["slots"]]
        there = sum(name in names for name in wanted)
        assert there in ({len(wanted)} if call.answer is not None else {0, len(wanted)}), "half a schedule"

    def _look_at_withdrawrange(self, call: Call, _store: Store, names: dict[str, Slot]) -> None:
        mine = [slot.status for name, slot in names.items() if name.startswith(f"{self._now.name}-0-")]
        gone = mine.count(Status.WITHDRAWN)
        assert gone in ({OF_EACH} if call.answer is not None else {0, OF_EACH}), "half a withdrawal"
        if call.answer is not None:
            assert len(call.answer["affected"]) == PATIENTS // 2, "all patients are told to the centre"

    @staticmethod
    def _look_at_book(call: Call, store: Store, _names: dict[str, Slot]) -> None:
        if call.answer is not None:
            assert _has(store, call.body["slot"], call.body["visitor"]["person"])

    @staticmethod
    def _look_at_reschedule(call: Call, store: Store, _names: dict[str, Slot]) -> None:
        had, has = (_has(store, call.body[end], call.body["person"]) for end in ("from", "to"))
        assert had != has, "somebody has both, or none"
        assert has or call.answer is None

    # ---------------------------------------------------------------- calls

    def _schedule(self) -> Schedule:
        self._rounds += 1
        day = self._clock.day + timedelta(days=3 + self._rounds % 400, hours=1)
        return Schedule(f"k{self._rounds}", self._rounds, day)

    def _visitor(self) -> dict[str, str]:
        self._people += 1
        person = f"National_Code:{synthetic_national_code(10_000 + self._people)}"
        return {"person": person, "mobile": f"0990{self._people:07}", "firstName": "آزمون", "lastName": "تستی"}

    @staticmethod
    def _book(slot: str, who: dict[str, str]) -> Call:
        return Call("Book", {"slot": slot, "visitor": who, "key": random_uuid()})

    @staticmethod
    def _move(from_: str, to: str, who: dict[str, str]) -> Call:
        return Call("Reschedule", {"from": from_, "to": to, "person": who["person"], "key": random_uuid()})

    def _try(self, call: Call, wire: Wire | None = None) -> None:
        mine = wire or Wire(self._keys, cuts=False)
        try:
            told = mine.post(0, "appointments", f"{OWN}/{call.operation}", call.body)
        except (LostError, NotSentError):
            return
        finally:
            if wire is None:
                mine.close()
        assert told["result"]["data"]["ok"], told
        call.answer = told["result"]["data"]

    def _must(self, call: Call) -> Call:
        """Ask until there is an answer; the same call again is the same call."""
        end = time.monotonic() + 30
        while call.answer is None:
            assert time.monotonic() < end, call.operation
            self._try(call, self._wire)
        return call

    def _in_store(self, use_case: Callable[[Tx], T]) -> T:
        async def work() -> T:
            db = open_database(self._house.url)
            await db.start()
            try:
                return await db.within(DEMO).write(use_case)
            finally:
                await db.stop()

        return asyncio.run(work())


def _has(store: Store, slot: str, person: str) -> bool:
    mine = store.of_slot.get(slot.removeprefix("1:"), [])
    return any(one.person == person and one.status == Status.TAKEN for one in mine)


WAITING = "due_at IS NOT NULL AND (topic LIKE 'appointments.%' OR topic LIKE 'notify.%')"


def _no_letter_waits(tx: Tx) -> bool:
    tx.execute(text(f"UPDATE outbox_message SET due_at = at WHERE {WAITING} AND tries > 0"))
    return not tx.execute(text(f"SELECT count(*) FROM outbox_message WHERE {WAITING}")).scalar_one()


def _told(tx: Tx) -> tuple[Store, Counter[str]]:
    # Those of the demo's prescriptions are not about visits.
    asked = "SELECT recipient FROM notify_letter WHERE channel = 'sms' AND body NOT LIKE '%کد رهگیری%'"
    rows = tx.execute(text(asked))
    return Store(tx), Counter(row.recipient for row in rows)
