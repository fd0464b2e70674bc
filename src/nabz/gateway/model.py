"""Services, packages, addresses, quotas and the statuses of the guide: values and rules."""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from nabz.gateway.errors import BadIdentifier, BadNetwork
from nabz.kit.jalali import TEHRAN

MESSAGES = {
    200: "OK",
    202: "Accepted!",
    400: "Bad request.",
    401: "Credential is not valid!",
    403: "Your origin IP is permanently blocked!",
    404: "Not Found!",
    410: "All resources are moved permanently to the HTTP secure protocol(HTTPS)!",
    429: "Too many requests or Access denied!",
    499: "Client Closed Request!",
    500: "Internal server error!",
    503: "Service provider error!",
    504: "Backend timeout!",
    520: "Unknown error!",
}
"""Appendix 2, to the letter; but every sample prints `OK` where the table has `OK!`, and a sample wins."""


TOKENS = "oauth/token"
"""Under this name the calls of the token functions stand in the log."""


class Kind(StrEnum):
    """Where a service's answers come from."""

    IN_HOUSE = "in-house"
    OUTSIDE = "outside"


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's service; its id is its address `provider/gateway` in lower case."""

    id: str
    title: str
    kind: Kind
    address: str | None = None
    credential: str | None = None  # sealed; the whole value of the Authorization header
    time_limit: float = 30.0
    at_once: int = 50
    wrapped: bool = True
    sandbox: bool = False  # an outside service for tests: sandboxes may call it too
    active: bool = True


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A pid: one customer's licence for one service, for all its operations or some."""

    pid: str
    client: str
    service_id: str
    operations: list[str] | None = None
    per_day: int | None = None
    per_second: int | None = None
    active: bool = True

    def allows(self, service_id: str, operation: str) -> bool:
        """Tell whether this licence covers an operation (in lower case)."""
        if not self.active or self.service_id != service_id:
            return False
        return self.operations is None or operation in self.operations


class Held(Package, frozen=True, kw_only=True):
    """A customer's package with its service."""

    title: str
    kind: Kind


class Holder(Package, frozen=True, kw_only=True):
    """A package with its customer."""

    client_id: str = ""


class Network(msgspec.Struct, frozen=True):
    """An announced network."""

    network: str
    announced_at: datetime


class Used(msgspec.Struct, frozen=True):
    """How much of a day's quota is taken (leased blocks included)."""

    pid: str
    operation: str
    used: int


class IdentifierType(StrEnum):
    """What a GUID names."""

    FACILITY = "Org_ID"
    SYSTEM = "System_ID"


class Identifier(msgspec.Struct, frozen=True, kw_only=True):
    """A facility or a sending system."""

    guid: str
    type: IdentifierType
    name: str
    blocked: bool = False


class Traffic(msgspec.Struct, frozen=True, kw_only=True):
    """One call as the log keeps it."""

    request_id: str
    at: str
    client: str | None
    user_id: str | None
    pid: str | None
    service_id: str
    operation: str
    ip: str
    data_set: int
    status: int
    provider_status: int | None
    millis: float
    bytes_in: int
    bytes_out: int
    tracking: str | None = None
    note: str | None = None
    request_body: str | None = None
    answer_body: str | None = None


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call as it is read from the log."""

    request_id: str
    at: datetime
    client: str | None
    user_id: str | None
    pid: str | None
    service_id: str
    operation: str
    ip: str
    data_set: int
    status: int
    provider_status: int | None
    millis: float
    bytes_in: int
    bytes_out: int
    tracking: str | None
    note: str | None = None
    client_id: str | None = None


class Bodies(msgspec.Struct, frozen=True):
    """What a call asked and was answered, kept in a sandbox."""

    request: str | None
    answer: str | None


class Timing(msgspec.Struct, frozen=True):
    """How long one call took, and how it ended."""

    service_id: str
    millis: float
    status: int
    at: datetime


class Answered(msgspec.Struct, frozen=True):
    """What a provider said: its status and its body."""

    status: int
    body: bytes = b""
    tracking: str | None = None


class ServiceHealth(msgspec.Struct, frozen=True):
    """How a service has done lately."""

    service_id: str
    calls: int
    errors: int
    p50: float
    p95: float


_MAPPED = 96
_PID = re.compile(r"[0-9a-f]{24}")
_SEGMENT = re.compile(r"[\w.~-]{1,100}")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read_pid(text: str | None) -> str | None:
    """A pid as clients write it: blanks trimmed, any letter case."""
    pid = (text or "").strip().lower()
    return pid if _PID.fullmatch(pid) else None


def read_address(path: str) -> tuple[str, str] | None:
    """Split `provider/gateway/operation` into the service's id and the operation, spelt as it was written.

    What is no name (`..`, a query, a line break, a page of letters) is no address: no store and no provider sees it.
    """
    parts = [part.strip() for part in path.split("/") if part]
    if len(parts) < 3 or not all(_SEGMENT.fullmatch(part) and part.strip(".") for part in parts):  # noqa: PLR2004
        return None
    return "/".join(parts[:-1]).lower(), parts[-1]


def read_guid(text: str) -> str:
    """A GUID in lower case; raises BadIdentifier."""
    guid = text.strip().strip("{}").lower()
    if not _GUID.fullmatch(guid):
        raise BadIdentifier
    return guid


def read_network(text: str) -> str:
    """An address or network in canonical form (IPv4 dressed as IPv6 is IPv4); raises BadNetwork."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise BadNetwork from error
    if isinstance(network, ipaddress.IPv6Network) and network.prefixlen >= _MAPPED:
        mapped = network.network_address.ipv4_mapped
        if mapped is not None:
            return str(ipaddress.ip_network((mapped, network.prefixlen - _MAPPED)))
    return str(network)


def announced(ip: str, networks: tuple[Any, ...]) -> bool:
    """Tell whether an address lies in one of the announced networks (an IPv4 one may come dressed as IPv6)."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address.version == network.version and address in network for network in networks)


def quota_block(per_day: int, largest: int) -> int:
    """How many calls a process leases at once: little enough that several processes can share a small quota."""
    return max(1, min(largest, per_day // 100))


def percentile(sorted_values: list[float], part: float) -> float:
    """The value below which a part of the values lies."""
    if not sorted_values:
        return 0.0
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * part))]


def health(service_id: str, calls: list[tuple[float, int]]) -> ServiceHealth:
    """Sum up the (milliseconds, status) of a service's latest calls."""
    times = sorted(millis for millis, _ in calls)
    failed = sum(1 for _, status in calls if status >= 500)  # noqa: PLR2004 - the provider's or our own failure
    return ServiceHealth(service_id, len(calls), failed, percentile(times, 0.5), percentile(times, 0.95))


def day_of(now: datetime) -> str:
    """The day in Iran to which a call is counted."""
    return now.astimezone(TEHRAN).date().isoformat()
