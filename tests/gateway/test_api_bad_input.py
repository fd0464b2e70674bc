"""Input that nobody should send: a clear error in the official shape, no 500, no hang, nothing half-written."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nabz.gateway.errors import BadIdentifier, BadLimits, BadNetwork, UnknownService
from nabz.gateway.model import Package, read_address, read_guid, read_network, read_pid
from nabz.gateway.service import packages
from tests.gateway.conftest import CALLS, House, basic
from tests.gateway.customers import by_hand, is_refusal, line_of, rows

ECHO, TEXT = f"{CALLS}/nabz/gwecho/Echo", f"{CALLS}/nabz/gwecho/Text"

REFUSED = {
    "nothing": (b"", "kit.body-empty"),
    "white space": (b" \r\n\t", "kit.body-empty"),
    "malformed": (b'{"a":', "kit.body-not-json"),
    "a trailing comma": (b'{"a":1,}', "kit.body-not-json"),
    "two documents": (b"{} {}", "kit.body-not-json"),
    "single quotes": (b"{'a':1}", "kit.body-not-json"),
    "a comment": (b"{/* */}", "kit.body-not-json"),
    "XML": (b"<a/>", "kit.body-not-json"),
    "a form": (b"a=1&b=2", "kit.body-not-json"),
    "not a number": (b'{"a":NaN}', "kit.body-not-json"),
    "endless": (b'{"a":Infinity}', "kit.body-not-json"),
    "latin-1": ('{"a":"é"}'.encode("latin-1"), "kit.body-not-text"),
    "windows-1256": ('{"a":"سلام"}'.encode("cp1256", "replace"), "kit.body-not-text"),
    "UTF-16": ('{"a":1}'.encode("utf-16"), "kit.body-not-text"),
    "UTF-16 without its mark": ('{"a":1}'.encode("utf-16-le"), "kit.text-refused"),
    "overlong": (b'{"a":"\xc0\xaf"}', "kit.body-not-text"),
    "surrogates in UTF-8": (b'{"a":"\xed\xa0\x80"}', "kit.body-not-text"),
    "NUL": (b'{"a":"\0"}', "kit.text-refused"),
    "NUL in disguise": (rb'{"a":"\u0000"}', "kit.text-refused"),
    "NUL in a key": (rb'{"\u0000":1}', "kit.text-refused"),
    "half a letter": (rb'{"a":"\ud800"}', "kit.text-refused"),
    "the other half": (rb'{"a":"\udc00\ud800"}', "kit.text-refused"),
    "too deep": (b"[" * 33 + b"]" * 33, "kit.body-too-deep"),
    "an abyss": (b"[" * 500_000, None),
    "an abyss of keys": (b'{"a":' * 200_000 + b"1" + b"}" * 200_000, None),
    "a huge number": (b'{"a":1' + b"0" * 100 + b"}", "kit.number-refused"),
    "a number of a million digits": (b"1" * 1_000_000, "kit.number-refused"),
    "a huge exponent": (b'{"a":1e999999999}', "kit.number-refused"),
    "too many": (b"[" + b"1," * 100_001 + b"1]", "kit.too-many-values"),
    "twins": (b'{"a":1,"a":2}', "kit.key-twice"),
}


async def test_a_body_that_is_no_message_is_refused_with_its_violation(house: House) -> None:
    headers = await house.bearer()
    for name, (body, code) in REFUSED.items():
        answer = await asyncio.wait_for(house.client.post(ECHO, content=body, headers=headers), 10)
        assert is_refusal(answer), name
        assert answer.status_code in {400, 413}, name
        assert code is None or [each["code"] for each in answer.json()["violations"]] == [code], name
        assert (await line_of(house, answer))["status"] == answer.status_code, name


async def test_a_message_of_the_wrong_shape_is_refused_with_its_violation(house: House) -> None:
    headers = await house.bearer()
    for body in (
        b"[]",
        b"1",
        b'"x"',
        b"null",
        b"true",
        b'{"text":null}',
        b'{"text":{}}',
        b'{"text":[]}',
        b'{"text":true}',
    ):
        answer = await house.client.post(TEXT, content=body, headers=headers)
        assert (answer.status_code, is_refusal(answer)) == (400, True), body
        assert len(answer.json()["violations"]) == 1, body


async def test_no_value_of_the_input_is_quoted_back(house: House) -> None:
    for body in ({"text": {"0012345678": 1}}, {"text": ["0012345678"]}, {"0012345678": 1, "text": []}):
        assert "0012345678" not in (await house.call("Text", body)).text


async def test_queries_without_end_are_refused(house: House) -> None:
    headers = await house.bearer()
    many = "&".join(f"f{number}=1" for number in range(10_000))
    for query in (many, "text=%00", "text=a&text=b", "text=a&TEXT=b", "x=1", "a" * 1_000_000):
        assert await by_hand(house, "GET", TEXT, query.encode(), headers, b"") == 400, query[:40]
    for query in ("a=1", many, "%00"):
        assert await by_hand(house, "POST", ECHO, query.encode(), headers, b"") == 400, query[:40]
    for raw in (b"text=\xff", b"text=%FF%FE", b"text=\0", b"\r\ntext=1", b"text=%", b"&&&=&text=1"):
        assert await by_hand(house, "GET", TEXT, raw, headers, b"") in {200, 400}, raw


async def test_headers_without_end_or_with_lines_of_their_own_do_no_harm(house: House) -> None:
    bearer = await house.bearer()
    for more in (
        {"x-junk": "a" * 100_000},
        {f"x-junk-{number}": "a" for number in range(1000)},
        {"cookie": "nabz_session=" + "a" * 100_000},
        {"content-type": "\r\nX-Admin: 1"},
        {"x-forwarded-for": "127.0.0.1\r\nX-Admin: 1"},
        {"content-length": "2, 2"},
        {"content-length": "-1"},
        {"content-length": "٢"},
    ):
        raw = [(name.encode(), value.encode()) for name, value in {**bearer, **more}.items()]
        answer = await house.client.post(ECHO, content=b"{}", headers=raw)
        assert answer.status_code == 200, more.keys()
        assert "x-admin" not in answer.headers
    for name in ("pid", "authorization"):
        raw = [(key.encode(), value.encode()) for key, value in {**bearer, name: "a" * 100_000}.items()]
        answer = await house.client.post(ECHO, content=b"{}", headers=raw)
        assert (answer.status_code, is_refusal(answer)) == (429 if name == "pid" else 401, True)


async def test_injected_sql_is_only_text(house: House) -> None:
    nasty = "'; DROP TABLE gateway_traffic; --"
    answer = await house.call("Outcome", {"status": 404, "tracking": nasty})
    assert (await line_of(house, answer))["tracking"] == nasty
    assert (await house.token(username=nasty)).status_code == 400
    assert (await house.client.post("/oauth/token", data={}, headers=basic(nasty))).status_code == 401
    assert (await house.call("Echo", {}, pid=nasty)).status_code == 429
    assert await rows(house, "SELECT count(*) AS n FROM gateway_package") == [{"n": 1}]


async def test_operators_input_is_checked_before_anything_is_written(house: House) -> None:
    now = house.clock.now()
    for network in ("", "x", "1.2.3", "1.2.3.4/33", "::/129", "1.2.3.4 5.6.7.8", "\0", "１.2.3.4", "a" * 10_000):
        with pytest.raises(BadNetwork):
            await house.db.write(packages.announce, "c1", network, "test", now)
    for per_day, per_second in ((0, None), (None, 0), (-1, -1)):
        package = Package(pid="9" * 24, client="c1", service_id="nabz/gwecho", per_day=per_day, per_second=per_second)
        with pytest.raises(BadLimits):
            await house.db.write(packages.grant, package, "test", now)
        with pytest.raises(BadLimits):
            await house.db.write(packages.limit, "6" * 24, per_day, per_second, None, "test", now)
    nowhere = Package(pid="9" * 24, client="c1", service_id="no/where")
    with pytest.raises(UnknownService):
        await house.db.write(packages.grant, nowhere, "test", now)
    assert await rows(house, "SELECT count(*) AS n FROM gateway_package") == [{"n": 1}]
    assert await rows(house, "SELECT count(*) AS n FROM audit_entry WHERE action LIKE 'gateway.%'") == [{"n": 2}]


@given(st.text())
def test_whatever_is_written_as_a_pid_is_24_hex_digits_or_nothing(text: str) -> None:
    found = read_pid(text)
    assert found is None or (len(found) == 24 and set(found) <= set("0123456789abcdef"))


@given(st.text())
def test_whatever_is_written_as_a_guid_is_one_or_refused(text: str) -> None:
    with suppress(BadIdentifier):
        assert len(read_guid(text)) == 36


@given(st.text() | st.ip_addresses().map(str))
def test_a_network_is_canonical_or_refused(text: str) -> None:
    try:
        found = read_network(text)
    except BadNetwork:
        return
    assert read_network(found) == found


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text() | st.from_regex(r"[a-z./%?#\\ ]+/[a-z./]+/[A-Za-z./]*"))
def test_an_address_is_made_of_names_or_is_none(path: str) -> None:
    found = read_address(path)
    if found is not None:
        service_id, operation = found
        for part in (*service_id.split("/"), operation):
            assert part not in {"", ".", ".."}
            assert not set(part) & set("/?#%\\ \0\r\n")
            assert len(part) <= 100
