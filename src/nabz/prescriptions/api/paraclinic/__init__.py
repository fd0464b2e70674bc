"""The official addresses of paraclinic centres: today's (TAMIN-WIRE 6.2), and those of the older hosts (6.3)."""

from nabz.prescriptions.api.paraclinic import older, today

__all__ = ["older", "today"]
