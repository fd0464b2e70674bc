"""Customers' licences: packages, limits, announced networks, services; each change takes effect within a second."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from nabz.access.service import clients
from nabz.gateway.errors import BadLimits, UnknownService
from nabz.gateway.model import Held, Holder, Network, Package, Service, Used, day_of, read_network
from nabz.gateway.store import packages as store
from nabz.gateway.store import services
from nabz.kit import audit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.kit.operations import Operations

KEEP_QUOTAS = timedelta(days=35)


def grant(tx: Tx, package: Package, by: str, now: datetime) -> Package:
    """Give a customer a licence for a service; raises UnknownService, BadLimits."""
    _check_limits(package.per_day, package.per_second)
    if services.find(tx, package.service_id) is None:
        raise UnknownService
    store.add(tx, package, now)
    audit.record(tx, now, by, "gateway.package-granted", package.client, pid=package.pid, service=package.service_id)
    return package


def limit(
    tx: Tx,
    pid: str,
    per_day: int | None,
    per_second: int | None,
    operations: list[str] | None,
    by: str,
    now: datetime,
) -> Package:
    """Set a package's quota a day, burst a second (none: no limit), operations (none: all); raises BadLimits."""
    _check_limits(per_day, per_second)
    before = store.get(tx, pid)
    lower = sorted({name.strip().lower() for name in operations if name.strip()}) if operations else None
    store.change(tx, pid, per_day=per_day, per_second=per_second, operations=lower)
    audit.record(tx, now, by, "gateway.package-limited", before.client, pid=pid, per_day=per_day, per_second=per_second)
    return store.get(tx, pid)


def switch(tx: Tx, pid: str, by: str, now: datetime, *, active: bool) -> None:
    """Switch a package off or on; raises UnknownPackage."""
    package = store.get(tx, pid)
    store.change(tx, pid, active=active)
    audit.record(tx, now, by, "gateway.package-on" if active else "gateway.package-off", package.client, pid=pid)


def announce(tx: Tx, client: str, network: str, by: str, now: datetime) -> str:
    """Let a customer call from a network; raises BadNetwork."""
    canonical = read_network(network)
    if store.announce(tx, client, canonical, now):
        audit.record(tx, now, by, "gateway.network-announced", client, network=canonical)
    return canonical


def withdraw(tx: Tx, client: str, network: str, by: str, now: datetime) -> None:
    """Let a customer call from a network no more; raises BadNetwork."""
    canonical = read_network(network)
    if store.withdraw(tx, client, canonical):
        audit.record(tx, now, by, "gateway.network-withdrawn", client, network=canonical)


def add_service(tx: Tx, service: Service, by: str, now: datetime) -> Service:
    """Register an outside service; raises ServiceExists."""
    services.add(tx, service)
    audit.record(tx, now, by, "gateway.service-added", service.id)
    return service


def change_service(tx: Tx, service: Service, by: str, now: datetime) -> Service:
    """Change a service's title, address, limits or whether it is on; raises UnknownService."""
    services.change(tx, service)
    audit.record(tx, now, by, "gateway.service-changed", service.id, active=service.active)
    return service


def ensure_in_house(tx: Tx, offers: Iterable[Operations]) -> None:
    """Register the services of our own domains; those that are there stay as the operator has set them."""
    for offer in offers:
        tx.run(services.ENSURE, id=offer.id, title=offer.title, wrapped=offer.wrapped, yes=True)


def service(tx: Tx, id_: str) -> Service:
    """Read a service; raises UnknownService."""
    found = services.find(tx, id_.lower())
    if found is None:
        raise UnknownService
    return found


def all_services(tx: Tx) -> list[Service]:
    """List the services."""
    return services.all_(tx)


def package(tx: Tx, pid: str) -> Package:
    """Read a package; raises UnknownPackage."""
    return store.get(tx, pid)


def packages_of(tx: Tx, client: str) -> list[Held]:
    """List a customer's packages."""
    return store.of_client(tx, client)


def holders_of(tx: Tx, service_id: str) -> list[Holder]:
    """List who holds packages of a service."""
    return named(tx, store.of_service(tx, service_id))


def named(tx: Tx, holders: list[Holder]) -> list[Holder]:
    """Put the customers' client ids in, and sort by them."""
    names = clients.client_ids(tx, (holder.client for holder in holders))
    found = [msgspec.structs.replace(holder, client_id=names.get(holder.client, "")) for holder in holders]
    return sorted(found, key=lambda holder: (holder.client_id, holder.pid))


def networks_of(tx: Tx, client: str) -> list[Network]:
    """List a customer's announced networks."""
    return store.announced(tx, client)


def used_today(tx: Tx, pids: list[str], now: datetime) -> list[Used]:
    """Tell how much of today's quotas is taken."""
    return store.used(tx, pids, day_of(now))


def forget_old_quotas(tx: Tx, now: datetime) -> int:
    """Delete the counts of days long past."""
    return store.forget_quotas(tx, day_of(now - KEEP_QUOTAS))


def _check_limits(per_day: int | None, per_second: int | None) -> None:
    if (per_day is not None and per_day < 1) or (per_second is not None and per_second < 1):
        raise BadLimits
