"""The prescriptions' part of the demo sandbox: the guide's physician and centres, and a few made-up prescriptions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.kit import jalali
from nabz.kit.ids import new_id
from nabz.kit.persian import synthetic_national_code
from nabz.prescriptions.errors.writing import Duplicate
from nabz.prescriptions.model import Caller, Centre, CentreKind, Doctor, Draft, ItemDraft, Kind, ReferralDraft
from nabz.prescriptions.model.codes import USAGES
from nabz.prescriptions.seed import catalogue
from nabz.prescriptions.service import enrolment, entitlement, writing
from nabz.prescriptions.service.catalogue import Catalogue
from nabz.prescriptions.service.numbering import Numbers
from nabz.registries.model import Cover, Person, PersonId, PersonIdType
from nabz.registries.seed.places import TEST_FACILITY
from nabz.registries.service import covers, facilities, people

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from nabz.kit.db import Database, Tx

SEEDED: Final = "seed"
DOCTOR: Final = "2000200092"
TEST_PATIENT: Final = "1234567891"
SAMPLE_PATIENT: Final = "0123456789"
MOBILE: Final = "09991111111"
PHARMACY, OTHER_PHARMACY = "0000000920", "0000000921"
PARACLINIC, OTHER_PARACLINIC = "0000007303", "0000007304"
OWNED_SIAM: Final = "5b1e0c7e-2f6b-4f0a-9d6e-00000000900a"
PARA_TYPES: Final = ("02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "18", "19")
LASTING: Final = "14991229"

GENERAL: Final = ("00100", "دکترای حرفه‌ای پزشکی/پزشک عمومی")
CHILDREN: Final = ("00118", "فوق تخصص خون و سرطان کودکان")
HEART: Final = ("00138", "متخصص قلب و عروق")


async def demo(
    db: Database, now: datetime, organisations: Mapping[str, str], users: Mapping[str, str]
) -> dict[str, Any]:
    """Make what is not there yet (`db` is seen from the sandbox), and tell what a first call needs."""
    await catalogue.demo(db, new_id(), now)
    await db.write(_people, now)
    await db.write(_enrol, organisations, users, now)
    desk = writing.Desk(Numbers(), Catalogue(), entitlement.Outside())
    written = [await _write(desk, db, draft, now) for draft in _drafts(now)]
    return {
        "doctor": {"docId": DOCTOR, "docNationalCode": TEST_PATIENT, "docMobileNo": MOBILE},
        "patient": TEST_PATIENT,
        "pharmacy": PHARMACY,
        "paraclinic": PARACLINIC,
        "siam": TEST_FACILITY,
        "prescriptions": written,
    }


def _people(tx: Tx, now: datetime) -> None:
    for code, first, last, gender in (
        (TEST_PATIENT, "بیمار", "آزمایشی", "1"),
        (SAMPLE_PATIENT, "مهتاب", "نمونه‌زاده", "2"),
    ):
        id_ = PersonId(PersonIdType.NATIONAL_CODE, code)
        if people.find(tx, id_) is None:
            person = Person(id_, first, last, "نام پدر", gender=gender, birth="13400101", mobile="09129999999")  # type: ignore[arg-type]
            people.put(tx, person, now)
            cover = Cover("1", "تأمین اجتماعی", "1", "بیمه اجباری", code, LASTING, base=True)
            covers.replace(tx, id_, [cover], now)


def doctors(organisations: Mapping[str, str], users: Mapping[str, str]) -> list[Doctor]:
    """Name the physicians of the demo; numbers from 900001 are nobody's."""
    clinic = organisations.get("clinic")

    def one(number: str, code: str, mobile: str, name: tuple[str, str], spec: tuple[str, str], **more: Any) -> Doctor:  # noqa: ANN401
        return Doctor(number, code, mobile, *name, *spec, contract=f"P{number[-6:]}", **more)

    return [
        one(
            DOCTOR, TEST_PATIENT, MOBILE, ("پزشک", "نمونه"), CHILDREN, user=users.get("physician"), organisation=clinic
        ),
        one("0000900001", _code(1), "09990000001", ("آرش", "پزشک‌پور"), HEART, organisation=clinic),
        one("0000900002", _code(2), "09990000002", ("نگار", "درمانی"), GENERAL, family=True, siam=TEST_FACILITY),
        one("0000900003", _code(3), "09990000003", ("کیوان", "تازه‌کار"), GENERAL, active=False),
        one("0000101575", _code(4), "09990000004", ("لیلا", "گزارشگر"), ("00199", "بیولوژی پزشکی")),
        one("0000900005*", _code(5), "09990000005", ("مینا", "ماما"), ("00100", "ماما")),
        one("0000900006", _code(6), "09990000006", ("سهراب", "ملکی"), GENERAL, siam=OWNED_SIAM),
    ]


def _code(place: int) -> str:
    return synthetic_national_code(8000 + place)


def centres(organisations: Mapping[str, str]) -> list[Centre]:
    """Name the centres of the demo."""
    pharmacy, clinic = organisations.get("pharmacy"), organisations.get("clinic")
    laboratory, insurer = organisations.get("laboratory"), organisations.get("insurer")
    here: dict[str, Any] = {"province": "تهران", "city": "تهران", "contract_until": LASTING}
    return [
        Centre(
            PHARMACY,
            CentreKind.PHARMACY,
            "داروخانهٔ نیلوفر (نمایشی)",
            ("01",),
            organisation=pharmacy,
            contract="D900920",
            **here,
        ),
        Centre(
            OTHER_PHARMACY,
            CentreKind.PHARMACY,
            "داروخانهٔ شفق (نمایشی)",
            ("01",),
            organisation=clinic,
            contract="D900921",
            **here,
        ),
        Centre(
            "0000000922",
            CentreKind.PHARMACY,
            "داروخانهٔ بسته (نمایشی)",
            ("01",),
            contract="D900922",
            active=False,
            **here,
        ),
        Centre(
            PARACLINIC,
            CentreKind.PARACLINIC,
            "پاراکلینیک سپیدار (نمایشی)",
            PARA_TYPES,
            organisation=laboratory,
            contract="R907303",
            **here,
        ),
        Centre(
            "0000000930",
            CentreKind.PHARMACY,
            "داروخانهٔ ملکی (نمایشی)",
            ("01",),
            organisation=insurer,
            owned=True,
            **here,
        ),
        Centre(
            OTHER_PARACLINIC,
            CentreKind.PARACLINIC,
            "آزمایشگاه شفق (نمایشی)",
            ("02",),
            organisation=clinic,
            contract="R907304",
            **here,
        ),
    ]


def _owned(tx: Tx, organisation: str | None, now: datetime) -> None:
    """Give the insurer a clinic of its own, whose prescriptions are shown by a code alone."""
    if organisation is not None and facilities.find(tx, OWNED_SIAM) is None:
        like = facilities.find(tx, TEST_FACILITY)
        if like is not None:
            name = "درمانگاه ملکی (نمایشی)"
            own = msgspec.structs.replace(
                like, id=OWNED_SIAM, name=name, organisation=organisation, type="9.2", type_title="آزمایشگاه تشخیص طبی"
            )
            facilities.put(tx, own, now)


def _enrol(tx: Tx, organisations: Mapping[str, str], users: Mapping[str, str], now: datetime) -> None:
    _owned(tx, organisations.get("insurer"), now)
    for doctor in doctors(organisations, users):
        if enrolment.doctor(tx, doctor.id) is None:
            enrolment.put_doctor(tx, doctor, SEEDED, now)
    for centre in centres(organisations):
        if enrolment.centre(tx, centre.id) is None:
            enrolment.put_centre(tx, centre, SEEDED, now)


def _drafts(now: datetime) -> list[Draft]:
    today = jalali.compact(jalali.day_of(now))
    tomorrow = jalali.compact(jalali.day_of(now + timedelta(days=1)))

    def draft(kind: Kind, *items: ItemDraft, **more: Any) -> Draft:  # noqa: ANN401
        return Draft(
            patient=TEST_PATIENT,
            mobile="09129999999",
            kind=int(kind),
            day=today,
            doctor=DOCTOR,
            doctor_code=TEST_PATIENT,
            doctor_mobile=MOBILE,
            items=items,
            client=TEST_PATIENT,
            **more,
        )

    return [
        draft(
            Kind.DRUG,
            ItemDraft(type="01", code="05951", quantity=10, amount=174, instruction=66, usage=1, dose=USAGES[1].text),
            ItemDraft(type="01", code="00077", quantity=30, amount=174, instruction=61),
            ItemDraft(type="01", code="05760", quantity=3, amount=204, instruction=61),
        ),
        draft(
            Kind.PARACLINIC,
            ItemDraft(type="02", code="807005-275", quantity=1, group="001"),
            ItemDraft(type="04", code="024558-900", quantity=1),
        ),
        draft(Kind.PARACLINIC, ItemDraft(type="13", code="901645-403", quantity=10, illnesses=("1",), plans=("1",))),
        draft(Kind.REFERRAL, referrals=(ReferralDraft(specialty=HEART[0], day=tomorrow, message="بررسی بیشتر"),)),
    ]


async def _write(desk: writing.Desk, db: Database, draft: Draft, now: datetime) -> dict[str, Any]:
    caller = Caller(SEEDED, SEEDED, new_id())
    try:
        one = await writing.create(desk, db, draft, caller, now)
    except Duplicate as there:
        return {"kind": draft.kind, "id": there.facts["id"], "trackingCode": there.facts["tracking"]}
    return {"kind": draft.kind, "id": one.id, "trackingCode": one.tracking}
