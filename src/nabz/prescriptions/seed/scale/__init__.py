"""A country's prescriptions, the same ones each time: for measuring, and for trying what a page does at that size."""

from nabz.prescriptions.seed.scale.country import Country
from nabz.prescriptions.seed.scale.putting import PRESCRIPTIONS, SERVICES, Made, scale

__all__ = ["PRESCRIPTIONS", "SERVICES", "Country", "Made", "scale"]
