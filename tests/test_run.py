"""The run itself: its databases, its walls, its browser."""

import http.client
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

from tests import services
from tests.services import Engine

pytest_plugins = ["pytester"]


def names(url: str) -> set[str]:
    """The tables that somebody made in a database."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    with psycopg.connect(url) as server:
        return {name for (name,) in server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}


def make(url: str, name: str) -> None:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute(f"CREATE TABLE {name} (id INTEGER)")
    else:
        with psycopg.connect(url) as server:
            server.execute(f"CREATE TABLE {name} (id INTEGER)".encode())


def test_every_database_is_the_tests_own(engine: Engine) -> None:
    first = services.fresh_database("empty", engine=engine)
    make(first, "footprint")
    second = services.fresh_database("empty", engine=engine)
    assert (names(first), names(second)) == ({"footprint"}, set())
    services.drop_database(first)
    services.drop_database(second)


def test_a_dropped_database_is_gone(engine: Engine) -> None:
    url = services.fresh_database("empty", engine=engine)
    services.drop_database(url)
    if engine == "sqlite":
        assert not Path(url.removeprefix("sqlite:///")).exists()
    else:
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(url)


def test_postgres_sees_persian_letters() -> None:
    url = services.fresh_database("empty", engine="postgres")
    with psycopg.connect(url) as server:
        server.execute("CREATE EXTENSION pg_trgm")
        (found,) = server.execute("SELECT show_trgm('دیابت')").fetchone() or ([],)
    assert len(found) > 1
    services.drop_database(url)


@pytest.mark.kill
def test_the_durable_postgres_waits_for_the_disk() -> None:
    url = services.fresh_database("empty", engine="postgres", durable=True)
    with psycopg.connect(url) as server:
        assert server.execute("SHOW fsync").fetchone() == ("on",)
    services.drop_database(url)


def test_another_machine_is_out_of_reach() -> None:
    with socket.socket() as plain, pytest.raises(PermissionError, match=r"not to 192\.0\.2\.1"):
        plain.connect(("192.0.2.1", 80))
    with pytest.raises(PermissionError, match=r"other machines: example\.org"):
        http.client.HTTPConnection("example.org", timeout=1).connect()


def test_loopback_is_within_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


def test_the_browser_reaches_no_other_machine(chromium: Browser) -> None:
    page = chromium.new_page()
    with pytest.raises(PlaywrightError, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.org/")
    page.close()


@pytest.mark.parametrize(
    "body",
    ["<img src='data:,'>", "<p style='color: #ddd; background: #fff'>پریده‌رنگ</p>", "<p style='width: 3000px'>پهن</p>"],
    ids=["picture without words", "too pale", "too wide"],
)
def test_what_some_cannot_read_is_refused(chromium: Browser, axe: Callable[[Page], None], body: str) -> None:
    page = chromium.new_page()
    start = "<!doctype html><html lang=fa dir=rtl><title>آزمون</title><main><h1>آزمون</h1>"
    page.set_content(f"{start}<p>خوانا</p></main>")
    axe(page)
    page.set_content(f"{start}{body}</main>")
    with pytest.raises(AssertionError):
        axe(page)
    page.close()


def test_a_skipped_test_fails_the_run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    result = run(
        pytester,
        test_model="import pytest\n@pytest.mark.skip\ndef test_a(): pass\n@pytest.mark.xfail\ndef test_b(): assert 0\n",
        test_service="import pytest\npytest.skip(allow_module_level=True)\n",
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines_random(
        [
            "REFUSED: test_model.py::test_a was skipped*",
            "REFUSED: test_model.py::test_b was skipped*",
            "REFUSED: test_service.py was skipped whole*",
        ]
    )


def test_a_full_run_without_a_kind_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    result = run(pytester, "--full", test_model="def test_a(): pass\n")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines("REFUSED: a full run has tests of every kind*usecases*browser*")


def run(pytester: pytest.Pytester, *options: str, **files: str) -> pytest.RunResult:
    """A small run of its own, under the same rules."""
    root = Path(__file__).parents[1]
    pytester.makepyfile(**files)
    pytester.makeini(f"[pytest]\npythonpath = {root / 'src'} {root}\naddopts = --import-mode=importlib\n")
    return pytester.runpytest_subprocess("-p", "tests.conftest", *options)
