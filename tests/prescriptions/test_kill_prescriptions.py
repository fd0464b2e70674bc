"""Programs are killed while vendors write and deliver: what was answered stands, once, and nothing is half there."""

import random
from pathlib import Path
from random import Random

from tests.prescriptions.killing import Record
from tests.prescriptions.killing_checks import must_stand
from tests.prescriptions.killing_house import house
from tests.services import Engine

KILLS, PAUSE = 1, (0.8, 1.6)


def test_what_was_answered_before_a_kill_stands_once_and_nothing_is_half_there(engine: Engine, tmp_path: Path) -> None:
    dice = Random(seed := random.randrange(2**32))
    record = Record()
    with house(tmp_path, engine, 2 if engine == "postgres" else 1) as running:
        must_stand(running, record, dice, kills=KILLS, pause=PAUSE, about=f"{engine}, seed {seed}")
    for kind in ("write", "edit", "deliver", "remove", "accept", "draft"):
        assert record.told[f"{kind} done"] > 0, record.told
    assert record.kills == KILLS + 1
    assert record.told["sent again"] > 0, record.told
