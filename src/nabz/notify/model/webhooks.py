"""Webhooks: who wants to be told, and how a delivery goes on after each try."""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

import msgspec

from nabz.notify.errors import WebhookRefused
from nabz.notify.model.events import Event

MOST_WEBHOOKS: Final = 20
"""Of one receiver in one data set."""

MOST_KINDS: Final = 50
LONGEST_ADDRESS: Final = 500
PATIENCE: Final = 10.0
"""Seconds for one try, from the name's look-up to the status."""

AT_ONCE: Final = 4
"""Tries under way at one receiver."""

OLD_SECRET: Final = timedelta(days=1)
"""So long both secrets sign."""

OFF_AFTER: Final = timedelta(days=3)
WAITS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 72_000)
)
"""Between the tries: twelve of them over three days."""

_ADDRESS: Final = re.compile(r"https?://(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:[/?][!-~]*)?")
_KIND: Final = re.compile(r"[a-z0-9.-]{1,100}")
_CONTACT: Final = re.compile(r"[^@\s]{1,100}@[^@\s]{1,200}")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class DeliveryState(StrEnum):
    """How far one event has come on its way to one webhook."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class Off(StrEnum):
    """Why a webhook is off."""

    NOT = ""
    OWNER = "owner"
    GONE = "gone"
    """The receiver has answered 410."""

    FAILING = "failing"


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """One address of one receiver."""

    id: str
    to: str
    url: str
    kinds: tuple[str, ...] = ()
    """Which events; none named: all."""

    secret: str
    """Sealed."""

    created_at: datetime
    active: bool = True
    off: Off = Off.NOT
    contact: str = ""
    """A mail address to tell when the webhook is switched off."""

    old_secret: str | None = None
    old_until: datetime | None = None
    failing_since: datetime | None = None
    delivered_at: datetime | None = None
    """When something last arrived."""


class Try(msgspec.Struct, frozen=True):
    """One try of a delivery."""

    at: datetime
    status: int | None
    """What the receiver answered, if it did."""

    milliseconds: int
    failure: str
    """Empty when it arrived; else status, redirect, timeout, connection, name, address, secret."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One event on its way to one webhook."""

    id: str
    hook: str
    url: str
    number: int
    event: str
    kind: str
    subject: str
    at: datetime
    state: DeliveryState
    due_at: datetime | None
    tries: tuple[Try, ...]


class Parcel(msgspec.Struct, frozen=True):
    """What a courier carries: an event, the tries that count, and all there were."""

    event: Event
    counted: int
    tries: tuple[Try, ...]


class Taken(msgspec.Struct, frozen=True):
    """A webhook in the hands of one courier, until an instant."""

    data_set: int
    hook: Webhook
    until: datetime
    failures: int
    """Rounds in a row in which nothing arrived."""


class Standing(msgspec.Struct, frozen=True):
    """How a webhook does, for the operator."""

    data_set: int
    hook: Webhook
    waiting: int
    dead: int


def wants(kinds: tuple[str, ...], kind: str) -> bool:
    """Tell whether a webhook asks for a kind of event."""
    return not kinds or kind in kinds


def check_webhook(hook: Webhook, *, demo: bool) -> None:
    """Refuse what cannot be delivered to. Raises WebhookRefused."""
    if not address_is_good(hook.url, demo=demo):
        raise WebhookRefused(field="url")
    if len(hook.kinds) > MOST_KINDS or not all(_KIND.fullmatch(kind) for kind in hook.kinds):
        raise WebhookRefused(field="kinds")
    if hook.contact and not _CONTACT.fullmatch(hook.contact):
        raise WebhookRefused(field="contact")


def address_is_good(url: str, *, demo: bool) -> bool:
    """Tell whether an address may be registered; what its name leads to is looked at on each delivery."""
    if len(url) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(url) or "#" in url:
        return False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if port == 0:
        return False
    if demo and _is_loopback(host):
        return True
    return parts.scheme == "https" and may_be_public(host)


def may_be_public(host: str) -> bool:
    """Tell whether a host may lie outside: an address that does, or a name that is not only a machine's own."""
    try:
        return is_public(host, demo=False)
    except ValueError:
        last = host.rstrip(".").rpartition(".")
        # A last part of digits (or 0x…) is an address in one of the spellings that only some resolvers know.
        return bool(last[0]) and last[2].lower() not in {"localhost", "local", "internal"} and not last[2][0].isdigit()


def is_public(address: str, *, demo: bool) -> bool:
    """Tell whether an address may be connected to; in a demo the machine itself may too. Raises ValueError."""
    found = _innermost(ipaddress.ip_address(address))
    if found.is_loopback:
        return demo
    return found.is_global and not found.is_multicast


def _innermost(found: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An IPv4 address that travels inside an IPv6 one is judged for itself."""
    if isinstance(found, ipaddress.IPv4Address):
        return found
    if found in _NAT64:
        return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else found)


def _is_loopback(host: str) -> bool:
    try:
        return _innermost(ipaddress.ip_address(host)).is_loopback
    except ValueError:
        return host == "localhost"


def next_state(counted: int, last: Try) -> tuple[DeliveryState, datetime | None]:
    """Tell how a delivery goes on after so many tries."""
    if not last.failure:
        return DeliveryState.DELIVERED, None
    if counted > len(WAITS) or last.status == GONE:
        return DeliveryState.DEAD, None
    return DeliveryState.WAITING, last.at + WAITS[counted - 1]


GONE: Final = 410


def rest_of(failures: int) -> timedelta:
    """Tell how long a webhook rests after so many rounds in which nothing arrived: its events wait, uncounted."""
    return timedelta(seconds=min(5 * 2 ** (min(failures, 10) - 1), 300))


def off_after(last: list[Try], failing_since: datetime | None, now: datetime) -> Off:
    """Tell whether a round ends a webhook: 410, or three days in which nothing arrived."""
    if any(each.status == GONE for each in last):
        return Off.GONE
    arrived = any(not each.failure for each in last)
    if last and not arrived and failing_since is not None and now - failing_since >= OFF_AFTER:
        return Off.FAILING
    return Off.NOT
