"""A physician writes a prescription of three drugs by keyboard alone, in less than half a minute, and prints it."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.program import Program

Axe = Callable[[Page], None]
PATIENTS = {360: "0123456789", 1280: "9900060016"}
DRUGS = (("adult cold", "20"), ("ویتامین", "2"), ("05760", "1"))
A_KEY = 25
"""Milliseconds: faster than people type, yet each key arrives by itself."""


def sign_in(page: Page, site: Program) -> None:
    person = site.demo["portal"]["physician"]
    page.goto("/login?next=/ep")
    page.get_by_label("نام کاربری").fill(person["username"])
    page.get_by_label("گذرواژه").fill(person["password"])
    page.get_by_role("button", name="ورود").click()
    page.wait_for_url("**/ep")


def write(page: Page, patient: str) -> None:
    """From the blank sheet to the tracking code, without a mouse."""
    keys = page.keyboard
    keys.type(patient, delay=A_KEY)
    keys.press("Enter")
    expect(page.get_by_text("استحقاق درمان دارد")).to_be_visible()
    if not page.locator("#f-mobile").input_value():
        expect(page.locator("#f-mobile")).to_be_focused()
        keys.type("09120000098", delay=A_KEY)
        keys.press("Enter")
    expect(page.locator("#f-q")).to_be_focused()
    keys.type("acet", delay=A_KEY)
    keys.press("Enter")
    expect(page.get_by_text("چیزی با این نام یا کد پیدا نشد")).to_be_visible()  # what is typed next takes its place
    for place, (words, quantity) in enumerate(DRUGS):
        expect(page.locator("#f-q")).to_be_focused()
        keys.type(words, delay=A_KEY)
        expect(page.locator("#hits [aria-selected=true]")).to_be_visible()
        keys.press("Enter")
        expect(page.locator(f"#f-r{place}_quantity")).to_be_focused()
        keys.type(quantity, delay=A_KEY)
        keys.press("Enter")
    expect(page.locator("#f-q")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#f-write")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#tracking")).to_be_visible()


def test_three_drugs_are_prescribed_by_keyboard_within_half_a_minute(page: Page, site: Program, axe: Axe) -> None:
    size = page.viewport_size
    assert size is not None
    sign_in(page, site)
    axe(page)
    begun = time.monotonic()
    write(page, PATIENTS[size["width"]])
    assert time.monotonic() - begun < 30
    expect(page.locator("#tracking")).to_have_text(re.compile("^[۰-۹]{5}$"))
    expect(page.get_by_text("هر ۸ ساعت یک عدد، بعد از غذا").first).to_be_visible()
    axe(page)
    page.get_by_role("link", name="ویرایش").click()
    page.locator("#f-r0_instruction").select_option("61")
    expect(page.locator("#dose-0")).to_have_text("روزی دو بار، هر بار یک عدد، بعد از غذا")
    page.locator("#f-q").press("ArrowDown")
    axe(page)
    page.locator("#f-r0_quantity").fill("0")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#f-r0_quantity")).to_be_focused()
    axe(page)
    page.goto("/ep?kind=7")
    axe(page)
    page.goto("/ep/prescriptions")
    axe(page)
    page.locator("td a.link").first.click()
    page.get_by_role("link", name="نسخهٔ چاپی در مرورگر").click()
    axe(page)
