"""A stranger at the front door: reads, switches language, follows every link, and is stopped where he must be."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.program import Program


def test_a_stranger_sees_the_six_systems_and_the_first_call(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/")
    assert page.locator("html").get_attribute("dir") == "rtl"
    expect(page.locator(".systems > li")).to_have_count(6)
    expect(page.locator("pre").first).to_contain_text("/oauth/token")
    expect(page.locator("main")).to_contain_text("demoClient")
    axe(page)


def test_the_english_switch_turns_the_page_and_is_remembered(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/")
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("dir") == "ltr"
    page.goto("/login")
    assert page.locator("html").get_attribute("lang") == "en"
    axe(page)


def test_every_link_of_the_home_page_leads_somewhere(desk: Page) -> None:
    desk.goto("/")
    addresses = desk.eval_on_selector_all("a[href^='/']", "links => links.map(link => link.getAttribute('href'))")
    assert len(set(addresses)) > 5
    broken = {address for address in set(addresses) if desk.request.get(address).status >= 400}
    assert not broken


@pytest.mark.parametrize("path", ["/portal", "/users", "/gateway", "/my/calls", "/account"])
def test_a_stranger_is_sent_to_the_door_and_comes_back(desk: Page, path: str) -> None:
    desk.goto(path)
    expect(desk).to_have_url(re.compile(r"/login\?next="))


def test_a_page_that_is_not_there_says_so_in_persian(page: Page, axe: Callable[[Page], None]) -> None:
    answer = page.goto("/nothing-lives-here")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("main")).to_contain_text("kit.not-found")
    axe(page)


def test_the_documents_are_readable_in_the_portal(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/docs/")
    page.locator(".document-contents a").nth(1).click()
    expect(page.locator("article h1")).to_be_visible()
    axe(page)


def test_the_api_browser_shows_every_route_without_another_machine(desk: Page, axe: Callable[[Page], None]) -> None:
    desk.goto("/api")
    expect(desk.locator(".opblock").first).to_be_visible(timeout=20_000)
    expect(desk.locator("#swagger-ui, main")).not_to_contain_text("Failed to load")
    assert desk.locator(".opblock").count() > 8
    axe(desk)


def test_without_a_script_a_person_can_read_and_sign_in(chromium: Browser, site: Program) -> None:
    context = chromium.new_context(
        java_script_enabled=False, base_url=site.base_url, viewport={"width": 360, "height": 780}
    )
    page = context.new_page()
    person = site.demo["portal"]["vendor"]
    page.goto("/login")
    page.fill("[name=username]", person["username"])
    page.fill("[name=password]", person["password"])
    page.locator("main button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/portal$"))
    context.close()
