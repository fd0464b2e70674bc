"""The portals of prescriptions: physicians, centres, the insurer, and the way in for programs' users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.prescriptions.pages import ep, insurer, services, signing_in

if TYPE_CHECKING:
    from nabz.web.pages import Pages
    from nabz.web.shell import NavItem

NAV: tuple[NavItem, ...] = (*ep.NAV, *services.NAV, *insurer.NAV)


def routes() -> list[Pages]:
    """All of them."""
    return [*ep.routes(), *services.routes(), *insurer.routes(), *signing_in.routes()]
