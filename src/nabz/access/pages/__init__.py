"""The pages of access: the way in, one's own account, and the administration of people."""

from __future__ import annotations

from nabz.access.model import ADMINISTRATORS
from nabz.access.pages import account, delegations, landing, links, organisations, second_factor, sign_in, user, users
from nabz.access.service.passwords import Passwords
from nabz.web.pages import Pages
from nabz.web.shell import NavItem

NAV = (
    NavItem("میز کار", "Your desk", "/portal", "home", frozenset()),
    NavItem("کاربران", "Users", "/users", "users", frozenset(ADMINISTRATORS)),
    NavItem("سازمان‌ها", "Organisations", "/organisations", "building", frozenset(ADMINISTRATORS)),
    NavItem("حساب من", "Your account", "/account", "user", frozenset()),
)


def routes(passwords: Passwords) -> list[Pages]:
    """All of these pages."""
    return [
        sign_in.routes(passwords),
        links.routes(passwords),
        landing.routes(),
        account.routes(passwords),
        second_factor.routes(passwords),
        delegations.routes(),
        users.routes(),
        user.routes(),
        organisations.routes(),
    ]
