"""The people of the demo and their covers: sixty, all made up."""

from __future__ import annotations

import random
from typing import Final

import msgspec

from nabz.kit.persian import synthetic_national_code
from nabz.registries.model import Cover, Person, PersonId, PersonIdType
from nabz.registries.seed.names import FAMILIES, MEN, WOMEN

COUPLES: Final = 12
CHILDREN: Final = 18
SINGLES: Final = 14
FIRST_CODE: Final = 6001
LASTING: Final = "14101229"
ENDED: Final = "14021229"
POSTAL_DIGITS: Final = "13467983"
BORN: Final = {"parent": (1345, 1372), "child": (1388, 1403), "single": (1325, 1380)}
LAST_DAY_OF_ALL_MONTHS: Final = 29

TAMIN: Final = ("1", "تأمین اجتماعی", "1", "بیمه اجباری")
HEALTH: Final = ("2", "خدمات درمانی", "26.4", "بیمه سلامت همگانی")
ARMED: Final = ("3", "خدمات درمانی نیروهای مسلح", "99", "صندوق پایه")
FOREIGN: Final = ("2", "خدمات درمانی", "26.8", "سایر اقشار - اتباع بیگانه")
MORE: Final = ("12", "بیمه ایران", "99", "صندوق پایه")


class Family(msgspec.Struct, frozen=True):
    """Who is who, for demo.json."""

    parent: Person
    child: Person
    dead: Person
    foreigner: Person
    uncovered: Person


class Population:
    """Made one after the other from one seeded generator: always the same."""

    def __init__(self) -> None:
        self._chance = random.Random(1405)
        self.people: list[Person] = []
        fathers, mothers = [], []
        for _ in range(COUPLES):
            fathers.append(self._add("1", "parent"))
            mothers.append(self._add("2", "parent"))
        self.children = [
            self._child(fathers[place % COUPLES], mothers[place % COUPLES], place) for place in range(CHILDREN)
        ]
        singles = [self._add("1" if place % 2 else "2", "single") for place in range(SINGLES)]
        self.dead = msgspec.structs.replace(self._add("1", "single"), birth="13121003", alive=False, mobile="")
        self.people[-1] = self.dead
        self.foreigners = [
            self._foreigner(PersonIdType.BAFIA, "99000000001", "نورالله", "رحمانی", "1"),
            self._foreigner(PersonIdType.BAFIA, "99000000002", "گل‌افروز", "نظری", "2"),
            self._foreigner(PersonIdType.PASSPORT, "X9900001", "ماریا", "لوپز", "2"),
        ]
        self.family = Family(fathers[0], self.children[0], self.dead, self.foreigners[0], singles[-1])
        self.covers = {person.id: self._covers(place, person) for place, person in enumerate(self.people)}
        self.covers[singles[-1].id] = []

    def _add(self, gender: str, born: str, **more: str) -> Person:
        place = len(self.people)
        male = gender == "1"
        person = Person(
            PersonId(PersonIdType.NATIONAL_CODE, synthetic_national_code(FIRST_CODE + place)),
            self._chance.choice(MEN if male else WOMEN),
            more.get("last_name") or self._chance.choice(FAMILIES),
            more.get("father_name") or self._chance.choice(MEN),
            gender="1" if male else "2",
            birth=self._birth(born),
            mobile=more.get("mobile") or f"0990000{place + 1:04}",
            postal_code="13" + "".join(self._chance.choice(POSTAL_DIGITS) for _ in range(8)),
            father=more.get("father", ""),
            mother=more.get("mother", ""),
        )
        self.people.append(person)
        return person

    def _child(self, father: Person, mother: Person, place: int) -> Person:
        """A child has the father's name and the mother's mobile."""
        return self._add(
            "1" if place % 2 else "2",
            "child",
            last_name=father.last_name,
            father_name=father.first_name,
            mobile=mother.mobile,
            father=father.id.key,
            mother=mother.id.key,
        )

    def _foreigner(self, type_: PersonIdType, number: str, first: str, last: str, gender: str) -> Person:
        made = self._add(gender, "single")
        self.people[-1] = msgspec.structs.replace(
            made, id=PersonId(type_, number), first_name=first, last_name=last, father_name=""
        )
        return self.people[-1]

    def _birth(self, born: str) -> str:
        first, last = BORN[born]
        year, month, day = self._chance.randint(first, last), self._chance.randint(1, 12), LAST_DAY_OF_ALL_MONTHS
        return f"{year}{month:02}{self._chance.randint(1, day):02}"

    def _covers(self, place: int, person: Person) -> list[Cover]:
        """Most by Tamin, some by the health insurance or the armed forces, some more than once, some not at all."""
        number = person.id.value
        if person.id.type is not PersonIdType.NATIONAL_CODE:
            return [Cover(*FOREIGN, number, LASTING, base=True)] if person.id.type is PersonIdType.BAFIA else []
        if person.father:
            return self._covers(2, msgspec.structs.replace(person, father=""))
        first = (TAMIN, TAMIN, HEALTH, TAMIN, HEALTH, ARMED)[place // 2 % 6]
        covers = [Cover(*first, number, ENDED if place % 17 == 16 else LASTING, base=True)]  # noqa: PLR2004
        return [*covers, Cover(*MORE, f"T{number}", LASTING, base=False)] if place % 7 == 0 else covers
