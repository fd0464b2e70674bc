"""A resident's own pages: who is sent where, proven by a code, his alone, results only when they are published."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import select

from nabz.access.model import Role
from nabz.kit import outbox
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx
from nabz.kit.digest import Keyring
from nabz.kit.persian import persian_digits, synthetic_national_code
from nabz.registries.model import Person, PersonId, PersonIdType
from nabz.registries.service import people
from nabz.residency.model import Acceptance, Resident
from nabz.residency.pages import histories, landing, me
from nabz.residency.pages.frame import Words
from nabz.residency.seed.demo import REFUSAL, first_code
from nabz.residency.service import declarations, pictures, residents
from nabz.residency.service.proving import MOST_OF_NETWORK
from tests.fakes import Portal, a_person
from tests.residency.office import YEAR as OFFICE_YEAR
from tests.residency.office import Office
from tests.residency.registered import (
    MINE,
    MOBILE,
    NAME,
    OTHERS,
    YEAR,
    caller,
    decided,
    declared,
    furnish,
    published,
    registered,
    with_result,
)

KEYS = Keyring(b"test-only-key" * 5)
FILE, CODE = "/simad/me/file", "/simad/me/code"
NOBODY = synthetic_national_code(699)
pytestmark = pytest.mark.wire


class Browser(Portal):
    """A browser on /simad."""

    db: Database
    clock: FixedClock
    mine: Resident
    other: Resident

    async def sent(self) -> list[tuple[str, str]]:
        """The codes that went out, with their mobiles, the last one last."""

        def read(tx: Tx) -> list[tuple[str, str]]:
            rows = tx.execute(select(outbox.messages.c.payload).order_by(outbox.messages.c.id))
            return [(row.payload["to"], re.findall(r"\b[0-9]{6}\b", row.payload["text"])[0]) for row in rows]

        return await self.db.read(read)

    async def name(self, number: str, **more: str) -> httpx2.Response:
        """Say who one is."""
        return await self.post("/simad/me", "/simad", identity=number, **more)

    async def enter(self, number: str = MINE) -> httpx2.Response:
        """Prove it."""
        await self.name(persian_digits(number))
        (*_, (_, code)) = await self.sent()
        return await self.post(CODE, CODE, code=persian_digits(code))


@pytest.fixture
async def at(db: Database, clock: FixedClock) -> AsyncIterator[Browser]:
    portal = Browser(db, clock, KEYS, [landing.routes(), *me.routes()])
    portal.db, portal.clock = db, clock
    await db.write(furnish, clock.now())
    portal.mine = await db.write(registered, clock.now(), "40500001", MINE)
    portal.other = await db.write(registered, clock.now(), "40500002", OTHERS)
    yield portal
    await portal.close()


async def test_who_works_there_is_sent_to_his_pages_and_all_others_see_the_door(at: Browser) -> None:
    for role, place in ((Role.UNIVERSITY, "/simad/university"), (Role.MINISTRY, "/simad/ministry")):
        at.person = a_person(role)
        assert (await at.get("/simad")).headers["location"] == place
    for person in (a_person(Role.CITIZEN), None):
        at.person = person
        page = await at.get("/simad")
        assert page.status_code == 200
        assert 'name="identity"' in page.text
        assert "/login?next=%2Fsimad" in page.text


async def test_a_resident_sees_his_own_file_and_results_only_when_they_are_published(at: Browser) -> None:
    now = at.clock.now()
    one = await at.db.write(declared, now, "40500001")
    await at.db.write(decided, now, one, Acceptance.TO_CORRECT, "لاگ‌بوک را بفرستید")
    await at.db.write(pictures.put, "40500001", pictures.Painted(b"\xff\xd8\xffmine", "d1"), caller(), now)
    await at.db.write(pictures.put, "40500002", pictures.Painted(b"\xff\xd8\xffother", "d2"), caller(), now)
    assert (await at.get(FILE)).headers["location"] == "/simad"
    assert (await at.enter()).headers["location"] == FILE
    page = (await at.get(FILE)).text
    for text in ("مینا آزمون", NAME, persian_digits("40500001"), "لاگ‌بوک را بفرستید", "۵۵٫۵", "بیماری‌های داخلی"):
        assert text in page, text
    assert persian_digits("40500002") not in page
    assert (await at.get(f"/simad/me/picture/{at.mine.id}")).content == b"\xff\xd8\xffmine"
    assert (await at.get(f"/simad/me/picture/{at.other.id}")).status_code == 404
    await at.db.write(accepted_with_result, at, 2)
    await at.db.write(published, now, now + timedelta(hours=1))
    letter = f"/simad/me/results/{YEAR}/{at.mine.id}/letter"
    assert "ارتقا مشروط" not in (await at.get(FILE)).text
    assert (await at.get(letter)).status_code == 404
    at.clock.advance(3600)
    await at.enter()
    page = (await at.get(FILE)).text
    assert "ارتقا مشروط" in page
    assert letter in page
    assert (await at.get(f"{letter}?page=1")).status_code == 200
    assert (await at.get(letter.replace(at.mine.id, at.other.id))).status_code == 404
    await at.post("/simad/me/out", FILE)
    assert (await at.get(FILE)).headers["location"] == "/simad"


def accepted_with_result(tx: Tx, at: Browser, result: int) -> None:
    """What the university has corrected is accepted, and the examination is over."""
    now = at.clock.now()
    one = declared(tx, now, "40500001")
    decided(tx, now, one, Acceptance.ACCEPTED)
    with_result(tx, now, one, result)


async def test_the_demo_names_a_resident_and_accepts_without_a_word_of_refusal(simad: Office) -> None:
    door = (await simad.client.get("/simad")).text
    assert f'<bdi class="ltr">{first_code()}</bdi>' in door
    [one] = await simad.db.read(residents.of_person, first_code())
    history = await simad.db.read(residents.history, one.id)
    assert {line.who for line in histories.lines(history, {}, Words("fa", simad.clock.now()), ())} == {"دادهٔ نمایشی"}
    former = await simad.db.read(declarations.search, OFFICE_YEAR - 1)
    assert {bool(each.note) for each in former if each.acceptance == Acceptance.ACCEPTED} == {False}
    assert {each.note for each in former if each.acceptance == Acceptance.REFUSED} == {REFUSAL}


async def test_nobody_learns_whether_a_number_is_known(at: Browser) -> None:
    pages = []
    for number in (MINE, NOBODY):
        answer = await at.name(number)
        assert answer.headers["location"] == CODE
        pages.append(re.sub(r"[0-9a-f]{32,}|[0-9a-f-]{36}", "", (await at.get(CODE)).text))
        wrong = await at.post(CODE, CODE, code="000000")
        assert wrong.status_code == 422
        assert "کد نادرست است" in wrong.text
        again = await at.name(number)
        assert again.headers["location"] == CODE
    assert pages[0] == pages[1]
    assert [to for to, _ in await at.sent()] == [MOBILE]
    for wrong_number in ("1234567890", "۱۲", "x" * 30):
        answer = await at.name(wrong_number)
        assert answer.status_code == 422, wrong_number
        assert "کد ملی درست نیست" in answer.text


async def test_an_impatient_thumb_is_answered_like_the_first_time(at: Browser) -> None:
    await at.name(MINE)
    ((_, code),) = await at.sent()
    for _ in range(3):
        assert (await at.post(CODE, CODE, code=code)).headers["location"] == FILE
    landed = (await at.get("/simad")).text
    assert 'action="/simad/me/out"' in landed.split("</header>")[0]
    assert 'href="/login"' not in landed.split("</header>")[0]
    at.http.cookies.delete("nabz_simad")
    at.http.cookies.delete("nabz_simad_asked")
    await at.name(MINE)  # another browser with the same code
    assert len(await at.sent()) == 2, "a used code lets the next one come at once"
    assert (await at.post(CODE, CODE, code=code)).status_code == 422


async def test_the_code_goes_to_the_registrys_mobile_and_else_to_the_newest_records(at: Browser) -> None:
    now = at.clock.now()
    passport, foreign_mobile = "A1234567", "09120000603"

    def add(tx: Tx) -> None:
        registered(tx, now, "40400009", MINE, course="1731", start_year=1404, mobile="09120000699")
        registered(tx, now, "40500003", passport, is_irani=False, first_name="John", mobile="")
        person = Person(PersonId(PersonIdType.PASSPORT, passport), "John", "آزمون", mobile=foreign_mobile)
        people.put(tx, person, now)

    await at.db.write(add)
    await at.enter()
    assert "بیهوشی" not in (await at.get(FILE)).text, "another mobile stands there: not proven"
    await at.name(passport.lower())
    await at.name("12345678", foreign="1")
    assert [to for to, _ in await at.sent()] == [MOBILE, foreign_mobile]

    async def register(mobile: str) -> None:
        person = Person(PersonId(PersonIdType.NATIONAL_CODE, MINE), "سارا", "آزمون", mobile=mobile)
        await at.db.write(lambda tx: people.put(tx, person, now))

    await register(MOBILE)
    assert "بیهوشی" in (await at.get(FILE)).text, "the civil registry knows the mobile: all is his"
    await register("09120000698")
    assert (await at.get(FILE)).headers["location"] == "/simad", "the mobile is another by now"


async def test_codes_are_counted_by_the_network_they_are_asked_from(
    at: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_OF_NETWORK >= 100, "a teaching hospital asks behind one address"
    monkeypatch.setattr("nabz.residency.service.proving.MOST_OF_NETWORK", 2)
    assert [(await at.name(synthetic_national_code(n))).status_code for n in (611, 612)] == [303, 303]
    refused = await at.name(MINE)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert "کدهای زیادی" in refused.text
    assert not await at.sent()
    at.clock.advance(3601)
    assert (await at.name(MINE)).status_code == 303
