"""Debian's Chromium as a fixture: a phone's width, a desk's, and the check for accessibility."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests import services
from tests.program import Program

PHONE = 360
DESK = 1280

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
    # A page that asks another machine for a font or a script must look as broken here as it does offline.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with services.one_at_a_time("chromium"):
        program = services.needed(services.find_chromium, "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield browser
        browser.close()


def _open(browser: Browser, width: int, base_url: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": 780},
        has_touch=width == PHONE,
        locale="fa-IR",
        timezone_id="Asia/Tehran",
        base_url=base_url,
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    wrong: list[str] = []

    def asked(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
            wrong.append(f"asked another machine: {request.url}")

    page.on("request", asked)
    page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
    yield page
    context.close()
    assert not wrong, wrong


@pytest.fixture
def phone(chromium: Browser, site: Program) -> Iterator[Page]:
    """A page 360 wide on the running demo: phone.goto("/")."""
    yield from _open(chromium, PHONE, site.base_url)


@pytest.fixture
def desk(chromium: Browser, site: Program) -> Iterator[Page]:
    """A page 1280 wide on the running demo."""
    yield from _open(chromium, DESK, site.base_url)


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, chromium: Browser, site: Program) -> Iterator[Page]:
    """One after the other: the phone and the desk."""
    yield from _open(chromium, request.param, site.base_url)


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """axe(page): no violation of WCAG 2.2 AA, and nothing wider than the screen."""

    def check(page: Page) -> None:
        options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
        found = Axe().run(page, options=options)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
        wide, screen = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= screen, f"{page.url} is {wide} wide on a screen of {screen}"

    return check
