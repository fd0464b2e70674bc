"""Every operation of our own API, asked as the samples ask, answers as the samples answer."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from nabz.appointments.api.own import own
from tests.appointments.calling import CENTRE, PEOPLE, SAMPLES, Office, fresh, opened
from tests.examples import UUID, unlike
from tests.services import ENGINES

ORDER = (
    "PublishSchedule",
    "Search",
    "Days",
    "Hold",
    "Release",
    "Book",
    "Book.refused",
    "GetAppointment",
    "Reschedule",
    "JoinWaiting",
    "ListWaiting",
    "LeaveWaiting",
    "SetStatus",
    "ListAppointments",
    "Cancel",
    "Reconcile",
    "WithdrawSlots",
    "WithdrawRange",
    "GetRules",
    "PutRules",
    "AddWebhook",
    "ListWebhooks",
    "ChangeWebhook",
    "RollWebhookSecret",
    "ListDeliveries",
    "Replay",
    "RemoveWebhook",
)
"""One story: each sample speaks of what those before it have made."""


@pytest.fixture(params=ENGINES)
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with opened(request.param) as whole:
        found = await fresh(whole)
        found.seconds = 1
        yield found


def sample(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


async def told(office: Office, name: str, ids: dict[str, str]) -> Any:
    """Ask as a sample asks, with the ids of this time in the place of its own."""
    text = UUID.sub(lambda found: ids.get(found[0], found[0]), sample(f"{name}.request.json"))
    if name == "Cancel":  # what was moved away from is booked by another
        await office.book(json.loads(text)["slot"], 2)
    return await office.ask(name.partition(".")[0], **json.loads(text))


def learn(shown: Any, came: Any, ids: dict[str, str]) -> None:
    """Note which id of this time stands where a sample has its own."""
    if isinstance(shown, dict):
        for key in shown:
            learn(shown[key], came[key], ids)
    elif isinstance(shown, list):
        for one, other in zip(shown, came, strict=True):
            learn(one, other, ids)
    elif isinstance(shown, str):
        ids.update(zip(UUID.findall(shown), UUID.findall(came), strict=True))


async def test_the_samples_are_what_the_api_answers(office: Office) -> None:
    ids: dict[str, str] = {CENTRE: CENTRE}
    for name in ORDER:
        came = await told(office, name, ids)
        shown = json.loads(sample(f"{name}.response.json"))
        assert not list(unlike(shown, came, name))
        learn(shown, came, ids)
    assert {name.partition(".")[0].lower() for name in ORDER} == set(own.by_name)
    assert PEOPLE[0] in sample("Book.request.json")
