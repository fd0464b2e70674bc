"""Two members of the coding committee bring a new version about, in a real browser; a third brings a file."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.program import Program

Axe = Callable[[Page], None]


def sign_in(page: Page, site: Program, role: str) -> None:
    person = site.demo["portal"][role]
    page.context.clear_cookies()
    page.goto("/login")
    page.get_by_label("نام کاربری").fill(person["username"])
    page.get_by_label("گذرواژه").fill(person["password"])
    page.get_by_role("button", name="ورود").click()
    page.wait_for_url("**/portal")


def label_of(page: Page) -> str:
    """A label of this page's own: both widths walk the same way in one program."""
    size = page.viewport_size
    assert size is not None
    return f"1405.{size['width']}"


def test_one_editor_drafts_and_another_publishes(page: Page, site: Program, axe: Axe) -> None:
    label = label_of(page)
    sign_in(page, site, "coding-editor")
    page.goto("/maxa/edit?text=religion")
    axe(page)
    page.get_by_role("link", name="thritaEHR.Religion").click()
    axe(page)
    page.get_by_label("نام نسخه").fill(label)
    page.get_by_label("یادداشت").fill("آزمون")
    page.get_by_role("button", name="آغاز پیش‌نویس").click()
    page.get_by_label("یافتن کدی که هست").fill("1")
    page.get_by_role("button", name="یافتن").click()
    value = page.get_by_label("مقدار")
    expect(value).not_to_be_empty()
    value.fill(f"{value.input_value()} ({label})")
    axe(page)
    page.get_by_role("button", name="ذخیره در پیش‌نویس").click()
    expect(page.locator("#changes")).to_contain_text(label)
    axe(page)
    page.get_by_role("button", name="ارسال برای بررسی").click()
    expect(page.get_by_text("انتشار آن با عضو دیگری")).to_be_visible()
    expect(page.get_by_role("button", name="انتشار نسخه")).to_have_count(0)
    axe(page)

    sign_in(page, site, "coding-editor-2")
    page.goto("/maxa/edit")
    expect(page.get_by_text("در انتظار شما")).to_be_visible()
    page.goto("/maxa/edit/thritaEHR.Religion")
    axe(page)
    page.get_by_role("button", name="انتشار نسخه").click()
    expect(page.get_by_role("status").first).to_contain_text("نسخه منتشر شد")
    page.goto("/maxa/t/thritaEHR.Religion")
    expect(page.locator("main")).to_contain_text(f"({label})")


def test_a_file_is_tried_dry_mended_and_loaded(phone: Page, site: Program, axe: Axe, tmp_path: Path) -> None:
    label, file = label_of(phone), tmp_path / "list.csv"
    sign_in(phone, site, "coding-editor")
    phone.goto("/maxa/edit/ContactType/import")
    axe(phone)
    file.write_text("code,value\n1,تلفن\n2,\n", encoding="utf-8")
    phone.get_by_label("فایل", exact=True).set_input_files(file)
    phone.get_by_role("button", name="ارسال و بررسی").click()
    expect(phone.get_by_role("heading", name="نتیجهٔ آزمایش")).to_be_visible()
    expect(phone.locator("main")).to_contain_text("مقدار ندارد")
    expect(phone.locator("main")).to_contain_text("فایل درست نباشد")
    axe(phone)

    phone.goto("/maxa/edit/ContactType/import")
    file.write_text(f"code,value\n1,تلفن\n2,{label}\n", encoding="utf-8")
    phone.get_by_label("فایل", exact=True).set_input_files(file)
    phone.get_by_label("فقط همین ردیف‌ها").check()
    phone.get_by_role("button", name="ارسال و بررسی").click()
    phone.get_by_label("نام نسخه").fill(label)
    axe(phone)
    phone.get_by_role("button", name="بارگذاری", exact=True).click()
    phone.get_by_role("link", name="دیدن پیش‌نویس").click()
    expect(phone.locator("#changes")).to_contain_text(label)
    phone.get_by_role("link", name="کنار گذاشتن پیش‌نویس").click()
    axe(phone)
    phone.get_by_role("button", name="کنار گذاشتن پیش‌نویس").click()
    expect(phone.get_by_role("button", name="آغاز پیش‌نویس")).to_be_visible()


def test_a_letter_is_published_and_a_vendor_says_since_when(
    desk: Page, site: Program, axe: Axe, tmp_path: Path
) -> None:
    title, file = f"ابلاغیهٔ {label_of(desk)}", tmp_path / "letter.pdf"
    file.write_bytes(b"%PDF-1.7\nmade up")
    sign_in(desk, site, "operator")
    desk.goto("/maxa/letters/new")
    axe(desk)
    desk.get_by_label("شماره").fill(label_of(desk))
    desk.get_by_label("عنوان").fill(title)
    desk.get_by_role("textbox", name="تاریخ").fill("1405/01/10")
    desk.get_by_label("ترمینولوژی‌ها").fill("ContactType")
    desk.get_by_label("پیوست‌ها").set_input_files(file)
    desk.get_by_role("button", name="انتشار ابلاغیه").click()
    desk.wait_for_url(re.compile("/maxa/letters/[0-9a-f-]{36}"))
    place = desk.url
    with desk.expect_download() as download:
        desk.get_by_role("link", name="letter.pdf").click()
    assert download.value.suggested_filename == "letter.pdf"

    sign_in(desk, site, "vendor")
    desk.goto("/maxa/letters")
    axe(desk)
    desk.get_by_role("link", name=title).click()
    desk.get_by_role("textbox", name="از این تاریخ به کار برده‌ایم").fill("1405/01/15")
    desk.get_by_role("button", name="ثبت").click()
    expect(desk.locator("main")).to_contain_text("۱۴۰۵/۰۱/۱۵")
    axe(desk)

    sign_in(desk, site, "operator")
    desk.goto(place)
    expect(desk.get_by_role("region", name="به‌کارگیری")).to_contain_text("۱۴۰۵/۰۱/۱۵")
    axe(desk)
    desk.goto("/maxa/letters/report")
    axe(desk)
    expect(desk.get_by_role("region", name=title)).to_contain_text("۱۴۰۵/۰۱/۱۵")
    desk.context.clear_cookies()
    desk.goto(place)
    axe(desk)
