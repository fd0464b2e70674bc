"""What was found: the results of a physician's own prescriptions, once their centres have released them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response

from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.pages.ep.frame import PhysicianPages
from nabz.prescriptions.pages.ep.words import EpWords
from nabz.prescriptions.pages.ep.writing import WRITERS
from nabz.prescriptions.pages.frame import caller_of, db_of, doctor_of, draw
from nabz.prescriptions.service import enrolment, reading, results
from nabz.prescriptions.service.results import Reader
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from nabz.kit.http import Call


def routes() -> Pages:
    """A result, and its files."""
    pages = PhysicianPages("prescriptions")

    @pages.get("/ep/results/{id}", summary="A released result", roles=WRITERS)
    async def one(call: Call) -> Response:
        found = await results.one(db_of(call), call.path["id"], await _reader(call), call.now)
        written = await db_of(call).read(reading.by_id, found.prescription)
        centre = await db_of(call).read(enrolment.centre, found.centre)
        return draw(call, "ep/result.html", say=EpWords(call), one=found, written=written, centre=centre)

    @pages.get("/ep/results/{id}/files/{number}", summary="A file of a released result", roles=WRITERS)
    async def file(call: Call) -> Response:
        number = number_of(call.path["number"])
        found = await results.read_file(db_of(call), call.path["id"], number, await _reader(call), call.now)
        headers = {
            "content-disposition": f"inline; filename*=UTF-8''{quote(found.name, safe='')}",
            "content-security-policy": "default-src 'none'; sandbox",
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        }
        return Response(found.content, media_type=found.type, headers=headers)

    return pages


async def _reader(call: Call) -> Reader:
    """Say who reads: whoever is signed in, for the physician who wrote it."""
    doctor = await doctor_of(call)
    return Reader(by=caller_of(call).by, doctor=doctor.id)
