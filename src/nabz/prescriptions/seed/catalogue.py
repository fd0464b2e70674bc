"""The demo sandbox's catalogue, and made-up ones of any size: names in the shape of the real ones, of nothing real."""

from __future__ import annotations

from itertools import count, islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from nabz.kit.persian import persian_digits
from nabz.prescriptions.files import catalogue as files
from nabz.prescriptions.model.catalogue import row_of
from nabz.prescriptions.service import catalogue, interactions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from nabz.kit.db import Database
    from nabz.prescriptions.service.catalogue import Line

Cells = dict[str, str]

SEEDED: Final = "seed"
FIRST_DAY: Final = "14040101"
DATA: Final = Path(__file__).parent.parent / "data"
NOT_ENGLISH: Final = 900_000
"""Codes of made-up services begin here, far from the printed ones."""

EXAMPLES: Final = {"01": ("SINOLAR", "FEMIDAL", "ADULT COLD"), "02": ("شمارش کامل سلول‌های خون", "سونوگرافی شکم")}
"""What somebody may type who has never seen the made-up names."""

_STARTS: Final = (
    ("ZARA", "زارا"),
    ("BELO", "بلو"),
    ("NAVI", "ناوی"),
    ("TURO", "تورو"),
    ("KELI", "کلی"),
    ("MERO", "مرو"),
    ("SIVA", "سیوا"),
    ("DERO", "درو"),
    ("PALU", "پالو"),
    ("LUMO", "لومو"),
    ("GAVI", "گاوی"),
    ("RONA", "رونا"),
    ("HESI", "هسی"),
    ("VANO", "وانو"),
    ("JILA", "ژیلا"),
)
_ENDS: Final = (
    ("DRAN", "دران"),
    ("MEX", "مکس"),
    ("TILOR", "تیلور"),
    ("FANE", "فان"),
    ("QUIN", "کوین"),
    ("NOPRIX", "نوپریکس"),
    ("SOLAM", "سولام"),
    ("BIDOL", "بیدول"),
    ("CATEN", "کاتن"),
    ("LIRAX", "لیراکس"),
)
_MIDDLES: Final = (("", ""), ("BI", "بی"), ("CO", "کو"), ("DI", "دی"), ("LE", "له"), ("NE", "نه"), ("RO", "رو"))
_FORMS: Final = (
    ("11", "TABLET", "TAB", "قرص", ("5MG", "10MG", "20MG", "40MG", "80MG", "100MG", "250MG", "500MG")),
    ("12", "CAPSULE", "CAP", "کپسول", ("10MG", "20MG", "50MG", "250MG", "500MG")),
    ("13", "SYRUP", "SYRUP", "شربت", ("5MG/5ML 60ML", "15MG/5ML 120ML")),
    ("17", "INJECTION", "INJECTION", "تزریقی", ("1MG/ML 1ML", "10MG/ML 5ML", "50MG/ML 2ML")),
    ("15", "DROP", "DROP", "قطره", ("0.5% 5ML", "1% 10ML")),
    ("18", "CREAM", "CREAM", "کرم", ("1% 15G", "2% 30G")),
    ("20", "OINTMENT", "OINTMENT", "پماد", ("1% 15G", "3% 30G")),
    ("21", "INHALER", "INHALER", "افشانه", ("50MCG/DOSE", "125MCG/DOSE")),
)
_UNINSURED: Final = 0.1
_UNITS: Final = (
    ("/DOSE", "در هر دوز"),
    ("MCG", "میکروگرم"),
    ("MG", "میلی‌گرم"),
    ("ML", "میلی‌لیتر"),
    ("G", "گرم"),
    ("%", "درصد"),
)
_MAKERS: Final = ("ARVA", "BARAN", "CHAMAN", "DENA", "ELVAND", "FARDA")
_OTHERS: Final = (
    ("02", "آزمایش", ("خون", "ادرار", "بزاق", "سرم", "پلاسما", "بافت"), (60_000, 900_000)),
    ("03", "رادیوگرافی", ("دست", "پا", "لگن", "قفسه سینه", "جمجمه", "زانو"), (300_000, 1_200_000)),
    ("04", "سونوگرافی", ("کلیه", "تیروئید", "رحم", "پروستات", "عروق گردن", "کبد"), (900_000, 3_500_000)),
    ("05", "سی‌تی اسکن", ("مغز", "ریه", "شکم", "سینوس", "ستون فقرات"), (4_000_000, 12_000_000)),
    ("06", "ام‌آرآی", ("مغز", "زانو", "شانه", "کمر", "گردن"), (9_000_000, 25_000_000)),
    ("07", "اسکن هسته‌ای", ("استخوان", "قلب", "تیروئید"), (6_000_000, 15_000_000)),
    ("13", "فیزیوتراپی", ("شانه", "کمر", "گردن", "مچ پا", "آرنج"), (900_000, 1_800_000)),
    ("14", "سنجش تراکم", ("لگن", "کمر", "ساعد"), (1_500_000, 2_500_000)),
    ("17", "خدمت سرپایی", ("پانسمان", "بخیه", "تزریق", "نوار قلب", "آتل"), (200_000, 2_000_000)),
    ("21", "مراقبت پرستاری", ("زخم", "سوند", "سرم", "دارو"), (400_000, 1_500_000)),
)
_SORTS: Final = ("ساده", "کامل", "با ماده حاجب", "دوطرفه", "پیگیری", "گسترده", "فوری")


def examples_of(types: Sequence[str]) -> tuple[str, ...]:
    """Name some services of the demo sandbox, for somebody who looks for real ones."""
    return next((EXAMPLES[type_] for type_ in types if type_ in EXAMPLES), ())


async def demo(db: Database, load: str, now: datetime) -> None:
    """Load what the demo sandbox prescribes; what is there already stays as it is."""
    await catalogue.load(db, files.lines(DATA / "services.csv", FIRST_DAY), load, SEEDED, now)
    if not await db.read(interactions.count):
        await db.write(interactions.load, files.pairs(DATA / "interactions.csv"), SEEDED, now)


async def scale(db: Database, services: int, load: str, now: datetime) -> None:
    """Load a made-up catalogue of some size, three quarters of it drugs."""
    await catalogue.load(db, many(services), load, SEEDED, now)


def many(services: int) -> Iterator[Line]:
    """Make up the rows of a price list of some size, the same ones each time."""
    made = services * 3 // 4
    for line, cells in enumerate([*islice(drugs(), made), *islice(others(), services - made)], 2):
        yield line, row_of(line, cells, FIRST_DAY)


def drugs() -> Iterator[Cells]:
    """Make up drugs: each substance in some strengths and forms, each of these by some makers."""
    chance = Random(1405)
    code = count(10_000)
    for latin, persian in _substances():
        for form_code, form, short, form_fa, strengths in chance.sample(_FORMS, 3):
            for strength in chance.sample(strengths, min(2, len(strengths))):
                price = chance.randrange(2_000, 2_000_000, 500)
                for maker in chance.sample(_MAKERS, chance.randrange(1, 4)):
                    cells = {
                        "type": "01",
                        "code": f"{next(code):05}",
                        "name": f"{latin} {strength} {short} ({maker})",
                        "name_fa": f"{persian} {_in_persian(strength)} {form_fa}",
                        "form_code": form_code,
                        "form": form,
                        "insured": str(int(chance.random() > _UNINSURED)),
                        "price": str(price + chance.randrange(0, price // 5 + 2, 500)),
                        "price_day": FIRST_DAY,
                        "generic": f"{latin} {strength} {form}",
                        "substance": latin,
                    }
                    yield cells | _marks(chance, form)


def _in_persian(strength: str) -> str:
    for short, word in _UNITS:
        strength = strength.replace(short, f" {word}")
    return persian_digits(strength)


def _substances() -> Iterator[tuple[str, str]]:
    for middle, middle_fa in _MIDDLES:
        for end, end_fa in _ENDS:
            for start, start_fa in _STARTS:
                yield f"{start}{middle}{end}", f"{start_fa}{middle_fa}{end_fa}"
    for number in count(2):
        for latin, persian in islice(_substances(), len(_MIDDLES) * len(_ENDS) * len(_STARTS)):
            yield f"{latin}-{number}", f"{persian} {number}"


def _marks(chance: Random, form: str) -> Cells:
    """Make a few of them special: against a code, with a barcode, for one sex, and so on."""
    cells: Cells = {}
    drawn = chance.random()
    if drawn < 0.03:  # noqa: PLR2004 - one in so many
        cells = {"controlled": "1", "most": "30"}
    elif drawn < 0.07:  # noqa: PLR2004
        cells = {"barcode": "1", "irc": f"{chance.randrange(10**15, 10**16)}"}
    elif drawn < 0.09:  # noqa: PLR2004
        cells = {"sex": chance.choice("12")}
    elif drawn < 0.11 and form == "INJECTION":  # noqa: PLR2004
        cells = {"hospital": "1"}
    elif drawn < 0.13:  # noqa: PLR2004
        cells = {"warning": "در بارداری با احتیاط مصرف شود"}
    elif drawn < 0.15:  # noqa: PLR2004
        cells = {"max_age": "18"}
    return cells


def others() -> Iterator[Cells]:
    """Make up services that are no drugs."""
    chance = Random(1406)
    for number in count():
        type_, title, parts, (low, high) = _OTHERS[number % len(_OTHERS)]
        turn = number // len(_OTHERS)
        part, sort = parts[turn % len(parts)], _SORTS[turn // len(parts) % len(_SORTS)]
        series = turn // (len(parts) * len(_SORTS))
        yield {
            "type": type_,
            "code": f"{NOT_ENGLISH + number}-{100 + number % 900}",
            "name": f"{title} {part} {sort}" + (f" {series + 1}" if series else ""),
            "price": str(chance.randrange(low, high, 1000)),
            "k2_price": str(chance.randrange(low, high, 1000)) if type_ == "13" else "",
            "price_day": FIRST_DAY,
            "group": f"{chance.randrange(1, 5):03}" if type_ == "02" else "",
            "most": "20" if type_ == "13" else "",
        }
