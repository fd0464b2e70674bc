"""Pages for operators: what the house has told people and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.notify.pages import inbox, webhooks
from nabz.notify.pages.inbox import OPERATOR, PAGE
from nabz.notify.pages.webhooks import Names
from nabz.web.shell import NavItem

if TYPE_CHECKING:
    from nabz.web.pages import Pages

NAV = (
    NavItem("صندوق پیام‌ها", "Inbox", "/inbox", "bell", frozenset({OPERATOR})),
    NavItem("وب‌هوک‌ها", "Webhooks", "/notify/webhooks", "code", frozenset({OPERATOR})),
)

__all__ = ["NAV", "OPERATOR", "PAGE", "Names", "routes"]


def routes(names: Names | None = None) -> list[Pages]:
    """The inbox, and the webhooks of all receivers, by the names that somebody above can give them."""
    return [inbox.routes(), webhooks.routes(names)]
