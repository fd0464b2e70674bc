"""/me: what is known of an insured person, for himself: prescriptions, results, appointments, who looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.portal.pages.me import corrections, entering, exporting, folder, records, results, visits
from nabz.portal.pages.me.frame import PATH

if TYPE_CHECKING:
    from nabz.web.pages import Pages

__all__ = ["PATH", "routes"]


def routes() -> list[Pages]:
    """All of them."""
    return [part.routes() for part in (entering, records, results, visits, folder, corrections, exporting)]
