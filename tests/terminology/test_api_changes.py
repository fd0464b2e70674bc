"""Our own API: what changed between versions or since a day, the feed, maps, and whether a value is right."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.services import ENGINES, Engine
from tests.terminology.codings import DAYS, Shelf, concept, opened

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


# ---------------------------------------------------------------- changes


async def test_the_feed_tells_what_was_published_and_goes_on_from_there(fresh: Shelf) -> None:
    feed = await fresh.get("/changes", limit=3)
    events = feed.json()["events"]
    assert [(one["what"], one["terminology"], one["version"]) for one in events] == [
        ("published", "Ward", "1"),
        ("published", "Ward", "2"),
        ("published", "Room", "1403.1"),
    ]
    assert (feed.json()["newest"], feed.headers["etag"], feed.headers["cache-control"]) == (5, '"event-5"', "no-cache")
    rest = await fresh.read(feed.json()["next"])
    assert [one["what"] for one in rest["events"]] == ["published", "letter"]
    assert rest["events"][1]["letter"] == "110/5"
    assert (await fresh.read(rest["events"][1]["url"]))["number"] == "110/5"
    assert (await fresh.read(rest["events"][0]["url"]))["id"] == "Ward--Room"
    end = await fresh.read(rest["next"])
    assert (end["events"], end["next"]) == ([], rest["next"])
    await fresh.publish("Ward", "3", [concept("050", "دیالیز")], at=DAYS[2])
    await fresh.withdraw("Ward", "3", DAYS[2])
    assert [one["what"] for one in (await fresh.read(rest["next"]))["events"]] == ["published", "withdrawn"]


async def test_who_has_the_newest_event_is_told_nothing(fresh: Shelf) -> None:
    etag = (await fresh.get("/changes")).headers["etag"]
    for sent in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        same = await fresh.get("/changes", etag=sent)
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    await fresh.publish("Ward", "3", [concept("050", "دیالیز")], at=DAYS[2])
    assert (await fresh.get("/changes", etag=etag)).status_code == 200


SINCE = [
    ("1403/01/01", "2024-03-19T20:30:00Z", None),
    ("1403-01-01", "2024-03-19T20:30:00Z", None),
    ("۱۴۰۳/۰۱/۰۲", "2024-03-20T20:30:00Z", "1"),
    ("14030102", "2024-03-20T20:30:00Z", "1"),
    ("2024-03-21", "2024-03-20T20:30:00Z", "1"),
    ("2024-03-21T00:00", "2024-03-20T20:30:00Z", "1"),
    ("2024-03-21T00:00:00+03:30", "2024-03-20T20:30:00Z", "1"),
    ("2024-03-20T20:30:00Z", "2024-03-20T20:30:00Z", "1"),
    ("2024-09-22T08:00:00Z", "2024-09-22T08:00:00Z", "1"),
    ("2024-09-22T08:00:00.000001Z", "2024-09-22T08:00:00.000001Z", "2"),
    ("1450/01/01", "2071-03-20T20:30:00Z", "2"),
]


async def test_changes_since_a_day_may_be_asked_for_in_many_spellings(shelf: Shelf) -> None:
    for since, at, version in SINCE:
        found = await shelf.read("/Ward/changes", since=since)
        assert (found["since"], found["from"], found["to"]) == (at, version, "2"), since
        assert await shelf.read(f"/Ward/changes?since={since}") == found, "an unescaped plus sign is a blank"


NO_DAYS = (
    "1403/12/31 1403/13/01 1403/1/1/1 2023-02-29 2024-3-1 2024-03-21T25:00 2024-03-21T00:00+99:00 1600-01-01 0001-01-01"
    " 9999-12-31T23:59:59Z x २०२४-०३-२१"
)


async def test_a_day_that_does_not_exist_is_refused_clearly(shelf: Shelf) -> None:
    for since in ("", *NO_DAYS.split()):
        answer = await shelf.get("/Ward/changes", since=since)
        assert (answer.status_code, answer.json()["code"]) == (400, "terminology.since-wrong"), since
        assert "1403/01/01" in answer.json()["title"]


async def test_changes_name_retired_and_remapped_codes(shelf: Shelf) -> None:
    changes = (await shelf.read("/Ward/changes", since="1403/06/01"))["changes"]
    assert [(one["code"], one["change"], one["successor"]) for one in changes] == [
        ("010", "changed", None),
        ("030", "remapped", "031"),
        ("031", "added", None),
        ("040", "retired", None),
    ]
    assert (changes[0]["before"]["value"], changes[0]["after"]["value"]) == ("جنرال", "بخش جنرال")
    assert (changes[2]["before"], changes[3]["after"]) == (None, None)
    assert await shelf.pages("/Ward/changes?since=1403/06/01&limit=1", "changes") == changes
    assert (await shelf.get("/Ward/changes")).json()["code"] == "kit.value-missing"


async def test_after_a_withdrawal_the_changes_lead_back(fresh: Shelf) -> None:
    """Who took version 3 while it was in force is told how to undo it; who came later has nothing to do."""
    await fresh.publish("Ward", "3", [concept("050", "دیالیز")], (("031", "", ""),), DAYS[2])
    day_later, two_later = (datetime(2025, 3, day, 8, tzinfo=UTC) for day in (22, 23))
    await fresh.withdraw("Ward", "3", two_later)
    found = await fresh.read("/Ward/changes", since=day_later.isoformat())
    assert (found["from"], found["to"]) == ("3", "2")
    assert [(one["code"], one["change"]) for one in found["changes"]] == [("031", "added"), ("050", "retired")]
    assert (await fresh.read("/Ward/changes", since="2025-03-24"))["changes"] == []


async def test_versions_are_compared_forwards_and_back(shelf: Shelf) -> None:
    forwards = await shelf.get("/Ward/diff?from=1&to=2")
    assert forwards.headers["cache-control"] == LASTING
    assert [one["change"] for one in forwards.json()["changes"]] == ["changed", "remapped", "added", "retired"]
    newest = await shelf.get("/Ward/diff?from=1")
    assert newest.json() == forwards.json()
    assert newest.headers["cache-control"] == "no-cache"
    back = (await shelf.read("/Ward/diff?from=2&to=1"))["changes"]
    assert [(one["code"], one["change"]) for one in back] == [
        ("010", "changed"),
        ("030", "added"),
        ("031", "retired"),
        ("040", "added"),
    ]
    assert (back[0]["before"]["value"], back[0]["after"]["value"]) == ("بخش جنرال", "جنرال")
    assert await shelf.pages("/Ward/diff?from=2&to=1&limit=1", "changes") == back
    assert (await shelf.read("/Ward/diff?from=2&to=2"))["changes"] == []
    assert (await shelf.get("/Ward/diff?to=2")).json()["code"] == "kit.value-missing"
    assert (await shelf.get("/Ward/diff?from=8")).status_code == 404


# ---------------------------------------------------------------- maps and values


async def test_a_code_is_translated_along_and_against_a_map(fresh: Shelf) -> None:
    found = await fresh.read("/Ward/translate", code="020", target="room")
    assert [(one["code"], one["value"], one["relation"], one["turned"]) for one in found["translations"]] == [
        ("R1", "اتاق یک", "wider", False),
        ("R2", "اتاق دو", "narrower", False),
    ]
    turned = await fresh.read("/Room/translate", code="R2")
    assert [(one["code"], one["relation"], one["turned"]) for one in turned["translations"]] == [("020", "wider", True)]
    assert (await fresh.read("/Ward/translate", code="031"))["translations"] == []
    await fresh.define("Bed")
    for asked, code in (
        ({"code": "020", "target": "Bed"}, "unknown-map"),
        ({"code": "020", "target": "None"}, "unknown-terminology"),
        ({"code": "030"}, "unknown-code"),
    ):
        answer = await fresh.get("/Ward/translate", **asked)
        assert (answer.status_code, answer.json()["code"]) == (404, f"terminology.{code}")


async def test_a_value_is_validated_without_regard_to_its_spelling(shelf: Shelf) -> None:
    for claimed, valid, value in (
        ({"code": "020", "value": "مراقبت‌های ویژه"}, True, "مراقبت‌های ویژه"),
        ({"code": "۰۲۰", "value": "مراقبتهای و\u064aژه"}, True, "مراقبت‌های ویژه"),
        ({"code": "020"}, True, "مراقبت‌های ویژه"),
        ({"code": "020", "value": "جنرال"}, False, "مراقبت‌های ویژه"),
        ({"code": "020", "value": ""}, False, "مراقبت‌های ویژه"),
        ({"code": "030", "value": "زایشگاه"}, False, None),
        ({"code": "030", "value": "زایشگاه", "version": "1"}, True, "زایشگاه"),
    ):
        found = await shelf.read("/Ward/validate", **claimed)
        assert (found["valid"], found["value"]) == (valid, value), claimed
        assert found["message"]
        assert found["messageFa"]
    assert (await shelf.get("/Ward/validate", code="020", version="1")).headers["cache-control"] == LASTING
