"""Providers on real sockets: broken protocols, silence, crowds, and callers that leave."""

import asyncio
import gzip

import httpx2 as httpx
import pytest

from nabz.gateway.remote import HttpUpstream
from tests.gateway.conftest import CALLS, House
from tests.gateway.customers import FAILED, OUTSIDE, OUTSIDE_PID, SLOW, STRANGE, add_outside, ask, rows, wrapped
from tests.gateway.upstream import Answer, drip, http, silence, upstream

pytestmark = pytest.mark.wire

WIRES: dict[str, tuple[Answer | bytes, dict[str, float], tuple[int, str]]] = {
    "an answer": (http(b'{"a":1}'), {}, wrapped('{"a":1}')),
    "no HTTP": (b"SSH-2.0-nothing\r\n\r\n", {}, STRANGE),
    "zipped": (http(gzip.compress(b"[1]"), "200 OK", "content-encoding: gzip"), {}, wrapped("[1]")),
    "a zip that is none": (http(b"[1]", "200 OK", "content-encoding: gzip"), {}, STRANGE),
    "half an answer": (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}", {}, STRANGE),
    "nothing at all": (b"", {}, STRANGE),
    "silence": (silence, {"time_limit": 0.2}, SLOW),
    "a drip": (drip, {"time_limit": 0.3}, SLOW),
}


async def test_on_a_real_wire_a_provider_answers_or_fails_in_its_time(house: House) -> None:
    for number, (name, (answer, chosen, told)) in enumerate(WIRES.items()):
        service, pid = f"outside/gw{number}", f"{number:024x}"
        async with upstream(answer) as provider:
            await add_outside(house, service, pid, address=provider.address, **chosen)
            await house.open(httpx.AsyncHTTPTransport())
            given = await asyncio.wait_for(ask(house, "Op", {}, service=service, pid=pid), 5)
            assert (given.status_code, given.text) == told, name
            assert provider.heard[0].startswith("POST /Op HTTP/1.1"), name
            await house.close()


async def test_nobody_listening_is_a_failed_provider(house: House) -> None:
    async with upstream(silence) as provider:
        pass
    await add_outside(house, address=provider.address)
    await house.open(httpx.AsyncHTTPTransport())
    given = await ask(house, "Op")
    assert (given.status_code, given.text) == FAILED


async def test_a_full_provider_refuses_at_once_and_takes_nothing_from_the_others(house: House) -> None:
    async with upstream(silence) as stuck, upstream(http(b"{}")) as well:
        for number in range(3):
            await add_outside(house, f"outside/gw{number}", f"{number:024x}", address=stuck.address)
        await add_outside(house, address=well.address)
        await house.open()
        house.remote._client = HttpUpstream(house.keys)._client
        token = (await house.bearer())["authorization"]

        async def call(number: int) -> httpx.Response:
            headers = {"authorization": token, "pid": f"{number:024x}"}
            return await house.client.post(f"{CALLS}/outside/gw{number}/Op", content=b"{}", headers=headers)

        waiting = [asyncio.create_task(call(number % 3)) for number in range(150)]
        await stuck.has_heard(150)
        refused = await asyncio.wait_for(call(0), 1)
        assert (refused.status_code, refused.text, refused.headers["retry-after"]) == (*FAILED, "1")
        assert (await asyncio.wait_for(ask(house, "Op"), 1)).status_code == 200
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_caller_that_leaves_ends_the_call_to_the_provider(house: House) -> None:
    async with upstream(silence) as provider:
        await add_outside(house, address=provider.address, at_once=1)
        await house.open(httpx.AsyncHTTPTransport())
        headers = {**await house.bearer(), "pid": OUTSIDE_PID}
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        left = asyncio.Event()
        messages = [{"type": "http.request", "body": b"{}", "more_body": False}]

        async def receive() -> dict[str, object]:
            if messages:
                return messages.pop()
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            raise AssertionError(message)

        path = f"{CALLS}/{OUTSIDE}/Op"
        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": raw}
        whole = {**scope, "client": ("127.0.0.1", 1), "scheme": "http"}
        calling = asyncio.create_task(house.app(whole, receive, send))  # type: ignore[arg-type]
        await provider.has_heard(1)
        left.set()
        await asyncio.wait_for(calling, 2)
        await asyncio.wait_for(provider.left.wait(), 2)
        await house.recorder.flush()
        found = await rows(house, "SELECT * FROM gateway_traffic WHERE status = 499")
        assert [(line["service_id"], line["provider_status"]) for line in found] == [(OUTSIDE, None)]
