"""One's own account, as a browser sees it."""

import re

import pyotp
import pytest

from tests.access.conftest import SignedIn
from tests.access.world import AWAY, PASSWORD, World
from tests.services import Engine


@pytest.fixture
def engine() -> Engine:
    """Pages know no database."""
    return "sqlite"


async def test_the_account_shows_its_owner_and_his_sessions(signed_in: SignedIn) -> None:
    await signed_in("doctor", AWAY)
    browser = await signed_in("doctor")
    page = (await browser.get("/account")).text
    assert "Doctor" in page
    assert AWAY in page
    assert page.count('action="/account/sessions/end"') == 1
    assert "/account/delegations/new" in page
    english = (await browser.get("/account?lang=en")).text
    assert "Where you are signed in" in english


async def test_every_page_of_ones_own_can_be_drawn(signed_in: SignedIn) -> None:
    browser = await signed_in("doctor")
    for path in (
        "/portal",
        "/account",
        "/account/name",
        "/account/password",
        "/account/second-factor",
        "/account/delegations/new",
    ):
        for lang in ("fa", "en"):
            answer = await browser.get(f"{path}?lang={lang}")
            assert answer.status_code == 200, path
            assert f'lang="{lang}"' in answer.text


async def test_a_name_is_changed_and_a_bad_one_is_said_beside_its_field(signed_in: SignedIn) -> None:
    browser = await signed_in("doctor")
    bad = await browser.post("/account/name", {"name": "  "})
    assert (bad.status_code, 'id="f-name-error"' in bad.text) == (422, True)
    assert (await browser.post("/account/name", {"name": "دکتر <b>رضا</b>"})).headers["location"] == "/account"
    assert "دکتر &lt;b&gt;رضا&lt;/b&gt;" in (await browser.get("/account")).text


async def test_a_password_is_changed_with_the_old_one_only(signed_in: SignedIn) -> None:
    elsewhere = await signed_in("doctor", AWAY)
    browser = await signed_in("doctor")
    new = {"password": "another good one", "again": "another good one"}
    for fields, field in (
        ({**new, "current": "wrong"}, "current"),
        ({**new, "current": PASSWORD, "again": "x"}, "again"),
        ({**new, "current": PASSWORD, "password": "short"}, "password"),
    ):
        answer = await browser.post("/account/password", fields)
        assert (answer.status_code, f'id="f-{field}-error"' in answer.text) == (422, True)
    answer = await browser.post("/account/password", {**new, "current": PASSWORD})
    assert answer.headers["location"] == "/account"
    assert (await browser.get("/account")).status_code == 200
    assert (await elsewhere.get("/account")).status_code == 303


async def test_another_session_is_ended_from_the_list(signed_in: SignedIn) -> None:
    elsewhere = await signed_in("doctor", AWAY)
    browser = await signed_in("doctor")
    other = re.search(r'name="session" value="(\w+)"', (await browser.get("/account")).text)
    assert other
    await browser.post("/account/sessions/end", {"session": other[1]})
    assert (await elsewhere.get("/account")).status_code == 303
    assert (await browser.get("/account")).status_code == 200


async def test_logging_out_everywhere_logs_out_here_too(signed_in: SignedIn) -> None:
    elsewhere, browser = await signed_in("doctor", AWAY), await signed_in("doctor")
    assert (await browser.post("/account/sessions/end-all")).headers["location"] == "/login"
    assert (await elsewhere.get("/account")).status_code == 303
    assert (await browser.get("/account")).status_code == 303


async def test_a_second_factor_is_switched_on_and_off_by_its_owner(signed_in: SignedIn, world: World) -> None:
    browser = await signed_in("operator")
    assert "/account/second-factor" in (await browser.get("/portal")).text
    page = (await browser.get("/account/second-factor")).text
    key = re.search(r">([A-Z2-7]{32})<", page)
    offer = re.search(r'name="offer" value="([^"]+)"', page)
    assert key
    assert offer
    assert "data:image/svg+xml" in page
    now = world.clock.now()
    code = pyotp.TOTP(key[1]).at(now)
    for wrong in ({"code": code, "current": "wrong"}, {"code": "000000", "current": PASSWORD}):
        again = await browser.post("/account/second-factor", {"offer": offer[1], **wrong})
        assert (again.status_code, key[1] in again.text) == (422, True)
    done = await browser.post("/account/second-factor", {"offer": offer[1], "code": code, "current": PASSWORD})
    assert len(re.findall(r"[>\n][a-z2-9]{5}-[a-z2-9]{5}\b", done.text)) == 10
    assert "/account/second-factor/off" in (await browser.get("/account/second-factor")).text
    renewed = await browser.post("/account/recovery-codes", {"current": PASSWORD})
    assert len(re.findall(r"[>\n][a-z2-9]{5}-[a-z2-9]{5}\b", renewed.text)) == 10
    assert (await browser.post("/account/second-factor/off", {"current": "wrong"})).status_code == 422
    off = await browser.post("/account/second-factor/off", {"current": PASSWORD})
    assert off.headers["location"] == "/account"
    assert 'name="offer"' in (await browser.get("/account/second-factor")).text


async def test_a_secretary_acts_for_a_physician_from_the_desk(signed_in: SignedIn) -> None:
    doctor, typist = await signed_in("doctor"), await signed_in("typist")
    new = {"username": "typist", "until": "1405/09/30"}
    assert (await doctor.post("/account/delegations", new)).headers["location"] == "/account"
    assert "Typist" in (await doctor.get("/account")).text
    assert 'value="id-doctor"' in (await typist.get("/portal")).text
    await typist.post("/account/acting", {"principal": "id-doctor", "next": "/portal"})
    assert "از سوی" in (await typist.get("/portal")).text
    which = re.search(r'name="id" value="([^"]+)"', (await doctor.get("/account")).text)
    assert which
    await doctor.post("/account/delegations/revoke", {"id": which[1]})
    assert "Doctor" not in (await typist.get("/portal")).text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"username": "nurse"}, "username"),
        ({"username": "typist", "until": "1405/13/01"}, "until"),
        ({"username": "typist", "until": "1390/01/01"}, "until"),
    ],
)
async def test_what_is_wrong_with_a_delegation_is_said_beside_its_field(
    signed_in: SignedIn, fields: dict[str, str], field: str
) -> None:
    answer = await (await signed_in("doctor")).post("/account/delegations", fields)
    assert (answer.status_code, f'id="f-{field}-error"' in answer.text) == (422, True)


async def test_only_physicians_are_offered_a_delegation(signed_in: SignedIn) -> None:
    nurse = await signed_in("nurse")
    assert "/account/delegations/new" not in (await nurse.get("/account")).text
    assert (await nurse.get("/account/delegations/new")).status_code == 403
    assert (await nurse.post("/account/delegations", {"username": "typist"})).status_code == 403
