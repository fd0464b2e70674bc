"""The code tables of the official interface, word for word as its lists give them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from nabz.kit.persian import search_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER: Final = Path(__file__).parent.parent / "data"


class Amount(NamedTuple):
    """How much is taken at a time (drugAmount)."""

    id: int
    latin: str
    group: str
    text: str
    concept: str


class Text(NamedTuple):
    """A code that only has a text: usages, instructions, plans, illnesses, kinds, insurers."""

    id: int
    text: str


class ServiceType(NamedTuple):
    """A kind of service (srvType)."""

    code: str
    title: str
    kind: int
    """The prescription's kind that it belongs to."""

    days: int
    """So long a prescription of it may be delivered."""

    cust: str
    since: str


class Titled(NamedTuple):
    """A code of digits, with its title."""

    code: str
    title: str


class RepeatDays(NamedTuple):
    """How often something is repeated."""

    id: int
    title: str
    days: int


class Specialty(NamedTuple):
    """What a physician is trained in."""

    code: str
    title: str
    group: str


class Complaint(NamedTuple):
    """What a patient complains of; `code` is of SNOMED CT."""

    id: int
    code: str
    title: str
    english: str


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def _texts(name: str, text: str = "text") -> Mapping[int, Text]:
    return {int(row["id"]): Text(int(row["id"]), row[text]) for row in _rows(name)}


def _titles(name: str) -> Mapping[str, Titled]:
    return {row["code"]: Titled(row["code"], row["title"]) for row in _rows(name)}


AMOUNTS: Final[Mapping[int, Amount]] = {
    int(row["id"]): Amount(int(row["id"]), row["latin"], row["group"], row["text"], row["concept"])
    for row in _rows("amounts")
}
USAGES: Final = _texts("usages")
INSTRUCTIONS: Final = _texts("instructions")
SERVICE_TYPES: Final[Mapping[str, ServiceType]] = {
    row["code"]: ServiceType(row["code"], row["title"], int(row["kind"]), int(row["days"]), row["cust"], row["since"])
    for row in _rows("service_types")
}
PRESCRIPTION_TYPES: Final = _texts("prescription_types", "title")
LAB_GROUPS: Final = _titles("lab_groups")
FORMS: Final = _titles("forms")
SUPPLEMENTARY: Final = _titles("supplementary")
ICD10: Final = _titles("icd10")
"""A handful, for where no such terminology is loaded."""

REPEAT_DAYS: Final[Mapping[int, RepeatDays]] = {
    int(row["id"]): RepeatDays(int(row["id"]), row["title"], int(row["days"])) for row in _rows("repeat_days")
}
SPECIALTIES: Final[Mapping[str, Specialty]] = {
    row["code"]: Specialty(row["code"], row["title"], row["group"]) for row in _rows("specialties")
}
COMPLAINTS: Final[Mapping[int, Complaint]] = {
    int(row["id"]): Complaint(int(row["id"]), row["code"], row["title"], row["english"]) for row in _rows("complaints")
}
COMPLAINTS_BY_CODE: Final[Mapping[str, Complaint]] = {one.code: one for one in COMPLAINTS.values()}
PHYSIO_PLANS: Final[Mapping[str, Titled]] = {
    row["id"]: Titled(row["id"], row["title"]) for row in _rows("physio_plans")
}
PHYSIO_ILLNESSES: Final[Mapping[str, Titled]] = {
    row["id"]: Titled(row["id"], row["title"]) for row in _rows("physio_illnesses")
}

_USAGES_BY_TEXT: Final = {search_text(one.text): one for one in USAGES.values()}


def usage_of(text: str) -> Text | None:
    """Find the usage whose very words a client has put into the free text of a dose, however it writes its letters."""
    return _USAGES_BY_TEXT.get(search_text(text))
