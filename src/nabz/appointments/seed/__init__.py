"""The appointments' rows of the demo sandbox, and a country's worth of them."""

from nabz.appointments.seed.demo import demo, examples
from nabz.appointments.seed.scale import scale

__all__ = ["demo", "examples", "scale"]
