"""A university's pages: its residents, their declarations, what has to be corrected, and the results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.residency.pages.university import (
    declarations,
    declaring,
    home,
    pictures,
    profile,
    registering,
    residents,
    results,
)

if TYPE_CHECKING:
    from nabz.web.pages import Pages


def routes() -> list[Pages]:
    """All of them."""
    parts = (home, residents, registering, profile, pictures, declarations, declaring, results)
    return [part.routes() for part in parts]
