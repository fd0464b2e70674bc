"""What every page of the insurer knows: who looks, the ways between the pages, and their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from nabz.access.model import Role
from nabz.kit import jalali, persian
from nabz.prescriptions.model import CentreKind
from nabz.prescriptions.model.codes import SERVICE_TYPES
from nabz.prescriptions.model.corrections import CORRECTION_EN, CORRECTION_FA, CorrectionState
from nabz.prescriptions.model.monthly import FILE_EN, FILE_FA, FileState, before, month_of
from nabz.prescriptions.pages import frame
from nabz.web import visit
from nabz.web.render import render, say, see_other

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.errors import Problem
    from nabz.kit.http import Call

INSURER: Final = (Role.SSO_EXPERT,)
HOME: Final = "/insurer"
WAYS: Final = (
    ("خانه", "Home", HOME),
    ("مراکز", "Centres", "/insurer/centres"),
    ("پزشکان", "Physicians", "/insurer/physicians"),
    ("گزارش‌ها", "Reports", "/insurer/reports"),
    ("تسویه", "Settlement", "/insurer/settlement"),
    ("درخواست‌های اصلاح", "Corrections", "/insurer/corrections"),
    ("پرسش‌های پی‌درپی", "Polling", "/insurer/polling"),
)
KINDS: Final = {
    CentreKind.PHARMACY: ("داروخانه", "pharmacy"),
    CentreKind.PARACLINIC: ("مرکز پاراکلینیک", "paraclinic centre"),
}
FILE_BADGES: Final = {FileState.SENT: "warn", FileState.ACCEPTED: "good", FileState.RETURNED: "bad"}
CORRECTION_BADGES: Final = {
    CorrectionState.OPEN: "warn",
    CorrectionState.DONE: "good",
    CorrectionState.DECLINED: "neutral",
}
DEEDS: Final = {
    "enrolled": ("ثبت شد", "enrolled"),
    "changed": ("مشخصات تغییر کرد", "changed"),
    "put": ("ثبت شد", "enrolled"),
    "activated": ("فعال شد", "activated"),
    "deactivated": ("غیرفعال شد", "deactivated"),
}
Word = Annotated[str, msgspec.Meta(max_length=200)]


def draw(call: Call, template: str, status: int = 200, **values: object) -> Response:
    """Draw a page of the insurer."""
    here = call.scope["path"]
    open_ = max((path for _, _, path in WAYS if here == path or here.startswith(f"{path}/")), key=len)
    words = InsurerWords(visit.language(call), call.now)
    tabs = [{"title": words.text(fa, en), "path": path, "active": path == open_} for fa, en, path in WAYS]
    return render(
        call,
        f"prescriptions/insurer/{template}",
        status,
        w=words,
        ways=tabs if Role.SSO_EXPERT in call.me.roles else [],
        **values,
    )


def by_of(call: Call) -> str:
    """Name who is signed in, for the audit."""
    return frame.caller_of(call).by


def back(call: Call, path: str, fa: str, en: str, kind: str = "good") -> Response:
    """Go on to a page after a deed, with a message."""
    return see_other(call, path, said=(kind, say(call, fa, en)))


def refused(call: Call, path: str, problem: Problem) -> Response:
    """Go back to a page and say there why nothing was done."""
    return see_other(call, path, said=("bad", say(call, problem.text_fa, problem.text_en)))


def address(path: str, **words: object) -> str:
    """Write an address with what is not empty of its query."""
    query = urlencode({name: text for name, text in words.items() if text})
    return f"{path}?{query}" if query else path


def this_month(call: Call) -> str:
    """Give the month that it is in Tehran."""
    return jalali.compact(jalali.day_of(call.now))[:6]


def last_month(call: Call) -> str:
    """Give the month whose files are sent now."""
    return before(this_month(call))


def read_month(text: str, otherwise: str) -> str:
    """Read a month, however it is written. Raises MonthWrong."""
    return month_of(text) if text.strip() else otherwise


def slashed(month: str) -> str:
    """Write a month for a field: 1405/08."""
    return f"{month[:4]}/{month[4:]}"


def kind_of(text: str) -> CentreKind | None:
    """Read a kind of centre; anything else is both."""
    return CentreKind(text) if text in set(CentreKind) else None


def download(content: bytes, type_: str, name: str) -> Response:
    """Let a browser keep an answer as a file."""
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type=type_, headers=headers)


class InsurerWords(frame.Words):
    """Given to every template of these pages as `w`."""

    def __init__(self, lang: str, now: datetime) -> None:
        super().__init__(lang, now)
        self._english = lang == "en"
        self._day = jalali.compact(jalali.day_of(now))

    def official(self, text: str) -> str:
        """Write an official text with our letters and digits."""
        return persian.persian_digits(persian.fold(text))

    def name(self, text: str) -> str:
        """Write the name of a service: our letters, its own digits."""
        return persian.fold(text)

    def type(self, code: str) -> str:
        """Name a type of services."""
        found = SERVICE_TYPES.get(code)
        return self.official(found.title) if found else code

    def centre_kind(self, kind: CentreKind) -> str:
        """Name a kind of centre."""
        return self.text(*KINDS[kind])

    def file_state(self, state: FileState) -> tuple[str, str]:
        """Name where a month's file stands, after its badge."""
        return FILE_BADGES[state], (FILE_EN if self._english else FILE_FA)[state]

    def correction(self, state: CorrectionState) -> tuple[str, str]:
        """Name where a request stands, after its badge."""
        return CORRECTION_BADGES[state], (CORRECTION_EN if self._english else CORRECTION_FA)[state]

    def deed(self, action: str) -> str:
        """Name what was done with an enrolment."""
        return self.text(*DEEDS.get(action, (action, action)))

    def has_ended(self, day: str) -> bool:
        """Tell whether a contract has run out."""
        return bool(day) and day < self._day
