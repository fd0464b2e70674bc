"""Pages for operators: what the house has told people and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.notify.pages import inbox, webhooks
from nabz.notify.pages.inbox import OPERATOR, PAGE
from nabz.web.shell import NavItem

if TYPE_CHECKING:
    from nabz.web.pages import Pages

NAV = (
    NavItem("صندوق پیام‌ها", "Inbox", "/inbox", "bell", frozenset({OPERATOR})),
    NavItem("وب‌هوک‌ها", "Webhooks", "/notify/webhooks", "code", frozenset({OPERATOR})),
)

__all__ = ["NAV", "OPERATOR", "PAGE", "routes"]


def routes() -> list[Pages]:
    """The inbox, and the webhooks of all receivers."""
    return [inbox.routes(), webhooks.routes()]
