"""Section 1, to the letter: signing in, refreshing, revoking, and every printed answer of them."""

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from nabz.access.model import Role
from nabz.access.service import users
from nabz.kit.db import Tx
from nabz.residency.model import Rules
from nabz.residency.service import rules
from tests import services
from tests.demo import NOW, fresh
from tests.fakes import a_person
from tests.residency.office import (
    AUTHENTICATE,
    DECLARED,
    MINISTRY,
    REFRESH,
    RENEW,
    RESIDENT,
    REVOKE,
    SECOND,
    TOKEN,
    Office,
    opened,
    sample,
)

PLAIN = "text/plain; charset=utf-8"
JSON = "application/json; charset=utf-8"
NOBODY, NO_PASSWORD = "Username not found", "Incorrect username or password"
NULL, DIFFER = "Invalid client request. User or token is null", "Invalid attempt!  Tokens do not match"
BUG = "Something went wrong. Please try again later."
CALLS = (AUTHENTICATE, RENEW, REVOKE)


def both(pair: dict[str, str], **changed: str) -> dict[str, str]:
    """The body of refresh and revoke."""
    return {"AccessToken": pair[TOKEN], "RefreshToken": pair[REFRESH], **changed}


def said(answer: httpx2.Response) -> tuple[int, str]:
    """A sentence and its status."""
    assert answer.headers["content-type"] == PLAIN
    return answer.status_code, answer.text


async def works(simad: Office, pair: dict[str, str]) -> bool:
    """Whether a token opens a list."""
    answer = await simad.client.get(f"{DECLARED}?yearId=1405", headers={"authorization": f"Bearer {pair[TOKEN]}"})
    assert answer.status_code in {200, 401}, answer.text
    return answer.status_code == 200


def shape(text_: str) -> tuple[int, int, type]:
    """How long a token is, and of which alphabet."""
    try:
        decoded = base64.b64decode(text_, validate=True)
        return len(text_), len(decoded), str
    except binascii.Error:
        decoded = base64.urlsafe_b64decode(text_)
        return len(text_), len(decoded), bytes


async def test_a_pair_has_the_letters_of_the_samples(simad: Office) -> None:
    printed, again = sample("authenticate.response"), sample("refresh.response")
    answer = await simad.ask(AUTHENTICATE, {"username": simad.who[0], "password": simad.who[1]})
    given = answer.json()
    assert answer.headers["content-type"] == JSON
    assert list(given) == list(printed) == [" Token", "RefreshToken", "expires", "displayName"]
    assert [len(given[name]) for name in (TOKEN, REFRESH)] == [len(printed[name]) for name in (TOKEN, REFRESH)]
    assert shape(given[REFRESH])[1] == shape(printed[REFRESH])[1] == 32
    form = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+03:30")
    assert form.fullmatch(given["expires"])
    assert form.fullmatch(printed["expires"])
    assert given["expires"] == "2026-11-22T10:15:00.000000+03:30"
    renewed = (await simad.ask(RENEW, both(given))).json()
    assert list(renewed) == list(again) == [" Token", "RefreshToken"]
    assert [len(renewed[name]) for name in renewed] == [len(again[name]) for name in again]
    assert renewed[TOKEN] != given[TOKEN]
    gone = await simad.ask(REVOKE, both(renewed))
    assert (gone.status_code, gone.content) == (200, b"")


async def test_every_printed_refusal_is_told_to_the_letter(simad: Office) -> None:
    user, password = simad.who
    one, other = await simad.sign_in(), await simad.sign_in()
    mixed = both(one, RefreshToken=other[REFRESH])
    stranger = {"AccessToken": "never-given", "RefreshToken": "never-given"}
    for path, body, wanted in (
        (AUTHENTICATE, {"username": "nobody-of-ours", "password": password}, (404, NOBODY)),
        (AUTHENTICATE, {}, (404, NOBODY)),
        (AUTHENTICATE, {"username": "demo-ministry", "password": "demo-only-ministry"}, (404, NOBODY)),
        (AUTHENTICATE, {"username": user, "password": "wrong"}, (403, NO_PASSWORD)),
        (AUTHENTICATE, {"username": None, "password": password}, (404, NOBODY)),
        (AUTHENTICATE, {"username": user}, (403, NO_PASSWORD)),
        (AUTHENTICATE, {"username": user, "password": None}, (403, NO_PASSWORD)),
        *((path, broken, (400, NULL)) for path in (RENEW, REVOKE) for broken in ("{", "", "[]", "null")),
        *((path, {"AccessToken": None, "RefreshToken": None}, (400, NULL)) for path in (RENEW, REVOKE)),
        (RENEW, both(one) | {"RefreshToken": 7}, (400, NULL)),
        (RENEW, {}, (400, NULL)),
        (RENEW, stranger, (400, NULL)),
        (RENEW, {"RefreshToken": one[REFRESH]}, (400, NULL)),
        (RENEW, mixed, (400, NULL)),
        (REVOKE, {}, (400, NULL)),
        (REVOKE, stranger, (400, NULL)),
        (REVOKE, {"AccessToken": one[TOKEN]}, (400, NULL)),
        (REVOKE, mixed, (403, DIFFER)),
        (REVOKE, both(one, AccessToken="never-given"), (403, DIFFER)),
    ):
        assert said(await simad.ask(path, body)) == wanted, (path, body)
    assert await works(simad, one)
    assert await works(simad, other)


async def test_parameters_stand_in_a_body_or_a_form_and_never_in_the_address(simad: Office) -> None:
    user, password = simad.who
    form = {"content-type": "application/x-www-form-urlencoded"}
    for path in (AUTHENTICATE, "/API/token/AUTHENTICATE/", "/api//Token//authenticate//"):
        answer = await simad.ask(path, {"UserName": user, " PASSWORD ": password})
        assert answer.status_code == 200, (path, answer.text)
    for body, headers in (
        (f"username={user}&password={password}", form),
        (f'"{{\\"username\\":\\"{user}\\",\\"password\\":\\"{password}\\"}}"', {}),
        (f'\ufeff{{"username":"{user.upper()}","password":"{password}"}}', {"content-type": "text/json"}),
    ):
        answer = await simad.ask(AUTHENTICATE, body, **headers)
        assert answer.status_code == 200, (body, answer.text)
    pair = answer.json()
    assert said(await simad.client.post(f"{AUTHENTICATE}?username={user}&password={password}")) == (404, NOBODY)
    query = {"accesstoken": pair[TOKEN], "refreshtoken": pair[REFRESH]}
    assert said(await simad.client.post(RENEW, params=query)) == (400, NULL)
    assert (await simad.ask(RENEW, query)).status_code == 200


async def test_token_calls_refuse_what_they_cannot_read(simad: Office) -> None:
    for path in CALLS:
        wrong = await simad.client.get(path)
        assert said(wrong) == (405, "Method Not Allowed")
        assert wrong.headers["allow"] == "POST"
        for kind in ("application/xml", "multipart/form-data; boundary=x", "text/plain"):
            refused = await simad.ask(path, "<x/>", **{"content-type": kind})
            assert said(refused)[0] == 415, path
            assert "application/json" in refused.text
        wanted = "The request body is not valid JSON." if path == AUTHENTICATE else NULL
        assert said(await simad.ask(path, '{"username": "')) == (400, wanted)
        assert said(await simad.ask(path, "x" * 3_000_000)) == (413, "Request Entity Too Large")
        assert said(await simad.ask(path, '{"username": "a\\u0000"}'))[0] == 400
        assert said(await simad.ask(path, '{"Token": "a", "token": "b"}'))[0] == (404 if path == AUTHENTICATE else 400)
    for lost in ("/api/Token/renew", "/API/token", "/api/token/revoke/x"):
        assert said(await simad.ask(lost, {})) == (404, "Resource not found")


async def test_a_token_is_taken_from_either_header(simad: Office) -> None:
    token = (await simad.sign_in())[TOKEN]
    for good in (
        {"authorization": f"Bearer {token}"},
        {"authorization": f"bearer  {token} "},
        {"authorization": token},
        {"token": token},
        {"Token": f"Bearer {token}"},
        {"authorization": "Basic b3RoZXI6cHJveHk=", "token": token},
        {"authorization": "Bearer", "token": f'"{token}"'},
    ):
        answer = await simad.client.get(
            "/API2//declareresidenttoupgrades/GETDECLARERESIDENTS/?YEARID=1405", headers=good
        )
        assert answer.status_code == 200, (good, answer.text)
    for bad in ({}, {"token": ""}, {"authorization": "Basic eDp5"}, {"token": token[:-1]}, {"token": "x" * 5000}):
        answer = await simad.client.get(f"{DECLARED}?yearId=1405", headers=bad)
        body = answer.json()
        assert (answer.status_code, body["status"], body["title"]) == (401, 401, "احراز هویت ناموفق بود")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json; charset=utf-8"


async def test_an_old_pair_is_good_for_a_lost_answer_and_then_ends_the_new_one(simad: Office) -> None:
    old = await simad.sign_in()
    new = (await simad.ask(RENEW, both(old))).json()
    simad.clock.advance(9)
    assert (await simad.ask(RENEW, both(old))).json() == new
    assert await works(simad, old)  # what was under way may still end
    simad.clock.advance(2)
    assert not await works(simad, old)
    assert await works(simad, new)
    assert said(await simad.ask(RENEW, both(old))) == (400, NULL)
    assert not await works(simad, new), "two hold it: both start again"
    assert said(await simad.ask(RENEW, both(new))) == (400, NULL)


async def test_no_password_and_no_token_stands_in_the_log(simad: Office) -> None:
    user, password = simad.who
    answers = [await simad.ask(AUTHENTICATE, {"username": user, "password": word}) for word in ("secret", password)]
    pair = answers[1].json()
    answers += [await simad.ask(path, both(pair)) for path in (RENEW, REVOKE)]
    refused = await simad.post(RESIDENT, {"StudentNumber": "said"})
    lines = [await simad.noted(answer.headers["requestId"]) for answer in (*answers, refused)]
    assert [(line.operation, line.status) for line, _ in lines] == [
        ("authenticate", 403),
        ("authenticate", 200),
        ("refresh", 200),
        ("revoke", 200),
        ("Residents/AddOrUpdate", 400),
    ]
    assert [kept for _, kept in lines[:4]] == [None] * 4
    kept = lines[4][1]
    assert kept is not None
    assert "said" in str(kept.request)
    assert "residency.refused" in str(lines[4][0].note)


async def test_those_who_refresh_at_once_are_given_one_pair(simad: Office) -> None:
    old = await simad.sign_in()
    answers = await asyncio.gather(*(simad.ask(RENEW, both(old)) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert await works(simad, answers[0].json())


async def test_what_is_revoked_is_dead_at_once(simad: Office) -> None:
    pair = await simad.sign_in()
    newer = (await simad.ask(RENEW, both(pair))).json()
    assert (await simad.ask(REVOKE, both(newer))).status_code == 200
    for each in (pair, newer):
        assert not await works(simad, each)
        assert said(await simad.ask(RENEW, both(each))) == (400, NULL)
        assert said(await simad.ask(REVOKE, both(each))) == (400, NULL)


async def test_tokens_run_out_and_a_refresh_token_later_than_its_token(simad: Office) -> None:
    pair = await simad.sign_in()
    simad.later(timedelta(minutes=15))
    assert not await works(simad, pair)
    newer = (await simad.ask(RENEW, both(pair))).json()
    assert await works(simad, newer)
    assert not await works(simad, pair), "what has run out does not live again for having been refreshed"
    simad.later(timedelta(days=30, seconds=1))
    assert said(await simad.ask(RENEW, both(newer))) == (400, NULL)


async def test_the_tokens_of_a_shut_account_and_of_an_old_password_end(simad: Office) -> None:
    other = simad.of_another()
    operator, now = a_person(Role.OPERATOR), simad.clock.now()
    pair = await other.sign_in()
    id_ = await simad.whole.read(users.id_of, SECOND[0])
    await simad.whole.write(users.disable, operator, id_, now)
    assert not await works(simad, pair)
    assert said(await simad.ask(RENEW, both(pair))) == (400, NULL)
    assert said(await simad.ask(AUTHENTICATE, {"username": SECOND[0], "password": SECOND[1]})) == (403, NO_PASSWORD)
    await simad.whole.write(users.enable, operator, id_, now)
    assert not await works(simad, pair)

    pair = await other.sign_in()

    def takes_role(tx: Tx, *roles: Role) -> None:
        users.set_roles(tx, operator, id_, roles, now)

    await simad.whole.write(takes_role)
    assert not await works(simad, pair)
    assert said(await simad.ask(RENEW, both(pair))) == (400, NULL)
    assert said(await simad.ask(AUTHENTICATE, {"username": SECOND[0], "password": SECOND[1]})) == (404, NOBODY)
    await simad.whole.write(takes_role, Role.UNIVERSITY)

    pair = await other.sign_in()
    await simad.whole.write(users.end_sessions, operator, id_, now)  # as a change of the password does
    assert not await works(simad, pair)
    assert said(await simad.ask(RENEW, both(pair))) == (400, NULL)

    def asks_for_a_code(tx: Tx, sealed: str | None) -> None:
        tx.execute(text("UPDATE access_user SET totp_sealed = :sealed WHERE id = :id"), {"sealed": sealed, "id": id_})

    await simad.whole.write(asks_for_a_code, "sealed")
    assert said(await simad.ask(AUTHENTICATE, {"username": SECOND[0], "password": SECOND[1]})) == (403, NO_PASSWORD)
    await simad.whole.write(asks_for_a_code, None)
    assert await works(simad, await other.sign_in())


async def renamed(simad: Office, table: str, new: str) -> None:
    """Take a table away, or bring it back: what nobody expects."""

    def rename(tx: Tx) -> None:
        tx.execute(text(f"ALTER TABLE {table} RENAME TO {new}"))

    await simad.whole.write(rename)


async def test_a_bug_is_told_in_the_printed_words(simad: Office) -> None:
    user, password = simad.who
    pair = await simad.sign_in()
    await renamed(simad, "access_pair", "away")
    try:
        for path, body in (
            (AUTHENTICATE, {"username": user, "password": password}),
            (RENEW, both(pair)),
            (REVOKE, both(pair)),
        ):
            assert said(await simad.ask(path, body)) == (500, BUG), path
        assert said(await simad.client.get(f"{DECLARED}?yearId=1405", headers={"token": pair[TOKEN]})) == (500, BUG)
    finally:
        await renamed(simad, "away", "access_pair")
    assert await works(simad, pair)


async def test_under_maintenance_everybody_is_told_when_to_come_again(simad: Office) -> None:
    pair = await simad.sign_in()
    known = await simad.db.read(rules.get)
    until = simad.clock.now() + timedelta(minutes=5)
    closed = Rules(maintenance_until=until, maintenance_note="ساعت ۱۱ باز می‌شود.", version=known.version)
    kept = await simad.db.write(rules.put, closed, MINISTRY, simad.clock.now())
    for path in CALLS:
        answer = await simad.ask(path, both(pair))
        assert said(answer) == (503, "Service Unavailable")
        assert answer.headers["retry-after"] == "300"
    answer = await simad.client.get(f"{DECLARED}?yearId=1405", headers={"token": pair[TOKEN]})
    body = answer.json()
    assert (answer.status_code, body["status"], answer.headers["retry-after"]) == (503, 503, "300")
    assert "ساعت ۱۱ باز می‌شود." in body["detail"]
    await simad.db.write(rules.put, Rules(version=kept.version), MINISTRY, simad.clock.now())
    assert await works(simad, pair)


@pytest.fixture
async def switched(tmp_path: Any) -> AsyncIterator[Office]:
    """A program with both switches on."""
    url, demo = fresh("sqlite")
    async with opened(url, tmp_path, NOW, demo, simad_asks_key=True, simad_plain_token=True) as office:
        yield office
    services.drop_database(url)


async def test_switches_ask_for_a_key_and_give_a_plain_token_and_guesses_are_slowed_down(switched: Office) -> None:
    user, password = switched.who
    right = {"username": user, "password": password}
    assert said(await switched.ask(AUTHENTICATE, right)) == (403, "API key is missing.")
    given = (await switched.ask(AUTHENTICATE, right, token="any")).json()
    assert list(given) == [" Token", "RefreshToken", "expires", "displayName", "Token"]
    assert given["Token"] == given[" Token"]
    renewed = (await switched.ask(RENEW, both(given))).json()
    assert list(renewed) == [" Token", "RefreshToken", "Token"]

    for name, first in ((user, (403, NO_PASSWORD)), ("invented", (404, NOBODY))):
        for _ in range(5):
            answer = await switched.ask(AUTHENTICATE, {"username": name, "password": "guess"}, token="any")
            assert said(answer) == first
            assert "retry-after" not in answer.headers
        shut = await switched.ask(AUTHENTICATE, {"username": name, "password": password}, token="any")
        assert said(shut) == (403, NO_PASSWORD)
        assert shut.headers["retry-after"] == "2"
    switched.clock.advance(3)
    assert (await switched.ask(AUTHENTICATE, right, token="any")).status_code == 200
