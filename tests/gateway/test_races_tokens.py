"""Many who ask for tokens at once, in one process and in several; and those who guess."""

import asyncio

import httpx2 as httpx
import pytest

from tests.gateway.conftest import CALLS, PID, House, basic
from tests.gateway.customers import add_person, change, rows, twin


async def refresh(house: House, refresh_token: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return await house.client.post("/oauth/token", data=form, headers=basic())


async def works(house: House, token: str) -> bool:
    headers = {"authorization": f"Bearer {token}", "pid": "6" * 24}
    return (await house.client.post(f"{CALLS}/nabz/gwecho/Echo", content=b"{}", headers=headers)).status_code == 200


async def test_fifty_who_ask_at_once_get_one_token(house: House) -> None:
    async with twin(house) as second:
        answers = await asyncio.gather(*((house, second)[number % 2].token() for number in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(await rows(house, "SELECT * FROM access_grant")) == 1


async def test_fifty_who_ask_at_the_end_of_a_token_get_one_new_token(house: House) -> None:
    first = (await house.token()).json()
    house.clock.advance(900)
    async with twin(house) as second:
        answers = await asyncio.gather(*((house, second)[number % 2].token() for number in range(50)))
    fresh = {answer.json()["access_token"] for answer in answers}
    assert len(fresh) == 1
    assert first["access_token"] not in fresh


async def test_two_who_refresh_at_once_both_get_tokens_that_work(house: House) -> None:
    first = (await house.token()).json()
    async with twin(house) as second:
        answers = await asyncio.gather(*(refresh(each, first["refresh_token"]) for each in (house, second)))
    tokens = {answer.json()["access_token"] for answer in answers}
    assert len(tokens) == 2
    assert [await works(house, token) for token in tokens] == [True, True]


async def test_no_token_outlives_the_moment_in_which_its_user_was_disabled(house: House) -> None:
    await house.token()

    async def disable() -> None:
        await asyncio.sleep(0.01)
        await change(house, "UPDATE access_user SET status = 'disabled'")

    async with twin(house) as second:
        asking = [(house, second)[number % 2].token() for number in range(60)]
        answers, _ = await asyncio.gather(asyncio.gather(*asking), disable())
    assert {answer.status_code for answer in answers} <= {200, 400, 429}
    house.clock.advance(1)
    for answer in answers:
        if answer.status_code == 200:
            assert not await works(house, answer.json()["access_token"])
    assert (await house.token()).status_code in {400, 429}


async def guess(house: House, ip: str, guesses: int, username: str = "acme") -> list[httpx.Response]:
    async with house.caller(ip) as guesser:
        return await asyncio.gather(
            *(
                guesser.post(
                    "/oauth/token",
                    data={"grant_type": "password", "username": username, "password": f"guess {ip} {number}"},
                    headers=basic(),
                )
                for number in range(guesses)
            )
        )


async def test_hundreds_of_guesses_are_slowed_down_and_shut_nobody_out(house: House) -> None:
    assert (await house.token()).status_code == 200
    answers = await guess(house, "198.51.100.9", 400)
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(429) >= 390
    assert set(statuses) == {400, 429}
    slowed = next(answer for answer in answers if answer.status_code == 429)
    assert slowed.json()["error"] == "temporarily_unavailable"
    assert int(slowed.headers["retry-after"]) >= 1
    assert (await house.token()).status_code == 200, "who has got in from here before gets in"
    async with twin(house) as fresh:  # a process that remembers nothing
        assert (await fresh.token()).status_code == 200


async def test_guesses_from_many_addresses_are_slowed_down_too(house: House) -> None:
    assert (await house.token()).status_code == 200
    for number in range(40):
        answers = await guess(house, f"203.0.113.{number}", 3)
    assert {answer.status_code for answer in answers} == {429}
    async with house.caller("192.0.2.200") as stranger:
        form = {"grant_type": "password", "username": "acme", "password": "test-only-password"}
        told = await stranger.post("/oauth/token", data=form, headers=basic())
        assert told.status_code == 429, "a stranger with the right password waits, or guessing would pay"
        house.clock.advance(900)
        assert (await stranger.post("/oauth/token", data=form, headers=basic())).status_code == 200
    async with twin(house) as fresh:
        assert (await fresh.token()).status_code == 200


@pytest.mark.parametrize("username", ["nobody", "acme"])
async def test_a_guesser_learns_nothing_of_who_exists(house: House, username: str) -> None:
    await add_person(house, "third")
    answers = await guess(house, "198.51.100.77", 5, username)
    assert {(answer.status_code, answer.text) for answer in answers} == {
        (400, '{"error":"invalid_grant","error_description":"Bad credentials"}')
    }
    assert {answer.status_code for answer in await guess(house, "198.51.100.77", 1, username)} == {429}


async def test_many_processes_that_refresh_do_not_cut_each_other_off(house: House) -> None:
    first = (await house.token()).json()
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    answers = [await house.client.post("/oauth/token", data=form, headers=basic()) for _ in range(5)]
    tokens = [first["access_token"], *(answer.json()["access_token"] for answer in answers)]
    assert len(set(tokens)) == 6
    for token in tokens:
        headers = {"authorization": f"Bearer {token}", "pid": PID}
        assert (await house.client.post(f"{CALLS}/nabz/gwecho/Echo", content=b"[]", headers=headers)).status_code == 200
