"""Outside sources: asked, kept for their time, failing softly; away, slow and strange ones."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2 as httpx
import msgspec
import pytest
from sqlalchemy import select

from nabz.gateway.errors import ProviderFailed
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx
from nabz.registries.errors import BadSource, SourceAway
from nabz.registries.model import Known, Question, Registry, Source
from nabz.registries.remote import HttpSources
from nabz.registries.service import covers, people, practitioners, sources
from nabz.registries.store import sources as store
from nabz.registries.tables import kept
from tests.gateway.upstream import drip, http, silence, upstream
from tests.registries.calling import KEYS, Agencies, answering
from tests.registries.making import ALI, CODE, COVERED, MORE, PERSON, PHYSICIAN, TAMIN
from tests.registries.test_api_inquiries import COUNCIL_ANSWER, COVERS_ANSWER, IDENTITY_ANSWER, reason

DOWN = "ارتباط با سامانه بیمه گر برقرار نمی باشد 1911502 -1911501"
BARE_IDENTITY = json.dumps(json.loads(IDENTITY_ANSWER)["result"]["data"])
NOT_FOUND = '{"result":{"status":{"statusCode":404}},"status":{"statusCode":200,"message":"OK"}}'
NOBODY = '{"getEstelam3Response":{"return":{"message":"err.record.not.found","bookRow":[],"deathStatus":[]}}}'
PRINTED = "0012345679"
WHO = {"PersonID": {"ID": PRINTED, "Type": "National_Code"}}


class Agency:
    """Somebody else's registry: says what it is told to, and counts."""

    def __init__(self) -> None:
        self.says: Callable[[httpx.Request], httpx.Response] = lambda _request: httpx.Response(503)
        self.heard: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        return self.says(request)

    def say(self, body: str, status: int = 200) -> None:
        self.says = lambda _request: httpx.Response(status, text=body)

    def fall(self) -> None:
        def refuse(_request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("refused")

        self.says = refuse


@pytest.fixture
def agency() -> Agency:
    return Agency()


@pytest.fixture
async def agencies(sandbox: Database, clock: FixedClock, agency: Agency) -> AsyncIterator[Agencies]:
    made = Agencies(sandbox, clock, answering(agency))
    for registry in Registry:
        await connect(made, registry)
    yield made
    await made.close()


async def connect(to: Agencies, registry: Registry, address: str = "http://agency.test/gw", seconds: int = 600) -> None:
    source = Source(registry, address, seconds, "Bearer demo")
    await to.db.write(sources.connect, KEYS, source, "test", to.clock.now())


async def test_an_answer_is_kept_for_its_time(agencies: Agencies, agency: Agency, clock: FixedClock) -> None:
    agency.say(IDENTITY_ANSWER)
    assert (await agencies.identity(PRINTED, "13650630"))["name"] == "2LnZhNuM"
    (request,) = agency.heard
    assert str(request.url) == "http://agency.test/gw/getEstelam3"
    assert request.headers["authorization"] == "Bearer demo"
    assert json.loads(request.content) == {"personInformation": {"nin": PRINTED, "birthDate": "13650630"}}
    clock.advance(599)
    assert (await agencies.identity(PRINTED, "13650630"))["nin"] == "12345679"
    assert len(agency.heard) == 1
    agency.say(NOBODY)
    assert (await agencies.identity(PRINTED, "1366"))["message"] == "err.record.not.found", "another question"
    clock.advance(2)
    assert (await agencies.identity(PRINTED, "13650630"))["message"] == "err.record.not.found", "asked again"
    assert len(agency.heard) == 3


@pytest.mark.parametrize("said", [IDENTITY_ANSWER, BARE_IDENTITY, f'{{"result":{{"data":{IDENTITY_ANSWER}}}}}'])
async def test_answers_are_read_with_and_without_envelopes(agencies: Agencies, agency: Agency, said: str) -> None:
    agency.say(said.replace('"deathStatus":["0"]', '"deathStatus":"0"').replace('"bookRow":[]', '"bookRow":null'))
    told = await agencies.identity(PRINTED, "13650630")
    assert (told["family"], told["deathStatus"]) == ("2KrYs9iq24w=", ["0"])
    agency.say(NOT_FOUND)
    assert (await agencies.identity("9900000021"))["message"] == "err.record.not.found"


async def test_covers_and_members_come_from_outside(agencies: Agencies, agency: Agency) -> None:
    agency.say(COVERS_ANSWER.replace("1405", "1410"))
    (cover,) = (await agencies.ask("CallupInsurance", WHO))["data"]
    assert (cover["firstName"], cover["insurer"]["coded_string"], cover["birthDate"]["year"]) == ("علی", "1", 1365)
    agency.say(COVERS_ANSWER.replace("1405", "1410").replace('"coded_string":"1"}', '"coded_string":"3"}'))
    assert (await agencies.ask("CallupInsurance", WHO))["data"] == [cover], "as it was kept"
    (other,) = (await agencies.ask("CallupInsurance", {**WHO, "forceUpdate": "true"}))["data"]
    assert other["insurer"]["coded_string"] == "3"
    agency.say(COUNCIL_ANSWER)
    assert (await agencies.council("1234"))["ReturnValue"]["SpecialityCodes"] == ["171108"]
    told = '{"data":null,"isSuccess":false,"waitTime":0,"statusCode":-12305,"message":["فاقد پوشش"]}'
    agency.say(told)
    assert "یافت نشد" in reason(await agencies.ask("CallupInsurance", {"PersonID": {"ID": "9900000021"}}))


async def test_an_old_answer_serves_while_the_source_is_away(
    agencies: Agencies, agency: Agency, clock: FixedClock
) -> None:
    agency.say(COVERS_ANSWER.replace("1405", "1410"))
    told = await agencies.ask("CallupInsurance", WHO)
    agency.fall()
    clock.advance(86400)
    assert await agencies.ask("CallupInsurance", WHO) == told
    clock.advance(10 * 365 * 86400)
    assert reason(await agencies.ask("CallupInsurance", WHO)) == DOWN, "its covers have ended meanwhile"


async def test_our_own_tables_serve_where_nothing_was_kept(
    agencies: Agencies, agency: Agency, clock: FixedClock
) -> None:
    agency.fall()
    now = clock.now()
    await agencies.db.write(people.put, PERSON, now)
    assert (await agencies.identity(CODE))["name"]
    ours = {"PersonID": {"ID": CODE}}
    assert reason(await agencies.ask("CallupInsurance", ours)) == DOWN, "that we know of no cover means nothing"
    await agencies.db.write(covers.replace, ALI, [TAMIN, MORE], now)
    assert len((await agencies.ask("CallupInsurance", ours))["data"]) == 2
    await agencies.db.write(practitioners.put, PHYSICIAN, now)
    assert (await agencies.council("1234"))["ReturnValue"]["FirstName"] == "پزشک"


async def test_an_official_refusal_says_that_the_source_is_away(agencies: Agencies, agency: Agency) -> None:
    agency.fall()
    assert (await agencies.identity(PRINTED))["message"] == "IS_EXCEPTED"
    assert reason(await agencies.ask("CallupInsurance", WHO)) == DOWN
    with pytest.raises(ProviderFailed):
        await agencies.council("1234")
    agency.say(f'{{"data":null,"isSuccess":false,"message":["{DOWN}"]}}')
    assert reason(await agencies.ask("CallupInsurance", WHO)) == DOWN


@pytest.mark.parametrize(
    "said",
    [
        "",
        "no json",
        "[]",
        "null",
        "{}",
        "[" * 3000,
        '{"getEstelam3Response":{"return":{"name":"not base64!","nin":"0012345679"}}}',
        '{"getEstelam3Response":{"return":{"name":"/w==","nin":"0012345679"}}}',
        BARE_IDENTITY.replace("12345679", "9900000021"),
        BARE_IDENTITY.replace("13650630", "13651350"),
        '{"result":{"status":{"statusCode":500}}}',
        '{"result":{}}',
        BARE_IDENTITY[:-2] + "," + " " * 1_000_001 + BARE_IDENTITY[-2:],
    ],
)
async def test_a_strange_answer_is_none_and_is_not_kept(agencies: Agencies, agency: Agency, said: str) -> None:
    agency.say(said)
    assert (await agencies.identity(PRINTED, "13650630"))["message"] == "IS_EXCEPTED"
    agency.say(IDENTITY_ANSWER, status=302)
    assert (await agencies.identity(PRINTED, "13650630"))["message"] == "IS_EXCEPTED"
    agency.say(IDENTITY_ANSWER)
    assert (await agencies.identity(PRINTED, "13650630"))["name"]


async def test_a_source_that_fails_often_is_left_alone_for_a_while(
    agencies: Agencies, agency: Agency, clock: FixedClock
) -> None:
    for _ in range(7):
        await agencies.identity(PRINTED)
    assert len(agency.heard) == 5
    agency.say(IDENTITY_ANSWER)
    assert (await agencies.identity(PRINTED))["message"] == "IS_EXCEPTED"
    agency.say(COUNCIL_ANSWER)
    assert (await agencies.council("1234"))["ReturnValue"], "another registry has a breaker of its own"
    clock.advance(11)
    agency.say(IDENTITY_ANSWER)
    assert (await agencies.identity(PRINTED))["name"]


@pytest.mark.parametrize("slow", [silence, drip])
async def test_a_slow_source_is_not_waited_for(sandbox: Database, clock: FixedClock, slow: Any) -> None:
    await sandbox.write(people.put, PERSON, clock.now())
    async with upstream(slow) as source, reaching(0.2) as remote:
        told = Source(Registry.IDENTITY, source.address, 60)
        await sandbox.write(sources.connect, KEYS, told, "test", clock.now())
        assert await sources.identity(sandbox, remote, ALI, "13650630", clock.now()) == PERSON
        with pytest.raises(SourceAway):
            await sources.identity(sandbox, remote, ALI, "1366", clock.now())
        assert source.left.is_set()


async def test_a_real_socket_is_read_like_any_other(sandbox: Database, clock: FixedClock) -> None:
    async with upstream(http(COUNCIL_ANSWER.encode())) as source, reaching(5) as remote:
        told = Source(Registry.COUNCIL, source.address, 60)
        await sandbox.write(sources.connect, KEYS, told, "test", clock.now())
        assert await sources.council(sandbox, remote, PHYSICIAN.id, clock.now()) == PHYSICIAN


async def test_another_source_begins_with_nothing_kept(agencies: Agencies, agency: Agency, clock: FixedClock) -> None:
    agency.say(IDENTITY_ANSWER)
    await agencies.identity(PRINTED)
    await connect(agencies, Registry.IDENTITY, "http://other.test")
    await agencies.identity(PRINTED)
    assert len(agency.heard) == 2
    listed = await agencies.db.read(sources.listed)
    assert {each.registry for each in listed} == set(Registry)
    assert all(each.credential != "Bearer demo" for each in listed)
    assert await agencies.db.write(sources.disconnect, Registry.IDENTITY, "test", clock.now())
    assert not await agencies.db.write(sources.disconnect, Registry.IDENTITY, "test", clock.now())
    assert (await agencies.identity(PRINTED))["message"] == "err.record.not.found", "our own tables know nobody"
    with pytest.raises(BadSource):
        await connect(agencies, Registry.IDENTITY, "file:///etc")


async def test_old_answers_about_people_are_forgotten(agencies: Agencies, agency: Agency, clock: FixedClock) -> None:
    agency.say(IDENTITY_ANSWER)
    await agencies.identity(PRINTED, "1365")
    clock.advance(31 * 86400)
    await agencies.identity(PRINTED, "13650630")

    def keys(tx: Tx) -> list[str]:
        return list(tx.execute(select(kept.c.key).where(kept.c.data_set == tx.data_set)).scalars())

    assert await agencies.db.read(keys) == [f"National_Code:{PRINTED} 13650630"]


async def test_what_is_kept_tomorrow_is_not_believed_today(sandbox: Database, clock: FixedClock) -> None:
    """A sandbox may set its clock back."""
    question = Question(Registry.INSURANCE, ALI.key)
    answer = Known(msgspec.json.encode(COVERED).decode(), clock.now(), clock.now())
    await sandbox.write(store.keep, question, answer)
    assert await sandbox.read(store.known, question) == answer
    async with reaching(0.2, answering(lambda _request: httpx.Response(200, text=NOT_FOUND))) as remote:
        await sandbox.write(sources.connect, KEYS, Source(Registry.INSURANCE, "http://a.test", 60), "test", clock.now())
        assert await sources.insurance(sandbox, remote, ALI, clock.now()) is None


@asynccontextmanager
async def reaching(seconds: float, transport: httpx.AsyncBaseTransport | None = None) -> AsyncIterator[HttpSources]:
    """A client with little patience."""
    made = HttpSources(KEYS, transport, time_limit=seconds)
    yield made
    await made.close()
