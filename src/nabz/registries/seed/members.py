"""The practitioners of the demo: made up, but for the physician that the guide of the appointments prints."""

from __future__ import annotations

import random
from typing import Final

from nabz.registries.model import Practitioner, ProviderId, ProviderIdType
from nabz.registries.seed.names import FAMILIES, MEN, WOMEN

TEST_PHYSICIAN: Final = "1234"
FIRST_NUMBER: Final = 900_001
NURSES: Final = 5
MIDWIVES: Final = 4
SPECIALTIES: Final = (
    ("171166", "متخصص بیماری‌های داخلی"),
    ("171174", "متخصص بیماری‌های قلب و عروق"),
    ("171373", "متخصص کودکان"),
    ("171300", "متخصص زنان و زایمان"),
    ("171260", "متخصص چشم‌پزشکی"),
    ("171108", "متخصص ارتوپدی"),
    ("171165", "متخصص بیماری‌های پوست"),
    ("171288", "متخصص روان‌پزشکی"),
    ("171176", "متخصص بیماری‌های مغز و اعصاب"),
    ("171378", "متخصص گوش و حلق و بینی و جراحی سر و گردن"),
    ("171250", "متخصص جراحی عمومی"),
    ("201350", "فوق تخصص غدد درون‌ریز و متابولیسم"),
    ("201377", "فوق تخصص گوارش و کبد بالغین"),
    ("151212", "دکترای پزشکی"),
    ("15105", "پزشکی"),
)


def practitioners() -> list[Practitioner]:
    """Make forty: physicians (the last of them no longer active), nurses, midwives."""
    chance = random.Random(900_001)
    made = [
        Practitioner(ProviderId(ProviderIdType.MED, TEST_PHYSICIAN), "پزشک", "تست", "171108", "متخصص ارتوپدی"),
    ]
    for place in range(2 * len(SPECIALTIES)):
        code, title = SPECIALTIES[place % len(SPECIALTIES)]
        first = chance.choice(WOMEN if place % 2 else MEN)
        id_ = _number(ProviderIdType.MED, place)
        last = place == 2 * len(SPECIALTIES) - 1
        made.append(Practitioner(id_, first, chance.choice(FAMILIES), code, title, active=not last))
    for place in range(NURSES):
        first = chance.choice(MEN if place % 2 else WOMEN)
        id_ = _number(ProviderIdType.NURSING, place)
        made.append(Practitioner(id_, first, chance.choice(FAMILIES), "", "پرستار"))
    for place in range(MIDWIVES):
        id_ = _number(ProviderIdType.MIDWIFERY, place)
        made.append(Practitioner(id_, chance.choice(WOMEN), chance.choice(FAMILIES), "", "ماما"))
    return made


def _number(type_: ProviderIdType, place: int) -> ProviderId:
    return ProviderId(type_, str(FIRST_NUMBER + place))
