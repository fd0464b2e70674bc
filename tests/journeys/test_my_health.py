"""An insured person finds his record by a code; the insurer finds what waits for it. On a phone, and at a desk."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.program import Program

Axe = Callable[[Page], None]
INSURED = {360: "1234567891", 1280: "0123456789"}
SENT = re.compile(r"سلامت من» در نبض: (\d{6})")
PAGES = ("", "/deliveries", "/results", "/appointments", "/record", "/looks", "/corrections", "/export")
INSURERS = ("", "/centres/new", "/physicians", "/reports?by=service", "/settlement", "/corrections", "/polling")


def codes_in(page: Page) -> list[str]:
    """The codes that the phones of the demo have got."""
    inbox = page.context.new_page()
    inbox.goto("/inbox?way=sms")
    found = SENT.findall(inbox.locator("main").inner_text())
    inbox.close()
    return found


def new_code(page: Page, before: list[str]) -> str:
    """The code that has come since."""
    for _ in range(50):
        if new := [code for code in codes_in(page) if code not in before]:
            return new[0]
        page.wait_for_timeout(100)
    raise AssertionError("no code came")


def test_the_insured_and_the_insurer_find_their_pages(page: Page, site: Program, axe: Axe) -> None:
    size = page.viewport_size
    assert size is not None
    page.goto("/me")
    axe(page)
    before = codes_in(page)
    page.get_by_label("کد ملی").fill(INSURED[size["width"]])
    page.get_by_role("button", name="ادامه").click()
    page.get_by_label("کد", exact=True).fill(new_code(page, before))
    axe(page)
    page.locator("main").get_by_role("button", name="ورود").click()
    expect(page.get_by_role("heading", name="نسخه‌ها")).to_be_visible()
    for path in PAGES:
        page.goto(f"/me{path}")
        axe(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name="دریافت فایل ZIP").click()
    assert taken.value.suggested_filename.startswith("nabz-my-health-")
    expert = site.demo["portal"]["sso-expert"]
    page.goto("/login?next=/insurer")
    page.get_by_label("نام کاربری").fill(expert["username"])
    page.get_by_label("گذرواژه").fill(expert["password"])
    page.locator("main").get_by_role("button", name="ورود").click()
    page.wait_for_url("**/insurer")
    for path in INSURERS:
        page.goto(f"/insurer{path}")
        axe(page)
