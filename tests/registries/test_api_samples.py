"""The example messages, replayed in this process; and the three services behind the running gateway."""

import re
from collections.abc import AsyncIterator

import pytest

from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx
from nabz.registries import seed
from nabz.registries.model import HidWish, PersonId, PersonIdType
from nabz.registries.service import covers, hids
from tests.program import Program
from tests.registries.calling import KEYS, OPERATIONS, Agencies, sample, tight
from tests.registries.making import FACILITY
from tests.terminology.calling import Answer, send

NAMES = sorted(operation.name for operation in OPERATIONS.values())
WITHOUT_A_REFUSAL = {"batchhid"}
ONCE = {"updatehid", "eliminatehid"}
SERVICES = {
    "getEstelam3": ("identity", "sabtahval/gwsabt"),
    "GetMemberInfoByMcCodeNumericTypeEn": ("council", "nezampezeshki/gwnezampezeshki"),
}
INSURANCE = ("insurance", "bimehsalamat/gwestehghagh")


def same(text: str) -> str:
    """A body without white space, numbers that are made up anew each time, and the day they are good until."""
    text = re.sub(r'("ID":)"[0-9A-Z]{10}"', r'\1"…"', tight(text))
    text = re.sub(r'("ValidDate":)\{.*?\}', r"\1{…}", text)
    return re.sub(r'("inquiryID":)".*?"', r'\1"…"', text)


@pytest.fixture
async def agencies(sandbox: Database, clock: FixedClock) -> AsyncIterator[Agencies]:
    made = Agencies(sandbox, clock)
    yield made
    await made.close()


async def fill(agencies: Agencies) -> None:
    """The demo's people, and the HIDs that the examples name."""
    now = agencies.clock.now()
    told = await seed.demo(agencies.db, KEYS, now)
    parent = PersonId(PersonIdType.NATIONAL_CODE, told["people"]["parent"]["id"])

    def issue(tx: Tx) -> None:
        entitled = covers.entitlement(tx, parent, now)
        assert entitled is not None
        for place, hid in enumerate(("1984EZVYT", "19946YI6XR")):
            hids.issue(tx, hid, HidWish(parent.key, "1", FACILITY, f"Med_ID:{place}"), entitled, now)
        hids.reserve(tx, ["19946Y6ZF7"], "1", FACILITY, now)

    await agencies.db.write(issue)


async def test_the_examples_are_what_the_operations_answer(agencies: Agencies) -> None:
    for name in set(NAMES) - ONCE - WITHOUT_A_REFUSAL:
        refused = await agencies.text(name, sample(f"{name}.request.json"))
        assert same(refused) == same(sample(f"{name}.error.json")), f"{name} of an empty store"
    await fill(agencies)
    for name in NAMES:
        answer = await agencies.text(name, sample(f"{name}.request.json"))
        assert same(answer) == same(sample(f"{name}.response.json")), name
    for name in ONCE:
        again = await agencies.text(name, sample(f"{name}.request.json"))
        assert same(again) == same(sample(f"{name}.error.json")), f"{name} twice"


def ask(program: Program, name: str, body: str, pid: str = "") -> Answer:
    """Call through the gateway with the demo's licence."""
    key, address = SERVICES.get(name, INSURANCE)
    licence = pid or program.demo["ditas"]["pids"][key]
    return send(program, "POST", f"/api/client/apim/v1/{address}/{name}", body, pid=licence)


def test_the_demo_answers_the_examples_through_the_gateway(served: Program) -> None:
    for name in ("getEstelam3", "CallupInsurance", "GetMemberInfoByMcCodeNumericTypeEn", "hid", "batchhid"):
        answer = ask(served, name, sample(f"{name}.request.json"))
        assert (answer.status, same(answer.text)) == (200, same(sample(f"{name}.response.json"))), name
    issued = ask(served, "hid", sample("hid.request.json")).json["result"]["data"]["data"]["ID"]
    for name, other in (("verifyhid", "19946YI6XR"), ("eliminatehid", "1984EZVYT")):
        answer = ask(served, name, sample(f"{name}.request.json").replace(other, issued))
        assert same(answer.text) == same(sample(f"{name}.response.json")), name
    reserved = ask(served, "batchhid", sample("batchhid.request.json")).json["result"]["data"]["data"]["HID"][0]["ID"]
    body = sample("updatehid.request.json").replace("19946Y6ZF7", reserved)
    for kind in ("response", "error"):
        assert same(ask(served, "updatehid", body).text) == same(sample(f"updatehid.{kind}.json"))


def test_one_licence_opens_one_registry_only(served: Program) -> None:
    pids = served.demo["ditas"]["pids"]
    body = sample("getEstelam3.request.json")
    assert ask(served, "getEstelam3", body, pids["insurance"]).status == 429
    wrong = ask(served, "getEstelam3", body.replace("13610405", "13611305"))
    assert (wrong.status, wrong.json["msg"]) == (400, "Bad request.")
    assert wrong.json["violations"][0]["code"] == "kit.date-wrong"
