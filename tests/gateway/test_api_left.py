"""A caller that hangs up while one of our own functions works."""

import asyncio

import msgspec
import pytest

from nabz.gateway.service import packages
from nabz.kit.db import Tx
from tests.gateway.conftest import CALLS, House


@pytest.mark.parametrize(("wait_ms", "leaves", "noted"), [(120, True, 499), (120, False, 200), (0, True, 200)])
async def test_a_caller_that_left_a_slow_call_is_noted_as_gone(
    house: House, wait_ms: int, *, leaves: bool, noted: int
) -> None:
    headers = await house.bearer()
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    messages = [{"type": "http.request", "body": b'{"wait_ms": %d}' % wait_ms, "more_body": False}]
    sent: list[object] = []

    async def receive() -> dict[str, object]:
        if messages:
            return messages.pop()
        if not leaves:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        sent.append(message)

    path = f"{CALLS}/nabz/gwecho/Outcome"
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": raw}
    whole = {**scope, "client": ("127.0.0.1", 1), "scheme": "http"}
    await house.app(whole, receive, send)
    line = next(line for line in house.recorder._lines if line.operation == "Outcome")
    assert line.status == noted
    assert bool(sent) is (noted == 200)


async def test_a_function_of_ours_that_hangs_is_cut_off_at_its_time_limit(house: House) -> None:
    def hurry(tx: Tx) -> None:
        service = packages.service(tx, "nabz/gwecho")
        packages.change_service(tx, msgspec.structs.replace(service, time_limit=0.1), "test", house.clock.now())

    await house.db.write(hurry)
    answer = await house.call("Outcome", {"wait_ms": 5000})
    assert (answer.status_code, answer.json()["msg"]) == (504, "Backend timeout!")
