"""A pharmacy without a mouse: the patient's code, the tick, a count, what it comes to, the receipt, and taken back."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.program import Program

PATIENT = "1234567891"


def sign_in(page: Page, site: Program) -> None:
    person = site.demo["portal"]["pharmacy"]
    page.goto("/login")
    page.get_by_label("نام کاربری").fill(person["username"])
    page.get_by_label("گذرواژه").fill(person["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/(portal|services)"))


def test_a_pharmacy_delivers_by_keyboard_and_takes_back(page: Page, site: Program, axe: Callable[[Page], None]) -> None:
    sign_in(page, site)
    page.goto("/services")
    axe(page)
    page.goto("/services/electronic")
    expect(page.locator("main input:focus")).to_be_visible()
    page.keyboard.type(PATIENT)  # the field has the focus already
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="نسخه های فعال بیمار")).to_be_visible()
    axe(page)
    expect(page.locator(".counter-tick").first).to_be_focused()
    drugs = site.demo["tamin"]["prescriptions"][0]["id"]
    page.locator(f"a[href*='/services/deliver/{drugs}']").press("Enter")
    for count in page.get_by_label("تعداد تحویل").all()[1:]:
        count.fill("0")
    page.get_by_label("تعداد تحویل").first.fill("۲")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="تحویل نهایی")).to_be_focused()
    axe(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("رسید تحویل دارو")
    expect(page.get_by_role("link", name="بیمار بعدی")).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("تحویل نسخه")
    page.go_forward()
    expect(page.get_by_role("button", name="چاپ رسید")).to_be_visible()
    axe(page)
    page.get_by_text("حذف این تحویل").press("Enter")
    page.get_by_role("button", name="بله، حذف شود").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("تحویل حذف شد")
