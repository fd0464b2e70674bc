"""What the pages of appointments share: the data set of the public, the day in Tehran, and the words of a page."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from nabz.access.model import DEMO, PRODUCTION
from nabz.appointments.model import QUOTA_FA, STATUS_FA, Caller, Quota, Status
from nabz.kit import jalali, persian
from nabz.kit.jalali import JalaliDate
from nabz.web import visit
from nabz.web.render import render

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from starlette.responses import Response

    from nabz.appointments.model import Seen
    from nabz.kit.db import Database
    from nabz.kit.http import Call

WEEKDAYS_EN: Final = ("Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
STATUS_EN: Final = {
    Status.FREE: "free",
    Status.TAKEN: "booked",
    Status.VISITED: "visited",
    Status.CANCELLED: "cancelled by the patient",
    Status.WITHDRAWN: "cancelled by the centre",
    Status.LATE: "cancelled, the patient was late",
}
QUOTA_EN: Final = {
    Quota.REFERRAL: "referral",
    Quota.IN_PERSON: "in person",
    Quota.SPECIAL: "special",
    Quota.INTERNET: "internet",
}
BADGES: Final = {Status.TAKEN: "good", Status.VISITED: "info", Status.FREE: "neutral"}
KILOMETRE: Final = 1000


def store_of(call: Call) -> Database:
    """Give the store as somebody sees it who is not signed in: the demo sandbox, or production."""
    return call.db.within(DEMO if call.deps.settings.demo else PRODUCTION)


def portal(call: Call) -> Caller:
    """Name the portal as who asks, with the number of this call."""
    return Caller("portal", "", "portal", call.request_id)


def today(call: Call) -> JalaliDate:
    """Give the day that it is in Tehran."""
    return jalali.day_of(call.now)


def draw(call: Call, template: str, status: int = 200, **values: object) -> Response:
    """Draw a page of appointments, with the words of the browser's language."""
    return render(call, f"appointments/{template}", status, w=Words(visit.language(call), call.now), **values)


class Words:
    """Given to every template of appointments as `w`."""

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
        """Write a number that is a name: a mobile, a code."""
        return persian.persian_digits(text) if self._persian else str(text)

    def money(self, rial: int) -> str:
        """Write an amount."""
        return f"{self.number(rial)} {self.text('ریال', 'rial')}"

    def clock(self, at: datetime) -> str:
        """Write the time of day in Tehran."""
        return self.digits(f"{jalali.tehran(at):%H:%M}")

    def weekday(self, day: JalaliDate) -> str:
        """Name the day of the week."""
        return jalali.weekday(day) if self._persian else WEEKDAYS_EN[day.weekday()]

    def month(self, day: JalaliDate) -> str:
        """Name the month with its year."""
        name = (jalali.MONTHS if self._persian else jalali.MONTHS_EN)[day.month - 1]
        return f"{name} {self.digits(day.year)}"

    def short_date(self, day: JalaliDate) -> str:
        """Write چهارشنبه ۱۲ آذر; the year is plain."""
        name = (jalali.MONTHS if self._persian else jalali.MONTHS_EN)[day.month - 1]
        return f"{self.weekday(day)} {self.digits(day.day)} {name}"

    def date(self, day: JalaliDate) -> str:
        """Write چهارشنبه ۱۲ آذر ۱۴۰۵."""
        return f"{self.short_date(day)} {self.digits(day.year)}"

    def day(self, at: datetime) -> str:
        """Write the day of an instant: today, tomorrow, or its date without a year."""
        apart = (jalali.tehran(at).date() - jalali.tehran(self._now).date()).days
        near = {0: self.text("امروز", "Today"), 1: self.text("فردا", "Tomorrow")}.get(apart)
        written = self.short_date(jalali.day_of(at))
        return f"{near}، {written}" if near and self._persian else f"{near}, {written}" if near else written

    def moment(self, at: datetime) -> str:
        """Write an instant as people say it: چهارشنبه ۱۲ آذر ۱۴۰۵، ساعت ۱۰:۱۵."""
        return f"{self.date(jalali.day_of(at))}{self.text('، ساعت ', ', ')}{self.clock(at)}"

    def by_day(self, times: Sequence[Seen]) -> list[list[Seen]]:
        """Part times that follow each other by their days."""
        return [list(group) for _, group in groupby(times, key=lambda seen: jalali.day_of(seen.slot.starts_at))]

    def slashed(self, at: datetime) -> str:
        """Write the Jalali day of an instant for an address."""
        return jalali.slashed(jalali.day_of(at))

    def distance(self, metres: float) -> str:
        """Write how far something is."""
        if metres < KILOMETRE:
            return f"{self.number(max(50, round(metres, -1)))} {self.text('متر', 'm')}"
        kilometres = f"{metres / KILOMETRE:.1f}".removesuffix(".0")
        kilometres = self.digits(kilometres.replace(".", "٫")) if self._persian else kilometres
        return f"{kilometres} {self.text('کیلومتر', 'km')}"

    def status(self, status: int) -> tuple[str, str]:
        """Name where a slot stands, after the badge that it wears."""
        names = STATUS_FA if self._persian else STATUS_EN
        return BADGES.get(Status(status), "bad"), names[Status(status)]

    def quota(self, quota: int) -> str:
        """Name for whom a slot is meant."""
        return (QUOTA_FA if self._persian else QUOTA_EN)[Quota(quota)]
