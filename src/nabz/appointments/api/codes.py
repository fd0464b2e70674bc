"""Whether a code is one: the terminology service knows; what is not loaded there is not checked, and that is told."""

from __future__ import annotations

from datetime import timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Final, TypeVar

from nabz.appointments.errors import CodeUnknown, FieldMissing
from nabz.terminology.errors import UnknownCode, UnknownTerminology, UnknownVersion
from nabz.terminology.service import reading
from nabz.terminology.service.shelf import Shelf

if TYPE_CHECKING:
    from nabz.appointments.wire.official.values import Coded
    from nabz.kit.db import Tx
    from nabz.kit.operations import Asked
    from nabz.terminology.model import Concept

Choice = TypeVar("Choice", bound=IntEnum)
DEEPEST: Final = 6
LEVELS: Final = {2: "province", 3: "city", 5: "town"}
WHOLE: Final = "no"
"""A terminology of which nothing is made up: what it does not know does not exist."""


async def title_of(asked: Asked, terminology: str, coded: Coded | None, field: str) -> tuple[str, str]:
    """Give a code with its title, if there is any code. Raises CodeUnknown."""
    if coded is None or not coded.code:
        return "", ""
    told = (coded.Value or "").strip()
    shelf = asked.deps.own(Shelf, lambda: _shelf(asked))
    try:
        known = await shelf.terminology(terminology, asked.now)
        return coded.code, await shelf.value(known, known.last, coded.code, asked.now)
    except UnknownTerminology:
        _not_checked(asked, terminology)
    except UnknownCode as problem:
        if (await asked.deps.db.read(reading.one, terminology)).made_up == WHOLE:
            raise CodeUnknown(code=coded.code[:40], terminology=f"{terminology} ({field})") from problem
        _not_checked(asked, terminology)
    return coded.code, told


async def needed(asked: Asked, terminology: str, coded: Coded | None, field: str) -> tuple[str, str]:
    """The same for a field that must be there. Raises FieldMissing, CodeUnknown."""
    code, title = await title_of(asked, terminology, coded, field)
    if not code:
        raise FieldMissing(field=field)
    return code, title


async def divisions(asked: Asked, terminology: str, code: str) -> dict[str, tuple[str, str]]:
    """Give the province, the county and the town above a code (and itself), by the lengths that their codes have."""
    found: dict[str, tuple[str, str]] = {}
    for _ in range(DEEPEST):
        try:
            concept = await asked.deps.db.read(_concept, terminology, code)
        except (UnknownTerminology, UnknownVersion, UnknownCode):
            break
        level = LEVELS.get(len(concept.code))
        if level is not None:
            found.setdefault(level, (concept.code, concept.value))
        if not concept.parent:
            break
        code = concept.parent
    return found


def _concept(tx: Tx, terminology: str, code: str) -> Concept:
    t = reading.one(tx, terminology)
    return reading.concept(tx, t, code, t.last)


def chosen(choices: type[Choice], coded: Coded | None, field: str) -> Choice | None:
    """One of the codes of appendices 5 to 8. Raises CodeUnknown."""
    if coded is None or not coded.code:
        return None
    try:
        return choices(int(coded.code))
    except ValueError:
        raise CodeUnknown(code=coded.code[:40], terminology=f"HQS ({field})") from None


def _shelf(asked: Asked) -> Shelf:
    return Shelf(asked.deps.db, timedelta(seconds=asked.deps.settings.token_cache_seconds))


def _not_checked(asked: Asked, terminology: str) -> None:
    """Let the vendor's view of the call say so."""
    asked.notes.add(f"{terminology} is not loaded: its codes were not checked")
