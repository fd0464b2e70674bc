"""Two versions side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from markupsafe import Markup, escape

from nabz.terminology.model import Concept, Kind
from nabz.terminology.pages.frame import draw, elsewhere
from nabz.terminology.pages.marking import Differences
from nabz.terminology.service import reading
from nabz.web.forms import Filled

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.terminology.model import Changed, Terminology, Version
    from nabz.web.pages import Pages

PAGE = 100
FIELDS = ("value", "en", "parent", "note")
PROPERTY = "properties."


class Wanted(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """The two versions by their labels; without any, the one in force and the one before it."""

    from_: Annotated[str, msgspec.Meta(max_length=200)] = ""
    to: Annotated[str, msgspec.Meta(max_length=200)] = ""
    after: Annotated[str, msgspec.Meta(max_length=300)] = ""


class Line(msgspec.Struct, frozen=True):
    """One thing about a code that is not the same in both versions: which, as it was, as it is."""

    name: str
    before: Markup
    after: Markup


def add(pages: Pages) -> None:
    """Put the comparison among the other pages."""

    @pages.get("/maxa/t/{id}/compare", summary="Two versions side by side")
    async def compare(call: Call) -> Response:
        wanted = call.query(Wanted)
        t = await call.db.read(reading.one, call.path["id"])
        if t.id != call.path["id"]:
            return elsewhere(call, t.id)
        seen = await call.db.read(_compared, t, wanted)
        # Marks cost time, so they wait until the transaction is over.
        return draw(call, "terminology/compare.html", **{**seen, "rows": marked(seen["rows"], t.kind)})


def _compared(tx: Tx, t: Terminology, wanted: Wanted) -> dict[str, Any]:
    """Read what two versions differ in, the older one first; raises UnknownVersion."""
    versions = reading.versions(tx, t, withdrawn=True)
    newer = reading.version(tx, t, wanted.to) if t.last else None
    older = reading.version(tx, t, wanted.from_) if wanted.from_.strip() else _before(versions, newer)
    if older and newer and older.step > newer.step:
        older, newer = newer, older
    found = reading.diff(tx, t, older.step, newer.step, wanted.after, PAGE + 1) if older and newer else []
    return {
        "one": t,
        "versions": versions,
        "older": older,
        "newer": newer,
        "form": Filled({"from": older.label if older else "", "to": newer.label if newer else ""}),
        "rows": found[:PAGE],
        "next": reading.cursor(found[PAGE - 1]) if len(found) > PAGE else "",
        "going_on": bool(wanted.after),
    }


def _before(versions: list[Version], newer: Version | None) -> Version | None:
    """Give the version that was in force before another: withdrawn ones only if there is no other."""
    earlier = [one for one in versions if newer and one.step < newer.step]
    return next((one for one in earlier if one.withdrawn_at is None), earlier[0] if earlier else None)


def marked(rows: list[Changed], kind: Kind) -> list[tuple[Changed, list[Line]]]:
    """Give the rows of a page with what is to be said of them; marks are drawn as long as the page's budget lasts."""
    differing = Differences()
    return [(changed, lines(changed, kind, differing)) for changed in rows]


def lines(changed: Changed, kind: Kind, differing: Differences) -> list[Line]:
    """Give what is to be said of a changed code, with marks where both versions say something."""
    before, after = _facts(changed.before), _facts(changed.after)
    found = []
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name, ""), after.get(name, "")
        if old != new or name == "value":
            marks = old and new and not (kind is Kind.MAP and name == "value")  # a relation is one word
            pair = differing(old, new) if marks else (escape(old), escape(new))
            found.append(Line(name, *pair))
    return found


def _facts(concept: Concept | None) -> dict[str, str]:
    if concept is None:
        return {}
    own = {name: getattr(concept, name) for name in FIELDS if getattr(concept, name)}
    marks = {"made_up": "✓"} if concept.made_up else {}
    return {**own, **marks, **{f"{PROPERTY}{name}": text for name, text in concept.properties.items()}}
