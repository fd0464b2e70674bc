"""The guide's hosts and ports: every printed address answers, and bare roots lead on."""

import csv
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

import nabz
from nabz.prescriptions.api.hosts import Place, place_of
from tests.prescriptions.office import Office
from tests.program import Program, free_port

pytestmark = pytest.mark.wire

PRINTED = Path(nabz.__file__).parent / "prescriptions" / "data" / "endpoints.csv"
TOKEN_FORM = {"client_id": "900001", "client_secret": "demo-only-sandbox-secret"}


def printed() -> list[dict[str, str]]:
    with PRINTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def test_every_printed_address_answers_there(tamin: Office) -> None:
    walked = 0
    for row in printed():
        if row["api"] == "onboarding":  # the vendors' request system: a part of its own
            continue
        parts = urlsplit(row["url_mended"] or row["url_as_printed"])
        answer = await called(tamin, row, parts.netloc, parts.path or "/")
        walked += 1
        if row["purpose"] == "ui":
            assert (answer.status_code, answer.headers["location"][:1]) == (303, "/"), row
        elif row["purpose"] == "token":
            assert answer.status_code == 200, (row, answer.text)
            token = answer.json() if row["api"] != "epresc" else answer.json()["access_token"]
            assert token.count(".") == 2
            if row["api"] != "epresc":
                out = await tamin.client.post("/api/acl/signout", headers={"authorization": token})
                assert out.status_code == 200
        elif parts.path:
            assert answer.status_code == 401, (row, answer.text)
        else:
            assert answer.status_code == 200, (row, answer.text)
            assert {"method", "path", "title"} == set(answer.json()[0]), row
    assert walked == 15


async def called(tamin: Office, row: dict[str, str], host: str, path: str) -> httpx2.Response:
    known = tamin.demo["tamin"]
    headers = {"host": host}
    if row["purpose"] == "token" and row["api"] == "epresc":
        return await tamin.client.post(path, data=TOKEN_FORM, headers=headers)
    if row["purpose"] == "token":
        body = {"SoftwareClientID": known["client_id"], "SoftwareClientSecret": known["client_secret"]}
        body |= {"username": "drugtest" if row["api"] == "drug" else "partest", "password": "123"}
        return await tamin.client.post(path, json=body, headers=headers)
    if row["api"] == "epresc":
        return await tamin.client.post(path, json={}, headers=headers)
    return await tamin.client.get(path, headers=headers)


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("authentication.tamin.ir", Place.AUTHENTICATION),
        ("Common.tamin.ir", Place.ENTITLEMENT),
        ("127.0.0.1:2020", Place.PHARMACY),
        ("[::1]:90", Place.PARACLINIC),
        ("health-services-test.tamin.ir:443", Place.COUNTERS),
        ("ep-test.tamin.ir.", Place.PHYSICIANS),
        ("127.0.0.1:8585", None),
        ("nabz.example", None),
        ("evil.example:80:90", None),
        ("", None),
    ],
)
def test_a_host_or_a_port_tells_what_stands_there(host: str, place: Place | None) -> None:
    assert place_of(host, 8585) is place


async def test_a_bare_root_takes_only_what_it_knows(tamin: Office) -> None:
    wrong = await tamin.client.put("/", headers={"host": "health-par.tamin.ir"})
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD")
    ours = await tamin.client.get("/")
    assert "text/html" in ours.headers["content-type"]


def test_the_program_listens_on_further_ports_too(serve: Callable[..., Program]) -> None:
    further = [free_port(), free_port()]
    program = serve(NABZ_TAMIN_PORTS=",".join(map(str, further)), demo=False)
    for port in further:
        assert httpx2.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    assert program.stop() == 0


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = Program(tmp_path, demo=False, NABZ_TAMIN_PORTS=port)
        with pytest.raises(AssertionError) as told:
            refused.start()
    assert f"nabz: this port cannot be had, try another: {port}" in str(told.value)
