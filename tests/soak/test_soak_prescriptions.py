"""The last box is given once, the long way: `pytest --soak SECONDS tests/soak/test_soak_prescriptions.py`."""

import random
from random import Random

from tests.appointments.racing_service import opened
from tests.prescriptions.counter import furnish
from tests.prescriptions.test_races_pharmacy import STORES, races
from tests.services import Engine

RACES = 10_000


def test_ten_thousand_races_give_no_box_too_many(db_url: str, engine: Engine) -> None:
    seed = random.randrange(2**32)
    with opened(db_url, engine, STORES) as stores:
        stores.run(furnish(stores[0]))
        told = stores.run(races(stores, RACES, Random(seed)), seconds=3000)
    print(f"{engine}: {dict(told)}")  # noqa: T201 - the figures of a trial
    assert told["rounds"] == RACES, f"seed {seed}"
    assert told["refused"] >= RACES, f"seed {seed}"
