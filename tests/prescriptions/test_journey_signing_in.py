"""A physician's way through the sign-in of Tamin, in a real browser: its last step leads to another site."""

import base64
import hashlib
import re
from collections.abc import Callable
from urllib.parse import urlencode

import httpx2
from playwright.sync_api import Page

from tests.program import Program

Axe = Callable[[Page], None]

VERIFIER = "a-verifier-of-more-than-forty-three-characters"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def test_the_browser_comes_back_with_a_code_that_is_good(phone: Page, site: Program, axe: Axe) -> None:
    known = site.demo["tamin"]
    [back] = [uri for uri in known["redirect_uris"] if uri.startswith("http://127.0.0.1")]
    asked = {
        "response_type": "code",
        "client_id": known["portal_client_id"],
        "redirect_uri": back,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    phone.goto(f"/auth/server/authorize?{urlencode(asked)}")
    axe(phone)
    account = site.demo["portal"]["physician"]
    phone.get_by_label("نام کاربری").fill(account["username"])
    phone.get_by_label("گذرواژه").fill(account["password"])
    phone.get_by_role("button", name="ادامه").click()
    axe(phone)
    inbox = phone.context.new_page()
    code = None
    for _ in range(100):  # it comes a moment later
        inbox.goto("/inbox?way=sms")
        if code := re.search(r"الکترونیک: (\d{6})", inbox.content()):
            break
        inbox.wait_for_timeout(100)
    assert code
    phone.get_by_label("کد").fill(code[1])
    # Nobody listens there; that the browser tries is what the policy of our page must let it do.
    with phone.expect_request(lambda request: request.url.startswith(back)) as sent:
        phone.get_by_role("button", name="ورود", exact=True).click()
    found = re.search(r"/callback/\?code=([\w-]+)&expires_in=60$", sent.value.url)
    assert found
    form = {
        "grant_type": "authorization_code",
        "client_id": known["portal_client_id"],
        "redirect_uri": back,
        "code": found[1],
        "code_verifier": VERIFIER,
    }
    answer = httpx2.post(f"{site.base_url}/auth/server/token", data=form)
    assert list(answer.json()) == ["access_token", "expires_in"]
