"""The letter about a result: one page of A4, with a number that nobody makes up and anybody may confirm."""

import io
import re
import sys
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from pypdf import PdfReader

from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx
from nabz.kit.digest import Keyring
from nabz.residency.model import Acceptance
from nabz.residency.model.letters import read_number
from nabz.residency.pages import letters
from nabz.residency.service import letters as service
from nabz.web.pages import Pages
from tests.fakes import Portal
from tests.residency.registered import MINE, NAME, YEAR, decided, declared, furnish, published, registered, with_result

KEYS = Keyring(b"test-only-key" * 5)
LETTER = "/letter/{id}"
pytestmark = pytest.mark.wire


class Reader(Portal):
    """A browser that is given a letter, and its number."""

    db: Database
    resident: str
    number: str


def handing() -> Pages:
    """Give anybody's letter, as a page of the ministry does."""
    pages = Pages("residency")

    @pages.get(LETTER, summary="A letter")
    async def give(call):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        return await letters.answer(call, call.db, call.path["id"], YEAR, "/simad")

    return pages


def a_resident(tx: Tx, clock: FixedClock) -> str:
    """One whose result is published."""
    now = clock.now()
    furnish(tx, now)
    one = registered(tx, now, "405-A-1", MINE)
    decided(tx, now, declared(tx, now, "405-A-1"), Acceptance.ACCEPTED)
    with_result(tx, now, declared(tx, now, "405-A-1"), 1)
    published(tx, now)
    return one.id


@pytest.fixture
async def at(db: Database, clock: FixedClock) -> AsyncIterator[Reader]:
    portal = Reader(db, clock, KEYS, [letters.routes(), handing()])
    portal.db = db
    portal.resident = await db.write(a_resident, clock)
    letter = await db.read(service.of, KEYS, portal.resident, YEAR, clock.now())
    portal.number = str(letter.number)
    yield portal
    await portal.close()


async def test_the_letter_is_one_page_of_a4_with_all_it_has_to_say(at: Reader) -> None:
    page = (await at.get(f"/letter/{at.resident}", page="1", lang="en")).text
    for text in (NAME, "مینا آزمون", at.number, "ارتقا", "۱۴۰۵–۱۴۰۶", "data:image/svg+xml", "۱۳۳٫۵"):
        assert text in page, text
    assert 'lang="fa" dir="rtl"' in page, "whoever reads English still hands in a Persian letter"
    answer = await at.get(f"/letter/{at.resident}")
    assert answer.headers["content-type"] == "application/pdf"
    (sheet,) = PdfReader(io.BytesIO(answer.content)).pages
    assert [round(float(side) / 72 * 25.4) for side in sheet.mediabox[2:]] == [210, 297]
    lines = [line.strip() for line in sheet.extract_text().splitlines()]
    assert at.number in lines, "beside Persian words readers of PDF turn it about"


async def test_a_letter_that_was_made_is_given_again_until_it_says_something_else(
    at: Reader, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = [await at.get(f"/letter/{at.resident}") for _ in range(2)]
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    again = await at.get(f"/letter/{at.resident}")
    assert first.content == second.content == again.content
    assert again.headers["content-type"] == "application/pdf"

    def change(tx: Tx) -> None:
        with_result(tx, clock.now(), declared(tx, clock.now(), "405-A-1"), 3)

    await at.db.write(change)
    assert "تجدید دوره" in (await at.get(f"/letter/{at.resident}")).text


async def test_without_the_libraries_the_page_itself_is_shown(at: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    answer = await at.get(f"/letter/{at.resident}")
    assert answer.status_code == 200
    assert "ساخت PDF روی این سرور ممکن نیست" in answer.text
    assert at.number in answer.text


async def test_anybody_confirms_a_letter_and_learns_no_more_than_he_needs(at: Reader) -> None:
    typed = f" {at.number[:-12]}{at.number[-12:].lower()} ".replace("1", "۱")
    for page in (await at.get(f"/simad/letter/{at.number}"), await at.get("/simad/letter", number=typed)):
        assert page.status_code == 200, page.text
        assert "این نامه درست است" in page.text
        assert "م. آ." in page.text
        assert "آزمون" not in page.text
        assert MINE not in page.text
    known = read_number(at.number)
    assert known
    turned = "0" if known.mark[-1] != "0" else "1"
    forged = [
        f"{known.year}-{known.student_number}-{known.mark[:-1]}{turned}",
        f"{YEAR - 1}-{known.student_number}-{known.mark}",
        f"{known.year}-405-A-2-{known.mark}",
        "1405--000000000000",
        "<script>",
    ]
    told = set()
    for number in forged:
        page = await at.get("/simad/letter", number=number)
        assert page.status_code == 404, number
        told.add(re.sub(r'value="[^"]*"|[0-9a-f]{32,}|[0-9a-f-]{36}', "", page.text))
    assert len(told) == 1, "the answer does not tell what is wrong with the number"


async def test_a_letter_whose_result_has_changed_is_confirmed_no_more(at: Reader, clock: FixedClock) -> None:
    def change(tx: Tx) -> None:
        with_result(tx, clock.now(), declared(tx, clock.now(), "405-A-1"), 3)

    await at.db.write(change)
    assert (await at.get(f"/simad/letter/{at.number}")).status_code == 404
    new = await at.db.read(service.of, KEYS, at.resident, YEAR, clock.now())
    assert str(new.number) != at.number
    assert "تجدید دوره" in (await at.get(f"/simad/letter/{new.number}")).text
    await at.db.write(published, clock.now(), clock.now() + timedelta(days=1))
    assert (await at.get(f"/simad/letter/{new.number}")).status_code == 404, "published later after all"
    assert (await at.get(f"/letter/{at.resident}")).status_code == 404
