"""Diseases that a patient may be marked with, the feedback's questions and their answers: tables of the interface."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from nabz.kit.persian import ascii_digits
from nabz.prescriptions.errors.referral import DiseaseTypeWrong, DiseaseUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER: Final = Path(__file__).parent.parent / "data"
ONLY_TYPE: Final = "1"


class Disease(NamedTuple):
    """A disease that physicians and centres may mark."""

    id: int
    text: str
    type: str
    mapping: str
    name: str
    levels: int
    """How many types there are to choose from: three of autism, one of all others."""


class Mark(NamedTuple):
    """A disease that a patient was marked with."""

    disease: int
    type: str
    number: int
    day: str
    """Jalali, on which it was marked first."""


class Choice(NamedTuple):
    """A question of the feedback, or an answer to one."""

    id: int
    text: str


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


DISEASES: Final[Mapping[int, Disease]] = {
    int(row["id"]): Disease(int(row["id"]), row["text"], row["type"], row["mapping"], row["name"], int(row["levels"]))
    for row in _rows("diseases")
}
QUESTIONS: Final = tuple(Choice(int(row["id"]), row["text"]) for row in _rows("feedback_questions"))
ANSWERS: Final = tuple(Choice(int(row["id"]), row["text"]) for row in _rows("feedback_answers"))


def type_of_mark(disease: int, told: str) -> str:
    """Read the type of a mark, which only autism has. Raises DiseaseUnknown, DiseaseTypeWrong."""
    known = DISEASES.get(disease)
    if known is None:
        raise DiseaseUnknown
    type_ = ascii_digits(told).strip() or (ONLY_TYPE if known.levels == 1 else "")
    if type_ not in {"1", "2", "3"}:
        raise DiseaseTypeWrong
    return type_ if known.levels > 1 else ONLY_TYPE
