"""Calls that are let through: how they may be written, and the envelope they come back in."""

import json
from pathlib import Path

import httpx2 as httpx
import msgspec

from nabz.access.service import clients
from nabz.gateway.service import packages
from tests.gateway.conftest import CALLS, PID, House
from tests.gateway.customers import change, limit, line_of, lines, rows

ENVELOPE = Path(__file__).parents[2] / "samples" / "ditas" / "envelope.template.txt"
ECHO = f"{CALLS}/nabz/gwecho/Echo"


async def test_the_scheme_the_pid_and_the_token_may_be_written_in_many_ways(house: House) -> None:
    token = (await house.bearer())["authorization"].removeprefix("Bearer ")
    for authorization in (
        f"Bearer {token}",
        f"bearer {token}",
        f"BEARER {token}",
        f"bEaReR   {token}  ",
        f'Bearer "{token}"',
        f"Bearer {token.upper()}",
    ):
        headers = {"authorization": authorization, "pid": PID}
        assert (await house.client.post(ECHO, content=b"{}", headers=headers)).status_code == 200, authorization
    pid = "5f00000000000000000000Ab"
    await change(house, "UPDATE gateway_package SET pid = :pid", pid=pid.lower())
    house.clock.advance(1)
    for name, value in (("pid", pid), ("Pid", pid.lower()), ("PID", pid.upper()), ("pId", f"  {pid} ")):
        headers = {"authorization": f"Bearer {token}", name: value}
        assert (await house.client.post(ECHO, content=b"{}", headers=headers)).status_code == 200, name


WRITTEN = [
    "/api/client/apim/v1/nabz/gwecho/Echo/",
    "/api/client/apim/v1/nabz/gwecho/Echo///",
    "//api/client/apim/v1/nabz/gwecho/Echo",
    "/api//client/apim//v1//nabz/gwecho//Echo",
    "/api/client/apim/v1/nabz/gw/echo/Echo",
    "/api/client/apim/v1/NABZ/GwEcho/ECHO",
    "/api/client/apim/v1/Nabz/GW/Echo/echo/",
    "/api/client/apim/v1/nabz/gwecho/%45cho",
    "/api/client/apim/v1/nabz/gwecho/Echo%20",
]


async def test_slashes_letter_case_and_the_printed_alias_lead_to_the_operation(house: House) -> None:
    headers = await house.bearer()
    for path in WRITTEN:
        answer = await house.client.post(f"http://nabz.test{path}", content=b"{}", headers=headers)
        assert (answer.status_code, answer.text.startswith('{"result":{"data":{}')) == (200, True), path
        line = await line_of(house, answer)
        assert (line["service_id"], line["operation"].lower()) == ("nabz/gwecho", "echo")


async def test_the_envelope_is_the_one_of_appendix_1(house: House) -> None:
    template = ENVELOPE.read_text(encoding="utf-8").replace("{obj}", '{"a": [1]}').replace("XXX", "200")
    answer = await house.call("Echo", {"a": [1]})
    ours = json.loads(answer.text)
    ours["status"]["message"] = "message"
    assert json.dumps(ours) == json.dumps(json.loads(template))
    assert answer.headers["content-type"] == "application/json"


SAID = [
    ('{"سلام":"علیک","empty":{},"n":null}', '{"سلام":"علیک","empty":{},"n":null}'),
    ('{"b":1,"a":2}', '{"b":1,"a":2}'),
    ("[]", "[]"),
    ("[1,[2,[3]]]", "[1,[2,[3]]]"),
    ('"اسلام"', r'"\"اسلام\""'),
    ("true", '"true"'),
    ("null", '"null"'),
    ("-12", '"-12"'),
    ("1.5", '"1.5"'),
    ("9223372036854775807", '"9223372036854775807"'),
    (' { "spaced" : 1 } ', '{"spaced":1}'),
    ("\ufeff{}", "{}"),
]


async def test_objects_and_arrays_are_embedded_and_scalars_stand_as_their_text(house: House) -> None:
    headers = await house.bearer()
    whole = '{"result":{"data":%s,"status":{"statusCode":200}},"status":{"statusCode":200,"message":"OK"}}'
    for body, data in SAID:
        answer = await house.client.post(ECHO, content=body.encode(), headers=headers)
        assert answer.text == whole % data, body


async def test_a_providers_own_status_travels_inside(house: House) -> None:
    for status in (400, 404, 409, 422):
        answer = await house.call("Outcome", {"status": status})
        inner = '{"result":{"status":{"statusCode":%d}},"status":{"statusCode":200,"message":"OK"}}'
        assert (answer.status_code, answer.text) == (200, inner % status)
    answer = await house.call("Outcome", {"status": 202})
    assert answer.status_code == 202
    assert answer.json()["status"] == {"statusCode": 202, "message": "Accepted!"}
    assert answer.json()["result"]["status"] == {"statusCode": 202}
    seen = {(line["status"], line["provider_status"]) for line in await lines(house) if line["pid"]}
    assert seen == {(200, 400), (200, 404), (200, 409), (200, 422), (202, 202)}


async def test_a_get_may_bring_a_body_or_query_parameters(house: House) -> None:
    headers = await house.bearer()
    address = f"{CALLS}/nabz/gwecho/Text"
    for answer in (
        await house.client.request("GET", address, content='{"text":"اسلام"}'.encode(), headers=headers),
        await house.client.request("GET", address, content='{"TEXT ":"اسلام"}'.encode(), headers=headers),
        await house.client.get(address, params={"text": "اسلام"}, headers=headers),
        await house.client.get(f"{address}/?Text=%D8%A7%D8%B3%D9%84%D8%A7%D9%85&other=1", headers=headers),
        await house.client.post(f"{address}?text=ignored", content='{"text":"اسلام"}'.encode(), headers=headers),
        await house.client.post(address, content=msgspec.json.encode('{"text":"اسلام"}'), headers=headers),
    ):
        assert answer.json()["result"]["data"] == '"اسلام"'


async def test_a_body_may_come_in_any_content_type(house: House) -> None:
    for kind in (
        "application/json",
        "application/json;charset=UTF-8",
        "text/plain",
        "application/x-www-form-urlencoded",
    ):
        answer = await house.call("Echo", {"a": 1}, **{"content-type": kind, "cache-control": "no-cache"})
        assert answer.json()["result"]["data"] == {"a": 1}, kind


async def test_every_call_has_one_line_that_says_who_what_when_and_how(house: House) -> None:
    answer = await house.call("Outcome", {"status": 200, "tracking": "140500012345"})
    line = await line_of(house, answer)
    assert (line["client"], line["user_id"], line["pid"], line["ip"]) == ("c1", "u1", PID, "127.0.0.1")
    assert (line["service_id"], line["operation"]) == ("nabz/gwecho", "Outcome")
    assert (line["status"], line["provider_status"], line["data_set"]) == (200, 200, 1)
    assert (line["bytes_out"], line["tracking"]) == (len(answer.content), "140500012345")
    assert line["bytes_in"] > 0
    assert line["millis"] > 0
    kept = await rows(house, "SELECT request, answer FROM gateway_traffic_body")
    assert kept == [{"request": '{"status":200,"tracking":"140500012345"}', "answer": answer.text}]


async def test_bodies_of_production_are_not_kept(house: House) -> None:
    await house.db.write(clients.issue_secret, house.keys, "c1", 0, "productionOnly16", "test", house.clock.now())
    await change(house, "DELETE FROM access_client_secret WHERE data_set = 1")
    secret = httpx.BasicAuth("acmeClient", "productionOnly16")
    form = {"grant_type": "password", "username": "acme", "password": "test-only-password"}
    token = (await house.client.post("/oauth/token", data=form, auth=secret)).json()["access_token"]
    headers = {"authorization": f"Bearer {token}", "pid": PID}
    answer = await house.client.post(ECHO, content=b'{"patient":1}', headers=headers)
    assert (answer.status_code, (await line_of(house, answer))["data_set"]) == (200, 0)
    assert await rows(house, "SELECT * FROM gateway_traffic_body") == []


async def test_a_change_takes_effect_within_a_second(house: House) -> None:
    headers = await house.bearer()
    now = house.clock.now

    async def status() -> int:
        house.clock.advance(1)
        return (await house.client.post(ECHO, content=b"{}", headers=headers)).status_code

    assert await status() == 200
    await house.db.write(packages.switch, PID, "test", now(), active=False)
    assert await status() == 429
    await house.db.write(packages.switch, PID, "test", now(), active=True)
    assert await status() == 200
    await limit(house, operations=["Text"])
    assert await status() == 429
    await limit(house, operations=[" ECHO ", "Text"])
    assert await status() == 200
    await house.db.write(packages.withdraw, "c1", "127.0.0.0/8", "test", now())
    assert await status() == 403
    await house.db.write(packages.announce, "c1", "127.0.0.1", "test", now())
    assert await status() == 200
    await house.db.write(clients.cut_secret, "c1", 1, "test", now())
    assert await status() == 401


async def test_a_service_that_is_switched_off_answers_nobody(house: House) -> None:
    assert (await house.call("Echo", {})).status_code == 200
    service = await house.db.read(packages.service, "nabz/gwecho")
    off = msgspec.structs.replace(service, active=False)
    await house.db.write(packages.change_service, off, "test", house.clock.now())
    house.clock.advance(1)
    assert (await house.call("Echo", {})).status_code == 429
