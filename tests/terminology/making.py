"""A committee and its made-up codings: short ways to take a terminology through its life."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from nabz.kit.db import Database, Tx
from nabz.terminology.model import Concept, Kind, Read, Retirement, Row, Terminology, Version
from nabz.terminology.service import drafting, importing, reading
from nabz.terminology.service.import_report import Report

AUTHOR, SECOND, THIRD = "sara", "reza", "mina"
START = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)

Told = tuple[Any, ...]
Deed = Callable[[Tx, Terminology, int], Version]


def concept(code: str, value: str = "مقدار", **more: Any) -> Concept:
    return Concept(code=code, value=value, **more)


def row(line: int, code: str, value: str = "مقدار", **more: Any) -> Row:
    return Row(line=line, code=code, value=value, **more)


def told(one: Concept) -> Told:
    """What a version says of a code: the same for ever."""
    return (one.code, one.target, *one.content)


class Sheet:
    """A file in memory; with several lists of rows each pass reads the next one."""

    def __init__(
        self, *passes: Iterable[Read], complete: bool = True, lenient: bool = False, kind: Kind = Kind.CODES
    ) -> None:
        self._passes = [list(rows) for rows in passes]
        self.complete = complete
        self.lenient = lenient
        self.kind = kind
        self.progress = 0.0

    def rows(self) -> Iterator[Read]:
        rows = self._passes.pop(0) if len(self._passes) > 1 else self._passes[0]
        return iter(rows)


def sheet(codes: Iterable[str], value: str = "مقدار", **more: Any) -> Sheet:
    """A whole file of codes that all have one value."""
    return Sheet([row(line, code, value) for line, code in enumerate(codes, start=2)], **more)


def gone(line: int, code: str, successor: str = "") -> Retirement:
    return Retirement(line=line, code=code, successor=successor)


class Desk:
    """The committee; each of its deeds comes a second after the one before."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._at = START

    def now(self) -> datetime:
        self._at += timedelta(seconds=1)
        return self._at

    def wait(self, seconds: float) -> None:
        self._at += timedelta(seconds=seconds)

    async def one(self, id_: str) -> Terminology:
        return await self.db.read(reading.one, id_)

    async def draft(self, id_: str) -> Version:
        return await self.db.read(lambda tx: drafting.draft(tx, reading.one(tx, id_)))

    async def draft_codes(self, id_: str) -> list[str]:
        draft, t = await self.draft(id_), await self.one(id_)
        return [one.code for one in await self.db.read(reading.page, t, draft.step)]

    async def step(self, id_: str, label: str = "") -> int:
        return await self.db.read(lambda tx: reading.version(tx, reading.one(tx, id_), label).step)

    async def define(self, id_: str, source: str | None = None, target: str | None = None) -> Terminology:
        """Define codes, or with two ends a map."""
        new = Terminology(
            number=0,
            id=id_,
            kind=Kind.MAP if source else Kind.CODES,
            title_fa=f"کدهای {id_}",
            title_en=f"Codes of {id_}",
            defined_at=self.now(),
            source=source,
            target=target,
        )
        return await self.db.write(drafting.define, new, AUTHOR, self.now())

    async def begin(self, id_: str, label: str, by: str = AUTHOR) -> Version:
        return await self.db.write(drafting.begin, await self.one(id_), label, "", by, self.now())

    async def put(self, id_: str, *concepts: Concept, by: str = AUTHOR) -> Version:
        def put(one: Concept) -> Deed:
            return lambda tx, t, revision: drafting.put(tx, t, revision, one, by, self.now())

        return await self._in_draft(id_, *map(put, concepts))

    async def retire(self, id_: str, *codes: str, successor: str = "", target: str = "", by: str = AUTHOR) -> Version:
        def retire(code: str) -> Deed:
            return lambda tx, t, revision: drafting.retire(tx, t, revision, code, target, successor, by, self.now())

        return await self._in_draft(id_, *map(retire, codes))

    async def undo(self, id_: str, code: str, target: str = "", by: str = AUTHOR) -> Version:
        return await self._in_draft(
            id_, lambda tx, t, revision: drafting.undo(tx, t, revision, code, target, by, self.now())
        )

    async def submit(self, id_: str, by: str = AUTHOR) -> Version:
        return await self._in_draft(id_, lambda tx, t, revision: drafting.submit(tx, t, revision, by, self.now()))

    async def approve(self, id_: str, by: str = SECOND) -> Version:
        return await self._in_draft(id_, lambda tx, t, revision: drafting.publish(tx, t, revision, by, self.now()))

    async def publish(self, id_: str, label: str, *concepts: Concept, retired: dict[str, str] | None = None) -> Version:
        """Take a version all the way; `retired` names successors by code."""

        def run(tx: Tx) -> Version:
            t = reading.one(tx, id_)
            version = drafting.begin(tx, t, label, "", AUTHOR, self.now())
            for each in concepts:
                version = drafting.put(tx, t, version.revision, each, AUTHOR, self.now())
            for code, successor in (retired or {}).items():
                version = drafting.retire(tx, t, version.revision, code, "", successor, AUTHOR, self.now())
            version = drafting.submit(tx, t, version.revision, AUTHOR, self.now())
            return drafting.publish(tx, t, version.revision, SECOND, self.now())

        return await self.db.write(run)

    async def withdraw(self, id_: str, label: str) -> Version:
        return await self.db.write(drafting.withdraw, await self.one(id_), label, "اشتباه بود", SECOND, self.now())

    async def load(self, id_: str, source: Sheet, label: str, by: str = AUTHOR) -> tuple[Version, Report]:
        return await importing.load(self.db, self.now, await self.one(id_), source, label, "", by, sure=True)

    async def publish_sheet(self, id_: str, label: str, source: Sheet) -> Version:
        await self.load(id_, source, label)
        await self.submit(id_)
        return await self.approve(id_)

    async def discard(self, id_: str) -> None:
        draft = await self.draft(id_)
        await importing.discard(self.db, self.now, await self.one(id_), draft.revision, AUTHOR)

    async def codes(self, id_: str, label: str = "", limit: int = 100) -> list[Told]:
        """Read a version to its end, page by page."""
        return await self.db.read(lambda tx: everything(tx, reading.one(tx, id_), None, limit, label))

    async def _in_draft(self, id_: str, *deeds: Deed) -> Version:
        def run(tx: Tx) -> Version:
            t = reading.one(tx, id_)
            version = drafting.draft(tx, t)
            for deed in deeds:
                version = deed(tx, t, version.revision)
            return version

        return await self.db.write(run)


def everything(tx: Tx, t: Terminology, step: int | None, limit: int = 100, label: str = "") -> list[Told]:
    """What a version says, read page by page."""
    step = reading.version(tx, t, label).step if step is None else step
    found: list[Told] = []
    after = ""
    while page := reading.page(tx, t, step, after, limit):
        found += map(told, page)
        after = reading.cursor(page[-1])
    return found
