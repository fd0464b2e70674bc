"""The portal of the gateway: the operator's pages under /gateway, each vendor's own view under /my."""

from __future__ import annotations

from nabz.access.model import OPERATORS, VENDORS
from nabz.gateway.pages import calls, customers, identifiers, overview, packages, secrets, services, vendor
from nabz.web.pages import Pages
from nabz.web.shell import NavItem

NAV: tuple[NavItem, ...] = (
    NavItem("درگاه", "Gateway", "/gateway", "gateway", frozenset(OPERATORS)),
    NavItem("فراخوانی‌های ما", "Our calls", "/my/calls", "traffic", frozenset(VENDORS)),
    NavItem("دسترسی‌های ما", "Our access", "/my/access", "package", frozenset(VENDORS)),
)


def routes() -> list[Pages]:
    """All of them."""
    parts = (overview, calls, customers, secrets, packages, services, identifiers, vendor)
    return [part.routes() for part in parts]
