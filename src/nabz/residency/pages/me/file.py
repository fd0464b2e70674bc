"""A resident's own file: who he is to his university, what it declared each year, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from nabz.residency.errors import ResidentNotFound
from nabz.residency.model import CodeKind, Declaration, Resident
from nabz.residency.pages import letters
from nabz.residency.pages.frame import draw, universities
from nabz.residency.pages.me.frame import FILE, PATH, known
from nabz.residency.service import codes, declarations, pictures, results, years
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.residency.pages.me.frame import Me

    Names = dict[str, tuple[str, str]]


class Residency(msgspec.Struct, frozen=True):
    """A residency with its declarations, newest first, as the resident sees them."""

    one: Resident
    declared: list[Declaration]


def routes() -> Pages:
    """The file, its pictures and its letters."""
    pages = Pages("residency")

    @pages.get(FILE, summary="A resident's own file")
    @known
    async def show(call: Call, me: Me) -> Response:
        found, courses, statuses = await me.db.read(_read, me.files, call.now)
        return draw(
            call,
            "me/file.html",
            me=me,
            residencies=found,
            courses=courses,
            statuses=statuses,
            universities=await universities(call),
        )

    @pages.get(f"{PATH}/picture/{{id}}", summary="A resident's own picture")
    @known
    async def picture(call: Call, me: Me) -> Response:
        found = await me.db.read(pictures.show, _mine(call, me).id)
        if found is None:
            raise ResidentNotFound
        return Response(found.content, media_type="image/jpeg", headers={"cache-control": "private, no-store"})

    @pages.get(f"{PATH}/results/{{year}}/{{id}}/letter", summary="The letter about a resident's own result")
    @known
    async def letter(call: Call, me: Me) -> Response:
        return await letters.answer(call, me.db, _mine(call, me).id, call.path["year"], FILE)

    return pages


def _mine(call: Call, me: Me) -> Resident:
    """Find the residency that the address names among one's own. Raises ResidentNotFound."""
    for one in me.files:
        if one.id == call.path["id"]:
            return one
    raise ResidentNotFound


def _read(tx: Tx, files: list[Resident], now: datetime) -> tuple[list[Residency], Names, Names]:
    """Read the declarations, with the results that are published, and the titles of courses and statuses."""
    published = years.published_ones(tx, now)
    found = [Residency(one, _seen(declarations.of_resident(tx, one.id), published)) for one in files]
    return found, codes.names(tx, CodeKind.COURSE), codes.names(tx, CodeKind.STATUS)


def _seen(declared: list[Declaration], published: set[int]) -> list[Declaration]:
    return [results.shown(one, published=one.year in published) for one in declared]
