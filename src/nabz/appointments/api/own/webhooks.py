"""The caller's webhooks: an event goes to the client that booked, and to those that speak for the facility."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.appointments.api.own.answering import caller_of, offer, store_of
from nabz.appointments.wire.own import webhooks as wire
from nabz.kit.db import unique
from nabz.kit.errors import Busy
from nabz.notify.errors import UnknownWebhook
from nabz.notify.model import Webhook
from nabz.notify.service import webhooks

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.kit.operations import Asked


@offer(
    "AddWebhook",
    summary="Be told of events at an address; the secret is shown this once",
    body=wire.AddWebhook,
    answer=wire.AddedWebhook,
)
async def add_webhook(asked: Asked) -> wire.AddedWebhook:
    """Raises WebhookRefused, TooManyWebhooks."""
    body: wire.AddWebhook = asked.body
    caller = await caller_of(asked, "", body.key)
    new = Webhook(
        id=caller.seed,
        to=asked.client,
        url=body.url.strip(),
        kinds=body.kinds,
        secret=webhooks.seal(asked.deps.keys, webhooks.new_secret()),
        created_at=asked.now,
        contact=body.contact.strip(),
    )
    with unique(Busy(retry_after=1)):  # the same call at the same moment
        kept = await store_of(asked).write(_add, new, caller.by, asked.now, demo=asked.deps.settings.demo)
    secret = webhooks.secrets_of(asked.deps.keys, kept, asked.now)[0]
    return wire.AddedWebhook(webhook=wire.ShownWebhook.of(kept), secret=secret)


def _add(tx: Tx, new: Webhook, by: str, now: datetime, *, demo: bool) -> Webhook:
    try:
        return webhooks.one(tx, new.to, new.id)  # by the same call before
    except UnknownWebhook:
        webhooks.add(tx, new, by, now, demo=demo)
        return new


@offer("ListWebhooks", summary="The caller's webhooks", body=wire.Nothing, answer=wire.ListedWebhooks)
async def list_webhooks(asked: Asked) -> wire.ListedWebhooks:
    """Answer with all of them, without their secrets."""
    return await _mine(asked)


async def _mine(asked: Asked) -> wire.ListedWebhooks:
    found = await store_of(asked).read(webhooks.of, asked.client)
    return wire.ListedWebhooks(webhooks=[wire.ShownWebhook.of(one) for one in found])


@offer(
    "RemoveWebhook",
    summary="Be told no more; what was not delivered is dropped",
    body=wire.RemoveWebhook,
    answer=wire.ListedWebhooks,
)
async def remove_webhook(asked: Asked) -> wire.ListedWebhooks:
    """Raises UnknownWebhook; answer with what remains."""
    body: wire.RemoveWebhook = asked.body
    caller = await caller_of(asked)
    await store_of(asked).write(webhooks.remove, asked.client, body.webhook.strip(), caller.by, asked.now)
    return await _mine(asked)


@offer(
    "ListDeliveries",
    summary="What was delivered, what waits, what is dead",
    body=wire.ListDeliveries,
    answer=wire.ListedDeliveries,
)
async def list_deliveries(asked: Asked) -> wire.ListedDeliveries:
    """Answer with a page of them, the newest event first."""
    body: wire.ListDeliveries = asked.body
    found = await store_of(asked).read(
        webhooks.deliveries, asked.client, body.state, body.limit, hook=body.webhook.strip(), before=body.before
    )
    return wire.ListedDeliveries(deliveries=[wire.ShownDelivery.of(one) for one in found])


@offer(
    "Replay",
    summary="Let a delivery begin anew, or all dead ones of a webhook",
    body=wire.Replay,
    answer=wire.Replayed,
)
async def replay(asked: Asked) -> wire.Replayed:
    """Raises FieldMissing, UnknownDelivery, UnknownWebhook."""
    body: wire.Replay = asked.body
    body.must_name_one()
    caller = await caller_of(asked)
    count = await store_of(asked).write(_replay, asked.client, body, caller.by, asked.now)
    return wire.Replayed(deliveries=count)


def _replay(tx: Tx, client: str, body: wire.Replay, by: str, now: datetime) -> int:
    if body.delivery:
        webhooks.replay(tx, body.delivery.strip(), by, now, client)
        return 1
    return webhooks.replay_dead(tx, webhooks.one(tx, client, body.webhook.strip()).id, by, now)
