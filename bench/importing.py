"""A database of codings, filled as a real one is: a file, the rows checked, a draft, two persons, three versions."""

from __future__ import annotations

import asyncio
import hashlib
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, insert

from bench import codings, filling
from nabz.app import OFFERS
from nabz.gateway import tables as gateway
from nabz.gateway.service import packages
from nabz.kit.db import open_database
from nabz.terminology.api.operations import maxa
from nabz.terminology.files.opening import open_source
from nabz.terminology.model import Kind, Terminology
from nabz.terminology.service import drafting, importing, reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nabz.kit.db import Database
    from nabz.terminology.service.import_report import Progress

AUTHOR, APPROVER = "u1", "u2"
GRANTS = filling.PEOPLE * filling.MOST_CALLERS


def pid(client: int) -> str:
    """A caller's licence for the terminologies, beside that for the echo."""
    return f"{client + filling.PEOPLE:024x}"


def shape() -> str:
    """What tells one filling from another: how it is made here, and the tables."""
    seen = hashlib.sha256(filling.shape().encode())
    for path in (Path(__file__), Path(codings.__file__)):
        seen.update(path.read_bytes())
    return seen.hexdigest()[:12]


def fill(url: str, size: int, files: list[Path]) -> dict[str, Any]:
    """Make a database with so many codes in three versions, and tell how long the imports took."""
    filling.fill(url, GRANTS)
    told = asyncio.run(_import_all(url, size, files))
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        rows = [
            {"pid": pid(caller), "client": f"c{caller}", "service_id": maxa.id, "active": True}
            | {"created_at": filling.FIRST, "per_day": 1_000_000_000, "per_second": 1_000_000}
            for caller in filling.callers(GRANTS)
        ]
        connection.execute(insert(gateway.packages), rows)
    engine.dispose()
    return told


async def _import_all(url: str, size: int, files: list[Path]) -> dict[str, Any]:
    db = open_database(url)
    await db.start()
    try:
        await db.write(packages.ensure_in_house, OFFERS)
        new = Terminology(
            number=0, id=codings.ID, kind=Kind.CODES, title_fa="کدهای سنجش", title_en="Codes of the benchmark",
            made_up="yes", defined_at=codings.PUBLISHED[0],
        )  # fmt: skip
        await db.write(drafting.define, new, AUTHOR, codings.PUBLISHED[0])
        versions = [await _import_one(db, step, file) for step, file in enumerate(files)]
    finally:
        await db.stop()
    return {"codes": size, "versions": versions}


async def _import_one(db: Database, step: int, file: Path) -> dict[str, Any]:
    """Do what an editor does: look at what the file would change, load it, hand it over; another publishes it."""
    now = codings.PUBLISHED[step]
    took: dict[str, float] = {}

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        begun, used = time.perf_counter(), time.process_time()
        yield
        took[f"{name}_s"] = round(time.perf_counter() - begun, 2)
        took[f"{name}_cpu_s"] = round(time.process_time() - used, 2)

    t = await db.read(reading.one, codings.ID)
    with timed("dry_run"):
        await importing.check(db, t, await asyncio.to_thread(open_source, file))
    stages = Stages()
    with timed("load"):
        source = await asyncio.to_thread(open_source, file)
        draft, report = await importing.load(db, lambda: now, t, source, codings.VERSIONS[step], "", AUTHOR, stages)
        parts = stages.told()
    with timed("publish"):
        sent = await db.write(drafting.submit, t, draft.revision, AUTHOR, now)
        await db.write(drafting.publish, t, sent.revision, APPROVER, now)
    counts = {name: getattr(report, name) for name in ("rows", "added", "changed", "retired")}
    return {**took, **counts, "rows_per_second": round(report.rows / took["load_s"]), "stages": parts}


class Stages:
    """When each stage of a load began."""

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}

    def __call__(self, progress: Progress) -> None:
        self._begun.setdefault(progress.stage, time.perf_counter())

    def told(self) -> dict[str, float]:
        """Seconds of all stages but the last from the first sign of each, and of the last until now."""
        names = list(self._begun)
        ends = [*list(self._begun.values())[1:], time.perf_counter()]
        return {name: round(end - self._begun[name], 2) for name, end in zip(names, ends, strict=True)}
