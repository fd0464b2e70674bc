"""`POST /oauth/token` to the letter of the printed samples."""

import base64
import json
import re
from pathlib import Path
from uuid import UUID

import httpx2 as httpx
import msgspec
import pytest

from nabz.access.service import clients
from tests.gateway.conftest import PASSWORD, House, basic
from tests.gateway.customers import add_other_customer, add_person, dump, other_token, rows

SAMPLES = Path(__file__).parents[2] / "samples" / "ditas"
UNKNOWN = "f998a112-b166-4177-8e2e-c2d89fedb352"  # the refresh token that the guide prints


async def replay(house: House, name: str, refresh_token: str = "") -> httpx.Response:
    """Send a printed request as it stands, with only what the print masks or leaves open filled in."""
    printed = (SAMPLES / name).read_text(encoding="utf-8").rstrip("\n")
    (first, *head), body = printed.split("\n")[:-1], printed.split("\n")[-1]
    method, path, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in head)
    code = basic()["authorization"].removeprefix("Basic ")
    headers["Authorization"] = headers["Authorization"].replace("*****=", f"Basic {code}")
    headers["Authorization"] = headers["Authorization"].replace("{authorizationCode}", code)
    body = body.replace("{refreshToken}", refresh_token)
    return await house.client.request(method, path, content=body.encode(), headers=headers)


def shape(text: str) -> list[tuple[str, type]]:
    """Keys in their order, and the type of each value."""
    return [(key, type(value)) for key, value in json.loads(text).items()]


def printed(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8").rstrip("\n")


def letter(answer: httpx.Response) -> str:
    """An answer's body with the white space of the prints."""
    return msgspec.json.format(answer.content, indent=2).decode()


@pytest.mark.parametrize(
    ("sample", "password"),
    [("get_token.request.http", "yourpassw"), ("get_token.template.http", "yourpassword")],
)
async def test_the_printed_token_request_gets_the_printed_answer(house: House, sample: str, password: str) -> None:
    refused = await replay(house, sample)
    assert (refused.status_code, letter(refused)) == (400, printed("get_token.error.json"))
    await add_person(house, "yourusername", password)
    answer = await replay(house, sample)
    assert answer.status_code == 200
    assert shape(answer.text) == shape(printed("get_token.response.json"))
    given = answer.json()
    for name in ("access_token", "refresh_token"):
        assert str(UUID(given[name])) == given[name]
        assert UUID(given[name]).version == 4
    assert (given["token_type"], given["scope"], given["expires_in"]) == ("bearer", "trust read write", 900)
    assert answer.headers["content-type"] == "application/json"


async def test_the_printed_refresh_request_gets_the_printed_answer(house: House) -> None:
    for sample in ("refresh_token.request.http", "refresh_token.template.http"):
        refused = await replay(house, sample, UNKNOWN)
        assert (refused.status_code, letter(refused)) == (400, printed("refresh_token.error.json"))
    first = (await house.token()).json()
    house.clock.advance(300)
    answer = await replay(house, "refresh_token.template.http", first["refresh_token"])
    assert answer.status_code == 200
    assert shape(answer.text) == shape(printed("refresh_token.response.json"))
    second = answer.json()
    assert second["refresh_token"] == first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert second["expires_in"] == 900
    house.clock.advance(1)
    assert (await house.token()).json() == {**second, "expires_in": 899}


async def test_a_repeated_grant_hands_out_the_live_token_with_the_seconds_left(house: House) -> None:
    first = (await house.token()).json()
    for passed, left in ((137, 763), (0.5, 763), (0.5, 762), (761.9, 1)):
        house.clock.advance(passed)
        assert (await house.token()).json() == {**first, "expires_in": left}
    assert (await house.call("Echo", {})).status_code == 200


async def test_after_its_end_a_new_token_comes_with_the_same_refresh_token(house: House) -> None:
    first = (await house.token()).json()
    house.clock.advance(900)
    stale = {"authorization": f"Bearer {first['access_token']}"}
    assert (await house.call("Echo", {}, **stale)).status_code == 401
    second = (await house.token()).json()
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] == first["refresh_token"]
    assert second["expires_in"] == 900


async def test_the_life_of_a_token_is_a_setting(house: House) -> None:
    short = House(house.db, house.clock, token_seconds=360, refresh_token_days=1)
    await short.open()
    first = (await short.token()).json()
    assert first["expires_in"] == 360
    house.clock.advance(86_401)
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert (await short.client.post("/oauth/token", data=form, headers=basic())).status_code == 400
    assert (await short.token()).json()["refresh_token"] != first["refresh_token"]
    await short.close()


async def test_the_old_token_works_to_its_own_end_after_a_refresh(house: House) -> None:
    first = (await house.token()).json()
    house.clock.advance(600)
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = (await house.client.post("/oauth/token", data=form, headers=basic())).json()
    old, new = ({"authorization": f"Bearer {each['access_token']}"} for each in (first, second))
    house.clock.advance(299)
    assert (await house.call("Echo", {}, **old)).status_code == 200
    assert (await house.call("Echo", {}, **new)).status_code == 200
    house.clock.advance(1)
    assert (await house.call("Echo", {}, **old)).status_code == 401
    assert (await house.call("Echo", {}, **new)).status_code == 200


async def test_a_refresh_works_after_the_access_token_has_ended(house: House) -> None:
    first = (await house.token()).json()
    house.clock.advance(86_400)
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"].upper()}
    second = await house.client.post("/oauth/token", data=form, headers=basic())
    assert second.json()["refresh_token"] == first["refresh_token"]
    new = {"authorization": f"Bearer {second.json()['access_token']}"}
    assert (await house.call("Echo", {}, **new)).status_code == 200


async def test_a_refresh_token_opens_nothing_but_a_refresh(house: House) -> None:
    first = (await house.token()).json()
    wrong = {"authorization": f"Bearer {first['refresh_token']}"}
    assert (await house.call("Echo", {}, **wrong)).status_code == 401
    form = {"grant_type": "refresh_token", "refresh_token": first["access_token"]}
    assert (await house.client.post("/oauth/token", data=form, headers=basic())).status_code == 400


async def test_nothing_secret_stands_in_the_database_in_clear(house: House) -> None:
    first = (await house.token()).json()
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = (await house.client.post("/oauth/token", data=form, headers=basic())).json()
    await house.call("Echo", {"mark": "a body that is kept"})
    await house.token(password="wrong but secret too")
    await house.recorder.flush()
    stolen = dump(house).lower()
    assert b"a body that is kept" in stolen, "the dump shows what is stored"
    secrets = {first["access_token"], second["access_token"], first["refresh_token"]}
    for secret in (*secrets, PASSWORD, "testOnlySecret16", "wrong but secret too"):
        spellings = (secret, secret.replace("-", ""), secret.encode().hex(), base64.b64encode(secret.encode()).decode())
        for spelling in spellings:
            assert spelling.lower().encode() not in stolen, "a secret stands in the database"


async def test_token_answers_are_numbered_and_never_kept_by_proxies(house: House) -> None:
    numbers = set()
    for answer in (
        await house.token(),
        await house.token(password="wrong"),
        await house.client.post("/oauth/token", data={}),
        await house.client.get("/oauth/token"),
        await house.client.get("/oauth/nothing"),
    ):
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer.headers["requestId"])
        numbers.add(answer.headers["requestId"])
        if answer.status_code in {200, 400, 401}:
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["pragma"] == "no-cache"
    assert len(numbers) == 5


async def test_two_secrets_of_a_client_lead_to_two_data_sets(house: House) -> None:
    await house.db.write(clients.issue_secret, house.keys, "c1", 0, "productionOnly16", "test", house.clock.now())
    sandbox = (await house.token()).json()
    form = {"grant_type": "password", "username": "acme", "password": PASSWORD}
    real = (await house.client.post("/oauth/token", data=form, headers=basic(secret="productionOnly16"))).json()
    assert real["access_token"] != sandbox["access_token"]
    for token, data_set in ((sandbox, 1), (real, 0)):
        bearer = await house.desk.bearer(token["access_token"], house.clock.now())
        assert bearer.data_set == data_set
    crossed = {"grant_type": "refresh_token", "refresh_token": real["refresh_token"]}
    assert (await house.client.post("/oauth/token", data=crossed, headers=basic())).status_code == 400


async def test_a_token_call_has_its_line_in_the_log_without_any_secret(house: House) -> None:
    await add_other_customer(house)
    answer = await house.token()
    await house.token(password="wrong")
    await house.client.post("/oauth/token", data={"grant_type": "password"}, headers={"authorization": "Basic x"})
    await other_token(house)
    await house.recorder.flush()
    found = await rows(house, "SELECT * FROM gateway_traffic WHERE service_id = 'oauth/token'")
    assert sorted((line["status"], line["client"], line["operation"]) for line in found if line["client"]) == [
        (200, "c1", "password"),
        (200, "c2", "password"),
        (400, "c1", "password"),
    ]
    assert [line["status"] for line in found if not line["client"]] == [401]
    mine = next(line for line in found if line["request_id"] == answer.headers["requestId"])
    assert (mine["bytes_out"], mine["ip"], mine["data_set"]) == (len(answer.content), "127.0.0.1", 1)
    assert mine["bytes_in"] > 0
    assert await rows(house, "SELECT * FROM gateway_traffic_body") == []
