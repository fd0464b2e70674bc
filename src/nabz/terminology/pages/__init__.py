"""The portal of the terminologies: what everybody may read, and the desk of the coding committee."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.access.model import Role
from nabz.terminology.pages import editing, letters, loading, public
from nabz.terminology.pages.desk import EDITORS
from nabz.web.shell import NavItem

if TYPE_CHECKING:
    from nabz.terminology.pages.working import Crew
    from nabz.web.pages import Pages

NAV: tuple[NavItem, ...] = (
    NavItem("کدینگ سلامت", "Terminologies", "/maxa", "terminology", frozenset(Role)),
    NavItem("میز کدینگ", "Coding desk", "/maxa/edit", "document", frozenset(EDITORS)),
)


def routes(crew: Crew) -> list[Pages]:
    """All of them."""
    return [public.routes(), letters.routes(), editing.routes(), loading.routes(crew)]
