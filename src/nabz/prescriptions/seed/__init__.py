"""The prescriptions' part of the demo sandbox, and very many of them for measuring."""

from nabz.prescriptions.seed.demo import demo
from nabz.prescriptions.seed.past import past

__all__ = ["demo", "past"]
