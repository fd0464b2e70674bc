"""`python -m bench`: ours beside the limit, on SQLite and on PostgreSQL."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import appointments, cases, measure, prescriptions, report, residency, stores, terminology, uploading
from bench.download import downloaded
from bench.measure import Length
from bench.recording import recorded
from bench.start import cold_start

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WHOLE = Length(
    2.0, rounds=5, seconds=0.8, warm=0.2, latency_rounds=2, latency_seconds=0.9,
    sizes=(100_000, 1_000_000), codes=1_000_000,
)  # fmt: skip
QUICK = Length(
    1.5, rounds=3, seconds=0.5, warm=0.2, latency_rounds=1, latency_seconds=0.5, sizes=(100_000,), codes=100_000
)
SMOKE = Length(
    0.1, rounds=1, seconds=0.1, warm=0.05, latency_rounds=1, latency_seconds=0.1, sizes=(10_000,), codes=1000
)
SCALE = Length(
    2.0, rounds=5, seconds=1.5, warm=0.5, latency_rounds=2, latency_seconds=2.0, sizes=(10_000_000,), codes=1_000_000
)
ENGINES = ("sqlite", "postgresql")
FILES = "files"
NAMES = [
    *(case.name for case in (*cases.CASES, *terminology.CASES, *appointments.CASES, *prescriptions.CASES)),
    *(case.name for case in residency.CASES),
    FILES,
]


Measured = (
    cases.Case
    | terminology.CodingCase
    | appointments.SlotCase
    | prescriptions.PrescriptionCase
    | residency.ResidencyCase
)


class Run:
    """One run: what is measured, on what, and what has been told so far."""

    def __init__(self, length: Length, only: Sequence[str], say: Callable[[str], None]) -> None:
        self._length = length
        self._only = only
        self._say = say
        self._stores = stores.Stores(stores.folder())
        self._folder = Path(tempfile.mkdtemp(prefix="nabz-bench-"))
        self._load = measure.Load(self._folder)
        self.told: dict[str, Any] = {"machine": report.machine()}
        self.told |= {kind: [] for kind in ("cases", "memory", "codings", "files")}

    def whole(self, engines: Sequence[str], *, start: bool, again: bool = False) -> None:
        """Measure all of it, and leave nothing running."""
        try:
            if "postgresql" in engines:
                self.told["machine"]["postgresql"] = self._stores.cluster.version
            self._say("  ".join(f"{name} {value}" for name, value in self.told["machine"].items()))
            if start:
                self.told["start"] = cold_start()
                self._say(f"\n{report.started(self.told['start'])}")
            for engine in engines:
                self._say(f"\n{report.head(engine)}")
                for size in self._length.sizes:
                    self._one_store(engine, size)
                self._codings(engine, again=again)
                for size in self._length.sizes:
                    self._slots(engine, size)
                for size in self._length.sizes:
                    self._prescriptions(engine, size)
                self._residency(engine, self._length.sizes[0])
        finally:
            self._load.stop()
            self._stores.close()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _one_store(self, engine: str, size: int) -> None:
        grown = size != self._length.sizes[0]
        wanted = [case for case in cases.CASES if case.name in self._only and (case.grows or not grown)]
        if not wanted:
            return
        url = self._stores.get(engine, size)
        cluster = self._stores.cluster.pid if engine == "postgresql" else None
        with measure.serving(url, cluster, self._folder) as (servers, meters):
            for case in wanted:
                sides = {"ours": case.ours(size), "limit": case.limit(size)}
                self._one_case(engine, case, size, sides, servers, meters)
            self._remember(engine, size, servers["ours"].pid)

    def _codings(self, engine: str, *, again: bool) -> None:
        """Measure what is asked of the codings, and how much memory a worker has then, and after a whole download."""
        size = self._length.codes
        wanted = [case for case in terminology.CASES if case.name in self._only]
        if not wanted and not again:
            return
        url, imports = self._stores.codings(engine, size, again=again)
        self.told["codings"].append({"engine": engine, **imports})
        self._say(report.imported(imports))
        sides = {case.name: terminology.sides(case, size) for case in wanted}
        statements = self._folder / "statements"
        replayed = {case.name: (case.most, sides[case.name]["ours"]) for case in wanted if case.limit is None}
        recorded(url, replayed, self._folder / "data", statements)
        cluster = self._stores.cluster.pid if engine == "postgresql" else None
        options = ("--statements", str(statements))
        with measure.serving(url, cluster, self._folder, *options) as (servers, meters):
            for case in wanted:
                self._one_case(engine, case, size, sides[case.name], servers, meters)
            self._remember(engine, size, servers["ours"].pid)
            self._say(report.downloaded(downloaded(servers["ours"].port)))
            self._remember(engine, size, servers["ours"].pid)

    def _slots(self, engine: str, size: int) -> None:
        """Measure what is asked of the appointments, on a country of so many slots."""
        grown = size != self._length.sizes[0]
        wanted = [case for case in appointments.CASES if case.name in self._only and (case.grows or not grown)]
        if not wanted:
            return
        url = self._stores.slots(engine, size)
        place = appointments.Place(url, size)
        sides = {case.name: appointments.sides(case, place) for case in wanted}
        statements = self._folder / "statements"
        replayed = {case.name: (case.most, sides[case.name]["ours"]) for case in wanted if case.limit is None}
        recorded(url, replayed, self._folder / "data", statements)
        cluster = self._stores.cluster.pid if engine == "postgresql" else None
        with measure.serving(url, cluster, self._folder, "--statements", str(statements)) as (servers, meters):
            for case in wanted:
                self._one_case(engine, case, size, sides[case.name], servers, meters)
            self._remember(engine, size, servers["ours"].pid)

    def _prescriptions(self, engine: str, size: int) -> None:
        """Measure what is asked of the prescriptions, in a country of so many."""
        grown = size != self._length.sizes[0]
        wanted = [case for case in prescriptions.CASES if case.name in self._only and (case.grows or not grown)]
        if not wanted:
            return
        url = self._stores.prescriptions(engine, size)
        place = prescriptions.Place(url, size)
        sides = {case.name: prescriptions.sides(case, place) for case in wanted}
        statements = self._folder / "statements"
        replayed = {case.name: (case.most, sides[case.name]["ours"]) for case in wanted if case.limit is None}
        recorded(url, replayed, self._folder / "data", statements)
        cluster = self._stores.cluster.pid if engine == "postgresql" else None
        with measure.serving(url, cluster, self._folder, "--statements", str(statements)) as (servers, meters):
            for case in wanted:
                self._one_case(engine, case, size, sides[case.name], servers, meters)
            self._remember(engine, size, servers["ours"].pid)

    def _residency(self, engine: str, size: int) -> None:
        """Measure what is asked of the registry of residents, and how fast files go in."""
        wanted = [case for case in residency.CASES if case.name in self._only]
        if not wanted and FILES not in self._only:
            return
        url = self._stores.residents(engine, size)
        place = residency.Place(url, size)
        sides = {case.name: residency.sides(case, place) for case in wanted}
        statements = self._folder / "statements"
        replayed = {case.name: (case.most, sides[case.name]["ours"]) for case in wanted if case.limit is None}
        recorded(url, replayed, self._folder / "data", statements)
        cluster = self._stores.cluster.pid if engine == "postgresql" else None
        with measure.serving(url, cluster, self._folder, "--statements", str(statements)) as (servers, meters):
            for case in wanted:
                self._one_case(engine, case, place.many, sides[case.name], servers, meters)
            if FILES in self._only:
                told = uploading.large(place, servers, meters)
                told["together"] = uploading.together(place, servers, meters)
                self.told["files"].append({"engine": engine, **told})
                self._say(report.uploaded(told))
            self._remember(engine, place.many, servers["ours"].pid)

    def _one_case(
        self,
        engine: str,
        case: Measured,
        size: int,
        sides: dict[str, list[str]],
        servers: dict[str, measure.Server],
        meters: dict[str, measure.Meter],
    ) -> None:
        requests = {side: self._load.requests(f"{case.name}-{side}", texts) for side, texts in sides.items()}
        how = {name: getattr(case, name) for name in ("in_flight", "ordered", "longer", "must") if hasattr(case, name)}
        found = measure.measured(self._load, self._length, requests, servers, meters, **how)
        self.told["cases"].append({"engine": engine, "case": case.name, "rows": size, **found})
        self._say(report.row(case.title, size, found))

    def _remember(self, engine: str, size: int, pid: int) -> None:
        memory = {"engine": engine, "rows": size, **measure.memory(pid)}
        self.told["memory"].append(memory)
        self._say(report.remembered(memory))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--quick", dest="length", action="store_const", const=QUICK, help="about one minute")
    length.add_argument("--scale", dest="length", action="store_const", const=SCALE, help="10,000,000 rows, kept")
    length.add_argument("--smoke", dest="length", action="store_const", const=SMOKE, help="does it run at all?")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="only this one")
    parser.add_argument("--case", choices=NAMES, action="append", help="only this one")
    parser.add_argument("--rows", type=int, action="append", help="of this size, instead of the usual ones")
    parser.add_argument("--import", dest="again", action="store_true", help="import the codings anew, and measure it")
    parser.add_argument("--no-start", action="store_true", help="leave the cold start out")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.set_defaults(length=WHOLE)
    chosen = parser.parse_args()

    def say(text: str) -> None:
        print(text, file=sys.stderr if chosen.json else sys.stdout, flush=True)

    begun = time.perf_counter()
    length_ = replace(chosen.length, sizes=tuple(chosen.rows)) if chosen.rows else chosen.length
    run = Run(length_, chosen.case or NAMES, say)
    run.whole(chosen.engine or ENGINES, start=not chosen.no_start, again=chosen.again)
    say(f"\n{time.perf_counter() - begun:.0f} s")
    if chosen.json:
        print(json.dumps(run.told, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
