"""The messages of the official functions that give what a page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from nabz.terminology.model import Terminology, Version

PREFIX: Final = "/api/client/apim/v1/maksaservice/gwmaksa/"
"""Where the functions live (guide DITAS_MAXAService 1.3, section 3)."""


class Official(msgspec.Struct, frozen=True):
    """One official function with a message that works as it stands."""

    method: str
    name: str
    message: str
    prefix: str = PREFIX


def of_code(t: Terminology, version: Version, code: str) -> Official:
    """Give the function that tells the value of a code."""
    asked = {"terminologyId": t.id, "codedString": code}
    if version.step == t.last:
        return _official("GET", "Terminology", asked)
    return _official("POST", "TerminologyValueByVersion", {**asked, "version": version.label})


def of_version(t: Terminology, version: Version) -> list[Official]:
    """Give the functions that tell the codes of a version, and which versions there are."""
    return [
        _official("POST", "TerminologiesTermByVersion", {"terminologyId": t.id, "version": version.label}),
        _official("POST", "TerminologyVersions", {"terminologyId": t.id}),
    ]


def _official(method: str, name: str, message: dict[str, str]) -> Official:
    return Official(method, name, msgspec.json.format(msgspec.json.encode(message).decode(), indent=2))
