"""Identifiers, HIDs and what is checked before it is put."""

from datetime import UTC, datetime

import msgspec
import pytest

from nabz.kit.errors import Problem
from nabz.kit.jalali import DateWrong
from nabz.kit.persian import persian_digits, synthetic_national_code
from nabz.registries.errors import (
    BadFacilityId,
    BadHid,
    BadInsurer,
    BadMobile,
    BadPersonId,
    BadPlace,
    BadPostalCode,
    BadProviderId,
    BadSource,
)
from nabz.registries.model import (
    Facility,
    PersonIdType,
    ProviderIdType,
    Registry,
    Source,
    checked_facility,
    checked_person,
    issuer_of,
    made_hid,
    person_id_of_key,
    provider_id_of_key,
    read_facility_id,
    read_hid,
    read_insurer,
    read_person_id,
    read_provider_id,
    read_source,
    visit_of,
)
from nabz.registries.seed.members import practitioners
from nabz.registries.seed.places import ROWS
from nabz.registries.seed.population import Population
from tests.registries.making import CODE, PERSON, WISH

PLACE = Facility("A" * 8 + "-1111-1111-1111-" + "B" * 12, "ن", "32", "د", "24", "019", "70017", "ت", "ت", "ت")


@pytest.mark.parametrize(
    ("type_", "value", "key"),
    [
        ("National_Code", CODE, f"National_Code:{CODE}"),
        (" national_code ", persian_digits(CODE), f"National_Code:{CODE}"),
        ("NATIONAL_CODE", "12345679", "National_Code:0012345679"),
        ("bafia_id", "٩٩٠٠٠٠٠", "BAFIA_ID:9900000"),
        ("Passport_ID", " x9900001 ", "Passport_ID:X9900001"),
    ],
)
def test_identifiers_of_people_are_read_generously(type_: str, value: str, key: str) -> None:
    found = read_person_id(type_, value)
    assert found.key == key
    assert person_id_of_key(key) == found


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("National_Code", "9900000012"),
        ("National_Code", "0000000000"),
        ("National_Code", ""),
        ("National_Code", CODE + "0"),
        ("National_Code", "9" * 5000),
        ("National_Code", "۱۲۳\0"),
        ("BAFIA_ID", "12345"),
        ("BAFIA_ID", "1" * 17),
        ("Passport_ID", "AB12"),
        ("Passport_ID", "AB-12345"),
        ("Passport_ID", "ِA12345"),
        ("Med_ID", "1234"),
        ("", CODE),
    ],
)
def test_what_identifies_nobody_is_refused(type_: str, value: str) -> None:
    with pytest.raises(BadPersonId):
        read_person_id(type_, value)


def test_numbers_of_practitioners_lose_zeros_in_front() -> None:
    found = read_provider_id("MED_ID", " ۰۰۱۲۳۴ ")
    assert (found.type, found.value) == (ProviderIdType.MED, "1234")
    assert provider_id_of_key("Nursing_ID:0900001").key == "Nursing_ID:900001"


@pytest.mark.parametrize(
    ("type_", "value"),
    [("Med_ID", "0"), ("Med_ID", ""), ("Med_ID", "1" * 11), ("Med_ID", "12a"), ("National_Code", "1"), ("", "1")],
)
def test_what_is_no_number_of_a_council_is_refused(type_: str, value: str) -> None:
    with pytest.raises(BadProviderId):
        read_provider_id(type_, value)


@pytest.mark.parametrize("hid", ["1984EZVYT", "19946YI6XR", "19946Y6ZF7", "1234567890123456", " z19abc78 "])
def test_published_entitlement_ids_are_read(hid: str) -> None:
    assert read_hid(hid) == hid.strip().upper()


@pytest.mark.parametrize(
    "hid", ["", "1234567", "1" * 17, "1984-ZVYT", "1984EZVY\0", "۱۹۸۴ایران", "ABCDEFGH" + " " * 99]
)
def test_what_is_no_entitlement_id_is_refused(hid: str) -> None:
    with pytest.raises(BadHid):
        read_hid(hid)


@pytest.mark.parametrize(("insurer", "issuer"), [("1", "TAMIN"), ("2", "IHIO"), ("3", "BITSA"), ("37", "BITSA")])
def test_a_made_entitlement_id_has_the_official_shape(insurer: str, issuer: str) -> None:
    made = {made_hid(insurer, chance) for chance in (0, 1, 2**60, 2**128 - 1)}
    assert len(made) == 4
    assert all(read_hid(hid) == hid and len(hid) == 10 and hid.startswith(insurer) for hid in made)
    assert issuer_of(insurer) == issuer


def test_a_visit_is_one_day_of_tehran() -> None:
    evening, night = datetime(2026, 11, 22, 20, 29, tzinfo=UTC), datetime(2026, 11, 22, 20, 31, tzinfo=UTC)
    assert visit_of(WISH, evening) != visit_of(WISH, night), "midnight lies between them"
    assert visit_of(WISH, evening) != visit_of(msgspec.structs.replace(WISH, provider=""), evening)


def test_insurers_and_facilities_are_read_generously() -> None:
    assert read_insurer(" ۰۳۷ ") == "37"
    assert read_facility_id(" 859773E8-5D81-46C6-9DF1-5FB551B00495 ") == "859773e8-5d81-46c6-9df1-5fb551b00495"
    for wrong in ("", "0", "1234", "a"):
        with pytest.raises(BadInsurer):
            read_insurer(wrong)
    for wrong in ("", "859773E8", "859773E8-5D81-46C6-9DF1-5FB551B0049Z", "x" * 10_000):
        with pytest.raises(BadFacilityId):
            read_facility_id(wrong)


@pytest.mark.parametrize(
    ("field", "wrong", "kind"),
    [
        ("mobile", "0912345", BadMobile),
        ("postal_code", "1111122222", BadPostalCode),
        ("birth", "13651301", DateWrong),
        ("birth", "14021230", DateWrong),  # no leap year
        ("birth", "20240101", DateWrong),
    ],
)
def test_a_person_with_a_wrong_number_is_refused(field: str, wrong: str, kind: type[Problem]) -> None:
    with pytest.raises(kind):
        checked_person(msgspec.structs.replace(PERSON, **{field: wrong}))


def test_numbers_of_a_person_are_kept_in_one_spelling() -> None:
    told = msgspec.structs.replace(PERSON, mobile="+98 990 000 0001", birth="۱۳۶۵/۶/۳۰", postal_code="13667-86411")
    found = checked_person(told)
    assert (found.mobile, found.birth, found.postal_code) == ("09900000001", "13650630", "1366786411")


@pytest.mark.parametrize(
    "point", [(91.0, 0.0), (0.0, 180.5), (float("nan"), 0.0), (0.0, float("inf")), (35.7, None), (None, 51.4)]
)
def test_a_facility_lies_on_the_earth(point: tuple[float | None, float | None]) -> None:
    assert checked_facility(PLACE).id == PLACE.id.lower()
    with pytest.raises(BadPlace):
        checked_facility(msgspec.structs.replace(PLACE, latitude=point[0], longitude=point[1]))


@pytest.mark.parametrize(
    ("address", "seconds"),
    [
        ("ftp://a", 1),
        ("http://", 1),
        ("", 1),
        ("http://a?b=1", 1),
        ("http://[", 1),
        ("http://a", -1),
        ("http://a", 10**9),
    ],
)
def test_a_source_is_an_address_of_the_web(address: str, seconds: int) -> None:
    assert read_source(Source(Registry.IDENTITY, " https://a.test/b/ ", 0)).address == "https://a.test/b"
    with pytest.raises(BadSource):
        read_source(Source(Registry.IDENTITY, address, seconds))


def test_the_demo_is_made_up_and_the_same_each_time() -> None:
    one, again = Population(), Population()
    assert (one.people, one.covers) == (again.people, again.covers)
    assert (len(one.people), len(practitioners()), len(ROWS)) == (60, 40, 12)
    codes = [each.id.value for each in one.people if each.id.type is PersonIdType.NATIONAL_CODE]
    assert set(codes) <= {synthetic_national_code(n) for n in range(6001, 6061)}
    assert len({each.id for each in one.people}) == 60
    assert len({each.id for each in practitioners()}) == 40
    assert all(checked_person(each) == each for each in one.people)
    assert {int(each.id.value) >= 900_001 or each.id.value == "1234" for each in practitioners()} == {True}
