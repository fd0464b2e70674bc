"""The official holidays of Iran that have a fixed day in the solar year; those of the moon are told by the caller."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_TABLE: Final = Path(__file__).parent.parent / "data" / "holidays.csv"


@cache
def fixed() -> Mapping[tuple[int, int], str]:
    """Give their titles by Jalali month and day."""
    with _TABLE.open(encoding="utf-8", newline="") as table:
        return {(int(row["month"]), int(row["day"])): row["title"] for row in csv.DictReader(table)}
