"""The list of physicians whom the insurer has enrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlencode

import msgspec

from nabz.prescriptions.pages.ep.frame import PhysicianPages
from nabz.prescriptions.pages.ep.words import EpWords
from nabz.prescriptions.pages.ep.writing import WRITERS
from nabz.prescriptions.pages.frame import db_of, doctor_of, draw
from nabz.prescriptions.service import enrolment
from nabz.web.forms import Filled
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

PAGE: Final = 30


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which of them."""

    q: Annotated[str, msgspec.Meta(max_length=100)] = ""
    after: Annotated[str, msgspec.Meta(max_length=40)] = ""


def routes() -> Pages:
    """The list."""
    pages = PhysicianPages("prescriptions")

    @pages.get("/ep/doctors", summary="The physicians whom the insurer has enrolled", roles=WRITERS)
    async def listed(call: Call) -> Response:
        mine, asked = await doctor_of(call), call.query(Asked)
        found = await db_of(call).read(enrolment.doctors, asked.q.strip(), PAGE + 1, asked.after)
        kept = {"q": asked.q} if asked.q else {}
        more = f"/ep/doctors?{urlencode({**kept, 'after': found[PAGE - 1].id})}" if len(found) > PAGE else ""
        return draw(
            call,
            "ep/doctors.html",
            say=EpWords(call),
            form=Filled({"q": asked.q}),
            found=found[:PAGE],
            mine=mine,
            following=more,
            first=f"/ep/doctors?{urlencode(kept)}" if asked.after else "",
        )

    return pages
