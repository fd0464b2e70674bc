"""Programs are killed while clients book: what was answered is there, nothing is half there, nobody is booked twice."""

import asyncio
import random
from pathlib import Path
from random import Random

from tests.appointments.racing_kills import Office
from tests.appointments.racing_programs import house, recorded
from tests.appointments.racing_store import must_be_in_order, read
from tests.services import Engine

SECONDS, CLIENTS, ROUNDS = 10, 16, 2
WAVE = 100


def test_what_programs_answered_before_they_were_killed_has_an_order(engine: Engine, tmp_path: Path) -> None:
    with house(tmp_path, engine, 2 if engine == "postgres" else 1) as running:
        record, keys = recorded(
            running, Random(), clients=CLIENTS, seconds=SECONDS, every=lambda: WAVE, pause=(1.5, 3.0)
        )
        store = asyncio.run(read(running.url))
    about = f"programs on {engine}, killed {running.killed} times"
    must_be_in_order(record, store, tmp_path / "history.jsonl", about)
    assert keys.statuses[500] == 0
    assert record.counts["lost"] > 0
    assert record.counts["answered"] > 30


def test_a_kill_in_the_middle_of_everything_leaves_nothing_half_done(engine: Engine, tmp_path: Path) -> None:
    with house(tmp_path, engine, 1) as running:
        office = Office(running, Random(seed := random.randrange(2**32)))
        for _ in range(ROUNDS):
            office.round()
        office.must_have_told_everybody_once()
        office.close()
    assert office.told["kills"] == ROUNDS, f"seed {seed}"
