"""Letters about codings: published once, told to who wants it, marked by who follows it."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from nabz.access.model import Organisation, OrganisationKind, Role, User, UserStatus
from nabz.access.store import organisations, users
from nabz.kit import jalali, outbox
from nabz.kit.db import Database, Tx
from nabz.terminology.errors import (
    AttachmentRefused,
    LetterIncomplete,
    LetterNumberTaken,
    UnknownLetter,
    UnknownTerminology,
)
from nabz.terminology.model import Attachment, Letter
from nabz.terminology.service import feed, letters
from tests.terminology.making import SECOND, START, Desk, concept

PDF = b"%PDF-1.7\n..."
PNG = b"\x89PNG\r\n\x1a\n..."
JPEG = b"\xff\xd8\xff\xe0..."
ZIP = b"PK\x03\x04..."
PROGRAM = b"MZ\x90\x00\x03..."
CSV = "code,value\n1,سرما\n".encode()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
async def desk(empty_db: Database) -> Desk:
    made = Desk(empty_db)
    await made.define("Ward")
    await made.publish("Ward", "1", concept("a"))
    await empty_db.write(_people)
    return made


def _people(tx: Tx) -> None:
    for id_, kind in (("clinic", OrganisationKind.CLINIC), ("company", OrganisationKind.COMPANY)):
        organisations.add(tx, Organisation(id_, f"نام {id_}", kind, None, active=True), START)
    for username, mail, status in (
        ("sara", "sara@example.org", UserStatus.ACTIVE),
        ("reza", "reza@example.org", UserStatus.ACTIVE),
        ("gone", "gone@example.org", UserStatus.DISABLED),
        ("mute", None, UserStatus.ACTIVE),
        ("idle", "idle@example.org", UserStatus.ACTIVE),
    ):
        person = User(
            id=username, username=username, email=mail, display_name=username, organisation_id="company",
            organisation_name="", organisation_kind=OrganisationKind.COMPANY, status=status, data_set=1,
            second_factor=False, created_at=START, roles=frozenset({Role.VENDOR}),
        )  # fmt: skip
        users.add(tx, person, "hash")


def letter(number: str = "110/5", **more: Any) -> Letter:
    given = {"id": "l" + number.strip(), "title": "ابلاغ کدینگ", "date": "1405/09/01", "published_at": START, **more}
    return Letter(number=number, **given)


async def publish(desk: Desk, one: Letter, *files: tuple[str, bytes]) -> Letter:
    contents = [
        (Attachment(id=f"{one.id} {place}", name=name, type="text/html", size=0), content)
        for place, (name, content) in enumerate(files)
    ]
    return await desk.db.write(letters.publish, one, contents, SECOND, desk.now())


def mails(tx: Tx) -> list[tuple[str, str]]:
    rows = tx.execute(select(outbox.messages).order_by(outbox.messages.c.id)).all()
    assert {row.topic for row in rows} <= {letters.MAIL}
    return [(row.payload["to"], row.payload["subject"]) for row in rows]


async def test_a_letter_is_kept_as_it_was_published(desk: Desk) -> None:
    given = letter(
        " ۱۱۰/۵ ", id="first", title="  عنوان ", date="۱۴۰۵/۹/۱", remark="متن", terminologies=("WARD", "ward ")
    )
    made = await publish(desk, given, ("بخش‌ها.csv", CSV), ("نامه.pdf", PDF))
    found = await desk.db.read(letters.one, " ۱۱۰/۵ ")
    assert found == made == await desk.db.read(letters.one, made.id)
    assert await desk.db.read(letters.all_) == [made]
    assert (made.number, made.title, made.date, made.remark) == ("110/5", "عنوان", "1405/09/01", "متن")
    assert made.terminologies == ("Ward",)
    assert (made.published_by, made.published_at > START) == (SECOND, True)
    assert [(file.name, file.type, file.size) for file in made.attachments] == [
        ("بخش‌ها.csv", "text/csv", len(CSV)),
        ("نامه.pdf", "application/pdf", len(PDF)),
    ]
    for file, content in zip(made.attachments, (CSV, PDF), strict=True):
        assert await desk.db.read(letters.attachment, made.id, file.id) == (file, content)
    assert [(event.what, event.letter) for event in await desk.db.read(feed.events, 1)] == [("letter", "110/5")]


async def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    made = await publish(desk, letter(), ("a.pdf", PDF))
    other = await publish(desk, letter("110/6"))
    for wrong in ("", "110", "110/50", "%"):
        with pytest.raises(UnknownLetter):
            await desk.db.read(letters.one, wrong)
    for letter_id, file_id in ((other.id, made.attachments[0].id), (made.id, "x"), ("x", made.attachments[0].id)):
        with pytest.raises(UnknownLetter):
            await desk.db.read(letters.attachment, letter_id, file_id)
    with pytest.raises(UnknownLetter):
        await desk.db.write(letters.adopt, "x", "clinic", jalali.parse("1405/1/1"), "sara", desk.now())


async def test_letters_are_listed_from_the_newest_on(desk: Desk) -> None:
    for number, date in (("1", "1404/12/29"), ("2", "1405/01/01"), ("3", "1403/06/31"), ("4", "1405/01/01")):
        await publish(desk, letter(number, date=date))
    assert [one.number for one in await desk.db.read(letters.all_)] == ["4", "2", "1", "3"]


async def test_a_letter_that_is_not_whole_is_refused_and_leaves_nothing(desk: Desk) -> None:
    await publish(desk, letter())
    before = await desk.db.read(letters.all_), await desk.db.read(feed.newest), await desk.db.read(mails)
    for wrong, problem in (
        (letter("110/5", id="other"), LetterNumberTaken),
        (letter(" ۱۱۰/۵", id="other"), LetterNumberTaken),
        (letter(" "), LetterIncomplete),
        (letter("7", title="\u00a0"), LetterIncomplete),
        (letter("7", date=""), LetterIncomplete),
        (letter("7", date="1405/13/01"), jalali.DateWrong),
        (letter("7", date="1404/12/30"), jalali.DateWrong),
        (letter("7", date="2026-03-21"), jalali.DateWrong),
        (letter("7", date="دیروز"), jalali.DateWrong),
        (letter("7", terminologies=("Ward", "nowhere")), UnknownTerminology),
    ):
        with pytest.raises(problem):
            await publish(desk, wrong, ("a.pdf", PDF))
    with pytest.raises(AttachmentRefused):
        await publish(desk, letter("7"), ("a.pdf", PDF), ("b.pdf", PROGRAM))
    after = await desk.db.read(letters.all_), await desk.db.read(feed.newest), await desk.db.read(mails)
    assert after == before


def test_a_file_is_known_by_what_it_holds() -> None:
    for name, content, type_ in (
        ("a.pdf", PDF, "application/pdf"),
        ("نامه.PDF", PDF, "application/pdf"),
        ("a.b.xlsx", ZIP, XLSX),
        ("a.zip", ZIP, "application/zip"),
        ("a.png", PNG, "image/png"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("a.csv", CSV, "text/csv"),
        ("a.pdf", PDF.ljust(letters.MOST_MB << 20), "application/pdf"),
    ):
        assert letters.check_attachment(name, content) == type_


def test_a_file_that_is_not_what_its_name_says_is_refused() -> None:
    for name, content in (
        ("a.pdf", PROGRAM),
        ("a.csv", PROGRAM),
        ("a.csv", b"\xff\xfe1\x002\x00"),
        ("a.csv", "سلام".encode("cp1256")),
        ("a.pdf", ZIP),
        ("a.png", PDF),
        ("a.jpeg", PDF),
        ("a.jpeg", ZIP),
        ("a.jpeg", PNG),
        ("a.exe", PDF),
        ("a.xlsm", ZIP),
        ("a.svg", b"<svg/>"),
        ("a.html", b"<html>"),
        ("pdf", PDF),
        ("", PDF),
        ("a.pdf.exe", PDF),
        ("a.pdf", b" " + PDF),
        ("a.pdf", b""),
        ("a.csv", b""),
        ("a.pdf", PDF.ljust((letters.MOST_MB << 20) + 1)),
    ):
        with pytest.raises(AttachmentRefused):
            letters.check_attachment(name, content)


async def test_each_subscriber_is_told_once_of_each_letter_and_version(desk: Desk) -> None:
    for person in ("sara", "reza", "gone", "mute", "sara", "nobody"):
        await desk.db.write(letters.subscribe, person, desk.now())
    await publish(desk, letter("۱۱۰/۶", title="عنوان"))
    told = [(f"{name}@example.org", "ابلاغیهٔ ۱۱۰/۶: عنوان") for name in ("reza", "sara")]
    assert await desk.db.read(mails) == told
    await desk.db.write(letters.unsubscribe, "reza")
    await desk.db.write(letters.unsubscribe, "reza")
    subscribed = [await desk.db.read(letters.subscribed, person) for person in ("sara", "reza", "idle")]
    assert subscribed == [True, False, False]
    await desk.publish("Ward", "2", concept("b"))
    assert await desk.db.read(mails) == [*told, ("sara@example.org", "نسخهٔ تازهٔ کدهای Ward")]
    await desk.withdraw("Ward", "2")
    assert len(await desk.db.read(mails)) == 3


async def test_the_last_word_about_an_adoption_counts(desk: Desk) -> None:
    first, second = await publish(desk, letter("1")), await publish(desk, letter("2"))
    day = jalali.parse("1405/10/1")
    for which, organisation, since in (
        (first, "clinic", day),
        (first, "company", jalali.parse("1405/1/31")),
        (first, "clinic", jalali.parse("1405/2/1")),
        (second, "clinic", day),
    ):
        await desk.db.write(letters.adopt, which.id, organisation, since, "sara", desk.now())
    marks = await desk.db.read(letters.adoptions, first.id)
    assert [(mark.organisation, mark.organisation_name, mark.since) for mark in marks] == [
        ("company", "نام company", "1405/01/31"),
        ("clinic", "نام clinic", "1405/02/01"),
    ]
    assert await desk.db.read(letters.adopted_by, "clinic") == {first.id: "1405/02/01", second.id: "1405/10/01"}
    assert await desk.db.read(letters.adopted_by, "nobody") == {}
    await publish(desk, letter("3"))
    report = await desk.db.read(letters.report)
    assert [(one.number, [mark.organisation for mark in marks]) for one, marks in report] == [
        ("3", []),
        ("2", ["clinic"]),
        ("1", ["company", "clinic"]),
    ]
    assert all(msgspec.structs.replace(one, attachments=()) == one for one, _ in report)
