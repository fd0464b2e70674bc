"""A citizen's way on a small phone: a doctor is found, a time booked with a code, shown, and given back."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from nabz.kit.persian import synthetic_national_code

MOBILE = "09120077001"
CODE = re.compile(r"نبض: (\d{6})")


def code_from_inbox(phone: Page) -> str:
    """The demo sends no messages: the inbox shows them."""
    inbox = phone.context.new_page()
    inbox.goto(f"/inbox?to={MOBILE}")
    for _ in range(20):
        found = CODE.search(inbox.locator("main").inner_text())
        if found:
            break
        inbox.wait_for_timeout(250)
        inbox.reload()
    inbox.close()
    assert found, "no code came"
    return found[1]


def test_a_citizen_books_shows_and_gives_back_a_visit(phone: Page, axe: Callable[[Page], None]) -> None:
    phone.goto("/nobat")
    axe(phone)
    phone.get_by_role("button", name="جستجو").click()
    phone.locator(".doctors .times a").first.click()
    expect(phone.locator("#times")).to_be_visible()
    axe(phone)
    phone.locator("#times button").last.click()
    expect(phone.get_by_role("status").filter(has_text="برای شما نگه داشته می‌شود")).to_be_visible()
    axe(phone)
    phone.get_by_label("فرزندم").check()
    phone.fill("#f-identity", "1234567890")
    phone.fill("#f-first_name", "آوا")
    phone.fill("#f-last_name", "نمونه")
    phone.fill("#f-mobile", MOBILE)
    phone.get_by_role("button", name="ادامه").click()
    expect(phone.locator("#f-identity-error")).to_be_visible()
    axe(phone)
    phone.fill("#f-identity", synthetic_national_code(77_001))
    phone.get_by_role("button", name="ادامه").click()
    phone.fill("#f-code", code_from_inbox(phone))
    phone.get_by_role("button", name="ثبت نوبت").click()
    expect(phone.get_by_role("heading", name="برگهٔ نوبت")).to_be_visible()
    axe(phone)
    ticket = phone.url
    phone.get_by_role("link", name="نوبت‌های من").click()
    expect(phone.locator("main")).to_contain_text("آوا نمونه")
    axe(phone)
    phone.goto(ticket)
    phone.get_by_text("لغو نوبت").click()
    phone.get_by_role("button", name="بله، لغو شود").click()
    expect(phone.locator("main")).to_contain_text("لغو شده توسط بیمار")
    phone.goto("/nobat/map")
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation({"latitude": 35.7, "longitude": 51.4})
    phone.get_by_role("button", name="من کجا هستم؟").click()
    expect(phone).to_have_url(re.compile(r"latitude=35\.700&longitude=51\.400"))
    axe(phone)
