"""The imports that this process works at, beside its calls: each says every second how far it is."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from nabz.kit import log
from nabz.kit.errors import Problem
from nabz.kit.http.routes import Bug
from nabz.kit.persian import persian_digits
from nabz.terminology.files import open_source
from nabz.terminology.files.source import as_label, refused
from nabz.terminology.model import Kind
from nabz.terminology.pages.waiting import Opened, Stage, Standing, Told, WaitingRoom
from nabz.terminology.pages.words import told_fa
from nabz.terminology.service import importing
from nabz.terminology.service.import_report import Progress

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from nabz.kit.clock import Clock
    from nabz.kit.db import Database
    from nabz.kit.http import Call
    from nabz.terminology.files import Source
    from nabz.terminology.model import Terminology
    from nabz.terminology.pages.waiting import About

    Tell = Callable[[Progress], None]

AT_ONCE: Final = 2
BEAT: Final = 1.0


class Crew:
    """Who works, and where the uploads wait (without a folder of its own: in the data folder)."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._seats = asyncio.Semaphore(AT_ONCE)

    def room(self, call: Call) -> WaitingRoom:
        """Where the uploads wait."""
        return WaitingRoom(self._folder or Path(call.deps.settings.data) / "uploads")

    def check(self, call: Call, t: Terminology, about: About) -> None:
        """Begin the dry run."""
        self._begin(_Work(self.room(call), call.db, call.deps.clock, t, about).check(self._seats), about)

    def load(self, call: Call, t: Terminology, about: About, label: str, note: str, *, sure: bool) -> None:
        """Begin the load."""
        work = _Work(self.room(call), call.db, call.deps.clock, t, about)
        self._begin(work.load(self._seats, label, note, call.me.user_id, sure=sure), about)

    async def close(self) -> None:
        """Leave what is not done; the store throws away what was half loaded."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def busy(self, about: About) -> bool:
        """Tell whether this process is at work on an upload."""
        return about.id in self._tasks

    def _begin(self, work: Awaitable[None], about: About) -> None:
        task = asyncio.ensure_future(work)
        self._tasks[about.id] = task
        task.add_done_callback(lambda _done: self._tasks.pop(about.id, None))


class _Work:
    """The work at one upload."""

    def __init__(self, room: WaitingRoom, db: Database, clock: Clock, t: Terminology, about: About) -> None:
        self._room = room
        self._db = db
        self._clock = clock
        self._t = t
        self._about = about
        self._standing = room.standing(about)

    async def check(self, seats: asyncio.Semaphore) -> None:
        """Make the dry run and keep what it tells."""

        async def run(tell: Tell) -> Standing:
            source = await asyncio.to_thread(self._open)
            with source:
                report = await importing.check(self._db, self._t, source, tell, partial=self._about.partial)
            return replace(self._standing, stage=Stage.CHECKED, opened=_opened(source), told=Told.of(report))

        self._start(Stage.CHECKING)
        await self._beating(run, seats, Stage.REFUSED)

    async def load(self, seats: asyncio.Semaphore, label: str, note: str, by: str, *, sure: bool) -> None:
        """Load the file into a draft; what was typed stays if that fails."""

        async def run(tell: Tell) -> Standing:
            source = await asyncio.to_thread(self._open)
            with source:
                what, partial = (self._t, source, label, note, by, tell), self._about.partial
                await importing.load(self._db, self._clock.now, *what, partial=partial, sure=sure)
            self._room.forget_content(self._about)
            return replace(self._standing, stage=Stage.LOADED)

        self._standing = replace(self._standing, label=label, note=note, sure=sure)
        self._start(Stage.LOADING)
        await self._beating(run, seats, Stage.CHECKED)

    async def _beating(
        self, run: Callable[[Tell], Awaitable[Standing]], seats: asyncio.Semaphore, otherwise: Stage
    ) -> None:
        def tell(progress: Progress) -> None:
            self._standing = replace(self._standing, progress=progress)

        beat = asyncio.create_task(self._beat())
        try:
            async with seats:
                ended = await run(tell)
        except Problem as problem:
            ended = _failed(self._standing, otherwise, problem)
        except Exception as error:  # noqa: BLE001 - logged, and told as what it is
            log.bug(error, upload=self._about.id)
            ended = _failed(self._standing, otherwise, Bug())
        finally:
            beat.cancel()
            with suppress(asyncio.CancelledError):
                await beat
        self._standing = ended
        self._say(ended.stage)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            self._say(self._standing.stage)

    def _start(self, stage: Stage) -> None:
        """Begin anew: what the work before has said counts no more."""
        begun = Progress(done=0.0, rows=0, stage="reading")
        self._standing = replace(self._standing, progress=begun, problem="", problem_fa="", problem_en="")
        self._say(stage)

    def _say(self, stage: Stage) -> None:
        now: datetime = self._clock.now()
        self._standing = replace(self._standing, stage=stage, seen_at=now)
        self._room.say(self._about, self._standing)

    def _open(self) -> Source:
        source = open_source(self._room.content(self._about), name=self._about.name)
        if source.kind is not self._t.kind:
            source.close()
            raise refused(*_OTHER[self._t.kind])
        return source


_OTHER: Final = {
    Kind.CODES: ("نگاشت است و این ترمینولوژی کدینگ", "it holds a map, and this terminology holds codes"),
    Kind.MAP: ("کدینگ است و این ترمینولوژی نگاشت", "it holds codes, and this terminology is a map"),
}


def _failed(standing: Standing, stage: Stage, problem: Problem) -> Standing:
    fa, en = told_fa(problem), problem.text_en
    if problem.retry_after is not None:
        wait = max(1, round(problem.retry_after))
        fa = f"{fa} حدود {persian_digits(wait)} ثانیهٔ دیگر می‌توانید دوباره بفرستید."
        en = f"{en} You can try again in about {wait} seconds."
    return replace(standing, stage=stage, problem=problem.code, problem_fa=fa, problem_en=en)


def _opened(source: Source) -> Opened:
    return Opened(
        format=source.format.value,
        id=source.id,
        version=as_label(source.version),
        title=source.title,
        complete=source.complete,
    )
