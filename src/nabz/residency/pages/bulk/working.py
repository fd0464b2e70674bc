"""The files that this process works at, beside its calls: each says every second how far it is."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter, defaultdict
from contextlib import asynccontextmanager, suppress
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nabz.kit import ids, log
from nabz.kit.errors import Problem
from nabz.kit.http.routes import Bug
from nabz.residency.errors import RowsRefused, TooManyAtWork
from nabz.residency.files import reading
from nabz.residency.model.uploads import MOST_AT_WORK, THOUSAND
from nabz.residency.service import uploads
from nabz.residency.service.uploads import checking, storing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from contextlib import AbstractAsyncContextManager

    from nabz.kit.clock import Clock
    from nabz.kit.db import Database
    from nabz.kit.http import Deps
    from nabz.kit.http.upload import UploadedFile
    from nabz.residency.files.columns import Names
    from nabz.residency.files.reading import Read
    from nabz.residency.model import Caller
    from nabz.residency.model.uploads import Upload

Owner = tuple[int, str]
"""A data set and a university in it; the ministry is none."""

AT_ONCE: Final = 2
BEAT: Final = 1.0
READING: Final = 400
"""So many thousandths of a check are the reading of the file."""


class Crew:
    """Who works."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._seats = asyncio.Semaphore(AT_ONCE)
        # Whoever sends many files waits for himself, and not the others for him.
        self._own: defaultdict[Owner, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(1))
        self._sent: Counter[Owner] = Counter()

    def make_room(self, owner: Owner) -> None:
        """Count one more file of a sender that waits, until it is left or its check ends. Raises TooManyAtWork."""
        if self._sent[owner] >= MOST_AT_WORK:
            raise TooManyAtWork(most=MOST_AT_WORK)
        self._sent[owner] += 1

    def leave(self, owner: Owner) -> None:
        """Count one file less."""
        self._sent[owner] -= 1

    def check(self, db: Database, clock: Clock, upload: Upload, path: Path, names: Names) -> None:
        """Begin the check of a file for which there is room; it is thrown away when it is read."""
        owner = (db.data_set, upload.university)
        self._begin(_Work(db, clock, upload).check(self.seat(owner), path, names), lambda: self.leave(owner))

    def store(self, db: Database, clock: Clock, upload: Upload, caller: Caller, *, whole: bool) -> None:
        """Begin to store what is good."""
        seat = self.seat((db.data_set, upload.university))
        self._begin(_Work(db, clock, upload).store(seat, caller, whole=whole))

    @asynccontextmanager
    async def seat(self, owner: Owner) -> AsyncIterator[None]:
        """Work while few others do, and nobody else for the same sender."""
        async with self._own[owner], self._seats:
            yield

    async def close(self) -> None:
        """Leave what is not done; it is told as interrupted."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[None, None, None], done: Callable[[], None] = lambda: None) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: done())


def crew_of(deps: Deps) -> Crew:
    """Give the crew of this process; it has to be closed before the store is."""
    return deps.own(Crew, Crew)


def kept(file: UploadedFile) -> tuple[Path, str]:
    """Copy a file that came with a call to where only we read it; give its digest too."""
    with tempfile.NamedTemporaryFile(prefix="nabz-", delete=False) as copy:
        while piece := file.file.read(1 << 20):
            copy.write(piece)
    path = Path(copy.name)
    with path.open("rb") as stream:
        return path, file_digest(stream, "sha256").hexdigest()


class _Work:
    """The work at one file."""

    def __init__(self, db: Database, clock: Clock, upload: Upload) -> None:
        self._db = db
        self._clock = clock
        self._upload = upload
        self._done = 0

    async def check(self, seat: AbstractAsyncContextManager[None], path: Path, names: Names) -> None:
        """Give each row its receipt."""
        try:
            async with self._beating(), seat:
                read = await asyncio.to_thread(self._read, path, names)
                await self._check(read)
        except Problem as problem:
            await self._db.write(uploads.refuse, self._upload.id, problem.text_fa, problem.text_en, self._clock.now())
        except Exception as error:  # noqa: BLE001 - logged, and told as what it is
            log.bug(error, upload=self._upload.id)
            await self._db.write(uploads.refuse, self._upload.id, Bug.fa, Bug.en, self._clock.now())
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    def _read(self, path: Path, names: Names) -> Read:
        def tell(part: float) -> None:
            self._done = int(READING * part)

        try:
            return reading.read(path, self._upload.kind, self._upload.year, names, tell)
        finally:
            path.unlink(missing_ok=True)

    async def _check(self, read: Read) -> None:
        check = await asyncio.to_thread(checking.Check, self._upload, read.lines)
        count = 0
        for some in check.chunks():
            chunk = await asyncio.to_thread(check.tidied, some)
            await self._db.read(check.look, chunk)
            new = [ids.new_id() for _ in chunk]
            receipts = await asyncio.to_thread(check.judge, chunk, new, self._clock.now())
            count += len(chunk)
            self._done = READING + (THOUSAND - READING) * count // len(read.lines)
            await self._db.write(checking.keep, self._upload.id, receipts, self._done, self._clock.now())
        remark = ("", "")
        if read.strange:
            strange = "»، «".join(read.strange), ", ".join(read.strange)
            remark = f"این ستون‌ها خوانده نشد: «{strange[0]}».", f"These columns were not read: {strange[1]}."
        await self._db.write(uploads.checked, self._upload.id, len(read.lines), remark, self._clock.now())

    async def store(self, seat: AbstractAsyncContextManager[None], caller: Caller, *, whole: bool) -> None:
        """Store what is good, or tell why nothing was."""
        try:
            async with self._beating(), seat:
                spans = await self._db.read(storing.spans, self._upload, whole=whole)
                for number, span in enumerate(spans, 1):
                    now = self._clock.now()
                    await self._db.write(storing.store_span, self._upload, span, caller, now, whole=whole)
                    self._done = THOUSAND * number // len(spans)
                await self._db.write(storing.finish, self._upload, caller, self._clock.now())
        except Problem as problem:
            missed = problem.missed if isinstance(problem, RowsRefused) else ()
            told = (problem.text_fa, problem.text_en, self._clock.now(), missed)
            await self._db.write(uploads.put_back, self._upload.id, *told)
        except Exception as error:  # noqa: BLE001 - logged, and told as what it is
            log.bug(error, upload=self._upload.id)
            await self._db.write(uploads.put_back, self._upload.id, Bug.fa, Bug.en, self._clock.now())

    @asynccontextmanager
    async def _beating(self) -> AsyncIterator[None]:
        beat = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            beat.cancel()
            with suppress(asyncio.CancelledError):
                await beat

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            with suppress(Problem):  # a store that is busy: the next beat may find it free
                await self._db.write(uploads.see, self._upload.id, self._done, self._clock.now())
