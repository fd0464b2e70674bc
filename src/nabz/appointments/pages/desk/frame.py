"""What every page of the desk knows: the centre it works for, who may come, and the words of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import msgspec

from nabz.access.model import Person, Role
from nabz.appointments.errors import CentreUnknown, FieldWrong
from nabz.appointments.model import REASON_FA, TYPE_FA, AppointmentType, Caller, Reason, tracking
from nabz.appointments.model.money import STATE_EN, STATE_FA
from nabz.appointments.pages.frame import Words
from nabz.appointments.service import desk
from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.kit.ids import random_uuid
from nabz.kit.jalali import JalaliDate
from nabz.registries.service import facilities
from nabz.web import visit
from nabz.web.render import render, say, see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.appointments.model.money import Payment
    from nabz.kit.db import Database, Tx
    from nabz.kit.http import Call
    from nabz.registries.model import Facility

DESK: Final = (Role.CLINIC_DESK, Role.SECRETARY, Role.PHYSICIAN, Role.NURSE)
CENTRE: Final = "nabz_centre"
PORTAL: Final = "desk"
SHOWN_DIGITS: Final = 3
REASONS: Final = (Reason.PHYSICIAN_CANNOT, Reason.DEVICE_BROKEN, Reason.CENTRE_CANNOT)
"""Why a centre takes a slot back; the other reasons are the patients'."""

REASON_EN: Final = {
    Reason.PATIENT_CANNOT: "the patient cannot come",
    Reason.PHYSICIAN_CANNOT: "the physician cannot come",
    Reason.PATIENT_LATE: "the patient is late",
    Reason.DEVICE_BROKEN: "a device is broken",
    Reason.CENTRE_CANNOT: "the centre cannot give the service",
}
TYPE_EN: Final = {
    AppointmentType.PAID: "paid",
    AppointmentType.DEPOSIT: "deposit paid",
    AppointmentType.FREE_OF_CHARGE: "free of charge",
    AppointmentType.HALF_PRICE: "half price",
    AppointmentType.CANCELLED: "cancelled",
    AppointmentType.FINAL: "final",
}


class Centre(msgspec.Struct, frozen=True):
    """The facility that a desk works for, and the others that its people may choose."""

    facility: Facility
    choices: tuple[Facility, ...]
    db: Database

    @property
    def id(self) -> str:
        """The facility's GUID."""
        return self.facility.id


async def centre_of(call: Call) -> Centre:
    """Find the facility of the person who is signed in: the chosen one, or the first at work. Raises CentreUnknown."""
    person = Person.of(call.me)
    db = call.db.within(person.data_set)
    facility, choices = await db.read(_choose, person.organisation_id, visit.cookie(call, CENTRE))
    return Centre(facility, choices, db)


def _choose(tx: Tx, organisation: str, chosen: str | None) -> tuple[Facility, tuple[Facility, ...]]:
    choices = tuple(each for each in facilities.of_organisation(tx, organisation) if each.active)
    if not choices:
        raise CentreUnknown
    for each in choices:
        if each.id == chosen:
            return each, choices
    return next((each for each in choices if desk.providers(tx, each.id)), choices[0]), choices


def slot_of(call: Call) -> str:
    """Read the slot that an address names. Raises BadTracking, ForeignNode."""
    return tracking.read(call.path["id"])


def caller_of(call: Call, centre: Centre) -> Caller:
    """Tell in whose name the desk acts."""
    return Caller(client=PORTAL, facility=centre.id, by=call.me.user_id, seed=random_uuid())


def draw(call: Call, centre: Centre, template: str, status: int = 200, **values: object) -> Response:
    """Draw a page of the desk."""
    words = DeskWords(visit.language(call), call.now)
    return render(call, f"appointments/desk/{template}", status, w=words, centre=centre, **values)


def back(call: Call, path: str, said: tuple[str, str, str]) -> Response:
    """Go on to a page after a deed: the kind of message, and its texts."""
    return see_other(call, path, said=(said[0], say(call, *said[1:])))


def refused(call: Call, path: str, problem: Problem) -> Response:
    """Go back to a page and say there why nothing was done."""
    return see_other(call, path, said=("bad", say(call, problem.text_fa, problem.text_en)))


def day_of(text: str, otherwise: JalaliDate) -> JalaliDate:
    """Read a day of an address; without one, another. Raises DateWrong."""
    return jalali.parse(text) if text.strip() else otherwise


def reason_of(number: int | None) -> Reason:
    """Read why a centre takes something back. Raises FieldWrong."""
    if number not in REASONS:
        raise FieldWrong(field="reason")
    return Reason(number)


def address(path: str, **words: str) -> str:
    """Write an address with what is not empty of its query."""
    query = urlencode({name: text for name, text in words.items() if text})
    return f"{path}?{query}" if query else path


class DeskWords(Words):
    """Given to every template of the desk as `w`."""

    def reason(self, reason: int) -> str:
        """Name why something was removed."""
        return self.text(REASON_FA[Reason(reason)], REASON_EN[Reason(reason)])

    def payment(self, type_: int) -> str:
        """Name how an appointment stands to money."""
        kind = AppointmentType(type_)
        return self.text(TYPE_FA[kind], TYPE_EN[kind])

    def deposit_state(self, payment: Payment) -> str:
        """Name where a deposit stands."""
        return self.text(STATE_FA[payment.state], STATE_EN[payment.state])

    def masked(self, person: str) -> str:
        """Show the end of an identifier: enough to tell two people of one name apart."""
        value = person.partition(":")[2]
        return "•" * max(0, len(value) - SHOWN_DIGITS) + self.digits(value[-SHOWN_DIGITS:])

    def short(self, day: JalaliDate) -> str:
        """Write a date for people."""
        return self.digits(jalali.slashed(day))
