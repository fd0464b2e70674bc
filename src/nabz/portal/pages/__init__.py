"""The pages that join domains: home, the documents, and what is known of an insured person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.access.model import Role
from nabz.portal.pages import home, me
from nabz.web.shell import NavItem

if TYPE_CHECKING:
    from nabz.web.pages import Pages

NAV: tuple[NavItem, ...] = (NavItem("سلامت من", "My health", me.PATH, "user", frozenset({Role.CITIZEN})),)


def routes() -> list[Pages]:
    """All of them."""
    return [home.routes(), *me.routes()]
