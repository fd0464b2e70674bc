"""Nobody is booked twice: races for seats, and histories of clients that a search must be able to put in order."""

import asyncio
import random
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from nabz.appointments.store import booking as store
from nabz.kit.db import Statement
from tests.appointments.history import History, read, write
from tests.appointments.racing import PEOPLE, Clock, Record, checked
from tests.appointments.racing_clients import Stage, raced
from tests.appointments.racing_seats import races
from tests.appointments.racing_service import Inside, opened
from tests.appointments.racing_store import faults, seen
from tests.appointments.racing_store import read as read_store
from tests.appointments.replay import replay
from tests.services import Engine

RACES, STORES, CLIENTS = 300, 3, 16
SPEED = 40.0
"""Times as fast as ours runs the clock of a history, so that holds of a minute end in it."""


def test_as_many_win_a_race_as_there_are_seats(db_url: str, engine: Engine) -> None:
    seed = random.randrange(2**32)
    with opened(db_url, engine, STORES) as stores:
        told = stores.run(races(stores, Random(seed), RACES, Clock()))
    assert told["races"] == RACES, f"seed {seed}"
    assert told["tries"] > told["winners"] > RACES


def recorded(url: str, engine: Engine, seconds: float) -> Record:
    """Let clients race at the service for some seconds; what the store says in the end belongs to it."""
    record = Record(Clock(SPEED), STORES)
    stage = Stage(record, Random())
    with opened(url, engine, STORES) as stores:
        ways = [Inside(stores, record.clock) for _ in range(CLIENTS)]
        raced(stage, ways, STORES, seconds, every=lambda: 2.0, meanwhile=lambda: None)
    for number in range(STORES):
        record.died(number)
    return record


def must_be_whole(record: Record, url: str, path: Path) -> None:
    """Compare the store with itself and with the history, and put the history in order."""
    store_ = asyncio.run(read_store(url))
    assert record.oddities == []
    assert faults(store_) == []
    record.add(seen(store_, record.ids, list(record.seats), record.clock.now()))
    checked(record, path, "several stores in one process")()


def test_what_many_clients_were_answered_has_an_order(db_url: str, engine: Engine, tmp_path: Path) -> None:
    record = recorded(db_url, engine, 5)
    must_be_whole(record, db_url, tmp_path / "history.jsonl")
    assert record.counts["answered"] > 100
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
        return Statement(row=store.appointment, postgres=postgres, sqlite=tuple(sqlite))


def test_a_booking_without_its_condition_is_caught(
    db_url: str, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BOOK", Broken.without("AND s.status = 1"))
    record = recorded(db_url, engine, 3)
    assert faults(asyncio.run(read_store(db_url))) != []
    with pytest.raises(AssertionError, match=r"tests\.appointments\.replay .*\n.*no order"):
        checked(record, tmp_path / "history.jsonl", "broken")()
    with opened(db_url, engine, STORES) as stores, pytest.raises(AssertionError, match="winners|status|seat"):
        stores.run(races(stores, Random(1), 20, Clock()))
