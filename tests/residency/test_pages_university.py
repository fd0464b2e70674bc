"""A university's pages: residents, pictures, declarations until the ministry decides, corrections, results."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from PIL import Image

from nabz.access.model import Organisation, OrganisationKind, Role
from nabz.access.store import organisations
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx
from nabz.kit.digest import Keyring
from nabz.kit.ids import new_id
from nabz.kit.persian import synthetic_national_code
from nabz.residency.model import Acceptance, Caller, Pick, Rules, Year
from nabz.residency.model.years import year_at
from nabz.residency.pages import NAV, university
from nabz.residency.service import deciding, declarations, residents, results, rules, years
from tests.fakes import Portal, a_person
from tests.residency.registered import UNIVERSITY as MINE
from tests.residency.registered import registered as put

KEYS = Keyring(b"test-only-key" * 5)
HOME = "/simad/university"
NEW = f"{HOME}/residents/new/form"
MINISTRY = Caller("", "ministry-expert", "r1")
OTHERS = "uni-2"
RESIDENT = {
    "StudentNumber": "۴۰۱-۷۷",
    "IsIrani": "1",
    "NationalCode": synthetic_national_code(61_001),
    "FirstName": "سارا",
    "LastName": "آزمون",
    "FatherName": "رضا",
    "BirthDate": "۱۳۷۲/۰۷/۰۱",
    "GenderId": "1",
    "Mobile": "۰۹۹۹۰۰۰۰۰۷۷",
    "Email": "",
    "Address": "",
    "CourseStudyCode": "1710",
    "ResidencyStartYear": "۱۴۰۲",
    "ResidentStatusId": "1",
    "DurationId": "2",
    "StartResidencyDate": "۱۴۰۲/۰۷/۰۱",
    "EndResidencyDate": "",
    "version": "0",
}
DECLARED = {
    "DeclareCode": "3",
    "DurationId": "2",
    "DeclarationTypeId": "1",
    "RejectReasonTypeId": "",
    "HasLogBook": "1",
    "BaliniScore": "۵۵٫۵",
    "OperationScore": "50/25",
    "EthicsScore": "28",
    "StartResidencyDate": "1402/07/01",
    "EndResidencyDate": "",
    "Description": "",
    "version": "0",
}
ONE = f"{HOME}/residents/401-77"
pytestmark = pytest.mark.wire


@pytest.fixture
async def at(db: Database, clock: FixedClock) -> AsyncIterator[Portal]:
    """Somebody of a university; there is another one."""

    def universities(tx: Tx) -> None:
        for id_ in (MINE, OTHERS):
            kind = OrganisationKind.UNIVERSITY
            one = Organisation(id_, f"دانشگاه {id_}", kind, national_id=None, active=True)
            organisations.add(tx, one, clock.now())

    await db.write(universities)
    portal = Portal(db, clock, KEYS, university.routes(), NAV)
    portal.person = a_person(Role.UNIVERSITY, organisation_id=MINE)
    yield portal
    await portal.close()


async def registered(at: Portal, **changed: str) -> str:
    """Register a resident and give the address of his page."""
    answer = await at.post(NEW, NEW, **{**RESIDENT, **changed})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def standing_in(page: str, field: str) -> str:
    """Give what stands in a field of a form."""
    found = re.search(rf'name="{field}"[^>]*?value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def wrong_in(page: str) -> set[str]:
    """Give the fields beside which something is wrong."""
    return set(re.findall(r'id="f-(\w+)-error"', page))


async def decided(db: Database, clock: FixedClock, year: int, acceptance: Acceptance, note: str = "") -> None:
    """Let the ministry decide about the one declaration of a year."""
    [one] = await db.read(declarations.search, year)
    picks = [Pick(one.resident, year, one.version)]
    expert = Caller("", "ministry-expert", new_id())
    assert await db.write(deciding.decide, picks, acceptance, note, expert, clock.now()) == []


async def test_a_resident_is_registered_with_all_errors_told_at_once(at: Portal, db: Database) -> None:
    spoilt = {"BirthDate": "فردا", "CourseStudyCode": "12", "GenderId": "", "NationalCode": "1111111111"}
    page = await at.post(NEW, NEW, **{**RESIDENT, **spoilt, "FirstName": " ", "Email": "x@"})
    assert page.status_code == 422
    assert wrong_in(page.text) == {"BirthDate", "CourseStudyCode", "GenderId", "NationalCode", "FirstName", "Email"}
    assert standing_in(page.text, "LastName") == "آزمون"
    assert await registered(at) == ONE
    again = await at.post(NEW, NEW, **{**RESIDENT, "FirstName": "دیگری"})
    assert "پیش‌تر ثبت شده" in again.text
    taken = await at.post(NEW, NEW, **{**RESIDENT, "StudentNumber": "9"})
    assert wrong_in(taken.text) == {"NationalCode"}
    foreigner = {"StudentNumber": "8", "IsIrani": "0", "NationalCode": "p1234567", "FirstName": "علی"}
    await registered(at, **foreigner)
    kept = await db.read(residents.find, MINE, "8")
    assert kept is not None
    assert (kept.national_code, kept.is_irani) == ("P1234567", False)


async def test_who_was_slower_is_shown_what_stands_there_now(at: Portal, db: Database) -> None:
    await registered(at)
    edit = f"{ONE}/edit"
    page = (await at.get(edit)).text
    seen = standing_in(page, "version")
    assert standing_in(page, "BirthDate") == "۱۳۷۲/۰۷/۰۱"
    first = await at.post(edit, edit, **{**RESIDENT, "Address": "تهران", "version": seen})
    assert first.status_code == 303
    second = await at.post(edit, edit, **{**RESIDENT, "Address": "قم", "version": seen})
    assert second.status_code == 409
    assert "نشانی: <bdi>تهران</bdi>" in second.text
    assert standing_in(second.text, "Address") == "قم"
    assert standing_in(second.text, "version") == "2"
    now = await db.read(residents.find, MINE, "401-77")
    assert now is not None
    assert (now.address, now.version) == ("تهران", 2)
    history = (await at.get(ONE)).text
    assert "مشخصات تغییر کرد" in history
    assert "تهران" in history


async def test_residents_are_found_and_turned_over_by_pages(at: Portal, db: Database, clock: FixedClock) -> None:
    def many(tx: Tx) -> None:
        for n in range(51):
            course = "1710" if n < 50 else "1713"
            put(tx, clock.now(), f"{1000 + n}", synthetic_national_code(62_000 + n), course=course)

    await db.write(many)
    first = (await at.get(f"{HOME}/residents")).text
    assert "/residents/1049" in first
    assert "/residents/1050" not in first
    more = re.search(r'rel="next" href="([^"]+)"', first)
    assert more
    assert "/residents/1050" in (await at.get(unescape(more[1]))).text
    assert "/residents/1050" in (await at.get(f"{HOME}/residents", course="1713")).text
    found = (await at.get(f"{HOME}/residents", q=f"آزمون {synthetic_national_code(62_007)}")).text
    assert re.findall(r"/residents/(1\d{3})\"", found) == ["1007"]
    nobody = (await at.get(f"{HOME}/residents", q="هیچکس")).text
    assert "پیدا نشد" in nobody


async def test_a_picture_is_painted_anew_and_shown_to_its_own_university(at: Portal) -> None:
    await registered(at)
    path = f"{ONE}/picture"
    assert (await at.get(path)).status_code == 404
    drawn = BytesIO()
    Image.new("RGB", (120, 160), "teal").save(drawn, "PNG")
    word = standing_in((await at.get(ONE)).text, "csrf")
    png = await at.http.post(path, data={"csrf": word}, files={"Image": ("me.jpg", drawn.getvalue())})
    assert png.status_code == 422
    assert wrong_in(png.text) == {"Image"}
    assert "تصویر JPEG نیست" in png.text
    for size in (1_060_000, 2_000_000, 9_000_000):
        large = await at.http.post(path, data={"csrf": word}, files={"Image": ("me.jpg", bytes(size))})
        assert wrong_in(large.text) == {"Image"}, size
        assert "تصویر بزرگ‌تر از یک مگابایت است" in large.text
    drawn = BytesIO()
    Image.new("RGB", (120, 160), "teal").save(drawn, "JPEG")
    forged = await at.http.post(path, files={"Image": ("me.jpg", drawn.getvalue())})
    assert forged.status_code == 403
    kept = await at.http.post(path, data={"csrf": word}, files={"Image": ("me.jpg", drawn.getvalue())})
    assert "تصویر ثبت شد" in (await at.get(kept.headers["location"])).text
    shown = await at.get(path)
    assert shown.headers["content-type"] == "image/jpeg"
    assert "private" in shown.headers["cache-control"]
    seen = await at.http.get(path, headers={"if-none-match": shown.headers["etag"]})
    assert seen.status_code == 304
    at.person = a_person(Role.UNIVERSITY, organisation_id=OTHERS)
    for address in (path, ONE, f"{ONE}/edit", f"{ONE}/declare/1402", f"{HOME}/results/1402/401-77/letter"):
        missing = await at.get(address)
        assert missing.status_code == 404, address
        assert f'class="btn" href="{HOME}"' in missing.text, "the way back"
    assert "401-77" not in (await at.get(f"{HOME}/residents")).text
    at.person = a_person(Role.MINISTRY)
    assert (await at.get(ONE)).status_code == 403


async def test_a_declaration_changes_until_the_ministry_decides(at: Portal, db: Database, clock: FixedClock) -> None:
    year = year_at(clock.now())
    await registered(at)
    path = f"{ONE}/declare/{year}"
    blank = (await at.get(path)).text
    assert '<option value="3" selected>' in blank  # who is in his second year is declared to the third
    wrong = {"BaliniScore": "60.001", "EthicsScore": "-0", "EndResidencyDate": "1405/99/01", "RejectReasonTypeId": "4"}
    page = await at.post(path, path, **{**DECLARED, **wrong})
    assert page.status_code == 422
    assert wrong_in(page.text) == set(wrong)
    waiting = f"{HOME}/residents?undeclared={year}"
    assert '/residents/401-77"' in (await at.get(waiting)).text
    sent = await at.post(path, path, **DECLARED)
    assert sent.status_code == 303, sent.text
    assert '/residents/401-77"' not in (await at.get(waiting)).text
    page = await at.get(path)
    assert "۱۳۳٫۷۵" in page.text
    seen = standing_in(page.text, "version")
    listed = (await at.get(f"{HOME}/declarations", year=str(year), standing="new", code="3", q="سارا")).text
    assert path in listed
    assert path not in (await at.get(f"{HOME}/declarations", year=str(year), code="4")).text
    assert (await at.get(f"{HOME}/declarations", year="1300")).status_code == 400
    await decided(db, clock, year, Acceptance.TO_CORRECT, "نمرهٔ اخلاق را بازبینی کنید")
    late = await at.post(path, path, **{**DECLARED, "EthicsScore": "20", "version": seen})
    assert late.status_code == 409
    for address in (HOME, f"{HOME}/corrections"):
        page = await at.get(address)
        assert "نمرهٔ اخلاق را بازبینی کنید" in page.text
        assert path in page.text
    seen = standing_in((await at.get(path)).text, "version")
    same = await at.post(path, path, **{**DECLARED, "version": seen})
    assert "اصلاح هنوز ارسال نشده" in (await at.get(same.headers["location"])).text
    mended = await at.post(path, path, **{**DECLARED, "EthicsScore": "20", "version": seen})
    assert mended.status_code == 303
    page = await at.get(path)
    assert "برای بررسی دوباره به وزارت رفت" in page.text
    assert "اصلاح‌شده" in page.text
    assert "مورد اصلاح بعدی" not in page.text
    await decided(db, clock, year, Acceptance.ACCEPTED)
    history = (await at.get(ONE)).text
    assert "<strong>وزارت برای اصلاح برگرداند</strong>" in history
    assert "<strong>وزارت پذیرفت</strong>" in history
    closed = (await at.get(path)).text
    assert "وزارت دربارهٔ این معرفی تصمیم گرفته است" in closed
    assert 'name="EthicsScore"' not in closed
    refused = await at.http.post(path, data={**DECLARED, "csrf": standing_in((await at.get(NEW)).text, "csrf")})
    assert refused.status_code == 422


async def test_what_waits_for_correction_next_is_offered(at: Portal, db: Database, clock: FixedClock) -> None:
    year = year_at(clock.now())
    paths = []
    for place, number in enumerate(("11", "12")):
        code = synthetic_national_code(61_100 + place)
        page = await registered(at, StudentNumber=number, NationalCode=code)
        paths.append(f"{page}/declare/{year}")
        await at.post(paths[-1], paths[-1], **DECLARED)
    picks = [Pick(each.resident, year, each.version) for each in await db.read(declarations.search, year)]
    await db.write(deciding.decide, picks, Acceptance.TO_CORRECT, "نمره را ببینید", MINISTRY, clock.now())
    seen = standing_in((await at.get(paths[0])).text, "version")
    await at.post(paths[0], paths[0], **{**DECLARED, "EthicsScore": "20", "version": seen})
    page = (await at.get(paths[0])).text
    assert "مورد اصلاح بعدی" in page
    assert f'href="{paths[1]}"' in page


async def test_maintenance_is_told_on_every_page_and_keeps_what_was_typed(
    at: Portal, db: Database, clock: FixedClock
) -> None:
    year = year_at(clock.now())
    await registered(at)
    declare = f"{ONE}/declare/{year}"
    until = clock.now() + timedelta(hours=2)
    await db.write(rules.put, Rules(maintenance_until=until, maintenance_note="نصب"), MINISTRY, clock.now())
    lists = (f"{HOME}/{each}" for each in ("residents", "declarations", "corrections", "results"))
    for address in (HOME, *lists, NEW, ONE, f"{ONE}/edit", declare):
        page = (await at.get(address)).text
        assert "در دست نگهداری است" in page, address
        assert "نصب" in page, address
    for address, form, field in (
        (NEW, RESIDENT, "LastName"),
        (f"{ONE}/edit", RESIDENT, "LastName"),
        (declare, DECLARED, "Description"),
    ):
        closed = await at.post(address, address, **{**form, field: "تازه‌نوشته", "StudentNumber": "999"})
        assert closed.status_code == 503, address
        assert int(closed.headers["retry-after"]) == 7200
        assert "چیزی ثبت نشد" in closed.text
        assert "تازه‌نوشته" in closed.text
    word = standing_in((await at.get(ONE)).text, "csrf")
    picture = await at.http.post(f"{ONE}/picture", data={"csrf": word}, files={"Image": ("me.jpg", b"x")})
    assert picture.status_code == 503
    assert wrong_in(picture.text) == {"Image"}
    one = await db.read(residents.find, MINE, "401-77")
    assert one is not None
    assert (one.version, one.last_name) == (1, "آزمون")
    assert await db.read(declarations.search, year) == []
    clock.advance(7201)
    assert "در دست نگهداری است" not in (await at.get(HOME)).text


async def test_courses_have_english_names_and_say_where_they_are_in_doubt(
    at: Portal, db: Database, clock: FixedClock
) -> None:
    await db.write(lambda tx: put(tx, clock.now(), "guide-1001", synthetic_national_code(62_100), course="1724"))
    fa, en = (await at.get(f"{HOME}/residents")).text, (await at.get(f"{HOME}/residents", lang="en")).text
    assert fa.count("چشم پزشکی (قطعی نیست)") == 2, "in the row and in the filter"
    assert en.count("Ophthalmology (uncertain)") == 2
    assert ">Internal medicine</option>" in en
    assert "بیماری‌های" not in en
    assert '<option value="17185">Geriatric medicine (uncertain)</option>' in (await at.get(NEW)).text
    assert "guide-1001" in fa, "beside Latin letters digits stay Latin"
    assert '<option value="1723"></option>' not in fa


async def test_results_are_seen_from_the_hour_of_publication_on(at: Portal, db: Database, clock: FixedClock) -> None:
    year = year_at(clock.now())
    await registered(at)
    path = f"{ONE}/declare/{year}"
    await at.post(path, path, **DECLARED)
    await decided(db, clock, year, Acceptance.ACCEPTED)
    [one] = await db.read(declarations.search, year)
    hour = clock.now() + timedelta(days=2, hours=3)
    closes = clock.now() + timedelta(hours=5)
    deadlines = Year(year=year, closes_at=closes, results_at=hour)
    await db.write(years.put, deadlines, MINISTRY, clock.now())
    await db.write(results.enter, one.resident, year, 2, "در دو درس", MINISTRY, clock.now())
    home = (await at.get(HOME)).text
    assert "۲ روز و ۳ ساعت مانده" in home
    assert "۵ ساعت مانده" in home
    for address in (ONE, path, f"{HOME}/results", f"{HOME}/declarations"):
        page = (await at.get(address)).text
        assert "ارتقا مشروط" not in page, address
        assert "در دو درس" not in page, address
    letter = f"{HOME}/results/{year}/401-77/letter"
    assert (await at.get(letter)).status_code == 404
    clock.advance((hour - clock.now()).total_seconds())
    for address in (ONE, path, f"{HOME}/results?year={year}&result=2"):
        page = (await at.get(address)).text
        assert "ارتقا مشروط" in page, address
        assert f'{letter}"' in page, address
        assert f'{letter}?page=1"' in page, address
    assert (await at.get(f"{letter}?page=1")).status_code == 200
    assert (await at.get(f"{ONE}/declare/1300")).status_code == 404
    late = (await at.get(f"{ONE}/declare/{year + 1}", lang="en")).text
    assert "the year has not come" in late
