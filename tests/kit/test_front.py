"""What every call passes first."""

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from nabz.kit.http.front import Front
from nabz.settings import Settings
from tests.kit.asking import ask

pytestmark = pytest.mark.wire


async def who(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(f"{scope['ip']} {scope['scheme']} {scope['request_id']}")(scope, receive, send)


async def fail(scope: Scope, _receive: Receive, send: Send) -> None:
    if scope["path"] == "/late":
        await send({"type": "http.response.start", "status": 200, "headers": []})
    raise ValueError("0012345678")


def front(app: ASGIApp = who, *proxies: str) -> Front:
    return Front(app, Settings(trusted_proxies=proxies), lambda *_: None)


async def seen_as(app: ASGIApp, client: str | None, *headers: tuple[str, str]) -> tuple[str, str]:
    answer = await ask(app, "GET", "/", headers=headers, client=(client, 1) if client else None)
    ip, scheme, _ = answer.body.decode().split(" ")
    return ip, scheme


async def test_every_answer_has_its_number_once_and_the_safe_headers() -> None:
    answers = [await ask(front(), "GET", "/", headers=[("requestid", "mine")]) for _ in range(3)]
    numbers = [answer.header("requestId") for answer in answers]
    assert len(set(numbers)) == 3
    assert "mine" not in numbers
    assert [answer.body.decode().split(" ")[2] for answer in answers] == numbers
    assert (b"requestId", str(numbers[0]).encode()) in answers[0].headers  # to the letter
    assert answers[0].header("x-content-type-options") == "nosniff"
    assert answers[0].header("x-frame-options") == "DENY"


async def test_a_stranger_is_not_believed() -> None:
    said = [("x-forwarded-for", "10.0.0.1"), ("x-forwarded-proto", "https")]
    assert await seen_as(front(), "192.0.2.7", *said) == ("192.0.2.7", "http")
    assert await seen_as(front(who, "10.0.0.0/8"), "192.0.2.7", *said) == ("192.0.2.7", "http")


async def test_a_trusted_proxy_is_believed_about_its_own_visitor_only() -> None:
    app = front(who, "10.0.0.0/8", "2001:db8::/32")
    for hops, ip in [
        ("192.0.2.7", "192.0.2.7"),
        ("1.1.1.1, 192.0.2.7", "192.0.2.7"),  # the visitor made up the first
        ("1.1.1.1, 192.0.2.7, 10.0.0.9", "192.0.2.7"),
        ("10.0.0.8", "10.0.0.8"),
        ("2001:DB8:0::5, 2a00::1", "2a00::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("1.1.1.1, nonsense", "10.0.0.2"),
        ("192.0.2.7:443", "10.0.0.2"),
        ("", "10.0.0.2"),
        (", ,", "10.0.0.2"),
    ]:
        assert await seen_as(app, "10.0.0.2", ("x-forwarded-for", hops)) == (ip, "http"), hops
    said = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "192.0.2.7, 10.0.0.3")]
    assert await seen_as(app, "10.0.0.2", *said) == ("192.0.2.7", "http")
    assert await seen_as(app, "::ffff:10.0.0.2", ("x-forwarded-for", "192.0.2.7")) == ("192.0.2.7", "http")
    assert await seen_as(app, "10.0.0.2") == ("10.0.0.2", "http")


async def test_the_scheme_is_what_the_nearest_proxy_says() -> None:
    app = front(who, "10.0.0.0/8")
    for said, scheme in [("https", "https"), ("HTTPS", "https"), ("https, http", "http"), ("ftp", "http")]:
        assert await seen_as(app, "10.0.0.2", ("x-forwarded-proto", said)) == ("10.0.0.2", scheme)


async def test_addresses_are_written_in_one_way() -> None:
    assert (await seen_as(front(), "::ffff:192.0.2.7"))[0] == "192.0.2.7"
    assert (await seen_as(front(), "2001:DB8:0:0::1"))[0] == "2001:db8::1"
    assert (await seen_as(front(), None))[0] == "127.0.0.1"


async def test_what_falls_through_all_doors_is_still_answered_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    answer = await ask(front(fail), "GET", "/")
    assert (answer.status, answer.json["code"]) == (500, "kit.bug")
    assert answer.json["requestId"] == answer.header("requestId")
    said = "".join(capsys.readouterr())
    assert str(answer.header("requestId")) in said
    assert "0012345678" not in said


async def test_an_answer_that_has_begun_is_not_begun_again() -> None:
    answer = await ask(front(fail), "GET", "/late")
    assert (answer.status, answer.body) == (200, b"")


async def test_how_it_went_is_told_also_when_it_failed() -> None:
    told: list[tuple[str, int]] = []

    def seen(scope: Scope, status: int, took: float) -> None:
        assert took >= 0
        told.append((scope["path"], status))

    async def leave(_scope: Scope, _receive: Receive, _send: Send) -> None:
        """Answer nothing: the caller is gone."""

    for app, path in ((who, "/a"), (fail, "/b"), (leave, "/c")):
        await ask(Front(app, Settings(), seen), "GET", path)
    assert told == [("/a", 200), ("/b", 500), ("/c", 499)]
