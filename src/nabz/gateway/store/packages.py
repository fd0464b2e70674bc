"""The SQL of packages (pids), announced networks and what quotas have been used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import convert
from sqlalchemy import delete, insert, select, update

from nabz.gateway.errors import UnknownPackage
from nabz.gateway.model import Held, Holder, Network, Package, Used
from nabz.gateway.tables import networks, packages, quotas, services
from nabz.kit.db import Statement

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx

_PACKAGE = select(
    packages.c.pid,
    packages.c.client,
    packages.c.service_id,
    packages.c.operations,
    packages.c.per_day,
    packages.c.per_second,
    packages.c.active,
)


def add(tx: Tx, package: Package, now: datetime) -> None:
    """Insert a package."""
    tx.execute(
        insert(packages),
        {
            "pid": package.pid,
            "client": package.client,
            "service_id": package.service_id,
            "operations": package.operations,
            "per_day": package.per_day,
            "per_second": package.per_second,
            "active": package.active,
            "created_at": now,
        },
    )


def get(tx: Tx, pid: str) -> Package:
    """Read one; raises UnknownPackage."""
    row = tx.execute(_PACKAGE.where(packages.c.pid == pid)).first()
    if row is None:
        raise UnknownPackage
    return convert(row, Package, from_attributes=True)


def of_client(tx: Tx, client: str) -> list[Held]:
    """List a customer's packages with the services' titles."""
    query = (
        _PACKAGE.add_columns(services.c.title, services.c.kind)
        .join(services, services.c.id == packages.c.service_id)
        .where(packages.c.client == client)
        .order_by(packages.c.service_id, packages.c.pid)
    )
    return [convert(row, Held, from_attributes=True) for row in tx.execute(query)]


def of_service(tx: Tx, service_id: str, limit: int = 200) -> list[Holder]:
    """List the packages of a service."""
    query = _PACKAGE.where(packages.c.service_id == service_id).order_by(packages.c.pid).limit(limit)
    return [convert(row, Holder, from_attributes=True) for row in tx.execute(query)]


def change(tx: Tx, pid: str, **values: Any) -> None:  # noqa: ANN401
    """Change limits, operations or whether it is on; raises UnknownPackage."""
    if tx.execute(update(packages).where(packages.c.pid == pid).values(**values)).rowcount == 0:
        raise UnknownPackage


_ANNOUNCE = Statement(
    row=str,
    postgres="""
        INSERT INTO gateway_announced_network (client, network, announced_at) VALUES (:client, :network, :now)
        ON CONFLICT (client, network) DO NOTHING RETURNING network
        """,
)


def announce(tx: Tx, client: str, network: str, now: datetime) -> bool:
    """Insert an announced network; False if it was there."""
    return bool(tx.run(_ANNOUNCE, client=client, network=network, now=now))


def withdraw(tx: Tx, client: str, network: str) -> bool:
    """Delete an announced network."""
    query = delete(networks).where(networks.c.client == client, networks.c.network == network)
    return tx.execute(query).rowcount > 0


def announced(tx: Tx, client: str) -> list[Network]:
    """List a customer's announced networks."""
    query = select(networks.c.network, networks.c.announced_at).where(networks.c.client == client)
    return [convert(row, Network, from_attributes=True) for row in tx.execute(query.order_by(networks.c.network))]


def used(tx: Tx, pids: list[str], day: str) -> list[Used]:
    """Tell how much of a day's quotas has been taken (leased blocks included)."""
    query = select(quotas.c.pid, quotas.c.operation, quotas.c.used).where(quotas.c.pid.in_(pids), quotas.c.day == day)
    rows = tx.execute(query.order_by(quotas.c.pid, quotas.c.operation))
    return [convert(row, Used, from_attributes=True) for row in rows]


def forget_quotas(tx: Tx, before: str) -> int:
    """Delete the counts of days long past."""
    return tx.execute(delete(quotas).where(quotas.c.day < before)).rowcount
