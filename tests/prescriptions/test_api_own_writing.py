"""Our own API of writing: as its samples show it, with problems by their own status."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from nabz.kit import jalali
from tests.examples import unlike
from tests.prescriptions.office import Office

ALL = "/api/nabz/prescriptions"
DOC = "doctor=2000200092"
SAMPLES = Path(__file__).parents[2] / "samples" / "nabz" / "prescriptions"
OF_ITS_TIME = re.compile(r'"(id|tracking|before)": \d+|"(day|expires|createdAt|createdJalali)": "[^"]+"')


@pytest.fixture
def office(tamin: Office) -> Office:
    """The program in days of its own."""
    tamin.become(tamin.clock.now() + timedelta(days=3))
    return tamin


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def timeless(value: Any) -> Any:
    """A message without its numbers and days."""
    return json.loads(OF_ITS_TIME.sub(lambda found: f'"{found[1] or found[2]}": 0', json.dumps(value)))


def same(name: str, told: Any) -> None:
    assert not list(unlike(timeless(sample(name)), timeless(told), name))


def wish(office: Office, **changed: Any) -> dict[str, Any]:
    """The sample of a creation, written today."""
    today = jalali.compact(jalali.day_of(office.clock.now()))
    return {**sample("create.request"), "day": today, **changed}


async def create(office: Office, **changed: Any) -> dict[str, Any]:
    answer = await office.call("POST", ALL, wish(office, **changed))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_the_samples_are_what_the_api_answers(office: Office) -> None:
    made = await create(office)
    same("create.response", made)
    one = f"{ALL}/{made['id']}"
    found = await office.call("GET", f"{one}?{DOC}")
    assert found.json() == made
    same("one.response", made)
    page = (await office.call("GET", f"{ALL}?{DOC}&patient=0123456789&limit=1")).json()
    same("list.response", page)
    items = sample("items.request")
    items["items"][0]["id"] = made["items"][0]["id"]
    edited = (await office.call("PUT", f"{one}/items?{DOC}", items)).json()
    same("items.response", edited)
    assert edited["items"][0]["id"] == made["items"][0]["id"]
    deleted = await office.call("DELETE", f"{one}?{DOC}")
    same("deleted.response", deleted.json())
    assert (await office.call("DELETE", f"{one}?{DOC}")).status_code == 200
    assert (await office.call("GET", f"{one}?{DOC}")).status_code == 404


async def test_a_key_makes_the_same_call_the_same_prescription(office: Office) -> None:
    key: dict[str, Any] = {"idempotency-key": "visit-17"}
    first, second = [await office.call("POST", ALL, wish(office), **key) for _ in range(2)]
    assert (first.status_code, first.json()) == (201, second.json())
    other = await office.call("POST", ALL, wish(office, comments="دیگر"), **key)
    assert (other.status_code, other.json()["code"]) == (409, "prescriptions.key-reused")
    twin = await office.call("POST", ALL, wish(office))
    assert (twin.status_code, twin.json()["code"]) == (409, "prescriptions.duplicate")
    assert twin.json()["facts"] == {"id": first.json()["id"], "tracking": first.json()["tracking"]}


async def test_problems_are_told_as_problem_json_by_their_status(office: Office) -> None:
    cases: tuple[tuple[Any, int, str], ...] = (
        (wish(office, mobile="0912"), 422, "prescriptions.mobile-wrong"),
        (wish(office, items=[]), 422, "prescriptions.items-missing"),
        (wish(office, doctor={**wish(office)["doctor"], "mobile": "1"}), 422, "prescriptions.doctor-mismatch"),
        (wish(office, colour="red"), 400, "kit.key-unknown"),
        (wish(office, items="all"), 400, "kit.value-wrong"),
        ("{", 400, "kit.body-not-json"),
        ("", 400, "kit.body-empty"),
    )
    for body, status, code in cases:
        answer = await office.call("POST", ALL, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["title_fa"]
    for answer in (await office.call("GET", ALL, authorization=""), await office.call("POST", ALL, authorization="")):
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


async def test_another_physicians_prescription_is_404(office: Office) -> None:
    one = f"{ALL}/{(await create(office))['id']}"
    items = sample("items.request")
    other = "doctor=900001"
    for answer in (
        await office.call("GET", f"{one}?{other}"),
        await office.call("PUT", f"{one}/items?{other}", {"items": items["items"][1:]}),
        await office.call("DELETE", f"{one}?{other}"),
        await office.call("GET", f"{ALL}/17?{DOC}"),
        await office.call("GET", f"{ALL}/nothing?{DOC}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "prescriptions.not-there")
    assert (await office.call("GET", one)).status_code == 422
    assert (await office.call("GET", f"{one}?doctor=7777777")).json()["code"] == "prescriptions.doctor-unknown"
    listed = (await office.call("GET", f"{ALL}?{other}&patient=0123456789")).json()
    assert listed == {"prescriptions": [], "before": None}
    assert (await office.call("GET", f"{one}?{DOC}")).status_code == 200


async def test_a_list_goes_on_where_the_page_before_ended(office: Office) -> None:
    today = office.clock.now()
    days = [jalali.compact(jalali.day_of(today - timedelta(days=back))) for back in range(3)]
    made = [(await create(office, day=day))["id"] for day in days]
    seen: list[int] = []
    mark = ""
    while len(seen) < 3:
        page = (await office.call("GET", f"{ALL}?{DOC}&from={days[2]}&until={days[0]}&limit=2{mark}")).json()
        seen += [one["id"] for one in page["prescriptions"]]
        mark = f"&before={page['before']}"
    assert seen[:3] == sorted(made, reverse=True)
