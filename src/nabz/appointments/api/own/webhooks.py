"""The caller's webhooks: an event goes to the client that booked, and to those that speak for the facility."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Final

from nabz.appointments.api.own.answering import caller_of, claim, offer, store_of
from nabz.appointments.errors.own import KindUnknown
from nabz.appointments.service import keys
from nabz.appointments.service.telling import Kind
from nabz.appointments.wire.own import webhooks as wire
from nabz.kit.db import unique
from nabz.kit.errors import Busy
from nabz.notify.errors import UnknownWebhook
from nabz.notify.model import Webhook
from nabz.notify.service import webhooks
from nabz.notify.service.delivering import SWITCHED_OFF

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.model import Caller
    from nabz.kit.db import Tx
    from nabz.kit.operations import Asked

KINDS: Final = (*(f"appointment.{kind.value}" for kind in Kind), SWITCHED_OFF)
SECRETS: Final = "appointments.webhook-secret"


@offer(
    "AddWebhook",
    summary="Be told of events at an address; the secret is shown this once",
    body=wire.AddWebhook,
    answer=wire.SecretOfWebhook,
)
async def add_webhook(asked: Asked) -> wire.SecretOfWebhook:
    """Raises KindUnknown, WebhookRefused, TooManyWebhooks, KeyUsedOtherwise."""
    body: wire.AddWebhook = asked.body
    _must_exist(body.kinds)
    caller = await caller_of(asked, "", body.key)
    await claim(asked, caller, body.key)
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
    return wire.SecretOfWebhook(webhook=wire.ShownWebhook.of(kept), secret=secret)


def _must_exist(kinds: tuple[str, ...]) -> None:
    """Refuse what nobody would ever be told of. Raises KindUnknown."""
    for place, kind in enumerate(kinds):
        if kind not in KINDS:
            raise KindUnknown(field=f"kinds[{place}]", kinds=", ".join(KINDS))


def _add(tx: Tx, new: Webhook, by: str, now: datetime, *, demo: bool) -> Webhook:
    try:
        return webhooks.one(tx, new.to, new.id)  # by the same call before
    except UnknownWebhook:
        webhooks.add(tx, new, by, now, demo=demo)
        return new


@offer(
    "ChangeWebhook",
    summary="Another address, other kinds, another contact, off and on again",
    body=wire.ChangeWebhook,
    answer=wire.OneWebhook,
)
async def change_webhook(asked: Asked) -> wire.OneWebhook:
    """Raises KindUnknown, WebhookRefused, UnknownWebhook."""
    body: wire.ChangeWebhook = asked.body
    _must_exist(body.kinds)
    caller = await caller_of(asked)
    told = Webhook(
        id=body.webhook.strip(),
        to=asked.client,
        url=body.url.strip(),
        kinds=body.kinds,
        secret="",
        created_at=asked.now,
        active=body.active,
        contact=body.contact.strip(),
    )
    demo = asked.deps.settings.demo
    changed = await store_of(asked).write(webhooks.change, told, caller.by, asked.now, demo=demo)
    return wire.OneWebhook(webhook=wire.ShownWebhook.of(changed))


@offer(
    "RollWebhookSecret",
    summary="A new secret, shown this once; the old one signs for a day beside it",
    body=wire.RollWebhookSecret,
    answer=wire.SecretOfWebhook,
)
async def roll_webhook_secret(asked: Asked) -> wire.SecretOfWebhook:
    """Raises UnknownWebhook, KeyUsedOtherwise; the same call again changes nothing and answers the same."""
    body: wire.RollWebhookSecret = asked.body
    caller = await caller_of(asked, "", body.key)
    ring = asked.deps.keys
    secret = f"whsec_{b64encode(ring.digest(SECRETS, caller.seed)).decode()}"
    sealed = webhooks.seal(ring, secret)
    hook = await store_of(asked).write(_roll, body.webhook.strip(), sealed, body.key, caller, asked.now)
    return wire.SecretOfWebhook(webhook=wire.ShownWebhook.of(hook), secret=secret)


def _roll(tx: Tx, id_: str, sealed: str, key: str, caller: Caller, now: datetime) -> Webhook:
    """Roll a secret once for a key: a call that comes late must not bring back what was replaced since."""
    if not key or keys.claim(tx, caller.client, key, caller.seed, now):
        webhooks.roll_secret(tx, caller.client, id_, sealed, caller.by, now)
    return webhooks.one(tx, caller.client, id_)


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
