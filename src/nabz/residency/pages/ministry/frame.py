"""What the ministry's pages share: the ways between them, which year and which declarations are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from nabz.kit.persian import ascii_digits, search_text
from nabz.residency.model import Filter
from nabz.residency.pages import frame
from nabz.residency.pages.frame import address, this_year

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.http import Call

HOME: Final = "/simad/ministry"
WAYS: Final = (
    ("صندوق معرفی‌ها", "Inbox", HOME),
    ("مهلت‌ها", "Deadlines", f"{HOME}/years"),
    ("نتایج نهایی", "Results", f"{HOME}/results"),
    ("گزارش‌ها", "Reports", f"{HOME}/reports"),
    ("جدول کدها", "Code tables", f"{HOME}/codes"),
    ("سرویس", "Service", f"{HOME}/service"),
)
PAGE: Final = 50
EXPORT: Final = f"{HOME}/export"
YEARS: Final = 10
MOST_WORDS: Final = 6
Word = Annotated[str, msgspec.Meta(max_length=200)]

year_of = frame.year_of


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Which declarations of which year: as it stands in addresses and goes on with every form."""

    year: Word = ""
    university: Word = ""
    course: Word = ""
    standing: Word = ""
    code: Word = ""
    type: Word = ""
    result: Word = ""
    q: Word = ""
    national: Word = ""
    number: Word = ""

    @property
    def wanted(self) -> Filter:
        """Say it to the store."""
        return Filter(
            university=self.university.strip(),
            course=ascii_digits(self.course).strip(),
            standing=self.standing,
            code=_number(self.code),
            type=_number(self.type),
            result=self.result,
            words=tuple(search_text(self.q).split()[:MOST_WORDS]),
            national_code=ascii_digits(self.national).strip().upper(),
            student_number=ascii_digits(self.number).strip(),
        )

    def kept(self, **but: object) -> dict[str, Any]:
        """Give what goes into addresses and hidden fields again."""
        return {**msgspec.structs.asdict(self), **but}


def draw(call: Call, template: str, status: int = 200, **values: object) -> Response:
    """Draw a page of the ministry."""
    return frame.draw(call, f"ministry/{template}", WAYS, status, **values)


def years_around(call: Call, *more: int) -> list[int]:
    """List the years that a page offers, newest first."""
    now = this_year(call)
    return sorted({*range(now - YEARS + 1, now + 1), *more}, reverse=True)


def exports(what: str, kept: dict[str, Any]) -> list[tuple[str, str]]:
    """Write the addresses of a list as it is filtered, as each kind of file."""
    return [(each.upper(), address(EXPORT, what=what, format=each, **kept)) for each in ("xlsx", "csv")]


def one_path(year: int, resident: str, kept: dict[str, Any]) -> str:
    """Write the address of a declaration, from which the same list is gone on with."""
    return address(f"{HOME}/declarations/{year}/{resident}", **{**kept, "year": ""})


def _number(text: str) -> int | None:
    digits = ascii_digits(text).strip()
    return int(digits) if digits.isdecimal() and len(digits) <= len("10") else None
