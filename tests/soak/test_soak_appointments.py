"""Nobody is booked twice, the long way: `pytest --soak SECONDS tests/soak/test_soak_appointments.py`."""

import asyncio
import random
import time
from pathlib import Path
from random import Random

import pytest

from tests.appointments.racing import Clock
from tests.appointments.racing_kills import Office
from tests.appointments.racing_programs import house, recorded
from tests.appointments.racing_seats import races
from tests.appointments.racing_service import opened
from tests.appointments.racing_store import faults, must_be_in_order, read
from tests.services import Engine

CLIENTS, RACES, STORES = 16, 10_000, 3
PAUSE = (5, 20)
REST = 0.2
"""Seconds at most that a client takes before it asks: with thousands at work on a seat no search comes to an end."""

WAVES = (60, 100, 150, 250)
LONG_WAVE, ONE_OF = 3000, 15
"""After so many answers the next seats come; now and then so late that holds of a minute end before."""


@pytest.fixture
def seconds(request: pytest.FixtureRequest) -> float:
    """The time that was given."""
    given = float(request.config.getoption("soak"))
    assert given, "these are run by --soak SECONDS"
    return given


def test_a_long_history_has_an_order(engine: Engine, seconds: float, tmp_path: Path) -> None:
    dice = Random(seed := random.randrange(2**32))

    def every() -> int:
        return LONG_WAVE if dice.randrange(ONE_OF) == 0 else dice.choice(WAVES)

    with house(tmp_path, engine, 2 if engine == "postgres" else 1) as running:
        record, keys = recorded(
            running, dice, clients=CLIENTS, seconds=seconds / 3, every=every, pause=PAUSE, rest=REST
        )
        store = asyncio.run(read(running.url))
    print(f"{engine}, seed {seed}: {dict(record.counts)}, {dict(keys.statuses)}, {running.killed} kills")  # noqa: T201
    print(f"{len(record.seats)} slots, {len(store.appointments)} appointments, {dict(keys.cut)} cut")  # noqa: T201
    begun = time.monotonic()
    about = f"programs on {engine}, killed {running.killed} times, seed {seed}"
    must_be_in_order(record, store, tmp_path / "history.jsonl", about)
    print(f"the search took {time.monotonic() - begun:.1f} s")  # noqa: T201


def test_ten_thousand_races_have_as_many_winners_as_seats(db_url: str, engine: Engine) -> None:
    seed = random.randrange(2**32)
    with opened(db_url, engine, STORES) as stores:
        told = stores.run(races(stores, Random(seed), RACES, Clock()), seconds=7200)
    print(f"{engine}, seed {seed}: {dict(told)}")  # noqa: T201
    assert told["races"] == RACES
    assert faults(asyncio.run(read(db_url))) == []


def test_kill_after_kill_nothing_is_half_done(engine: Engine, seconds: float, tmp_path: Path) -> None:
    end = time.monotonic() + seconds / 12
    with house(tmp_path, engine, 1) as running:
        office = Office(running, Random(seed := random.randrange(2**32)))
        while time.monotonic() < end:
            office.round()
        office.must_have_told_everybody_once()
        office.close()
    print(f"{engine}, seed {seed}: {dict(office.told)}")  # noqa: T201
