"""Pairs of tokens over their whole life: stolen, revoked by old tokens, ended for good."""

from datetime import timedelta
from typing import Any, cast

import pytest

from nabz.access.errors import BadToken
from nabz.access.service.pairs import Pairs
from nabz.access.service.passwords import passwords_of
from nabz.app import keyring
from nabz.settings import Settings
from tests.demo import KEY
from tests.residency.office import REFRESH, RENEW, REVOKE, TOKEN, Office
from tests.residency.test_wire_tokens import DIFFER, NULL, both, said, works


async def test_a_stolen_pair_ends_however_often_the_thief_refreshed(simad: Office) -> None:
    old = await simad.sign_in()
    stolen = old
    for _ in range(3):
        stolen = (await simad.ask(RENEW, both(stolen))).json()
        simad.clock.advance(11)
    assert await works(simad, stolen)
    assert said(await simad.ask(RENEW, both(old))) == (400, NULL)
    assert not await works(simad, stolen)
    assert said(await simad.ask(RENEW, both(stolen))) == (400, NULL)


async def test_tokens_of_any_one_time_revoke_a_pair_and_those_of_two_times_do_not(simad: Office) -> None:
    times = [await simad.sign_in()]
    for _ in range(3):
        times.append((await simad.ask(RENEW, both(times[-1]))).json())
    for one, other in ((0, 1), (1, 3), (3, 0)):
        mixed = both(times[one], RefreshToken=times[other][REFRESH])
        assert said(await simad.ask(REVOKE, mixed)) == (403, DIFFER)
    assert await works(simad, times[-1])
    assert (await simad.ask(REVOKE, both(times[0]))).status_code == 200
    assert not await works(simad, times[-1])
    assert said(await simad.ask(REVOKE, both(times[-1]))) == (400, NULL)


async def test_a_pair_ends_for_good_however_often_it_is_refreshed(simad: Office) -> None:
    pair = await simad.sign_in()
    for _ in range(3):
        simad.later(timedelta(days=29))
        pair = (await simad.ask(RENEW, both(pair))).json()
    assert await works(simad, pair)
    simad.later(timedelta(days=3))
    assert said(await simad.ask(RENEW, both(pair))) == (400, NULL)


async def test_what_is_revoked_while_it_is_looked_up_is_not_remembered(simad: Office) -> None:
    pair, now = await simad.sign_in(), simad.clock.now()

    class Late:
        """A store whose answer arrives after the pair was revoked."""

        def __getattr__(self, name: str) -> Any:
            return getattr(simad.whole, name)

        async def read_one(self, statement: Any, **told: Any) -> Any:
            rows = await simad.whole.read_one(statement, **told)
            if rows:
                await pairs.revoke(pair[TOKEN], pair[REFRESH], now)
            return rows

    settings = Settings(secret_key=KEY, token_cache_seconds=60)
    keys = keyring(settings)
    pairs = Pairs(cast("Any", Late()), keys, passwords_of(keys), settings)
    assert (await pairs.bearer(pair[TOKEN], now)).username == simad.who[0]
    with pytest.raises(BadToken):
        await pairs.bearer(pair[TOKEN], now)
