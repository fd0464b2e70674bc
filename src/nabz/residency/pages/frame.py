"""What all pages of residency share: whose data set and university, the ways between them, and their words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.responses import Response

from nabz.access.model import OrganisationKind, Person, Role
from nabz.access.service import organisations
from nabz.kit import jalali, persian
from nabz.residency.errors import NoUniversity, YearWrong
from nabz.residency.model import Caller, Standing
from nabz.residency.model import codes as tables
from nabz.residency.model.scores import score_text
from nabz.residency.model.years import read_year, year_at
from nabz.residency.service import rules
from nabz.web import visit
from nabz.web.render import render, say, see_other

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from nabz.kit.db import Database
    from nabz.kit.errors import Problem
    from nabz.kit.http import Call
    from nabz.residency.model import Declaration, Rules

HOME: Final = "/simad"
UNIVERSITY: Final = (Role.UNIVERSITY,)
MINISTRY: Final = (Role.MINISTRY,)
STANDING: Final = {
    Standing.NEW: ("info", "در انتظار بررسی", "waiting"),
    Standing.CORRECTED: ("info", "اصلاح‌شده، در انتظار", "corrected, waiting"),
    Standing.TO_CORRECT: ("warn", "نیاز به اصلاح", "to be corrected"),
    Standing.ACCEPTED: ("good", "پذیرفته", "accepted"),
    Standing.REFUSED: ("bad", "رد شده", "refused"),
}
_SWITCHED: Final = "residency.rules"
"""Where a call keeps what is switched on, for every page of a university says that it is closed."""

RESULT_BADGES: Final = {1: "good", 2: "warn", 3: "bad"}
_LATIN: Final = re.compile("[A-Za-z]")
Ways = tuple[tuple[str, str, str], ...]


def db_of(call: Call) -> Database:
    """Give the store as the one who is signed in sees it."""
    return call.db.within(Person.of(call.me).data_set)


def ministry_of(call: Call) -> Caller:
    """Name who is signed in as somebody of the ministry."""
    return Caller("", Person.of(call.me).user_id, call.request_id)


async def member_of(call: Call) -> Caller:
    """Name who is signed in as somebody of his university, who may look. Raises NoUniversity."""
    me = Person.of(call.me)
    if me.organisation_id not in await universities(call):
        raise NoUniversity
    call.scope[_SWITCHED] = await db_of(call).read(rules.get)
    return Caller(me.organisation_id, me.user_id, call.request_id)


async def university_of(call: Call) -> Caller:
    """Name who is signed in as somebody of his university, and may change things now.

    Raises NoUniversity, UnderMaintenance.
    """
    caller = await member_of(call)
    if call.scope["method"] not in {"GET", "HEAD"}:
        await db_of(call).read(rules.must_be_open, call.now)
    return caller


async def universities(call: Call) -> dict[str, str]:
    """Give the names of all universities by their ids, in order."""
    return await call.db.read(organisations.of_kind, OrganisationKind.UNIVERSITY)


def draw(call: Call, template: str, ways: Ways = (), status: int = 200, **values: object) -> Response:
    """Draw a page of residency."""
    words = Words(visit.language(call), call.now)
    here = call.scope["path"]
    above = [path for _, _, path in ways if here == path or here.startswith(f"{path}/")]
    open_ = max(above, key=len, default="")
    tabs = [{"title": words.text(fa, en), "path": path, "active": path == open_} for fa, en, path in ways]
    closed = maintenance(call)
    return render(call, f"residency/{template}", status, w=words, ways=tabs, maintenance=closed, **values)


def maintenance(call: Call) -> Rules | None:
    """Give what closes this university's pages at this moment, if anything does."""
    known: Rules | None = call.scope.get(_SWITCHED)
    until = None if known is None else known.maintenance_until
    return known if until is not None and call.now < until else None


def back(call: Call, path: str, fa: str, en: str, kind: str = "good") -> Response:
    """Go on to a page after a deed, with a message."""
    return see_other(call, path, said=(kind, say(call, fa, en)))


def refused(call: Call, path: str, problem: Problem) -> Response:
    """Go back to a page and say there why nothing was done."""
    return see_other(call, path, said=("bad", say(call, problem.text_fa, problem.text_en)))


def address(path: str, **words: object) -> str:
    """Write an address with what is not empty of its query."""
    query = urlencode({name: text for name, text in words.items() if text not in {None, ""}})
    return f"{path}?{query}" if query else path


def this_year(call: Call) -> int:
    """Give the academic year that it is."""
    return year_at(call.now)


def year_of(call: Call, text: str) -> int:
    """Read which year is looked at; without one, the running one. Raises YearWrong."""
    if not text.strip():
        return this_year(call)
    found = read_year(text)
    if found is None:
        raise YearWrong
    return found


def download(content: bytes, type_: str, name: str) -> Response:
    """Let a browser keep an answer as a file."""
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type=type_, headers=headers)


class Words:
    """Given to every template of residency as `w`."""

    def __init__(self, lang: str, now: datetime) -> None:
        self._persian = lang != "en"
        self._now = now

    def text(self, fa: str, en: str) -> str:
        """Choose the text of this language."""
        return fa if self._persian else en

    def number(self, value: float) -> str:
        """Write a whole number."""
        return persian.grouped(round(value)) if self._persian else f"{round(value):,}"

    def digits(self, text: object) -> str:
        """Write a number that is a name: a code, a student number, a year; beside Latin letters it stays Latin."""
        plain = str(text)
        return persian.persian_digits(plain) if self._persian and not _LATIN.search(plain) else plain

    def named(self, names: Mapping[str, tuple[str, str]], code: object) -> str:
        """Name a code of a table of both languages (service.codes.names); nothing where it has no title."""
        found = names.get(str(code))
        return "" if found is None else self.text(*found)

    def score(self, hundredths: int) -> str:
        """Write a score: ۵۵٫۵."""
        text = score_text(hundredths)
        return persian.persian_digits(text.replace(".", "٫")) if self._persian else text

    def year(self, year: int) -> str:
        """Write an academic year: ۱۴۰۲–۱۴۰۳."""
        return self.digits(f"{year}–{year + 1}")

    def day(self, day: date | None) -> str:
        """Write a day by the Jalali calendar: ۱۴۰۲/۰۷/۰۱."""
        return "—" if day is None else self.digits(jalali.slashed(jalali.of_date(day)))

    def moment(self, at: datetime | None) -> str:
        """Write an instant: ۱۴۰۵/۰۸/۳۰ ۱۰:۱۵."""
        if at is None:
            return "—"
        return self.digits(f"{jalali.slashed(jalali.day_of(at))} {jalali.tehran(at):%H:%M}")

    def title(self, table: str, code: int | None) -> str:
        """Name a code of a table of the guide: `declare_codes`, `results` and so on."""
        if code is None:
            return "—"
        titles: Mapping[int, str] = getattr(tables, table.upper() + ("" if self._persian else "_EN"))
        return self.digits(titles.get(code, str(code)))

    def declared(self, code: int) -> str:
        """Name what somebody is declared to, for a table: without what stands in brackets."""
        return self.title("declare_codes", code).partition(" (")[0]

    def standing(self, one: Declaration) -> tuple[str, str]:
        """Name where a declaration stands, after the badge that it wears."""
        return self.stand(one.standing)

    def stand(self, standing: str) -> tuple[str, str]:
        """Name a standing, after its badge."""
        badge, fa, en = STANDING[Standing(standing)]
        return badge, self.text(fa, en)

    def result(self, result: int | None) -> tuple[str, str]:
        """Name a final result, after its badge."""
        if result is None:
            return "neutral", self.text("ثبت نشده", "none yet")
        return RESULT_BADGES.get(result, "neutral"), self.title("results", result)
