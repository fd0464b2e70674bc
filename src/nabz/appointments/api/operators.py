"""HQS with both its sides: importing them registers their operators."""

from __future__ import annotations

from nabz.appointments.api import giving, official
from nabz.appointments.api.message import hqs

SIDES = (official, giving)

__all__ = ["SIDES", "hqs"]
