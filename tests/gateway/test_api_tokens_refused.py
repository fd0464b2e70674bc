"""Who gets no token: wrong clients, wrong forms, people and systems that were shut out, and guessers."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2 as httpx
import pytest
from starlette.applications import Starlette

from nabz.access.model import CONSOLE, Person
from nabz.access.service import clients
from nabz.gateway.api import tokens
from nabz.kit.http import Call, Deps
from nabz.kit.http.front import Front
from nabz.kit.http.routes import starlette_routes
from tests.gateway.conftest import PASSWORD, SECRET, House, basic
from tests.gateway.customers import OTHER_SECRET, add_other_customer, add_person, change, rows

PASSWORD_FORM = {"grant_type": "password", "username": "acme", "password": PASSWORD}
BAD_CREDENTIALS = '{"error":"invalid_grant","error_description":"Bad credentials"}'
BAD_CLIENT = '{"error":"invalid_client","error_description":"Bad client credentials"}'


def code(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


async def post(house: House, form: dict[str, str] | str, **headers: str) -> httpx.Response:
    if isinstance(form, str):
        return await house.client.post("/oauth/token", content=form.encode(), headers=headers)
    return await house.client.post("/oauth/token", data=form, headers=headers)


async def test_a_wrong_client_is_told_so_and_how_to_authenticate(house: House) -> None:
    good = code(f"acmeClient:{SECRET}")
    wrong = {
        "none": None,
        "empty": "",
        "no code": "Basic",
        "no scheme": good,
        "another scheme": f"Bearer {good}",
        "unknown client": f"Basic {code('nobody:' + SECRET)}",
        "wrong secret": f"Basic {code('acmeClient:wrong')}",
        "secret in another letter case": f"Basic {code('acmeClient:' + SECRET.upper())}",
        "client in another letter case": f"Basic {code('ACMECLIENT:' + SECRET)}",
        "no colon": f"Basic {code('acmeClient')}",
        "no secret": f"Basic {code('acmeClient:')}",
        "turned round": f"Basic {code(SECRET + ':acmeClient')}",
        "not base64": "Basic ****=",
        "broken base64": f"Basic {good[:-1]}!",
        "no letters": f"Basic {code(bytes([0xFF, 0xFE, 0x3A, 0x41]))}",
        "non-ASCII": f"Basic {code('سامانه:' + SECRET)}",
        "NUL": f"Basic {code('acme' + chr(0) + 'Client:' + SECRET)}",
        "SQL": f"Basic {code(chr(39) + ' OR 1=1 --:' + SECRET)}",
        "long": f"Basic {code('a' * 100_000 + ':b')}",
    }
    for name, value in wrong.items():
        answer = await post(house, PASSWORD_FORM, **({"authorization": value} if value is not None else {}))
        assert (answer.status_code, answer.text) == (401, BAD_CLIENT), name
        assert answer.headers["www-authenticate"] == 'Basic realm="DITAS"', name


async def test_the_schemes_letter_case_and_the_content_type_do_not_matter(house: House) -> None:
    good = code(f"acmeClient:{SECRET}")
    form = "application/x-www-form-urlencoded"
    body = f"grant_type=password&username=acme&password={PASSWORD}"
    for authorization in (f"Basic {good}", f"basic {good}", f"BASIC  {good} "):
        assert (await post(house, body, authorization=authorization)).status_code == 200, authorization
    for kind in (form, f"{form};charset=UTF-8", f"{form}; charset=utf-8", form.upper(), "text/plain", ""):
        answer = await post(house, body, authorization=f"Basic {good}", **{"content-type": kind})
        assert answer.status_code == 200, kind
    for spelling in (
        body.replace("grant_type", "GRANT_TYPE"),
        body.replace("grant_type", "grantType"),
        f"{body}&scope=trust&extra=",
        body.replace("username=acme", "username=+ACME+"),
    ):
        assert (await post(house, spelling, authorization=f"Basic {good}")).status_code == 200, spelling


@pytest.mark.parametrize("secret", ["with:two:colons", "sechs-ungerade-Größen", "رمز سامانهٔ آزمون"])
async def test_a_secret_may_hold_colons_and_any_letters(house: House, secret: str) -> None:
    await house.db.write(clients.issue_secret, house.keys, "c1", 1, secret, "test", house.clock.now())
    assert (await post(house, PASSWORD_FORM, **basic(secret=secret))).status_code == 200


async def test_a_password_may_hold_any_letters_encoded_or_as_they_are(house: House) -> None:
    await add_person(house, "persian", "چهار درخت گیلاس & = % + ۱۲۳")
    form = {"grant_type": "password", "username": "persian", "password": "چهار درخت گیلاس & = % + ۱۲۳"}
    assert (await post(house, form, **basic())).status_code == 200
    await add_person(house, "raw", "چهار درخت گیلاس")
    raw = "grant_type=password&username=raw&password=چهار درخت گیلاس"
    assert (await post(house, raw, **basic())).status_code == 200


async def test_a_faulty_form_is_told_in_the_shape_of_the_token_functions(house: House) -> None:
    whole = f"username=acme&password={PASSWORD}"
    faulty = {
        "": "invalid_request",
        "{}": "invalid_request",
        whole: "invalid_request",
        f"grant_type=&{whole}": "unsupported_grant_type",
        f"grant_type=client_credentials&{whole}": "unsupported_grant_type",
        f"grant_type=PASSWORD&{whole}": "unsupported_grant_type",
        "grant_type=password": "invalid_request",
        "grant_type=password&username=acme": "invalid_request",
        f"grant_type=password&password={PASSWORD}": "invalid_request",
        f"grant_type=password&username=&password={PASSWORD}": "invalid_request",
        "grant_type=refresh_token": "invalid_request",
        "grant_type=refresh_token&refresh_token=": "invalid_request",
        f"grant_type=password&grant_type=password&{whole}": "invalid_request",
        f"grant_type=password&GrantType=password&{whole}": "invalid_request",
        f"grant_type=password&{whole}&password=again": "invalid_request",
        f"grant_type=password&username=ac%00me&password={PASSWORD}": "invalid_request",
        f"grant_type=password&username=ac%FFme&password={PASSWORD}": "invalid_request",
        f"grant_type=password&{whole}&" + "&".join(f"f{n}=1" for n in range(10_000)): "invalid_request",
        f"grant_type=password&username=acme&password={'x' * 3_000_000}": "invalid_request",
        "grant_type=password&username=acme&password=": "invalid_grant",
        "grant_type=password&username=%27+OR+1%3D1+--&password=x": "invalid_grant",
        "grant_type=refresh_token&refresh_token=" + "a" * 100_000: "invalid_grant",
    }
    for form, error in faulty.items():
        answer = await post(house, form, **basic())
        assert answer.json()["error"] == error, form[:80]
        assert list(answer.json()) == ["error", "error_description"], form[:80]
        assert answer.status_code == (413 if len(form) > 2_000_000 else 400), form[:80]
    assert await rows(house, "SELECT * FROM access_grant") == [], "nothing was half-written"


async def test_a_refresh_token_is_good_for_its_own_client_only(house: House) -> None:
    await add_other_customer(house)
    mine = (await house.token()).json()["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": mine}
    answer = await post(house, form, **basic("zagrosClient", OTHER_SECRET))
    assert (answer.status_code, answer.text) == (400, BAD_CREDENTIALS)
    assert (await post(house, form, **basic())).status_code == 200


async def test_a_person_of_another_organisation_gets_no_token(house: House) -> None:
    await add_other_customer(house)
    answer = await post(house, PASSWORD_FORM, **basic("zagrosClient", OTHER_SECRET))
    assert (answer.status_code, answer.text) == (400, BAD_CREDENTIALS)
    assert await rows(house, "SELECT * FROM access_grant") == []


SHUT_OUT = {
    "a disabled user": ("UPDATE access_user SET status = 'disabled'", 400),
    "an invited user": ("UPDATE access_user SET status = 'invited'", 400),
    "a closed organisation": ("UPDATE access_organisation SET active = :no", 400),
    "a client cut off": ("UPDATE access_client SET active = :no", 401),
    "a secret cut": ("UPDATE access_client_secret SET cut_at = issued_at", 401),
}


@pytest.mark.parametrize("who", SHUT_OUT)
async def test_who_is_shut_out_gets_no_token_and_the_old_ones_die_within_a_second(house: House, who: str) -> None:
    given = (await house.token()).json()
    bearer = {"authorization": f"Bearer {given['access_token']}"}
    assert (await house.call("Echo", {}, **bearer)).status_code == 200
    statement, status = SHUT_OUT[who]
    await change(house, statement, **({"no": False} if ":no" in statement else {}))
    house.clock.advance(1)
    again = await house.client.post("/api/client/apim/v1/nabz/gwecho/Echo", content=b"{}", headers=bearer)
    assert again.status_code == 401
    refused = await house.token()
    assert (refused.status_code, refused.text) == (status, BAD_CREDENTIALS if status == 400 else BAD_CLIENT)
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    assert (await post(house, form, **basic())).status_code == status


async def test_a_token_of_the_second_after_a_cut_does_not_come_back_with_the_next_secret(house: House) -> None:
    await house.token()
    await house.db.write(clients.cut_secret, "c1", 1, "test", house.clock.now())
    late = await house.token()  # this process still believes the secret
    assert (late.status_code, late.text) == (400, BAD_CREDENTIALS)
    await house.db.write(clients.issue_secret, house.keys, "c1", 1, SECRET, "test", house.clock.now())
    assert await rows(house, "SELECT * FROM access_grant") == []


async def test_after_a_change_of_password_the_old_one_gets_nothing(house: House) -> None:
    await house.token()
    hashed = await house.passwords.hash("a new password of acme")
    await change(house, "UPDATE access_user SET password_hash = :hashed", hashed=hashed)
    answer = await house.token()
    assert (answer.status_code, answer.text) == (400, BAD_CREDENTIALS)
    assert (await house.token(password="a new password of acme")).status_code == 200


async def test_a_rotated_secret_overlaps_for_a_day_and_no_longer(house: House) -> None:
    await house.token()
    await house.db.write(clients.issue_secret, house.keys, "c1", 1, "freshSecretOnly1", "test", house.clock.now())
    for passed, old in ((0, 200), (timedelta(hours=24) / timedelta(seconds=1) - 1, 200), (2, 401)):
        house.clock.advance(passed)
        assert (await post(house, PASSWORD_FORM, **basic())).status_code == old
        assert (await post(house, PASSWORD_FORM, **basic(secret="freshSecretOnly1"))).status_code == 200


@pytest.fixture
async def operator(house: House) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """The same routes as an operator, as another person, and as nobody."""

    def person(*roles: str) -> Person:
        return Person("op", "op", "op", frozenset(roles), 0, "", "", "", CONSOLE.seen_at)  # type: ignore[arg-type]

    found = {}
    for name, who in (("operator", person("operator")), ("vendor", person("vendor")), ("nobody", None)):

        async def identify(_call: Call, who: Person | None = who) -> Person | None:
            return who

        deps = Deps(settings=house.settings, db=house.db, clock=house.clock, keys=house.keys, identify=identify)
        endpoints = [each for routes in tokens.routes(house.desk, house.recorder) for each in routes.endpoints]
        app = Front(Starlette(routes=starlette_routes(deps, endpoints)), house.settings, lambda *_: None)
        found[name] = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://nabz.test")
    yield found
    for each in found.values():
        await each.aclose()


async def test_only_an_operator_revokes_and_introspects(house: House, operator: dict[str, httpx.AsyncClient]) -> None:
    given = (await house.token()).json()
    form = {"token": given["access_token"]}
    for path in ("/oauth/introspect", "/oauth/revoke"):
        assert (await operator["nobody"].post(path, data=form)).status_code == 401
        assert (await operator["vendor"].post(path, data=form)).status_code == 403
        assert (await operator["operator"].post(path, data={})).status_code == 400
    known = await operator["operator"].post("/oauth/introspect", data=form)
    assert known.json() == {
        "active": True,
        "scope": "trust read write",
        "client_id": "acmeClient",
        "username": "acme",
        "token_type": "bearer",
        "exp": int(house.clock.now().timestamp()) + 900,
    }
    for unknown in ("", "x", given["refresh_token"], "ن" * 100):
        answer = await operator["operator"].post("/oauth/introspect", data={"token": unknown})
        assert answer.json() == {"active": False}, unknown


@pytest.mark.parametrize("which", ["access_token", "refresh_token", "the one before"])
async def test_a_revoked_grant_is_over(house: House, operator: dict[str, httpx.AsyncClient], which: str) -> None:
    first = (await house.token()).json()
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = (await post(house, form, **basic())).json()
    token = first["access_token"] if which == "the one before" else second[which]
    assert (await operator["operator"].post("/oauth/revoke", data={"token": token})).status_code == 200
    for each in (first, second):
        answer = await house.call("Echo", {}, authorization=f"Bearer {each['access_token']}")
        assert answer.status_code == 401
    refused = await post(house, form, **basic())
    assert (refused.status_code, refused.text) == (400, BAD_CREDENTIALS)
    fresh = (await house.token()).json()
    assert fresh["access_token"] not in {first["access_token"], second["access_token"]}
    assert fresh["refresh_token"] != first["refresh_token"]
    told = await rows(house, "SELECT who, subject FROM audit_entry WHERE action = 'access.token-revoked'")
    assert told == [{"who": "op", "subject": "c1"}]
    assert (await operator["operator"].post("/oauth/revoke", data={"token": "unknown"})).status_code == 200
