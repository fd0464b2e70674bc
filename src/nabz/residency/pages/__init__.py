"""The portal of residency: universities, the ministry, residents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.access.model import Role
from nabz.residency.pages import bulk, landing, letters, me, ministry, university
from nabz.web.shell import NavItem

if TYPE_CHECKING:
    from nabz.web.pages import Pages

NAV: Final[tuple[NavItem, ...]] = (
    NavItem("دستیاری", "Residency", "/simad", "building", frozenset({Role.UNIVERSITY, Role.MINISTRY, Role.RESIDENT})),
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
