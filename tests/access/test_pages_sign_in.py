"""The way in and out, as a browser goes it."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pyotp
import pytest

from nabz.access.service import second_factor, users
from tests.access.conftest import SignedIn
from tests.access.world import AWAY, PASSWORD, Browser, World
from tests.services import Engine


@pytest.fixture
def engine() -> Engine:
    """Pages know no database."""
    return "sqlite"


OpenBrowser = Callable[..., Browser]


async def test_signing_in_leads_to_the_desk_with_a_closed_cookie(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    answer = await browser.sign_in("doctor")
    assert (answer.status_code, answer.headers["location"]) == (303, "/portal")
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("nabz_session="))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Max-Age" not in cookie
    page = await browser.get("/portal")
    assert page.status_code == 200
    assert "Doctor" in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_over_https_the_cookie_stays_there(open_browser: OpenBrowser) -> None:
    answer = await open_browser(scheme="https").sign_in("doctor")
    assert all("Secure" in line for line in answer.headers.get_list("set-cookie"))


async def test_signing_in_gives_a_new_name_to_the_session(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    browser.http.cookies.set("nabz_session", "planted-by-somebody-else", domain="nabz.test")
    answer = await browser.sign_in("doctor")
    assert "planted" not in answer.headers["set-cookie"]
    thief = open_browser()
    thief.http.cookies.set("nabz_session", "planted-by-somebody-else", domain="nabz.test")
    assert (await thief.get("/portal")).headers["location"].startswith("/login")


async def test_signing_in_anew_ends_the_session_before(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    await browser.sign_in("doctor")
    before = browser.http.cookies["nabz_session"]
    await browser.sign_in("nurse")
    thief = open_browser()
    thief.http.cookies.set("nabz_session", before, domain="nabz.test")
    assert (await thief.get("/portal")).status_code == 303


@pytest.mark.parametrize(("username", "password"), [("doctor", "wrong"), ("nobody", PASSWORD), ("", ""), ("x\0", "y")])
async def test_a_wrong_sign_in_tells_nothing_and_keeps_the_name(
    open_browser: OpenBrowser, username: str, password: str
) -> None:
    answer = await open_browser().sign_in(username, password)
    if "\0" in username:
        assert answer.status_code == 400
        return
    assert answer.status_code == 422
    assert "نام کاربری یا گذرواژه نادرست است." in answer.text
    assert f'value="{username}"' in answer.text or not username
    assert "nabz_session" not in answer.headers.get("set-cookie", "")


async def test_a_shut_door_says_when_it_opens(open_browser: OpenBrowser, world: World) -> None:
    browser = open_browser(AWAY)
    for _ in range(5):
        await browser.sign_in("doctor", "wrong")
    answer = await browser.sign_in("doctor")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    assert "۲ ثانیه" in answer.text
    world.clock.advance(2)
    assert (await browser.sign_in("doctor")).status_code == 303


async def test_a_disabled_person_is_out_at_the_next_click(signed_in: SignedIn, world: World) -> None:
    browser = await signed_in("doctor")
    operator = await world.enter("operator")
    await world.db.write(users.disable, operator, "id-doctor", world.clock.now())
    assert (await browser.get("/portal")).headers["location"] == "/login?next=%2Fportal"
    assert (await browser.sign_in("doctor")).status_code == 422


async def test_who_is_not_signed_in_comes_back_to_where_he_wanted(open_browser: OpenBrowser) -> None:
    browser = open_browser()
    answer = await browser.get("/users?text=a&role=nurse")
    at = answer.headers["location"]
    assert at == "/login?next=" + quote("/users?text=a&role=nurse", safe="")
    page = await browser.get(at)
    wanted = re.search(r'name="next" value="([^"]+)"', page.text)
    assert wanted
    answer = await browser.sign_in("operator", next=wanted[1].replace("&amp;", "&"))
    assert answer.headers["location"] == "/users?text=a&role=nurse"
    assert (await browser.get("/login")).headers["location"] == "/portal"


@pytest.mark.parametrize("evil", ["//evil.example", "/\\evil.example", "https://evil.example/", "/\t/evil.example"])
async def test_signing_in_never_leads_to_another_site(open_browser: OpenBrowser, evil: str) -> None:
    browser = open_browser()
    assert "evil" not in (await browser.get(f"/login?next={quote(evil)}")).text.replace("?lang", "")
    assert (await browser.sign_in("doctor", next=evil)).headers["location"] == "/portal"
    assert (await browser.get(f"/login?next={quote(evil)}")).headers["location"] == "/portal"


async def test_a_form_from_elsewhere_is_refused(open_browser: OpenBrowser, signed_in: SignedIn) -> None:
    browser = await signed_in("doctor")
    forms: list[dict[str, str]] = [{}, {"csrf": "0" * 40}, {"csrf": "۱"}]
    for fields in forms:
        for path in ("/logout", "/account/sessions/end-all", "/account/name", "/login", "/forgot"):
            assert (await browser.http.post(path, data=fields)).status_code == 403
    answer = await browser.post("/logout", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert (await browser.get("/portal")).status_code == 200


async def test_a_form_word_of_another_browser_is_refused(open_browser: OpenBrowser) -> None:
    page = await open_browser().get("/login")
    word = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert word
    victim = open_browser()
    await victim.get("/login")
    answer = await victim.http.post("/login", data={"csrf": word[1], "username": "doctor", "password": PASSWORD})
    assert answer.status_code == 403


async def test_signing_out_ends_the_session_not_only_the_cookie(signed_in: SignedIn, open_browser: OpenBrowser) -> None:
    browser = await signed_in("doctor")
    token = browser.http.cookies["nabz_session"]
    answer = await browser.post("/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "nabz_session" not in browser.http.cookies
    thief = open_browser()
    thief.http.cookies.set("nabz_session", token, domain="nabz.test")
    assert (await thief.get("/portal")).status_code == 303
    assert (await browser.http.get("/logout")).status_code == 405


async def test_a_session_left_idle_asks_for_the_password_again(signed_in: SignedIn, world: World) -> None:
    browser = await signed_in("doctor")
    for _ in range(3):
        world.clock.advance(29 * 60)
        assert (await browser.get("/portal")).status_code == 200
    world.clock.advance(30 * 60)
    assert (await browser.get("/portal")).status_code == 303


@pytest.mark.parametrize("cookie", ["", "x" * 5000, "a b", '"', "é".encode().decode("latin-1"), "null"])
async def test_a_made_up_cookie_is_nobodys(open_browser: OpenBrowser, cookie: str) -> None:
    answer = await open_browser().http.get("/portal", headers=[(b"cookie", b"nabz_session=" + cookie.encode())])
    assert answer.headers["location"] == "/login?next=%2Fportal"


# ---------------------------------------------------------------- the second step


async def phone_of(world: World, username: str) -> pyotp.TOTP:
    person = await world.enter(username)
    offer = second_factor.offer(world.keys, username, person.user_id, world.clock.now())
    phone = pyotp.TOTP(offer.secret)
    code = phone.at(world.clock.now())
    await world.db.write(second_factor.switch_on, world.keys, person, offer.sealed, code, [], world.clock.now())
    world.clock.advance(30)
    return phone


async def test_with_a_second_factor_the_password_is_half_the_way(open_browser: OpenBrowser, world: World) -> None:
    phone = await phone_of(world, "operator")
    browser = open_browser()
    answer = await browser.sign_in("operator", next="/users")
    assert answer.headers["location"] == "/login/code?next=%2Fusers"
    assert (await browser.get("/users")).headers["location"].startswith("/login")
    half = browser.http.cookies["nabz_session"]
    assert 'autocomplete="one-time-code"' in (await browser.get("/login/code?next=%2Fusers")).text
    wrong = await browser.post("/login/code", {"code": "000000", "next": "/users"})
    assert (wrong.status_code, "کد نادرست است" in wrong.text) == (422, True)
    answer = await browser.post("/login/code", {"code": phone.at(world.clock.now()), "next": "/users"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/users")
    assert browser.http.cookies["nabz_session"] != half
    assert (await browser.get("/users")).status_code == 200


async def test_a_code_without_a_first_step_leads_back_to_it(open_browser: OpenBrowser) -> None:
    answer = await open_browser().post("/login/code", {"code": "123456"})
    assert answer.headers["location"] == "/login"


async def test_guessing_codes_is_answered_with_429(open_browser: OpenBrowser, world: World) -> None:
    await phone_of(world, "operator")
    browser = open_browser(AWAY)
    await browser.sign_in("operator")
    for _ in range(5):
        assert (await browser.post("/login/code", {"code": "000000"})).status_code == 422
    answer = await browser.post("/login/code", {"code": "000000"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")


# ---------------------------------------------------------------- forgotten


async def test_the_answer_to_a_forgotten_password_is_always_the_same(open_browser: OpenBrowser, world: World) -> None:
    def shown(text: str) -> str:
        return re.sub(r"\b[0-9a-f-]{36,40}\b", "", text)

    answers = [await open_browser().post("/forgot", {"name": name}) for name in ("doctor", "nobody", "")]
    assert {answer.status_code for answer in answers} == {200}
    assert len({shown(answer.text) for answer in answers}) == 1
    assert len(await world.letters()) == 1


async def test_the_letters_link_sets_a_password_once(open_browser: OpenBrowser, world: World) -> None:
    browser = open_browser()
    await browser.post("/forgot", {"name": "doctor@example.org"})
    path = f"/link/{await world.token_in_letter()}"
    for _ in range(2):
        assert (await browser.get(path)).status_code == 200
    differ = await browser.post(path, {"password": "another good one", "again": "another bad one"})
    assert (differ.status_code, "یکی نیستند" in differ.text) == (422, True)
    weak = await browser.post(path, {"password": "doctor", "again": "doctor"})
    assert (weak.status_code, "دست‌کم ۱۰" in weak.text) == (422, True)
    both = {"password": "another good one", "again": "another good one"}
    assert (await browser.post(path, both)).headers["location"] == "/login"
    assert (await browser.post(path, both)).status_code == 410
    assert (await browser.get(path)).status_code == 410
    assert (await browser.sign_in("doctor")).status_code == 422
    assert (await browser.sign_in("doctor", "another good one")).status_code == 303


async def test_a_link_that_never_was_is_gone_too(open_browser: OpenBrowser) -> None:
    assert (await open_browser().get("/link/never-made")).status_code == 410
