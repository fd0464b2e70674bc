"""A whole version as a file, page by page out of the store: a million codes cost no more memory than a thousand."""

from __future__ import annotations

import asyncio
import os
from contextlib import AbstractContextManager, aclosing, contextmanager, nullcontext
from typing import IO, TYPE_CHECKING, Final

from starlette.responses import Response, StreamingResponse

from nabz.kit.errors import Busy, NotFound
from nabz.kit.http import Routes
from nabz.terminology.api.answers import known, lasts, marked, named
from nabz.terminology.files import csv_parts, fhir_parts, xlsx_file
from nabz.terminology.model import State
from nabz.terminology.service import reading
from nabz.terminology.wire.own.asked import WantedVersion
from nabz.terminology.wire.own.shapes import ROOT

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from starlette.types import Receive, Scope, Send

    from nabz.kit.db import Database, Tx
    from nabz.kit.http import Call
    from nabz.terminology.model import Concept, Terminology, Version

SAMPLES: Final = "samples/nabz/terminology"
TYPES: Final = {
    "csv": ("csv", "text/csv; charset=utf-8"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "fhir": ("json", "application/fhir+json"),
}
PAGE: Final = 2000
CHUNK: Final = 1 << 16
WORKBOOKS: Final = 2
"""A process writes so many at once: they cost far more than the other formats."""

downloads: Final = Routes("terminology")
HELD: Final = 16
"""So many workbooks at once may wait on our disk for those who fetch them; some read very slowly."""


class Desks:
    """Where workbooks are written, and how many are still held."""

    def __init__(self) -> None:
        self.held = 0
        self._writing = 0

    @contextmanager
    def seat(self) -> Iterator[None]:
        """Take a seat for as long as a workbook is written. Raises Busy."""
        if self._writing >= WORKBOOKS or self.held >= HELD:
            raise Busy(retry_after=5)
        self._writing += 1
        try:
            yield
        finally:
            self._writing -= 1

    @contextmanager
    def hold(self, file: IO[bytes]) -> Iterator[None]:
        """Count a file until it is closed."""
        self.held += 1
        try:
            with file:
                yield
        finally:
            self.held -= 1


class Streamed(StreamingResponse):
    """An answer in parts, broken off when the caller has left; what it reads from is closed in any case."""

    def __init__(
        self,
        parts: AsyncGenerator[bytes],
        headers: dict[str, str],
        media_type: str,
        held: AbstractContextManager[None] | None = None,
    ) -> None:
        super().__init__(parts, headers=headers, media_type=media_type)
        self._parts = parts
        self._held = held or nullcontext()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send the parts as they come."""
        with self._held:
            await self._send_parts(receive, send)

    async def _send_parts(self, receive: Receive, send: Send) -> None:
        async with aclosing(self._parts) as parts:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            async for part in parts:
                if await _has_left(receive):
                    return
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


@downloads.get(
    f"{ROOT}/{{id}}/download/{{format}}",
    summary="Download a version as csv, xlsx or fhir (an R4 CodeSystem, or the ConceptMap of a map)",
    query=WantedVersion,
    samples=(f"{SAMPLES}/download.csv", f"{SAMPLES}/download.codesystem.json", f"{SAMPLES}/download.conceptmap.json"),
)
async def download_version(call: Call) -> Response:
    """Answer with a file of the version that is in force at the beginning, or of the one that is asked for."""
    form = named(call, "format")
    if form not in TYPES:
        raise NotFound
    ending, type_ = TYPES[form]
    label = call.query(WantedVersion).version
    t, version = await call.db.read(_wanted, named(call, "id"), label)
    # FHIR has a word for a withdrawn version, so that file is another one afterwards.
    state = ".withdrawn" if version.state is State.WITHDRAWN else ""
    headers = marked(f"{t.id}@{version.label}.{form}{state}", lasting=lasts(label))
    headers["content-disposition"] = f'attachment; filename="{t.id}-{version.label}.{ending}"'
    if has_it := known(call, headers):
        return has_it
    if call.scope["method"] == "HEAD":
        return Streamed(_nothing(), headers, type_)
    if form == "xlsx":
        desks = call.deps.own(Desks, Desks)
        file = await _workbook(call.db, desks, t, version)
        headers["content-length"] = str(os.fstat(file.fileno()).st_size)
        return Streamed(_chunks(file), headers, type_, desks.hold(file))
    return Streamed(_text(call, t, version, form), headers, type_)


def _wanted(tx: Tx, id_: str, label: str) -> tuple[Terminology, Version]:
    t = reading.one(tx, id_)
    return t, reading.version(tx, t, label)


async def _pages(db: Database, t: Terminology, version: Version) -> AsyncGenerator[list[Concept]]:
    """Read a version, each page in a transaction of its own: what is published does not change in between."""
    after = ""
    while page := await db.read(reading.page, t, version.step, after, PAGE):
        yield page
        after = reading.cursor(page[-1])


async def _text(call: Call, t: Terminology, version: Version, form: str) -> AsyncGenerator[bytes]:
    async with aclosing(_pages(call.db, t, version)) as pages:
        base_url = call.deps.settings.base_url
        async for part in csv_parts(pages, t.kind) if form == "csv" else fhir_parts(pages, t, version, base_url):
            yield part


async def _workbook(db: Database, desks: Desks, t: Terminology, version: Version) -> IO[bytes]:
    with desks.seat():
        async with aclosing(_pages(db, t, version)) as pages:
            return await xlsx_file(pages, t, t.kind)


async def _chunks(file: IO[bytes]) -> AsyncGenerator[bytes]:
    while chunk := await asyncio.to_thread(file.read, CHUNK):
        yield chunk


async def _nothing() -> AsyncGenerator[bytes]:
    return
    yield  # what makes it a generator


async def _has_left(receive: Receive) -> bool:
    """Look, without waiting, whether the caller is gone."""
    try:
        async with asyncio.timeout(0):
            return bool((await receive())["type"] == "http.disconnect")
    except TimeoutError:
        return False
