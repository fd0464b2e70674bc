"""What a physician orders again and again: favourites, and templates of his own."""

from __future__ import annotations

from typing import Final

import msgspec

LONGEST_NAME: Final = 80
MOST_LINES: Final = 40
MOST_SHOWN: Final = 200
"""So many favourites and templates at most are listed."""


class Usual(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line as a physician usually writes it."""

    type: str
    code: str
    name: str
    quantity: int = 1
    amount: int | None = None
    instruction: int | None = None
    usage: int = 0
    repeat: int = 0
    group: str = ""
    illness: str = ""
    plan: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Type and code."""
        return self.type, self.code


class Template(msgspec.Struct, frozen=True):
    """Some lines under a name; the name is one of the physician's own among those of its kind."""

    id: str
    name: str
    kind: int
    lines: tuple[Usual, ...]


def plain_name(text: str) -> str:
    """Give a template's name in one spelling."""
    return " ".join(text.split())[:LONGEST_NAME]
