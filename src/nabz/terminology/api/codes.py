"""The codes of one terminology: pages of them, one of them, what changed, where maps lead, whether a value is right."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final

from nabz.kit.http import Routes
from nabz.terminology.api.answers import lasts, named, told
from nabz.terminology.model import Kind, code_of
from nabz.terminology.service import comparing, mapping, reading
from nabz.terminology.wire.own import asked as wanted
from nabz.terminology.wire.own.changes import CodeChange, CodeFacts, CodeMoment, Differences
from nabz.terminology.wire.own.codes import Codes, ShownConcept, TranslatedCode, Translations, Validation
from nabz.terminology.wire.own.shapes import ROOT, address

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.terminology.model import Changed, Concept, Entry, Terminology

SAMPLES: Final = "samples/nabz/terminology"
MOST_TARGETS: Final = 1000
codes: Final = Routes("terminology")


@codes.get(
    f"{ROOT}/{{id}}/codes",
    summary="List the codes of a version page by page, or the children of one code",
    query=wanted.WantedCodes,
    answer=Codes,
    samples=(f"{SAMPLES}/codes.json",),
)
async def list_codes(call: Call) -> Response:
    """Answer with a page; the next one is of the same version, whatever is published meanwhile."""
    asked = call.query(wanted.WantedCodes)
    return told(call, await call.db.read(_page, named(call, "id"), asked), lasting=lasts(asked.version))


def _page(tx: Tx, id_: str, asked: wanted.WantedCodes) -> Codes:
    t = reading.one(tx, id_)
    version = reading.version(tx, t, asked.version)
    found = reading.page(tx, t, version.step, asked.after, asked.limit + 1, asked.parent)
    again = {"version": version.label, "parent": asked.parent}
    return Codes(
        terminology=t.id,
        version=version.label,
        size=version.size,
        codes=[ShownConcept.of(one) for one in found[: asked.limit]],
        next=_next(found, t.id, "codes", limit=asked.limit, **again),
    )


@codes.get(
    f"{ROOT}/{{id}}/code",
    summary="Read a code: its value in a version, its history, where maps lead from it",
    query=wanted.WantedCode,
    answer=CodeFacts,
    samples=(f"{SAMPLES}/code.json",),
)
async def read_code(call: Call) -> Response:
    """Answer with all that is known of a code, also of one that is no longer used."""
    return told(call, await call.db.read(_facts, named(call, "id"), call.query(wanted.WantedCode)))


def _facts(tx: Tx, id_: str, asked: wanted.WantedCode) -> CodeFacts:
    t = reading.one(tx, id_)
    version = reading.version(tx, t, asked.version)
    concept, _ = comparing.claim(tx, t, version.step, asked.code, None)
    code = concept.code if concept else code_of(asked.code)
    history = reading.history(tx, t, code)
    end = None if concept else comparing.ended(history, version)
    return CodeFacts(
        terminology=t.id,
        version=version.label,
        code=code,
        concept=ShownConcept.of(concept) if concept else None,
        targets=_targets(tx, t, version.step, concept) if concept and t.kind is Kind.MAP else [],
        successor=end.successor if end else None,
        history=[CodeMoment.of(moment) for moment in history],
        translations=[TranslatedCode.of(one) for one in comparing.translations(tx, t, code)],
    )


def _targets(tx: Tx, t: Terminology, step: int, concept: Entry) -> list[ShownConcept]:
    others = reading.page(tx, t, step, reading.cursor(concept), MOST_TARGETS)
    same_code = takewhile(lambda one: one.code == concept.code, others)
    return [ShownConcept.of(one) for one in (concept, *same_code)]


@codes.get(
    f"{ROOT}/{{id}}/changes",
    summary="What has changed since a day, with retired and remapped codes",
    query=wanted.WantedChanges,
    answer=Differences,
    samples=(f"{SAMPLES}/changes_since.json",),
)
async def list_changes(call: Call) -> Response:
    """Answer with what who has the version of that day lacks."""
    return told(call, await call.db.read(_changes, named(call, "id"), call.query(wanted.WantedChanges)))


def _changes(tx: Tx, id_: str, asked: wanted.WantedChanges) -> Differences:
    at = asked.at
    t = reading.one(tx, id_)
    until = reading.version(tx, t, asked.to)
    step = comparing.step_at(tx, t, at)
    found = comparing.compare(tx, t, step, until.step, asked.after, asked.limit + 1)
    before = next((one.label for one in reading.versions(tx, t, withdrawn=True) if one.step == step), None)
    again = {"since": asked.since, "to": until.label}
    return Differences(
        terminology=t.id,
        since=at,
        from_=before,
        to=until.label,
        changes=[CodeChange.of(one) for one in found[: asked.limit]],
        next=_next(found, t.id, "changes", limit=asked.limit, **again),
    )


@codes.get(
    f"{ROOT}/{{id}}/diff",
    summary="In which codes two versions differ",
    query=wanted.WantedDifferences,
    answer=Differences,
    samples=(f"{SAMPLES}/diff.json",),
)
async def compare_versions(call: Call) -> Response:
    """Answer with the differences on the way from one version to the other, forwards or back."""
    asked = call.query(wanted.WantedDifferences)
    return told(call, await call.db.read(_differences, named(call, "id"), asked), lasting=lasts(asked.from_, asked.to))


def _differences(tx: Tx, id_: str, asked: wanted.WantedDifferences) -> Differences:
    t = reading.one(tx, id_)
    start, end = reading.version(tx, t, asked.from_), reading.version(tx, t, asked.to)
    found = comparing.compare(tx, t, start.step, end.step, asked.after, asked.limit + 1)
    again = {"from_": start.label, "to": end.label}
    return Differences(
        terminology=t.id,
        from_=start.label,
        to=end.label,
        changes=[CodeChange.of(one) for one in found[: asked.limit]],
        next=_next(found, t.id, "diff", limit=asked.limit, **again),
    )


@codes.get(
    f"{ROOT}/{{id}}/translate",
    summary="Follow the maps from a code to other terminologies, along and against their direction",
    query=wanted.WantedTranslations,
    answer=Translations,
    samples=(f"{SAMPLES}/translate.json",),
)
async def translate_code(call: Call) -> Response:
    """Answer with the codes at the other ends."""
    asked = call.query(wanted.WantedTranslations)
    return told(call, await call.db.read(_translated, named(call, "id"), asked))


def _translated(tx: Tx, id_: str, asked: wanted.WantedTranslations) -> Translations:
    t = reading.one(tx, id_)
    found = mapping.translate(tx, t, asked.code, asked.target)
    code = reading.concept(tx, t, asked.code, t.last).code
    return Translations(terminology=t.id, code=code, translations=[TranslatedCode.of(one) for one in found])


@codes.get(
    f"{ROOT}/{{id}}/validate",
    summary="Whether a code is there and has this value, whatever the spelling of letters, digits and blanks",
    query=wanted.Claimed,
    answer=Validation,
    samples=(f"{SAMPLES}/validate.json",),
)
async def validate_code(call: Call) -> Response:
    """Answer with yes or no, and with the right value."""
    asked = call.query(wanted.Claimed)
    return told(call, await call.db.read(_validated, named(call, "id"), asked), lasting=lasts(asked.version))


def _validated(tx: Tx, id_: str, asked: wanted.Claimed) -> Validation:
    t = reading.one(tx, id_)
    version = reading.version(tx, t, asked.version)
    found, valid = comparing.claim(tx, t, version.step, asked.code, asked.value)
    return Validation.of(t.id, version.label, asked.code, found, valid=valid)


def _next(found: list[Concept] | list[Changed], *parts: str, limit: int, **again: object) -> str | None:
    """Give the address of what follows, if anything does."""
    if len(found) <= limit:
        return None
    return address(*parts, **again, limit=limit, after=reading.cursor(found[limit - 1]))
