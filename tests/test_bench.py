"""The benchmark itself runs; what it measures no test judges."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.program import environment

pytestmark = pytest.mark.wire


def run(kept: Path, *names: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench", "--smoke", "--engine", "sqlite", "--no-start", "--json"]
    done = subprocess.run(
        [*command, *(word for name in names for word in ("--case", name))],
        cwd=Path(__file__).parents[1],
        env=environment(NABZ_BENCH_DATA=str(kept)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert [found["case"] for found in told["cases"]] == [name for name in names if name != "files"]
    assert all(found[side]["per_second"] > 0 for found in told["cases"] for side in ("ours", "limit"))
    return told


def test_a_very_short_round_tells_our_figure_and_the_limit(tmp_path: Path) -> None:
    run(tmp_path, "gateway", "write-one")


def test_codings_are_imported_once_and_then_asked(tmp_path: Path) -> None:
    told = run(tmp_path, "code", "search", "since")
    imports = told["codings"][0]["versions"]
    assert [one["rows"] for one in imports] == [1000, 1005, 1005]
    assert [(one["added"], one["changed"], one["retired"]) for one in imports[1:]] == [(10, 20, 10)] * 2
    made = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("codings_*")}
    assert run(tmp_path, "code")["codings"] == told["codings"]
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("codings_*")} == made


def test_universities_that_send_files_at_once_lose_nothing_and_see_no_others(tmp_path: Path) -> None:
    told = run(tmp_path, "files")
    assert told["files"][0]["together"]["universities"] == 10
