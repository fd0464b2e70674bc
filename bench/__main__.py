"""`python -m bench`: ours beside the limit, on SQLite and on PostgreSQL."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg

from bench import cases, filling, measure, stores
from bench.measure import Length
from bench.start import cold_start

WHOLE = Length(rounds=5, seconds=1.0, warm=0.4, latency_rounds=2, latency_seconds=1.2, sizes=(100_000, 1_000_000))
QUICK = Length(rounds=3, seconds=0.6, warm=0.3, latency_rounds=1, latency_seconds=0.6, sizes=(100_000,))
SMOKE = Length(rounds=1, seconds=0.1, warm=0.05, latency_rounds=1, latency_seconds=0.1, sizes=(100_000,))
SCALE = Length(rounds=5, seconds=1.5, warm=0.5, latency_rounds=2, latency_seconds=2.0, sizes=(10_000_000,))
ENGINES = ("sqlite", "postgresql")
PACKAGES = ("uvicorn", "uvloop", "httptools", "starlette", "msgspec", "psycopg", "sqlalchemy")

HEAD = (
    f"{'':28}{'rows':>11} {'ours/s':>8}{'limit/s':>9}{'ratio':>7}   {'server µs':>11}{'database µs':>13}{'own µs':>8}"
    f"   {'ours p50/p95/p99 ms':>22} {'limit p50/p95/p99 ms':>22}"
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--quick", dest="length", action="store_const", const=QUICK, help="one minute")
    length.add_argument("--scale", dest="length", action="store_const", const=SCALE, help="10,000,000 rows")
    length.add_argument("--smoke", dest="length", action="store_const", const=SMOKE, help="does it run at all?")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="only this one")
    parser.add_argument("--case", action="append", help="only this one")
    parser.add_argument("--no-start", action="store_true", help="leave the cold start out")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.set_defaults(length=WHOLE)
    chosen = parser.parse_args()

    def say(text: str) -> None:
        print(text, file=sys.stderr if chosen.json else sys.stdout, flush=True)

    begun = time.perf_counter()
    told = run(chosen.length, chosen.engine or ENGINES, chosen.case, say, start=not chosen.no_start)
    say(f"\n{time.perf_counter() - begun:.0f} s")
    if chosen.json:
        print(json.dumps(told, ensure_ascii=False, indent=1))


def run(length: Length, engines: Any, only: list[str] | None, say: Any, *, start: bool) -> dict[str, Any]:  # noqa: ANN401
    """Measure and tell as it goes."""
    kept = stores.folder()
    made = stores.Stores(kept)
    folder = Path(tempfile.mkdtemp(prefix="nabz-bench-"))
    load = measure.Load(folder)
    told: dict[str, Any] = {"machine": machine(), "cases": [], "memory": {}}
    try:
        made.cluster.start()
        told["machine"]["postgresql"] = made.cluster.version
        say("  ".join(f"{name} {value}" for name, value in told["machine"].items()))
        if start:
            told["start"] = cold_start()
            say(f"cold start {told['start']}")
        for engine in engines:
            notes = "server and database are one process" if engine == "sqlite" else "fsync on, commit synchronous"
            say(f"\n{engine}: {notes}\n{HEAD}")
            for size in length.sizes:
                told["cases"] += _one_store(engine, size, length, only, made, load, folder, say, told["memory"])
    finally:
        load.stop()
        made.close()
        shutil.rmtree(folder, ignore_errors=True)
    return told


def _one_store(  # noqa: PLR0913 - the parts of a run
    engine: str,
    size: int,
    length: Length,
    only: list[str] | None,
    made: stores.Stores,
    load: measure.Load,
    folder: Path,
    say: Any,  # noqa: ANN401
    memory: dict[str, Any],
) -> list[dict[str, Any]]:
    wanted = [case for case in cases.cases("") if (not only or case.name in only)]
    if size != length.sizes[0]:
        wanted = [case for case in wanted if case.grows]
    if not wanted:
        return []
    url = made.get(engine, size)
    told = []
    with measure.serving(url, made.cluster.pid if engine == "postgresql" else None, folder) as (servers, meters):
        for case in cases.cases(password_hash(url)):
            if case.name not in {one.name for one in wanted}:
                continue
            sides = {"ours": case.ours(size), "limit": case.limit(size)}
            requests = {side: load.requests(f"{case.name}-{side}", texts) for side, texts in sides.items()}
            found = measure.measured(load, length, requests, servers, meters)
            told.append({"engine": engine, "case": case.name, "rows": size, **found})
            say(row(case.title, size, found))
        memory[f"{engine} {size}"] = measure.memory(servers["ours"].pid)
        say(f"{'memory of our worker':28}{size:>11,} {memory[f'{engine} {size}']}")
    return told


def password_hash(url: str) -> str:
    """The hash that the filled database holds."""
    text = "SELECT password_hash FROM access_user WHERE id = 'u0'"
    if url.startswith("sqlite"):
        import sqlite3  # noqa: PLC0415 - one line of one engine

        found = sqlite3.connect(url.removeprefix("sqlite:///")).execute(text).fetchone()
    else:
        with psycopg.connect(url) as connection:
            found = connection.execute(text).fetchone()  # type: ignore[assignment]
    return str(found[0])


def row(title: str, size: int, found: dict[str, Any]) -> str:
    ours, limit = found["ours"], found["limit"]

    def three(side: dict[str, float]) -> str:
        return "/".join(f"{side[f'p{part}_ms']:.2f}" for part in (50, 95, 99))

    return (
        f"{title:28}{size:>11,} {ours['per_second']:>8,.0f}{limit['per_second']:>9,.0f}{found['ratio']:>7.2f}"
        f"   {ours['server_us']:>5.0f} /{limit['server_us']:>4.0f}{ours['database_us']:>7.0f} /{limit['database_us']:>4.0f}"
        f"{found['own_us']:>8.0f}   {three(ours):>22} {three(limit):>22}"
    )


def machine() -> dict[str, str]:
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    return {
        "cpu": f"{os.cpu_count()} x {model}",
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


if __name__ == "__main__":
    main()
