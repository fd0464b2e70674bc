"""All addresses behind the door: importing the parts registers them."""

from __future__ import annotations

from nabz.residency.api import declarations, residents, tokens
from nabz.residency.api.door import simad, wrong_method

PARTS = (tokens, residents, declarations)

__all__ = ["PARTS", "simad", "wrong_method"]
