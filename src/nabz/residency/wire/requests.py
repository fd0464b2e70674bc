"""What universities send: every field may be anything until it is read, so that all faults are told at once."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, ClassVar, Final

import msgspec
from msgspec import Meta

from nabz.kit.persian import ascii_digits
from nabz.residency.errors import Refused
from nabz.residency.model import DeclarationDraft, Filter, ResidentDraft
from nabz.residency.model.rules import person_number
from nabz.residency.model.years import is_year
from nabz.residency.wire.fields import Fields

_MINUS: Final = "-0"
_SIGNED: Final = {_MINUS: _MINUS}
_COURSE: Final = re.compile(r"[0-9]{4,5}")

# What the documents say of a field; whatever else stands there is read too, and told where it is wrong.
Text = Annotated[Any, Meta(extra_json_schema={"type": "string"})]
Whole = Annotated[Any, Meta(extra_json_schema={"type": "integer"})]
MaybeWhole = Annotated[Any, Meta(extra_json_schema={"type": ["integer", "null"]})]
Yes = Annotated[Any, Meta(extra_json_schema={"type": "boolean"})]
Day = Annotated[Any, Meta(extra_json_schema={"type": "string", "format": "date-time"})]
MaybeDay = Annotated[Any, Meta(extra_json_schema={"type": ["string", "null"], "format": "date-time"})]
Bytes = Annotated[Any, Meta(extra_json_schema={"type": "string", "contentEncoding": "base64"})]
OfSixty = Annotated[Any, Meta(extra_json_schema={"type": "number", "minimum": 0, "maximum": 60})]
OfThirty = Annotated[Any, Meta(extra_json_schema={"type": "number", "minimum": 0, "maximum": 30})]


class Credentials(msgspec.Struct, frozen=True):
    """1.1: who signs in; what is no text is none."""

    username: Text = None
    password: Text = None


class Tokens(msgspec.Struct, frozen=True):
    """1.2 and 1.3: the old tokens; what is no text is none."""

    AccessToken: Text = None
    RefreshToken: Text = None

    aliases: ClassVar[dict[str, tuple[str, ...]]] = {"AccessToken": ("Token",)}


class ResidentSent(msgspec.Struct, frozen=True):
    """2: a resident."""

    StudentNumber: Text = None
    NationalCode: Text = None
    CourseStudyCode: Text = None
    ResidencyStartYear: Whole = None
    ResidentStatusId: Whole = None
    DurationId: Whole = None
    StartResidencyDate: Day = None
    EndResidencyDate: MaybeDay = None
    FirstName: Text = None
    LastName: Text = None
    FatherName: Text = None
    IsIrani: Yes = None
    BirthDate: Day = None
    Email: Text = None
    Mobile: Text = None
    Address: Text = None
    GenderId: Whole = None

    def draft(self) -> tuple[ResidentDraft, Fields]:
        """Read it; what cannot be read is told by the fields."""
        read = Fields()
        draft = ResidentDraft(
            student_number=read.text(self.StudentNumber, "StudentNumber"),
            national_code=read.text(self.NationalCode, "NationalCode"),
            course=read.text(self.CourseStudyCode, "CourseStudyCode"),
            start_year=read.whole(self.ResidencyStartYear, "ResidencyStartYear"),
            status=read.whole(self.ResidentStatusId, "ResidentStatusId"),
            duration=read.whole(self.DurationId, "DurationId"),
            start=read.day(self.StartResidencyDate, "StartResidencyDate"),
            end=read.maybe_day(self.EndResidencyDate, "EndResidencyDate"),
            first_name=read.text(self.FirstName, "FirstName"),
            last_name=read.text(self.LastName, "LastName"),
            father_name=read.text(self.FatherName, "FatherName"),
            is_irani=read.yes(self.IsIrani, "IsIrani"),
            birth=read.day(self.BirthDate, "BirthDate", may_be_jalali=False),
            email=read.text(self.Email, "Email", needed=False),
            mobile=read.text(self.Mobile, "Mobile", needed=False),
            address=read.text(self.Address, "Address", needed=False),
            gender=read.whole(self.GenderId, "GenderId"),
        )
        return draft, read


class ImageSent(msgspec.Struct, frozen=True):
    """3: a picture, in base64."""

    StudentNumber: Text = None
    Image: Bytes = None


class DeclarationSent(msgspec.Struct, frozen=True):
    """4: a declaration to promotion."""

    StudentNumber: Text = None
    YearId: Whole = None
    DeclareCode: Whole = None
    DeclarationTypeId: Whole = None
    RejectReasonTypeId: MaybeWhole = None
    DurationId: Whole = None
    HasLogBook: Yes = None
    BaliniScore: OfSixty = None
    OperationScore: OfSixty = None
    EthicsScore: OfThirty = None
    StartResidencyDate: Day = None
    EndResidencyDate: MaybeDay = None
    Description: Text = None

    def draft(self, raw: bytes) -> tuple[DeclarationDraft, Fields]:
        """Read it; what cannot be read is told by the fields. JSON forgets the sign of a nought, so `raw` is asked."""
        read = Fields()
        signed = signed_noughts(raw)
        draft = DeclarationDraft(
            student_number=read.text(self.StudentNumber, "StudentNumber"),
            year=read.whole(self.YearId, "YearId"),
            code=read.whole(self.DeclareCode, "DeclareCode"),
            type=read.whole(self.DeclarationTypeId, "DeclarationTypeId"),
            reason=read.maybe_whole(self.RejectReasonTypeId, "RejectReasonTypeId"),
            duration=read.whole(self.DurationId, "DurationId"),
            log_book=read.yes(self.HasLogBook, "HasLogBook"),
            clinical=read.score(self.BaliniScore, "BaliniScore", signed),
            operation=read.score(self.OperationScore, "OperationScore", signed),
            ethics=read.score(self.EthicsScore, "EthicsScore", signed),
            start=read.day(self.StartResidencyDate, "StartResidencyDate"),
            end=read.maybe_day(self.EndResidencyDate, "EndResidencyDate"),
            description=read.text(self.Description, "Description", needed=False),
        )
        return draft, read


class ListAsked(msgspec.Struct, frozen=True):
    """5: which declarations of a year."""

    yearId: Any = None
    courseStudyCode: Any = None
    nationalCode: Any = None
    studentNumber: Any = None

    def wanted(self, university: str) -> tuple[int, Filter]:
        """Read the year and the filter. Raises Refused."""
        read = Fields()
        year = read.whole(self.yearId, "YearId")
        if not read.faults and not is_year(year):
            read.tell("year", "YearId")
        course = read.text(self.courseStudyCode, "CourseStudyCode", needed=False)
        number = read.text(self.nationalCode, "NationalCode", needed=False)
        student = read.text(self.studentNumber, "StudentNumber", needed=False)
        wanted = Filter(
            university=university,
            course=ascii_digits(course),
            national_code=person_number(ascii_digits(number), is_irani=True) or ascii_digits(number).upper(),
            student_number=ascii_digits(student),
        )
        if wanted.course and not _COURSE.fullmatch(wanted.course):
            read.tell("course", "CourseStudyCode")
        if read.faults:
            raise Refused(*read.faults)
        return year, wanted


def text_of(value: object) -> str:
    """Give a text; programs send null for what is not set."""
    return value if isinstance(value, str) else ""


def signed_noughts(raw: bytes) -> set[str]:
    """Name the keys, in small letters, at which a message that was read says -0 as a whole number."""
    if b"-0" not in raw:
        return set()
    tree: object = raw.decode("utf-8-sig")
    while isinstance(tree, str):  # encoded twice, as the reader allows
        tree = json.loads(tree, parse_int=_SIGNED.get)
    return {key.strip().lower() for key, value in tree.items() if value == _MINUS} if isinstance(tree, dict) else set()
