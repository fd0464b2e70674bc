"""Typed functions as routes: what is read, who may come, and what every failure becomes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from nabz.kit.clock import FixedClock
from nabz.kit.db import open_database
from nabz.kit.digest import Keyring
from nabz.kit.errors import Fault, MethodNotAllowed, NotFound, Problem
from nabz.kit.http import Call, Deps, Routes
from nabz.kit.http.front import Front
from nabz.kit.http.routes import problem_json, starlette_routes
from nabz.settings import Settings
from tests.kit.asking import Answer, ask
from tests.kit.things import NOW

pytestmark = pytest.mark.wire

LIMIT = 1000


class Greeting(msgspec.Struct):
    name: str
    times: int = 1


@dataclass
class Person:
    user_id: str = "u1"
    display_name: str = "سارا نمونه"
    roles: frozenset[str] = frozenset({"nurse"})
    data_set: int = 0


class Full(Problem):
    code = "test.full"
    status = 503
    fa = "پر است: {room}."
    en = "Full: {room}."
    fault = Fault.HOUSE
    retry = True


class Unfinished(Problem):
    code = "test.unfinished"
    fa = "{missing}"
    en = "{missing}"


def broken_shape(_call: Call, _problem: Problem) -> Response:
    raise KeyError("a template that is not there")


async def identify(call: Call) -> Person | None:
    roles = call.header("x-roles")
    return None if roles is None else Person(roles=frozenset(roles.split(",")))


def good_routes() -> Routes:
    routes = Routes("good")

    @routes.post("/greet", summary="Greet", body=Greeting)
    async def greet(call: Call) -> dict[str, str]:
        return {"said": f"سلام {call.body.name}" * call.body.times}

    @routes.get("/greet", summary="Say how")
    async def how(call: Call) -> dict[str, Any]:
        return {"asked": msgspec.to_builtins(call.query(Greeting)), "ip": call.ip, "id": call.request_id}

    @routes.post("/sent", summary="Take a form")
    async def sent(call: Call) -> dict[str, Any]:
        return {"csrf": await call.field("csrf"), "form": msgspec.to_builtins(await call.form(Greeting))}

    @routes.post("/size", summary="Weigh a body")
    async def size(call: Call) -> dict[str, int]:
        return {"size": len(await call.bytes()), "again": len(await call.bytes())}

    @routes.delete("/thing/{name}", summary="Forget")
    async def forget(call: Call) -> None:
        assert call.path["name"]

    @routes.get("/nurses", summary="For nurses", roles=("nurse", "operator"))
    async def nurses(call: Call) -> dict[str, str]:
        return {"me": call.me.display_name}

    @routes.get("/anybody", summary="For all who are signed in", roles=())
    async def anybody(call: Call) -> dict[str, str]:
        return {"me": call.me.user_id}

    return routes


def failing_routes() -> list[Routes]:
    routes = Routes("failing")
    bare = Routes("bare", shape=broken_shape)

    @routes.get("/full", summary="Refuse")
    async def full(_call: Call) -> None:
        raise Full(room="اتاق ۱", retry_after=2.4)

    @routes.get("/unfinished", summary="Refuse without the facts of its text")
    async def unfinished(_call: Call) -> None:
        raise Unfinished

    @routes.get("/bug", summary="Fail")
    async def bug(_call: Call) -> None:
        raise ValueError("0012345678 سارا نمونه")

    @routes.get("/unwritable", summary="Answer with what is no JSON")
    async def unwritable(_call: Call) -> object:
        return {"x": object()}

    @routes.get("/inject", summary="Put the caller's text into a header")
    async def inject(call: Call) -> Response:
        return Response(headers={"x-name": call.query(Greeting).name})

    @routes.get("/go", summary="Send on")
    async def go(call: Call) -> Response:
        return RedirectResponse(call.query(Greeting).name)

    @bare.get("/bare", summary="Fail in a shape that fails")
    async def bare_bug(_call: Call) -> None:
        raise NotFound

    return [routes, bare]


@pytest.fixture
def app(tmp_path: Path) -> ASGIApp:
    settings = Settings(data=str(tmp_path), body_limit=LIMIT, body_seconds=0.1)
    deps = Deps(
        settings=settings,
        db=open_database("sqlite:///never-opened"),
        clock=FixedClock(NOW),
        keys=Keyring(b"k" * 32),
        identify=identify,
    )

    def lost(request: Request, error: Exception) -> Response:
        problem = MethodNotAllowed() if getattr(error, "status_code", 404) == 405 else NotFound()
        return problem_json(Call(request.scope, request.receive, deps), problem)

    endpoints = [endpoint for routes in (good_routes(), *failing_routes()) for endpoint in routes.endpoints]
    starlette = Starlette(routes=starlette_routes(deps, endpoints), exception_handlers={404: lost, 405: lost})
    return Front(starlette, settings, lambda *_: None)


def problem(answer: Answer, status: int, code: str) -> Any:
    assert answer.status == status
    assert answer.header("content-type") == "application/problem+json"
    assert answer.json["code"] == code
    assert answer.json["status"] == status
    assert answer.json["requestId"] == answer.header("requestId")
    return answer.json


async def test_a_body_is_read_into_its_type_and_an_answer_is_json(app: ASGIApp) -> None:
    answer = await ask(app, "POST", "/greet", b'{"Name": "', "سارا".encode(), b'"}')
    assert (answer.status, answer.json) == (200, {"said": "سلام سارا"})
    assert answer.header("content-type") == "application/json"


async def test_a_bad_body_is_the_callers_fault(app: ASGIApp) -> None:
    bodies = [b"", b"{", b"[]", b'{"name": []}', b'{"name": "a\\u0000"}', b'{"name": "\\ud800"}', b"\xff", b"[" * 999]
    for body in bodies:
        answer = await ask(app, "POST", "/greet", body)
        assert answer.status == 400, body
        assert answer.json["code"].startswith("kit."), body


async def test_query_and_form_are_read_into_their_types(app: ASGIApp) -> None:
    answer = await ask(app, "GET", "/greet", query=b"name=%D8%B3%D8%A7&times=2")
    assert answer.json["asked"] == {"name": "سا", "times": 2}
    answer = await ask(app, "POST", "/sent", b"csrf=%D8%B3&name=a+b")
    assert answer.json == {"csrf": "س", "form": {"name": "a b", "times": 1}}


@pytest.mark.parametrize("query", [b"name=%00", b"name=%ED%A0%80", b"name=%FF", b"name=\xff", b"times=x&name=a", b""])
async def test_a_bad_query_or_form_is_the_callers_fault(app: ASGIApp, query: bytes) -> None:
    for answer in (await ask(app, "GET", "/greet", query=query), await ask(app, "POST", "/sent", query)):
        assert 400 <= answer.status < 500


async def test_a_form_of_a_million_fields_is_refused_quickly(app: ASGIApp) -> None:
    answer = await ask(app, "POST", "/sent", b"a=&" * 330)
    assert answer.status == 400  # Greeting's name is missing
    big = Settings(body_limit=3_000_000)
    assert big.body_limit > 2_000_000
    answer = await ask(app, "GET", "/greet", query=b"a&" * 100_000)
    problem(answer, 400, "kit.body-not-text")


async def test_too_large_a_body_is_refused_by_its_length_before_it_comes(app: ASGIApp) -> None:
    for length in (str(LIMIT + 1), "9" * 5000):
        answer = await ask(app, "POST", "/size", headers=[("content-length", length)], then="silence")
        problem(answer, 413, "kit.body-too-large")
    for odd in ("-5", "\u00b2", "1e9", ""):
        answer = await ask(app, "POST", "/size", b"abc", headers=[("content-length", odd)])
        assert answer.json == {"size": 3, "again": 3}


async def test_too_large_a_body_is_refused_while_it_comes(app: ASGIApp) -> None:
    answer = await ask(app, "POST", "/size", *[b"x" * 100] * 11, then="silence")
    problem(answer, 413, "kit.body-too-large")
    answer = await ask(app, "POST", "/size", *[b"x" * 100] * 10)
    assert answer.json == {"size": LIMIT, "again": LIMIT}


async def test_a_body_that_does_not_come_is_not_waited_for(app: ASGIApp) -> None:
    problem(await ask(app, "POST", "/size", b"x", then="silence"), 408, "kit.body-slow")


async def test_a_caller_who_left_in_the_middle_costs_nothing(app: ASGIApp) -> None:
    answer = await ask(app, "POST", "/size", b"x", then="leave")
    assert answer.status == 499


async def test_nothing_to_say_is_204(app: ASGIApp) -> None:
    answer = await ask(app, "DELETE", "/thing/a%20b")
    assert (answer.status, answer.body) == (204, b"")


async def test_roles_are_checked_before_the_function(app: ASGIApp) -> None:
    problem(await ask(app, "GET", "/nurses"), 401, "kit.not-signed-in")
    problem(await ask(app, "GET", "/nurses", headers=[("x-roles", "citizen")]), 403, "kit.not-allowed")
    assert (await ask(app, "GET", "/nurses", headers=[("x-roles", "citizen,nurse")])).json == {"me": "سارا نمونه"}
    problem(await ask(app, "GET", "/anybody"), 401, "kit.not-signed-in")
    assert (await ask(app, "GET", "/anybody", headers=[("x-roles", "")])).json == {"me": "u1"}


async def test_an_unknown_address_and_a_wrong_method_are_told(app: ASGIApp) -> None:
    problem(await ask(app, "GET", "/nowhere"), 404, "kit.not-found")
    problem(await ask(app, "PUT", "/greet"), 405, "kit.method-not-allowed")
    problem(await ask(app, "HEAD", "/sent"), 405, "kit.method-not-allowed")
    problem(await ask(app, "BREW", "/greet"), 405, "kit.method-not-allowed")


async def test_head_is_get_without_its_body(app: ASGIApp) -> None:
    answer = await ask(app, "HEAD", "/greet", query=b"name=a")
    assert answer.status == 200  # the server leaves the body out
    assert answer.header("content-type") == "application/json"


async def test_a_nul_in_an_address_names_nothing(app: ASGIApp) -> None:
    problem(await ask(app, "DELETE", "/thing/a\0b"), 404, "kit.not-found")


async def test_a_problem_has_both_texts_and_says_when_to_come_back(app: ASGIApp) -> None:
    answer = await ask(app, "GET", "/full")
    told = problem(answer, 503, "test.full")
    assert (told["title_fa"], told["title"], told["retry"]) == ("پر است: اتاق ۱.", "Full: اتاق ۱.", True)
    assert answer.header("retry-after") == "2"


async def test_a_bug_is_500_and_its_line_in_the_log_names_nobody(
    app: ASGIApp, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await ask(app, "GET", "/bug", headers=[("cookie", "secret=1")], query=b"code=0012345678")
    problem(answer, 500, "kit.bug")
    said = "".join(capsys.readouterr())
    assert str(answer.header("requestId")) in said
    assert "ValueError" in said
    assert "test_http.py" in said
    for personal in ("0012345678", "سارا", "secret=1"):
        assert personal not in said
        assert personal not in answer.body.decode()


@pytest.mark.parametrize("path", ["/unfinished", "/unwritable", "/bare"])
async def test_whatever_fails_on_the_way_out_there_is_an_answer(app: ASGIApp, path: str) -> None:
    problem(await ask(app, "GET", path), 500, "kit.bug")


async def test_no_text_of_a_caller_becomes_a_header_of_its_own(app: ASGIApp) -> None:
    for text in (b"a%0d%0ax-evil:%201", b"a%0ab", b"a%0db"):
        answer = await ask(app, "GET", "/inject", query=b"name=" + text)
        assert answer.status in {400, 500}
        assert answer.header("x-name") is None
        assert answer.header("requestId")
    answer = await ask(app, "GET", "/go", query=b"name=/x%0d%0aset-cookie:%20a=1")
    assert answer.header("set-cookie") is None
    assert all(b"\n" not in value and b"\r" not in value for _, value in answer.headers)
