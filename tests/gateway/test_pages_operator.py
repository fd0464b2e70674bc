"""The operator's pages: rights, customers, packages, services, identifiers."""

import re
from typing import TYPE_CHECKING

import pytest
from httpx2 import Response
from sqlalchemy import select

from nabz.access.errors import BadClient
from nabz.access.model import Role
from nabz.access.service import clients
from nabz.access.tables import secrets as secret_rows
from nabz.gateway import pages
from nabz.kit import audit
from nabz.kit.db import Tx
from tests.fakes import Portal, a_person

if TYPE_CHECKING:
    from tests.gateway.conftest import House

PID = "6" * 24
CUSTOMER = "/gateway/customers/c1"
OPERATOR_PAGES = [
    "/gateway",
    "/gateway/live",
    "/gateway/calls",
    "/gateway/customers",
    "/gateway/customers/new",
    CUSTOMER,
    f"{CUSTOMER}/packages/new",
    f"/gateway/packages/{PID}",
    "/gateway/services",
    "/gateway/services/new",
    "/gateway/services/nabz/gwecho",
    "/gateway/identifiers",
    "/gateway/identifiers/new",
]


async def test_an_operator_sees_every_page_in_both_languages(portal: Portal) -> None:
    for page in OPERATOR_PAGES:
        for language, word in (("fa", "درگاه"), ("en", "Gateway")):
            answer = await portal.get(page, lang=language)
            assert answer.status_code == 200, answer.text
            assert "no-store" in answer.headers["cache-control"]
            assert word in answer.text or page == "/gateway/live"
        assert "undefined" not in answer.text.lower()


async def test_who_is_not_signed_in_is_sent_to_the_door(portal: Portal) -> None:
    portal.person = None
    for page in OPERATOR_PAGES:
        answer = await portal.get(page)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?next=%2Fgateway")


async def test_no_other_role_opens_the_operators_pages(portal: Portal) -> None:
    portal.person = a_person(*(set(Role) - {Role.OPERATOR}))
    for page in OPERATOR_PAGES:
        assert (await portal.get(page)).status_code == 403


async def test_every_form_needs_the_word_of_our_own_page(portal: Portal) -> None:
    posts = [endpoint.path for each in pages.routes() for endpoint in each.endpoints if endpoint.method == "POST"]
    assert len(posts) >= 14
    for path in posts:
        filled = re.sub(r"\{\w+\}", "c1", path)
        answer = await portal.http.post(filled, data={"active": "0", "data_set": "0", "csrf": "0" * 40})
        assert answer.status_code == 403, path
        assert "web.form-expired" in answer.text


async def test_a_part_of_the_address_that_no_store_keeps_is_not_found(portal: Portal) -> None:
    for page in ("customers", "packages", "calls", "services/a", "identifiers/Org_ID"):
        assert (await portal.get(f"/gateway/{page}/%00")).status_code == 404
    answer = await portal.get("/gateway/identifiers/Third_ID/0f8fad5b-d9cb-469f-a165-70867728950e")
    assert answer.status_code == 404


# ---------------------------------------------------------------- customers


async def test_a_customer_is_registered_and_found_again(portal: Portal, house: "House") -> None:
    form = {"client_id": "newClient", "title": "سامانهٔ تازه", "organisation": "o1"}
    answer = await portal.post("/gateway/customers/new", "/gateway/customers/new", **form)
    assert answer.status_code == 303
    page = await portal.get(answer.headers["location"])
    assert "newClient" in page.text
    assert "شرکت آزمون" in page.text
    assert "newClient" in (await portal.get("/gateway/customers", text="سامانهٔ تازه")).text
    assert "newClient" not in (await portal.get("/gateway/customers", text="نیست")).text


async def test_a_slip_is_told_beside_its_field_and_what_was_typed_stays(portal: Portal) -> None:
    for field, value, said in (
        ("client_id", "ن", "۳ تا ۸۰ حرف لاتین"),
        ("client_id", "acmeClient", "پیش‌تر گرفته شده"),
        ("title", "   ", "عنوان را بنویسید"),
        ("organisation", "nowhere", "چنین سازمانی نیست"),
    ):
        form = {"client_id": "newClient", "title": "سامانهٔ تازه", "organisation": "o1", field: value}
        answer = await portal.post("/gateway/customers/new", "/gateway/customers/new", **form)
        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.text
        assert said in answer.text
        kept = "title" if field != "title" else "client_id"
        assert f'value="{form[kept]}"' in answer.text


async def test_a_long_list_of_customers_goes_on_where_it_stopped(portal: Portal, house: "House") -> None:
    for number in range(30):
        form = {"client_id": f"many{number:02}", "title": "یکی از بسیار", "organisation": "o1"}
        await portal.post("/gateway/customers/new", "/gateway/customers/new", **form)
    seen: list[str] = []
    path = "/gateway/customers?text=many"
    while path:
        text = (await portal.get(path)).text
        seen += re.findall(r">(many\d\d)</a>", text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        path = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"many{number:02}" for number in range(30)]


async def test_a_customer_that_is_switched_off_gets_no_token(portal: Portal, house: "House") -> None:
    assert (await portal.post(f"{CUSTOMER}/active", CUSTOMER, active="0")).status_code == 303
    assert (await house.token()).status_code == 401
    await portal.post(f"{CUSTOMER}/active", CUSTOMER, active="1")
    house.clock.advance(2)
    assert (await house.token()).status_code == 200
    assert "سامانه خاموش شد" in (await portal.get(CUSTOMER)).text  # the history tells it


# ---------------------------------------------------------------- secrets


async def issued(portal: Portal, data_set: int, **more: str) -> tuple[Response, str]:
    answer = await portal.post(f"{CUSTOMER}/secrets", CUSTOMER, data_set=data_set, **more)
    found = re.search(r'id="client-secret"[^>]*>([\w-]+)</code>', answer.text)
    return answer, found[1] if found else ""


async def test_a_secret_is_shown_on_the_answering_page_and_nowhere_else(portal: Portal, house: "House") -> None:
    answer, secret = await issued(portal, 0)
    assert answer.status_code == 200
    assert answer.text.count(secret) == 1
    assert secret not in str(answer.headers)
    assert secret not in str(answer.url)
    assert "no-store" in answer.headers["cache-control"]
    assert secret not in (await portal.get(CUSTOMER)).text

    def kept(tx: Tx) -> str:
        return str([list(tx.execute(select(table)).all()) for table in (secret_rows, audit.entries)])

    rows = await house.db.read(kept)
    assert secret not in rows
    assert house.keys.hex("client-secret", secret) in rows
    assert (await house.desk.client("acmeClient", secret, house.clock.now())).data_set == 0


async def test_the_secret_before_works_for_a_day_and_no_longer(portal: Portal, house: "House") -> None:
    _, first = await issued(portal, 0)
    seen = house.clock.now().isoformat()
    house.clock.advance(60)
    answer, second = await issued(portal, 0, seen=seen)
    assert "۲۴ ساعت" in answer.text
    await house.desk.client("acmeClient", first, house.clock.now())
    house.clock.advance(24 * 3600 + 1)
    with pytest.raises(BadClient):
        await house.desk.client("acmeClient", first, house.clock.now())
    await house.desk.client("acmeClient", second, house.clock.now())


async def test_a_form_sent_twice_does_not_end_the_secret_in_use(portal: Portal, house: "House") -> None:
    _, in_use = await issued(portal, 0)
    seen = house.clock.now().isoformat()
    house.clock.advance(60)
    await issued(portal, 0, seen=seen)
    again, shown = await issued(portal, 0, seen=seen)
    assert (again.status_code, shown) == (409, "")
    await house.desk.client("acmeClient", in_use, house.clock.now())
    assert "همان دم از کار می‌افتد" in (await portal.get(CUSTOMER)).text  # the page warns before a third


async def test_a_secret_that_was_cut_does_not_come_back_with_the_next(portal: Portal, house: "House") -> None:
    _, leaked = await issued(portal, 0)
    seen = house.clock.now().isoformat()
    assert (await portal.post(f"{CUSTOMER}/secrets/cut", CUSTOMER, data_set=0)).status_code == 303
    house.clock.advance(60)
    answer, fresh = await issued(portal, 0, seen=seen)
    assert "۲۴ ساعت" not in answer.text
    with pytest.raises(BadClient):
        await house.desk.client("acmeClient", leaked, house.clock.now())
    await house.desk.client("acmeClient", fresh, house.clock.now())


async def test_a_cut_secret_does_not_come_back_by_the_command_line_either(house: "House") -> None:
    now = house.clock.now()
    await house.db.write(clients.issue_secret, house.keys, "c1", 0, "leakedSecret", "test", now)
    await house.db.write(clients.cut_secret, "c1", 0, "test", now)
    await house.db.write(clients.issue_secret, house.keys, "c1", 0, "freshSecret", "test", now)
    with pytest.raises(BadClient):
        await house.desk.client("acmeClient", "leakedSecret", now)
