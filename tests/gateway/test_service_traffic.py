"""The traffic log: written whatever happens to the store, bounded, and searched."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from nabz.gateway.model import Traffic
from nabz.gateway.service import traffic
from nabz.gateway.service.traffic import Recorder
from nabz.kit.db import Database, Statement
from nabz.kit.db.database import StoreAway
from nabz.kit.db.types import instant_text
from nabz.kit.errors import OutcomeUnknown
from tests.gateway.conftest import House
from tests.gateway.customers import lines, rows


class Failing:
    """A store that fails in a chosen way, before or after it has written."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.error: Exception | None = None
        self.writes_first = False
        self.tries = 0

    async def write_one(self, statement: Statement[Any], **args: object) -> list[Any]:
        self.tries += 1
        if self.error is not None and not self.writes_first:
            raise self.error
        found = await self._db.write_one(statement, **args)
        if self.error is not None:
            raise self.error
        return found


def line(house: House, number: int, **chosen: object) -> Traffic:
    known: dict[str, Any] = {
        "request_id": f"00000000-0000-4000-8000-{number:012}",
        "at": instant_text(house.clock.now()),
        "client": "c1",
        "user_id": "u1",
        "pid": "6" * 24,
        "service_id": "nabz/gwecho",
        "operation": "Echo",
        "ip": "127.0.0.1",
        "data_set": 1,
        "status": 200,
        "provider_status": 200,
        "millis": 1.25,
        "bytes_in": 2,
        "bytes_out": 3,
    }
    return Traffic(**{**known, **chosen})


async def test_lines_survive_a_store_that_is_away_and_are_written_once(house: House) -> None:
    store = Failing(house.db)
    recorder = Recorder(store)  # type: ignore[arg-type]
    for error, writes_first in ((StoreAway(), False), (OSError("disk full"), False), (OutcomeUnknown(), True)):
        store.error, store.writes_first = error, writes_first
        for number in range(3):
            recorder.note(line(house, number + 10 * store.tries))
        with pytest.raises(type(error)):
            await recorder.flush()
    store.error = None
    await recorder.flush()
    assert len(await lines(house)) == 9
    assert await recorder.flush() == 0


POISON: dict[str, dict[str, object]] = {
    "a tracking code of a page": {"tracking": "".join(chr(0x4E00 + n * 7 % 20000) for n in range(9000))},
    "NUL in a field": {"operation": "Ec\0ho"},
    "half a letter": {"tracking": "\ud800"},
    "a number beyond all": {"bytes_in": 2**70},
}


async def test_a_line_that_the_store_cannot_keep_does_not_hold_up_the_others(house: House) -> None:
    for number, poison in enumerate(POISON.values()):
        for good in range(20):
            house.recorder.note(line(house, number * 1000 + good))
            if good == 13:
                house.recorder.note(line(house, number * 1000 + 999, **poison))
        await house.recorder.flush()
    kept = {each["request_id"] for each in await lines(house)}
    assert kept >= {line(house, number * 1000 + good).request_id for number in range(len(POISON)) for good in range(20)}
    house.recorder.note(line(house, 77_777))
    assert await house.recorder.flush() == 1, "nothing is left behind"


async def test_no_call_can_poison_the_log(house: House) -> None:
    token = await house.bearer()
    nasty = "".join(chr(0x4E00 + n * 7 % 20000) for n in range(9000))
    assert (await house.call("Outcome", {"status": 200, "tracking": nasty})).status_code == 200
    for path, body, headers in (
        ("x/y/z%00", b"\0\xff\xfe", {}),
        ("%ED%A0%80/%FF/%F0%9F", b'"\\ud800"', {}),
        ("nabz/gwecho/Echo", b"\0", {"pid": "\0" * 24}),
        ("nabz/gwecho/Echo", b'{"a":"\xf0\x9f"}', {"x-forwarded-for": "\0, ' --"}),
        ("nabz/gwecho/Echo", b"\xff" * 100_000, {}),
        ("a" * 5000 + "/b/c", b"{}", {}),
    ):
        url = f"/api/client/apim/v1/{path}"
        raw = [(name.encode(), value.encode()) for name, value in {**token, **headers}.items()]
        assert (await house.client.post(url, content=body, headers=raw)).status_code < 500
    assert await house.recorder.flush() > 7
    assert all(len(each["operation"]) <= 120 and len(each["tracking"] or "") <= 120 for each in await lines(house))


async def test_a_store_that_stays_away_costs_bounded_memory(house: House) -> None:
    recorder = Recorder(Failing(house.db))  # type: ignore[arg-type]
    body = "آ" * 64_000
    big = line(house, 1, request_body=body, answer_body=body)
    for _ in range(traffic.WAITING + 10):
        recorder.note(big)
    kept = recorder._lines
    assert len(kept) == traffic.WAITING
    assert sum(len(each.request_body or "") for each in kept) <= traffic.BODIES_WAITING
    await Recorder(house.db).flush()


async def test_old_lines_and_bodies_are_forgotten_chunk_by_chunk(house: House) -> None:
    for number in range(30):
        house.recorder.note(line(house, number, request_body="{}", answer_body="{}"))
        house.clock.advance(86_400)
    await house.recorder.flush()
    now = house.clock.now()
    bounds = {"days": 10, "rows": 1000, "body_days": 3}
    while await house.db.write(traffic.prune, now, **bounds):
        pass
    assert [each["request_id"][-2:] for each in await lines(house)] == [f"{number:02}" for number in range(20, 30)]
    assert len(await rows(house, "SELECT * FROM gateway_traffic_body")) == 3
    bounds["rows"] = 4
    while await house.db.write(traffic.prune, now, **bounds):
        pass
    assert [each["request_id"][-2:] for each in await lines(house)] == ["26", "27", "28", "29"]


async def test_the_newest_rows_stay_even_if_all_are_of_one_instant(house: House) -> None:
    for number in range(50):
        house.recorder.note(line(house, number, request_body="{}", answer_body="{}"))
    await house.recorder.flush()
    while await house.db.write(traffic.prune, house.clock.now(), days=30, rows=7, body_days=3):
        pass
    assert len(await lines(house)) == 7
    assert len(await rows(house, "SELECT * FROM gateway_traffic_body")) == 7, "a body goes with its line"


async def test_calls_are_found_by_request_id_and_by_tracking_code(house: House) -> None:
    answers = [await house.call("Outcome", {"tracking": f"T-{number}"}) for number in range(3)]
    await house.recorder.flush()
    number = answers[1].headers["requestId"]
    for text in (number, number.upper(), f" {number} ", "T-1"):
        (found,) = await house.db.read(traffic.search, number=text)
        assert (found.request_id, found.tracking, found.client_id) == (number, "T-1", "acmeClient")
    assert await house.db.read(traffic.search, number="T-9") == []
    assert await house.db.read(traffic.search, number="T-1", client="another") == []
    opened = await house.db.read(traffic.one, number.upper())
    assert opened is not None
    assert opened[1] is not None
    assert msgspec.json.decode(opened[1].request or "") == {"tracking": "T-1"}
    assert await house.db.read(traffic.one, number, "another") is None


async def test_calls_are_listed_newest_first_and_page_by_page(house: House) -> None:
    for number in range(10):
        house.recorder.note(line(house, number, status=500 if number % 2 else 200))
        house.clock.advance(number % 3)  # some of them at one instant
    await house.recorder.flush()
    seen: list[str] = []
    before, last = house.clock.now() + timedelta(seconds=1), ""
    while page := await house.db.read(traffic.search, before=before, last=last, limit=3):
        seen += [each.request_id for each in page]
        before, last = page[-1].at, page[-1].request_id
    assert len(seen) == len(set(seen)) == 10
    assert seen == sorted(seen, reverse=True)
    assert len(await house.db.read(traffic.search, status=500)) == 5


async def test_the_last_quarter_of_an_hour_is_summed_up_by_service(house: House) -> None:
    house.recorder.note(line(house, 0, millis=1e6))
    house.clock.advance(901)
    for number in range(1, 11):
        house.recorder.note(line(house, number, millis=float(number), status=503 if number == 10 else 200))
    house.recorder.note(line(house, 20, service_id="made/up", status=404))
    await house.recorder.flush()
    found = {each.service_id: each for each in await house.db.read(traffic.lately, house.clock.now())}
    assert found.keys() == {"", "nabz/gwecho"}
    echo = found["nabz/gwecho"]
    assert (echo.calls, echo.errors, echo.p50, echo.p95) == (10, 1, 6.0, 10.0)
