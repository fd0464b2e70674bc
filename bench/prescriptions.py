"""What is asked of the prescriptions, of us and of the limit."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, cycle
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
from msgspec.structs import replace

from bench import prescribing
from bench.cases import post, request
from nabz.kit.clock import SystemClock
from nabz.prescriptions.model import Caller, Item, Kind, Prescription
from nabz.prescriptions.model import dispensing as rules
from nabz.prescriptions.seed.scale import Country, writing
from nabz.prescriptions.seed.scale import country as people
from nabz.prescriptions.service.changing import NO_KEY, written
from nabz.prescriptions.store import deliveries as of_deliveries
from nabz.prescriptions.store import prescriptions as store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nabz.prescriptions.model.catalogue import Service
    from nabz.prescriptions.model.dispensing import Request

P = "/interface/epresc/SendEpresc"
WRITTEN = 30_000
ASKED = 20_000
TYPED = 400
SHOWN = 20
LETTERS = (1, 2, 3, 5)


@dataclass(frozen=True)
class PrescriptionCase:
    """One thing that is measured; a limit that is not written out runs the statements that ours was seen to run."""

    name: str
    title: str
    ours: Callable[[Place], list[str]]
    limit: Callable[[Place], list[str]] | None = None
    must: str = ""
    """What an answer of ours that is no refusal holds."""

    grows: bool = True
    most: int = SHOWN


class Place:
    """What is known of a database of some size."""

    def __init__(self, url: str, size: int) -> None:
        self.country = Country(size)
        self.found = prescribing.Found(url, size)
        self.drugs = writing.Drugs(self.found.drugs)
        self.shelf = {one.key: one for one in self.found.drugs}
        self.today = writing.day_of(SystemClock().now(), 0)
        self._turns = cycle(range(prescribing.SYSTEMS))
        self._waiting = iter(self.found.waiting)
        self._half = len(self.found.waiting) // 2
        self.numbers: Iterator[int] = count(time.time_ns() // 1000 * 100, writing.NUMBERS)
        """Of what the limit writes, far above those that ours takes."""

        self._chance = random.Random(time.time_ns())

    def get(self, path: str) -> str:
        """A call of a vendor's system, in turn by the systems."""
        return request("GET", path, Authorization=self._token())

    def post(self, path: str, body: object) -> str:
        """The same with a message."""
        return post(path, body, Authorization=self._token())

    def bare(self, path: str, body: object, **named: object) -> str:
        """A call of the limit."""
        query = "&".join(f"{name}={value}" for name, value in {"session": self._session(), **named}.items())
        return post(f"{path}?{query}", body)

    def bare_get(self, path: str, **named: object) -> str:
        """A call of the limit without a message."""
        query = "&".join(f"{name}={value}" for name, value in {"session": self._session(), **named}.items())
        return request("GET", f"{path}?{query}")

    def waiting(self) -> list[Prescription]:
        """A half of what waits: no other side is given it."""
        return [one for one, _ in zip(self._waiting, range(self._half), strict=False)]

    def places(self, what: str) -> list[int]:
        """Prescriptions at random, by their places in time."""
        chance = random.Random(what)
        return [chance.randrange(self.country.prescriptions) for _ in range(ASKED)]

    def fresh(self) -> Prescription:
        """A prescription that nobody has written yet."""
        chance, number = self._chance, next(self.numbers)
        patient, doctor = chance.randrange(self.country.patients), people.doctor(chance.randrange(self.country.doctors))
        person, _ = people.insured(patient)
        drugs = self.drugs.draw(chance, writing.DRUGS)
        return Prescription(
            id=number,
            tracking=chance.randrange(10**6, 10**9),
            kind=int(Kind.DRUG),
            patient=person.id.key,
            patient_name=f"{person.first_name} {person.last_name}",
            mobile=person.mobile,
            day=self.today.day,
            expires=self.today.expires,
            doctor=doctor.id,
            doctor_code=doctor.national_code,
            doctor_name=doctor.name,
            specialty=doctor.specialty,
            specialty_title=doctor.specialty_title,
            client="c0",
            created_at=SystemClock().now(),
            items=tuple(_item(number + 1 + each, drug, chance) for each, drug in enumerate(drugs)),
            wire_client=doctor.national_code,
            doctor_mobile=doctor.mobile,
        )

    def _token(self) -> str:
        return f"Bearer {self.found.tokens[next(self._turns)]}"

    def _session(self) -> str:
        return prescribing.session(next(self._turns))


def _item(number: int, drug: Service, chance: random.Random) -> Item:
    many = chance.choice(writing.COUNTS)
    return Item(
        id=number,
        type=drug.type,
        code=drug.code,
        name=drug.name,
        quantity=many,
        remaining=many,
        price=drug.price,
        amount=writing.AMOUNT,
        instruction=chance.choice(writing.INSTRUCTIONS),
        dose="با معده پر (بعد از غذا)",
    )


# ---------------------------------------------------------------- writing


def creations(place: Place) -> list[str]:
    return [place.post(f"{P}/v7", _creation(place.fresh())) for _ in range(WRITTEN)]


def _creation(one: Prescription) -> dict[str, Any]:
    """The message, as the guide's sample has it."""
    return {
        "patient": one.patient_code,
        "mobile": one.mobile,
        "prescType": {"prescTypeId": one.kind},
        "prescDate": one.day,
        "docId": one.doctor,
        "docMobileNo": one.doctor_mobile,
        "docNationalCode": one.doctor_code,
        "comments": "",
        "expireDate": one.expires,
        "clientId": one.wire_client,
        "noteDetailEprscs": [
            {
                "srvId": {"srvType": {"srvType": item.type}, "srvCode": item.code},
                "srvQty": item.quantity,
                "timesAday": {"drugAmntId": item.amount},
                "drugInstruction": {"drugInstId": item.instruction},
                "dose": item.dose,
            }
            for item in one.items
        ],
    }


def bare_creations(place: Place) -> list[str]:
    return [_bare_creation(place, place.fresh()) for _ in range(WRITTEN)]


def _bare_creation(place: Place, one: Prescription) -> str:
    """What the statement needs, as the service gives it."""
    text = f"نسخهٔ الکترونیک شما ثبت شد.\nپزشک: {one.doctor_name}\nکد رهگیری: {one.tracking}"
    message = {"to": one.mobile, "text": text}
    facts: dict[str, object] = {"kind": one.kind, "items": len(one.items)}
    args = {
        **store.cells(one),
        **written("prescriptions.created", facts, one, _caller(one.id), one.created_at, NO_KEY),
        "topic": "sms",
        "message": msgspec.json.encode(message).decode(),
    }
    return place.bare("/prescribe", _sendable(args, [item.code for item in one.items]))


def _caller(number: int) -> Caller:
    return Caller("c0", "c0", f"01990000-0000-7000-8000-{number % 16**12:012x}")


def _sendable(args: dict[str, Any], codes: list[str]) -> dict[str, Any]:
    return {name: value for name, value in args.items() if not isinstance(value, datetime)} | {"codes": codes}


# ---------------------------------------------------------------- finding


def fetches(place: Place) -> list[str]:
    country = place.country
    return [
        place.get(f"{P}/v2/{prescribing.head_of(at)}/{people.doctor(country.doctor_of(at)).id}")
        for at in place.places("fetch")
    ]


def bare_fetches(place: Place) -> list[str]:
    return [
        place.bare_get("/fetch", id=prescribing.head_of(at), day=place.today.day) for at in place.places("bare fetch")
    ]


def actives(place: Place) -> list[str]:
    """Each time another patient comes to some pharmacy."""
    return [place.get(_active(place, at)) for at in place.places("active")]


def tracked(place: Place) -> list[str]:
    return [
        place.get(f"{_active(place, at)}&trackingCode={people.tracking(*place.country.patient_of(at))}")
        for at in place.places("tracked")
    ]


def _active(place: Place, at: int) -> str:
    patient, _ = place.country.patient_of(at)
    query = {"patientNationalCode": people.patient_code(patient), "PhaId": _centre(place, at)}
    return f"/api/Pharmacy/DrugEpresc/GetActivePresc?{urlencode(query)}"


def _centre(place: Place, at: int) -> str:
    return people.centre(at % place.country.centres).id


def bare_actives(place: Place) -> list[str]:
    return [place.bare_get("/active", **_asked(place, at)) for at in place.places("bare active")]


def bare_tracked(place: Place) -> list[str]:
    return [
        place.bare_get("/tracked", **_asked(place, at), tracking=people.tracking(*place.country.patient_of(at)))
        for at in place.places("bare tracked")
    ]


def _asked(place: Place, at: int) -> dict[str, str]:
    patient, _ = place.country.patient_of(at)
    key = people.insured(patient)[0].id.key
    return {"patient": key, "centre": _centre(place, at), "today": place.today.day, "day": place.today.day}


# ---------------------------------------------------------------- delivering


def deliveries(place: Place) -> list[str]:
    """Two of three prescriptions are given whole, of the third the first drug alone."""
    return [
        place.post("/api/Pharmacy/DrugStore/PostPresc", _delivery(place, one, number))
        for number, one in enumerate(place.waiting())
    ]


def _delivery(place: Place, one: Prescription, number: int) -> dict[str, Any]:
    request = _request(place, one, number)
    return {
        "userInformation": {"phaId": request.centre, "nationalCode": "1234567891", "clientIp": "127.0.0.1"},
        "electronicPrescHead": one.id,
        "patientNatCode": one.patient_code,
        "patientMobileNo": one.mobile,
        "drugsList": [
            {
                "electronicPrescDetail": wanted.item,
                "drugCode": wanted.code,
                "phaDrugPrice": wanted.asked,
                "requestedCount": wanted.quantity,
                "barcodesList": None,
                "drugIrc": None,
            }
            for wanted in request.lines
        ],
    }


def _request(place: Place, one: Prescription, number: int) -> Request:
    items = one.items if number % 3 else one.items[:1]
    return rules.Request(
        centre=_centre(place, number),
        prescription=one.id,
        lines=tuple(
            rules.Wanted(item=item.id, quantity=item.quantity, code=item.code, asked=item.price) for item in items
        ),
        patient=one.patient_code,
    )


def bare_deliveries(place: Place) -> list[str]:
    return [_bare_delivery(place, one, number) for number, one in enumerate(place.waiting())]


def _bare_delivery(place: Place, one: Prescription, number: int) -> str:
    """What the statement needs, as the service gives it."""
    now = datetime.now(UTC)
    request = _request(place, one, number)
    occasion = rules.Occasion(id=next(place.numbers), day=place.today.day, at=now, user="c0")
    left, given = rules.deliver(one, people.centre(number % place.country.centres), request, place.shelf, occasion)
    stands = replace(left, version=2)
    facts: dict[str, object] = {"delivery": given.id, "centre": given.centre, "price": given.price}
    args = {
        **store.cells(stands),
        **of_deliveries.cells(given),
        "seen": 1,
        **written("prescriptions.delivered", facts, stands, _caller(given.id), now, NO_KEY),
        "topic": "",
        "message": "null",
    }
    return place.bare("/deliver", _sendable(args, [line.code for line in given.lines]))


# ---------------------------------------------------------------- searching


def searches(place: Place) -> list[str]:
    """What one types: beginnings of names in both languages and of codes, a name with its strength, nonsense."""
    return [request("GET", f"/bench/drugs?{urlencode({'q': text})}") for text in typed(place)]


def typed(place: Place) -> list[str]:
    chance = random.Random("typed")
    texts: list[str] = []
    while len(texts) < TYPED:
        (one,) = place.drugs.draw(chance, 1)
        name = one.name.split()
        texts += [one.name[:letters] for letters in LETTERS]
        texts += [one.name_fa[:letters] for letters in LETTERS[1:]]
        texts += [" ".join(name[:2]), f"{name[1][:2]} {name[0][:4]}", one.code[:3], f"{name[0][::-1]}q"]
    return texts


CREATED, DELIVERED = '"error_Code":null', '"hasError":false'
CASES = (
    PrescriptionCase("prescribe", "write three drugs", creations, bare_creations, CREATED),
    PrescriptionCase("prescription", "fetch by head id", fetches, bare_fetches, '"data":[{'),
    PrescriptionCase("tracking", "fetch by tracking code", tracked, bare_tracked, DELIVERED),
    PrescriptionCase("active", "active prescriptions", actives, bare_actives, DELIVERED),
    PrescriptionCase("deliver", "deliver", deliveries, bare_deliveries, DELIVERED),
    PrescriptionCase("drugs", "drug search as one types", searches, grows=False),
)


def sides(case: PrescriptionCase, place: Place) -> dict[str, list[str]]:
    """The requests of a case; a limit that is not written out is asked for the recorded statements by their number."""
    ours = case.ours(place)
    if case.limit is not None:
        return {"ours": ours, "limit": case.limit(place)}
    return {"ours": ours, "limit": [request("GET", f"/rows?{case.name}.{number}") for number in range(len(ours))]}
