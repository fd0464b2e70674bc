"""The portal of residency: universities, the ministry, residents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.access.model import Role
from nabz.residency.pages import bulk, landing, letters, me, ministry, university
from nabz.residency.pages.frame import HOME
from nabz.residency.pages.ministry.frame import HOME as MINISTRY
from nabz.residency.pages.university.frame import HOME as UNIVERSITY
from nabz.web.shell import NavItem

if TYPE_CHECKING:
    from nabz.web.pages import Pages

NAV: Final[tuple[NavItem, ...]] = (
    NavItem("دستیاری (دانشگاه)", "Residency (university)", UNIVERSITY, "building", frozenset({Role.UNIVERSITY})),
    NavItem("دستیاری (وزارت)", "Residency (ministry)", MINISTRY, "building", frozenset({Role.MINISTRY})),
    NavItem("دستیاری", "Residency", HOME, "building", frozenset({Role.RESIDENT})),
)


def routes() -> list[Pages]:
    """All of them."""
    return [
        landing.routes(),
        *me.routes(),
        letters.routes(),
        *university.routes(),
        *ministry.routes(),
        *bulk.routes(),
    ]
