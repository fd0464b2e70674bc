"""What the codes of the referral map are called, and which of them nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.appointments.model import OriginKind
from nabz.registries.model import provider_id_of_key
from nabz.registries.service import facilities, practitioners
from nabz.terminology.errors import UnknownCode, UnknownTerminology
from nabz.terminology.service import reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nabz.appointments.model import Route
    from nabz.kit.db import Tx
    from nabz.terminology.model import Terminology

SPECIALTY: Final = "thritaEHR.specialty"
INSURER: Final = "thritaEHR.Insurer"
DIVISION: Final = "countryDivisions"
MOST_CHOICES: Final = 500
MOST_CENTRES: Final = 1000
Key = tuple[str, str]
"""A field of a way and what stands in it."""


def titles(tx: Tx, routes: Iterable[Route]) -> dict[Key, str]:
    """Name what some ways hold; what has no name is left out."""
    found: dict[Key, str] = {}
    for kind, value in sorted({key for route in routes for key in keys_of(route)}):
        title = _facility(tx, value) if kind == "facility" else _provider(tx, value) if kind == "provider" else ""
        title = title or _code(tx, _TERMINOLOGY.get(kind, ""), value)
        if title:
            found[kind, value] = title
    return found


def unknown(tx: Tx, routes: Iterable[Route]) -> set[Key]:
    """List the codes that their terminologies lack, and the centres that the register lacks.

    A terminology that is not loaded is not checked; practitioners are not, since a register of others may know them.
    Of a long list only so many centres are looked up.
    """
    keys = {key for route in routes for key in keys_of(route)}
    codes = {(kind, value) for kind, value in keys if _TERMINOLOGY.get(kind)}
    loaded = {kind: t for kind, id_ in _TERMINOLOGY.items() if (t := _terminology(tx, id_)) is not None}
    lost = {(kind, value) for kind, value in codes if kind in loaded and not _title(tx, loaded[kind], value)}
    centres = sorted(value for kind, value in keys if kind == "facility")[:MOST_CENTRES]
    return lost | {("facility", value) for value in centres if not _facility(tx, value)}


def choices(tx: Tx, id_: str) -> list[Key]:
    """List the codes of a terminology with their titles, for a form."""
    t = _terminology(tx, id_)
    return [] if t is None else [(one.code, one.value) for one in reading.page(tx, t, t.last, limit=MOST_CHOICES)]


def keys_of(route: Route) -> list[Key]:
    """List what a way holds, by what it is: its origin is a facility or a division."""
    origin = "facility" if route.origin_kind is OriginKind.FACILITY else "division"
    told = (origin, route.origin), ("specialty", route.specialty), ("insurer", route.insurer)
    return [pair for pair in (*told, ("facility", route.facility), ("provider", route.provider)) if pair[1]]


_TERMINOLOGY: Final = {"specialty": SPECIALTY, "insurer": INSURER, "division": DIVISION}


def _facility(tx: Tx, guid: str) -> str:
    found = facilities.find(tx, guid)
    return found.name if found is not None else ""


def _provider(tx: Tx, key: str) -> str:
    found = practitioners.find(tx, provider_id_of_key(key))
    return f"{found.first_name} {found.last_name}".strip() if found is not None else ""


def _code(tx: Tx, id_: str, code: str) -> str:
    t = _terminology(tx, id_) if id_ else None
    return _title(tx, t, code) if t is not None else ""


def _terminology(tx: Tx, id_: str) -> Terminology | None:
    try:
        found = reading.one(tx, id_)
    except UnknownTerminology:
        return None
    return found if found.last else None


def _title(tx: Tx, t: Terminology, code: str) -> str:
    try:
        return reading.concept(tx, t, code, t.last).value
    except UnknownCode:
        return ""
