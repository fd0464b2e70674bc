"""What the official functions refuse at once, and what they answer at the edges of what they take."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from nabz.kit import reader
from nabz.kit.db import Database
from nabz.kit.operations import Asked
from nabz.terminology.api import operations
from nabz.terminology.errors import TooMany, UnknownCode
from nabz.terminology.service import reading
from nabz.terminology.wire import official as wire
from tests.terminology.making import START, Desk, concept, sheet

SINCE = wire.FromDate(1390, 1, 1)


@pytest.fixture
async def desk(empty_db: Database) -> Desk:
    return Desk(empty_db)


def asked(desk: Desk, body: Any) -> Asked:
    kept: dict[type, Any] = {}

    def own(kind: type, make: Any) -> Any:
        return kept.setdefault(kind, make())

    deps = SimpleNamespace(db=desk.db, own=own, settings=SimpleNamespace(token_cache_seconds=60))
    call = SimpleNamespace(deps=deps, body=body, now=START + timedelta(days=1))
    return cast("Asked", call)


async def test_a_version_over_the_limit_is_refused_before_it_is_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.define("T")
    await desk.publish_sheet("T", "1", sheet(f"{number}" for number in range(12)))
    monkeypatch.setattr(operations, "MOST", 10)
    read: list[str] = []
    for name in ("page", "since"):
        true = getattr(reading, name)

        def watched(*args: Any, _name: str = name, _true: Any = true) -> Any:
            read.append(_name)
            return _true(*args)

        monkeypatch.setattr(reading, name, watched)
    whole = wire.TerminologiesTermByVersionRequest("T", "1")
    since = wire.SearchTerminologyRequest("T", SINCE)
    for function, body in ((operations.of_version, whole), (operations.since, since)):
        with pytest.raises(TooMany):
            await function(asked(desk, body))
    assert read == []
    with pytest.raises(TooMany):  # what is left is known only once it is read
        await operations.of_version(asked(desk, msgspec.structs.replace(whole, after="0")))
    parts = await operations.of_version(asked(desk, msgspec.structs.replace(whole, limit=5)))
    assert len(msgspec.json.decode(parts.body)) == 5


async def test_an_answer_of_several_pages_is_one_list(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.define("T")
    await desk.publish_sheet("T", "1", sheet("abcdefg"))
    monkeypatch.setattr(operations, "PAGE", 3)
    for limit in (None, 7, 4, 0):
        body = wire.TerminologiesTermByVersionRequest("T", "1", limit=limit)
        answer = await operations.of_version(asked(desk, body))
        codes = [one["coded_stringField"] for one in msgspec.json.decode(answer.body)]
        assert codes == list("abcdefg")[:limit]


async def test_a_value_longer_than_any_is_not_that_of_a_code(desk: Desk) -> None:
    await desk.define("T")
    await desk.publish("T", "1", concept("a"))
    long = "م" * 4001
    body = wire.ValidateCtsRequest(wire.CodedText(long, "T", "a"))
    assert await operations.validate(asked(desk, body)) is False
    with pytest.raises(UnknownCode):
        await operations.validate(asked(desk, wire.ValidateCtsRequest(wire.CodedText(long, "T", "b"))))


def test_hours_that_are_null_are_those_of_midnight() -> None:
    day = {"yearField": 1403, "monthField": 1, "dayField": 2}
    clock = {"hourField": None, "minuteField": None, "secondField": None}
    told = reader.read(msgspec.json.encode({"FromDate": {**day, **clock}}), wire.CtsTerminologiesRequest)
    assert told.FromDate.instant() == wire.FromDate(1403, 1, 2).instant()
