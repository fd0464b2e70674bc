"""Letters: read by all, published by the committee with their files, marked by vendors, and the operator's report."""

import csv
import io
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx2 import Response

from nabz.access.model import Organisation, OrganisationKind, Role, User, UserStatus
from nabz.access.store import organisations, users
from nabz.kit import outbox
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx
from nabz.kit.digest import Keyring
from nabz.terminology.pages import letters
from nabz.terminology.service import letters as service
from tests.fakes import Portal, a_person
from tests.terminology.codings import CONTENT, FILE, LETTER, Shelf

NEW, LIST = "/maxa/letters/new", "/maxa/letters"
ONE = f"{LIST}/{LETTER.id}"
EDITOR = a_person(Role.CODING_EDITOR, user_id="ed1", organisation_id="o1")
OPERATOR = a_person(Role.OPERATOR, user_id="op1", organisation_id="o1")
VENDOR = a_person(Role.VENDOR, user_id="v1", organisation_id="acme")
FORM = {
    "number": "۱۱۰/۲۰۰",
    "title": "کدینگ تازه",
    "date": "۱۴۰۵/۰۸/۲۰",
    "remark": "شرح",
    "terminologies": "ward، Room",
}
PDF = b"%PDF-1.7\n" + b"x" * 100


@pytest.fixture
async def shelf(db: Database) -> AsyncIterator[Shelf]:
    made = Shelf(db)
    await made.fill()
    yield made
    await made.close()


@pytest.fixture
async def portal(shelf: Shelf, clock: FixedClock) -> AsyncIterator[Portal]:
    def people(tx: Tx) -> None:
        for id_, name in (("acme", "شرکت آزمون"), ("other", '=HYPERLINK("http://x")'), ("shut", "بسته")):
            company = Organisation(id_, name, OrganisationKind.COMPANY, national_id=None, active=id_ != "shut")
            organisations.add(tx, company, clock.now())
        organisations.add(
            tx, Organisation("clinic", "درمانگاه", OrganisationKind.CLINIC, None, active=True), clock.now()
        )
        person = User(
            id="v1",
            username="vendor",
            email="v1@example.org",
            display_name="فروشنده",
            organisation_id="acme",
            organisation_name="",
            organisation_kind=OrganisationKind.COMPANY,
            status=UserStatus.ACTIVE,
            data_set=1,
            second_factor=False,
            created_at=clock.now(),
            roles=frozenset({Role.VENDOR}),
        )
        users.add(tx, person, None)

    await shelf.db.write(people)
    made = Portal(shelf.db, clock, Keyring(b"test-only-key" * 5), [letters.routes()])
    yield made
    await made.close()


async def send(portal: Portal, *files: tuple[str, bytes], **fields: Any) -> Response:
    """Publish a letter by the form."""
    page = (await portal.get(NEW)).text
    found = re.search(r'name="csrf" value="(\w+)"', page)
    assert found, page
    attached: Any = [("files", file) for file in files] or [("files", ("", b""))]
    return await portal.http.post(NEW, data={"csrf": found[1], **FORM, **fields}, files=attached)


async def letters_sent(shelf: Shelf, clock: FixedClock) -> list[dict[str, Any]]:
    return [message.payload for message in await shelf.db.write(outbox.lease, ["notify.mail"], clock.now())]


# ---------------------------------------------------------------- reading


async def test_everybody_reads_letters_and_takes_their_files(portal: Portal) -> None:
    page = (await portal.get(LIST)).text
    assert "ابلاغ کدینگ بخش‌ها" in page
    assert "۱۱۰/۵" in page
    assert "<form" not in page.split('id="content"')[1]
    page = (await portal.get(ONE)).text
    assert "از این پس به کار رود" in page
    assert "/maxa/t/Ward" in page
    answer = await portal.get(f"{ONE}/files/{FILE.id}")
    assert answer.content == CONTENT
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].endswith("sandbox")
    told = answer.headers["content-disposition"]
    assert told.startswith('attachment; filename="')
    assert told.isascii()
    assert "filename*=UTF-8''%D8%A8" in told
    for path in (f"{LIST}/none", f"{ONE}/files/none", f"{LIST}/none/files/{FILE.id}"):
        assert (await portal.get(path)).status_code == 404


async def test_a_number_with_its_stroke_leads_to_its_letter(portal: Portal) -> None:
    for number in ("110/5", "۱۱۰/۵", "110%2F5"):
        answer = await portal.get(f"{LIST}/{number}")
        assert answer.headers["location"] == ONE, number
    assert (await portal.get(f"{LIST}/110/6")).status_code == 404


async def test_a_letter_shows_operators_who_uses_it(portal: Portal) -> None:
    portal.person = VENDOR
    await portal.post(f"{ONE}/in-use", ONE, since="1405/08/30")
    assert "/maxa/letters/report" not in (await portal.get(ONE)).text
    portal.person = OPERATOR
    page = (await portal.get(ONE)).text
    assert "شرکت آزمون" in page
    assert "از ۱۴۰۵/۰۸/۳۰" in page
    assert "/maxa/letters/report" in page


async def test_the_pages_are_told_in_english_too(portal: Portal) -> None:
    portal.person = OPERATOR
    for path in (LIST, ONE, NEW, f"{LIST}/report"):
        page = await portal.get(path, lang="en")
        assert page.status_code == 200
        assert 'dir="ltr"' in page.text


# ---------------------------------------------------------------- writing


async def test_a_letter_is_published_with_its_files_and_subscribers_are_told(
    portal: Portal, shelf: Shelf, clock: FixedClock
) -> None:
    portal.person = VENDOR
    assert (await portal.post(f"{LIST}/subscribe", LIST)).status_code == 303
    assert "لغو اشتراک" in (await portal.get(LIST)).text
    portal.person = EDITOR
    answer = await send(portal, ("راهنما.pdf", PDF), ("codes.csv", b"code,value\n"))
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"]
    page = (await portal.get(place)).text
    for text in ("کدینگ تازه", "۱۱۰/۲۰۰", "۱۴۰۵/۰۸/۲۰", "راهنما.pdf", "codes.csv", "/maxa/t/Room"):
        assert text in page, text
    letter = await shelf.db.read(service.one, "110/200")
    assert letter.terminologies == ("Ward", "Room")
    assert [(one.type, one.size) for one in letter.attachments] == [("application/pdf", len(PDF)), ("text/csv", 11)]
    [mail] = await letters_sent(shelf, clock)
    assert mail["to"] == "v1@example.org"
    assert "کدینگ تازه" in mail["subject"]


async def test_who_has_left_the_list_is_told_no_longer(portal: Portal, shelf: Shelf, clock: FixedClock) -> None:
    portal.person = VENDOR
    await portal.post(f"{LIST}/subscribe", LIST)
    await portal.post(f"{LIST}/unsubscribe", LIST)
    assert "می‌خواهید" in (await portal.get(LIST)).text
    portal.person = EDITOR
    await send(portal)
    assert await letters_sent(shelf, clock) == []


async def test_what_is_wrong_with_a_letter_is_told_beside_its_field(portal: Portal, shelf: Shelf) -> None:
    portal.person = EDITOR
    for field, text in (
        ("number", " "),
        ("number", "110/5"),
        ("title", ""),
        ("title", "x" * 301),
        ("date", "1405/13/01"),
        ("date", ""),
        ("terminologies", "Nowhere"),
        ("remark", "x" * 4001),
    ):
        answer = await send(portal, ("a.pdf", PDF), **{field: text})
        assert answer.status_code == 422, (field, text)
        assert f'id="f-{field}-error"' in answer.text, (field, text)
        if field != "remark":
            assert "شرح" in answer.text
    assert len(await shelf.db.read(service.all_)) == 1


BAD_FILES = {
    "a program": ("a.exe", b"MZ" + b"x" * 100),
    "a program by another name": ("a.pdf", b"MZ" + b"x" * 100),
    "a page": ("a.html", b"<script>alert(1)</script>"),
    "nothing": ("a.csv", b""),
    "too much": ("a.pdf", PDF + b"x" * (5 << 20)),
}


@pytest.mark.parametrize("what", BAD_FILES)
async def test_a_file_that_we_do_not_pass_on_is_refused(portal: Portal, shelf: Shelf, what: str) -> None:
    portal.person = EDITOR
    answer = await send(portal, BAD_FILES[what])
    assert answer.status_code == 422
    assert 'id="f-files-error"' in answer.text
    assert f"{BAD_FILES[what][0]}: پیوست باید" in answer.text
    assert "حداکثر ۵ مگابایت" in answer.text
    assert "کدینگ تازه" in answer.text
    assert len(await shelf.db.read(service.all_)) == 1


async def test_too_many_and_too_large_files_are_refused(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    portal.person = EDITOR
    answer = await send(portal, *[(f"{place}.pdf", PDF) for place in range(6)])
    assert answer.status_code == 422
    assert 'id="f-files-error"' in answer.text
    monkeypatch.setattr(letters, "MOST", 500)
    answer = await send(portal, ("a.pdf", PDF * 10))
    assert answer.status_code == 413
    assert 'id="f-files-error"' in answer.text


async def test_only_the_committee_and_operators_publish_letters(portal: Portal) -> None:
    for person, status in ((None, 303), (VENDOR, 403), (EDITOR, 200), (OPERATOR, 200)):
        portal.person = person
        assert (await portal.get(NEW)).status_code == status
        assert (await portal.get(f"{LIST}/report")).status_code == (403 if person is EDITOR else status)
        assert (await portal.get(f"{LIST}/report.csv")).status_code == (403 if person is EDITOR else status)
    portal.person = EDITOR
    answer = await portal.http.post(NEW, data=FORM, files={"files": ("a.pdf", PDF)})
    assert answer.status_code == 403


# ---------------------------------------------------------------- in use since


async def test_a_vendor_says_since_when_and_the_operator_sees_it(portal: Portal) -> None:
    portal.person = VENDOR
    assert "ثبت نشده" in (await portal.get(LIST)).text
    assert (await portal.post(f"{ONE}/in-use", ONE, since="۱۴۰۵/۰۸/۳۰")).status_code == 303
    assert "۱۴۰۵/۰۸/۳۰" in (await portal.get(ONE)).text
    assert (await portal.post(f"{ONE}/in-use", ONE, since="1405/09/01")).status_code == 303  # today
    assert "از ۱۴۰۵/۰۹/۰۱" in (await portal.get(LIST)).text
    portal.person = OPERATOR
    page = (await portal.get(f"{LIST}/report")).text
    used, _, silent = page.partition("<summary>ثبت نکرده‌اند")
    assert "شرکت آزمون" in used
    assert "۱۴۰۵/۰۹/۰۱" in used
    assert "HYPERLINK" in silent
    for name in ("بسته", "درمانگاه"):
        assert name not in silent


async def test_a_day_that_has_not_come_or_is_none_is_told(portal: Portal) -> None:
    portal.person = VENDOR
    wrong = {"1405/09/02": "در آینده", "1403/01/04": "پیش از آن نیست", "1405/13/01": "درست نیست", "": "درست نیست"}
    for since, why in wrong.items():
        answer = await portal.post(f"{ONE}/in-use", ONE, since=since)
        assert answer.status_code == 422
        assert why in answer.text
        assert f'value="{since}"' in answer.text or not since
    assert "ثبت نشده" in (await portal.get(LIST)).text
    assert (await portal.post(f"{LIST}/none/in-use", ONE, since="1405/01/01")).status_code == 404


async def test_only_vendors_say_that_they_use_it(portal: Portal) -> None:
    for person in (None, EDITOR, OPERATOR):
        portal.person = person
        assert "به کار برده‌ایم" not in (await portal.get(ONE)).text
        answer = await portal.http.post(f"{ONE}/in-use", data={"since": "1405/01/01"})
        assert answer.status_code == (303 if person is None else 403)


async def test_the_report_as_a_table_runs_nothing_in_a_spreadsheet(portal: Portal) -> None:
    portal.person = VENDOR
    await portal.post(f"{ONE}/in-use", ONE, since="1405/08/30")
    portal.person = OPERATOR
    answer = await portal.get(f"{LIST}/report.csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {(row["organisation"], row["in_use_since"]) for row in rows} == {
        ("شرکت آزمون", "1405/08/30"),
        ('\'=HYPERLINK("http://x")', ""),
    }
    assert {row["letter"] for row in rows} == {"110/5"}
