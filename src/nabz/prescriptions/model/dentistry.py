"""Teeth by their FDI numbers, and what may be done to them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from nabz.kit.persian import ascii_digits, search_text
from nabz.prescriptions.errors.referral import (
    DentistTypeWrong,
    ToothGone,
    ToothMissing,
    ToothNotFor,
    ToothToday,
)
from nabz.prescriptions.errors.writing import ServiceUnknown, ToothWrong
from nabz.prescriptions.model.catalogue import code_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nabz.prescriptions.errors.kinds import TaminProblem
    from nabz.prescriptions.model.catalogue import Key, Service

PERMANENT: Final = frozenset(f"{quarter}{place}" for quarter in range(1, 5) for place in range(1, 9))
MILK: Final = frozenset(f"{quarter}{place}" for quarter in range(5, 9) for place in range(1, 6))
TEETH: Final = PERMANENT | MILK
SERVICE: Final = "17"
_EXTRACTION: Final = frozenset({"کشیدن", "خارج", "extraction"})


class Dentition(StrEnum):
    """Which teeth (toothType)."""

    MILK = "1"
    PERMANENT = "2"


class DentalList(StrEnum):
    """Which list of services (dentistType)."""

    CARE = "1"
    """Care and radiography: of no tooth."""

    BY_TOOTH = "2"


class Work(NamedTuple):
    """One dental service, done or wanted; without a tooth it is for the whole mouth."""

    code: str
    tooth: str = ""
    day: str = ""
    extraction: bool = False


def tooth_of(text: str) -> str:
    """Give a tooth's FDI number in its one spelling; nothing that is one: the empty text."""
    digits = ascii_digits(text).strip()
    return digits if digits in TEETH else ""


def dentition_of(tooth: str) -> Dentition:
    """Tell whether a tooth is a milk tooth."""
    return Dentition.MILK if tooth in MILK else Dentition.PERMANENT


def takes_away(name: str, name_en: str = "") -> bool:
    """Tell by its name whether a service takes the tooth away: the catalogue has no other sign of it."""
    return not _EXTRACTION.isdisjoint(search_text(f"{name} {name_en}").split())


def fits(service: Service, tooth: str) -> bool:
    """Tell whether a service is for a tooth, or without one for the mouth."""
    if not tooth:
        return service.dental != DentalList.BY_TOOTH
    named = {tooth_of(each) for each in service.teeth.split(",")} - {""}
    return service.dental == DentalList.BY_TOOTH and (not named or tooth in named)


def must_fit(tooth: str, type_: str) -> str:
    """Read a tooth and its dentition, which must agree. Raises ToothWrong, DentistTypeWrong."""
    found = tooth_of(tooth)
    if not found:
        raise ToothWrong
    if dentition_of(found) != ascii_digits(type_).strip():
        raise DentistTypeWrong
    return found


def gone(done: Iterable[Work]) -> frozenset[str]:
    """List the teeth that were extracted."""
    return frozenset(each.tooth for each in done if each.extraction and each.tooth)


def faults(
    wanted: Sequence[tuple[str, str]], services: Mapping[Key, Service], done: Sequence[Work], day: str
) -> list[TaminProblem]:
    """Check codes and teeth together, in their order, against each other and what was done before.

    All that is wrong is told: ServiceUnknown, ToothWrong, ToothMissing, ToothNotFor, ToothGone, ToothToday.
    """
    found: list[TaminProblem] = []
    before = list(done)
    for code, tooth in wanted:
        service = services.get((SERVICE, code))
        if service is None or not service.visible:
            found.append(ServiceUnknown(code=code))
            continue
        wrong = _fault(service, tooth, before, day)
        if wrong is not None:
            found.append(wrong)
            continue
        before.append(Work(service.code, tooth_of(tooth), day, takes_away(service.name, service.name_en)))
    return found


def _fault(service: Service, tooth: str, before: Sequence[Work], day: str) -> TaminProblem | None:
    code, place = service.code, tooth_of(tooth)
    if tooth.strip() and not place:
        return ToothWrong()
    if not fits(service, place):
        return ToothNotFor(code=code, tooth=place) if place else ToothMissing(code=code)
    if not place:
        return None
    if place in gone(before):
        return ToothGone(code=code, tooth=place)
    if any(code_of(one.code) == code_of(code) and one.tooth == place and one.day == day for one in before):
        return ToothToday(code=code, tooth=place)
    return None
