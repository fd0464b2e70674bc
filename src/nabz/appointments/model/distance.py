"""Metres between two points of the earth, on its ellipsoid (WGS 84)."""

from __future__ import annotations

from math import asin, atan, atan2, cos, degrees, hypot, radians, sin, sqrt, tan
from typing import Final

from nabz.appointments.errors import BadDistance, BadPoint

EQUATOR: Final = 6_378_137.0
FLATTENING: Final = 1 / 298.257223563
POLE: Final = EQUATOR * (1 - FLATTENING)
ROUNDS: Final = 60
CLOSE: Final = 1e-12
FARTHEST: Final = 500_000.0
MAGNITUDES: Final = {"": 1.0, "m": 1.0, "meter": 1.0, "metre": 1.0, "متر": 1.0, "km": 1000.0, "کیلومتر": 1000.0}


def metres_told(magnitude: float | None, unit: str) -> float:
    """A distance with its unit; an empty unit is metres, as clients have it. Raises BadDistance."""
    factor = MAGNITUDES.get(unit.strip().lower().rstrip("."))
    if magnitude is None or factor is None or not 0 < magnitude * factor <= FARTHEST:
        raise BadDistance
    return magnitude * factor


def checked(latitude: float | None, longitude: float | None) -> tuple[float, float]:
    """A point that lies on the earth. Raises BadPoint."""
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004
        raise BadPoint
    return float(latitude), float(longitude)


def box(latitude: float, longitude: float, metres: float) -> tuple[float, float, float, float]:
    """South, north, west and east of all points within a distance, a little wider."""
    tall = degrees(metres * 1.01 / POLE)
    narrow = cos(radians(min(89.0, abs(latitude) + tall)))
    wide = min(180.0, tall / narrow)
    return latitude - tall, latitude + tall, longitude - wide, longitude + wide


def between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The shortest way on the ellipsoid (Vincenty's inverse formula), within a millimetre."""
    if one == other:
        return 0.0
    first, second = (atan((1 - FLATTENING) * tan(radians(latitude))) for latitude, _ in (one, other))
    apart = radians(other[1] - one[1])
    turn = apart
    for _ in range(ROUNDS):
        sine = hypot(cos(second) * sin(turn), cos(first) * sin(second) - sin(first) * cos(second) * cos(turn))
        if sine == 0:
            return 0.0
        cosine = sin(first) * sin(second) + cos(first) * cos(second) * cos(turn)
        arc = atan2(sine, cosine)
        azimuth = cos(first) * cos(second) * sin(turn) / sine
        square = 1 - azimuth**2
        middle = cosine - 2 * sin(first) * sin(second) / square if square else 0.0
        small = FLATTENING / 16 * square * (4 + FLATTENING * (4 - 3 * square))
        before, turn = (
            turn,
            apart
            + (1 - small)
            * FLATTENING
            * azimuth
            * (arc + small * sine * (middle + small * cosine * (2 * middle**2 - 1))),
        )
        if abs(turn - before) < CLOSE:
            return _length(square, arc, sine, cosine, middle)
    return _on_a_ball(one, other)  # nearly opposite points, where the formula does not settle


def _length(square: float, arc: float, sine: float, cosine: float, middle: float) -> float:
    bulge = square * (EQUATOR**2 - POLE**2) / POLE**2
    large = 1 + bulge / 16384 * (4096 + bulge * (-768 + bulge * (320 - 175 * bulge)))
    small = bulge / 1024 * (256 + bulge * (-128 + bulge * (74 - 47 * bulge)))
    inner = cosine * (2 * middle**2 - 1) - small / 6 * middle * (4 * sine**2 - 3) * (4 * middle**2 - 3)
    return POLE * large * (arc - small * sine * (middle + small / 4 * inner))


def _on_a_ball(one: tuple[float, float], other: tuple[float, float]) -> float:
    first, second = radians(one[0]), radians(other[0])
    half = sin((second - first) / 2) ** 2 + cos(first) * cos(second) * sin(radians(other[1] - one[1]) / 2) ** 2
    return 2 * EQUATOR * asin(min(1.0, sqrt(half)))
