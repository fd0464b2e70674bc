"""The portal of pharmacies and paraclinic centres: confirm, deliver, print, report, send the month's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.access.model import Role
from nabz.prescriptions.pages.services import (
    accepting,
    barcodes,
    delivering,
    electronic,
    home,
    lists,
    monthly,
    paper,
    paper_centre,
    prices,
    receipts,
    reports,
    results,
)
from nabz.web.shell import NavItem

if TYPE_CHECKING:
    from nabz.web.pages import Pages

NAV: tuple[NavItem, ...] = (
    NavItem(
        "داروخانه و پاراکلینیک",
        "Pharmacy and paraclinic",
        "/services",
        "prescriptions",
        frozenset({Role.PHARMACY, Role.PARACLINIC}),
    ),
)


def routes() -> list[Pages]:
    """All of them."""
    parts = (
        home,
        electronic,
        delivering,
        accepting,
        paper,
        paper_centre,
        receipts,
        lists,
        barcodes,
        prices,
        reports,
        monthly,
        results,
    )
    return [part.routes() for part in parts]
