"""What every page of a university knows: whose rows it shows, of which year, and the ways between the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from nabz.kit.persian import search_text
from nabz.residency.errors import ResidentNotFound
from nabz.residency.model.codes import names_of
from nabz.residency.pages import frame
from nabz.residency.pages.frame import Words
from nabz.residency.service import residents, years
from nabz.web import visit

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.residency.model import Code, Resident

HOME: Final = "/simad/university"
RESIDENTS: Final = f"{HOME}/residents"
NEW: Final = f"{RESIDENTS}/new/form"
"""With a step more, for `new` alone might be somebody's student number."""

DECLARATIONS: Final = f"{HOME}/declarations"
CORRECTIONS: Final = f"{HOME}/corrections"
RESULTS: Final = f"{HOME}/results"
EXPORT: Final = f"{HOME}/export"
WAYS: Final = (
    ("خانه", "Home", HOME),
    ("دستیاران", "Residents", RESIDENTS),
    ("معرفی‌ها", "Declarations", DECLARATIONS),
    ("نیاز به اصلاح", "To correct", CORRECTIONS),
    ("ارسال گروهی", "Bulk", f"{HOME}/bulk"),
    ("نتایج", "Results", RESULTS),
)
PAGE: Final = 50
Word = Annotated[str, msgspec.Meta(max_length=200)]

year_of = frame.year_of


def draw(call: Call, template: str, status: int = 200, **values: object) -> Response:
    """Draw a page of a university."""
    return frame.draw(call, f"university/{template}", WAYS, status, **values)


def words_of(call: Call) -> Words:
    """Give the words of this browser's language."""
    return Words(visit.language(call), call.now)


def path_of(student_number: str) -> str:
    """Give the address of a resident's page."""
    return f"{RESIDENTS}/{student_number}"


def resident_of(tx: Tx, university: str, student_number: str) -> Resident:
    """Find a resident of this university. Raises ResidentNotFound."""
    found = residents.find(tx, university, student_number)
    if found is None:
        raise ResidentNotFound
    return found


def years_of(tx: Tx, *more: int) -> list[int]:
    """List the years that may be looked at, newest first."""
    return sorted({*(each.year for each in years.all_of(tx)), *more}, reverse=True)


def words_in(text: str) -> tuple[str, ...]:
    """Part what is looked for into its words."""
    return tuple(search_text(text).split()[:6])


def options(codes: list[Code], words: Words, chosen: str) -> list[tuple[str, str]]:
    """Offer the codes of a table that are in use, and the one that stands there."""
    offered = {
        each.code: words.text(*names_of(each)) or _untitled(each.code, words)
        for each in codes
        if each.active or each.code == chosen
    }
    if chosen:
        offered.setdefault(chosen, _untitled(chosen, words))
    return list(offered.items())


def _untitled(code: str, words: Words) -> str:
    return words.text("کد ", "code ") + words.digits(code)
