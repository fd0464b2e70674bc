"""Licences, networks, services and identifiers: what is kept, what is audited, what is refused."""

import msgspec
import pytest

from nabz.gateway.errors import (
    IdentifierBlocked,
    IdentifierNotGranted,
    IdentifierTaken,
    ServiceExists,
    UnknownIdentifier,
    UnknownPackage,
    UnknownService,
)
from nabz.gateway.model import Identifier, IdentifierType, Kind, Package, Service
from nabz.gateway.service import identifiers, packages
from tests.gateway.conftest import PID, House
from tests.gateway.customers import add_other_customer, change, limit, rows

ORG = "859773e8-5d81-46c6-9df1-5fb551b00495"
FACILITY, SYSTEM = IdentifierType.FACILITY, IdentifierType.SYSTEM
SERVICE = Service(id="bime/gwhid", title="بیمه", kind=Kind.OUTSIDE, address="https://bime.test")


async def audited(house: House, action: str) -> int:
    found = await rows(house, "SELECT * FROM audit_entry WHERE action = :action AND who = 'op'", action=action)
    return len(found)


async def test_a_package_is_limited_switched_and_counted_with_an_audit_line_each(house: House) -> None:
    now = house.clock.now()
    changed = await house.db.write(packages.limit, PID, 10, 2, [" Echo", "echo ", "", "Text"], "op", now)
    assert (changed.per_day, changed.per_second, changed.operations) == (10, 2, ["echo", "text"])
    assert (await house.call("Echo", {})).status_code == 200
    (used,) = await house.db.read(packages.used_today, [PID], now)
    assert (used.operation, used.used) == ("Echo", 1)
    await house.db.write(packages.switch, PID, "op", now, active=False)
    assert not (await house.db.read(packages.package, PID)).active
    assert await audited(house, "gateway.package-limited") == 1
    assert await audited(house, "gateway.package-off") == 1
    with pytest.raises(UnknownPackage):
        await house.db.write(packages.switch, "0" * 24, "op", now, active=True)
    with pytest.raises(UnknownPackage):
        await house.db.write(packages.limit, "0" * 24, None, None, None, "op", now)


async def test_a_network_is_announced_once_in_its_canonical_form(house: House) -> None:
    now = house.clock.now()
    for text in ("203.0.113.7/24", " 203.0.113.0/24 ", "::ffff:203.0.113.0/120"):
        assert await house.db.write(packages.announce, "c1", text, "op", now) == "203.0.113.0/24"
    assert [row.network for row in await house.db.read(packages.networks_of, "c1")] == ["127.0.0.0/8", "203.0.113.0/24"]
    assert await audited(house, "gateway.network-announced") == 1
    for _ in range(2):
        await house.db.write(packages.withdraw, "c1", "203.0.113.99/24", "op", now)
    assert await audited(house, "gateway.network-withdrawn") == 1


async def test_a_service_has_one_address_and_in_house_ones_stay_as_the_operator_set_them(house: House) -> None:
    now = house.clock.now()
    await house.db.write(packages.add_service, SERVICE, "op", now)
    with pytest.raises(ServiceExists):
        await house.db.write(packages.add_service, SERVICE, "op", now)
    renamed = msgspec.structs.replace(SERVICE, title="بیمهٔ سلامت", at_once=3, active=False)
    await house.db.write(packages.change_service, renamed, "op", now)
    assert await house.db.read(packages.service, "BIME/gwHID") == renamed
    with pytest.raises(UnknownService):
        await house.db.write(packages.change_service, msgspec.structs.replace(SERVICE, id="no/where"), "op", now)
    await change(house, "UPDATE gateway_service SET title = 'x' WHERE id = 'nabz/gwecho'")
    await house.open()
    assert [each.title for each in await house.db.read(packages.all_services)] == ["بیمهٔ سلامت", "x"]


async def test_customers_and_holders_are_listed(house: House) -> None:
    await add_other_customer(house)
    assert [row.pid for row in await house.db.read(packages.packages_of, "c1")] == [PID]
    found = await house.db.read(packages.holders_of, "nabz/gwecho")
    assert [row.client_id for row in found] == ["acmeClient", "zagrosClient"]


async def test_counts_of_days_long_past_are_forgotten(house: House) -> None:
    await limit(house, per_day=1000)
    for _ in range(40):
        await house.call("Echo", {})
        house.clock.advance(86_400)
    await house.gate.close()
    assert await house.db.write(packages.forget_old_quotas, house.clock.now()) == 5
    assert len(await rows(house, "SELECT * FROM gateway_quota")) == 35


async def test_an_identifier_speaks_only_where_it_was_granted_and_while_it_is_not_blocked(house: House) -> None:
    now = house.clock.now()
    named = Identifier(guid=ORG, type=FACILITY, name="درمانگاه شفق")
    await house.db.write(identifiers.register, named, "op", now)
    with pytest.raises(IdentifierTaken):
        await house.db.write(identifiers.register, named, "op", now)
    with pytest.raises(IdentifierNotGranted):
        await house.db.read(identifiers.check, PID, ORG, FACILITY)
    for _ in range(2):
        await house.db.write(identifiers.grant, PID, ORG, FACILITY, "op", now)
    assert await house.db.read(identifiers.check, PID, f" {{{ORG.upper()}}} ", FACILITY) == named
    with pytest.raises(UnknownIdentifier):
        await house.db.read(identifiers.check, PID, ORG, SYSTEM)
    await house.db.write(identifiers.block, ORG, FACILITY, "op", now, blocked=True)
    with pytest.raises(IdentifierBlocked):
        await house.db.read(identifiers.check, PID, ORG, FACILITY)
    await house.db.write(identifiers.block, ORG, FACILITY, "op", now, blocked=False)
    await house.db.write(identifiers.take_back, PID, ORG, FACILITY, "op", now)
    with pytest.raises(IdentifierNotGranted):
        await house.db.read(identifiers.check, PID, ORG, FACILITY)
    for pid, guid, error in (("0" * 24, ORG, UnknownPackage), (PID, ORG.replace("8", "9"), UnknownIdentifier)):
        with pytest.raises(error):
            await house.db.write(identifiers.grant, pid, guid, FACILITY, "op", now)


async def test_a_licence_is_written_whole_or_not_at_all(house: House) -> None:
    for pid, client in (("9" * 24, "nobody"), (PID, "c1")):
        package = Package(pid=pid, client=client, service_id="nabz/gwecho")
        with pytest.raises(Exception, match=r"(?i)constraint"):
            await house.db.write(packages.grant, package, "op", house.clock.now())
    assert await audited(house, "gateway.package-granted") == 0
