"""The operator's pages of networks, packages, services and identifiers: what they change takes effect."""

from typing import TYPE_CHECKING

import pytest
from httpx2 import Response

from nabz.gateway.errors import AddressNotAnnounced, IdentifierBlocked, IdentifierNotGranted, NotGranted, QuotaSpent
from nabz.gateway.model import IdentifierType
from nabz.gateway.service import identifiers, packages
from nabz.kit.db import Tx
from tests.fakes import Portal

if TYPE_CHECKING:
    from tests.gateway.conftest import House

PID = "6" * 24
CUSTOMER = "/gateway/customers/c1"
GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


# ---------------------------------------------------------------- networks and packages


async def test_an_announced_network_lets_in_and_a_withdrawn_one_does_not(portal: Portal, house: "House") -> None:
    answer = await portal.post(f"{CUSTOMER}/networks", CUSTOMER, network="۲۰۳.۰.۱۱۳.۷/24")
    assert answer.status_code == 303
    assert "203.0.113.0/24" in (await portal.get(CUSTOMER)).text
    await house.gate.check_address("c1", "203.0.113.9", house.clock.now())
    await portal.post(f"{CUSTOMER}/networks/withdraw", CUSTOMER, network="203.0.113.0/24")
    house.clock.advance(2)
    with pytest.raises(AddressNotAnnounced):
        await house.gate.check_address("c1", "203.0.113.9", house.clock.now())


async def test_what_is_no_network_is_told_beside_the_field(portal: Portal) -> None:
    answer = await portal.post(f"{CUSTOMER}/networks", CUSTOMER, network="example.org")
    assert answer.status_code == 422
    assert 'id="f-network-error"' in answer.text
    assert 'value="example.org"' in answer.text


async def test_a_new_package_opens_its_operations_only(portal: Portal, house: "House") -> None:
    new = f"{CUSTOMER}/packages/new"
    form = {"service": "nabz/gwecho", "per_day": "۱۰۰", "per_second": "", "operations": "Echo، Text"}
    answer = await portal.post(new, new, **form)
    assert answer.status_code == 303
    pid = answer.headers["location"].rsplit("/", 1)[1]
    package = await house.db.read(packages.package, pid)
    assert (package.client, package.per_day, package.per_second) == ("c1", 100, None)
    assert package.allows("nabz/gwecho", "echo")
    assert not package.allows("nabz/gwecho", "outcome")
    assert pid in (await portal.get(CUSTOMER)).text


async def test_a_wrong_limit_is_told_beside_its_field(portal: Portal) -> None:
    new = f"{CUSTOMER}/packages/new"
    wrong = [
        ("per_day", "0"),
        ("per_day", "many"),
        ("per_second", "-1"),
        ("per_day", "9" * 15),
        ("service", "no/where"),
    ]
    for field, value in wrong:
        answer = await portal.post(new, new, **{"service": "nabz/gwecho", field: value})
        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.text


async def test_limits_take_effect_and_todays_use_is_shown(portal: Portal, house: "House") -> None:
    page = f"/gateway/packages/{PID}"
    assert (await portal.post(f"{page}/limits", page, per_day="2", per_second="", operations="")).status_code == 303
    package = await house.db.read(packages.package, PID)
    for _ in range(2):
        await house.gate.count(package, "Echo", house.clock.now())
    with pytest.raises(QuotaSpent):
        await house.gate.count(package, "Echo", house.clock.now())
    for shown in (page, CUSTOMER):
        text = (await portal.get(shown)).text
        assert "۲ از ۲" in text
        assert '<meter min="0" max="2"' in text


async def test_a_package_that_is_switched_off_opens_nothing(portal: Portal, house: "House") -> None:
    page = f"/gateway/packages/{PID}"
    await portal.post(f"{page}/active", page, active="0")
    bearer = await house.desk.bearer((await house.token()).json()["access_token"], house.clock.now())
    with pytest.raises(NotGranted):
        await house.gate.licence(bearer, PID, "nabz/gwecho", "echo", house.clock.now())
    await portal.post(f"{page}/active", page, active="1")
    house.clock.advance(2)
    assert (await house.gate.licence(bearer, PID, "nabz/gwecho", "echo", house.clock.now())).active


# ---------------------------------------------------------------- identifiers


async def registered(portal: Portal, **more: str) -> Response:
    form = {"guid": GUID.upper(), "type": "Org_ID", "name": "درمانگاه آزمون", **more}
    return await portal.post("/gateway/identifiers/new", "/gateway/identifiers/new", **form)


async def test_a_facility_is_registered_found_granted_and_blocked(portal: Portal, house: "House") -> None:
    answer = await registered(portal)
    page = answer.headers["location"]
    assert page == f"/gateway/identifiers/Org_ID/{GUID}"
    for text in ("درمانگاه", GUID[:8]):
        assert "درمانگاه آزمون" in (await portal.get("/gateway/identifiers", text=text)).text
    assert "درمانگاه آزمون" not in (await portal.get("/gateway/identifiers", type="System_ID")).text

    def check(tx: Tx) -> object:
        return identifiers.check(tx, PID, GUID, IdentifierType.FACILITY)

    with pytest.raises(IdentifierNotGranted):
        await house.db.read(check)
    assert (await portal.post(f"{page}/holders", page, pid=PID)).status_code == 303
    await house.db.read(check)
    assert "درمانگاه آزمون" in (await portal.get(f"/gateway/packages/{PID}")).text
    assert (await portal.post(f"{page}/blocked", page, blocked="1")).status_code == 303
    with pytest.raises(IdentifierBlocked):
        await house.db.read(check)
    assert "مسدود" in (await portal.get(f"/gateway/packages/{PID}")).text
    await portal.post(f"{page}/blocked", page, blocked="0")
    await portal.post(f"{page}/holders/take-back", page, pid=PID)
    with pytest.raises(IdentifierNotGranted):
        await house.db.read(check)
    assert "شناسه با بسته مجاز شد" in (await portal.get(page)).text


async def test_a_facility_is_granted_from_the_package_page_too(portal: Portal, house: "House") -> None:
    await registered(portal)
    page = f"/gateway/packages/{PID}"
    assert (await portal.post(f"{page}/identifiers", page, guid=GUID, type="Org_ID")).status_code == 303
    assert len(await house.db.read(identifiers.of_package, PID)) == 1
    await portal.post(f"{page}/identifiers/take-back", page, guid=GUID, type="Org_ID")
    assert await house.db.read(identifiers.of_package, PID) == []
    for wrong in ("x", "1" + GUID[1:]):
        answer = await portal.post(f"{page}/identifiers", page, guid=wrong, type="Org_ID")
        assert answer.status_code == 422
        assert 'id="f-guid-error"' in answer.text


async def test_the_same_identifier_twice_and_no_guid_are_told(portal: Portal) -> None:
    await registered(portal)
    again = await registered(portal)
    assert again.status_code == 422
    assert "پیش‌تر ثبت شده" in again.text
    assert "GUID باشد" in (await registered(portal, guid="12")).text
    assert (await registered(portal, type="System_ID")).status_code == 303


async def test_the_list_of_identifiers_goes_on_between_two_of_one_guid(portal: Portal, house: "House") -> None:
    first = {"guid": "0" * 8 + GUID[8:], "name": "یک"}
    await registered(portal, **first)
    await registered(portal, **first, type="System_ID")
    one = await house.db.read(identifiers.search, "", None, 1)
    after = f"{one[0].guid} {one[0].type.value}"
    two = await house.db.read(identifiers.search, "", None, 1, after)
    assert [found[0].type for found in (one, two)] == [IdentifierType.FACILITY, IdentifierType.SYSTEM]


# ---------------------------------------------------------------- services

OUTSIDE = {
    "id": "Acme/GwLab",
    "title": "آزمایشگاه بیرونی",
    "address": "https://lab.example/api",
    "credential": "Bearer upstream-word",
    "time_limit": "2.5",
    "at_once": "5",
    "wrapped": "1",
    "active": "1",
}


async def test_an_outside_services_credential_is_sealed_and_never_shown(portal: Portal, house: "House") -> None:
    answer = await portal.post("/gateway/services/new", "/gateway/services/new", **OUTSIDE)
    page = answer.headers["location"]
    assert page == "/gateway/services/acme/gwlab"
    service = await house.db.read(packages.service, "acme/gwlab")
    assert (service.time_limit, service.at_once, service.wrapped, service.active) == (2.5, 5, True, True)
    assert service.credential is not None
    assert "upstream-word" not in service.credential
    assert house.keys.unseal("upstream", service.credential) == "Bearer upstream-word"
    shown = (await portal.get(page)).text
    assert "upstream-word" not in shown
    assert service.credential not in shown


async def test_a_credential_stays_with_its_host_and_a_mark_removes_it(portal: Portal, house: "House") -> None:
    page = "/gateway/services/acme/gwlab"
    await portal.post("/gateway/services/new", "/gateway/services/new", **OUTSIDE)
    address = f"{OUTSIDE['address']}/v2"
    form = {"title": "نام نو", "address": address, "time_limit": "9", "at_once": "7", "credential": ""}
    before = (await house.db.read(packages.service, "acme/gwlab")).credential
    assert (await portal.post(page, page, **form)).status_code == 303
    after = await house.db.read(packages.service, "acme/gwlab")
    assert (after.title, after.address, after.credential) == ("نام نو", address, before)
    assert (after.wrapped, after.active) == (False, False)
    await portal.post(page, page, **form, no_credential="1")
    assert (await house.db.read(packages.service, "acme/gwlab")).credential is None
    await portal.post(page, page, **{**form, "credential": "Basic again"})
    await portal.post(page, page, **{**form, "address": "http://10.0.0.1:8080"})
    moved = await house.db.read(packages.service, "acme/gwlab")
    assert (moved.address, moved.credential) == ("http://10.0.0.1:8080", None)
    assert "سرویس تغییر کرد" in (await portal.get(page)).text


async def test_a_service_is_described_rightly_or_not_at_all(portal: Portal) -> None:
    for field, value in (
        ("id", "oneword"),
        ("id", "nabz/gwecho"),
        ("title", " "),
        ("address", "ftp://lab.example"),
        ("address", "javascript:alert(1)"),
        ("credential", "word\r\nX-Other: 1"),
        ("time_limit", "0"),
        ("at_once", "some"),
    ):
        answer = await portal.post("/gateway/services/new", "/gateway/services/new", **{**OUTSIDE, field: value})
        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.text
        assert "upstream-word" not in answer.text


async def test_an_in_house_service_is_switched_off_but_keeps_its_place(portal: Portal, house: "House") -> None:
    page = "/gateway/services/nabz/gwecho"
    assert (await portal.post(page, page, title="پژواک", wrapped="1")).status_code == 303
    service = await house.db.read(packages.service, "nabz/gwecho")
    assert (service.title, service.active, service.wrapped, service.kind.value) == ("پژواک", False, True, "in-house")
    assert "acmeClient" in (await portal.get(page)).text  # who holds its packages
    assert (await portal.get("/gateway/services/no/where")).status_code == 404
