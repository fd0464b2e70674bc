"""One case, measured: servers as processes of their own, rounds of limit and ours in turn, CPU from /proc."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench import filling

ROOT = Path(__file__).parents[1]
IN_FLIGHT = 32
SIDES = ("limit", "ours")


@dataclass(frozen=True)
class Length:
    """How long a run takes its time."""

    first: float
    rounds: int
    seconds: float
    warm: float
    latency_rounds: int
    latency_seconds: float
    sizes: tuple[int, ...]
    codes: int


@dataclass
class Side:
    """What was measured of one side of a case."""

    per_second: list[float] = field(default_factory=list)
    server_cpu: list[float] = field(default_factory=list)
    database_cpu: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    def told(self) -> dict[str, float]:
        took = sorted(self.took)
        return {
            "per_second": round(median(self.per_second), 1),
            "server_us": round(median(self.server_cpu), 1),
            "database_us": round(median(self.database_cpu), 1),
            **{f"p{part}_ms": percentile(took, part) for part in (50, 95, 99)},
        }


def percentile(ordered: list[float], part: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * part // 100)] if ordered else 0.0


# ---------------------------------------------------------------- processes


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what configures our program."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NABZ_")}
    return {**kept, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One side, serving."""

    def __init__(self, module: str, *options: str, log: Path, **variables: str) -> None:
        self.port = free_port()
        self._log = log
        command = [sys.executable, "-m", module, "--port", str(self.port), *options]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment(**variables), stdout=output, stderr=output, start_new_session=True
            )
        last = time.monotonic() + 60
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > last:
                self.stop()
                raise RuntimeError(f"{module} does not serve; it said:\n{log.read_text()[-3000:]}")
            time.sleep(0.02)

    @property
    def pid(self) -> int:
        return self._process.pid

    def _listens(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Load:
    """The caller's process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("load.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def requests(self, name: str, texts: list[str]) -> Path:
        """Put down what is to be sent."""
        path = self._folder / f"{name}.json"
        path.write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
        return path

    def run(self, begun: Callable[[], None] = lambda: None, **job: Any) -> dict[str, Any]:  # noqa: ANN401
        """Run a job to its end; `begun` is called when its warm-up is over. An answer that is no 200 ends all."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({**job, "requests": str(job["requests"])}) + "\n")
        self._process.stdin.flush()
        while True:
            told = self._hear()
            if not told.get("begin"):
                break
            begun()
        if told["lost"] or told["refused"]:
            raise RuntimeError(f"{job['requests']}: {told['lost']} calls lost, refused: {told['refused']}")
        return told

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the caller has ended")
        words: dict[str, Any] = json.loads(line)
        return words

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


# ---------------------------------------------------------------- CPU


def cpu_of(pid: int) -> float:
    """Microseconds of CPU that a process's threads have used: to the nanosecond from the scheduler, not in ticks."""
    used = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            used += int((thread / "schedstat").read_text().split()[0])
    return used / 1000


def cpu_of_children(pid: int) -> float:
    """The same of a process and its children: a PostgreSQL and its backends."""
    total = cpu_of(pid)
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with contextlib.suppress(OSError):
            total += cpu_of(int(child))
    return total


class Meter:
    """Reads the CPU of a server and of its database."""

    def __init__(self, server: int, cluster: int | None) -> None:
        self._server = server
        self._cluster = cluster
        self.begun = (0.0, 0.0)

    def read(self) -> tuple[float, float]:
        return cpu_of(self._server), cpu_of_children(self._cluster) if self._cluster else 0.0

    def begin(self) -> None:
        self.begun = self.read()

    def when_calm(self) -> tuple[float, float]:
        """The CPU since the beginning, once what was put off (bundles, seals) is done too: it belongs to the calls."""
        before = self.read()
        for _ in range(30):
            time.sleep(0.1)
            now = self.read()
            if sum(now) - sum(before) < 4000:
                break
            before = now
        now = self.read()
        return now[0] - self.begun[0], now[1] - self.begun[1]


# ---------------------------------------------------------------- a case


@contextlib.contextmanager
def serving(
    url: str, cluster: int | None, folder: Path, *options: str
) -> Iterator[tuple[dict[str, Server], dict[str, Meter]]]:
    """Both sides over one database."""
    variables = {
        "NABZ_DATABASE": url,
        "NABZ_SECRET_KEY": filling.MASTER,
        "NABZ_DATA": str(folder / "data"),
        "NABZ_TRAFFIC_ROWS": "100000000",
    }
    servers: dict[str, Server] = {}
    try:
        where = url if cluster is None else f"{url}&options=-c%20nabz.data_set%3D0"  # row-level security asks for it
        servers["limit"] = Server("bench.limit", "--database", where, *options, log=folder / "limit.log")
        servers["ours"] = Server("bench.ours", log=folder / "ours.log", **variables)
        yield servers, {side: Meter(server.pid, cluster) for side, server in servers.items()}
    finally:
        for server in servers.values():
            server.stop()


def measured(
    load: Load,
    length: Length,
    requests: dict[str, Path],
    servers: dict[str, Server],
    meters: dict[str, Meter],
    *,
    in_flight: int = IN_FLIGHT,
    ordered: bool = False,
    longer: int = 1,
    must: str = "",
) -> dict[str, Any]:
    """Rounds in turn, then latencies at half the peak of each side."""
    sides = {side: Side() for side in SIDES}

    def job(side: str) -> dict[str, Any]:
        asked = {"port": servers[side].port, "requests": requests[side], "in_flight": in_flight, "ordered": ordered}
        return asked | {"must": must if side == "ours" else ""}

    for side in SIDES:  # once for nothing: the first passwords are checked the slow way, statements get prepared
        load.run(**job(side), seconds=0.01, warm=length.first)
        meters[side].when_calm()
    for _ in range(length.rounds):
        for side in SIDES:
            told = load.run(meters[side].begin, **job(side), seconds=longer * length.seconds, warm=length.warm)
            server, database = meters[side].when_calm()
            sides[side].per_second.append(told["per_second"])
            sides[side].server_cpu.append(server / told["calls"])
            sides[side].database_cpu.append(database / told["calls"])
    for _ in range(length.latency_rounds):
        for side in SIDES:
            rate = max(0.2, median(sides[side].per_second) / 2)
            told = load.run(
                meters[side].begin, **job(side), rate=rate, seconds=longer * length.latency_seconds, warm=0.3
            )
            sides[side].took += told["took"]
            meters[side].when_calm()
    ours, limit = sides["ours"], sides["limit"]
    return {
        "ours": ours.told(),
        "limit": limit.told(),
        "ratio": round(median(o / b for o, b in zip(ours.per_second, limit.per_second, strict=True)), 3),
        "own_us": round(
            median(
                o - b
                for o, b in zip(
                    map(sum, zip(ours.server_cpu, ours.database_cpu, strict=True)),
                    map(sum, zip(limit.server_cpu, limit.database_cpu, strict=True)),
                    strict=True,
                )
            ),
            1,
        ),
    }


def memory(pid: int) -> dict[str, float]:
    """Resident and proportional memory of a process now, and the most that it ever had, in MB."""
    rollup = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if ":" in line
    )
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return {
        "rss_mb": round(int(rollup["Rss"].split()[0]) / 1024, 1),
        "pss_mb": round(int(rollup["Pss"].split()[0]) / 1024, 1),
        "peak_rss_mb": round(int(status["VmHWM"].split()[0]) / 1024, 1),
    }
