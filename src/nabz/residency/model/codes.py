"""The code tables of the guide's appendices, and the proposals that this program ships where it prints none."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nabz.residency.model.values import Code, CodeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

_DOUBT: Final = "قطعی نیست"
"""So the note of a course says that the guide leaves its title in doubt."""

_FOLDER: Final = Path(__file__).parent.parent / "data"


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _titles(name: str, column: str) -> dict[int, str]:
    return {int(row["code"]): row[column] for row in _rows(name)}


DECLARE_CODES: Final = _titles("declare_codes", "title")
DECLARATION_TYPES: Final = _titles("declaration_types", "title")
REJECT_REASONS: Final = _titles("reject_reasons", "title")
ACCEPTANCES: Final = _titles("acceptances", "title")
RESULTS: Final = _titles("results", "title")
GENDERS: Final = {1: "زن", 2: "مرد"}

DECLARE_CODES_EN: Final = _titles("declare_codes", "title_en")
DECLARATION_TYPES_EN: Final = _titles("declaration_types", "title_en")
REJECT_REASONS_EN: Final = _titles("reject_reasons", "title_en")
ACCEPTANCES_EN: Final = _titles("acceptances", "title_en")
RESULTS_EN: Final = _titles("results", "title_en")
GENDERS_EN: Final = {1: "female", 2: "male"}

SHIPPED: Final[dict[CodeKind, dict[str, Code]]] = {
    CodeKind.STATUS: {
        row["code"]: Code(kind=CodeKind.STATUS, code=row["code"], title=row["title"], title_en=row["title_en"])
        for row in _rows("statuses")
    },
    CodeKind.COURSE: {
        row["code"]: Code(
            kind=CodeKind.COURSE,
            code=row["code"],
            title=row["title"],
            title_en=row["title_en"],
            years=int(row["years"]) if row["years"] else None,
            note=row["note"],
        )
        for row in _rows("courses")
    },
}
"""What stands in the tables before the ministry edits them."""


def names_of(one: Code) -> tuple[str, str]:
    """Name a code in Persian and in English; a title that is in doubt says so."""
    fa, en = one.title, one.title_en or one.title
    return (f"{fa} ({_DOUBT})", f"{en} (uncertain)") if fa and _DOUBT in one.note else (fa, en)
