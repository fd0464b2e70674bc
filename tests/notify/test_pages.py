"""The inbox as a person sees it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp

from nabz.kit.db import Database, Tx
from nabz.kit.http import Call, Deps
from nabz.kit.http.front import Front
from nabz.kit.http.routes import starlette_routes
from nabz.notify import pages
from nabz.notify.model import Channel, Letter
from nabz.notify.service import letters
from nabz.web.shell import Shell
from tests.kit.asking import ask

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


@dataclass
class Person:
    user_id: str = "u1"
    display_name: str = "سارا نمونه"
    organisation_name: str = "وزارت نمونه"
    roles: frozenset[str] = frozenset()
    data_set: int = 0


async def identify(call: Call) -> Person | None:
    role = call.header("x-role")
    return Person(roles=frozenset({role})) if role else None


@pytest.fixture
def app_with(deps_with: Callable[..., Deps]) -> Callable[..., ASGIApp]:
    def make(**settings: object) -> ASGIApp:
        deps = replace(deps_with(**settings), identify=identify, shell=Shell(pages.NAV))
        endpoints = [endpoint for each in pages.routes() for endpoint in each.endpoints]
        return Front(Starlette(routes=starlette_routes(deps, endpoints)), deps.settings, lambda *_: None)

    return make


@pytest.fixture
async def _letters(db: Database) -> None:
    def keep_all(tx: Tx) -> None:
        text = "سلام <b>سارا</b>\n\nhttp://nabz.test/link/abc"
        letters.keep(tx, Letter("m1", Channel.MAIL, "a@example.com", "حساب <شما>", text, NOW))
        letters.keep(tx, Letter("s1", Channel.SMS, "09120000000", "", "کد: ۱۲۳۴۵۶", NOW))

    await db.write(keep_all)


@pytest.mark.usefixtures("_letters")
async def test_in_the_demo_everybody_reads_the_inbox(app_with: Callable[..., ASGIApp]) -> None:
    app = app_with(demo=True)
    page = (await ask(app, "GET", "/inbox")).body.decode()
    assert 'href="/inbox/m1"' in page
    assert 'href="/inbox/s1"' in page
    assert "حساب &lt;شما&gt;" in page
    letter = await ask(app, "GET", "/inbox/m1")
    assert letter.status == 200
    assert "سلام &lt;b&gt;سارا&lt;/b&gt;" in letter.body.decode()
    assert 'href="http://nabz.test/link/abc"' in letter.body.decode()
    assert (await ask(app, "GET", "/inbox/s1", query=b"lang=en")).status == 200


async def test_in_earnest_only_operators_read_it(app_with: Callable[..., ASGIApp]) -> None:
    app = app_with()
    for path in ("/inbox", "/inbox/m1"):
        answer = await ask(app, "GET", path)
        assert answer.status == 303
        assert str(answer.header("location")).startswith("/login?next=")
        assert (await ask(app, "GET", path, headers=[("x-role", "vendor")])).status == 403
    page = await ask(app, "GET", "/inbox", headers=[("x-role", "operator")])
    assert page.status == 200
    assert "هنوز پیامی فرستاده نشده است" in page.body.decode()


async def test_a_letter_that_is_not_there_is_told(app_with: Callable[..., ASGIApp]) -> None:
    for path in ("/inbox/nothing", "/inbox/a\0b", "/inbox/' OR 1=1"):
        answer = await ask(app_with(demo=True), "GET", path)
        assert answer.status == 404
        assert "<html" in answer.body.decode()


async def test_a_long_inbox_has_pages(app_with: Callable[..., ASGIApp], db: Database) -> None:
    def keep_all(tx: Tx) -> None:
        for number in range(pages.PAGE + 5):
            at = NOW + timedelta(minutes=number)
            letters.keep(tx, Letter(f"n{number:03}", Channel.SMS, "0912", "", "متن", at))

    await db.write(keep_all)
    app = app_with(demo=True)
    first = (await ask(app, "GET", "/inbox")).body.decode()
    assert 'href="/inbox?after=n005"' in first
    second = (await ask(app, "GET", "/inbox", query=b"after=n005")).body.decode()
    assert "/inbox/n004" in second
    assert "/inbox/n005" not in second
    assert "?after=" not in second
