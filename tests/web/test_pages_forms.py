"""Forms: read, shown again with all that is wrong, and drawn by the pieces of every page."""

import re
from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
import pytest
from starlette.responses import HTMLResponse, Response

from nabz.kit.clock import FixedClock
from nabz.kit.db import open_database
from nabz.kit.digest import Keyring
from nabz.kit.errors import NotFound, Problem
from nabz.kit.http import Call
from nabz.web import visit
from nabz.web.forms import BLANK, Filled, Form, local_path
from nabz.web.pages import Pages
from nabz.web.shell import Shell
from tests.fakes import Portal


class Taken(Problem):
    code = "test.name-taken"
    status = 409
    fa = "این نام گرفته شده است."
    en = "This name is taken."


class TooOften(Problem):
    code = "test.too-often"
    status = 429
    fa = "زیاد شد."
    en = "Too often."


class New(msgspec.Struct, frozen=True):
    name: Annotated[str, msgspec.Meta(max_length=10, pattern=r"\S")]
    places: Annotated[int, msgspec.Meta(ge=1, le=100)]
    length: Annotated[float, msgspec.Meta(ge=1)] = 1.5
    kind: str = "a"
    open: bool = False


ADDING = Form(
    New,
    {
        "name": ("نام را بنویسید.", "Write a name."),
        "places": ("عددی میان ۱ و ۱۰۰.", "A number between 1 and 100."),
        "length": ("عددی از ۱.", "A number from 1."),
    },
    {Taken: "name", TooOften: "places"},
)

PAGE = """
{%- import "parts.html" as parts with context -%}
{{ parts.error_list(form) }}{{ parts.csrf_field() }}
{{ parts.field(form, "name", "نام", required=true) }}
{{ parts.field(form, "code", "کد", autocomplete="one-time-code") }}
{{ parts.field(form, "secret", "رمز", type="password") }}
{{ parts.select(form, "kind", "نوع", [("a", "الف"), ("b", "ب")]) }}
{{ parts.checkbox(form, "open", "باز") }}
{{ parts.textarea(form, "places", "جا") }}
{{ parts.jalali_date(form, "until", "تا") }}
"""


def routes() -> Pages:
    pages = Pages("test")

    @pages.get("/new", summary="The form")
    async def blank(call: Call) -> Response:
        return await draw(call, BLANK)

    @pages.post("/new", summary="Add one")
    async def add(call: Call) -> Response:
        try:
            new = await ADDING.read(call)
            problems = {"taken": Taken(), "often": TooOften(retry_after=12.4), "lost": NotFound()}
            if new.name in problems:
                raise problems[new.name]
        except Problem as problem:
            return await ADDING.again(call, problem, draw)
        return Response(msgspec.json.encode(new))

    @pages.get("/search", summary="A form in the address")
    async def search(call: Call) -> Response:
        try:
            return Response(msgspec.json.encode(await ADDING.read(call)))
        except Problem as problem:
            return await ADDING.again(call, problem, draw)

    return pages


async def draw(call: Call, form: Filled) -> Response:
    shell = call.deps.shell
    assert isinstance(shell, Shell)
    page = shell.templates.from_string(PAGE).render(form=form, t=lambda fa, _en: fa, csrf=visit.csrf(call))
    return visit.leave(call, HTMLResponse(page))


@pytest.fixture
async def portal(clock: FixedClock) -> AsyncIterator[Portal]:
    portal = Portal(open_database("sqlite:///never-opened"), clock, Keyring(b"k" * 32), [routes()])
    yield portal
    await portal.close()


async def test_what_was_filled_in_rightly_is_read_into_its_type(portal: Portal) -> None:
    answer = await portal.post("/new", "/new", name="نو", places="۱۲", open="1")
    assert msgspec.json.decode(answer.content, type=New) == New("نو", 12, open=True)


async def test_all_fields_that_cannot_be_read_are_told_at_once(portal: Portal) -> None:
    answer = await portal.post("/new", "/new", name=" ", length="x")
    assert answer.status_code == 422
    told = re.findall(r'href="#f-(\w+)">([^<]+)', answer.text)
    assert told == [("name", "نام را بنویسید."), ("places", "عددی میان ۱ و ۱۰۰."), ("length", "عددی از ۱.")]
    assert 'aria-describedby="f-name-error' in answer.text
    assert "retry-after" not in answer.headers
    answer = await portal.post("/new", "/new", name="a", places="9999999999999999999", length="0")
    assert re.findall(r'href="#f-(\w+)"', answer.text) == ["places", "length"]


async def test_a_form_is_shown_again_as_it_was_typed_but_for_its_secrets(portal: Portal) -> None:
    typed = {"name": '"><b>', "places": "x<y", "kind": "b", "open": "1", "until": "1405/1/1"}
    answer = await portal.post("/new", "/new", **typed, secret="mystery-1", code="mystery-2")
    assert 'value="&#34;&gt;&lt;b&gt;"' in answer.text
    assert ">x&lt;y</textarea>" in answer.text
    assert '<option value="b" selected>' in answer.text
    assert re.search(r'name="open"[^>]* checked', answer.text)
    assert 'value="1405/1/1"' in answer.text
    assert "mystery" not in answer.text


async def test_a_problem_of_the_domain_stands_beside_its_field_in_the_browsers_language(portal: Portal) -> None:
    answer = await portal.post("/new", "/new", name="taken", places="1")
    assert (answer.status_code, "این نام گرفته شده است." in answer.text) == (422, True)
    answer = await portal.post("/new?lang=en", "/new", name="taken", places="1")
    assert (answer.status_code, "This name is taken." in answer.text) == (422, True)


async def test_who_has_to_wait_is_told_how_long(portal: Portal) -> None:
    answer = await portal.post("/new", "/new", name="often", places="1")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "12")
    assert "زیاد شد. (۱۲ ثانیهٔ دیگر)" in answer.text


async def test_what_typing_does_not_mend_is_a_page_of_its_own(portal: Portal) -> None:
    assert (await portal.post("/new", "/new", name="lost", places="1")).status_code == 404
    assert (await portal.post("/new", "/new", name="a", places="1", open="perhaps")).status_code == 400
    assert (await portal.post("/new", "/new", name="\0", places="x")).status_code == 400


async def test_a_search_is_a_form_in_the_address(portal: Portal) -> None:
    answer = await portal.get("/search", name="a", places="7")
    assert msgspec.json.decode(answer.content, type=New).places == 7
    answer = await portal.get("/search", name="a", places="700")
    assert answer.status_code == 422
    assert ">700</textarea>" in answer.text


def test_what_is_there_already_is_shown_as_a_browser_would_send_it() -> None:
    filled = Filled.of(New("نو", 12, 30.0, open=True))
    assert [filled.value(name) for name in New.__struct_fields__] == ["نو", "12", "30", "a", "1"]
    assert Filled({"open": False, "places": None, "length": 0.5}).value("length") == "0.5"
    assert {BLANK.value("open"), Filled({"open": False, "places": None}).value("open")} == {""}
    assert BLANK.error("open") == ""


@pytest.mark.parametrize(
    "asked",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
        "/\t/evil.example",
        "/a\r\nSet-Cookie: x=y",
        " //evil.example",
        "/%5cevil\\x",
    ],
)
def test_no_form_sends_anybody_to_another_site(asked: str) -> None:
    assert local_path(asked) == "/portal"


@pytest.mark.parametrize("asked", ["/", "/users?text=%D8%B9&after=a", "/users/0199#top"])
def test_a_form_sends_people_on_within_the_house(asked: str) -> None:
    assert local_path(asked) == asked
