"""A clinic's desk publishes a week, books for a patient who phones, sees her come, and takes a day back."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from nabz.kit import jalali
from nabz.kit.persian import synthetic_national_code
from tests.program import Program

Axe = Callable[[Page], None]
PROVIDERS = {360: "900019", 1280: "900020"}


def width_of(page: Page) -> int:
    size = page.viewport_size
    assert size is not None
    return size["width"]


def sign_in(page: Page, site: Program) -> None:
    person = site.demo["portal"]["clinic-desk"]
    page.goto("/login")
    page.get_by_label("نام کاربری").fill(person["username"])
    page.get_by_label("گذرواژه").fill(person["password"])
    page.get_by_role("button", name="ورود").click()
    page.wait_for_url("**/portal")


def free_slots(page: Page) -> str:
    """The table of a wide screen or the list of a narrow one."""
    return f"{'.week-list' if width_of(page) < 960 else '.week-table'} a.week-slot-1"


def publish(page: Page, number: str, axe: Axe) -> None:
    """Half hours from eight to nine in the evening, when nobody else is there, every day for four weeks."""
    page.goto("/desk/publish")
    page.get_by_role("searchbox").fill(number)
    page.get_by_role("button", name="یافتن").click()
    page.locator(f"a[href*='{number}']").first.click()
    for day in range(7):
        page.locator(f"#f-hours_{day}").fill("۲۰ تا ۲۱")
    page.get_by_label("مدت (دقیقه)").fill("سی")
    page.get_by_role("button", name="پیش‌نمایش").click()
    expect(page.locator("#f-minutes-error")).to_be_visible()
    axe(page)
    page.get_by_label("مدت (دقیقه)").fill("30")
    page.get_by_role("button", name="پیش‌نمایش").click()
    page.get_by_role("button", name="انتشار").click()
    expect(page.get_by_role("status")).to_contain_text("نوبت منتشر شد")


def book(page: Page, number: str, axe: Axe) -> str:
    """For a patient who phones, next week; gives the page of the slot."""
    page.get_by_role("link", name="هفتهٔ بعد").click()
    axe(page)
    page.locator(free_slots(page)).first.click()
    page.get_by_label("شناسه", exact=True).fill(synthetic_national_code(4_000_000 + width_of(page)))
    page.get_by_label("نام (اختیاری)").fill("سارا")
    page.get_by_label("نام خانوادگی").fill(f"نمونهٔ {number}")
    page.get_by_label("همراه").fill("09120000019")
    page.get_by_role("button", name="ثبت نوبت").click()
    page.get_by_role("button", name="آمد", exact=True).click()
    expect(page.get_by_text("در انتظار از")).to_be_visible()
    axe(page)
    return page.url


def take_back(page: Page, number: str, axe: Axe) -> None:
    """All of the provider's next month."""
    page.goto("/desk/withdraw")
    page.get_by_label("ارائه‌دهنده").select_option(f"Med_ID:{number}")
    page.locator("#f-until_day").fill("1405/13/01")
    page.get_by_role("button", name="ببینم").click()
    expect(page.get_by_role("alert")).to_be_visible()
    last = jalali.day_of(datetime.now(UTC) + timedelta(days=30))
    page.locator("#f-until_day").fill(jalali.slashed(last))
    page.get_by_role("button", name="ببینم").click()
    expect(page.get_by_role("table")).to_contain_text("سارا")
    axe(page)
    page.get_by_role("button", name="برداشتن").click()
    expect(page.get_by_role("table")).to_contain_text("سارا")


def test_a_clinic_publishes_books_receives_and_takes_back(page: Page, site: Program, axe: Axe) -> None:
    number = PROVIDERS[width_of(page)]
    sign_in(page, site)
    publish(page, number, axe)
    slot = book(page, number, axe)
    page.goto(slot.replace("/slot/", "/book/"))
    expect(page).to_have_url(re.compile("/desk/slot/"))  # what is taken is not booked again
    take_back(page, number, axe)
    page.goto(slot)
    expect(page.get_by_text("لغو شده توسط پزشک")).to_be_visible()
    page.goto("/desk")
    axe(page)
