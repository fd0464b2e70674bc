"""Every message of the guide, replayed: the answers come out to the letter, or in the letter's shape."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests import services
from tests.appointments.office import PREFIX, SAMPLES, Office, opened, sample
from tests.services import ENGINES

BEFORE = datetime(2023, 1, 24, 6, 0, tzinfo=UTC)
"""4 Bahman 1401, before the guide's slots."""

EXCHANGES = (
    "GetProviderScheduling",
    "GetNearProviderScheduling",
    "GetProviderSchedulingByLocation",
    "SetAppointment",
    "RemoveAppointment",
    "GetRemovedProviderSchedulingList",
    "GetAppointmentStatus",
    "GetAppointmentByTQID",
)


@pytest.fixture(scope="module", params=ENGINES)
async def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """The program in the guide's days; its clock only goes on, so the tests of this file stand in the order of time."""
    url = services.fresh_database("migrated", engine=request.param)
    async with opened(url, tmp_path_factory.mktemp("office"), BEFORE) as found:
        yield found
    services.drop_database(url)


KINDS = {str: "text", int: "number", float: "number", bool: "boolean", type(None): "null", list: "list"}
EITHER_WAY = {"location", "type", "departmentType", "name"}
"""Objects or texts in some of the guide's ten slots, null in the others."""


async def test_every_exchange_of_the_guide_comes_out_to_the_letter(office: Office) -> None:
    for name in EXCHANGES:
        for twin in ("", "Test"):
            answer = await office.post(f"{PREFIX}/{name}{twin}", sample(f"{name}.request"))
            assert answer.status_code == 200
            expected = json.dumps(sample(f"{name}.response"), ensure_ascii=False, separators=(",", ":"))
            assert answer.text == expected, name
            assert answer.headers["requestid"]


async def test_a_referred_appointment_has_the_outer_keys_of_the_list(office: Office) -> None:
    answer = await office.post(
        "/HQS.referal/api/v1.0/Main/GetAppointmentRefferalByTQID", sample("GetAppointmentRefferalByTQID.request")
    )
    told = answer.json()
    assert list(told) == list(sample("GetAppointmentsByReferralMap.response"))
    assert told["isSuccess"] is True
    inner = told["data"][0]["personAppointment"]
    printed = sample("GetAppointmentByTQID.response")["Result"]["PersonAppointment"]
    assert [key.lower() for key in inner] == [key.lower() for key in printed]
    assert [key.lower() for key in inner["person"]] == [key.lower() for key in printed["Person"]]
    assert inner["trackingQeueID"] == "9183f9be-968a-4320-8932-0869d856ac34"


async def test_the_tokens_of_the_guide_are_those_of_the_gateway(office: Office) -> None:
    token = await office.token()
    assert token == await office.token()
    for name in ("GetToken", "RefreshToken"):
        printed = sample(f"{name}.response")
        assert list(printed) == ["access_token", "token_type", "refresh_token", "expires_in", "scope"]
        told = await office.granted(name)
        assert list(told) == list(printed)
        assert [type(value) for value in told.values()] == [type(value) for value in printed.values()]
        assert (told["token_type"], told["scope"]) == (printed["token_type"], printed["scope"])
        assert await office.granted(name, wrong=True) == sample(f"{name}.error.response")


async def test_referral_answers_have_the_shape_of_the_guide(office: Office) -> None:
    office.become(datetime(2025, 5, 24, 6, 0, tzinfo=UTC))
    for path in ("/HQS.Referal/api/v1.0/Main", "/hqs.referal/API/v1.0/main"):
        answer = await office.post(
            f"{path}/GetAppointmentsByReferralMap", sample("GetAppointmentsByReferralMap.request")
        )
        told, printed = answer.json(), sample("GetAppointmentsByReferralMap.response")
        assert answer.headers["requestid"]
        outer = [key for key in printed if key != "data"]
        assert list(told) == list(printed)
        assert [told[key] for key in outer] == [printed[key] for key in outer]
        assert len(told["data"]) == len(printed["data"])
        shapes = [shape(one) for one in printed["data"]]
        for ours in told["data"]:
            assert shape(ours) in shapes, shape(ours)


def shape(value: Any, path: str = "") -> list[str]:
    """The keys of a message in their order with their types; null where the guide's own list has it both ways."""
    if not isinstance(value, dict):
        return [f"{path}: {KINDS[type(value)]}"]
    found = []
    for key, inner in value.items():
        if key in EITHER_WAY:
            found.append(f"{path}.{key}")
        else:
            found += shape(inner, f"{path}.{key}")
    return found


def test_every_sample_is_replayed() -> None:
    names = {path.name.split(".")[0] for path in SAMPLES.glob("*.json")}
    others = {"GetAppointmentsByReferralMap", "GetAppointmentRefferalByTQID", "GetToken", "RefreshToken"}
    assert names == {*EXCHANGES, *others}
