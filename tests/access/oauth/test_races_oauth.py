"""Real concurrency at Tamin's door: one session, one use of a code, one rotation, one key."""

import asyncio

import pytest

from nabz.access.errors import BadToken, GrantRefused, SessionLive
from nabz.access.service.oauth.protocol import Answer
from tests.access.oauth.tamin import Tamin
from tests.access.test_races_access import outcomes

MANY = 16


async def test_one_of_many_authenticate_calls_at_once_is_let_in(tamin: Tamin) -> None:
    found = await outcomes(*(tamin.authenticate() for _ in range(MANY)))
    assert found.count(SessionLive) == MANY - 1
    [token] = [each for each in found if isinstance(each, str)]
    await tamin.who(token)


async def test_one_code_twice_at_once_opens_nothing_in_the_end(tamin: Tamin) -> None:
    code = await tamin.code()
    found = await outcomes(*(tamin.exchange(code) for _ in range(MANY)))
    [answer] = [each for each in found if isinstance(each, Answer)]
    assert found.count(GrantRefused) == MANY - 1
    with pytest.raises(BadToken):
        await tamin.who(answer.access_token)


async def test_many_refreshes_at_once_are_one_rotation(tamin: Tamin) -> None:
    first = await tamin.exchange(await tamin.code(), v2=True)
    found = await outcomes(*(tamin.refresh(first.refresh_token) for _ in range(MANY)))
    [answer] = {each.refresh_token: each for each in found if isinstance(each, Answer)}.values()
    assert found == [answer] * MANY
    assert (await tamin.refresh(answer.refresh_token)).access_token


async def test_a_replay_and_a_rotation_at_once_leave_no_token_alive(tamin: Tamin) -> None:
    first = await tamin.exchange(await tamin.code(), v2=True)
    second = await tamin.refresh(first.refresh_token)
    tamin.clock.advance(11)
    await outcomes(tamin.refresh(first.refresh_token), tamin.refresh(second.refresh_token))
    with pytest.raises(GrantRefused):
        await tamin.refresh(second.refresh_token)
    with pytest.raises(BadToken):
        await tamin.who(second.access_token)


async def test_processes_that_start_at_once_agree_on_one_key(tamin: Tamin) -> None:
    await tamin.forget_keys()
    now = tamin.clock.now()
    porters = [tamin.another() for _ in range(4)]
    told = await asyncio.gather(*(porter.jwks(now) for porter in porters))
    assert all(each == told[0] and len(each["keys"]) == 1 for each in told)
