"""The last box is given once, the long way: `pytest --soak SECONDS tests/soak/test_soak_prescriptions.py`."""

import random
import time
from pathlib import Path
from random import Random

import pytest

from tests.appointments.racing_service import opened
from tests.prescriptions.counter import furnish
from tests.prescriptions.killing import Record
from tests.prescriptions.killing_checks import must_stand
from tests.prescriptions.killing_house import house
from tests.prescriptions.test_races_pharmacy import STORES, races
from tests.services import Engine

RACES = 10_000
KILLS, PAUSE = 8, (0.2, 4.0)


def test_ten_thousand_races_give_no_box_too_many(db_url: str, engine: Engine) -> None:
    seed = random.randrange(2**32)
    with opened(db_url, engine, STORES) as stores:
        stores.run(furnish(stores[0]))
        told = stores.run(races(stores, RACES, Random(seed)), seconds=3000)
    print(f"{engine}: {dict(told)}")  # noqa: T201 - the figures of a trial
    assert told["rounds"] == RACES, f"seed {seed}"
    assert told["refused"] >= RACES, f"seed {seed}"


def test_kill_after_kill_every_answer_stands_once(
    engine: Engine, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    end = time.monotonic() + float(request.config.getoption("soak")) / 12
    dice, record = Random(seed := random.randrange(2**32)), Record()
    with house(tmp_path, engine, 2 if engine == "postgres" else 1) as running:
        while time.monotonic() < end or not record.kills:
            must_stand(running, record, dice, kills=KILLS, pause=PAUSE, about=f"{engine}, seed {seed}")
            for program in running.programs[1:]:
                program.start()
    print(f"{engine}, seed {seed}: {record.kills} kills, {dict(record.told)}")  # noqa: T201 - the figures of a trial
