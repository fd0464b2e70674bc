"""The ministry's pages: the inbox and its decisions, deadlines, results, code tables, maintenance, figures."""

import csv
import io
import re
from collections.abc import AsyncIterator
from html import unescape

import msgspec
import pytest

from nabz.access.model import DEMO, Role
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx
from nabz.kit.digest import Keyring
from nabz.kit.persian import synthetic_national_code
from nabz.residency.errors import Refused, UnderMaintenance
from nabz.residency.model import Acceptance, CodeKind, Declaration, DeclarationDraft, Filter
from nabz.residency.pages import ministry
from nabz.residency.service import codes, declarations, results, rules, years
from tests.fakes import Portal, a_person
from tests.residency.registered import NAME, UNIVERSITY, YEAR, caller, decided, declared, furnish, registered

HOME = "/simad/ministry"
DECIDE = f"{HOME}/decide"
pytestmark = pytest.mark.wire


@pytest.fixture
async def at(db: Database, clock: FixedClock) -> AsyncIterator[Portal]:
    """An expert of the ministry; a university is there, and nobody declared."""
    await db.write(furnish, clock.now())
    portal = Portal(db, clock, Keyring(b"test-only-key" * 5), ministry.routes())
    portal.person = a_person(Role.MINISTRY)
    yield portal
    await portal.close()


def some_declared(tx: Tx, /, clock: FixedClock, count: int, **changed: object) -> list[Declaration]:
    """Declare so many residents, numbered in their order."""
    found: list[Declaration] = []
    for place in range(count):
        code = synthetic_national_code(62_000 + place)
        registered(tx, clock.now(), f"1405{place:03}", code, last_name=f"شمارهٔ {place}", **changed)
        found.append(declared(tx, clock.now(), f"1405{place:03}"))
    return found


def change_score(tx: Tx, one: Declaration, clock: FixedClock) -> None:
    """Let the university change its declaration."""
    draft = {name: getattr(one, name) for name in DeclarationDraft.__struct_fields__}
    declarations.put(tx, DeclarationDraft(**{**draft, "clinical": 100}), caller(), clock.now())


def become_another(tx: Tx, /, clock: FixedClock, place: int) -> None:
    """Let the university put another person under the number of one who is declared."""
    registered(tx, clock.now(), f"1405{place:03}", synthetic_national_code(63_000), last_name="شمارهٔ دیگر")


def picked(*some: Declaration) -> dict[str, str]:
    """Tick these rows."""
    return {f"pick_{one.resident}": str(one.version) for one in some}


def places_in(page: str) -> list[int]:
    """Read which of the declared residents a list shows."""
    return [int(place) for place in re.findall(r">مینا شمارهٔ (\d+)</a>", page)]


def link_in(page: str, rel: str) -> str:
    """Give where the page before or behind is."""
    (found,) = re.findall(rf'rel="{rel}" href="([^"]+)"|href="([^"]+)"[^>]*rel="{rel}"', page)
    return unescape(found[0] or found[1])


async def standings(db: Database) -> dict[str, int]:
    counts = await db.read(declarations.count, YEAR)
    return {standing: count for standing, count in counts.by.items() if count}


async def test_the_inbox_is_leafed_through_in_both_directions_and_filtered(
    at: Portal, db: Database, clock: FixedClock
) -> None:
    some = await db.write(some_declared, clock, 53)
    first = await at.get(HOME)
    assert places_in(first.text) == list(range(50))
    assert NAME in first.text
    second = await at.http.get(link_in(first.text, "next"))
    assert places_in(second.text) == [50, 51, 52]
    assert places_in((await at.http.get(link_in(second.text, "prev"))).text) == list(range(50))
    await db.write(decided, clock.now(), some[7], Acceptance.REFUSED, "دلیل")
    refused = await at.get(HOME, standing="refused", university=UNIVERSITY, course="۱۷۱۰", code="2", type="1")
    assert places_in(refused.text) == [7]
    assert "همه (۵۳)" in refused.text
    assert places_in((await at.get(HOME, q="شماره 12")).text) == [12]
    assert places_in((await at.get(HOME, national=synthetic_national_code(62_003), number="1405003")).text) == [3]
    assert not places_in((await at.get(HOME, year="1404")).text)
    assert (await at.get(HOME, year="فردا")).status_code == 400
    # The list goes out as it is filtered, and its courses are chosen by their titles.
    (xlsx,) = re.findall(r'href="([^"]+format=xlsx[^"]*)"', refused.text)
    assert "standing=refused" in xlsx
    assert 'value="1710" selected' in (await at.get(HOME, course="1710")).text
    # A declaration leads on to its neighbours of the same list.
    path = f"{HOME}/declarations/{YEAR}/{some[7].resident}"
    one = (await at.get(path)).text
    assert some[6].resident in link_in(one, "prev")
    assert some[8].resident in link_in(one, "next")
    assert 'rel="prev"' not in (await at.get(path, standing="refused")).text


async def test_what_was_chosen_is_decided_unless_a_university_came_first(
    at: Portal, db: Database, clock: FixedClock
) -> None:
    some = await db.write(some_declared, clock, 4)
    bare = await at.post(DECIDE, HOME, acceptance="2", scope="chosen", **picked(some[0]))
    assert bare.status_code == 422
    assert 'id="f-note-error"' in bare.text
    assert "پذیرفته نشد: برای" not in bare.text
    assert re.search(rf'name="pick_{some[0].resident}"[^>]* checked', bare.text)
    none = await at.post(DECIDE, HOME, acceptance="1", scope="chosen")
    assert 'id="f-scope-error"' in none.text

    await db.write(change_score, some[1], clock)
    half = await at.post(DECIDE, HOME, acceptance="3", note="نمره‌ها", scope="chosen", **picked(*some[:2]))
    assert half.status_code == 200
    assert "مینا شمارهٔ 1" in half.text
    assert "۱۴۰۵۰۰۱" in half.text
    assert "مینا شمارهٔ 0" not in half.text
    assert await standings(db) == {"new": 3, "correct": 1}
    rows = {f"row_{one.resident}": str(one.version) for one in some[2:]}
    whole = await at.post(DECIDE, HOME, acceptance="1", scope="page", standing="new", **rows)
    assert whole.headers["location"].startswith(f"{HOME}?")
    assert await standings(db) == {"new": 1, "correct": 1, "accepted": 2}


async def test_decisions_are_overturned_only_where_that_is_told_before(
    at: Portal, db: Database, clock: FixedClock
) -> None:
    some = await db.write(some_declared, clock, 4)
    await db.write(decided, clock.now(), some[0], Acceptance.ACCEPTED)
    await db.write(decided, clock.now(), some[1], Acceptance.TO_CORRECT, "دلیل")
    some = await db.read(declarations.search, YEAR)
    rows = {f"row_{one.resident}": str(one.version) for one in some}
    refusal = {"acceptance": "2", "note": "نقص مدارک"}
    whole = await at.post(DECIDE, HOME, **refusal, scope="page", **rows)
    assert "۲ معرفی دیگر این صفحه" in (await at.http.get(whole.headers["location"])).text
    assert await standings(db) == {"accepted": 1, "correct": 1, "refused": 2}
    decided_ones = {f"row_{one.resident}": str(one.version) for one in some[:2]}
    assert "هیچ معرفی این صفحه" in (await at.post(DECIDE, HOME, **refusal, scope="page", **decided_ones)).text
    # Ticked, or all of a standing that was asked for: it is told first what they were.
    listed = {"scope": "page", "standing": "accepted", f"row_{some[0].resident}": str(some[0].version)}
    assert "پذیرفته: ۱" in (await at.post(DECIDE, HOME, **refusal, **listed)).text
    ticked = {**refusal, "scope": "chosen", **picked(*some[:2])}
    asked = (await at.post(DECIDE, HOME, **ticked)).text
    assert "پذیرفته: ۱" in asked
    assert "نیاز به اصلاح: ۱" in asked
    assert await standings(db) == {"accepted": 1, "correct": 1, "refused": 2}
    again = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', asked))
    await at.post(DECIDE, HOME, **{name: text for name, text in again.items() if name != "csrf"})
    assert await standings(db) == {"refused": 4}


async def test_a_whole_list_is_decided_after_one_question_more(at: Portal, db: Database, clock: FixedClock) -> None:
    some = await db.write(some_declared, clock, 5)
    await db.write(decided, clock.now(), some[0], Acceptance.REFUSED, "دلیل")
    form = {"acceptance": "1", "scope": "all", "q": "شماره", "year": "1405"}
    # What came a moment before the question may have been under way when the list was read.
    clock.advance(5)
    hasty = await at.post(DECIDE, HOME, **form, seen=clock.now().isoformat())
    assert hasty.status_code == 200
    assert await standings(db) == {"new": 4, "refused": 1}
    clock.advance(20)
    asked = await at.post(DECIDE, HOME, **form)
    assert "۴ معرفی" in asked.text
    assert "۱ معرفی دیگر" in asked.text
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', asked.text)
    clock.advance(5)
    await db.write(change_score, some[4], clock)
    await db.write(become_another, clock, 3)
    assert (await at.post(DECIDE, HOME, **form, seen="2030-01-01T00:00:00")).status_code == 400
    answer = await at.post(DECIDE, HOME, **form, seen=unescape(seen))
    assert "مینا شمارهٔ 4" in answer.text
    assert "مینا شمارهٔ دیگر" in answer.text
    assert "۲ معرفی" in answer.text
    assert await standings(db) == {"new": 2, "accepted": 2, "refused": 1}
    # From the future nothing is seen: what is there now is decided, no more.
    clock.advance(20)
    late = await at.post(DECIDE, HOME, **form, seen="2199-01-01T00:00:00Z")
    assert late.status_code == 303
    assert await standings(db) == {"accepted": 4, "refused": 1}


async def test_one_declaration_is_decided_gets_its_result_and_leads_on(
    at: Portal, db: Database, clock: FixedClock
) -> None:
    one, other = await db.write(some_declared, clock, 2)
    path = f"{HOME}/declarations/{YEAR}/{one.resident}"
    page = (await at.get(path)).text
    assert "۱۳۳٫۵" in page  # the sum of its scores
    assert 'name="entered"' not in page
    unexplained = await at.post(f"{path}/decide", path, acceptance="2", version=1)
    assert 'id="f-note-error"' in unexplained.text
    stale = await at.post(f"{path}/decide", path, acceptance="1", version=9)
    assert "تغییری ثبت شده" in (await at.http.get(stale.headers["location"])).text
    onward = await at.post(f"{path}/decide", path, acceptance="1", version=1, onward="true", standing="new")
    assert other.resident in onward.headers["location"]
    assert (await at.get(path)).text.count('name="entered"') == 1
    await at.post(f"{path}/result", path, version=2, entered="2", result_note="با شرط", result="1")
    found = await db.read(declarations.find, one.resident, YEAR)
    assert found is not None
    assert (found.result, found.result_note) == (2, "با شرط")
    after = (await at.get(path)).text
    assert 'name="acceptance"' not in after
    assert "نتیجه ثبت شد" in after
    assert (await at.get(f"{HOME}/residents/{one.resident}/picture")).status_code == 404
    assert (await at.get(f"{HOME}/declarations/1404/{one.resident}")).status_code == 404


async def test_results_are_entered_row_by_row_and_published_at_their_hour(
    at: Portal, db: Database, clock: FixedClock
) -> None:
    some = await db.write(some_declared, clock, 3)
    for each in some:
        await db.write(decided, clock.now(), each, Acceptance.ACCEPTED)
    path, year = f"{HOME}/results", f"{HOME}/years"
    page = (await at.get(path)).text
    assert places_in(page) == [0, 1, 2]
    assert f"bulk/template?year={YEAR}&amp;filled=1" in page
    await db.write(results.enter, some[2].resident, YEAR, 3, "", caller(""), clock.now())
    form = {f"row_{one.resident}": "2" for one in some}
    form |= {f"result_{one.resident}": "1" for one in some[:1]} | {f"result_{some[2].resident}": "1"}
    left = await at.post(path, path, **form)
    assert "مینا شمارهٔ 2" in left.text
    counts = await db.read(results.count, YEAR, Filter())
    assert counts == {None: 1, 1: 1, 3: 1}
    assert places_in((await at.get(path, result="none")).text) == [1]
    # Deadlines: each is read by itself, and they have an order.
    wrong = await at.post(f"{year}/{YEAR}", year, version=0, opens_at="فردا", closes_at="۱۴۰۵/۰۹/۰۱ ۲۵:۰۰")
    assert wrong.status_code == 422
    assert {"f-opens_at-error", "f-closes_at-error"} <= set(re.findall(r'id="([\w-]+-error)"', wrong.text))
    upside_down = {"opens_at": "۱۴۰۵/۰۹/۰۲", "closes_at": "1405/09/01 12:00"}
    assert (await at.post(f"{year}/{YEAR}", year, version=0, **upside_down)).status_code == 422
    assert "تاریخ و ساعت را مانند" in wrong.text
    await at.post(f"{year}/{YEAR}", year, version=0, opens_at="۱۴۰۵/۰۷/۰۱", results_at="۱۴۰۶/۰۵/۰۱ ۱۲:۳۰")
    assert "1406/05/01 12:30" in (await at.get(year, year="1405")).text
    back = await at.post(f"{year}/{YEAR}/take-back", year, version=1, back="results")
    assert back.headers["location"] == f"{path}?year=1405"
    assert not await db.read(years.published, YEAR, clock.now())
    assert "نتیجهٔ ۱ پذیرفته‌شده" in (await at.get(path)).text
    # Where a deadline is to come, publishing is not offered; a date alone ends with its day.
    await at.post(f"{year}/{YEAR}", year, version=2, closes_at="1499/08/30")
    ahead = (await at.get(path)).text
    assert "/publish" not in ahead
    assert "۱۴۹۹/۰۸/۳۰ ۲۳:۵۹" in ahead
    await at.post(f"{year}/{YEAR}", year, version=3)
    clock.advance(17.25)
    await at.post(f"{year}/{YEAR}/publish", year, version=4)
    assert await db.read(years.published, YEAR, clock.now())
    await db.write(registered, clock.now(), "1405900", synthetic_national_code(62_900))
    with pytest.raises(Refused):
        await db.write(declared, clock.now(), "1405900")
    closed = (await at.get(year, year=str(YEAR))).text
    assert "معرفی و اصلاح بسته" in closed
    assert "اصلاح باز" not in closed
    form = dict(re.findall(r'name="(\w+_at|corrects_until|version)"[^>]* value="([^"]*)"', closed))
    assert (await at.post(f"{year}/{YEAR}", year, **{**form, "version": "5"})).status_code == 303
    clock.advance(60)
    late = await at.post(f"{year}/{YEAR}/take-back", path, version=6)
    assert "منتشر شده است" in (await at.http.get(late.headers["location"])).text
    assert await db.read(years.published, YEAR, clock.now())


async def test_code_tables_are_edited_made_binding_and_the_service_closed(
    at: Portal, db: Database, clock: FixedClock
) -> None:
    await db.write(some_declared, clock, 1, status=77)
    page = f"{HOME}/codes"
    assert "code=77" in (await at.get(page)).text
    new = f"{page}/tables/status"
    assert 'id="f-title-error"' in (await at.post(new, page, code="77", title=" ")).text
    assert 'id="f-code-error"' in (await at.post(new, page, code="abc", title="نام")).text
    await at.post(new, page, code="۷۷", title="در مأموریت", active="1")
    assert (await db.read(codes.titles, CodeKind.STATUS))["77"] == "در مأموریت"
    assert "همهٔ وضعیت‌های به‌کاررفته" in (await at.get(page)).text
    await at.post(f"{page}/binding", page, binding="true", version=0)
    assert (await db.read(rules.get)).status_binding
    await at.post(f"{page}/tables/course", page, code="1723", title="رشتهٔ نو", years="۵", active="1")
    assert await db.read(codes.course_years, "1723") == 5
    service = f"{HOME}/service"
    past = await at.post(service, service, version=1, until="1405/01/01")
    assert 'id="f-until-error"' in past.text
    await at.post(service, service, version=1, until="۱۴۰۹/۰۱/۰۱ ۰۸:۰۰", note="ارتقای سخت‌افزار")
    assert "ارتقای سخت‌افزار" in (await at.get(service)).text
    with pytest.raises(UnderMaintenance):
        await db.read(rules.must_be_open, clock.now())
    await at.post(f"{service}/open", service, version=2)
    await db.read(rules.must_be_open, clock.now())
    assert (await db.read(rules.get)).status_binding


async def test_figures_come_to_the_declarations_that_they_lead_to(at: Portal, db: Database, clock: FixedClock) -> None:
    some = await db.write(some_declared, clock, 4)
    for each in some[:2]:
        await db.write(decided, clock.now(), each, Acceptance.ACCEPTED)
    await db.write(results.enter, some[0].resident, YEAR, 1, "", caller(""), clock.now())
    await db.write(change_score, some[3], clock)
    for by in ("university", "course", "year"):
        page = await at.get(f"{HOME}/reports", by=by, of="acceptance")
        for path in {unescape(found) for found in re.findall(rf'href="({HOME}\?[^"]+)"', page.text)}:
            listed = places_in((await at.http.get(path)).text)
            assert len(listed) == (2 if "standing" in path else 4), path
        file = await at.get(f"{HOME}/reports/table.csv", by=by)
        head, row = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
        told = dict(zip(head, row, strict=True))
        assert (told["معرفی‌ها"], told["پذیرفته"], told["ارتقا"], told["بی‌نتیجه"]) == ("4", "2", "1", "1")
        assert told["میانگین صلاحیت بالینی"] == "41.88"
    ended = await at.get(f"{HOME}/reports", of="result")
    assert "standing=accepted&amp;result=none" in ended.text
    # Others have no business here, and another data set has its own.
    at.person = msgspec.structs.replace(a_person(Role.MINISTRY), data_set=DEMO)
    assert not places_in((await at.get(HOME)).text)
    assert (await at.get(f"{HOME}/declarations/{YEAR}/{some[0].resident}")).status_code == 404
    for path in ("", "/years", "/results", "/codes", "/service", "/reports", "/reports/table.csv"):
        at.person = a_person(Role.UNIVERSITY)
        assert (await at.get(f"{HOME}{path}")).status_code == 403
        at.person = a_person(Role.MINISTRY)
        assert (await at.get(f"{HOME}{path}", lang="en")).status_code == 200
