"""The door: nothing in an address breaks it, whoever knocks."""

import re

import pytest

from nabz.prescriptions.api.addresses import official
from tests.prescriptions.office import Office

ADDRESSES = sorted({(each.method, each.path) for each in official.endpoints if "{" in each.path})


async def test_a_nul_in_an_address_is_not_found_anywhere(tamin: Office) -> None:
    for method, path in ADDRESSES:
        answer = await tamin.call(method, re.sub(r"\{\w+\}", "%00", path), {} if method in {"POST", "PUT"} else None)
        assert answer.status_code == 404, (method, path, answer.text)


@pytest.mark.parametrize("path", ["/interface/epresc/SendEpresc/v2/services", "/api/v2/ws-services"])
async def test_an_invented_service_type_has_an_empty_list(tamin: Office, path: str) -> None:
    first = (await tamin.client.get(path, params={"serviceType": "02"})).json()
    assert first["data"]
    for number in range(20):
        answer = await tamin.client.get(path, params={"serviceType": f"invented-{number}"})
        assert answer.json()["data"] == []
    assert (await tamin.client.get(f"{path}?serviceType=%00")).status_code == 404


async def test_a_wrong_method_and_an_unknown_address_are_told(tamin: Office) -> None:
    wrong = await tamin.client.put("/interface/epresc/SendEpresc/v7")
    assert (wrong.status_code, wrong.json()["family"]) == (405, "CLIENT_ERROR")
    assert "POST" in wrong.headers["allow"]
    assert (await tamin.client.get("/interface/epresc/nothing")).status_code == 404


async def test_a_dead_token_is_refused_in_the_envelope(tamin: Office) -> None:
    for token in ("", "Bearer nothing", "Bearer a.b.c"):
        answer = await tamin.client.post(
            "/interface/epresc/SendEpresc/v7", content=b"{}", headers={"authorization": token}
        )
        assert (answer.status_code, answer.json()["data"]) == (401, "خطای دسترسی")
