"""Who there is in a country: patients, physicians and pharmacies by their numbers, and who is whose."""

from __future__ import annotations

from typing import Final

from nabz.kit.persian import synthetic_national_code
from nabz.prescriptions.model import Centre, CentreKind, Doctor
from nabz.registries.model import Cover, Person, PersonId, PersonIdType
from nabz.registries.seed.names import FAMILIES, MEN, WOMEN

EACH: Final = 5
"""So many prescriptions has each patient, whatever the size: answers are as long as in a small country."""

OF_DOCTOR, OF_CENTRE = 50, 200
FIRST_PATIENT, FIRST_DOCTOR = 1_000_000, 7_000_000
"""Where their synthetic national codes begin."""

FIRST_COUNCIL, FIRST_CENTRE = 910_001, 1_000_001
LASTING: Final = "14991229"
STEP: Final = 7_919_011
"""A large prime: neighbours in time are no neighbours in the register of people."""

_SPECIALTIES: Final = (
    ("00100", "دکترای حرفه‌ای پزشکی/پزشک عمومی"),
    ("00118", "فوق تخصص خون و سرطان کودکان"),
    ("00138", "متخصص قلب و عروق"),
)
_PROVINCES: Final = (
    ("تهران", "تهران"),
    ("خراسان رضوی", "مشهد"),
    ("اصفهان", "اصفهان"),
    ("فارس", "شیراز"),
    ("گیلان", "رشت"),
)


class Country:
    """A country of so many prescriptions."""

    def __init__(self, prescriptions: int) -> None:
        self.prescriptions = prescriptions
        self.patients = max(1, prescriptions // EACH)
        self.doctors = max(1, prescriptions // OF_DOCTOR)
        self.centres = max(1, prescriptions // OF_CENTRE)

    def patient_of(self, place: int) -> tuple[int, int]:
        """Tell whose the prescription at a place is, and which of his it is."""
        return place * STEP % self.patients, place // self.patients

    def doctor_of(self, place: int) -> int:
        """Tell who wrote the prescription at a place."""
        return place * STEP % self.doctors


def tracking(patient: int, turn: int) -> int:
    """Give the tracking code of a patient's prescription: no two of one patient's are the same."""
    return 10_000 + (patient * 31 + turn) % 90_000


def patient_code(number: int) -> str:
    """Give a patient's national code."""
    return synthetic_national_code(FIRST_PATIENT + number)


def insured(number: int) -> tuple[Person, Cover]:
    """Give a patient with the cover that the insurer pays by."""
    code = patient_code(number)
    names = WOMEN if number % 2 else MEN
    person = Person(
        PersonId(PersonIdType.NATIONAL_CODE, code),
        names[number % len(names)],
        FAMILIES[number // len(names) % len(FAMILIES)],
        MEN[number % len(MEN)],
        gender="2" if number % 2 else "1",
        birth=f"13{30 + number % 65:02}{1 + number % 12:02}01",
        mobile=mobile(number),
    )
    return person, Cover("1", "تأمین اجتماعی", "1", "بیمه اجباری", code, LASTING, base=True)


def mobile(number: int) -> str:
    """Give the telephone of a patient: a number of a range that nobody has."""
    return f"0990{number % 10_000_000:07}"


def doctor(number: int) -> Doctor:
    """Give a physician."""
    names = WOMEN if number % 2 else MEN
    return Doctor(
        f"{FIRST_COUNCIL + number:010}",
        synthetic_national_code(FIRST_DOCTOR + number),
        f"0990{9_000_000 + number:07}",
        names[number % len(names)],
        FAMILIES[number // len(names) % len(FAMILIES)],
        *_SPECIALTIES[number % len(_SPECIALTIES)],
        contract=f"P{FIRST_COUNCIL + number}",
    )


def centre(number: int) -> Centre:
    """Give a pharmacy."""
    province, city = _PROVINCES[number % len(_PROVINCES)]
    return Centre(
        f"{FIRST_CENTRE + number:010}",
        CentreKind.PHARMACY,
        f"داروخانهٔ {FAMILIES[number % len(FAMILIES)]} {number + 1}",
        ("01",),
        province=province,
        city=city,
        contract=f"D{FIRST_CENTRE + number}",
        contract_until=LASTING,
    )
