"""Where in the country made-up centres stand: the provinces with a point in their capitals and their weight."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Final, NamedTuple

from nabz.terminology.seed import SHIPPED

if TYPE_CHECKING:
    from random import Random

CENTRES: Final[dict[str, tuple[float, float, float]]] = {
    "01": (38.08, 46.29, 4.9),
    "04": (36.30, 59.61, 8.0),
    "14": (27.18, 56.27, 2.2),
    "24": (35.70, 51.40, 16.6),
    "27": (36.27, 50.00, 1.6),
    "28": (36.84, 54.44, 2.3),
    "51": (37.55, 45.07, 4.1),
    "52": (38.25, 48.29, 1.6),
    "53": (32.65, 51.67, 6.4),
    "54": (35.83, 50.97, 3.4),
    "55": (33.64, 46.42, 0.7),
    "56": (28.97, 50.84, 1.5),
    "57": (32.33, 50.86, 1.2),
    "58": (32.87, 59.22, 1.0),
    "59": (37.47, 57.33, 1.1),
    "60": (31.32, 48.67, 5.9),
    "61": (36.67, 48.48, 1.3),
    "62": (35.57, 53.39, 0.9),
    "63": (29.50, 60.86, 3.5),
    "64": (29.59, 52.58, 6.1),
    "65": (34.64, 50.88, 1.6),
    "66": (35.31, 47.00, 2.0),
    "67": (30.28, 57.08, 4.0),
    "68": (34.31, 47.07, 2.4),
    "69": (30.67, 51.59, 0.9),
    "70": (37.28, 49.58, 3.2),
    "71": (33.49, 48.36, 2.2),
    "72": (36.57, 53.06, 4.1),
    "73": (34.09, 49.70, 1.8),
    "74": (34.80, 48.51, 2.2),
    "75": (31.90, 54.37, 1.4),
}
"""By the codes of countryDivisions: latitude and longitude of the capital, per cent of the people."""

CAPITALS: Final = 0.6
"""So much of a province's care is in its capital."""

WIDE: Final = {"24": 0.08}
NARROW: Final = 0.03
APART: Final = 0.8


class City(NamedTuple):
    """A county, with the town in it where the codes have one, and a point in it."""

    province: str
    province_title: str
    city: str
    city_title: str
    town: str
    town_title: str
    latitude: float
    longitude: float
    spread: float
    weight: float


def cities(chance: Random) -> list[City]:
    """List the counties that the shipped codes have."""
    rows = list(csv.DictReader(StringIO((SHIPPED / "codes" / "countryDivisions.csv").read_text("utf-8"))))
    titles = {row["code"]: row["value"] for row in rows}
    towns = {row["parent"]: row["code"] for row in rows if len(row["code"]) == len("79001")}
    capitals = {row["parent"] for row in rows if row["code"] >= "79001"} | {"019", "045"}
    found = []
    for province, (latitude, longitude, weight) in CENTRES.items():
        counties = [row["code"] for row in rows if row["parent"] == province]
        others = [county for county in counties if county not in capitals]
        for county in counties:
            capital = county in capitals
            away = (0.0, 0.0) if capital else (chance.uniform(-APART, APART), chance.uniform(-APART, APART))
            share = CAPITALS if capital else (1 - CAPITALS) / len(others)
            town = towns.get(county, "")
            found.append(
                City(
                    province,
                    titles[province],
                    county,
                    titles[county],
                    town,
                    titles.get(town, ""),
                    latitude + away[0],
                    longitude + away[1],
                    WIDE.get(province, NARROW) if capital else NARROW,
                    weight * share,
                )
            )
    return found
