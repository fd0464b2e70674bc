"""Our own API: lists, pages of codes, search, letters, samples, and what a browser or proxy may keep."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nabz.terminology.api import own
from tests.services import ENGINES, Engine
from tests.terminology.codings import CONTENT, DAYS, FILE, LETTER, Shelf, concept, opened

ROOT = Path(__file__).parents[2]
LASTING = "public, max-age=86400, immutable"


@pytest.fixture(scope="module", params=ENGINES)
async def shelf(request: pytest.FixtureRequest) -> AsyncIterator[Shelf]:
    """For tests that only read."""
    async with opened(request.param) as made:
        yield made


@pytest.fixture
async def fresh(engine: Engine) -> AsyncIterator[Shelf]:
    """For tests that publish."""
    async with opened(engine) as made:
        yield made


def codes_of(rows: list[Any]) -> list[str]:
    return [row["code"] for row in rows]


# ---------------------------------------------------------------- lists


async def test_terminologies_are_listed_with_their_version_in_force(fresh: Shelf) -> None:
    await fresh.define("Empty")
    found = {one["id"]: one for one in await fresh.read("")}
    assert list(found) == ["Ward", "Room", "Ward--Room"]  # one without a version is not listed yet
    assert (found["Ward"]["version"], found["Ward"]["size"], found["Ward"]["kind"]) == ("2", 4, "codes")
    assert (found["Ward"]["versionDate"], found["Ward"]["versionDay"]) == ("2024-09-22T08:00:00Z", "1403/07/01")
    assert (found["Ward--Room"]["source"], found["Ward--Room"]["target"]) == ("Ward", "Room")
    assert [one["id"] for one in await fresh.read("", kind="map")] == ["Ward--Room"]
    assert (await fresh.get("", kind="other")).status_code == 400


async def test_a_terminology_is_read_with_all_its_versions_however_it_is_spelt(fresh: Shelf) -> None:
    await fresh.publish("Ward", "3", [concept("050", "دیالیز")], at=DAYS[2])
    await fresh.withdraw("Ward", "3", DAYS[2])
    for spelling in ("Ward", "wARD", " ward "):
        found = await fresh.read(f"/{spelling}")
        assert (found["id"], found["version"]) == ("Ward", "2")
    assert [(one["version"], one["state"], one["current"]) for one in found["versions"]] == [
        ("3", "withdrawn", False),
        ("2", "published", True),
        ("1", "published", False),
    ]
    assert found["versions"][1]["retired"] == 2
    assert found["maps"] == [{"id": "Ward--Room", "source": "Ward", "target": "Room"}]
    missing = await fresh.get("/Nothing")
    assert (missing.status_code, missing.json()["code"]) == (404, "terminology.unknown-terminology")


async def test_a_draft_is_seen_nowhere(fresh: Shelf) -> None:
    await fresh.draft("Ward", "3", concept("010", "پیش‌نویس"))
    assert (await fresh.read("/Ward"))["versions"][0]["version"] == "2"
    assert (await fresh.get("/Ward/codes", version="3")).status_code == 404
    assert (await fresh.get("/Ward/download/csv", version="3")).status_code == 404
    assert (await fresh.read("/Ward/code", code="010"))["concept"]["value"] == "بخش جنرال"
    assert len((await fresh.read("/Ward/code", code="010"))["history"]) == 2
    assert (await fresh.read("/search", q="پیش‌نویس"))["hits"] == []


# ---------------------------------------------------------------- codes


async def test_codes_come_page_by_page_and_stay_of_one_version(fresh: Shelf) -> None:
    first = await fresh.read("/Ward/codes", limit=2)
    assert (first["version"], first["size"], codes_of(first["codes"])) == ("2", 4, ["010", "020"])
    await fresh.publish("Ward", "3", [concept("021", "تازه"), concept("099", "تازه")], at=DAYS[2])
    second = await fresh.read(first["next"])
    assert (second["version"], codes_of(second["codes"]), second["next"]) == ("2", ["020/1", "031"], None)
    assert codes_of((await fresh.read("/Ward/codes"))["codes"]) == ["010", "020", "020/1", "021", "031", "099"]
    pairs = [(one["code"], one["target"]) for one in await fresh.pages("/Ward--Room/codes", "codes", limit=1)]
    assert pairs == [("010", "R1"), ("020", "R1"), ("020", "R2")]


async def test_children_and_roots_are_listed_by_their_parent(shelf: Shelf) -> None:
    assert codes_of((await shelf.read("/Ward/codes", parent="020"))["codes"]) == ["020/1"]
    assert codes_of(await shelf.pages("/Ward/codes?parent=", "codes")) == ["010", "020", "031"]
    one_by_one = await shelf.pages("/Ward/codes?parent=&limit=1", "codes")
    assert codes_of(one_by_one) == ["010", "020", "031"]


async def test_pages_out_of_bounds_are_refused(shelf: Shelf) -> None:
    for asked in ("limit=0", "limit=1001", "limit=x", "limit=1&limit=2", "after=%00", "version=%FF"):
        answer = await shelf.get(f"/Ward/codes?{asked}")
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json"), asked


async def test_an_older_version_answers_under_its_label(shelf: Shelf) -> None:
    old = await shelf.get("/Ward/codes", version="1")
    assert codes_of(old.json()["codes"]) == ["010", "020", "020/1", "030", "040"]
    assert old.headers["cache-control"] == LASTING
    assert (await shelf.get("/Ward/codes")).headers["cache-control"] == "no-cache"
    missing = await shelf.get("/Ward/codes", version="9")
    assert (missing.status_code, missing.json()["code"]) == (404, "terminology.unknown-version")
    assert "cache-control" not in missing.headers


async def test_a_code_tells_its_history(shelf: Shelf) -> None:
    found = await shelf.read("/Ward/code", code="010")
    assert (found["concept"]["value"], found["successor"]) == ("بخش جنرال", None)
    told = [(one["version"], one["change"], one["concept"]["value"]) for one in found["history"]]
    assert told == [("2", "changed", "بخش جنرال"), ("1", "added", "جنرال")]
    assert found["history"][1]["publishedDay"] == "1403/01/01"
    assert (await shelf.read("/Ward/code", code="010", version="1"))["concept"]["value"] == "جنرال"
    with_slash = (await shelf.read("/Ward/code", code=" ۰۲۰/۱ "))["concept"]
    assert (with_slash["code"], with_slash["parent"], with_slash["en"]) == ("020/1", "020", "Cardiac care")


async def test_a_retired_code_names_what_took_its_place(shelf: Shelf) -> None:
    remapped = await shelf.read("/Ward/code", code="030")
    assert (remapped["concept"], remapped["successor"]) == (None, "031")
    assert [one["change"] for one in remapped["history"]] == ["remapped", "added"]
    retired = await shelf.read("/Ward/code", code="040")
    assert (retired["concept"], retired["successor"]) == (None, None)
    assert (await shelf.read("/Ward/code", code="040", version="1"))["concept"]["value"] == "سوختگی"
    not_yet = await shelf.read("/Ward/code", code="031", version="1")
    assert (not_yet["concept"], not_yet["successor"]) == (None, None)
    never = await shelf.get("/Ward/code", code="999")
    assert (never.status_code, never.json()["code"]) == (404, "terminology.unknown-code")
    assert (await shelf.get("/Ward/code")).json()["code"] == "kit.value-missing"


async def test_a_code_of_a_map_shows_all_its_targets(shelf: Shelf) -> None:
    found = await shelf.read("/Ward--Room/code", code="020")
    assert [(one["target"], one["value"]) for one in found["targets"]] == [("R1", "wider"), ("R2", "narrower")]


# ---------------------------------------------------------------- search


async def test_search_finds_persian_and_latin_text_and_codes(shelf: Shelf) -> None:
    for typed, code in (
        ("مراقبت", "020"),
        ("مراقبت های ویژه", "020"),
        ("مراقبتهای و\u064aژه قلب", "020/1"),  # without half-spaces
        ("cardiac", "020/1"),
        ("CARE card", "020/1"),
        ("۰۳۱", "031"),
        ("اتاق دو", "R2"),
    ):
        hits = (await shelf.read("/search", q=typed))["hits"]
        assert code in codes_of(hits), typed
    best = (await shelf.read("/search", q="020/1"))["hits"][0]
    assert (best["code"], best["terminology"], best["terminologyTitleFa"]) == ("020/1", "Ward", "کدهای Ward")


async def test_search_stays_in_one_terminology_and_version(shelf: Shelf) -> None:
    assert codes_of((await shelf.read("/search", q="اتاق", terminology="room"))["hits"]) == ["R1", "R2"]
    assert (await shelf.read("/search", q="اتاق", terminology="Ward"))["hits"] == []
    assert codes_of((await shelf.read("/search", q="زایشگاه", terminology="Ward", version="1"))["hits"]) == ["030"]
    assert (await shelf.read("/search", q="زایشگاه", terminology="Ward"))["hits"] == []
    assert (await shelf.get("/search", q="x", terminology="None")).status_code == 404
    assert (await shelf.get("/search", q="x", version="1")).json()["facts"] == {"path": "terminology"}


async def test_search_goes_on_where_a_page_ended(shelf: Shelf) -> None:
    first = await shelf.read("/search", q="اتاق", limit=1)
    second = await shelf.read(first["next"])
    assert codes_of(first["hits"]) + codes_of(second["hits"]) == ["R1", "R2"]
    assert second["next"] is None


async def test_nothing_typed_finds_nothing(shelf: Shelf) -> None:
    for asked in ("", "?q=", "?q=%20", "?q=،", "?q=&terminology=Ward"):
        assert await shelf.read(f"/search{asked}") == {"hits": [], "next": None}
    for asked in ("q=x&limit=51", "q=x&limit=0", "q=x&offset=201", "q=x&offset=-1", f"q={'x' * 4001}"):
        assert (await shelf.get(f"/search?{asked}")).status_code == 400


# ---------------------------------------------------------------- letters


async def test_letters_are_read_by_number_and_their_files_saved(shelf: Shelf) -> None:
    (listed,) = await shelf.read("/letters")
    assert (listed["number"], listed["date"], listed["terminologies"]) == ("110/5", "1403/01/05", ["Ward"])
    assert "publishedBy" not in listed
    for spelling in ("110/5", "110%2F5", LETTER.id):
        assert await shelf.read(f"/letters/{spelling}") == listed
    (file,) = listed["attachments"]
    saved = await shelf.get(file["url"])
    assert (saved.content, saved.headers["content-type"]) == (CONTENT, "text/csv; charset=utf-8")
    assert saved.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%D8%A8")
    assert saved.headers["cache-control"] == LASTING
    assert (await shelf.get(file["url"], etag=saved.headers["etag"])).status_code == 304
    for wrong in ("/letters/110/6", f"/letters/{LETTER.id}/attachments/x", f"/letters/x/attachments/{FILE.id}"):
        assert (await shelf.get(wrong)).json()["code"] == "terminology.unknown-letter"


# ---------------------------------------------------------------- what is kept, and what is sent wrongly

ROUTES = ["", "/Ward", "/Ward/codes", "/Ward/code?code=010", "/Ward/diff?from=1", "/search?q=x", "/letters", "/changes"]


async def test_an_answer_that_is_still_right_is_not_sent_again(fresh: Shelf) -> None:
    marks = {path: (await fresh.get(path)).headers["etag"] for path in ROUTES}
    for path, mark in marks.items():
        again = await fresh.get(path, etag=mark)
        assert (again.status_code, again.content, again.headers["cache-control"]) == (304, b"", "no-cache"), path
    await fresh.publish("Ward", "3", [concept("010", "x"), concept("001", "x")], at=DAYS[2])
    for path, mark in marks.items():
        later = await fresh.get(path, etag=mark)
        assert later.status_code == (304 if path == "/letters" else 200), path
        head = await fresh.http.head(later.request.url)
        assert (head.status_code, head.headers["etag"]) == (200, later.headers["etag"])


async def test_a_code_ends_at_the_time_of_the_version_that_is_asked_for(fresh: Shelf) -> None:
    await fresh.publish("Ward", "3", [concept("032", "زایمان")], (("031", "", "032"),), DAYS[2])
    await fresh.publish("Ward", "4", [concept("030", "زایشگاه")], (("032", "", ""),), DAYS[2])
    told = {
        (code, version): (await fresh.read("/Ward/code", code=code, version=version))["successor"]
        for code, version in (("031", "1"), ("031", "2"), ("031", "3"), ("031", "4"), ("030", "3"), ("030", "4"))
    }
    assert told == {
        ("031", "1"): None,
        ("031", "2"): None,
        ("031", "3"): "032",
        ("031", "4"): "032",
        ("030", "3"): "031",
        ("030", "4"): None,
    }


BLANK = [
    "/Ward/codes?version=%20",
    "/Ward/validate?code=010&version=%20",
    "/Ward/diff?from=1&to=%09",
    "/Ward/diff?from=%20&to=2",
    "/search?q=x&terminology=Ward&version=%20",
    "/Ward/download/csv?version=%20",
]


async def test_a_blank_names_no_version_that_may_be_kept_for_a_day(shelf: Shelf) -> None:
    assert {path: (await shelf.get(path)).headers["cache-control"] for path in BLANK} == dict.fromkeys(
        BLANK, "no-cache"
    )
    named = [path.replace("%20", "1").replace("%09", "1") for path in BLANK]
    assert {path: (await shelf.get(path)).headers["cache-control"] for path in named} == dict.fromkeys(named, LASTING)
    assert (await shelf.get("/search?q=x&version=%20")).status_code == 200


ODD = ["%00", "%FF", "a%0Ab", "x" * 5000, "%F0%9F%98%80", "'; --", "{id}", "search%00"]
AFTER = ["/codes", "/code?code=x", "/changes?since=1403/01/01", "/diff?from=1", "/translate?code=x", "/download/csv"]


async def test_an_odd_name_is_unknown_and_nothing_worse(shelf: Shelf) -> None:
    for odd in ODD:
        files = (f"/letters/{odd}", f"/letters/{odd}/attachments/{odd}", f"/Ward/download/{odd}")
        for path in (f"/{odd}", *(f"/{odd}{end}" for end in AFTER), *files):
            assert (await shelf.get(path)).status_code == 404, path
        for path in (f"/Ward/codes?after={odd}", f"/Ward/code?code={odd}", f"/search?q={odd}&terminology=Ward"):
            assert (await shelf.get(path)).status_code in {200, 400, 404}, path


async def test_half_a_letter_in_an_address_is_no_failure_of_ours(shelf: Shelf) -> None:
    told: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told.append(message["status"])

    for path in ("/\ud800", "/\ud800/codes", "/letters/\ud800", "/Ward/download/\ud800", "/\ud800/download/csv"):
        scope = {"type": "http", "method": "GET", "path": f"/api/v1/terminology{path}", "query_string": b""}
        await shelf.app({**scope, "headers": [], "client": ("127.0.0.1", 1), "scheme": "http"}, receive, send)
    assert told == [404] * 5


# ---------------------------------------------------------------- the samples

SAMPLES = {
    "terminologies.json": "",
    "terminology.json": "/Ward",
    "search.json": "/search?q=مراقبت",
    "codes.json": "/Ward/codes?limit=2",
    "code.json": "/Ward/code?code=030",
    "changes.json": "/changes",
    "changes_since.json": "/Ward/changes?since=1403/06/01",
    "diff.json": "/Ward/diff?from=1&to=2",
    "translate.json": "/Ward/translate?code=020&target=Room",
    "validate.json": "/Ward/validate?code=020&value=مراقبتهای ویژه",
    "letters.json": "/letters",
    "letter.json": "/letters/110/5",
}


async def test_the_samples_are_what_the_api_answers(shelf: Shelf) -> None:
    for name, path in SAMPLES.items():
        sample = (ROOT / "samples" / "nabz" / "terminology" / name).read_text(encoding="utf-8")
        assert json.dumps(await shelf.read(path)) == json.dumps(json.loads(sample)), name


def test_every_route_of_ours_has_a_sample_and_is_for_everybody() -> None:
    for endpoint in own.routes().endpoints:
        assert endpoint.samples, endpoint.path
        assert all((ROOT / sample).is_file() for sample in endpoint.samples), endpoint.path
        assert (endpoint.method, endpoint.roles, endpoint.hidden) == ("GET", None, False)
