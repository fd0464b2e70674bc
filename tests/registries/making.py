"""People, covers and wishes as tests need them."""

from datetime import datetime

from nabz.kit.db import Database, Tx
from nabz.kit.persian import synthetic_national_code
from nabz.registries.model import (
    Cover,
    Entitlement,
    HidWish,
    Person,
    PersonId,
    PersonIdType,
    Practitioner,
    ProviderId,
    ProviderIdType,
)
from nabz.registries.service import covers, people, practitioners

CODE = synthetic_national_code(1)
ALI = PersonId(PersonIdType.NATIONAL_CODE, CODE)
PERSON = Person(ALI, "علی", "تستی", "رضا", gender="1", birth="13650630", mobile="09900000001")
TAMIN = Cover("1", "تأمین اجتماعی", "1", "بیمه اجباری", CODE, "14101229", base=True)
MORE = Cover("12", "بیمه ایران", "99", "صندوق پایه", "T1", "14101229", base=False)
COVERED = Entitlement(PERSON, (TAMIN,))
FACILITY = "859773e8-5d81-46c6-9df1-5fb551b00495"
OTHER_FACILITY = "11111111-2222-4333-8444-555555555555"
WISH = HidWish(ALI.key, "1", FACILITY, "Med_ID:1234")
PHYSICIAN = Practitioner(ProviderId(ProviderIdType.MED, "1234"), "پزشک", "تست", "171108", "متخصص ارتوپدی")


async def fill(db: Database, now: datetime, *, person: Person = PERSON, of: tuple[Cover, ...] = (TAMIN, MORE)) -> None:
    """A person with covers, and a physician."""

    def make(tx: Tx) -> None:
        people.put(tx, person, now)
        covers.replace(tx, person.id, of, now)
        practitioners.put(tx, PHYSICIAN, now)

    await db.write(make)
