"""Each refusal of the gateway: its status and its body, to the letter."""

import asyncio
from collections.abc import AsyncIterator

import httpx2 as httpx

from nabz.gateway.service import packages
from tests.gateway.conftest import CALLS, PID, House
from tests.gateway.customers import (
    OTHER_PID,
    add_other_customer,
    add_outside,
    is_refusal,
    limit,
    line_of,
    other_token,
    refusal,
    twin,
)

ECHO = f"{CALLS}/nabz/gwecho/Echo"
EXPIRED = refusal(401, "")
BLOCKED = refusal(403, "Your origin IP is permanently blocked!")
NOT_FOUND = refusal(404, "Not Found!")
HTTPS = refusal(410, "All resources are moved permanently to the HTTP secure protocol(HTTPS)!")
DENIED = refusal(429, "Too many requests or Access denied!")


def told(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["requestId"]
    return answer.status_code, answer.text


async def test_without_a_living_token_nobody_gets_in(house: House) -> None:
    token = (await house.bearer())["authorization"].removeprefix("Bearer ")
    wrong = (
        None,
        "",
        "Bearer",
        "Bearer ",
        'Bearer ""',
        token,
        f"Basic {token}",
        f"Bearer{token}",
        f"Bearer {token[:-1]}",
        f"Bearer {token} {token}",
        f"Bearer {token}\r\nX-Admin: 1",
        f"Bearer {token.replace('-', '')}",
        "Bearer 00000000-0000-4000-8000-000000000000",
        "Bearer ' OR 1=1 --",
        "Bearer " + "a" * 100_000,
    )
    for value in wrong:
        headers = {"pid": PID, **({"authorization": value} if value is not None else {})}
        raw = [(name.encode(), text.encode()) for name, text in headers.items()]
        answer = await house.client.post(ECHO, content=b"{}", headers=raw)
        assert told(answer) == (401, EXPIRED), value
    house.clock.advance(900)
    expired = {"authorization": f"Bearer {token}", "pid": PID}
    assert told(await house.client.post(ECHO, content=b"{}", headers=expired)) == (401, EXPIRED)
    assert (await line_of(house, answer))["service_id"] == "nabz/gwecho", "the log says what was called, refused or not"


ADDRESSES = [
    ("203.0.113.7", "203.0.113.7", True),
    ("203.0.113.7", "203.0.113.8", False),
    ("203.0.113.0/24", "203.0.113.255", True),
    ("203.0.113.0/24", "203.0.114.0", False),
    ("203.0.113.0/24", "::ffff:203.0.113.9", True),
    ("2001:db8::/48", "2001:db8::abcd", True),
    ("2001:db8::/48", "2001:db8:1::1", False),
    ("2001:DB8:0::1", "2001:db8::1", True),
    ("::ffff:203.0.113.0/120", "203.0.113.9", True),
]


async def test_only_an_announced_address_gets_in(house: House) -> None:
    headers = await house.bearer()
    await house.db.write(packages.withdraw, "c1", "127.0.0.0/8", "test", house.clock.now())
    for network, ip, inside in ADDRESSES:
        async with house.caller(ip) as caller:
            house.clock.advance(1)
            assert told(await caller.post(ECHO, content=b"{}", headers=headers)) == (403, BLOCKED), ip
            await house.db.write(packages.announce, "c1", network, "test", house.clock.now())
            house.clock.advance(1)
            answer = await caller.post(ECHO, content=b"{}", headers=headers)
            assert told(answer)[0] == (200 if inside else 403), (network, ip)
            await house.db.write(packages.withdraw, "c1", network, "test", house.clock.now())
        assert (await line_of(house, answer))["ip"] == ip.removeprefix("::ffff:")


async def test_an_announced_address_is_one_customers_own(house: House) -> None:
    await add_other_customer(house)
    await house.db.write(packages.announce, "c2", "198.51.100.0/24", "test", house.clock.now())
    async with house.caller("198.51.100.9") as caller:
        assert told(await caller.post(ECHO, content=b"{}", headers=await house.bearer())) == (403, BLOCKED)
        theirs = {"authorization": f"Bearer {await other_token(house)}", "pid": OTHER_PID}
        assert (await caller.post(ECHO, content=b"{}", headers=theirs)).status_code == 200


NOWHERE = [
    "nabz/gwecho/Nope",
    "nabz/gwecho/Echo/More",
    "nabz/gwnothing/Echo",
    "nobody/gwecho/Echo",
    "nabz/gwecho",
    "nabz",
    "nabz/gwecho/%2e%2e",
    "nabz/gwecho/Echo%00",
    "nabz%00/gwecho/Echo",
    "nabz/gwecho/Echo%3Fx=1",
    "nabz/gwecho/" + "a" * 50_000,
    "a" * 50_000 + "/b/c",
    "nabz/gwecho/Echo%ED%A0%80",
    "'%20OR%201=1--/x/y",
]


async def test_what_is_not_there_is_not_found(house: House) -> None:
    headers = await house.bearer()
    for path in NOWHERE:
        answer = await house.client.post(f"{CALLS}/{path}", content=b"{}", headers=headers)
        assert told(answer) == (404, NOT_FOUND), path[:80]
        assert (await line_of(house, answer))["status"] == 404


async def test_a_method_that_an_operation_does_not_have_is_not_found(house: House) -> None:
    headers = await house.bearer()
    for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"):
        answer = await house.client.request(method, ECHO, content=b"{}", headers=headers)
        assert told(answer) == (404, NOT_FOUND), method


async def test_a_pid_opens_only_what_was_granted_with_it(house: House) -> None:
    await add_other_customer(house)
    await add_outside(house, "nabz/gwother", "9" * 24)
    wrong: dict[str, str | None] = {
        "missing": None,
        "empty": "",
        "unknown": "a" * 24,
        "too short": PID[:-1],
        "too long": PID + "6",
        "no hexadecimal": "g" * 24,
        "of another customer": OTHER_PID,
        "of another service": "9" * 24,
        "of two lines": f"{PID}\r\nX-Other: 1",
        "SQL": f"{PID[:10]}' OR '1'='1",
        "Persian digits": "۶" * 24,
        "NUL": f"{PID}\0",
        "huge": PID * 5000,
    }
    token = (await house.bearer())["authorization"]
    for name, value in wrong.items():
        raw = [(b"authorization", token.encode())] + ([(b"pid", value.encode())] if value is not None else [])
        answer = await house.client.post(ECHO, content=b"{}", headers=raw)
        assert told(answer) == (429, DENIED), name
    await limit(house, operations=["Text"])
    assert told(await house.call("Echo", {})) == (429, DENIED)
    assert (await house.call("Text", {"text": "x"})).status_code == 200
    await house.db.write(packages.switch, PID, "test", house.clock.now(), active=False)
    house.clock.advance(1)
    assert told(await house.call("Text", {"text": "x"})) == (429, DENIED)
    assert (await house.call("Nope", {})).status_code == 429, "who has no licence learns nothing of the operations"


async def test_a_days_quota_is_for_each_operation_and_turns_at_midnight_in_iran(house: House) -> None:
    await limit(house, per_day=3)
    for _ in range(3):
        assert (await house.call("Echo", {})).status_code == 200
    spent = await house.call("Echo", {})
    assert told(spent) == (429, DENIED)
    assert int(spent.headers["retry-after"]) >= 1
    assert (await house.call("Text", {"text": "x"})).status_code == 200
    house.clock.advance(14 * 3600 - 1)  # the clock began at ten in Tehran
    assert (await house.call("ECHO", {})).status_code == 429
    house.clock.advance(1)
    assert (await house.call("Echo", {})).status_code == 200


async def test_a_burst_is_held_back_and_told_when_to_come_again(house: House) -> None:
    await limit(house, per_second=5)
    statuses = [(await house.call("Echo", {})).status_code for _ in range(8)]
    assert statuses == [200] * 5 + [429] * 3
    answer = await house.call("Echo", {})
    assert told(answer) == (429, DENIED)
    assert answer.headers["retry-after"] == "1"
    house.clock.advance(0.4)
    assert [(await house.call("Echo", {})).status_code for _ in range(3)] == [200, 200, 429]


async def test_plain_http_is_sent_away_when_the_operator_says_so(house: House) -> None:
    headers = await house.bearer()
    async with twin(house, https_only=True, trusted_proxies=("10.0.0.0/8", "::1")) as strict:
        forwarded = {"x-forwarded-proto": "https", "x-forwarded-for": "127.0.0.1"}
        form = {"grant_type": "password", "username": "acme", "password": "x"}
        for ip, more, status in (
            ("127.0.0.1", {}, 410),
            ("127.0.0.1", forwarded, 410),
            ("10.1.2.3", {}, 410),
            ("10.1.2.3", {**forwarded, "x-forwarded-proto": "http"}, 410),
            ("10.1.2.3", {**forwarded, "x-forwarded-proto": "https, http"}, 410),
            ("10.1.2.3", {**forwarded, "x-forwarded-proto": "HTTPS"}, 200),
            ("::1", forwarded, 200),
            ("10.1.2.3", {**forwarded, "x-forwarded-for": "203.0.113.9"}, 403),
            ("10.1.2.3", {**forwarded, "x-forwarded-for": "127.0.0.1, 203.0.113.9, 10.9.9.9"}, 403),
        ):
            async with strict.caller(ip) as caller:
                answer = await caller.post(ECHO, content=b"{}", headers={**headers, **more})
                assert told(answer)[0] == status, (ip, more)
                if status == 410:
                    assert answer.text == HTTPS
                    assert told(await caller.post("/oauth/token", data=form, headers=more)) == (410, HTTPS)


async def test_a_body_over_the_limit_is_413_and_a_slow_one_408(house: House) -> None:
    headers = await house.bearer()

    async def drip() -> AsyncIterator[bytes]:
        yield b'{"a":'
        await asyncio.sleep(5)
        yield b"1}"

    async def flood() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1000

    async with twin(house, body_limit=50_000, body_seconds=0.1) as strict:
        for body, more, status in (
            (b'"' + b"a" * 49_998 + b'"', {}, 200),
            (b'"' + b"a" * 49_999 + b'"', {}, 413),
            (flood(), {}, 413),
            (b"{}", {"content-length": "50001"}, 413),
            (drip(), {}, 408),
        ):
            answer = await strict.client.post(ECHO, content=body, headers={**headers, **more})
            assert told(answer)[0] == status
            if status != 200:
                assert is_refusal(answer)
                assert len(answer.json()["violations"]) == 1


async def test_the_limit_of_a_body_is_the_setting_and_nothing_else(house: House) -> None:
    headers = await house.bearer()
    async with twin(house, body_limit=5_000_000) as generous:
        body = b'"' + b"a" * 4_000_000 + b'"'
        assert (await generous.client.post(ECHO, content=body, headers=headers)).status_code == 200
    assert (await house.client.post(ECHO, content=b" " * 1_500_000 + b"{}", headers=headers)).status_code == 200


BAD_BODIES = [
    ("Text", b"", "kit.body-empty", "The request body is empty."),
    ("Text", b"{}", "kit.value-missing", "'text' is missing."),
    ("Text", b'{"text":{}}', "kit.value-wrong", "The value of 'text' is not acceptable: `str` is expected."),
    ("Text", b'{"text":"a","TEXT":"b"}', "kit.key-twice", "'text' is given more than once."),
    ("Text", b'{"text":"a"', "kit.body-not-json", "The request body is not valid JSON."),
    (
        "Outcome",
        b'{"status":"x"}',
        "kit.value-wrong",
        "The value of 'status' is not acceptable: `int` is expected.",
    ),
]


async def test_a_bad_body_is_told_with_its_violation(house: House) -> None:
    headers = await house.bearer()
    for operation, body, code, message in BAD_BODIES:
        answer = await house.client.post(f"{CALLS}/nabz/gwecho/{operation}", content=body, headers=headers)
        violation = f'{{"code":"{code}","message":"{message}"}}'
        whole = f'{{"status":0,"code":400,"msg":"Bad request.","violations":[{violation}]}}'
        assert told(answer) == (400, whole), body
