"""A map that we draw ourselves: rings of distance, the places found as points, the names of cities around."""

from __future__ import annotations

from math import cos, hypot, radians
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nabz.appointments.pages.citizen.finding import Province

SIZE: Final = 340
MIDDLE: Final = SIZE / 2
RADIUS: Final = 150.0
APART: Final = 34.0
"""Points nearer than this share a marker: a thumb needs so much."""

NAMES_APART: Final = 26.0
METRES_OF_DEGREE: Final = 111_195.0
WIDTHS: Final = (500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)
RINGS: Final = 2
MOST_NAMES: Final = 8
Point = tuple[float, float]


class Marker(NamedTuple):
    """Where something lies on the map, and the numbers of what lies there."""

    x: float
    y: float
    numbers: list[int]


class Name(NamedTuple):
    """The name of a city, or of a province."""

    x: float
    y: float
    title: str
    large: bool


class Ring(NamedTuple):
    """A circle of one distance."""

    radius: float
    metres: float


class Map(NamedTuple):
    """All that is drawn."""

    markers: list[Marker]
    names: list[Name]
    rings: list[Ring]


def drawn(centre: Point, places: Sequence[Point], provinces: Iterable[Province]) -> Map:
    """Draw places around a centre, as large as they allow."""
    flat = [_flat(centre, place) for place in places]
    farthest = max((hypot(*point) for point in flat), default=0.0)
    width = next((one for one in WIDTHS if one >= farthest), WIDTHS[-1])
    scale = RADIUS / width
    rings = [Ring(RADIUS * step / RINGS, width * step / RINGS) for step in range(1, RINGS + 1)]
    return Map(_markers(flat, scale), _names(centre, scale, provinces), rings)


def _flat(centre: Point, point: Point) -> Point:
    """Metres to the east and to the south."""
    east = (point[1] - centre[1]) * METRES_OF_DEGREE * cos(radians(centre[0]))
    return east, (centre[0] - point[0]) * METRES_OF_DEGREE


def _on_paper(flat: Point, scale: float) -> Point:
    return round(MIDDLE + flat[0] * scale, 1), round(MIDDLE + flat[1] * scale, 1)


def _markers(flat: Sequence[Point], scale: float) -> list[Marker]:
    markers: list[Marker] = []
    for number, point in enumerate(flat, 1):
        x, y = _on_paper(point, scale)
        near = next((one for one in markers if hypot(one.x - x, one.y - y) < APART), None)
        if near is None:
            markers.append(Marker(x, y, [number]))
        else:
            near.numbers.append(number)
    return markers


def _names(centre: Point, scale: float, provinces: Iterable[Province]) -> list[Name]:
    """Name what lies within the picture; of names that would cover each other, the nearer one to the centre."""
    found: list[tuple[float, Name]] = []
    for province in provinces:
        cities = [(city.title, (city.latitude, city.longitude)) for city in province.cities]
        known = [(title, (lat, lon)) for title, (lat, lon) in cities if lat is not None and lon is not None]
        for title, point in known:
            found += _named(centre, scale, title, point, large=False)
        if len(known) > 1:
            middle = sum(p[0] for _, p in known) / len(known), sum(p[1] for _, p in known) / len(known)
            found += _named(centre, scale, province.title, middle, large=True)
    kept: list[Name] = []
    for _, name in sorted(found):
        if all(abs(name.y - other.y) > NAMES_APART and name.title != other.title for other in kept):
            kept.append(name)
    return kept[:MOST_NAMES]


def _named(centre: Point, scale: float, title: str, point: Point, *, large: bool) -> list[tuple[float, Name]]:
    x, y = _on_paper(_flat(centre, point), scale)
    away = hypot(x - MIDDLE, y - MIDDLE)
    if away >= RADIUS:
        return []
    # The very middle has a sign of its own.
    return [(away, Name(x, y if away > NAMES_APART else MIDDLE + NAMES_APART, title, large))]
