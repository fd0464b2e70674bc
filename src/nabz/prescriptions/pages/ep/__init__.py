"""/ep: physicians write prescriptions, and see what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.prescriptions.pages.ep import doctors, kept, listing, printing, referrals, results, writing
from nabz.web.shell import NavItem

if TYPE_CHECKING:
    from nabz.web.pages import Pages

NAV: tuple[NavItem, ...] = (NavItem("نسخه‌نویسی", "Prescribing", "/ep", "prescriptions", frozenset(writing.WRITERS)),)


def routes() -> list[Pages]:
    """All of them."""
    return [each.routes() for each in (writing, listing, referrals, doctors, kept, printing, results)]
