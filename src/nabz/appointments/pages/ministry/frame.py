"""How the ministry's pages are drawn: the data set of who looks, and the words for shares and days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from nabz.access.model import Person, Role
from nabz.appointments.pages import frame
from nabz.kit import jalali
from nabz.web import visit
from nabz.web.render import render

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Database
    from nabz.kit.http import Call

MINISTRY: Final = (Role.MINISTRY, Role.OPERATOR)
MILLION: Final = 1_000_000
MANY_RIAL: Final = 10 * MILLION


def db_of(call: Call) -> Database:
    """Give the store as the data set of who is signed in shows it."""
    return call.db.within(Person.of(call.me).data_set)


def draw(call: Call, template: str, status: int = 200, **values: object) -> Response:
    """Draw a page of the ministry."""
    words = Words(visit.language(call), call.now)
    return render(call, f"appointments/ministry/{template}", status, w=words, **values)


def download(answer: Response, name: str) -> Response:
    """Let a browser keep an answer as a file."""
    answer.headers["content-disposition"] = f'attachment; filename="{name}"'
    answer.headers["cache-control"] = "no-store"
    return answer


class Words(frame.Words):
    """Given to every template of the ministry as `w`."""

    def share(self, value: float | None) -> str:
        """Write a share in percent."""
        return "—" if value is None else f"{self._decimal(value * 100)}{self.text('٪', '%')}"

    def days(self, value: float | None) -> str:
        """Write so many days on the average."""
        return "—" if value is None else f"{self._decimal(value)} {self.text('روز', 'days')}"

    def millions(self, rial: int) -> str:
        """Write a large amount so that it fits: in millions of rial."""
        if rial < MANY_RIAL:
            return self.money(rial)
        return f"{self.number(rial / MILLION)} {self.text('میلیون ریال', 'million rial')}"

    def slashed(self, day: date | str | None) -> str:
        """Write a day as tables do: ۱۴۰۵/۰۹/۰۱; nothing is a dash."""
        if not day:
            return "—"
        return self.digits(jalali.slashed(jalali.of_date(_date(day))))

    def title(self, text: str) -> str:
        """Name a place or specialty; what the centres did not say is told as such."""
        return text or self.text("نامشخص", "not told")

    def _decimal(self, value: float) -> str:
        shown = f"{value:.1f}".removesuffix(".0")
        return self.digits(shown.replace(".", self.text("٫", ".")))


def _date(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day
