"""Work that comes back."""

import asyncio

import pytest

from nabz.kit import timers as kit_timers
from nabz.kit.errors import Busy
from nabz.kit.timers import Timers

pytestmark = pytest.mark.rules


async def until(condition: object, seconds: float = 3) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # type: ignore[operator]  # noqa: ASYNC110 - nothing to wait on but the fact
            await asyncio.sleep(0.005)


async def test_a_job_comes_back_and_a_failure_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    runs: list[str] = []

    async def fail() -> None:
        runs.append("fail")
        if runs.count("fail") % 2:
            raise Busy
        raise ValueError("0012345678")

    async def work() -> None:
        runs.append("work")

    timers = Timers()
    timers.every(0.01, fail)
    timers.every(0.01, work)
    timers.start()
    await until(lambda: runs.count("fail") > 3 and runs.count("work") > 3)
    await timers.stop()
    said = "".join(capsys.readouterr())
    assert "ValueError" in said
    assert "kit.busy" in said
    assert "0012345678" not in said
    count = len(runs)
    await asyncio.sleep(0.05)
    assert len(runs) == count


async def test_who_reports_work_done_is_run_again_at_once() -> None:
    left = 50

    async def work() -> int:
        nonlocal left
        left -= left > 0
        return left

    timers = Timers()
    timers.every(3600, work)
    timers.start()
    await until(lambda: left == 0)
    await timers.stop()


async def test_no_job_runs_twice_at_once() -> None:
    inside = most = runs = 0

    async def work() -> None:
        nonlocal inside, most, runs
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.02)
        inside -= 1
        runs += 1

    timers = Timers()
    timers.every(0.001, work)
    timers.start()
    await until(lambda: runs > 3)
    await timers.stop()
    assert most == 1


async def test_the_end_waits_for_what_is_under_way() -> None:
    done = asyncio.Event()
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.sleep(0.2)
        done.set()

    timers = Timers()
    timers.every(3600, work)
    timers.start()
    await begun.wait()
    await timers.stop()
    assert done.is_set()


async def test_the_end_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit_timers, "PATIENCE", 0.05)
    begun = asyncio.Event()

    async def hang() -> None:
        begun.set()
        await asyncio.sleep(3600)

    timers = Timers()
    timers.every(1, hang)
    timers.start()
    await begun.wait()
    async with asyncio.timeout(2):
        await timers.stop()


async def test_no_jobs_need_no_end() -> None:
    timers = Timers()
    timers.start()
    await timers.stop()
