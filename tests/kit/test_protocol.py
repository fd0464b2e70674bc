"""Heads of requests over real sockets: how large and how slow they may be."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn

from nabz.kit.http.protocol import BoundedHeads
from nabz.web.visit import LONGEST, cookie
from tests.program import Program, free_port

GET = b"GET /healthz HTTP/1.1\r\nHost: nabz\r\n"
SMALL = GET + b"\r\n"
SLOW_HEAD, SLOW_ANSWER = 0.3, 0.8


class Impatient(BoundedHeads):
    head_limit = 1000
    head_seconds = SLOW_HEAD
    farewell_seconds = 0.3


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["path"] == "/slow":
        await asyncio.sleep(SLOW_ANSWER)
    if scope["path"] == "/echo":
        while (await receive())["more_body"]:
            pass
    body = scope["path"].encode()
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module", params=["uvloop", "asyncio"])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """A server with small bounds in this process."""
    port = free_port()
    config = uvicorn.Config(
        app, port=port, http=Impatient, loop=request.param, lifespan="off", log_level="critical", timeout_keep_alive=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield port
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def until_closed(connection: socket.socket) -> bytes:
    answer = b""
    while more := connection.recv(65536):
        answer += more
    return answer


def answered(connection: socket.socket) -> None:
    """One request and its answer, after which the connection is idle."""
    connection.sendall(SMALL)
    answer = b""
    while not answer.endswith(b"\r\n\r\n/healthz"):
        more = connection.recv(65536)
        assert more
        answer += more


def ask(port: int, *parts: bytes) -> tuple[bytes, float]:
    """Everything that comes back until the server closes, and the seconds it took."""
    begun = time.monotonic()
    with connect(port) as connection:
        for part in parts:
            connection.sendall(part)
        return until_closed(connection), time.monotonic() - begun


def head(size: int, rest: bytes = b"Connection: close\r\n") -> bytes:
    """A whole request of so many bytes."""
    start = GET + rest + b"Cookie: "
    return start + b"a=b; " * ((size - len(start) - 4) // 5) + b"x" * ((size - len(start) - 4) % 5) + b"\r\n\r\n"


# ---------------------------------------------------------------- the program


@pytest.mark.parametrize("size", [32_769, 200_000, 8_000_000])
def test_a_large_head_is_refused_and_the_program_lives(site: Program, size: int) -> None:
    answer, seconds = ask(site.port, head(size))
    start, _, body = answer.partition(b"\r\n\r\n")
    assert start.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert b"\r\nrequestId: " in start
    assert b"\r\nconnection: close" in start
    assert json.loads(body) == {"status": 0, "code": 431, "msg": "Bad request.", "violations": []}
    assert seconds < 5
    answer, seconds = ask(site.port, head(200))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert seconds < 5


def test_who_is_still_sending_too_large_a_body_hears_the_refusal(site: Program) -> None:
    start = b"POST /api/Token/authenticate HTTP/1.1\r\nHost: nabz\r\nConnection: close\r\n"
    part = b"x" * 100_000
    chunk = b"186a0\r\n" + part + b"\r\n"
    for rest in (
        b"Content-Length: 5000000\r\n\r\n" + part * 50,
        b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 50 + b"0\r\n\r\n",
    ):
        answer, seconds = ask(site.port, start + rest)
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert seconds < 5


@pytest.mark.parametrize("size", [30_000, 32_768])
def test_a_head_within_the_limit_is_read(site: Program, size: int) -> None:
    assert ask(site.port, head(size))[0].startswith(b"HTTP/1.1 200 ")


def test_a_long_address_is_refused_too(site: Program) -> None:
    assert b" 431 " in ask(site.port, b"GET /" + b"a" * 100_000)[0]


# ---------------------------------------------------------------- how large


def test_the_limit_is_exact_however_the_head_arrives(port: int) -> None:
    for size, status in ((1000, b"200"), (1001, b"431")):
        request = head(size)
        with connect(port) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for start in range(0, size, 100):
                connection.sendall(request[start : start + 100])
                time.sleep(0.002)
            assert until_closed(connection).startswith(b"HTTP/1.1 " + status)


def test_each_request_of_a_connection_has_its_own_count(port: int) -> None:
    answer, _ = ask(port, head(900, b"") * 50 + head(900))
    assert answer.count(b"HTTP/1.1 200 ") == 51


def test_a_large_body_is_no_head(port: int) -> None:
    request = b"POST /echo HTTP/1.1\r\nHost: nabz\r\nConnection: close\r\n"
    whole = b"Content-Length: 500000\r\n\r\n" + b"b" * 500_000
    chunks = b"Transfer-Encoding: chunked\r\n\r\n" + b"5\r\nhallo\r\n" * 10_000 + b"0\r\nX-Trailer: a\r\n\r\n"
    assert ask(port, request + whole)[0].startswith(b"HTTP/1.1 200 ")
    assert ask(port, request + chunks)[0].startswith(b"HTTP/1.1 200 ")


def test_large_trailers_end_the_connection_without_an_answer(port: int) -> None:
    request = b"POST /echo HTTP/1.1\r\nHost: nabz\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhallo\r\n0\r\n"
    with connect(port) as connection:
        connection.sendall(request + b"X-Trailer: " + b"a" * 2500)
        with contextlib.suppress(ConnectionResetError):  # it was closed with our bytes unread
            assert until_closed(connection) == b""


def test_a_refusal_is_never_taken_for_the_answer_of_an_earlier_request(port: int) -> None:
    slow = b"GET /slow HTTP/1.1\r\nHost: nabz\r\n\r\n"
    with connect(port) as connection:
        connection.sendall(slow)
        time.sleep(0.1)
        connection.sendall(head(5000))
        with contextlib.suppress(ConnectionResetError):
            assert b"431" not in until_closed(connection)


# ---------------------------------------------------------------- how slow


def test_a_connection_that_says_nothing_is_closed(port: int) -> None:
    answer, seconds = ask(port)
    assert answer == b""
    assert SLOW_HEAD * 0.9 < seconds < SLOW_HEAD + 1


@pytest.mark.parametrize("earlier", [0, 1])
def test_a_slow_head_is_refused(port: int, earlier: int) -> None:
    with connect(port) as connection:
        for _ in range(earlier):
            answered(connection)
        begun = time.monotonic()
        connection.sendall(GET)
        for letter in b"abc":  # each new byte buys no time
            time.sleep(SLOW_HEAD / 6)
            connection.sendall(bytes([letter]))
        assert until_closed(connection).startswith(b"HTTP/1.1 408 ")
        assert SLOW_HEAD * 0.9 < time.monotonic() - begun < SLOW_HEAD + 1


def test_an_idle_connection_lives_longer_than_a_head_may_take(port: int) -> None:
    with connect(port) as connection:
        for _ in range(2):
            answered(connection)
            time.sleep(SLOW_HEAD * 2)
        begun = time.monotonic()
        assert until_closed(connection) == b""
        assert time.monotonic() - begun < 1


def test_stray_bytes_do_not_keep_a_connection_for_ever(port: int) -> None:
    with connect(port) as connection:
        answered(connection)
        connection.sendall(b"\r\n")
        assert until_closed(connection) == b""


def test_an_answer_that_takes_long_is_not_cut_off_by_the_next_head(port: int) -> None:
    slow = b"GET /slow HTTP/1.1\r\nHost: nabz\r\n\r\n"
    answer, seconds = ask(port, slow + SMALL + GET)
    assert answer.count(b"HTTP/1.1 200 ") == 2
    assert answer.count(b"HTTP/1.1 408 ") == 1
    assert seconds < SLOW_ANSWER + 2 * SLOW_HEAD + 1


def test_a_refused_caller_that_goes_on_sending_is_cut_off(port: int) -> None:
    begun = time.monotonic()
    with connect(port) as connection, contextlib.suppress(ConnectionError):
        while time.monotonic() - begun < 5:
            connection.sendall(b"a" * 10_000)
            time.sleep(0.01)
    assert time.monotonic() - begun < 3


# ---------------------------------------------------------------- cookies


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ("nabz_visit=abc", "abc"),
        ("a=b; nabz_visit=abc ;c=d", "abc"),
        ("a=b;xnabz_visit=abc", None),
        ("nabz_visit=a=b", "a=b"),
        ("nabz_visit", None),
        ("nabz_visit=", None),
        ("one{}two; nabz_visit=abc", "abc"),
        ("nabz_visit=" + "a" * LONGEST, "a" * LONGEST),
        ("nabz_visit=" + "a" * (LONGEST + 1), None),
        ("", None),
        (None, None),
    ],
)
def test_a_cookie_is_found_among_others(sent: str | None, found: str | None) -> None:
    call = SimpleNamespace(header=lambda _name: sent)
    assert cookie(call, "nabz_visit") == found  # type: ignore[arg-type]


def test_many_cookies_are_read_in_no_time() -> None:
    call = SimpleNamespace(header=lambda _name: '="' * 4_000_000)
    begun = time.monotonic()
    assert cookie(call, "nabz_visit") is None  # type: ignore[arg-type]
    assert time.monotonic() - begun < 2
