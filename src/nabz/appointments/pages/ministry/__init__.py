"""The ministry's pages: how appointments do in the country, and the referral map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.appointments.pages.ministry import importing, occupancy, referral
from nabz.appointments.pages.ministry.frame import MINISTRY
from nabz.web.shell import NavItem

if TYPE_CHECKING:
    from nabz.web.pages import Pages

NAV: tuple[NavItem, ...] = (
    NavItem("آمار نوبت‌ها", "Appointments", "/ministry/appointments", "chart", frozenset(MINISTRY)),
    NavItem("نقشهٔ ارجاع", "Referral map", "/ministry/referral", "list", frozenset(MINISTRY)),
)


def routes() -> list[Pages]:
    """All of them."""
    return [occupancy.routes(), referral.routes(), importing.routes()]
