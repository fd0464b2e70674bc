"""The templates of all domains, the navigation, and the addresses of static files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from nabz.kit import jalali, persian

if TYPE_CHECKING:
    from collections.abc import Iterable

PACKAGE = Path(__file__).parent.parent
STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class NavItem:
    """A line of the menu, shown to those who hold one of the roles."""

    fa: str
    en: str
    path: str
    icon: str
    roles: frozenset[str]


class Shell:
    """What pages are drawn with."""

    def __init__(self, nav: Iterable[NavItem] = ()) -> None:
        self.nav = tuple(nav)
        self.templates = Environment(
            loader=FileSystemLoader(sorted(PACKAGE.glob("*/templates"))),
            autoescape=True,
            undefined=StrictUndefined,
        )
        self.templates.globals["asset"] = asset
        filters: dict[str, Any] = self.templates.filters
        filters["fa_digits"] = persian.persian_digits
        filters["jalali"] = jalali.people_date
        filters["jalali_time"] = jalali.moment
        filters["since"] = jalali.relative
        filters["thousands"] = persian.grouped


@cache
def asset(path: str) -> str:
    """The address of a static file, new whenever its content is."""
    mark = blake2b((STATIC / path).read_bytes(), digest_size=6).hexdigest()
    return f"/static/{path}?{mark}"
