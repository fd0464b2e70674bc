"""The words of the paraclinic interface, in the letters that the real service writes."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from io import StringIO


@cache
def _texts() -> dict[str, str]:
    text = (files("nabz.prescriptions") / "data" / "texts_paraclinic.csv").read_text(encoding="utf-8")
    return {row["key"]: row["text"] for row in csv.DictReader(StringIO(text))}


def words(key: str, **facts: object) -> str:
    """Give a text by its key."""
    return _texts()[key].format_map(facts)
