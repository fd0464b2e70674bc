"""How it is printed."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("uvicorn", "uvloop", "httptools", "starlette", "msgspec", "psycopg", "sqlalchemy")
FEW = 20
NOTES = {
    "sqlite": "server and database are one process; every commit waits for the disk",
    "postgresql": "fsync on, commit synchronous; database µs are those of all its processes",
}


def machine() -> dict[str, str]:
    """What it was measured with."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.split(":")[1].strip() for line in lines if "model name" in line), platform.machine())
    return {
        "cpu": f"{os.cpu_count()} x {model}",
        "load": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def head(engine: str) -> str:
    """The line above a table; own is what our call costs in server and database beyond the limit's."""
    columns = (
        f"{'':26}{'rows':>11}{'ours/s':>9}{'limit/s':>9}{'ratio':>7}{'server µs':>14}{'database µs':>14}{'own µs':>8}"
    )
    return f"{engine}: {NOTES[engine]}\n{columns}{'ours p50/p95/p99 ms':>24}{'limit p50/p95/p99 ms':>24}"


def row(title: str, size: int, found: dict[str, Any]) -> str:
    """One case: throughput of ours and of the limit, CPU of ours / of the limit, latencies at half the peak."""
    ours, limit = found["ours"], found["limit"]

    def both(name: str) -> str:
        return f"{ours[name]:.0f} / {limit[name]:.0f}"

    def three(side: dict[str, float]) -> str:
        return " / ".join(f"{side[f'p{part}_ms']:.1f}" for part in (50, 95, 99))

    return (
        f"{title:26}{size:>11,}{_rate(ours):>9}{_rate(limit):>9}{found['ratio']:>7.2f}"
        f"{both('server_us'):>14}{both('database_us'):>14}{found['own_us']:>8.0f}{three(ours):>24}{three(limit):>24}"
    )


def _rate(side: dict[str, Any]) -> str:
    return f"{side['per_second']:,.0f}" if side["per_second"] >= FEW else f"{side['per_second']:.1f}"


def remembered(memory: dict[str, Any]) -> str:
    """The memory of our worker after all of it."""
    parts = f"RSS {memory['rss_mb']} MB, PSS {memory['pss_mb']} MB, at most {memory['peak_rss_mb']} MB"
    return f"{'memory of our worker':26}{memory['rows']:>11,}  {parts}"


def imported(told: dict[str, Any]) -> str:
    """The imports that filled the database, one line for each version."""
    return "\n".join(
        f"import of version {step}: {one['rows']:,} rows in {one['load_s']:.1f} s, {one['rows_per_second']:,} rows/s"
        f" (CPU of our process {one['load_cpu_s']:.1f} s);"
        f" the dry run before it {one['dry_run_s']:.1f} s, submit and publish {one['publish_s']:.2f} s;"
        f" {one['added']:,} added, {one['changed']:,} changed, {one['retired']:,} retired"
        for step, one in enumerate(told["versions"], 1)
    )


def uploaded(told: dict[str, Any]) -> str:
    """Large files of declarations, and many at the same moment."""

    def one(kind: str, took: dict[str, float]) -> str:
        cpu = f"CPU {took['server_cpu_s']} / {took['database_cpu_s']} s"
        parts = f"sent {took['sent_s']}, checked {took['checked_s']}, stored {took['stored_s']}"
        return f"{told['rows']:,} declarations as {kind}: {took['whole_s']} s ({parts}; {cpu})"

    bare = ", ".join(f"{took['whole_s']}" for took in told["limit"])
    many = told["together"]
    limit = f"the limit: {bare} s; ratio {told['ratio']:.2f}"
    together = (
        f"{many['universities']} universities at once, {many['rows']:,} each: all stored in {many['whole_s']} s,"
        f" the slowest in {many['slowest_s']} s (CPU {many['server_cpu_s']} / {many['database_cpu_s']} s);"
        " nothing lost, nobody sees another's"
    )
    return "\n".join([*(one("CSV", took) for took in told["ours"]), one("XLSX", told["xlsx"]), limit, together])


def downloaded(told: dict[str, Any]) -> str:
    """The download of a whole version."""
    return f"{'download as CSV':26}{told['rows']:>11,}  {told['mb']} MB in {told['s']} s"


def started(told: dict[str, Any]) -> str:
    """The cold start."""
    if "failed" in told:
        return f"cold start: the program did not start: {told['failed']}"
    idle = told["idle"]
    return (
        f"cold start, `nabz serve --demo` to /readyz 200: first {told['first_s']} s (with migration and demo rows),"
        f" second {told['second_s']} s, third {told['third_s']} s;"
        f" idle RSS {idle['rss_mb']} MB, PSS {idle['pss_mb']} MB"
    )
