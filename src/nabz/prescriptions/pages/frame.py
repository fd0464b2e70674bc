"""What the pages of prescriptions share: whose data set, which physician or centre, and the words of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.access.model import Person, Role
from nabz.kit import jalali, persian
from nabz.prescriptions.errors.reading import NotEnrolled, PhysicianNotChosen
from nabz.prescriptions.model import DELIVERY_FA, KIND_FA, PORTAL, STATE_FA, Caller, Kind
from nabz.prescriptions.service import enrolment
from nabz.web import visit
from nabz.web.render import render

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Database
    from nabz.kit.http import Call
    from nabz.kit.jalali import JalaliDate
    from nabz.prescriptions.model import Doctor

KIND_EN: Final = {
    Kind.DRUG: "drugs",
    Kind.PARACLINIC: "paraclinic",
    Kind.VISIT: "visit",
    Kind.VISIT_AND_SERVICE: "visit and service",
    Kind.SERVICE: "services",
    Kind.REFERRED_SERVICE: "referred services",
    Kind.REFERRAL: "referral",
    Kind.FEEDBACK: "feedback",
    Kind.HOSPITAL: "admission order",
}
STATE_EN: Final = {
    "open": "waiting",
    "part": "delivered in part",
    "done": "delivered",
    "returned": "sent back",
    "deleted": "deleted",
}
DELIVERY_EN: Final = {"pending": "set aside", "registered": "not sent", "sent": "sent", "removed": "taken back"}
BADGES: Final = {"open": "info", "part": "warn", "done": "good", "returned": "bad", "deleted": "neutral"}


def db_of(call: Call) -> Database:
    """Give the store as the one who is signed in sees it."""
    return call.db.within(Person.of(call.me).data_set)


def caller_of(call: Call) -> Caller:
    """Name who is signed in as who calls, with the number of this call."""
    me = Person.of(call.me)
    return Caller(
        PORTAL,
        me.user_id,
        call.request_id,
        user=me.principal_id,
        organisation=me.organisation_id,
        username=me.username,
        trusted=False,
    )


async def doctor_of(call: Call) -> Doctor:
    """Find the physician who is signed in, or for whom his secretary is. Raises NotEnrolled, PhysicianNotChosen."""
    me = Person.of(call.me)
    found = await db_of(call).read(enrolment.doctor_of_user, me.principal_id)
    if found is None:
        raise PhysicianNotChosen if Role.SECRETARY in me.roles and me.acting_for is None else NotEnrolled
    return found


def today(call: Call) -> JalaliDate:
    """Give the day that it is in Tehran."""
    return jalali.day_of(call.now)


def draw(call: Call, template: str, status: int = 200, **values: object) -> Response:
    """Draw a page of prescriptions, with the words of the browser's language."""
    return render(call, f"prescriptions/{template}", status, w=Words(visit.language(call), call.now), **values)


class Words:
    """Given to every template of prescriptions as `w`."""

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
        """Write a number that is a name: a code, a mobile."""
        return persian.persian_digits(text) if self._persian else str(text)

    def money(self, rial: int) -> str:
        """Write an amount."""
        return f"{self.number(rial)} {self.text('ریال', 'rial')}"

    def day(self, compact: str) -> str:
        """Write a day of eight digits: ۱۴۰۵/۰۸/۳۰."""
        if not compact:
            return "—"
        return self.digits(f"{compact[:4]}/{compact[4:6]}/{compact[6:8]}")

    def month(self, compact: str) -> str:
        """Write a month of six digits: آبان ۱۴۰۵."""
        names = jalali.MONTHS if self._persian else jalali.MONTHS_EN
        return f"{names[int(compact[4:6]) - 1]} {self.digits(compact[:4])}"

    def moment(self, at: datetime) -> str:
        """Write an instant: ۱۴۰۵/۰۸/۳۰ ۱۰:۱۵."""
        return self.digits(f"{jalali.slashed(jalali.day_of(at))} {jalali.tehran(at):%H:%M}")

    def kind(self, kind: int) -> str:
        """Name what a prescription is for."""
        return (KIND_FA if self._persian else KIND_EN)[Kind(kind)]

    def state(self, state: str, expires: str = "") -> tuple[str, str]:
        """Name where a prescription stands, after the badge that it wears."""
        if expires and state in {"open", "part"} and expires < jalali.compact(jalali.day_of(self._now)):
            return "neutral", self.text("منقضی", "expired")
        return BADGES[state], (STATE_FA if self._persian else STATE_EN)[state]

    def delivery(self, state: str) -> tuple[str, str]:
        """Name where a delivery stands, after the badge that it wears."""
        badge = {"pending": "warn", "registered": "good", "sent": "info", "removed": "bad"}[state]
        return badge, (DELIVERY_FA if self._persian else DELIVERY_EN)[state]
