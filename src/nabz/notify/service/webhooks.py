"""Webhooks: kept by their receivers, with what was delivered, what waits and what is dead."""

from __future__ import annotations

import base64
from datetime import datetime
from secrets import token_bytes

import msgspec

from nabz.kit import audit
from nabz.kit.db import Tx
from nabz.kit.digest import Keyring
from nabz.notify.errors import TooManyWebhooks, UnknownDelivery, UnknownWebhook
from nabz.notify.model import (
    MOST_WEBHOOKS,
    OLD_SECRET,
    Delivery,
    DeliveryState,
    Off,
    Standing,
    Webhook,
    check_webhook,
)
from nabz.notify.store import deliveries as delivery_store
from nabz.notify.store import webhooks as store

SEALED_FOR = "notify.webhook"
SECRET_BYTES = 32


def new_secret() -> str:
    """Make a secret, at the edge; it is shown once."""
    return f"whsec_{base64.b64encode(token_bytes(SECRET_BYTES)).decode()}"


def seal(keys: Keyring, secret: str) -> str:
    """Give a secret as it is stored."""
    return keys.seal(SEALED_FOR, secret)


def secrets_of(keys: Keyring, hook: Webhook, now: datetime) -> list[str]:
    """Give what signs: the secret, and for a day the one before; none if they were sealed with another key."""
    sealed = [hook.secret]
    if hook.old_secret and hook.old_until and now < hook.old_until:
        sealed.append(hook.old_secret)
    return [secret for secret in (keys.unseal(SEALED_FOR, each) for each in sealed) if secret]


def add(tx: Tx, hook: Webhook, by: str, now: datetime, *, demo: bool) -> None:
    """Add a webhook. Raises WebhookRefused, TooManyWebhooks."""
    check_webhook(hook, demo=demo)
    if not store.seat(tx, hook.to, MOST_WEBHOOKS):
        raise TooManyWebhooks(most=MOST_WEBHOOKS)
    store.insert_one(tx, hook)
    audit.record(tx, now, by, "webhook.add", hook.id, to=hook.to, url=hook.url, kinds=hook.kinds)


def change(tx: Tx, hook: Webhook, by: str, now: datetime, *, demo: bool) -> Webhook:
    """Change address, kinds, contact and whether it is on. Raises WebhookRefused, UnknownWebhook.

    One that is switched on again finds what has waited meanwhile.
    """
    check_webhook(hook, demo=demo)
    off = Off.NOT if hook.active else hook.off or Off.OWNER
    if not store.change(tx, msgspec.structs.replace(hook, off=off), now):
        raise UnknownWebhook
    audit.record(tx, now, by, "webhook.change", hook.id, to=hook.to, url=hook.url, kinds=hook.kinds, active=hook.active)
    return one(tx, hook.to, hook.id)


def remove(tx: Tx, to: str, id_: str, by: str, now: datetime) -> None:
    """Remove a webhook with all its deliveries. Raises UnknownWebhook."""
    if not store.remove(tx, to, id_):
        raise UnknownWebhook
    audit.record(tx, now, by, "webhook.remove", id_, to=to)


def roll_secret(tx: Tx, to: str, id_: str, sealed: str, by: str, now: datetime) -> None:
    """Put a new secret in the place of the old one, which goes on signing for a day. Raises UnknownWebhook."""
    if not store.roll_secret(tx, to, id_, sealed, now + OLD_SECRET):
        raise UnknownWebhook
    audit.record(tx, now, by, "webhook.roll-secret", id_, to=to)


def of(tx: Tx, to: str) -> list[Webhook]:
    """Read the webhooks of a receiver."""
    return store.of(tx, to)


def one(tx: Tx, to: str, id_: str) -> Webhook:
    """Read one webhook of a receiver. Raises UnknownWebhook."""
    hook = store.one(tx, to, id_)
    if hook is None:
        raise UnknownWebhook
    return hook


def find(tx: Tx, id_: str) -> Webhook:
    """Read one webhook, whosever it is. Raises UnknownWebhook."""
    hook = store.find(tx, id_)
    if hook is None:
        raise UnknownWebhook
    return hook


def standings(tx: Tx, limit: int) -> list[Standing]:
    """Read for the operator how the webhooks of all data sets do, the worst first."""
    return store.standings(tx, limit)


def deliveries(
    tx: Tx,
    to: str,
    state: DeliveryState | None = None,
    limit: int = 100,
    *,
    hook: str = "",
    before: int | None = None,
) -> list[Delivery]:
    """Read a receiver's deliveries, the newest event first, or those before a number."""
    return delivery_store.page(tx, to, state, hook, limit, before)


def replay(tx: Tx, delivery_id: str, by: str, now: datetime, to: str | None = None) -> None:
    """Let a delivery begin anew, whatever became of it; with `to` only if it is that receiver's.

    Raises UnknownDelivery.
    """
    hook, _, number = delivery_id.rpartition(".")
    if not (number.isascii() and number.isdecimal() and len(number) < len(str(2**63))):
        raise UnknownDelivery
    found = delivery_store.one(tx, hook, int(number))
    if found is None or to not in {None, found[0]}:
        raise UnknownDelivery
    delivery_store.replay(tx, hook, [int(number)], now)
    audit.record(tx, now, by, "webhook.replay", hook, to=found[0], number=int(number))


def replay_dead(tx: Tx, hook: str, by: str, now: datetime, to: str | None = None) -> int:
    """Let all dead deliveries of a webhook begin anew; tell how many there were. Raises UnknownWebhook."""
    if to not in {None, find(tx, hook).to}:
        raise UnknownWebhook
    found = delivery_store.replay(tx, hook, None, now)
    if found:
        audit.record(tx, now, by, "webhook.replay-dead", hook, count=found)
    return found
