"""Maps (نگاشت): from the codes of one terminology to those of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.terminology.errors import UnknownMap
from nabz.terminology.model import Relation, Translation
from nabz.terminology.service import reading
from nabz.terminology.store import entries, terminologies

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.terminology.model import Terminology


def maps_of(tx: Tx, t: Terminology) -> list[Terminology]:
    """List the maps in force that begin or end at a terminology."""
    return terminologies.maps_of(tx, t.id)


def translate(tx: Tx, t: Terminology, code: str, target: str = "") -> list[Translation]:
    """Follow the maps from a code, also against their direction. Raises UnknownCode, UnknownMap, UnknownTerminology."""
    here = reading.concept(tx, t, code, t.last).code
    maps = maps_of(tx, t)
    if target:
        wanted = reading.one(tx, target)
        maps = [one for one in maps if wanted.id in {one.source, one.target} - {t.id}]
        if not maps:
            raise UnknownMap(source=t.id, target=wanted.id)
    return [found for one in maps for found in _along(tx, one, t, here)]


def _along(tx: Tx, one: Terminology, t: Terminology, code: str) -> list[Translation]:
    turned = one.target == t.id
    far = reading.one(tx, (one.source if turned else one.target) or "")
    if turned:
        ends = [
            (entry.code, Relation(entry.value).turned) for entry in entries.going_to(tx, one.number, one.last, code)
        ]
    else:
        ends = [(entry.target, Relation(entry.value)) for entry in entries.exactly(tx, one.number, code, one.last)]
    values = entries.by_keys(tx, far.number, far.last, [(end, "") for end, _ in ends])
    lost = {end: entries.history(tx, far.number, end, far.last) for end, _ in ends if (end, "") not in values}
    return [
        Translation(
            map=one.id,
            terminology=far.id,
            code=end,
            value=values[end, ""].value if (end, "") in values else lost[end][0].value if lost[end] else "",
            retired=end in lost,
            relation=relation,
            turned=turned,
        )
        for end, relation in ends
    ]
