"""Providers over HTTP: what they say, how they fail, and what of it a caller sees."""

import httpx2 as httpx
import pytest

from nabz.gateway import remote
from nabz.gateway.service import packages
from nabz.gateway.service.providers import Breaker
from tests.gateway.conftest import CALLS, House
from tests.gateway.customers import (
    FAILED,
    OUTSIDE,
    OUTSIDE_PID,
    SLOW,
    STRANGE,
    add_outside,
    ask,
    by_hand,
    is_refusal,
    line_of,
    rows,
    wrapped,
)

pytestmark = pytest.mark.wire


async def listen(house: House, answer: httpx.Response | Exception) -> list[httpx.Request]:
    """Put a provider behind the gateway; gives what it hears."""
    heard: list[httpx.Request] = []

    def say(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    await house.open(httpx.MockTransport(say))
    return heard


ANSWERS: list[tuple[str, httpx.Response, tuple[int, str]]] = [
    ("object", httpx.Response(200, content=b'{"a": [1, null]}'), wrapped('{"a": [1, null]}')),
    ("array", httpx.Response(200, content=b"[]"), wrapped("[]")),
    ("created", httpx.Response(201, content=b"{}"), wrapped("{}", 201)),
    ("text in JSON", httpx.Response(200, content='"اسلام"'.encode()), wrapped(r'"\"اسلام\""')),
    ("boolean", httpx.Response(200, content=b"true"), wrapped('"true"')),
    ("number", httpx.Response(200, content=b" 12.50\n"), wrapped('"12.50"')),
    ("no JSON at all", httpx.Response(200, content=b"<ok/>"), wrapped('"<ok/>"')),
    ("no UTF-8", httpx.Response(200, content=b"\xff"), wrapped('"\ufffd"')),
    ("a mark before it", httpx.Response(200, content=b'\xef\xbb\xbf{"a":1}'), wrapped('{"a":1}')),
    ("empty", httpx.Response(200), wrapped(None)),
    ("no content", httpx.Response(204), wrapped(None, 204)),
    ("accepted", httpx.Response(202), wrapped(None, 202, 202)),
    ("accepted with a number", httpx.Response(202, content=b'{"n":1}'), wrapped('{"n":1}', 202, 202)),
    ("not found", httpx.Response(404, content=b'{"why":"unknown"}'), wrapped(None, 404)),
    ("a fault of the input", httpx.Response(400, content=b"<html>"), wrapped(None, 400)),
    ("our credential refused", httpx.Response(401), wrapped(None, 401)),
    ("broken JSON", httpx.Response(200, content=b'{"a":'), STRANGE),
    ("two documents", httpx.Response(200, content=b"{}{}"), STRANGE),
    ("not a number", httpx.Response(200, content=b"[NaN]"), STRANGE),
    ("JSON in no UTF-8", httpx.Response(200, content=b'{"a":"\xff"}'), STRANGE),
    ("half a letter", httpx.Response(200, content=rb'{"a":"\ud800"}'), STRANGE),
    ("an abyss", httpx.Response(200, content=b"[" * 100_000), STRANGE),
    ("a redirect", httpx.Response(302, headers={"location": "https://elsewhere.test/"}), STRANGE),
    ("moved for ever", httpx.Response(308, content=b"{}"), STRANGE),
    ("too much", httpx.Response(200, content=b"[" + b" " * remote.LARGEST_ANSWER + b"]"), STRANGE),
    ("a fault of its own", httpx.Response(500, content=b'{"stack":"secret"}'), FAILED),
    ("not there", httpx.Response(503, content=b"<html>"), FAILED),
]


async def test_what_a_provider_says_comes_in_the_envelope_or_as_the_gateways_own_refusal(house: House) -> None:
    await add_outside(house)
    for name, answer, told in ANSWERS:
        await listen(house, answer)
        given = await ask(house, "GetDrug", {"id": 1})
        assert (given.status_code, given.text) == told, name
        assert (await line_of(house, given))["status"] == told[0], name


async def test_how_a_provider_fails_decides_what_the_caller_is_told(house: House) -> None:
    await add_outside(house)
    for error, told in (
        (httpx.ConnectError("no"), FAILED),
        (httpx.ReadError("no"), FAILED),
        (httpx.ConnectTimeout("no"), SLOW),
        (httpx.ReadTimeout("no"), SLOW),
        (httpx.PoolTimeout("no"), SLOW),
        (httpx.RemoteProtocolError("no"), STRANGE),
    ):
        await listen(house, error)
        given = await ask(house, "GetDrug")
        assert (given.status_code, given.text) == told, error


async def test_an_operation_and_its_query_reach_the_provider_as_they_were_written(house: House) -> None:
    await add_outside(
        house, address="https://upstream.test/Base/V1/", credential=house.keys.seal("upstream", "Basic QQ==")
    )
    heard = await listen(house, httpx.Response(200, json={}))
    given = await ask(house, "GetDrug", {"Id": "۱"}, query="?Code=a%2Fb+c&Empty=&Code=%D8%A7")
    sent = heard[0]
    assert str(sent.url) == "https://upstream.test/Base/V1/GetDrug?Code=a%2Fb+c&Empty=&Code=%D8%A7"
    assert (sent.method, sent.content.decode()) == ("POST", '{"Id":"۱"}')
    assert sent.headers["requestid"] == given.headers["requestId"]
    assert sent.headers["authorization"] == "Basic QQ=="
    assert "pid" not in sent.headers
    stored = await house.db.read(packages.service, OUTSIDE)
    assert "QQ==" not in (stored.credential or "")
    assert "QQ==" not in given.text + str(given.headers)
    await ask(house, "lookUp.V2", method="GET", query="?a=" + "%00")
    assert (heard[1].method, heard[1].url.raw_path) == ("GET", b"/Base/V1/lookUp.V2?a=%00")
    assert (await line_of(house, given))["operation"] == "GetDrug"


ASTRAY = ("..", ".", "%2e%2e", "..%2f..%2fadmin", "a%3Fb=1", "a%23b", "a%00", "a@b", "a:1", "%252e%252e", "a" * 200)
RAW_QUERIES = ((b"a=\xff", 200), (b"a=\x01", 200), (b"a=b#c", 200), (b"a=\r\nX: 1", 200), (b"a" * 100_000, 400))


async def test_a_caller_cannot_lead_the_gateway_astray(house: House) -> None:
    await add_outside(house)
    heard = await listen(house, httpx.Response(200, json={}))
    for operation in (
        "..",
        ".",
        "%2e%2e",
        "..%2f..%2fadmin",
        "a%3Fb=1",
        "a%23b",
        "a%00",
        "a@b",
        "a:1",
        "%252e%252e",
        "a" * 200,
    ):
        assert (await ask(house, operation)).status_code == 404, operation
    assert heard == []
    headers = {**await house.bearer(), "pid": OUTSIDE_PID}
    for query, status in (
        (b"a=\xff", 200),
        (b"a=\x01", 200),
        (b"a=b#c", 200),
        (b"a=\r\nX: 1", 200),
        (b"a" * 100_000, 400),
    ):
        sent = await by_hand(house, "POST", f"{CALLS}/{OUTSIDE}/Op", query, headers)
        assert sent == status, query[:20]
    assert all(request.url.host == "upstream.test" and request.url.path == "/base/Op" for request in heard)
    assert (await ask(house, "Op")).status_code == 200, "none of it counts against the provider"


async def test_an_unwrapped_service_passes_through_and_refusals_keep_their_shape(house: House) -> None:
    await add_outside(house, wrapped=False, operations=["getdrug"])
    for status, body in ((200, b'{"Data": 1}'), (200, b'"x"'), (201, b""), (404, b'{"why":"unknown"}'), (422, b"[1]")):
        await listen(house, httpx.Response(status, content=body))
        given = await ask(house, "GetDrug")
        assert (given.status_code, given.content) == (status, body)
        assert (await line_of(house, given))["provider_status"] == status
    for answer, told in ((httpx.Response(500, content=b"secret"), FAILED), (httpx.Response(302), STRANGE)):
        await listen(house, answer)
        given = await ask(house, "GetDrug")
        assert (given.status_code, given.text) == told
    assert is_refusal(await ask(house, "Other"))


async def test_a_provider_that_fails_is_left_alone_and_tried_with_one_call(house: House) -> None:
    await add_outside(house)
    heard = await listen(house, httpx.Response(500))
    for _ in range(Breaker.FAILURES + 3):
        given = await ask(house, "Op")
        assert (given.status_code, given.text) == FAILED
    assert len(heard) == Breaker.FAILURES
    assert int(given.headers["retry-after"]) == Breaker.PAUSE
    house.clock.advance(Breaker.PAUSE - 1)
    await ask(house, "Op")
    assert len(heard) == Breaker.FAILURES
    house.clock.advance(1)
    await ask(house, "Op")
    await ask(house, "Op")
    assert len(heard) == Breaker.FAILURES + 1, "a failed probe means another pause"
    assert (await house.call("Echo", {})).status_code == 200, "others are not touched"


async def test_faults_of_the_input_do_not_count_against_a_provider(house: House) -> None:
    await add_outside(house)
    heard = await listen(house, httpx.Response(404))
    for _ in range(Breaker.FAILURES * 3):
        assert (await ask(house, "Op")).status_code == 200
    assert len(heard) == Breaker.FAILURES * 3


async def test_an_outside_service_may_have_a_quota_of_its_own(house: House) -> None:
    await add_outside(house, per_day=2)
    await listen(house, httpx.Response(200, json={}))
    assert [(await ask(house, op)).status_code for op in ("Op", "OP", "op", "Other")] == [200, 200, 429, 429]


async def test_a_sandbox_does_not_reach_an_outside_service_that_is_real(house: House) -> None:
    asked: list[httpx.Request] = []

    def hear(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={})

    await add_outside(house, sandbox=False)
    await house.open(httpx.MockTransport(hear))
    refused = await ask(house, "Op")
    assert (refused.status_code, refused.json()["code"], asked) == (429, 429, [])


async def test_invented_names_of_operations_share_one_quota(house: House) -> None:
    await add_outside(house, per_day=3)
    await house.open(httpx.MockTransport(lambda _request: httpx.Response(200, json={})))
    codes = [(await ask(house, f"Invented{number}")).status_code for number in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert len(await rows(house, "SELECT * FROM gateway_quota")) == 1
