"""What people type becomes drafts; all that cannot be read is told at once, beside what breaks a rule."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from nabz.kit import jalali
from nabz.kit.persian import ascii_digits, fold, mobile
from nabz.residency.errors import Refused
from nabz.residency.errors.faults import Fault, fault
from nabz.residency.model import DeclarationDraft, ResidentDraft
from nabz.residency.model.rules import declaration_faults, person_number, resident_faults
from nabz.residency.model.scores import score_text, typed_score
from nabz.residency.model.years import read_year

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from nabz.kit.http import Call
    from nabz.residency.pages.frame import Words

IDENTITY: Final = ("StudentNumber", "IsIrani", "NationalCode", "FirstName", "LastName", "FatherName", "BirthDate")
RESIDENT: Final = (
    *IDENTITY,
    "GenderId",
    "Mobile",
    "Email",
    "Address",
    "CourseStudyCode",
    "ResidencyStartYear",
    "ResidentStatusId",
    "DurationId",
    "StartResidencyDate",
    "EndResidencyDate",
)
DECLARATION: Final = (
    "DeclareCode",
    "DurationId",
    "DeclarationTypeId",
    "RejectReasonTypeId",
    "HasLogBook",
    "BaliniScore",
    "OperationScore",
    "EthicsScore",
    "StartResidencyDate",
    "EndResidencyDate",
    "Description",
)
_DIGITS: Final = 6
_Cell = Annotated[str, msgspec.Meta(max_length=4000)]


def _form(name: str, fields: tuple[str, ...]) -> type[msgspec.Struct]:
    """Make the type of a form whose fields have their names of the wire, and the version that was seen."""
    return msgspec.defstruct(name, [(each, _Cell, "") for each in (*fields, "version")])


_RESIDENT_FORM: Final = _form("ResidentForm", RESIDENT)
_DECLARATION_FORM: Final = _form("DeclarationForm", DECLARATION)


class Typed:
    """A form that is being read."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = {name: text.replace("\r\n", "\n") for name, text in fields.items()}
        self.faults: dict[str, Fault] = {}

    @property
    def seen(self) -> int:
        """The version that stood on the page."""
        text = self.fields["version"]
        return int(text) if text.isdecimal() and len(text) <= _DIGITS else 0

    def text(self, field: str) -> str:
        """Read a text with our letters and single blanks."""
        return " ".join(fold(self.fields[field]).split())

    def latin(self, field: str) -> str:
        """Read a text that is written with Latin letters and digits."""
        return ascii_digits(self.text(field)).replace(" ", "")

    def number(self, field: str) -> int:
        """Read a whole number that has to be there."""
        found = self.number_or_none(field)
        if found is None and field not in self.faults:
            self.faults[field] = fault("required", field)
        return found or 0

    def number_or_none(self, field: str) -> int | None:
        """Read a whole number that may be missing."""
        digits = self.latin(field)
        if digits.isdecimal() and len(digits) <= _DIGITS:
            return int(digits)
        if digits:
            self.faults[field] = fault("unreadable", field)
        return None

    def year(self, field: str) -> int:
        """Read a year."""
        found = read_year(self.latin(field))
        if found is None:
            self.faults[field] = fault("year" if self.latin(field) else "required", field)
        return found or 0

    def day(self, field: str) -> date:
        """Read a day of the Jalali calendar that has to be there."""
        found = self.day_or_none(field)
        if found is None and field not in self.faults:
            self.faults[field] = fault("required", field)
        return found or date.min

    def day_or_none(self, field: str) -> date | None:
        """Read a day of the Jalali calendar that may be missing."""
        text = self.text(field)
        try:
            return jalali.parse(text).to_gregorian() if text else None
        except jalali.DateWrong as wrong:
            self.faults[field] = Fault("unreadable", field, wrong.text_fa, wrong.text_en)
            return None

    def score(self, field: str) -> int:
        """Read a score in hundredths."""
        if not self.text(field):
            self.faults[field] = fault("required", field)
            return 0
        found = typed_score(self.text(field), field)
        if isinstance(found, Fault):
            self.faults[field] = found
            return 0
        return found

    def check(self, broken: Iterable[Fault]) -> None:
        """Refuse what could not be read, together with the rules that the rest breaks. Raises Refused."""
        if self.faults:
            raise Refused(*self.faults.values(), *(each for each in broken if each.field not in self.faults))


async def resident_form(call: Call) -> Typed:
    """Take what was sent as the form of a resident."""
    return Typed(msgspec.structs.asdict(await call.form(_RESIDENT_FORM)))


async def declaration_form(call: Call) -> Typed:
    """Take what was sent as the form of a declaration."""
    return Typed(msgspec.structs.asdict(await call.form(_DECLARATION_FORM)))


def resident(typed: Typed, now: datetime) -> ResidentDraft:
    """Read a resident. Raises Refused."""
    is_irani = typed.fields["IsIrani"] != "0"
    draft = ResidentDraft(
        student_number=typed.latin("StudentNumber"),
        national_code=person_number(typed.latin("NationalCode"), is_irani=is_irani) or typed.latin("NationalCode"),
        course=typed.latin("CourseStudyCode"),
        start_year=typed.year("ResidencyStartYear"),
        status=typed.number("ResidentStatusId"),
        duration=typed.number("DurationId"),
        start=typed.day("StartResidencyDate"),
        end=typed.day_or_none("EndResidencyDate"),
        first_name=typed.text("FirstName"),
        last_name=typed.text("LastName"),
        father_name=typed.text("FatherName"),
        is_irani=is_irani,
        birth=typed.day("BirthDate"),
        email=typed.latin("Email"),
        mobile=mobile(typed.text("Mobile")) or typed.latin("Mobile"),
        address=typed.text("Address"),
        gender=typed.number("GenderId"),
    )
    typed.check(resident_faults(draft, now))
    return draft


def declaration(typed: Typed, student_number: str, year: int, now: datetime) -> DeclarationDraft:
    """Read a declaration. Raises Refused."""
    draft = DeclarationDraft(
        student_number=student_number,
        year=year,
        code=typed.number("DeclareCode"),
        type=typed.number("DeclarationTypeId"),
        reason=typed.number_or_none("RejectReasonTypeId"),
        duration=typed.number("DurationId"),
        log_book=typed.fields["HasLogBook"] == "1",
        clinical=typed.score("BaliniScore"),
        operation=typed.score("OperationScore"),
        ethics=typed.score("EthicsScore"),
        start=typed.day("StartResidencyDate"),
        end=typed.day_or_none("EndResidencyDate"),
        description=fold(typed.fields["Description"]).strip(),
    )
    typed.check(declaration_faults(draft, now))
    return draft


def resident_fields(one: ResidentDraft, words: Words) -> dict[str, str]:
    """Write a resident as he stands in the form."""
    return {
        "StudentNumber": one.student_number,
        "IsIrani": "1" if one.is_irani else "0",
        "NationalCode": one.national_code,
        "FirstName": one.first_name,
        "LastName": one.last_name,
        "FatherName": one.father_name,
        "BirthDate": _day(one.birth, words),
        "GenderId": str(one.gender),
        "Mobile": one.mobile,
        "Email": one.email,
        "Address": one.address,
        "CourseStudyCode": one.course,
        "ResidencyStartYear": words.digits(one.start_year),
        "ResidentStatusId": str(one.status),
        "DurationId": str(one.duration),
        "StartResidencyDate": _day(one.start, words),
        "EndResidencyDate": _day(one.end, words),
    }


def declaration_fields(one: DeclarationDraft, words: Words) -> dict[str, str]:
    """Write a declaration as it stands in the form."""
    return {
        "DeclareCode": str(one.code),
        "DurationId": str(one.duration),
        "DeclarationTypeId": str(one.type),
        "RejectReasonTypeId": "" if one.reason is None else str(one.reason),
        "HasLogBook": "1" if one.log_book else "",
        "BaliniScore": score_text(one.clinical),
        "OperationScore": score_text(one.operation),
        "EthicsScore": score_text(one.ethics),
        "StartResidencyDate": _day(one.start, words),
        "EndResidencyDate": _day(one.end, words),
        "Description": one.description,
    }


def _day(day: date | None, words: Words) -> str:
    return "" if day is None else words.day(day)
