"""Tamin's tokens: who gets one, what is in it, and when it is dead."""

import base64
import json

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from nabz.access.errors import (
    ApiUnknown,
    BadClient,
    BadCredentials,
    BadToken,
    RedirectRefused,
    SessionGone,
    SessionLive,
    TooManyAttempts,
)
from nabz.access.model import ALL_APIS, CONSOLE, DEMO, PRODUCTION, Api
from nabz.access.model.oauth import apis_named, bare_token, data_set_of, good_redirect, may_enter, sent_back
from nabz.access.service import clients, users
from nabz.access.service.oauth import Porter, prune
from nabz.kit.digest import Keyring
from nabz.settings import Settings
from tests.access.oauth.tamin import DOCTOR, OTHER, SECRETS, SYSTEM, Tamin


async def test_a_secret_opens_the_data_set_it_was_issued_for(tamin: Tamin) -> None:
    for data_set, secret in SECRETS.items():
        entered = await tamin.who(f"Bearer {await tamin.for_secret(secret)}")
        assert (entered.client_id, entered.data_set, entered.user_id, entered.organisation_id) == (
            SYSTEM,
            data_set,
            None,
            "company",
        )
    with pytest.raises(BadClient):
        await tamin.for_secret("guess")


async def test_the_word_bearer_and_quotes_may_be_there_or_not(tamin: Tamin) -> None:
    token = await tamin.for_secret()
    for spelling in (token, f"Bearer {token}", f"bEARER   {token} ", f'Bearer "{token}"', f'"{token}"'):
        assert (await tamin.who(spelling)).data_set == DEMO
    for wrong in ("", "Bearer", "Bearer x", token[:-6] + "AAAAAA", f"{token}ک", "a.b.c", token * 9):
        with pytest.raises(BadToken):
            await tamin.who(wrong)


async def test_anybody_can_check_a_token_by_the_published_keys(tamin: Tamin) -> None:
    token = await tamin.authenticate("doctor")
    published = await tamin.porter.jwks(tamin.clock.now())
    assert "d" not in published["keys"][0]
    found = jwt.decode(token, KeySet([RSAKey.import_key(key) for key in published["keys"]]), algorithms=["RS256"])
    claims = found.claims
    assert found.header["alg"] == "RS256"
    assert claims["iss"] == "https://nabz.test"
    assert (claims["sub"], claims["client_id"], claims["data_set"]) == ("id-doctor", SYSTEM, DEMO)
    assert claims["exp"] - claims["iat"] == 3600


async def test_a_token_without_our_signature_is_refused(tamin: Tamin) -> None:
    head, payload, _ = (await tamin.for_secret()).split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "=="))
    for algorithm in ("none", "HS256"):
        forged = base64.urlsafe_b64encode(json.dumps({**header, "alg": algorithm}).encode()).decode().rstrip("=")
        with pytest.raises(BadToken):
            await tamin.who(f"{forged}.{payload}.")


async def test_an_hour_later_a_token_is_dead(tamin: Tamin) -> None:
    first = await tamin.for_secret()
    tamin.clock.advance(1800)
    second = await tamin.for_secret()
    assert (await tamin.who(first)).session == (await tamin.who(second)).session
    tamin.clock.advance(1800)
    with pytest.raises(BadToken):
        await tamin.who(first)
    await tamin.who(second)


async def test_a_second_session_of_a_system_and_a_user_is_refused(tamin: Tamin) -> None:
    token = await tamin.authenticate()
    with pytest.raises(SessionLive):
        await tamin.authenticate()
    entered = await tamin.who(token)
    assert (entered.user_id, entered.username, entered.organisation_id) == ("id-nurse", "nurse", "clinic")
    assert (await tamin.who(await tamin.authenticate(system=OTHER))).client_id == OTHER
    assert (await tamin.who(await tamin.authenticate("doctor"))).national_code == DOCTOR


async def test_after_signing_out_the_token_is_dead_and_the_next_is_given(tamin: Tamin) -> None:
    token = await tamin.authenticate()
    await tamin.who(token)
    await tamin.porter.sign_out(f"Bearer {token}", tamin.clock.now())
    with pytest.raises(BadToken):
        await tamin.who(token)
    for dead in (token, "", "no token"):
        with pytest.raises(SessionGone):
            await tamin.porter.sign_out(dead, tamin.clock.now())
    await tamin.who(await tamin.authenticate())


async def test_a_session_that_ran_out_makes_room_for_the_next(tamin: Tamin) -> None:
    first = await tamin.authenticate()
    tamin.after_an_hour()
    await tamin.who(await tamin.authenticate())
    with pytest.raises(SessionGone):
        await tamin.porter.sign_out(first, tamin.clock.now())


async def test_another_process_forgets_within_the_time_it_may_remember(tamin: Tamin) -> None:
    other = tamin.another(token_cache_seconds=2.0)
    token = await tamin.authenticate()
    await other.who(token, tamin.clock.now())
    await tamin.porter.sign_out(token, tamin.clock.now())
    tamin.clock.advance(2)
    with pytest.raises(BadToken):
        await other.who(token, tamin.clock.now())


async def test_a_user_of_the_demo_does_not_enter_production(tamin: Tamin) -> None:
    with pytest.raises(BadCredentials):
        await tamin.authenticate(secret=SECRETS[PRODUCTION])


async def test_wrong_passwords_are_counted(tamin: Tamin) -> None:
    for _ in range(5):
        with pytest.raises(BadCredentials):
            await tamin.authenticate(password="guess")
    with pytest.raises(TooManyAttempts):
        await tamin.authenticate()


async def test_a_cut_secret_ends_its_tokens_for_good(tamin: Tamin) -> None:
    porter = tamin.another(token_cache_seconds=0.0)
    tokens = [await tamin.for_secret(), await tamin.authenticate()]
    now = tamin.clock.now()
    await tamin.db.write(clients.cut_secret, SYSTEM, DEMO, "t", now)
    for token in tokens:
        with pytest.raises(BadToken):
            await porter.who(token, now)
    await tamin.db.write(clients.issue_secret, tamin.keys, SYSTEM, DEMO, "a new one", "t", now)
    for token in tokens:
        with pytest.raises(BadToken):
            await porter.who(token, now)
    await porter.who(await porter.of_client(SYSTEM, "a new one", now), now)


async def test_whoever_is_logged_out_everywhere_is_logged_out_here(tamin: Tamin) -> None:
    porter = tamin.another(token_cache_seconds=0.0)
    token = await tamin.authenticate()
    await tamin.db.write(users.end_sessions, CONSOLE, "id-nurse", tamin.clock.now())
    with pytest.raises(BadToken):
        await porter.who(token, tamin.clock.now())
    token = await tamin.authenticate()
    await tamin.db.write(users.disable, CONSOLE, "id-nurse", tamin.clock.now())
    with pytest.raises(BadToken):
        await porter.who(token, tamin.clock.now())


async def test_a_new_signing_key_leaves_old_tokens_alone(tamin: Tamin) -> None:
    await tamin.forget_keys()
    now = tamin.clock.now()
    other = tamin.another()
    old = await tamin.for_secret()
    await other.who(old, now)
    await tamin.porter.signer.rotate("t", now)
    new = await tamin.for_secret()
    assert jwt_head(old)["kid"] != jwt_head(new)["kid"]
    tamin.clock.advance(2)
    await other.who(new, tamin.clock.now())
    await tamin.who(old)
    assert len((await other.jwks(tamin.clock.now()))["keys"]) == 2
    tamin.clock.advance(2 * 24 * 3600)
    await tamin.db.write(prune, tamin.clock.now())
    assert len((await tamin.porter.jwks(tamin.clock.now()))["keys"]) == 1


async def test_a_key_sealed_with_another_master_key_is_replaced(tamin: Tamin) -> None:
    await tamin.forget_keys()
    await tamin.for_secret()
    moved = Porter(tamin.db, Keyring(b"another master key of thirty-two bytes"), tamin.world.passwords, Settings())
    await moved.jwks(tamin.clock.now())
    assert len((await moved.jwks(tamin.clock.now()))["keys"]) == 2
    await tamin.forget_keys()


def test_a_bearer_word_is_a_word_and_not_a_beginning() -> None:
    assert bare_token("bearerx.y.z") == "bearerx.y.z"
    assert bare_token("  BEARER\tx.y.z ") == "x.y.z"


def test_people_of_the_demo_may_enter_every_sandbox_but_not_production() -> None:
    assert [may_enter(DEMO, data_set) for data_set in (PRODUCTION, DEMO, 7)] == [False, True, True]
    assert [may_enter(PRODUCTION, data_set) for data_set in (PRODUCTION, DEMO)] == [True, False]
    assert data_set_of(DEMO, frozenset({0, 9, 7})) == 7
    assert data_set_of(7, frozenset({0, 1, 7})) == 7
    assert data_set_of(PRODUCTION, frozenset({1})) is None


@pytest.mark.parametrize(
    ("uri", "data_set"),
    [
        ("http://client.example/", DEMO),
        ("http://127.0.0.1/", PRODUCTION),
        ("https://client.example/#part", DEMO),
        ("https://user@client.example/", DEMO),
        ("https://client.example/ a", DEMO),
        ('https://client.example/"a', DEMO),
        ("https://client.example;script-src/", DEMO),
        ("https://client.example:99999/", DEMO),
        ("javascript:alert(1)", DEMO),
        ("//client.example", DEMO),
        ("https://" + "a" * 500, DEMO),
    ],
)
def test_a_redirect_address_that_could_harm_is_refused(uri: str, data_set: int) -> None:
    with pytest.raises(RedirectRefused):
        good_redirect(uri, data_set)


@pytest.mark.parametrize(
    ("uri", "sent"),
    [
        ("https://a.example/back", "https://a.example/back/?code=c&expires_in=60"),
        ("https://a.example/", "https://a.example/?code=c&expires_in=60"),
        ("https://a.example", "https://a.example/?code=c&expires_in=60"),
        ("https://a.example/x?y=1", "https://a.example/x?y=1&code=c&expires_in=60"),
    ],
)
def test_a_browser_is_sent_back_as_the_guide_prints_it(uri: str, sent: str) -> None:
    assert good_redirect(uri, PRODUCTION) == uri
    assert sent_back(uri, code="c", expires_in=60, state="") == sent


def jwt_head(token: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(base64.urlsafe_b64decode(token.split(".", maxsplit=1)[0] + "=="))
    return found


async def test_a_system_may_use_what_was_granted_in_each_data_set(tamin: Tamin) -> None:
    now = tamin.clock.now()
    before = await tamin.who(await tamin.for_secret(SECRETS[PRODUCTION]))
    assert before.apis == ALL_APIS
    for granted in ({Api.DRUG, Api.EPRESC}, {Api.PARA}):
        await tamin.db.write(clients.set_apis, SYSTEM, DEMO, granted, "t", now)
    assert (await tamin.who(await tamin.for_secret())).apis == {"para"}
    assert (await tamin.who(await tamin.authenticate("doctor"))).apis == {"para"}
    other = tamin.another()
    assert (await other.who(await tamin.for_secret(SECRETS[PRODUCTION]), now)).apis == ALL_APIS
    await tamin.db.write(clients.set_apis, SYSTEM, DEMO, [], "t", now)
    assert (await other.who(await tamin.for_secret(), now)).apis == frozenset()
    with pytest.raises(ApiUnknown):
        apis_named("drug hqs")
