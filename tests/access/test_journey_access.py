"""The ways of people in access, in a real browser, on a phone and at a desk."""

import re
from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import Page

from tests.program import Program

Axe = Callable[[Page], None]


def sign_in(page: Page, site: Program, role: str) -> None:
    account = site.demo["portal"][role]
    page.goto("/login")
    page.get_by_label("نام کاربری").fill(account["username"])
    page.get_by_label("گذرواژه").fill(account["password"])
    page.get_by_role("button", name="ورود").click()
    page.wait_for_url("**/portal")


def test_the_doors_pages_are_for_everybody(page: Page, axe: Axe) -> None:
    for path in ("/login", "/login/code", "/forgot", "/link/none", "/login?lang=en"):
        page.goto(path)
        axe(page)
    page.goto("/login?lang=fa")
    page.get_by_label("نام کاربری").fill("nobody")
    page.get_by_label("گذرواژه").fill("wrong")
    page.get_by_role("button", name="ورود").click()
    axe(page)
    assert page.get_by_role("alert").is_visible()


@pytest.mark.parametrize("role", ["physician", "secretary"])
def test_the_desk_and_the_account_are_for_everybody(page: Page, site: Program, axe: Axe, role: str) -> None:
    sign_in(page, site, role)
    for path in ("/portal", "/account", "/account/name", "/account/password", "/account/second-factor"):
        page.goto(path)
        axe(page)
    if role == "physician":
        page.goto("/account/delegations/new")
        axe(page)
    else:
        page.goto("/portal")
        page.get_by_role("button", name=re.compile("از سوی")).click()
        axe(page)
        page.get_by_role("button", name="به نام خودم").click()


def test_the_administration_is_for_everybody(page: Page, site: Program, axe: Axe) -> None:
    sign_in(page, site, "operator")
    for path in ("/users", "/users/new", "/organisations", "/organisations/new", "/users?text=zzz"):
        page.goto(path)
        axe(page)
    page.goto("/users?text=nurse")
    page.get_by_role("link", name="پرستار نمونه").click()
    axe(page)
    page.goto("/users/new")
    page.get_by_label("نام و نام خانوادگی").fill("سارا احمدی")
    page.get_by_label("نام کاربری").fill("demo-nurse")
    page.get_by_label("رایانامه").fill("sara@example.org")
    page.get_by_role("button", name="دعوت").click()
    axe(page)
    assert page.locator("#f-username").get_attribute("aria-invalid") == "true"


def test_a_second_factor_is_switched_on_and_used(desk: Page, site: Program, axe: Axe) -> None:
    password = site.demo["portal"]["resident"]["password"]
    sign_in(desk, site, "resident")
    desk.goto("/account/second-factor")
    key = desk.locator("#secret").inner_text()
    desk.get_by_label("کد شش‌رقمی").fill(pyotp.TOTP(key).now())
    desk.get_by_label("گذرواژهٔ کنونی").fill(password)
    desk.get_by_role("button", name="روشن کردن").click()
    axe(desk)
    codes = desk.locator("#codes").inner_text().split()
    desk.goto("/account/second-factor")
    axe(desk)
    desk.context.clear_cookies()
    desk.goto("/login")
    desk.get_by_label("نام کاربری").fill("demo-resident")
    desk.get_by_label("گذرواژه").fill(password)
    desk.get_by_role("button", name="ورود").click()
    desk.wait_for_url("**/login/code**")
    desk.get_by_label("کد").fill(codes[0])
    desk.get_by_role("button", name="ادامه").click()
    desk.wait_for_url("**/portal")
    desk.goto("/account/second-factor")
    desk.locator("#off-current").fill(password)
    desk.get_by_role("button", name="خاموش کردن").click()
    desk.wait_for_url("**/account")
