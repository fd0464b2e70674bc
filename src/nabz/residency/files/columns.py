"""The columns of each kind of file: their names, what may stand in them, and which have to be there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit.persian import persian_digits
from nabz.residency.errors.faults import NAMES, fault
from nabz.residency.files import cells
from nabz.residency.files.opening import refused
from nabz.residency.model import DeclarationDraft, ResidentDraft, ResultDraft
from nabz.residency.model.codes import DECLARATION_TYPES, DECLARE_CODES, GENDERS, REJECT_REASONS, RESULTS
from nabz.residency.model.rules import LONGEST
from nabz.residency.model.uploads import UploadKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nabz.residency.model.uploads import Draft

Reader = Callable[[str, str], cells.Value]

YES_NO: Final = {"1": "بله", "0": "خیر"}
LONGEST_TITLE: Final = 200
"""Of a code with its title, as a drop-down offers it."""

_NO_DAY: Final = date.min
"""Stands where a day could not be read: what else is wrong with the row is told all the same."""


class Names(msgspec.Struct, frozen=True):
    """The tables that change: statuses, courses and universities, titles by code."""

    statuses: dict[str, str] = {}
    courses: dict[str, str] = {}
    universities: dict[str, str] = {}


NO_NAMES: Final = Names()


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column: the field of the wire, and the attribute of the draft that it becomes."""

    field: str
    into: str
    read: Reader
    blank: cells.Value = None
    """What stands in the draft where the cell is empty or cannot be read."""

    needed: bool = True
    """Whether an empty cell is a fault."""

    longest: int = 40
    """So many letters a cell has at most."""

    titles: Mapping[str, str] = {}
    """What may be chosen, by code; for the template."""

    choice: bool = True
    """Whether nothing else may be."""

    @property
    def title(self) -> str:
        """Its name in a template."""
        return NAMES[self.field]


def columns_of(kind: UploadKind, names: Names, *, by_number: bool = False) -> list[Column]:
    """Give the columns of a kind of file, in the order of its template."""
    match kind:
        case UploadKind.DECLARATIONS:
            return _declarations(by_number=by_number)
        case UploadKind.RESIDENTS:
            return _residents(names, by_number=by_number)
        case UploadKind.RESULTS:
            return _results(names)


def _declarations(*, by_number: bool) -> list[Column]:
    day = partial(cells.day, by_number=by_number)
    return [
        _text("StudentNumber", "student_number"),
        Column(field="YearId", into="year", read=cells.number, needed=False),
        _code("DeclareCode", "code", DECLARE_CODES),
        _code("DeclarationTypeId", "type", DECLARATION_TYPES),
        msgspec.structs.replace(_code("RejectReasonTypeId", "reason", REJECT_REASONS), needed=False, blank=None),
        Column(field="DurationId", into="duration", read=cells.number, blank=0),
        Column(field="HasLogBook", into="log_book", read=cells.yes_or_no, blank=False, titles=YES_NO),
        Column(field="BaliniScore", into="clinical", read=cells.score, blank=0),
        Column(field="OperationScore", into="operation", read=cells.score, blank=0),
        Column(field="EthicsScore", into="ethics", read=cells.score, blank=0),
        Column(field="StartResidencyDate", into="start", read=day, blank=_NO_DAY),
        Column(field="EndResidencyDate", into="end", read=day, needed=False),
        _text("Description", "description", needed=False),
    ]


def _residents(names: Names, *, by_number: bool) -> list[Column]:
    day = partial(cells.day, by_number=by_number)
    return [
        _text("StudentNumber", "student_number"),
        _text("NationalCode", "national_code"),
        Column(
            field="CourseStudyCode",
            into="course",
            read=cells.code_of(names.courses),
            blank="",
            longest=LONGEST_TITLE,
            titles=names.courses,
            choice=False,
        ),
        Column(field="ResidencyStartYear", into="start_year", read=cells.number, blank=0),
        Column(
            field="ResidentStatusId",
            into="status",
            read=_whole(names.statuses),
            blank=0,
            longest=LONGEST_TITLE,
            titles=names.statuses,
            choice=False,
        ),
        Column(field="DurationId", into="duration", read=cells.number, blank=0),
        Column(field="StartResidencyDate", into="start", read=day, blank=_NO_DAY),
        Column(field="EndResidencyDate", into="end", read=day, needed=False),
        _text("FirstName", "first_name"),
        _text("LastName", "last_name"),
        _text("FatherName", "father_name"),
        Column(field="IsIrani", into="is_irani", read=cells.yes_or_no, blank=True, titles=YES_NO),
        Column(field="BirthDate", into="birth", read=day, blank=_NO_DAY),
        _text("Email", "email", needed=False),
        _text("Mobile", "mobile", needed=False),
        _text("Address", "address", needed=False),
        _code("GenderId", "gender", GENDERS),
    ]


def _results(names: Names) -> list[Column]:
    ids = {university: university for university in names.universities}
    read = _named({**{cells.key_of(title): id_ for id_, title in names.universities.items()}, **ids})
    return [
        Column(
            field="University",
            into="university",
            read=read,
            blank="",
            needed=False,
            longest=LONGEST_TITLE,
            titles=dict.fromkeys(names.universities.values(), ""),
        ),
        _text("StudentNumber", "student_number"),
        _code("FinalResultId", "result", RESULTS),
        _text("Description", "note", needed=False),
    ]


def _text(field: str, into: str, *, needed: bool = True) -> Column:
    longest = LONGEST.get(field, 40)
    return Column(field=field, into=into, read=cells.words, blank="", needed=needed, longest=longest)


def _code(field: str, into: str, titles: Mapping[int, str]) -> Column:
    named = {str(code): persian_digits(title) for code, title in titles.items()}
    return Column(field=field, into=into, read=_whole(named), blank=0, longest=LONGEST_TITLE, titles=named)


def _whole(titles: Mapping[str, str]) -> Reader:
    read = cells.code_of(titles)
    return lambda text, field: int(read(text, field))


def _named(ids: Mapping[str, str]) -> Reader:
    def read(text: str, field: str) -> str:
        found = ids.get(text.strip()) or ids.get(cells.key_of(text))
        if found is None:
            raise cells.Broken(fault("unreadable", field))
        return found

    return read


DRAFTS: Final[dict[UploadKind, type[Draft]]] = {
    UploadKind.DECLARATIONS: DeclarationDraft,
    UploadKind.RESIDENTS: ResidentDraft,
    UploadKind.RESULTS: ResultDraft,
}
_ALSO: Final = {
    "سال": "YearId",
    "علت عدم معرفی": "RejectReasonTypeId",
    "لاگ بوک": "HasLogBook",
    "صلاحیت بالینی": "BaliniScore",
    "عملکرد بالینی": "OperationScore",
    "اخلاق حرفه‌ای": "EthicsScore",
    "تاریخ شروع": "StartResidencyDate",
    "تاریخ پایان": "EndResidencyDate",
    "توضیحات": "Description",
    "نتیجه": "FinalResultId",
    "تلفن همراه": "Mobile",
    "شماره گذرنامه": "NationalCode",
}
FOR_PEOPLE: Final = ("FirstName", "LastName")
"""Where they are no columns of a file, they stand there only to tell who a row is about."""

LINE, WHO, STATE, DEED, WHY = "ردیف", "دستیار", "نتیجهٔ بررسی", "ثبت", "دلیل"
"""What a receipt has beside the row itself: sent again, it is not read."""

_OURS: Final = {cells.key_of(title) for title in (LINE, WHO, STATE, DEED, WHY, "نتیجه")}
_FIELDS: Final = {
    **{cells.key_of(name): field for name, field in _ALSO.items()},
    **{cells.key_of(name): field for field, name in NAMES.items()},
    **{field.casefold(): field for field in NAMES},
}


class Head(msgspec.Struct, frozen=True):
    """Which column stands where, and which are not read."""

    columns: list[Column]
    places: dict[str, int]
    strange: list[str]

    @property
    def knows(self) -> bool:
        """Tell whether this is a head at all: without the number nothing can be read."""
        return "StudentNumber" in self.places

    def check(self) -> None:
        """See that all is there that every row needs. Raises FileRefused."""
        lacking = [column for column in self.columns if column.needed and column.field not in self.places]
        if lacking:
            titles = "»، «".join(column.title for column in lacking)
            fields = ", ".join(column.field for column in lacking)
            raise refused(f"این ستون‌ها را ندارد: «{titles}»", f"these columns are missing: {fields}")


def head_of(titles: Iterable[str], columns: list[Column]) -> Head:
    """Find the columns by their names, Persian or those of the wire. Raises FileRefused."""
    wanted = {column.field for column in columns}
    places: dict[str, int] = {}
    strange: list[str] = []
    for place, title in enumerate(titles):
        field = _field(title)
        if field not in wanted:
            known = field in FOR_PEOPLE or cells.key_of(title) in _OURS
            strange += [cells.shown(title, 60)] if title.strip() and not known else []
        elif field in places:
            raise refused(f"ستون «{NAMES[field]}» دو بار آمده است", f"the column {field} stands there twice")
        else:
            places[field] = place
    return Head(columns, places, strange)


def _field(title: str) -> str:
    """Name the field of a title: «کد معرفی», DeclareCode, or both as in «کد معرفی (DeclareCode)»."""
    whole, _, inside = title.partition("(")
    return _FIELDS.get(cells.key_of(title)) or _FIELDS.get(cells.key_of(whole)) or _FIELDS.get(cells.key_of(inside), "")
