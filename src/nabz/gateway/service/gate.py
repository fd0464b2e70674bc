"""One call through the gateway: who, with which licence, from where, how often, and then the provider.

What this process remembers (a second at most) is only speed; the store decides.
"""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from nabz.access.errors import BadToken
from nabz.access.model import PRODUCTION
from nabz.gateway.errors import AddressNotAnnounced, NoSuchOperation, NotAuthorised, NotGranted, QuotaSpent
from nabz.gateway.model import Kind, Service, announced, day_of, quota_block, read_address, read_pid
from nabz.gateway.service.limits import Bucket, Lease
from nabz.gateway.store import gate as store
from nabz.gateway.store import services
from nabz.kit.memory import Memory

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.access.model import Bearer
    from nabz.access.service.tokens import Desk
    from nabz.gateway.model import Package
    from nabz.kit.db import Database
    from nabz.kit.operations import Operation, Operations
    from nabz.settings import Settings

REMEMBERED = 20_000


class Gate:
    """The gateway's decisions of one process."""

    def __init__(self, db: Database, desk: Desk, offers: tuple[Operations, ...], settings: Settings) -> None:
        self._db = db
        self._desk = desk
        self._keep = timedelta(seconds=settings.token_cache_seconds)
        self._block = settings.quota_block
        self._packages: Memory[str, Package] = Memory(REMEMBERED, self._keep)
        self._networks: Memory[str, tuple[tuple[Any, ...], datetime]] = Memory(REMEMBERED, self._keep)
        self._let_in: Memory[tuple[str, str], bool] = Memory(REMEMBERED, self._keep)
        self._services: Memory[str, Service] = Memory(REMEMBERED, self._keep)
        self._leases: dict[str, dict[tuple[str, str], Lease]] = {}  # by day
        self._buckets: dict[str, Bucket] = {}  # no more than packages were granted
        self._offers = {offer.id: offer for offer in offers}
        self._aliases = {alias.lower(): offer.id for offer in offers for alias in offer.aliases}

    def doors(self) -> list[tuple[str, Operations]]:
        """List the paths outside of the gateway's own at which services answer as well."""
        return [(door, offer) for offer in self._offers.values() for door in offer.doors]

    def locate(self, path: str) -> tuple[str, str]:
        """Find the service's id and the operation in a path; raises NoSuchOperation."""
        found = read_address(path)
        if found is None:
            raise NoSuchOperation
        service_id, operation = found
        return self._aliases.get(service_id, service_id), operation

    async def bearer(self, authorization: str | None, now: datetime) -> Bearer:
        """Find the caller behind the Authorization header; raises NotAuthorised."""
        scheme, _, token = (authorization or "").strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise NotAuthorised
        try:
            return await self._desk.bearer(token.strip().strip('"'), now)
        except BadToken as error:
            raise NotAuthorised from error

    async def check_address(self, client: str, ip: str, now: datetime) -> None:
        """Let in only from an announced address; raises AddressNotAnnounced."""
        if self._let_in.get((client, ip), now):
            return
        known = self._networks.get(client, now)
        if known is None:
            rows = await self._db.read_one(store.NETWORKS, client=client)
            known = (tuple(ipaddress.ip_network(row) for row in rows), now)
            self._networks.put(client, known, now)
        networks, as_of = known
        if not announced(ip, networks):
            raise AddressNotAnnounced
        self._let_in.put((client, ip), value=True, now=as_of)

    async def licence(
        self, bearer: Bearer, pid_header: str | None, service_id: str, operation: str, now: datetime
    ) -> Package:
        """Find the package that opens this operation for this customer; raises NotGranted."""
        pid = read_pid(pid_header)
        if pid is None:
            raise NotGranted
        package = self._packages.get(pid, now)
        if package is None:
            rows = await self._db.read_one(store.PACKAGE, pid=pid)
            if not rows:
                raise NotGranted
            package = rows[0]
            self._packages.put(pid, package, now)
        if package.client != bearer.client or not package.allows(service_id, operation):
            raise NotGranted
        return package

    async def count(self, package: Package, operation: str, now: datetime) -> None:
        """Take one call from the second's and the day's share; raises TooFast, QuotaSpent."""
        if package.per_second is not None:
            self._bucket(package.pid, package.per_second).take(now)
        if package.per_day is None:
            return
        lease = self._lease(package.pid, operation, day_of(now), package.per_day)
        if lease.left <= 0 or lease.per_day != package.per_day:
            await self._renew(lease, package.pid, operation, package.per_day, now)
        lease.left -= 1

    async def service(self, service_id: str, now: datetime) -> Service:
        """Read what is known of a service; raises NoSuchOperation."""
        known = self._services.get(service_id, now)
        if known is None:
            known = await self._db.read(services.find, service_id)
            if known is None:
                raise NoSuchOperation
            self._services.put(service_id, known, now)
        return known

    def check_data_set(self, service: Service, data_set: int) -> None:
        """Keep sandboxes away from outside services that are real; raises NotGranted."""
        if data_set != PRODUCTION and service.kind == Kind.OUTSIDE and not service.sandbox:
            raise NotGranted

    def operation(self, service: Service, operation: str, method: str) -> Operation | None:
        """Find the function of an in-house service, None for an outside one; raises NoSuchOperation."""
        if service.kind == Kind.OUTSIDE:
            return None
        offer = self._offers.get(service.id)
        found = offer.by_name.get(operation) if offer else None
        if found is None or method not in found.methods:
            raise NoSuchOperation
        return found

    async def close(self) -> None:
        """Give back what was leased and not used."""
        for leases in self._leases.values():
            for (pid, operation), lease in leases.items():
                await self._give_back(lease, pid, operation)

    def _lease(self, pid: str, operation: str, day: str, per_day: int) -> Lease:
        leases = self._leases.get(day)
        if leases is None:
            leases = self._leases[day] = {}
            for past in sorted(self._leases)[:-2]:  # around midnight calls of both days are under way
                del self._leases[past]
        lease = leases.get((pid, operation))
        if lease is None:
            lease = leases[pid, operation] = Lease(day, per_day)
        return lease

    async def _renew(self, lease: Lease, pid: str, operation: str, per_day: int, now: datetime) -> None:
        """Lease another block; one asks for all who wait, so that a rush does not lease the whole day away."""
        lease.waiting += 1
        try:
            async with lease.renewing:
                if lease.per_day != per_day:
                    await self._give_back(lease, pid, operation)
                    lease.per_day, lease.spent_until = per_day, now
                if lease.left > 0:
                    return
                if lease.spent_until is None or lease.spent_until <= now:
                    block = max(quota_block(per_day, self._block), min(lease.waiting, per_day))
                    rows = await self._db.write_one(
                        store.LEASE, pid=pid, operation=operation, day=lease.day, block=block, per_day=per_day
                    )
                    lease.left = sum(rows)
                    lease.spent_until = None if rows else now + self._keep
                if lease.left <= 0:
                    raise QuotaSpent(retry_after=60)
        finally:
            lease.waiting -= 1

    async def _give_back(self, lease: Lease, pid: str, operation: str) -> None:
        left, lease.left = lease.left, 0
        if left > 0:
            await self._db.write_one(store.GIVE_BACK, pid=pid, operation=operation, day=lease.day, left=left)

    def _bucket(self, pid: str, per_second: float) -> Bucket:
        bucket = self._buckets.get(pid)
        if bucket is None or bucket.per_second != per_second:
            bucket = self._buckets[pid] = Bucket(per_second)
        return bucket
