"""The desk of a clinic: today's list, the week, booking for who phones, taking back, publishing, and its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.appointments.pages.desk import booking, moving, publishing, reoffering, rules, slot, today, week, withdrawing

if TYPE_CHECKING:
    from nabz.web.pages import Pages


def routes() -> list[Pages]:
    """All of them."""
    return [each.routes() for each in (today, week, slot, moving, booking, withdrawing, publishing, reoffering, rules)]
