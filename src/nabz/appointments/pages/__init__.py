"""The portals of appointments: citizens, the clinic's desk, the ministry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.access.model import Role
from nabz.appointments.pages import citizen, desk, ministry
from nabz.web.shell import NavItem

if TYPE_CHECKING:
    from nabz.web.pages import Pages

NAV: tuple[NavItem, ...] = (
    NavItem("نوبت‌دهی", "Appointments", "/nobat", "appointments", frozenset(Role)),
    NavItem(
        "میز نوبت‌دهی",
        "Clinic desk",
        "/desk",
        "list",
        frozenset({Role.CLINIC_DESK, Role.SECRETARY, Role.PHYSICIAN, Role.NURSE}),
    ),
    *ministry.NAV,
)


def routes() -> list[Pages]:
    """All of them."""
    return [*citizen.routes(), *desk.routes(), *ministry.routes()]
