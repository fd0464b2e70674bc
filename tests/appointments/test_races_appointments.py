"""Nobody is booked twice: races for seats, and histories of clients that a search must be able to put in order."""

import asyncio
import random
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from nabz.appointments.errors import SlotTaken
from nabz.appointments.model import Booking
from nabz.appointments.service import booking, holding, publishing, withdrawing
from nabz.appointments.store import booking as store
from nabz.appointments.store.rows import appointment
from nabz.kit.db import Database, Statement
from tests.appointments import making
from tests.appointments.history import History, read, write
from tests.appointments.racing import PEOPLE, Clock, Record
from tests.appointments.racing_clients import Stage, raced
from tests.appointments.racing_seats import races
from tests.appointments.racing_service import Inside, opened
from tests.appointments.racing_store import faults, must_be_in_order
from tests.appointments.racing_store import read as read_store
from tests.appointments.replay import replay
from tests.services import Engine

STORES, CLIENTS, SECONDS = 3, 16, 40.0
RACES = {"sqlite": 300, "postgres": 150}
WAVE = 80
SPEED = 40.0
"""Times as fast as ours runs the clock of a history, so that holds of a minute end in it."""


def test_as_many_win_a_race_as_there_are_seats(db_url: str, engine: Engine) -> None:
    seed = random.randrange(2**32)
    with opened(db_url, engine, STORES) as stores:
        told = stores.run(races(stores, Random(seed), RACES[engine], Clock()), seconds=600)
    assert told["races"] == RACES[engine], f"seed {seed}"
    assert told["tries"] > told["winners"] > RACES[engine]


def recorded(url: str, engine: Engine, enough: int) -> Record:
    """Let clients race at the service until there are that many answers."""
    record = Record(Clock(SPEED), STORES)
    stage = Stage(record, Random())
    with opened(url, engine, STORES) as stores:
        ways = [Inside(stores, record.clock) for _ in range(CLIENTS)]
        raced(stage, ways, STORES, SECONDS, every=lambda: WAVE, enough=enough)
    for number in range(STORES):
        record.died(number)
    return record


def test_what_many_clients_were_answered_has_an_order(db_url: str, engine: Engine, tmp_path: Path) -> None:
    record = recorded(db_url, engine, 600)
    store_ = asyncio.run(read_store(db_url))
    must_be_in_order(record, store_, tmp_path / "history.jsonl", f"several stores on {engine}")
    doctored = tmp_path / "doctored.jsonl"
    write(with_another_patient(read(tmp_path / "history.jsonl")), doctored)
    assert replay(doctored)[0] == 1


def with_another_patient(history: History) -> History:
    """The history as if in the end the store had other people in the slots than those who were told so."""
    operations = [
        replace(one, seen=PEOPLE[PEOPLE.index(one.seen) - 1]) if one.client == "store" and one.seen else one
        for one in history.operations
    ]
    return replace(history, operations=tuple(operations))


class Broken:
    """The statement that books, without a look at whether the slot is free."""

    @staticmethod
    def without(condition: str) -> Statement[object]:
        texts = [store._BOOK_POSTGRES, *store._BOOK_SQLITE]
        assert any(condition in text for text in texts)
        postgres, *sqlite = (text.replace(condition, "") for text in texts)
        return Statement(row=appointment, postgres=postgres, sqlite=tuple(sqlite))


def test_a_booking_without_its_condition_is_caught(
    db_url: str, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BOOK", Broken.without("AND s.status = 1"))
    record = recorded(db_url, engine, 200)
    broken = asyncio.run(read_store(db_url))
    assert faults(broken) != []
    write(record.history("broken"), tmp_path / "history.jsonl")
    assert replay(tmp_path / "history.jsonl")[0] == 1
    with pytest.raises(AssertionError, match=r"tests\.appointments\.replay .*\n.*oddities"):
        must_be_in_order(record, broken, tmp_path / "history.jsonl", "broken")
    with opened(db_url, engine, STORES) as stores, pytest.raises(AssertionError, match=r"winners|seat"):
        stores.run(races(stores, Random(1), 20, Clock()))


# ---------------------------------------------------------------- what the histories have found


def test_many_who_publish_into_a_new_month_at_once_all_can(db_url: str, engine: Engine) -> None:
    async def publish(db: Database, number: int) -> int:
        agenda = making.agenda(f"Med_ID:{900_100 + number}")
        news = [making.new(1440 * days, f"n{number}-{days}") for days in (150, 200, 250)]
        return len(await db.write(publishing.publish, agenda, news, making.caller(), making.NOW))

    async def all_at_once() -> list[int]:
        return await asyncio.gather(*(publish(stores[number % STORES], number) for number in range(9)))

    with opened(db_url, engine, STORES) as stores:
        assert stores.run(all_at_once()) == [3] * 9


async def test_who_has_both_slots_has_not_moved(db: Database) -> None:
    one, other = await making.publish(db, *making.visits(2))
    free = booking.Limits(apart=False, once=False)
    for slot in (one, other):
        await making.book(db, slot.id, "a", limits=free)
    with pytest.raises(SlotTaken):
        await db.write(booking.reschedule, one.id, other.id, "National_Code:a", making.caller(), making.NOW, free)


async def test_a_seat_of_a_block_is_found_past_withdrawn_ones_and_ones_own_hold(db: Database) -> None:
    seats = await making.publish(db, making.new(60, "block", seats=3))
    wanted = Booking(visitor=making.visitor("a"))
    await db.write(withdrawing.withdraw, seats[0].id, 305, making.caller(), making.NOW)
    await db.write(holding.hold, seats[1].id, "National_Code:b", 10, making.NOW)
    await db.write(holding.hold, seats[2].id, "National_Code:a", 10, making.NOW)
    tries = [booking.book_block(db, making.CENTRE, seats[0].block, wanted, making.app(), making.NOW) for _ in range(5)]
    assert {one.slot for one in await asyncio.gather(*tries)} == {seats[2].id}


async def test_a_seat_is_found_again_whatever_its_person_has_had_since(db: Database) -> None:
    seat, _, later = await making.publish(db, making.new(60, "block", seats=2), making.new(200, "later"))
    wanted = Booking(visitor=making.visitor("a"))
    free = booking.Limits(apart=False, once=False)
    mine = await making.book(db, seat.id, "a", limits=free)
    for _ in range(101):
        await making.book(db, later.id, "a", limits=free)
        await db.write(booking.cancel, later.id, "National_Code:a", 301, making.caller(), making.NOW)
    again = await booking.book_block(db, making.CENTRE, seat.block, wanted, making.app(), making.NOW)
    assert again.id == mine.id
