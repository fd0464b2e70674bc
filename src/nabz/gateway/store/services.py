"""The SQL of the register of services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from nabz.gateway.errors import ServiceExists, UnknownService
from nabz.gateway.model import Kind, Service
from nabz.gateway.tables import services
from nabz.kit.db import Statement, unique

if TYPE_CHECKING:
    from sqlalchemy import Row

    from nabz.kit.db import Tx

ENSURE = Statement(
    row=str,
    postgres="""
        INSERT INTO gateway_service (id, title, kind, time_limit, at_once, wrapped, sandbox, active)
        VALUES (:id, :title, 'in-house', 30, 50, :wrapped, :yes, :yes) ON CONFLICT (id) DO NOTHING RETURNING id
        """,
)


def find(tx: Tx, id_: str) -> Service | None:
    """Read a service, if there is one."""
    row = tx.execute(select(services).where(services.c.id == id_)).first()
    return _service(row) if row else None


def all_(tx: Tx) -> list[Service]:
    """List the services by address."""
    return [_service(row) for row in tx.execute(select(services).order_by(services.c.id))]


def add(tx: Tx, service: Service) -> None:
    """Insert a service; raises ServiceExists."""
    with unique(ServiceExists()):
        tx.execute(insert(services), _row(service))


def change(tx: Tx, service: Service) -> None:
    """Replace what is known of a service; raises UnknownService."""
    if tx.execute(update(services).where(services.c.id == service.id).values(_row(service))).rowcount == 0:
        raise UnknownService


def _service(row: Row[tuple[object, ...]]) -> Service:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's own public name for it
    return Service(**{**values, "kind": Kind(values["kind"])})


def _row(service: Service) -> dict[str, object]:
    return {
        "id": service.id,
        "title": service.title,
        "kind": service.kind.value,
        "address": service.address,
        "credential": service.credential,
        "time_limit": service.time_limit,
        "at_once": service.at_once,
        "wrapped": service.wrapped,
        "sandbox": service.sandbox,
        "active": service.active,
    }
