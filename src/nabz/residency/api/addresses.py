"""All addresses behind the door: importing the parts registers them."""

from __future__ import annotations

from nabz.residency.api import declarations, residents, tokens
from nabz.residency.api.door import lost, simad, wrong_method

PARTS = (tokens, residents, declarations)

__all__ = ["PARTS", "lost", "simad", "wrong_method"]
