"""The seven functions of MAXA (guide, sections 4.1 to 4.7), behind the gateway."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.gateway.model import Answered
from nabz.kit.jalali import DateWrong, TimeWrong
from nabz.kit.json import encode
from nabz.kit.operations import Asked, BodyNotUnderstood, Operations
from nabz.kit.persian import same
from nabz.terminology.errors import TooMany, UnknownTerminology
from nabz.terminology.model import LONGEST_VALUE, Kind
from nabz.terminology.service import reading
from nabz.terminology.service.shelf import Shelf
from nabz.terminology.wire import official as wire

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from nabz.kit.db import Database, Tx
    from nabz.terminology.model import Concept, Terminology

    Page = Callable[[Tx, str, int], list[Concept]]

PAGE: Final = 5000
MOST: Final = 100_000
"""So many codes at most stand in one answer; who wants more asks with `after` and `limit`."""

maxa = Operations(
    "maksaservice/gwmaksa", "مکسا: مرجع کدینگ سلامت", owner="terminology", aliases=("maksaservice/gw/maksa",)
)


def _samples(name: str) -> tuple[str, ...]:
    return (f"maxa/{name}.request.json", f"maxa/{name}.response.json", f"maxa/{name}.error.json")


def _shelf(asked: Asked) -> Shelf:
    deps = asked.deps
    return deps.own(Shelf, lambda: Shelf(deps.db, timedelta(seconds=deps.settings.token_cache_seconds)))


@maxa.add(
    "Terminology",
    summary="The value of a code in the version in force",
    body=wire.TerminologyRequest,
    answer=str,
    samples=_samples("Terminology"),
    methods=("GET", "POST"),
)
async def terminology(asked: Asked) -> str:
    """Answer section 4.1. Raises UnknownTerminology, UnknownCode."""
    body: wire.TerminologyRequest = asked.body
    shelf = _shelf(asked)
    of = await shelf.terminology(body.terminologyId, asked.now)
    return await shelf.value(of, of.last, body.codedString, asked.now)


@maxa.add(
    "TerminologyValueByVersion",
    summary="The value of a code in one version, also in a withdrawn one",
    body=wire.TerminologyValueByVersionRequest,
    answer=str,
    samples=_samples("TerminologyValueByVersion"),
)
async def value_by_version(asked: Asked) -> str:
    """Answer section 4.5. Raises UnknownTerminology, UnknownVersion, UnknownCode."""
    body: wire.TerminologyValueByVersionRequest = asked.body
    shelf = _shelf(asked)
    of = await shelf.terminology(body.terminologyId, asked.now)
    step = await shelf.step(of, body.version, asked.now)
    return await shelf.value(of, step, body.codedString, asked.now)


@maxa.add(
    "ValidateCts",
    summary="Whether a value belongs to a code: true, false, or 404 when there is no such code",
    body=wire.ValidateCtsRequest,
    answer=bool,
    samples=_samples("ValidateCts"),
)
async def validate(asked: Asked) -> bool:
    """Answer section 4.3. Raises UnknownTerminology, UnknownCode."""
    told: wire.CodedText = asked.body.DoCodedText
    shelf = _shelf(asked)
    of = await shelf.terminology(told.terminology_idField, asked.now)
    value = await shelf.value(of, of.last, told.coded_stringField, asked.now)
    return len(told.valueField) <= LONGEST_VALUE and same(value, told.valueField)


@maxa.add(
    "CtsTerminologies",
    summary="The terminologies defined since a date",
    body=wire.CtsTerminologiesRequest,
    answer=list[str],
    samples=_samples("CtsTerminologies"),
)
async def terminologies(asked: Asked) -> list[str]:
    """Answer section 4.4."""
    return await _shelf(asked).defined_since(_moment(asked.body.FromDate))


@maxa.add(
    "TerminologyVersions",
    summary="The versions of a terminology, without the withdrawn ones",
    body=wire.TerminologyVersionsRequest,
    answer=list[wire.VersionEntry],
    samples=_samples("TerminologyVersions"),
)
async def versions(asked: Asked) -> list[wire.VersionEntry]:
    """Answer section 4.7. Raises UnknownTerminology."""
    shelf = _shelf(asked)
    of = await shelf.terminology(asked.body.terminologyId, asked.now)
    return [
        wire.VersionEntry(id_, of.id, label, version_id, last)
        for id_, label, version_id, last in await shelf.versions(of)
    ]


@maxa.add(
    "SearchTerminology",
    summary="The codes of a terminology that were made, or changed, since a date",
    body=wire.SearchTerminologyRequest,
    answer=list[wire.CodedText],
    samples=_samples("SearchTerminology"),
)
async def since(asked: Asked) -> Answered:
    """Answer section 4.2. Raises UnknownTerminology, TooMany."""
    body: wire.SearchTerminologyRequest = asked.body
    moment = _moment(body.FromDate)
    t = await asked.deps.db.read(_codes_of, body.terminologyId)
    if not body.after and not await asked.deps.db.read(reading.step_before, t, moment):
        _must_fit(t.size, body.limit)

    def page(tx: Tx, after: str, limit: int) -> list[Concept]:
        return reading.since(tx, t, moment, after, limit)

    return await _whole(asked.deps.db, t, page, body.after, body.limit)


@maxa.add(
    "TerminologiesTermByVersion",
    summary="The codes of one version, also of a withdrawn one",
    body=wire.TerminologiesTermByVersionRequest,
    answer=list[wire.CodedText],
    samples=_samples("TerminologiesTermByVersion"),
)
async def of_version(asked: Asked) -> Answered:
    """Answer section 4.6. Raises UnknownTerminology, UnknownVersion, TooMany."""
    body: wire.TerminologiesTermByVersionRequest = asked.body
    t = await asked.deps.db.read(_codes_of, body.terminologyId)
    version = await asked.deps.db.read(reading.version, t, body.version)
    step = version.step
    if not body.after:
        _must_fit(version.size, body.limit)

    def page(tx: Tx, after: str, limit: int) -> list[Concept]:
        return reading.page(tx, t, step, after, limit)

    return await _whole(asked.deps.db, t, page, body.after, body.limit)


def _moment(told: wire.FromDate) -> datetime:
    try:
        return told.instant()
    except (DateWrong, TimeWrong) as problem:
        raise BodyNotUnderstood(problem) from problem


def _codes_of(tx: Tx, id_: str) -> Terminology:
    t = reading.one(tx, id_)
    if t.kind is not Kind.CODES or not t.last:
        raise UnknownTerminology(id=t.id)
    return t


def _must_fit(size: int, limit: int | None) -> None:
    """Refuse a whole version that has too many codes before any of them is read. Raises TooMany."""
    if limit is None and size > MOST:
        raise TooMany(most=MOST)


async def _whole(db: Database, t: Terminology, page: Page, after: str, limit: int | None) -> Answered:
    """Put an answer together page by page, so that it is in memory once, and only as text."""
    most = MOST if limit is None else max(0, min(limit, MOST))
    whole = bytearray(b"[")
    while most:
        concepts = await db.read(page, after, min(PAGE, most))
        if not concepts:
            break
        if len(whole) > 1:
            whole += b","
        whole += encode([wire.CodedText.of(t.id, concept) for concept in concepts])[1:-1]
        after = reading.cursor(concepts[-1])
        most -= len(concepts)
    if not most and limit is None and len(await db.read(page, after, 1)) > 0:
        raise TooMany(most=MOST)
    whole += b"]"
    return Answered(200, bytes(whole))
