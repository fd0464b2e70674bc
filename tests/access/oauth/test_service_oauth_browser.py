"""A person's way through his browser, and the tokens that come of it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from nabz.access.errors import (
    AuthorizationRefused,
    BadToken,
    GrantRefused,
    IdentityWrong,
    NotOfThisEnvironment,
    SignInExpired,
)
from nabz.access.model import ALL_APIS, CONSOLE, DEMO, Entered
from nabz.access.service import clients, users
from nabz.access.service.oauth import entering, prune, registering
from nabz.access.service.oauth.entering import Sending, Turned
from tests.access.oauth.tamin import BACK, DOCTOR, HERE, MOBILE, OTHER, PORTAL, Tamin
from tests.access.world import HOME


async def test_whoever_reads_his_messages_gets_a_token_for_his_code(tamin: Tamin) -> None:
    answer = await tamin.exchange(await tamin.code())
    assert answer.refresh_token == ""
    entered = await tamin.who(answer.access_token)
    assert entered == Entered(
        client=f"id-{PORTAL}",
        client_id=PORTAL,
        data_set=DEMO,
        user_id="id-doctor",
        username="doctor",
        organisation_id="clinic",
        national_code=DOCTOR,
        session=entered.session,
        apis=ALL_APIS,
    )
    [sms] = await tamin.sms()
    assert (sms["to"], "123456" in sms["text"]) == (MOBILE, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "nobody"},
        {"client_id": OTHER},
        {"client_id": ""},
        {"redirect_uri": f"{BACK}/"},
        {"redirect_uri": ""},
    ],
)
async def test_nobody_is_sent_to_an_address_that_is_not_registered(tamin: Tamin, wrong: dict[str, str]) -> None:
    with pytest.raises(AuthorizationRefused):
        await tamin.db.read(entering.ask, tamin.asked(**wrong))


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
    ],
)
async def test_other_mistakes_are_told_to_the_program(tamin: Tamin, wrong: dict[str, str], error: str) -> None:
    turned = await tamin.db.read(entering.ask, tamin.asked(redirect_uri=HERE, **wrong))
    assert isinstance(turned, Turned)
    assert turned.location.startswith(f"{HERE}&error={error}&")
    assert parse_qs(urlsplit(turned.location).query)["state"] == ["xyz"]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"code_verifier": "short"}, "invalid_request"),
        ({"redirect_uri": HERE}, "invalid_grant"),
        ({"redirect_uri": ""}, "invalid_request"),
        ({"client_id": OTHER}, "invalid_grant"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"code": "guess"}, "invalid_grant"),
    ],
)
async def test_a_code_is_good_for_its_own_program_only(tamin: Tamin, wrong: dict[str, str], error: str) -> None:
    code = await tamin.code()
    with pytest.raises(GrantRefused) as refused:
        await tamin.exchange(wrong.get("code", code), other=wrong)
    assert refused.value.facts["error"] == error
    assert (await tamin.exchange(code)).access_token


async def test_a_code_lives_for_a_minute(tamin: Tamin) -> None:
    code = await tamin.code()
    tamin.clock.advance(60)
    with pytest.raises(GrantRefused):
        await tamin.exchange(code)


async def test_the_second_use_of_a_code_ends_what_was_got_with_it(tamin: Tamin) -> None:
    code = await tamin.code()
    answer = await tamin.exchange(code, v2=True)
    await tamin.who(answer.access_token)
    with pytest.raises(GrantRefused):
        await tamin.exchange(code, v2=True)
    with pytest.raises(BadToken):
        await tamin.who(answer.access_token)
    with pytest.raises(GrantRefused):
        await tamin.refresh(answer.refresh_token)


async def test_a_refresh_token_is_for_the_person_who_has_signed_in(tamin: Tamin) -> None:
    code = await tamin.code()
    for audience, error in (("", "invalid_request"), ("9900000018", "invalid_grant")):
        with pytest.raises(GrantRefused) as refused:
            await tamin.exchange(code, v2=True, other={"audience": audience})
        assert refused.value.facts["error"] == error
    answer = await tamin.exchange(code, v2=True)
    with pytest.raises(GrantRefused):
        await tamin.refresh(answer.refresh_token, audience="9900000018")
    assert (await tamin.refresh(answer.refresh_token)).refresh_token != answer.refresh_token


async def test_a_refresh_asked_for_twice_at_once_is_answered_the_same(tamin: Tamin) -> None:
    first = await tamin.exchange(await tamin.code(), v2=True)
    tamin.clock.advance(1800)
    second = await tamin.refresh(first.refresh_token)
    tamin.clock.advance(10)
    assert await tamin.refresh(first.refresh_token) == second
    assert (await tamin.who(first.access_token)).session == (await tamin.who(second.access_token)).session
    third = await tamin.refresh(second.refresh_token)
    assert third.refresh_token not in {first.refresh_token, second.refresh_token}


@pytest.mark.parametrize("later", [11, 5])
async def test_an_old_refresh_token_ends_its_whole_family(tamin: Tamin, later: int) -> None:
    first = await tamin.exchange(await tamin.code(), v2=True)
    last = await tamin.refresh(first.refresh_token)
    if later == 5:  # the answer had arrived, since its token was used
        last = await tamin.refresh(last.refresh_token)
    await tamin.who(last.access_token)
    tamin.clock.advance(later)
    with pytest.raises(GrantRefused):
        await tamin.refresh(first.refresh_token)
    with pytest.raises(BadToken):
        await tamin.who(last.access_token)
    with pytest.raises(GrantRefused):
        await tamin.refresh(last.refresh_token)


async def test_a_refresh_token_lives_for_thirty_days_from_its_last_use(tamin: Tamin) -> None:
    answer = await tamin.exchange(await tamin.code(), v2=True)
    for _ in range(2):
        tamin.clock.advance(29 * 86400)
        await tamin.db.write(prune, tamin.clock.now())
        answer = await tamin.refresh(answer.refresh_token)
        await tamin.who(answer.access_token)
    tamin.clock.advance(30 * 86400)
    with pytest.raises(GrantRefused):
        await tamin.refresh(answer.refresh_token)


async def test_a_browser_signs_out_of_all_that_it_has_opened(tamin: Tamin) -> None:
    mine = await tamin.exchange(await tamin.code(ticket="one"))
    tamin.clock.advance(61)
    waiting = await tamin.code(ticket="three")
    tamin.clock.advance(61)
    another = await tamin.exchange(await tamin.code(ticket="four", browser="another"))
    await tamin.porter.sign_out_browser("b", tamin.clock.now())
    with pytest.raises(BadToken):
        await tamin.who(mine.access_token)
    with pytest.raises(GrantRefused):
        await tamin.exchange(waiting)
    await tamin.who(another.access_token)


async def test_a_person_of_another_environment_is_refused(tamin: Tamin) -> None:
    now = tamin.clock.now()
    await tamin.db.write(registering.add_redirect, OTHER, 0, BACK, "t", now)
    asked = await tamin.db.read(entering.ask, tamin.asked(client_id=OTHER))
    assert not isinstance(asked, Turned)
    account = await tamin.world.account("doctor")
    with pytest.raises(NotOfThisEnvironment):
        await tamin.db.write(entering.begin, tamin.keys, asked, account, "t", Sending("1", "l"), now)


async def test_a_cut_client_is_sent_nobody_any_more(tamin: Tamin) -> None:
    now = tamin.clock.now()
    await tamin.db.write(registering.add_redirect, OTHER, DEMO, BACK, "t", now)
    await tamin.db.read(entering.ask, tamin.asked(client_id=OTHER))
    await tamin.db.write(clients.cut_secret, OTHER, DEMO, "t", now)
    with pytest.raises(AuthorizationRefused):
        await tamin.db.read(entering.ask, tamin.asked(client_id=OTHER))
    assert await tamin.db.write(registering.remove_redirect, PORTAL, DEMO, BACK, "t", now)
    with pytest.raises(AuthorizationRefused):
        await tamin.db.read(entering.ask, tamin.asked())


async def begun(tamin: Tamin, username: str = "doctor", ticket: str = "t", code: str = "123456") -> None:
    asked = await tamin.db.read(entering.ask, tamin.asked())
    assert not isinstance(asked, Turned)
    account = await tamin.world.account(username)
    sending = Sending(code, f"letter {ticket} {code}")
    await tamin.db.write(entering.begin, tamin.keys, asked, account, ticket, sending, tamin.clock.now())


async def given(tamin: Tamin, typed: str, ticket: str = "t", code: str = "c") -> object:
    now = tamin.clock.now()
    return await tamin.db.write(entering.give_code, tamin.keys, ticket, typed, code, "b", HOME, now)


async def test_a_wrong_one_time_code_is_counted_and_the_right_one_then_refused(tamin: Tamin) -> None:
    await begun(tamin)
    assert [await given(tamin, "000000") for _ in range(5)] == [None] * 5
    assert await given(tamin, "123456") is None


async def test_a_one_time_code_is_spent_with_its_entry(tamin: Tamin) -> None:
    await begun(tamin)
    assert await given(tamin, "۱۲۳۴۵۶")
    with pytest.raises(SignInExpired):
        await given(tamin, "123456")
    with pytest.raises(SignInExpired):
        await given(tamin, "123456", ticket="another")


async def test_another_code_is_sent_only_after_a_minute(tamin: Tamin) -> None:
    await begun(tamin)
    again = Sending("654321", "second letter")
    assert not await tamin.db.write(entering.send_again, tamin.keys, "t", again, tamin.clock.now())
    tamin.clock.advance(61)
    assert await tamin.db.write(entering.send_again, tamin.keys, "t", again, tamin.clock.now())
    assert await given(tamin, "123456") is None
    assert await given(tamin, "654321")
    assert len(await tamin.sms()) == 2


async def test_a_new_password_on_the_way_ends_the_way(tamin: Tamin) -> None:
    await begun(tamin)
    await tamin.db.write(users.end_sessions, CONSOLE, "id-doctor", tamin.clock.now())
    with pytest.raises(SignInExpired):
        await given(tamin, "123456")


async def test_a_code_goes_by_mail_where_no_mobile_is_known(tamin: Tamin) -> None:
    await begun(tamin, "nurse")
    _, to = await tamin.db.read(entering.waiting, tamin.keys, "t", tamin.clock.now())
    assert to == "nu***@example.org"
    assert "123456" in (await tamin.world.letters())[0]["text"]
    await begun(tamin, "doctor", ticket="u")
    _, to = await tamin.db.read(entering.waiting, tamin.keys, "u", tamin.clock.now())
    assert to == "0999***11"


async def test_an_identity_that_is_none_is_refused(tamin: Tamin) -> None:
    now = tamin.clock.now()
    for code, mobile in (("1234567890", MOBILE), ("", MOBILE), (DOCTOR, "12")):
        with pytest.raises(IdentityWrong):
            await tamin.db.write(registering.identify, "id-nurse", code, mobile, "t", now)
    await tamin.db.write(registering.identify, "id-nurse", "۱۲۳۴۵۶۷۸۹۱", "", "t", now)
    known = await tamin.db.read(registering.identity_of, "id-nurse")
    assert known is not None
    assert (known.national_code, known.mobile) == (DOCTOR, "")
