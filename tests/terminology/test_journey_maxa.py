"""Somebody looks a code up in MAXA: as one types, with the keyboard alone, and without any script."""

import re
from collections.abc import Callable

from playwright.sync_api import Browser, Page, Route, expect

from tests.program import Program

ARABIC_KAF, ARABIC_YEH = "\u0643", "\u064a"
KIDNEY = f"{ARABIC_KAF}ل{ARABIC_YEH}ه"


def test_the_box_answers_while_one_types_and_leads_to_a_code(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/maxa")
    page.locator("#f-q").press_sequentially(KIDNEY, delay=20)
    expect(page.locator("#hits mark").first).to_have_text("کلیه")
    expect(page.get_by_role("status")).to_have_text(re.compile("نتیجه"))
    expect(page.locator("#f-q")).to_be_focused()
    axe(page)
    page.fill("#f-q", "")
    expect(page.locator("#hits li")).to_have_count(0)
    page.fill("#f-q", "mometasone")
    expect(page.locator("#hits mark").first).to_have_text("MOMETASONE")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("MOMETASONE FUROATE 0.1 %")
    expect(page.get_by_role("button", name="کپی")).to_be_visible()
    axe(page)
    page.go_back()
    expect(page.locator("#f-q")).to_have_value("mometasone")


def test_a_newer_question_takes_the_place_of_an_older_one(desk: Page) -> None:
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    desk.route("**/maxa/search?**", hold_the_first)
    desk.goto("/maxa")
    with desk.expect_request("**/maxa/search?**"):
        desk.fill("#f-q", "درد")
    with desk.expect_event("requestfailed"):
        desk.fill("#f-q", "دین")
    expect(desk.locator("#hits mark").first).to_have_text("دین")


def test_a_terminology_its_versions_and_its_maps_are_readable(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/maxa/t/MAXA.imaging")
    expect(page).to_have_url(re.compile(r"/maxa/t/maxa\.Imaging$"))
    axe(page)
    page.locator("#f-q").press_sequentially("sono", delay=20)
    expect(page.locator("#hits mark").first).to_have_text("Sono")
    page.get_by_role("link", name="مقایسهٔ نسخه‌ها").click()
    expect(page.get_by_role("row").filter(has_text="US02").locator("ins").first).to_be_visible()
    axe(page)
    page.get_by_role("link", name="XR90").click()
    expect(page.locator("main")).to_contain_text("را به کار ببرید")
    page.goto("/maxa/t/ICD10--ICD10-FA")
    axe(page)
    page.locator("#hits a").first.click()
    expect(page.get_by_role("heading", name="نگاشت‌ها")).to_be_visible()


def test_without_a_script_a_code_is_found_and_versions_are_compared(chromium: Browser, site: Program) -> None:
    context = chromium.new_context(
        java_script_enabled=False, base_url=site.base_url, viewport={"width": 360, "height": 780}
    )
    page = context.new_page()
    page.goto("/maxa")
    page.fill("#f-q", KIDNEY)
    page.get_by_role("button", name="جستجو").click()
    expect(page.locator("#hits mark").first).to_have_text("کلیه")
    page.locator("#hits a").first.click()
    expect(page.locator("h1")).to_contain_text("کلیه")
    page.goto("/maxa/t/thritaEHR.WardType/compare")
    page.get_by_role("button", name="مقایسه").click()
    expect(page.get_by_role("row")).to_have_count(4)
    context.close()
