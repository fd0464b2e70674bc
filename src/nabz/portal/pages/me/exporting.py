"""Taking one's record away: everything of it in one ZIP, for people and for programs."""

from __future__ import annotations

import asyncio
import tempfile
from typing import IO, TYPE_CHECKING, Final

from starlette.responses import StreamingResponse

from nabz.portal.pages.me.archive import Archive
from nabz.portal.pages.me.frame import Me, draw, known, today
from nabz.portal.pages.me.results import reader
from nabz.portal.service import record
from nabz.prescriptions.service import results
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from nabz.kit.http import Call

AT_ONCE: Final = 2
IN_MEMORY: Final = 8 << 20
PIECE: Final = 256 << 10


def routes() -> Pages:
    """The page, and the file."""
    pages = Pages("portal")
    seats = asyncio.Semaphore(AT_ONCE)

    @pages.get("/me/export", summary="What is in the export of my record")
    @known
    async def about(call: Call, me: Me) -> Response:
        return draw(call, me, "export.html")

    @pages.post("/me/export", summary="My whole record as a ZIP")
    @known
    async def take(call: Call, me: Me) -> Response:
        async with seats:
            file = await _packed(call, me)
        name = f"nabz-my-health-{today(call)}.zip"
        headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
        return StreamingResponse(_pieces(file), media_type="application/zip", headers=headers)

    return pages


async def _packed(call: Call, me: Me) -> IO[bytes]:
    """Write the archive into a file of no name: the files of results are read one by one."""
    found = await me.db.read(record.gather, me.whom, call.now)
    await me.db.write(record.note_export, me.whom, me.key, call.now)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - who sends it closes it
    with Archive(file) as archive:
        await asyncio.to_thread(archive.write, found, me.whom_name, call.now)
        for result in found.results:
            for kept in result.files:
                there = await results.read_file(me.db, result.id, kept.number, reader(me), call.now)
                await asyncio.to_thread(archive.add, result.id, kept.number, there)
    file.seek(0)
    return file


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
