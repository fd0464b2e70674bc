"""Official sentences whose letters are not those that we write with."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nabz.kit.errors import Problem


@cache
def _texts() -> dict[str, str]:
    text = (files("nabz.prescriptions") / "data" / "official_texts.csv").read_text(encoding="utf-8")
    return {row["code"]: row["text"] for row in csv.DictReader(StringIO(text))}


def text_of(problem: Problem) -> str:
    """Give the sentence as the real service writes it."""
    text = _texts().get(problem.code)
    return problem.text_fa if text is None else text.format_map(problem.facts)
