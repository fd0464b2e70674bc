"""The insurer's pages: whom it has enrolled, what was delivered, what it pays, and what the insured ask of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.access.model import Role
from nabz.prescriptions.pages.insurer import (
    centres,
    corrections,
    doctors,
    home,
    polling,
    reports,
    settlement,
)
from nabz.web.shell import NavItem

if TYPE_CHECKING:
    from nabz.web.pages import Pages

NAV: tuple[NavItem, ...] = (
    NavItem("بیمه‌گر", "Insurer", "/insurer", "building", frozenset({Role.SSO_EXPERT})),
    NavItem("پرسش‌های پی‌درپی", "Polling programs", polling.PATH, "traffic", frozenset({Role.OPERATOR})),
)


def routes() -> list[Pages]:
    """All of them."""
    parts = (home, centres, doctors, reports, settlement, corrections, polling)
    return [part.routes() for part in parts]
