"""The benchmark itself runs; what it measures no test judges."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import environment

pytestmark = pytest.mark.wire


def test_a_very_short_round_tells_our_figure_and_the_limit(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench", "--smoke", "--engine", "sqlite", "--no-start", "--json"]
    cases = [word for name in ("gateway", "write-one") for word in ("--case", name)]
    done = subprocess.run(
        [*command, *cases],
        cwd=Path(__file__).parents[1],
        env=environment(NABZ_BENCH_DATA=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["cases"]
    assert [found["case"] for found in told] == ["gateway", "write-one"]
    assert all(found[side]["per_second"] > 0 for found in told for side in ("ours", "limit"))
