"""Signing in through the whole program: each address answers in its own shape."""

import asyncio
import base64
import hashlib
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from nabz.kit import outbox
from tests.prescriptions.office import DEMO, PRODUCTION, Office

pytestmark = pytest.mark.wire

DRUGTEST = {"username": "drugtest", "password": "123"}
GONE = '"Session attached to this token, no longer exists."'
VERIFIER = "a-verifier-of-more-than-forty-three-characters"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
BACK = "http://127.0.0.1:5000/callback"


async def test_a_secret_is_answered_in_the_two_words_of_the_guide(tamin: Office) -> None:
    form = {"client_id": tamin.demo["tamin"]["client_id"], "client_secret": tamin.demo["tamin"]["client_secret"]}
    for path, more in (
        ("/auth/server/token", {}),
        ("/auth//server/token/", {"grant_type": "client_credentials"}),
        ("/auth/server/v2/token", {}),
    ):
        answer = await tamin.client.post(path, data={**form, **more})
        assert re.fullmatch(r'\{"expires_in":3600,"access_token":"[\w-]+\.[\w-]+\.[\w-]+"\}', answer.text)
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
    by_header = await tamin.client.post("/auth/server/token", auth=(form["client_id"], form["client_secret"]))
    assert by_header.status_code == 200
    told = (await tamin.client.get("/auth/server/jwks")).json()["keys"]
    assert {key["alg"] for key in told} == {"RS256"}


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ("client_id=900001&client_secret=guess", 401, "invalid_client"),
        ("client_id=900001", 400, "invalid_request"),
        ("", 400, "invalid_request"),
        ("client_id=a&client_id=b&client_secret=c", 400, "invalid_request"),
        ("grant_type=password&client_id=900001&client_secret=x", 400, "unsupported_grant_type"),
        ("grant_type=refresh_token&client_id=portal-js&refresh_token=x", 400, "unsupported_grant_type"),
        (
            "grant_type=authorization_code&client_id=portal-js&code=x&redirect_uri=y&extra_credentials=z",
            400,
            "invalid_grant",
        ),
        ("grant_type=authorization_code&client_id=portal-js", 400, "invalid_request"),
        ("client_id=%00&client_secret=x", 401, "invalid_client"),
        ("client_id=%ff&client_secret=x", 400, "invalid_request"),
    ],
)
async def test_a_token_call_that_is_refused_says_why(tamin: Office, form: str, status: int, error: str) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = await tamin.client.post("/auth/server/token", content=form, headers=kind)
    assert (answer.status_code, answer.json()["error"], answer.headers["cache-control"]) == (status, error, "no-store")


async def test_the_test_environment_has_a_login_of_its_own(tamin: Office) -> None:
    known = tamin.demo["tamin"]
    path = "/api/ws/api/auth/login"
    right = await tamin.client.post(path, json={"client_id": known["client_id"], "secret": known["client_secret"]})
    assert right.json() == {"status": 200, "family": "SUCCESSFUL", "reason": "OK", "data": right.json()["data"]}
    assert (await listed(tamin, right.json()["data"])).status_code == 200
    wrong = await tamin.client.post(path, json={"client_id": known["client_id"], "secret": "guess"})
    assert wrong.status_code == 401
    assert list(wrong.json()) == ["status", "family", "reason", "data"]
    assert (await tamin.client.post(path, content="no json")).status_code == 400


async def test_a_centre_has_one_session_and_signs_out(tamin: Office) -> None:
    first = await authenticate(tamin)
    assert first.status_code == 200
    token = first.json()
    assert (await listed(tamin, token)).status_code == 200
    assert (await listed(tamin, f"bearer {token}")).status_code == 200
    assert (await authenticate(tamin)).status_code == 406
    out = await tamin.client.post("/api/acl/signout", headers={"authorization": token})
    assert (out.status_code, out.json().startswith("Logged out")) == (200, True)
    assert (await listed(tamin, token)).status_code == 401
    again = await tamin.client.post("/API/acl/Logout/", headers={"authorization": f"Bearer {token}"})
    assert (again.status_code, again.text) == (401, GONE)


@pytest.mark.parametrize("body", ['"{}"', '{{"Token":"{}"}}', "{}"], ids=["text", "object", "bare"])
async def test_the_token_may_stand_in_the_body_of_a_sign_out(tamin: Office, body: str) -> None:
    token = (await authenticate(tamin)).json()
    assert (await tamin.client.post("/api/acl/logout", content=body.format(token))).status_code == 200
    assert (await tamin.client.post("/api/acl/logout", content=body.format(token))).status_code == 401


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"password": "guess"}, 401),
        ({"username": "nobody"}, 401),
        ({"SoftwareClientSecret": "guess"}, 401),
        ({"SoftwareClientSecret": "demo-only-production-secret"}, 401),
        ({"SoftwareClientID": None}, 400),
    ],
)
async def test_whoever_is_not_known_opens_no_session(tamin: Office, changed: dict[str, Any], status: int) -> None:
    answer = await authenticate(tamin, **changed)
    assert (answer.status_code, type(answer.json())) == (status, str)
    assert answer.headers["content-type"] == "application/json"


async def test_keys_of_authenticate_come_in_any_case(tamin: Office) -> None:
    known = tamin.demo["tamin"]
    body = {"UserName": "partest", "PASSWORD": "123", "softwareclientid": 900001}
    body["SOFTWARECLIENTSECRET"] = known["client_secret"]
    answer = await tamin.client.post("/api/acl/authenticate", json=body)
    assert answer.status_code == 200
    await tamin.client.post("/api/acl/logout", content=answer.text)


async def test_two_authenticate_calls_at_once_open_one_session(tamin: Office) -> None:
    found = await asyncio.gather(authenticate(tamin), authenticate(tamin))
    assert sorted(each.status_code for each in found) == [200, 406]
    [token] = [each.json() for each in found if each.status_code == 200]
    await tamin.client.post("/api/acl/logout", headers={"authorization": token})


async def test_a_physician_goes_the_whole_way_and_refreshes(tamin: Office) -> None:
    page = await tamin.client.get(f"/auth/server/authorize?{asked()}")
    assert page.status_code == 200
    assert "سامانهٔ نمایشی مطب" in page.text
    otp = await post(tamin, page.text, username="demo-physician", password="demo-only-physician")
    assert otp.status_code == 303
    page = await tamin.client.get(otp.headers["location"])
    assert "0999***11" in page.text
    assert "form-action 'self' http://127.0.0.1:5000;" in page.headers["content-security-policy"]
    wrong = await post(tamin, page.text, code="0")
    assert wrong.status_code == 422
    location = (await post(tamin, wrong.text, code=await sms(tamin))).headers["location"]
    assert re.fullmatch(rf"{re.escape(BACK)}/\?code=[\w-]+&expires_in=60&state=a%26b", location)
    fields = {
        "grant_type": "authorization_code",
        "redirect_uri": BACK,
        "client_id": "portal-js",
        "code": parse_qs(urlsplit(location).query)["code"][0],
        "code_verifier": VERIFIER,
        "audience": "1234567891",
    }
    first = (await tamin.client.post("/auth/server/v1/token", data=fields)).json()
    assert list(first) == ["access_token", "expires_in", "refresh_token"]
    refresh = {"grant_type": "refresh_token", "client_id": "portal-js", "refresh_token": first["refresh_token"]}
    both = await asyncio.gather(*(tamin.client.post("/auth/server/v2/token", data=refresh) for _ in range(2)))
    assert both[0].json() == both[1].json()
    assert (await listed(tamin, both[0].json()["access_token"])).status_code == 200
    out = await tamin.client.get(f"/auth/signout?{urlencode({'redirect_uri': BACK})}")
    assert (out.status_code, out.headers["location"]) == (302, BACK)
    assert (await listed(tamin, both[0].json()["access_token"])).status_code == 401


async def test_a_program_that_is_not_registered_is_told_on_a_page(tamin: Office) -> None:
    for wrong in ({"client_id": "nobody"}, {"redirect_uri": "https://evil.example/"}):
        page = await tamin.client.get(f"/auth/server/authorize?{asked(**wrong)}", headers={"accept": "text/html"})
        assert (page.status_code, "location" in page.headers) == (400, False)
        assert "text/html" in page.headers["content-type"]
    sent = await tamin.client.get(f"/auth/server/authorize?{asked(code_challenge_method='plain')}")
    assert sent.headers["location"].startswith(f"{BACK}/?error=invalid_request&")
    stays = await tamin.client.get("/auth/signout?redirect_uri=https://evil.example/")
    assert (stays.status_code, "location" in stays.headers) == (200, False)


async def test_a_wrong_password_is_told_beside_its_field(tamin: Office) -> None:
    page = await tamin.client.get(f"/auth/server/authorize?{asked()}")
    again = await post(tamin, page.text, username="demo-physician", password="guess")
    assert again.status_code == 422
    assert "نام کاربری یا گذرواژه نادرست است" in again.text
    assert 'value="demo-physician"' in again.text
    elsewhere = await tamin.client.get("/auth/otp?entry=guess", headers={"accept": "text/html"})
    assert elsewhere.status_code == 401


async def test_a_token_of_production_opens_production_only(tamin: Office) -> None:
    assert await tamin.token(PRODUCTION) != await tamin.token(DEMO)
    assert (await listed(tamin, await tamin.token(PRODUCTION))).status_code == 200
    assert (await listed(tamin, "a.b.c")).status_code == 401


def asked(**other: str) -> str:
    fields = {
        "response_type": "code",
        "client_id": "portal-js",
        "redirect_uri": BACK,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "state": "a&b",
    }
    return urlencode({**fields, **other})


async def authenticate(tamin: Office, **changed: Any) -> httpx2.Response:
    known = tamin.demo["tamin"]
    body = {"SoftwareClientID": known["client_id"], "SoftwareClientSecret": known["client_secret"], **DRUGTEST}
    sent = {name: value for name, value in {**body, **changed}.items() if value is not None}
    return await tamin.client.post("/api/acl/authenticate", json=sent)


async def listed(tamin: Office, token: str) -> httpx2.Response:
    """Call an address that asks for a token."""
    return await tamin.client.get(
        "/api/DeserveInfo/PatientInfo?nationalCode=1234567891", headers={"authorization": token}
    )


async def post(tamin: Office, page: str, **typed: str) -> httpx2.Response:
    """Fill the first form of a page and send it."""
    form = page[page.index('method="post"') : page.index("</form>", page.index('method="post"'))]
    action = re.search(r'action="([^"]+)"', form)
    assert action
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    return await tamin.client.post(action[1].replace("&amp;", "&"), data={**hidden, **typed})


async def sms(tamin: Office) -> str:
    """Read the one-time code of the last message."""
    waiting = await tamin.whole.write(outbox.lease, ["notify.sms"], tamin.clock.now())
    if waiting:
        return str(re.findall(r"\d{6}", waiting[-1].payload["text"])[-1])
    inbox = await tamin.client.get("/inbox?way=sms")
    return str(re.findall(r"\b\d{6}\b", inbox.text)[0])
