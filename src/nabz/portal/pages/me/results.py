"""My results, once their centres have released them: numbers, text, files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import msgspec
from starlette.responses import Response

from nabz.portal.pages.me.frame import Me, draw, known
from nabz.portal.service import record
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.service import results
from nabz.prescriptions.service.results import Reader
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.prescriptions.model.results import Result

PATH: Final = "/me/results"
PAGE: Final = 20


class Sought(msgspec.Struct, frozen=True):
    """Where a page of the list begins."""

    before: str = ""


def routes() -> Pages:
    """These pages."""
    pages = Pages("portal")

    @pages.get(PATH, summary="My results")
    @known
    async def listed(call: Call, me: Me) -> Response:
        found, names = await me.db.read(_listed, me.whom, call.query(Sought).before[:64])
        more = f"{PATH}?before={found[PAGE - 1].id}" if len(found) > PAGE else ""
        return draw(call, me, "results.html", found=found[:PAGE], centres=names, more=more)

    @pages.get(f"{PATH}/{{id}}", summary="One of my results")
    @known
    async def one(call: Call, me: Me) -> Response:
        found = await results.one(me.db, call.path["id"], reader(me), call.now)
        names = await me.db.read(record.centre_names, [found.centre])
        return draw(call, me, "result.html", one=found, centre=names.get(found.centre, found.centre))

    @pages.get(f"{PATH}/{{id}}/files/{{number}}", summary="A file of one of my results")
    @known
    async def file(call: Call, me: Me) -> Response:
        number = number_of(call.path["number"])
        found = await results.read_file(me.db, call.path["id"], number, reader(me), call.now)
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
            "content-security-policy": "default-src 'none'; sandbox",
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        }
        return Response(found.content, media_type=found.type, headers=headers)

    return pages


def reader(me: Me) -> Reader:
    """Say who reads: the person whose results they are, or a parent."""
    return Reader(by=me.key, patient=me.whom)


def _listed(tx: Tx, key: str, before: str) -> tuple[list[Result], dict[str, str]]:
    found = results.of_patient(tx, key, PAGE + 1, before)
    return found, record.centre_names(tx, (each.centre for each in found))
