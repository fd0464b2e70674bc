"""The public portal of MAXA: what there is, search as one types, a terminology with its versions and codes."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from nabz.terminology.errors import UnknownCode
from nabz.terminology.model import Kind, Terminology, Version, words_of
from nabz.terminology.pages import comparing, concept, official
from nabz.terminology.pages.frame import draw, elsewhere, is_part
from nabz.terminology.pages.marking import Marker
from nabz.terminology.service import letters, mapping, reading, searching
from nabz.web.forms import Filled
from nabz.web.pages import Pages

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.terminology.model import Concept, Found

PAGE = 100
HITS = 20
RANKED = 200
NEWEST_LETTERS = 3
NAMED = 6


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The search box."""

    q: Annotated[str, msgspec.Meta(max_length=200)] = ""
    terminology: Annotated[str, msgspec.Meta(max_length=200)] = ""
    page: Annotated[int, msgspec.Meta(ge=1, le=RANKED // HITS)] = 1


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What of a terminology is shown."""

    q: Annotated[str, msgspec.Meta(max_length=200)] = ""
    version: Annotated[str, msgspec.Meta(max_length=200)] = ""
    after: Annotated[str, msgspec.Meta(max_length=300)] = ""
    page: Annotated[int, msgspec.Meta(ge=1, le=RANKED // HITS)] = 1
    withdrawn: bool = False
    whole: bool = False
    """Every code of a tree in one row, and not its roots alone."""


def routes() -> Pages:
    """The pages that everybody may open."""
    pages = Pages("terminology")

    @pages.get("/maxa", summary="MAXA: the terminologies and the newest letters")
    async def overview(call: Call) -> Response:
        return draw(call, "terminology/list.html", form=Filled.of(Asked()), **await call.db.read(_overview))

    @pages.get("/maxa/search", summary="Search the codes, also as one types")
    async def search(call: Call) -> Response:
        asked = call.query(Asked)
        hits = await call.db.read(_hits, asked)
        if is_part(call):
            return draw(call, "terminology/hits.html", part=True, **hits)
        named = await call.db.read(reading.all_)
        return draw(call, "terminology/search.html", form=Filled.of(asked), part=False, terminologies=named, **hits)

    @pages.get("/maxa/t/{id}", summary="One terminology: its versions, codes and files")
    async def terminology(call: Call) -> Response:
        shown = call.query(Shown)
        t = await call.db.read(reading.one, call.path["id"])
        if t.id != call.path["id"]:
            return elsewhere(call, t.id)
        listed = await call.db.read(_listed, t, shown)
        if is_part(call):
            return draw(call, "terminology/codes.html", part=True, **listed)
        around = await call.db.read(_around, t, shown)
        return draw(call, "terminology/terminology.html", form=Filled.of(shown), part=False, **listed, **around)

    concept.add(pages)
    comparing.add(pages)
    return pages


def _overview(tx: Tx) -> dict[str, Any]:
    versions = reading.in_force(tx)
    in_force = [(t, versions[t.number]) for t in reading.all_(tx) if t.last]
    return {
        "codings": [pair for pair in in_force if pair[0].kind is Kind.CODES],
        "maps": [pair for pair in in_force if pair[0].kind is Kind.MAP],
        "letters": letters.all_(tx)[:NEWEST_LETTERS],
    }


# ---- search


def _hits(tx: Tx, asked: Asked) -> dict[str, Any]:
    """Find in one terminology, or in all that is in force; raises UnknownTerminology."""
    t = reading.one(tx, asked.terminology) if asked.terminology.strip() else None
    named = [] if t or asked.page > 1 else _named(tx, asked.q)
    kept = {"terminology": t.id} if t else {}
    seen = {"one": t, "named": named, "kept": kept, "version_label": ""}
    return {**seen, **_found(tx, asked.q, asked.page, t)}


def _found(tx: Tx, q: str, page: int, t: Terminology | None, step: int | None = None) -> dict[str, Any]:
    found = searching.search(tx, q, t, step, limit=RANKED)
    first = (page - 1) * HITS
    return {
        "q": q.strip(),
        "found": found[first : first + HITS],
        "former": searching.formerly(tx, q, t) if q.strip() and not found else [],
        "wholly_made_up": _wholly_made_up(tx, found[first : first + HITS], t),
        "total": len(found),
        "more": len(found) == RANKED,
        "page": page,
        "last_page": -(-len(found) // HITS),
        "marked": Marker(q),
    }


def _wholly_made_up(tx: Tx, found: list[Found], t: Terminology | None) -> set[str]:
    """Name the terminologies that say at their head that they are made up, so that no row has to."""
    if not any(hit.concept.made_up for hit in found):
        return set()
    return {known.id for known in ([t] if t else reading.all_(tx)) if known.made_up == "yes"}


def _named(tx: Tx, q: str) -> list[Terminology]:
    """Find terminologies that go by these words themselves."""
    words = words_of(q)
    if not words:
        return []

    def goes_by(t: Terminology) -> bool:
        own = words_of(f"{t.id} {t.title_fa} {t.title_en}")
        return all(any(mine.startswith(word) for mine in own) for word in words)

    return [t for t in reading.all_(tx) if t.last and goes_by(t)][:NAMED]


# ---- one terminology


def _listed(tx: Tx, t: Terminology, shown: Shown) -> dict[str, Any]:
    """Read a page of the codes of a version, or what is found among them; raises UnknownVersion."""
    version = reading.version(tx, t, shown.version) if t.last or shown.version else None
    label = version.label if version and version.step != t.last else ""
    seen: dict[str, Any] = {"one": t, "version": version, "version_label": label, "shown": shown, "named": []}
    seen["kept"] = {"version": label} if label else {}
    if version is None:
        return {**seen, "q": "", "codes": [], "next": "", "tree": False}
    if shown.q.strip():
        return {**seen, **_found(tx, shown.q, shown.page, t, version.step)}
    return {**seen, "q": "", **_codes(tx, t, version, shown)}


def _codes(tx: Tx, t: Terminology, version: Version, shown: Shown) -> dict[str, Any]:
    first = reading.page(tx, t, version.step, limit=PAGE + 1)
    tree = any(concept.parent for concept in first)
    codes = first
    if tree and not shown.whole:
        codes = reading.page(tx, t, version.step, shown.after, PAGE + 1, parent="")
    elif shown.after:
        codes = reading.page(tx, t, version.step, shown.after, PAGE + 1)
    following = reading.cursor(codes[PAGE - 1]) if len(codes) > PAGE else ""
    return {"codes": codes[:PAGE], "next": following, "tree": tree, "ends": _ends(tx, t, codes[:PAGE])}


def _ends(tx: Tx, t: Terminology, codes: list[Concept]) -> dict[str, dict[str, str]]:
    """Give, for a map, what the codes at its two ends mean."""
    if t.kind is not Kind.MAP:
        return {}
    return {
        "source": _values(tx, t.source, [concept.code for concept in codes]),
        "target": _values(tx, t.target, [concept.target for concept in codes]),
    }


def _values(tx: Tx, id_: str | None, codes: list[str]) -> dict[str, str]:
    end = reading.one(tx, id_ or "")
    values: dict[str, str] = {}
    for code in dict.fromkeys(codes):
        with suppress(UnknownCode):  # the other terminology has moved on since the map was published
            values[code] = reading.concept(tx, end, code, end.last).value
    return values


def _around(tx: Tx, t: Terminology, shown: Shown) -> dict[str, Any]:
    """Read what stands beside the codes."""
    versions = reading.versions(tx, t, withdrawn=True)
    kept = [one for one in versions if one.withdrawn_at is None]
    return {
        "versions": versions if shown.withdrawn else kept,
        "hidden": 0 if shown.withdrawn else len(versions) - len(kept),
        "maps": mapping.maps_of(tx, t),
        "letters": [letter for letter in letters.all_(tx) if t.id in letter.terminologies],
        "calls": _calls(tx, t, shown),
    }


def _calls(tx: Tx, t: Terminology, shown: Shown) -> list[official.Official]:
    """Give the official functions that tell the same; they know no maps."""
    if not t.last or t.kind is Kind.MAP:
        return []
    return official.of_version(t, reading.version(tx, t, shown.version))
