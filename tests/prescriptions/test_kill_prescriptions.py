"""Programs are killed while vendors write and deliver: what was answered stands, once, and nothing is half there."""

import asyncio
import random
from pathlib import Path
from random import Random

from tests.prescriptions.killing import asked_again, killed
from tests.prescriptions.killing_checks import faults, read
from tests.prescriptions.killing_house import house
from tests.services import Engine

CLIENTS, SECONDS, AGAIN = 12, 7, 60
PAUSE = (0.6, 1.6)


def test_what_was_answered_before_a_kill_stands_once_and_nothing_is_half_there(engine: Engine, tmp_path: Path) -> None:
    dice = Random(seed := random.randrange(2**32))
    with house(tmp_path, engine, 2 if engine == "postgres" else 1) as running:
        record = killed(running, dice, clients=CLIENTS, seconds=SECONDS, pause=PAUSE)
        about = f"{engine}, {record.kills} kills, seed {seed}: {dict(record.told)}"
        found = faults(asyncio.run(read(running.url)), record)
        assert not found, "\n".join([about, *found[:20]])
        running.start()
        found = [*asked_again(running, record, dice, AGAIN), *faults(asyncio.run(read(running.url)), record)]
        assert not found, "\n".join([about, *found[:20]])
    print(about)  # noqa: T201
    assert record.told["sent again"] > CLIENTS, about
