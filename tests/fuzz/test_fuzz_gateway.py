"""Generated calls: from our own OpenAPI document, and from nothing at all."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx2 as httpx
import msgspec
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from nabz.access.service.passwords import Passwords
from nabz.access.service.tokens import Desk
from nabz.gateway.api import tokens
from nabz.gateway.api.echo import echo
from nabz.gateway.service.traffic import Recorder
from nabz.kit import openapi
from nabz.kit.db import open_database
from nabz.kit.digest import Keyring
from nabz.settings import Settings
from tests.fuzz.conftest import Lasting
from tests.gateway.conftest import CALLS, basic
from tests.gateway.customers import is_refusal
from tests.program import environment

FEW = settings(max_examples=80, suppress_health_check=list(HealthCheck), deadline=None)
MANY = settings(max_examples=250, suppress_health_check=list(HealthCheck), deadline=None)
EXPECTED = {200, 202, 400, 401, 403, 404, 405, 408, 410, 413, 429}


def document() -> dict[str, Any]:
    """The gateway's part of openapi.json."""
    keys, chosen = Keyring(b"k" * 32), Settings()
    db = open_database("sqlite:///unopened")
    endpoints = [
        endpoint
        for routes in tokens.routes(Desk(db, keys, Passwords(keys), chosen), Recorder(db))
        for endpoint in routes.endpoints
    ]
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(openapi.document(endpoints, (echo,), "0")))
    return found


SCHEMA = schemathesis.openapi.from_dict(document())
OPERATIONS: list[Any] = [found.ok() for found in SCHEMA.get_all_operations()]  # type: ignore[union-attr]
CASES = st.sampled_from(OPERATIONS).flatmap(
    lambda operation: st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )
)


def check(answer: httpx.Response, path: str) -> None:
    """Whatever was sent: an expected status, a number, and a body in one of the official shapes."""
    assert answer.status_code in EXPECTED | ({503} if path.lower().endswith("outcome") else set())
    assert len(answer.headers["requestId"]) == 36
    if not path.startswith(CALLS) or answer.headers.get("content-type") != "application/json":
        return  # of another route, or of none at all (an address with a line break in it)
    body = answer.json()
    if list(body) == ["result", "status"]:
        assert body["status"] == {
            "statusCode": answer.status_code,
            "message": {200: "OK", 202: "Accepted!"}[answer.status_code],
        }
        assert list(body["result"])[-1] == "status"
    else:
        assert is_refusal(answer)


def test_the_document_names_every_route_of_the_gateway() -> None:
    assert {(each.method.upper(), each.path.rpartition("/")[2]) for each in OPERATIONS} == {
        ("POST", "token"),
        ("POST", "revoke"),
        ("POST", "introspect"),
        ("POST", "Echo"),
        ("GET", "Text"),
        ("POST", "Text"),
        ("POST", "Outcome"),
    }


@FEW
@given(case=CASES)
def test_what_the_document_allows_and_what_it_forbids_is_answered(lasting: Lasting, case: Any) -> None:
    if isinstance(case.body, dict) and "wait_ms" in case.body:
        case.body["wait_ms"] = 0  # it would wait
    kwargs = case.as_transport_kwargs(base_url="http://nabz.test")
    known = {
        name: value for name, value in kwargs.items() if name in {"method", "url", "params", "json", "data", "files"}
    }
    sent = requests.Request(**known, headers=dict(kwargs.get("headers") or {})).prepare()
    mine = basic() if case.path == "/oauth/token" else lasting.bearer
    headers = {**{name: str(value) for name, value in sent.headers.items() if name.lower() != "content-length"}, **mine}
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body
    assert body is None or isinstance(body, bytes)
    answer = lasting.run(lasting.house.client.request(str(sent.method), str(sent.url), content=body, headers=headers))
    check(answer, case.path)


JUNK = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from(
        [b"{}", b"[]", b"null", b'{"text":"x"}', b'{"status":404}', b'"{}"', b"\0", b"[" * 999, b'{"a":1,"a":1}']
    ),
)
PARTS = st.sampled_from(
    ["nabz", "gwecho", "gw", "echo", "Echo", "Text", "salamat", "gwdaroo", "..", "", "\0", "%", "\ud800"]
)
PATHS = st.lists(PARTS | st.text(max_size=8), max_size=5).map(lambda parts: f"{CALLS}/{'/'.join(parts)}")


@MANY
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS", "X"]),
    path=PATHS | st.sampled_from(["/oauth/token", f"{CALLS}/nabz/gwecho/Text", f"{CALLS}/salamat/gwdaroo/Op"]),
    query=st.binary(max_size=30) | st.just(b""),
    headers=st.lists(
        st.tuples(st.sampled_from([b"pid", b"authorization", b"content-length", b"x-forwarded-for", b"cookie"]), JUNK),
        max_size=3,
    ),
    body=JUNK,
    known=st.booleans(),
)
def test_whatever_comes_is_answered_in_the_official_shape(
    lasting: Lasting,
    method: str,
    path: str,
    query: bytes,
    headers: list[tuple[bytes, bytes]],
    body: bytes,
    *,
    known: bool,
) -> None:
    mine = basic() if path == "/oauth/token" else lasting.bearer
    raw = [(name.encode(), value.encode()) for name, value in mine.items()] if known else []
    status, told = lasting.run(by_server(lasting, method, path, query, [*raw, *headers], body))
    check(httpx.Response(status, headers=told[0], content=told[1]), path)
    lasting.run(lasting.house.recorder.flush())


async def by_server(
    lasting: Lasting, method: str, path: str, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> tuple[int, tuple[list[tuple[bytes, bytes]], bytes]]:
    """One call as a server makes it, with anything in it."""
    start: dict[str, Any] = {}
    parts: list[bytes] = []
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return messages.pop() if messages else {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        start.update(message) if message["type"] == "http.response.start" else parts.append(message["body"])

    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": headers}
    await lasting.house.app({**scope, "client": ("127.0.0.1", 1), "scheme": "http"}, receive, send)
    return start["status"], (start["headers"], b"".join(parts))


def watch_the_branches(tmp_path: Path) -> None:
    script = Path(__file__).with_name("fuzz_gateway.py")
    command = [sys.executable, str(script), "-max_total_time=6", "-timeout=20", f"-artifact_prefix={tmp_path}/"]
    root = Path(__file__).parents[2]
    known = environment(PYTHONPATH=f"{root / 'src'}:{root}", TMPDIR=str(tmp_path))
    done = subprocess.run(command, env=known, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-3000:]


if find_spec("atheris") is not None:  # it has wheels for Linux on x86_64 only

    def test_a_fuzzer_that_watches_the_branches_finds_nothing_in_a_few_seconds(tmp_path: Path) -> None:
        watch_the_branches(tmp_path)
