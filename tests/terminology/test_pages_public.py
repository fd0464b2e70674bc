"""The public portal of MAXA, as a browser without scripts sees it, and the parts that one with scripts asks for."""

import re
from collections.abc import AsyncIterator
from html import unescape

import pytest
from httpx2 import Response

from nabz.access.model import Role
from nabz.kit.clock import FixedClock
from nabz.kit.digest import Keyring
from nabz.terminology.model import Concept, Kind, Terminology
from nabz.terminology.pages import public
from nabz.terminology.service import drafting
from tests.fakes import Portal, a_person
from tests.services import ENGINES, Engine
from tests.terminology.codings import DAYS, Shelf, concept, opened

ARABIC_YEH = "\u064a"
PART = {"hx-request": "true"}
ODD_CODES = ["/min", "mm[Hg]", "%", "a b", "10*3/uL", "{score}&x=1", "a+b", "کد#1"]


@pytest.fixture(scope="module", params=ENGINES)
async def shelf(request: pytest.FixtureRequest) -> AsyncIterator[Shelf]:
    """Wards in two versions, rooms, the map between them, and a letter; tests add their own, and change nothing."""
    async with opened(request.param) as made:
        yield made


def portal_of(shelf: Shelf, clock: FixedClock) -> Portal:
    return Portal(shelf.db, clock, Keyring(b"test-only-key" * 5), [public.routes()])


@pytest.fixture
async def portal(shelf: Shelf, clock: FixedClock) -> AsyncIterator[Portal]:
    made = portal_of(shelf, clock)
    yield made
    await made.close()


@pytest.fixture
async def fresh(engine: Engine) -> AsyncIterator[Shelf]:
    """For tests that change what is there."""
    async with opened(engine) as made:
        yield made


def listed(answer: Response) -> list[str]:
    """The codes of the rows on a page, in their order."""
    rows = re.findall(r'<a class="line line-codes".*?</a>', answer.text, re.DOTALL)
    return [unescape(re.sub("<[^>]+>", "", re.findall(r"<bdi class=\"code-of\".*?</bdi>", row)[0])) for row in rows]


def links(answer: Response, start: str) -> list[str]:
    """The addresses on a page that begin so."""
    return [unescape(address) for address in re.findall(r'href="([^"]+)"', answer.text) if address.startswith(start)]


def following(answer: Response) -> str | None:
    found = re.search(r'rel="next" href="([^"]+)"', answer.text)
    return unescape(found[1]) if found else None


async def shown(portal: Portal, path: str, **fields: str) -> str:
    answer = await portal.get(path, **fields)
    assert answer.status_code == 200, answer.text
    return answer.text


# ---------------------------------------------------------------- what there is


async def test_the_first_page_lists_what_is_in_force_and_the_newest_letters(portal: Portal, shelf: Shelf) -> None:
    await shelf.define("Waiting")  # nothing of it was published
    page = await shown(portal, "/maxa")
    for told in ("کدهای Ward", "۴ کد", "۱۴۰۳/۰۷/۰۱", "ساختگی برای آزمایش", "ابلاغ کدینگ بخش‌ها", "۱۴۰۳/۰۱/۰۵"):
        assert told in page, told
    assert "Waiting" not in page
    codings, maps = page.split('id="maps-title"')
    assert "/maxa/t/Ward--Room" in maps
    assert "/maxa/t/Ward--Room" not in codings
    assert "/maxa/letters/0192f000-0000-7000-8000-000000000001" in page
    assert "3 rows" in await shown(portal, "/maxa", lang="en")


async def test_a_page_waits_for_no_script(portal: Portal) -> None:
    for path in ("/maxa", "/maxa/search?q=R", "/maxa/t/Ward", "/maxa/t/Ward/code?code=020", "/maxa/t/Ward/compare"):
        page = (await portal.get(path)).text
        assert "style=" not in page
        assert "onclick" not in page
    page = await shown(portal, "/maxa")
    assert re.search(r'<form class="searching searching-large" method="get" action="/maxa/search" role="search"', page)
    assert re.search(r'<button class="btn btn-primary[^"]*" type="submit">جستجو', page)


async def test_a_terminology_without_a_version_says_so(portal: Portal, shelf: Shelf) -> None:
    await shelf.define("Unpublished")
    for path in ("/maxa/t/Unpublished", "/maxa/t/Unpublished/compare"):
        assert "هنوز نسخه‌ای" in await shown(portal, path)
    assert (await portal.get("/maxa/t/Unpublished/code", code="1")).status_code == 404


# ---------------------------------------------------------------- search


async def test_a_search_marks_its_words_in_any_spelling(portal: Portal) -> None:
    page = await portal.get("/maxa/search", q=f"مراقبت ها{ARABIC_YEH} و{ARABIC_YEH}ژه")
    assert listed(page) == ["020", "020/1"]
    assert "<mark>مراقبت</mark>\u200c<mark>های</mark> <mark>ویژه</mark>" in page.text
    assert "کدهای Ward" in page.text
    by_code = await portal.get("/maxa/search", q="۰۲۰")
    assert listed(by_code)[0] == "020"
    assert '<bdi class="code-of" dir="ltr" translate="no"><mark>020</mark></bdi>' in by_code.text
    assert listed(await portal.get("/maxa/search", q="CARDIAC")) == ["020/1"]


async def test_a_search_may_be_bound_to_one_terminology(portal: Portal) -> None:
    assert listed(await portal.get("/maxa/search", q="اتاق")) == ["R1", "R2"]
    page = await portal.get("/maxa/search", q="اتاق", terminology="ward")
    assert listed(page) == []
    assert "/maxa/search?q=%D8%A7%D8%AA%D8%A7%D9%82" in links(page, "/maxa/search?q")  # everywhere instead
    assert '<option value="Ward" selected>' in (await portal.get("/maxa/search", q="x", terminology="Ward")).text
    assert (await portal.get("/maxa/search", q="x", terminology="Nothing")).status_code == 404


async def test_the_box_is_given_nothing_but_its_hits(portal: Portal) -> None:
    part = await portal.http.get("/maxa/search", params={"q": "اتاق"}, headers=PART)
    assert "<html" not in part.text
    assert '<div id="told" hx-swap-oob="innerHTML">۲ نتیجه</div>' in part.text
    assert listed(part) == ["R1", "R2"]
    empty = await portal.http.get("/maxa/search", params={"q": "  "}, headers=PART)
    assert '<div id="told" hx-swap-oob="innerHTML"></div>' in empty.text
    assert "<p" not in empty.text
    again = await portal.http.get("/maxa/search?q=x", headers={**PART, "hx-history-restore-request": "true"})
    assert "<html" in again.text


async def test_the_box_of_a_terminology_answers_from_the_version_that_is_shown(portal: Portal) -> None:
    asked = {"q": "سوختگی", "version": "1"}
    part = await portal.http.get("/maxa/t/Ward", params=asked, headers=PART)
    assert listed(part) == ["040"]
    assert links(part, "/maxa/t/Ward/code") == ["/maxa/t/Ward/code?code=040&version=1"]
    assert listed(await portal.get("/maxa/t/Ward", **asked)) == ["040"]
    assert listed(await portal.get("/maxa/t/Ward", q="سوختگی")) == []
    emptied = await portal.http.get("/maxa/t/Ward", params={"q": ""}, headers=PART)
    assert listed(emptied) == ["010", "020", "031"]


async def test_nothing_found_is_said_kindly_and_leads_on(portal: Portal) -> None:
    page = await portal.get("/maxa/search", q="<script>alert(1)</script>")
    assert "<script>alert" not in page.text
    assert "برای «&lt;script&gt;alert(1)&lt;/script&gt;» چیزی پیدا نشد." in page.text
    assert "/maxa" in links(page, "/maxa")
    assert "نتیجه‌ای نیست." in page.text
    assert "چیزی پیدا نشد" not in await shown(portal, "/maxa/search")  # an empty box asks for nothing


async def test_a_terminology_is_found_by_its_own_name(portal: Portal) -> None:
    page = await portal.get("/maxa/search", q="room")
    assert {"/maxa/t/Room", "/maxa/t/Ward--Room"} <= set(links(page, "/maxa/t/"))
    assert "ترمینولوژی‌ای با این نام هست" in page.text


async def test_hits_are_shown_twenty_at_a_time(portal: Portal, shelf: Shelf) -> None:
    await shelf.fill_many("Hits", 45)
    seen: list[str] = []
    page = await portal.get("/maxa/search", q="کد", terminology="Hits")
    assert "۴۵ نتیجه" in page.text
    while address := following(page):
        seen += listed(page)
        page = await portal.get(address)
    seen += listed(page)
    assert len(seen) == len(set(seen)) == 45


async def test_what_no_box_would_send_is_refused_and_no_defect(portal: Portal) -> None:
    for asked in ({"q": "x" * 201}, {"q": "\0"}, {"q": "x", "page": "11"}, {"q": "x", "page": "0"}):
        assert (await portal.get("/maxa/search", **asked)).status_code == 400, asked
    assert (await portal.get("/maxa/t/Ward", after="x" * 301)).status_code == 400
    assert (await portal.get("/maxa/t/Ward/code")).status_code == 400


async def test_a_code_that_is_no_longer_in_use_is_found_as_such(fresh: Shelf, clock: FixedClock) -> None:
    portal = portal_of(fresh, clock)
    for path, fields in (("/maxa/search", {}), ("/maxa/search", {"terminology": "Ward"}), ("/maxa/t/Ward", {})):
        page = await portal.get(path, q="۰۳۰", **fields)
        assert "این کد دیگر به کار نمی‌رود" in page.text, path
        assert "زایشگاه" in page.text
        assert "/maxa/t/Ward/code?code=030" in links(page, "/maxa/t/Ward/code")
        assert "چیزی پیدا نشد" not in page.text
    assert "به کار نمی‌رود" not in await shown(portal, "/maxa/search", q="010")
    await portal.close()


async def test_made_up_codes_are_marked_where_not_all_are(portal: Portal, shelf: Shelf) -> None:
    mark = '<span class="badge badge-warn">ساختگی</span>'
    assert mark not in await shown(portal, "/maxa/t/Ward", version="1")  # all of it is, and its head says so
    new = Terminology(
        number=0, id="Mixed", kind=Kind.CODES, title_fa="آمیخته", title_en="Mixed", made_up="partly", defined_at=DAYS[0]
    )
    await shelf.db.write(drafting.define, new, "ed1", DAYS[0])
    await shelf.publish("Mixed", "1", [concept("X1", "درست"), concept("X2", "نادرست", made_up=True)])
    for path, fields in (("/maxa/t/Mixed", {}), ("/maxa/search", {"q": "x"}), ("/maxa/t/Mixed", {"q": "x"})):
        assert (await shown(portal, path, **fields)).count(mark) == 1, path


async def test_a_map_has_no_official_calls(portal: Portal) -> None:
    page = await shown(portal, "/maxa/t/Ward--Room")
    assert "فراخوانی رسمی" not in page
    assert "#calls" not in page


# ---------------------------------------------------------------- one terminology


async def test_an_id_in_any_spelling_leads_to_the_stored_one(portal: Portal) -> None:
    for asked, place in (
        ("/maxa/t/wARD", "/maxa/t/Ward"),
        ("/maxa/t/%20ward?version=1&q=a%20b", "/maxa/t/Ward?version=1&q=a%20b"),
        ("/maxa/t/WARD/code?code=020%2F1", "/maxa/t/Ward/code?code=020%2F1"),
        ("/maxa/t/WARD/compare?from=1", "/maxa/t/Ward/compare?from=1"),
    ):
        answer = await portal.get(asked)
        assert (answer.status_code, answer.headers["location"]) == (303, place)
    for unknown in ("/maxa/t/Nothing", "/maxa/t/Nothing/compare", "/maxa/t/Nothing/code?code=1"):
        assert (await portal.get(unknown)).status_code == 404


async def test_a_terminology_shows_its_versions_files_and_official_calls(portal: Portal) -> None:
    page = await portal.get("/maxa/t/Ward")
    for told in ("یادداشت 2", "۱ افزوده", "۱ تغییرکرده", "۲ منسوخ", "Codes of Ward", "ابلاغ کدینگ بخش‌ها"):
        assert told in page.text, told
    files = [f"/api/v1/terminology/Ward/download/{kind}?version=2" for kind in ("csv", "xlsx", "fhir")]
    assert links(page, "/api/v1/") == files
    assert "/maxa/t/Ward--Room" in links(page, "/maxa/t/Ward-")
    assert "gwmaksa/<wbr>TerminologiesTermByVersion" in page.text
    assert "&#34;version&#34;: &#34;2&#34;" in page.text


async def test_an_earlier_version_is_shown_as_it_was(portal: Portal) -> None:
    page = await portal.get("/maxa/t/Ward", version="1")
    assert listed(page) == ["010", "020", "030", "040"]
    assert "دیگر در اعتبار نیست" in page.text
    assert "/maxa/t/Ward/code?code=010&version=1" in links(page, "/maxa/t/Ward/code")
    assert (await portal.get("/maxa/t/Ward", version="9")).status_code == 404


async def test_a_withdrawn_version_is_listed_only_when_asked_for(fresh: Shelf, clock: FixedClock) -> None:
    await fresh.withdraw("Ward", "1", DAYS[2])
    portal = portal_of(fresh, clock)
    page = await portal.get("/maxa/t/Ward")
    assert "اشتباه بود" not in page.text
    (address,) = [found for found in links(page, "/maxa/t/Ward?") if "withdrawn" in found]
    whole = await shown(portal, address.removesuffix("#versions"))
    assert "اشتباه بود" in whole
    assert "پس‌گرفته" in whole
    assert "پس گرفته شده است" in await shown(portal, "/maxa/t/Ward", version="1")
    await portal.close()


async def test_codes_are_paged_without_gap_or_twin(portal: Portal, shelf: Shelf) -> None:
    await shelf.fill_many("Many", 250)
    seen: list[str] = []
    page = await portal.get("/maxa/t/Many")
    while address := following(page):
        seen += listed(page)
        page = await portal.get(address)
    seen += listed(page)
    assert seen == [f"{place:07}" for place in range(250)]


async def test_a_tree_begins_with_its_roots(portal: Portal) -> None:
    assert listed(await portal.get("/maxa/t/Ward")) == ["010", "020", "031"]
    whole = await portal.get("/maxa/t/Ward", whole="1")
    assert listed(whole) == ["010", "020", "020/1", "031"]
    assert listed(await portal.get("/maxa/t/Ward/code", code="020")) == ["020/1"]
    below = await portal.get("/maxa/t/Ward/code", code="020/1")
    assert "/maxa/t/Ward/code?code=020" in links(below, "/maxa/t/Ward/code")


async def test_only_those_who_edit_are_shown_the_way_to_the_desk(portal: Portal) -> None:
    for person, there in (
        (None, False),
        (a_person(Role.VENDOR), False),
        (a_person(Role.CODING_EDITOR), True),
        (a_person(Role.OPERATOR), True),
    ):
        portal.person = person
        assert ("/maxa/edit/Ward" in (await portal.get("/maxa/t/Ward")).text) is there


# ---------------------------------------------------------------- one code


async def test_codes_with_strokes_blanks_and_signs_are_found_by_their_links(portal: Portal, shelf: Shelf) -> None:
    await shelf.define("Odd")
    await shelf.publish("Odd", "1", [concept(code, f"مقدار {place}") for place, code in enumerate(ODD_CODES)])
    addresses = links(await portal.get("/maxa/t/Odd"), "/maxa/t/Odd/code")
    assert len(addresses) == len(ODD_CODES)
    found = set()
    for address in addresses:
        page = await shown(portal, address)
        found.add(unescape(re.findall(r"<dd><bdi[^>]*>(.*?)</bdi>", page)[0]))
    assert found == set(ODD_CODES)


async def test_a_code_in_another_spelling_leads_to_the_stored_one(portal: Portal) -> None:
    answer = await portal.get("/maxa/t/Room/code", code="r۱", version="1403.1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/maxa/t/Room/code?code=R1&version=1403.1")
    assert (await portal.get("/maxa/t/Room/code", code="R9")).status_code == 404


async def test_a_code_tells_what_it_means_and_where_maps_lead(portal: Portal) -> None:
    page = await shown(portal, "/maxa/t/Ward/code", code="020")
    for told in ("مراقبت‌های ویژه", "Intensive care", "آی‌سی‌یو", "level", "عام‌تر", "خاص‌تر", "اتاق دو", "کدهای Room"):
        assert told in page, told
    assert "&#34;terminologyId&#34;: &#34;Ward&#34;" in page
    assert "GET /api/client/apim/v1/maksaservice/gwmaksa/<wbr>Terminology<" in page
    back = await shown(portal, "/maxa/t/Room/code", code="R1")
    assert "خاص‌تر" in back  # seen from the other end
    assert "معادل" in back
    earlier = await shown(portal, "/maxa/t/Ward/code", code="020", version="1")
    assert "gwmaksa/<wbr>TerminologyValueByVersion<" in earlier


async def test_a_code_has_its_history(portal: Portal) -> None:
    page = await portal.get("/maxa/t/Ward/code", code="010")
    history = page.text.split('id="history-title"')[1]
    assert history.index("تغییرکرده") < history.index("افزوده")
    assert "بخش جنرال" in history
    assert "/maxa/t/Ward/code?code=010&version=1" in links(page, "/maxa/t/Ward/code")


async def test_a_retired_code_is_shown_with_what_took_its_place(portal: Portal) -> None:
    page = await portal.get("/maxa/t/Ward/code", code="030")
    assert page.status_code == 200
    assert "این کد در نسخهٔ" in page.text
    assert "/maxa/t/Ward/code?code=031" in links(page, "/maxa/t/Ward/code")
    assert "زایشگاه" in page.text
    assert 'id="calls"' not in page.text  # the official function would find nothing
    assert "جایگزینی برایش اعلام نشده است" in await shown(portal, "/maxa/t/Ward/code", code="040")
    assert "این کد در نسخهٔ" not in await shown(portal, "/maxa/t/Ward/code", code="030", version="1")


async def test_a_map_shows_both_ends_of_each_row(portal: Portal) -> None:
    page = await portal.get("/maxa/t/Ward--Room")
    for told in ("جنرال", "اتاق یک", "معادل", "عام‌تر", "۳ ردیف"):
        assert told in page.text, told
    assert "/maxa/t/Ward/code?code=010" in links(page, "/maxa/t/Ward/")
    assert "/maxa/t/Room/code?code=R2" in links(page, "/maxa/t/Room/")
    moved = await portal.get("/maxa/t/Ward--Room/code", code="010")
    assert moved.headers["location"] == "/maxa/t/Ward/code?code=010"


# ---------------------------------------------------------------- two versions


async def test_two_versions_stand_side_by_side(portal: Portal) -> None:
    page = await portal.get("/maxa/t/Ward/compare")
    for told in ("<ins>بخش</ins> جنرال", "بلوک زایمان", "زایشگاه", "جایگزین‌شده", "منسوخ", "افزوده", "تغییرکرده"):
        assert told in page.text, told
    assert "/api/v1/terminology/Ward/diff?from=1&to=2" in links(page, "/api/")
    rows = re.findall(r"<tr role=\"row\">.*?</tr>", page.text, re.DOTALL)[1:]
    assert len(rows) == 4
    assert "/maxa/t/Ward/code?code=031" in links(page, "/maxa/t/Ward/code")
    turned = await shown(portal, "/maxa/t/Ward/compare", **{"from": "2", "to": "1"})
    assert "از نسخهٔ 1 تا نسخهٔ 2" in turned
    assert "دو نسخهٔ متفاوت" in await shown(portal, "/maxa/t/Ward/compare", **{"from": "2", "to": "2"})
    assert (await portal.get("/maxa/t/Ward/compare", to="9")).status_code == 404


async def test_a_single_version_has_nothing_to_be_compared_with(portal: Portal) -> None:
    assert "تنها یک نسخه دارد" in await shown(portal, "/maxa/t/Room/compare")


async def test_a_long_comparison_is_paged(portal: Portal, shelf: Shelf) -> None:
    await shelf.fill_many("Long", 120)
    await shelf.publish("Long", "2", [Concept(code=f"{place:07}", value=f"تازه {place}") for place in range(105)])
    page = await portal.get("/maxa/t/Long/compare")
    assert page.text.count("تغییرکرده") == 100
    address = following(page)
    assert address
    rest = await shown(portal, address)
    assert rest.count("تغییرکرده") == 5
    assert "صفحهٔ پیش" in rest


async def test_relations_are_compared_by_their_names(fresh: Shelf, clock: FixedClock) -> None:
    await fresh.publish("Ward--Room", "2", [concept("020", "inexact", target="R1")], at=DAYS[1])
    portal = portal_of(fresh, clock)
    page = await shown(portal, "/maxa/t/Ward--Room/compare")
    assert page.index("عام‌تر") < page.index("تقریبی")
    assert "<del>" not in page
    await portal.close()
