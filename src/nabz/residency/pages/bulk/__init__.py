"""Files of many rows: sent by universities and by the ministry, checked, stored; and the lists that are given out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.residency.pages.bulk import exporting, sending, showing
from nabz.residency.pages.bulk.desk import MINISTRY_DESK, UNIVERSITY_DESK

if TYPE_CHECKING:
    from nabz.web.pages import Pages


def routes() -> list[Pages]:
    """All of them."""
    desks = (UNIVERSITY_DESK, MINISTRY_DESK)
    return [exporting.routes(), *(part.routes(desk) for desk in desks for part in (sending, showing))]
