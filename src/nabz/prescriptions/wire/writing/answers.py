"""What the writing operations answer: the result of a creation in its one shape, edits, deletions, refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.prescriptions.errors.writing import Duplicate
from nabz.prescriptions.wire.envelope import Result, Resulting, complement_of, number_of, resulting
from nabz.prescriptions.wire.texts import text_of
from nabz.prescriptions.wire.writing.misreading import understood

if TYPE_CHECKING:
    from nabz.kit.errors import Problem
    from nabz.prescriptions.model.values import Prescription

WRITTEN: Final = "نسخه با موفقیت ثبت شد"
EDITED: Final = "نسخه با موفقیت ویرایش شد"
DELETED: Final = "نسخه با موفقیت حذف شد"
TWIN: Final = "نسخه تکراری است"
WELL: Final = "200"


class Changed(msgspec.Struct, frozen=True):
    """The data of an edit or a deletion: clients read statusCode, a text; the other keys are ours."""

    statusCode: str
    trackingCode: int | None = None
    head_EPRSC_ID: str | None = None
    error_Code: str | None = None
    error_Msg: str | None = None
    complemantary_Msg: str | None = None


def created(one: Prescription) -> Resulting:
    """Answer a creation."""
    return Resulting(Result(one.tracking, str(one.id), complemantary_Msg=WRITTEN))


def not_created(problem: Problem) -> Resulting:
    """Refuse a creation; of a twin both numbers stand in the sentence, where programs look for them."""
    return resulting(understood(problem))


def not_created_first(problem: Problem) -> Resulting:
    """Refuse a creation as the first generation does: its programs know a twin by the sentence alone."""
    refused = not_created(problem)
    if not isinstance(problem, Duplicate):
        return refused
    twin = msgspec.structs.replace(refused.result, error_Msg=TWIN, complemantary_Msg=refused.result.error_Msg)
    return Resulting(twin)


def edited(one: Prescription) -> Changed:
    """Answer an edit."""
    return Changed(WELL, one.tracking, str(one.id), complemantary_Msg=EDITED)


def deleted(one: Prescription) -> Changed:
    """Answer a deletion."""
    return Changed(WELL, one.tracking, str(one.id), complemantary_Msg=DELETED)


def not_changed(problem: Problem) -> Changed:
    """Refuse an edit or a deletion."""
    told = understood(problem)
    return Changed(
        str(told.status),
        error_Code=number_of(told),
        error_Msg=text_of(told),
        complemantary_Msg=complement_of(told),
    )
