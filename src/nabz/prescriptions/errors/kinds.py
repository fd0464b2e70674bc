"""What a failure of Tamin carries beside both texts: its number on the wire, and a second sentence."""

from __future__ import annotations

from typing import ClassVar

from nabz.kit.errors import Problem


class TaminProblem(Problem):
    """A failure that official messages tell with HTTP 200; the Persian text is the official one, word for word."""

    number: ClassVar[str] = ""
    complement: ClassVar[str] = ""

    @property
    def complement_fa(self) -> str:
        """The second sentence (complemantary_Msg)."""
        return self.complement.format_map(self.facts)
