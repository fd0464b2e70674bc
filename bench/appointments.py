"""What is asked of the appointments, of us and of the limit."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bench import filling, slots
from bench.cases import post
from nabz.access.service.tokens import ACCESS
from nabz.appointments.seed import country
from nabz.kit import jalali
from nabz.kit.clock import SystemClock
from nabz.kit.ids import new_id
from nabz.kit.json import encode
from nabz.kit.persian import synthetic_national_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from nabz.appointments.model import Agenda

GATEWAY = "/api/client/apim/v1/sepas/gwHQS"
REFERRAL = "/HQS.Referal/api/v1.0/Main"
SYSTEMS = 8
"""So many booking systems call: few, and each of them often."""

ASKED = 600
BOOKED = 40_000
CROWD = 32
WEEKS = timedelta(days=28)
SOON = timedelta(days=3)
RADII = (1000, 2000, 3000, 5000)
PUBLISHED = 10_000
PER_DAY = 120
FRESH = "{fresh____________}"
FRESH_NUMBER = "{number__}"
EVER = {"from": "2000-01-01T00:00:00+00:00", "until": "2200-01-01T00:00:00+00:00"}
FIRST_PERSON = 9_000_000
"""Those who book in a run are others than those who have booked."""

COMMITTER: dict[str, Any] = {
    "credentials": [],
    "identifier": {"issuer": "Med_Council", "assigner": "Med_Council", "id": "910001", "type": "Med_ID"},
    "contactPoint": None,
    "firstName": "پزشک",
    "lastName": "نمونه",
    "fullName": None,
}
SERVICE = {"Coded_string": "970015", "Terminology_id": "RVU3", "value": country.SERVICE[1]}
EMPTY = {"Coded_string": "", "Terminology_id": "", "Value": ""}


@dataclass(frozen=True)
class SlotCase:
    """One thing that is measured; a limit that is not written out runs the statements that ours was seen to run."""

    name: str
    title: str
    ours: Callable[[Place], list[str]]
    limit: Callable[[Place], list[str]] | None = None
    grows: bool = True
    most: int = 0
    by_gateway: bool = True
    ordered: bool = False
    in_flight: int = 32
    longer: int = 1


class Place:
    """What is known of a database of some size."""

    def __init__(self, url: str, size: int) -> None:
        self.url = url
        self.size = size
        self.country = slots.made_up(size)
        self._tokens = [filling.access_token(filling.row_of_caller(caller)) for caller in range(SYSTEMS)]
        self._turns = cycle(range(SYSTEMS))
        self._senders = slots.senders(size)
        self._free = slots.free(url, size, 2 * BOOKED)
        random.Random("free").shuffle(self._free)
        self._people = iter(range(FIRST_PERSON, 10_000_000))

    def agendas(self, what: str, many: int = ASKED) -> list[Agenda]:
        """Agendas at random, each physician as likely."""
        chance = random.Random(what)
        return [chance.choice(chance.choice(self.country.workers).agendas) for _ in range(many)]

    def take_free(self, many: int) -> list[tuple[str, datetime, int]]:
        """Slots that no other case is given."""
        taken, self._free = self._free[:many], self._free[many:]
        return taken

    @property
    def left(self) -> int:
        return len(self._free)

    def ask(self, path: str, **composition: object) -> str:
        """A call of an operator, in turn by the callers and for the centres."""
        who = next(self._turns)
        told = {"MsgId": self._message(who), "Composition": composition}
        headers = {"Authorization": f"Bearer {self._tokens[who]}", "pid": slots.pid(who)}
        return post(path, {"Data": told}, **headers)

    def _message(self, who: int) -> dict[str, Any]:
        centre = self._senders[who % len(self._senders)].id
        identifier = {"Issuer": "MOHME_IT", "Assigner": "MOHME_IT"}
        return {
            "SystemID": {"ID": slots.SYSTEM, **identifier, "Type": "System_ID"},
            "HealthCareFacilityID": {"ID": centre, **identifier, "Type": "Org_ID"},
            "Committer": COMMITTER,
        }

    def bare(self, path: str, body: dict[str, Any]) -> str:
        """A call of the limit with the same callers."""
        who = next(self._turns)
        words = (filling.KEYS.hex(ACCESS, self._tokens[who]), f"c{who}", slots.pid(who))
        return post(f"{path}?{','.join(words)}", body)

    def by_gateway(self, number: str) -> str:
        """A call of the limit for recorded statements."""
        who = next(self._turns)
        words = (filling.KEYS.hex(ACCESS, self._tokens[who]), f"c{who}", slots.pid(who), number)
        return post(f"/rows-by-gateway?{','.join(words)}", {})

    def person(self) -> str:
        """Somebody who has no appointment."""
        return synthetic_national_code(next(self._people))


# ---------------------------------------------------------------- searches


def of_provider(place: Place) -> list[str]:
    return [
        place.ask(
            f"{GATEWAY}/GetProviderScheduling",
            Provider=_provider(one),
            HealthcareFacility={"ID": _centre(one.facility)},
            Service=SERVICE,
            **_period(WEEKS),
        )
        for one in place.agendas("provider")
    ]


def by_division(place: Place) -> list[str]:
    """A third each asks for the province, the county, the town or what is lowest."""
    return [
        place.ask(
            f"{GATEWAY}/GetProviderSchedulingByLocation",
            Provider=_provider(one),
            Location={"NationalAreaCode": (one.province, one.city, one.town or one.city)[number % 3]},
            Service=SERVICE,
            **_period(WEEKS),
        )
        for number, one in enumerate(place.agendas("division"))
    ]


def near(place: Place) -> list[str]:
    """Where people are: near a centre that has the specialty, within some kilometres and three days."""
    chance = random.Random("near")
    return [
        place.ask(
            f"{GATEWAY}/GetNearProviderScheduling",
            Specialty=_specialty(one),
            Service=SERVICE,
            Latitude=(one.latitude or 0) + chance.uniform(-0.005, 0.005),
            Longitude=(one.longitude or 0) + chance.uniform(-0.005, 0.005),
            Distance={"Unit": "", "MagnitudeStatus": "", "Magnitude": chance.choice(RADII)},
            **_period(SOON),
        )
        for one in place.agendas("near")
    ]


def referred(place: Place) -> list[str]:
    return [
        place.ask(
            f"{REFERRAL}/GetAppointmentsByReferralMap",
            specialty=_specialty(one),
            startDate=_jalali(SystemClock().now()),
            insurer={"value": "تامین اجتماعی", "terminology_id": "thritaEHR.Insurer", "coded_string": "1"},
            pageNumber=1 + number % 3,
            pageSize=10,
        )
        for number, one in enumerate(place.agendas("referral"))
    ]


def statuses(place: Place) -> list[str]:
    asked = place.take_free(min(2000, place.left // 20))
    return [place.ask(f"{GATEWAY}/GetAppointmentStatus", TrackingQID=f"1:{slot}") for slot, _, _ in asked]


def _provider(one: Agenda) -> dict[str, Any]:
    return {
        "FirstName": one.first_name,
        "LastName": one.last_name,
        "Identifier": {
            "Assigner": "Med_Council",
            "Issuer": "Med_Council",
            "ID": one.provider.partition(":")[2],
            "Type": "Med_ID",
        },
        "Specialty": _specialty(one),
    }


def _specialty(one: Agenda) -> dict[str, Any]:
    return {
        "Coded_string": one.specialty,
        "Terminology_id": "thritaEHR.specialty",
        "Value": one.specialty_title,
    }


def _centre(guid: str) -> dict[str, Any]:
    return {"Issuer": "MOHME_IT", "Assigner": "MOHME_IT", "ID": guid, "Type": "Org_ID"}


def _period(long: timedelta) -> dict[str, Any]:
    now = SystemClock().now()
    return {"StartDateTime": _jalali(now), "EndDateTime": _jalali(now + long)}


def _jalali(at: datetime) -> dict[str, int]:
    local, day = jalali.tehran(at), jalali.day_of(at)
    clock = {"Hour": local.hour, "Minute": local.minute, "Second": local.second}
    return {"Year": day.year, "Month": day.month, "Day": day.day, **clock}


# ---------------------------------------------------------------- booking


def bookings(place: Place) -> list[str]:
    return [_booking(place, slot) for slot, _, _ in place.take_free(_half(place))]


def bare_bookings(place: Place) -> list[str]:
    return [_bare_booking(place, slot, at) for slot, at, _ in place.take_free(_half(place))]


def crowds(place: Place) -> list[str]:
    return [_booking(place, slot) for slot, _, _ in place.take_free(_some(place)) for _ in range(CROWD)]


def bare_crowds(place: Place) -> list[str]:
    return [_bare_booking(place, slot, at) for slot, at, _ in place.take_free(_some(place)) for _ in range(CROWD)]


def _half(place: Place) -> int:
    return min(BOOKED // 2, place.left * 4 // 10)


def _some(place: Place) -> int:
    return min(600, place.left // 20)


def _booking(place: Place, slot: str) -> str:
    return place.ask(
        f"{GATEWAY}/SetAppointment",
        Person={
            "FirstName": "مریم",
            "lastName": "آزمون‌پور نمونه",
            "NationalCode": place.person(),
            "PostalCode": "",
            "Gender": {"Coded_string": "2", "Terminology_id": "thritaEHR.gender", "Value": "زن"},
            "MobileNumber": "09900000001",
        },
        TrackingQueueID=f"1:{slot}",
        HID="",
        AppointmentType=EMPTY,
        Deposit=EMPTY,
    )


def _bare_booking(place: Place, slot: str, at: datetime) -> str:
    """What the statement needs, as the service gives it."""
    day = datetime(at.year, at.month, at.day, tzinfo=UTC)
    id_ = str(UUID(new_id()))
    facts = encode({"client": "limit", "appointment": id_}).decode()
    told = encode({"data_set": 0, "slot": slot, "appointment": id_, "client": "limit"}).decode()
    return place.bare(
        "/book",
        {
            "data_set": 0, "slot": slot, "from": day.isoformat(), "until": (day + timedelta(days=1)).isoformat(),
            "appointment": id_, "message": f"{id_}-booked", "payload": told, "facts": facts, "by": "limit",
            "booked_by": "limit", "sender": "", "referred": 0, "apart": 1, "once": 1, "hid": "", "type": None,
            "deposit": 0, "person": f"National_Code:{place.person()}", "first_name": "مریم",
            "last_name": "آزمون‌پور نمونه", "mobile": "09900000001", "postal_code": "", "gender": "2",
        },
    )  # fmt: skip


# ---------------------------------------------------------------- publishing


def schedules(place: Place) -> list[str]:
    """A new physician's schedule each time, in one call."""
    begins = _begins()
    told = [
        {"localId": f"{FRESH}-{number}", "start": begins[number].isoformat(), "minutes": 5, "queue": str(number)}
        for number in range(PUBLISHED)
    ]
    facility = slots.senders(place.size)[0].id
    agenda = {"provider": f"Med_ID:{FRESH_NUMBER}", "specialty": "171108", "service": "970015", "slots": told}
    return [post("/bench/publish", {"facility": facility, "agendas": [agenda]})]


def bare_schedules(place: Place) -> list[str]:
    begins = _begins()
    facility = slots.senders(place.size)[1].id
    rows = [
        {
            "id": f"{FRESH}-{number:016}", "starts_at": begins[number].isoformat(), "facility": facility, "agenda": 7,
            "minutes": 5, "queue": str(number), "local_id": f"{FRESH}-{number}", "block": "", "quota": 104,
            "status": 1, "edits": 0, "changed_at": begins[0].isoformat(),
        }
        for number in range(PUBLISHED)
    ]  # fmt: skip
    return [post("/publish", {"facility": facility, "provider": f"Med_ID:{FRESH_NUMBER}", "rows": rows})]


def _begins() -> list[datetime]:
    first = (SystemClock().now() + timedelta(days=3)).replace(hour=5, minute=0, second=0, microsecond=0)
    return [first + timedelta(days=number // PER_DAY, minutes=5 * (number % PER_DAY)) for number in range(PUBLISHED)]


CASES = (
    SlotCase("slots-provider", "four weeks of a provider", of_provider, most=5000),
    SlotCase("slots-division", "same, in a division", by_division, most=5000),
    SlotCase("slots-near", "near me, three days", near, most=2000),
    SlotCase("slots-referral", "referral map, a page", referred, most=10),
    SlotCase("slots-status", "status of a slot", statuses, most=1),
    SlotCase("publish", f"publish {PUBLISHED:,} slots", schedules, bare_schedules, in_flight=2, longer=6),
    SlotCase("book", "book, distinct slots", bookings, bare_bookings),
    SlotCase("book-crowd", f"book, {CROWD} for a slot", crowds, bare_crowds, ordered=True),
)


def sides(case: SlotCase, place: Place) -> dict[str, list[str]]:
    """The requests of a case; a limit that is not written out is asked for the recorded statements by their number."""
    ours = case.ours(place)
    if case.limit is not None:
        return {"ours": ours, "limit": case.limit(place)}
    return {"ours": ours, "limit": [place.by_gateway(f"{case.name}.{number}") for number in range(len(ours))]}
