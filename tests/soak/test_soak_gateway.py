"""The long versions: `pytest --soak SECONDS tests/soak`."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import httpx2 as httpx
import pytest

from nabz.gateway.service import packages, traffic
from tests.gateway.conftest import CALLS, House, basic
from tests.gateway.customers import limit, lines, rows, twin
from tests.program import environment

ROOT = Path(__file__).parents[2]


@pytest.fixture
def seconds(request: pytest.FixtureRequest) -> float:
    """The share of one test of the time that was given."""
    given = float(request.config.getoption("soak"))
    assert given, "these are run by --soak SECONDS"
    return given / 6


@pytest.mark.parametrize("script", ["fuzz_gateway.py", "fuzz_reader.py"])
def test_a_long_watch_of_the_branches_finds_nothing(script: str, seconds: float, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tests" / "fuzz" / script), f"-max_total_time={int(seconds)}", "-timeout=20"]
    known = environment(PYTHONPATH=f"{ROOT / 'src'}:{ROOT}", TMPDIR=str(tmp_path))
    done = subprocess.run([*command, f"-artifact_prefix={tmp_path}/"], env=known, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-3000:]


async def echo(process: House, headers: dict[str, str]) -> int:
    return (await process.client.post(f"{CALLS}/nabz/gwecho/Echo", content=b"{}", headers=headers)).status_code


async def test_for_hours_no_quota_is_passed_and_no_line_of_the_log_is_lost(house: House, seconds: float) -> None:
    await limit(house, per_day=5000)
    end = time.monotonic() + seconds / 2
    asked = passed = 0
    while time.monotonic() < end:
        headers = await house.bearer()
        async with twin(house) as second:
            processes = (house, second)

            async def call(
                number: int, processes: tuple[House, ...] = processes, known: dict[str, str] = headers
            ) -> int:
                process = processes[number % 2]
                answer = await process.client.post(f"{CALLS}/nabz/gwecho/Echo", content=b"{}", headers=known)
                return answer.status_code

            for _ in range(40):
                statuses = await asyncio.gather(*(call(number) for number in range(200)))
                asked, passed = asked + 200, passed + statuses.count(200)
                assert set(statuses) <= {200, 429}
                await asyncio.gather(*(each.recorder.flush() for each in processes))
            await second.gate.close()
            await house.gate.close()
        day = (await rows(house, "SELECT max(used) AS used FROM gateway_quota"))[0]["used"]
        assert day <= 5000
        house.clock.advance(86_400)
    written = [line["status"] for line in await lines(house) if line["operation"].lower() == "echo"]
    assert (len(written), written.count(200)) == (asked, passed)
    assert passed == sum(row["used"] for row in await rows(house, "SELECT used FROM gateway_quota"))
    bounds = {"days": 3, "rows": 1000, "body_days": 1}
    while await house.db.write(traffic.prune, house.clock.now(), **bounds):
        pass
    assert len(await lines(house)) <= 1000
    await house.db.write(packages.forget_old_quotas, house.clock.now())


async def guess(guesser: httpx.AsyncClient, number: int) -> int:
    form = {"grant_type": "password", "username": "acme", "password": f"guess {number}"}
    return (await guesser.post("/oauth/token", data=form, headers=basic())).status_code


async def test_thousands_of_guesses_get_nowhere_and_shut_nobody_out(house: House, seconds: float) -> None:
    assert (await house.token()).status_code == 200
    end = time.monotonic() + seconds / 2
    tried = looked_at = 0
    while time.monotonic() < end or tried < 5000:
        async with house.caller(f"198.51.100.{tried // 100 % 250}") as guesser:

            async def guess(number: int) -> int:
                form = {"grant_type": "password", "username": "acme", "password": f"guess {number}"}
                return (await guesser.post("/oauth/token", data=form, headers=basic())).status_code

            statuses = await asyncio.gather(*(guess(tried + number) for number in range(100)))
        tried, looked_at = tried + 100, looked_at + statuses.count(400)
        assert set(statuses) <= {400, 429}
        house.clock.advance(1)
        assert (await house.token()).status_code == 200
    assert looked_at < 20 + tried / 100
