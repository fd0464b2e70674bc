"""A made-up country's centres and physicians, the same ones each time: who works where, at what."""

from __future__ import annotations

import csv
from functools import cached_property
from io import StringIO
from itertools import accumulate
from random import Random
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from nabz.appointments.model import Agenda, OriginKind, Route, number_of
from nabz.appointments.seed.places import City, cities
from nabz.registries.model import Facility, Practitioner, ProviderId, ProviderIdType
from nabz.registries.seed.names import FAMILIES, MEN, WOMEN
from nabz.terminology.seed import SHIPPED

SEED: Final = "nabz at scale"
FIRST_NUMBER: Final = 910_001
SERVICE: Final = ("970015", "ویزیت پزشک متخصص در مراکز سرپایی غیر تمام وقت با نسخه الکترونیک")
PROVIDERS_PER_SLOT: Final = 200
FACILITIES_PER_PROVIDER: Final = 0.4
KINDS: Final = ((0.01, "5", "بیمارستان"), (0.2, "7", "درمانگاه تخصصی"), (1.0, "4", "مطب"))
"""Kinds of centres by their shares, added up."""

WITH_TWO: Final = 0.2
"""So many physicians work at two centres."""

WAYS: Final = 10
"""So many ways lead from a province to a specialty."""


class Worker(NamedTuple):
    """A physician with his agendas: where he is on the first and on the second of his days of the week."""

    who: Practitioner
    agendas: tuple[Agenda, Agenda]
    taken: float
    """The share of his visits that somebody has."""


class Country:
    """As many physicians and centres as the slots ask for: the country has 50,000 and 20,000 at ten million."""

    def __init__(self, slots: int) -> None:
        self.providers = max(4, slots // PROVIDERS_PER_SLOT)
        self.size = max(2, int(self.providers * FACILITIES_PER_PROVIDER))

    @cached_property
    def facilities(self) -> list[Facility]:
        """The centres: a few hospitals, some clinics, many surgeries."""
        chance = Random(f"{SEED}: facilities")
        places = cities(Random(f"{SEED}: cities"))
        weights = list(accumulate(place.weight for place in places))
        chosen = chance.choices(places, cum_weights=weights, k=self.size)
        return [self._facility(number, place, chance) for number, place in enumerate(chosen)]

    def _facility(self, number: int, place: City, chance: Random) -> Facility:
        share = number / self.size
        type_, title = next(kind for most, *kind in KINDS if share < most)
        return Facility(
            id=str(UUID(int=chance.getrandbits(128), version=4)),
            name=f"{title} نمونهٔ {number + 1}",
            type=type_,
            type_title=title,
            province=place.province,
            city=place.city,
            town=place.town,
            province_title=place.province_title,
            city_title=place.city_title,
            town_title=place.town_title,
            address=f"{place.city_title}، خیابان نمونه، پلاک {number % 300 + 1}",
            latitude=round(chance.gauss(place.latitude, place.spread), 6),
            longitude=round(chance.gauss(place.longitude, place.spread), 6),
        )

    @cached_property
    def workers(self) -> list[Worker]:
        """The physicians: some specialties have many, most have few; some centres are large, most are small."""
        chance = Random(f"{SEED}: workers")
        specialties = list(csv.DictReader(StringIO((SHIPPED / "codes" / "thritaEHR.specialty.csv").read_text("utf-8"))))
        chance.shuffle(specialties)
        shares = list(accumulate(1 / (rank + 2) for rank in range(len(specialties))))
        drawn = chance.choices(specialties, cum_weights=shares, k=self.providers)
        return [self._worker(number, row["code"], row["value"], chance) for number, row in enumerate(drawn)]

    def _worker(self, number: int, code: str, title: str, chance: Random) -> Worker:
        who = Practitioner(
            ProviderId(ProviderIdType.MED, str(FIRST_NUMBER + number)),
            chance.choice((*WOMEN, *MEN)),
            chance.choice(FAMILIES),
            code,
            title,
        )
        first = self._somewhere(chance)
        second = self._somewhere(chance) if chance.random() < WITH_TWO else first
        here = _agenda(who, first)
        return Worker(who, (here, _agenda(who, second) if second is not first else here), chance.uniform(0.05, 0.55))

    def _somewhere(self, chance: Random) -> Facility:
        return self.facilities[int(self.size * chance.random() ** 2)]

    @cached_property
    def agendas(self) -> dict[int, Agenda]:
        """All agendas by their numbers."""
        return {one.id: one for worker in self.workers for one in worker.agendas}

    def routes(self) -> list[Route]:
        """The referral map: from each province to its first physicians of a specialty."""
        found: dict[tuple[str, str], list[str]] = {}
        for worker in self.workers:
            for one in worker.agendas[:1]:
                ways = found.setdefault((one.province, one.specialty), [])
                if len(ways) < WAYS:
                    ways.append(one.provider)
        return [
            Route(
                id=f"scale-{province}-{specialty}-{place}",
                origin_kind=OriginKind.DIVISION,
                origin=province,
                specialty=specialty,
                provider=provider,
            )
            for (province, specialty), providers in found.items()
            for place, provider in enumerate(providers)
        ]


def _agenda(who: Practitioner, where: Facility) -> Agenda:
    one = Agenda(
        facility=where.id,
        provider=who.id.key,
        first_name=who.first_name,
        last_name=who.last_name,
        specialty=who.specialty,
        specialty_title=who.specialty_title,
        service=SERVICE[0],
        service_title=SERVICE[1],
        facility_name=where.name,
        facility_type=where.type,
        type_title=where.type_title,
        province=where.province,
        province_title=where.province_title,
        city=where.city,
        city_title=where.city_title,
        town=where.town,
        town_title=where.town_title,
        address=where.address,
        latitude=where.latitude,
        longitude=where.longitude,
    )
    return msgspec.structs.replace(one, id=number_of(one))
