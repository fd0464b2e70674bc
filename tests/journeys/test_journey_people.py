"""People of several roles at work."""

import re
from collections.abc import Callable

import httpx2 as httpx
import pytest
from playwright.sync_api import Page, expect

from tests.program import Program

ECHO = "/api/client/apim/v1/nabz/gwecho/Echo"


def sign_in(page: Page, site: Program, role: str) -> None:
    person = site.demo["portal"][role]
    page.goto("/login")
    page.fill("[name=username]", person["username"])
    page.fill("[name=password]", person["password"])
    page.locator("main button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/portal$"))


def call_echo(site: Program, said: object) -> httpx.Response:
    ditas = site.demo["ditas"]
    with httpx.Client(base_url=site.base_url) as client:
        form = {"grant_type": "password", "username": ditas["username"], "password": ditas["password"]}
        answer = client.post("/oauth/token", data=form, auth=(ditas["client_id"], ditas["client_secret"]))
        headers = {"authorization": f"Bearer {answer.json()['access_token']}", "pid": ditas["pids"]["echo"]}
        return client.post(ECHO, json=said, headers=headers)


@pytest.mark.parametrize("role", ["operator", "vendor", "manager", "physician", "secretary", "citizen"])
def test_everybody_gets_in_and_finds_pages_that_are_accessible(
    page: Page, site: Program, axe: Callable[[Page], None], role: str
) -> None:
    sign_in(page, site, role)
    paths = page.eval_on_selector_all("nav a[href^='/']", "links => links.map(link => link.getAttribute('href'))")
    for path in dict.fromkeys(path for path in paths if "lang=" not in path and not path.startswith("/docs")):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        if path not in {"/api", "/readyz"}:
            axe(page)


def test_a_vendor_finds_his_call_by_its_request_id(page: Page, site: Program, axe: Callable[[Page], None]) -> None:
    answer = call_echo(site, {"سلام": "نبض"})
    number = answer.headers["requestid"]
    sign_in(page, site, "vendor")
    page.goto("/my/calls")
    expect(page.locator("main")).to_contain_text(number[:8], timeout=5000)
    page.goto(f"/my/calls/{number}")
    expect(page.locator("main")).to_contain_text("سلام")
    axe(page)


def test_an_operator_follows_a_call_and_a_vendor_may_not(
    page: Page, site: Program, axe: Callable[[Page], None]
) -> None:
    number = call_echo(site, ["operator"]).headers["requestid"]
    sign_in(page, site, "operator")
    page.goto(f"/gateway/calls/{number}")
    expect(page.locator("main")).to_contain_text(number)
    axe(page)
    page.context.clear_cookies()
    sign_in(page, site, "vendor")
    answer = page.goto(f"/gateway/calls/{number}")
    assert answer is not None
    assert answer.status == 403


def test_signing_out_ends_the_session(desk: Page, site: Program) -> None:
    sign_in(desk, site, "nurse")
    desk.locator("header details summary").last.click()
    desk.locator("header form[action='/logout'] button").click()
    desk.goto("/account")
    expect(desk).to_have_url(re.compile(r"/login"))
