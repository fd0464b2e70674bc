"""The ministry's pages: its inbox, deadlines, results, reports, code tables, and the service's times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.residency.pages.ministry import codes, deciding, declaration, inbox, reports, results, service, years

if TYPE_CHECKING:
    from nabz.web.pages import Pages


def routes() -> list[Pages]:
    """All of them."""
    parts = (inbox, deciding, declaration, years, results, codes, service, reports)
    return [part.routes() for part in parts]
