"""What is written in that country, and what its pharmacies have given of it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from nabz.kit import jalali
from nabz.prescriptions.model import (
    CentreKind,
    Delivery,
    Item,
    Kind,
    Line,
    Prescription,
    State,
    line_of,
    rules,
)
from nabz.prescriptions.model import dispensing as giving
from nabz.prescriptions.model.codes import SERVICE_TYPES
from nabz.prescriptions.seed.scale import country as people

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nabz.prescriptions.model import Doctor
    from nabz.prescriptions.model.catalogue import Service
    from nabz.prescriptions.seed.scale.country import Country

SEED: Final = "nabz prescriptions 1405"
DRUGS: Final = 3
NUMBERS: Final = 2 + DRUGS
"""So many numbers a prescription takes: its own, its items', its delivery's."""

DAYS: Final = 90
"""So far back do they reach; what is older than two months has run out."""

LATELY: Final = 50_000
"""So many of the latest, but no more than half, still wait whole."""

COUNTS: Final = (10, 20, 30, 60)
AMOUNT: Final = 174
INSTRUCTIONS: Final = (61, 66, 67)
PART, WHOLE = 0.15, 0.55
"""Of what was not written lately: the share that was given in part, and whole."""

OLD_WHOLE: Final = 0.75
OPENS: Final = time(8)
OPEN_FOR: Final = 10 * 3600
VALID: Final = SERVICE_TYPES["01"].days or rules.USUAL_DAYS


class Drugs:
    """The drugs that need nothing but the tariff, some written far more often than others."""

    def __init__(self, services: Sequence[Service]) -> None:
        plain = [one for one in services if is_plain(one)]
        Random(SEED).shuffle(plain)
        self.by_rank = plain
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(len(plain))))

    def draw(self, chance: Random, many: int) -> list[Service]:
        """Draw different ones."""
        drawn: dict[str, Service] = {}
        while len(drawn) < many:
            one = chance.choices(self.by_rank, cum_weights=self._weights)[0]
            drawn[one.code] = one
        return list(drawn.values())


class Day(NamedTuple):
    """A day on which something is written."""

    day: str
    expires: str
    opens: datetime


def is_plain(one: Service) -> bool:
    """Tell whether anybody may be given a drug without more ado."""
    special = one.controlled or one.barcode or one.hospital or one.additive or one.sex or one.most or one.max_age
    return one.visible and one.insured and one.price > 0 and not special


@lru_cache(500)
def day_of(at: datetime, days_ago: int) -> Day:
    """Tell what a day so long ago is called."""
    date = jalali.tehran(at).date() - timedelta(days=days_ago)
    day = jalali.compact(jalali.of_date(date))
    return Day(day, rules.days_after(day, VALID), datetime.combine(date, OPENS, jalali.TEHRAN))


_doctor = lru_cache(50_000)(people.doctor)


def written(
    country: Country, drugs: Drugs, places: range, first: int, now: datetime
) -> Iterator[tuple[Prescription, list[Delivery]]]:
    """Make the prescriptions at these places in time, the earliest first, with numbers from `first` on."""
    chance = Random(f"{SEED}: {places.start}")
    lately = country.prescriptions - min(LATELY, country.prescriptions // 2)
    for place in places:
        number = first + (place - places.start) * NUMBERS
        days_ago = DAYS - place * DAYS // country.prescriptions
        one = _one(country, drugs, place, number, day_of(now, days_ago), chance)
        drawn = chance.random()
        whole = WHOLE if days_ago <= VALID else OLD_WHOLE
        if place >= lately or drawn > PART + whole:
            yield one, []
            continue
        chosen = one.items if drawn <= whole else one.items[: chance.randrange(1, DRUGS)]
        delivery = _delivery(one, chosen, number + NUMBERS - 1, chance, country)
        left = giving.without(one, delivery.lines)
        yield replace(left, version=2), [delivery]


def _one(country: Country, drugs: Drugs, place: int, number: int, on: Day, chance: Random) -> Prescription:
    patient, turn = country.patient_of(place)
    doctor: Doctor = _doctor(country.doctor_of(place))
    person, _ = people.insured(patient)
    items = tuple(
        Item(
            id=number + 1 + each,
            type=drug.type,
            code=drug.code,
            name=drug.name,
            quantity=(count := chance.choice(COUNTS)),
            remaining=count,
            price=drug.price,
            amount=AMOUNT,
            instruction=chance.choice(INSTRUCTIONS),
            dose="با معده پر (بعد از غذا)" if each == 0 else "",
        )
        for each, drug in enumerate(drugs.draw(chance, DRUGS))
    )
    return Prescription(
        id=number,
        tracking=people.tracking(patient, turn),
        kind=int(Kind.DRUG),
        patient=person.id.key,
        patient_name=f"{person.first_name} {person.last_name}",
        mobile=person.mobile,
        day=on.day,
        expires=on.expires,
        doctor=doctor.id,
        doctor_code=doctor.national_code,
        doctor_name=doctor.name,
        specialty=doctor.specialty,
        specialty_title=doctor.specialty_title,
        client="seed",
        created_at=on.opens + timedelta(seconds=chance.randrange(OPEN_FOR)),
        items=items,
        state=State.OPEN,
        wire_client=doctor.national_code,
        doctor_mobile=doctor.mobile,
    )


def _delivery(one: Prescription, chosen: Sequence[Item], number: int, chance: Random, country: Country) -> Delivery:
    at = one.created_at + timedelta(seconds=chance.randrange(600, 3600))
    lines = tuple(
        line_of(
            Line(
                item=item.id,
                type=item.type,
                code=item.code,
                name=item.name,
                quantity=item.remaining,
                tariff=item.price,
                asked=item.price,
                price=0,
                insurer=0,
                patient=0,
            )
        )
        for item in chosen
    )
    return Delivery(
        id=number,
        prescription=one.id,
        centre=f"{people.FIRST_CENTRE + chance.randrange(country.centres):010}",
        kind=CentreKind.PHARMACY,
        patient=one.patient,
        doctor=one.doctor,
        day=one.day,
        at=at,
        lines=lines,
        mobile=one.mobile,
        user="seed",
    )
