"""Who may do what: an address that we have signed names the appointment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.kit.errors import NotFound

if TYPE_CHECKING:
    from nabz.kit.http import Call


def named(call: Call, purpose: str) -> str:
    """Give the appointment that an address names. Raises NotFound."""
    found = call.deps.keys.verified(purpose, call.path["signed"])
    if found is None:
        raise NotFound
    return found
