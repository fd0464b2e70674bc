"""Webhooks: where a caller wants to be told, and what was delivered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from nabz.appointments.errors import FieldMissing
from nabz.appointments.wire.own.shapes import Done, Key, Message, Shape, Short
from nabz.notify.model import Delivery, DeliveryState, Webhook

Number = Annotated[int, msgspec.Meta(ge=1, le=2**62)]
Few = Annotated[int, msgspec.Meta(ge=1, le=200)]
Url = Annotated[str, msgspec.Meta(max_length=1000)]
Kinds = Annotated[tuple[Short, ...], msgspec.Meta(max_length=100)]


class AddWebhook(Message, frozen=True, kw_only=True):
    """An address, and which kinds of events it wants; none: all."""

    url: Url
    kinds: Kinds = ()
    contact: Short = ""
    key: Key = ""


class ShownWebhook(Shape, frozen=True, kw_only=True):
    """A webhook; `off` says why it is off, if it is."""

    webhook: str
    url: str
    kinds: tuple[str, ...]
    active: bool
    off: str
    contact: str
    created_at: datetime
    failing_since: datetime | None
    delivered_at: datetime | None

    @classmethod
    def of(cls, hook: Webhook) -> ShownWebhook:
        """Show a webhook, without its secret."""
        return cls(
            webhook=hook.id,
            url=hook.url,
            kinds=hook.kinds,
            active=hook.active,
            off=hook.off.value,
            contact=hook.contact,
            created_at=hook.created_at,
            failing_since=hook.failing_since,
            delivered_at=hook.delivered_at,
        )


class ChangeWebhook(Message, frozen=True, kw_only=True):
    """All that may be changed of a webhook, also what stays: whether it is on, and where to and which events."""

    webhook: Short
    url: Url
    kinds: Kinds
    contact: Short
    active: bool


class OneWebhook(Done, frozen=True, kw_only=True):
    """One webhook, without its secret."""

    webhook: ShownWebhook


class RollWebhookSecret(Message, frozen=True, kw_only=True):
    """A new secret for a webhook; the old one signs for a day beside it."""

    webhook: Short
    key: Key = ""


class SecretOfWebhook(Done, frozen=True, kw_only=True):
    """A webhook and the new secret that signs what it gets; no other answer shows the secret."""

    webhook: ShownWebhook
    secret: str


class Nothing(Message, frozen=True, kw_only=True):
    """A message that says nothing."""


class ListedWebhooks(Done, frozen=True, kw_only=True):
    """The caller's webhooks."""

    webhooks: list[ShownWebhook]


class RemoveWebhook(Message, frozen=True, kw_only=True):
    """One webhook, with all its deliveries."""

    webhook: Short


class ListDeliveries(Message, frozen=True, kw_only=True):
    """What was delivered, waits or is dead, the newest event first; `before` is the number of an event."""

    webhook: Short = ""
    state: DeliveryState | None = None
    before: Number | None = None
    limit: Few = 50


class ShownTry(Shape, frozen=True, kw_only=True):
    """One try: when, what the receiver answered, how long it took, what went wrong."""

    at: datetime
    status: int | None
    milliseconds: int
    failure: str


class ShownDelivery(Shape, frozen=True, kw_only=True):
    """One event on its way to one webhook."""

    delivery: str
    webhook: str
    url: str
    number: int
    event: str
    kind: str
    subject: str
    at: datetime
    state: DeliveryState
    due_at: datetime | None
    tries: list[ShownTry]

    @classmethod
    def of(cls, one: Delivery) -> ShownDelivery:
        """Show a delivery."""
        return cls(
            delivery=one.id,
            webhook=one.hook,
            url=one.url,
            number=one.number,
            event=one.event,
            kind=one.kind,
            subject=one.subject,
            at=one.at,
            state=one.state,
            due_at=one.due_at,
            tries=[msgspec.convert(each, ShownTry, from_attributes=True) for each in one.tries],
        )


class ListedDeliveries(Done, frozen=True, kw_only=True):
    """Some deliveries."""

    deliveries: list[ShownDelivery]


class Replay(Message, frozen=True, kw_only=True):
    """Let one delivery begin anew, or all dead ones of a webhook."""

    delivery: Short = ""
    webhook: Short = ""

    def must_name_one(self) -> None:
        """Raises FieldMissing."""
        if bool(self.delivery) == bool(self.webhook):
            raise FieldMissing(field="delivery")


class Replayed(Done, frozen=True, kw_only=True):
    """How many deliveries begin anew."""

    deliveries: int
