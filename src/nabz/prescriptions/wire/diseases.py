"""Diseases that may be marked, and marking one (TAMIN-WIRE 5.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.prescriptions.wire.envelope import complement_of, number_of
from nabz.prescriptions.wire.texts import text_of

if TYPE_CHECKING:
    from nabz.kit.errors import Problem
    from nabz.prescriptions.model.diseases import Disease, Mark

IN_FORCE: Final = "1"
FROM_A_PROGRAM: Final = 1
MARKED: Final = "بیماری با موفقیت ثبت شد"


class DiseaseLine(msgspec.Struct, frozen=True):
    """A disease (#35); one that the patient was marked with has the day of it."""

    id: int
    illText: str
    status: str
    statusDate: str | None
    type: str
    priorityOrder: int | None
    codeMapping: str
    illName: str


class MarkDisease(msgspec.Struct, frozen=True):
    """A mark (#36)."""

    patientNationalCode: str | None = None
    illId: int | None = None
    mobileNumber: str | None = None
    siamId: str | None = None
    inputType: int | None = None
    type: str | None = None


class Marked(msgspec.Struct, frozen=True):
    """What creating answers, in the order that is printed here."""

    head_EPRSC_ID: str | None = None
    complemantary_Msg: str | None = None
    error_Code: str | None = None
    error_Msg: str | None = None
    trackingCode: int | None = None


class Marking(msgspec.Struct, frozen=True):
    """The same one level down."""

    result: Marked


def line(disease: Disease, mark: Mark | None) -> DiseaseLine:
    """Write a disease."""
    return DiseaseLine(
        disease.id,
        disease.text,
        IN_FORCE,
        mark.day if mark is not None else None,
        mark.type if mark is not None else disease.type,
        None,
        disease.mapping,
        disease.name,
    )


def marked(mark: Mark) -> Marking:
    """Answer a mark with its number; there is nothing to track by a code."""
    return Marking(Marked(str(mark.number), MARKED))


def not_marked(problem: Problem) -> Marking:
    """Refuse a mark."""
    told = Marked(None, complement_of(problem), number_of(problem), text_of(problem))
    return Marking(told)
