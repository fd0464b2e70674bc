"""One code: what it means, where it stands, what the versions did to it, and where the maps lead from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

import msgspec

from nabz.terminology.errors import UnknownCode
from nabz.terminology.model import Kind, code_of
from nabz.terminology.pages import official
from nabz.terminology.pages.frame import draw, elsewhere
from nabz.terminology.service import comparing, reading
from nabz.web.render import see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.terminology.model import Concept, Entry, Moment, Terminology
    from nabz.web.pages import Pages

CHILDREN = 100
DEEPEST = 12


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The code, which may hold strokes and blanks and so is no part of a path; children go on after one of them."""

    code: Annotated[str, msgspec.Meta(max_length=200)]
    version: Annotated[str, msgspec.Meta(max_length=200)] = ""
    after: Annotated[str, msgspec.Meta(max_length=300)] = ""


def add(pages: Pages) -> None:
    """Put the page of a code among the others."""

    @pages.get("/maxa/t/{id}/code", summary="One code: its meaning, history and maps")
    async def concept(call: Call) -> Response:
        wanted = call.query(Wanted)
        t = await call.db.read(reading.one, call.path["id"])
        if t.kind is Kind.MAP:  # a row of a map is no concept: what it starts from is one
            return see_other(call, f"/maxa/t/{t.source}/code?{urlencode({'code': wanted.code})}")
        if t.id != call.path["id"]:
            return elsewhere(call, t.id)
        seen = await call.db.read(_seen, t, wanted)
        spelt = seen["concept"].code
        if spelt != wanted.code:
            asked = {"code": spelt, **({"version": wanted.version} if wanted.version else {})}
            return elsewhere(call, t.id, urlencode(asked))
        return draw(call, "terminology/concept.html", **seen)


def _seen(tx: Tx, t: Terminology, wanted: Wanted) -> dict[str, Any]:
    """Read a code as a version has it, or as it was last; raises UnknownVersion, UnknownCode."""
    version = reading.version(tx, t, wanted.version)
    try:
        here: Entry | None = reading.concept(tx, t, wanted.code, version.step)
    except UnknownCode:
        here = None
    code = here.code if here else code_of(wanted.code)
    history = reading.history(tx, t, code)
    concept = here or _last(history, code)
    children = reading.page(tx, t, version.step, wanted.after, CHILDREN + 1, parent=code) if here else []
    translations = comparing.translations(tx, t, code)
    return {
        "one": t,
        "version": version,
        "concept": concept,
        "here_now": here is not None,
        "gone": comparing.ended(history, version) if here is None else None,
        "history": history,
        "ancestors": _ancestors(tx, t, version.step, concept) if here else [],
        "children": children[:CHILDREN],
        "next": reading.cursor(children[CHILDREN - 1]) if len(children) > CHILDREN else "",
        "translations": translations,
        "titles": {id_: reading.one(tx, id_) for id_ in {found.terminology for found in translations}},
        "official": official.of_code(t, version, code),
    }


def _last(history: list[Moment], code: str) -> Concept:
    for moment in history:
        if moment.concept is not None:
            return moment.concept
    raise UnknownCode(code=code)


def _ancestors(tx: Tx, t: Terminology, step: int, concept: Concept) -> list[Concept]:
    """Read the way up to the root; a parent that is not there, or comes again, ends it."""
    above: list[Concept] = []
    seen = {concept.code}
    parent = concept.parent
    while parent and parent not in seen and len(above) < DEEPEST:
        seen.add(parent)
        try:
            above.insert(0, reading.concept(tx, t, parent, step))
        except UnknownCode:
            break
        parent = above[0].parent
    return above
