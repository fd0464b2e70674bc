"""The courier's steps: take webhooks, read what is due at one, write down how it went."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from nabz.kit import outbox
from nabz.kit.db import Tx
from nabz.notify.model import Channel, Mail, Off, Parcel, Taken, Try, next_state, off_after, rest_of
from nabz.notify.service import events
from nabz.notify.store import deliveries as delivery_store
from nabz.notify.store import webhooks as store
from nabz.notify.store.deliveries import Settled

LEASE = timedelta(seconds=90)
"""A round of BATCH tries, so many of them at once as a receiver may have, takes 50 seconds at most."""

BATCH = 20
SWITCHED_OFF = "webhook.switched-off"


def take(tx: Tx, now: datetime, most: int) -> list[Taken]:
    """Take webhooks for which something is due; nobody else has them until the lease ends."""
    return store.take(tx, now, now + LEASE, most)


def due(tx: Tx, taken: Taken, now: datetime) -> list[Parcel]:
    """Read what is due at a webhook."""
    return delivery_store.due(tx, taken.hook.id, taken.hook.to, now, BATCH)


def finish(tx: Tx, taken: Taken, tried: list[tuple[Parcel, Try]], now: datetime) -> None:
    """Write down a round and put the webhook back; after 410, or three days of failure, it is off and told so.

    If the lease has run out, the tries are still written down, each if nobody came between.
    """
    id_ = taken.hook.id
    held = store.hold(tx, id_, taken.until)
    delivery_store.settle(tx, id_, [_settled(parcel, last) for parcel, last in tried])
    if not held:
        return
    made = [last for _, last in tried]
    failed = bool(made) and all(each.failure for each in made)
    failures = taken.failures + 1 if failed else 0 if made else taken.failures
    rest = now + rest_of(failures) if failed else None
    store.release(tx, id_, rest=rest, failures=failures, values=_noted(taken, made, now, failed=failed))
    off = off_after(made, taken.hook.failing_since, now)
    if off and store.switch_off(tx, id_, off):
        _tell_owner(tx, taken, off, now)


def _settled(parcel: Parcel, last: Try) -> Settled:
    return Settled(parcel, last, *next_state(parcel.counted + 1, last))


def _noted(taken: Taken, made: list[Try], now: datetime, *, failed: bool) -> dict[str, Any]:
    if not made:
        return {}
    if failed:
        return {"failing_since": taken.hook.failing_since or now}
    return {"failing_since": None, "delivered_at": now}


def _tell_owner(tx: Tx, taken: Taken, off: Off, now: datetime) -> None:
    """Tell by the other ways: the stream, the receiver's other webhooks, and a mail if there is an address."""
    hook = taken.hook
    id_ = f"{hook.id}/off/{int(now.timestamp())}"
    events.tell(tx, [hook.to], SWITCHED_OFF, hook.id, {"url": hook.url, "why": off.value}, id_, now)
    if hook.contact:
        outbox.put(tx, id_, Channel.MAIL.topic, msgspec.to_builtins(_mail(hook.contact, hook.url, off)), now)


def _mail(contact: str, url: str, off: Off) -> Mail:
    why_fa = "گیرنده پاسخ 410 داد" if off is Off.GONE else "سه روز هیچ رویدادی به آن نرسید"
    why_en = "it answered 410" if off is Off.GONE else "nothing arrived there for three days"
    text = (
        f"سلام،\n\nوب‌هوک زیر خاموش شد، چون {why_fa}:\n{url}\n\n"
        "رویدادها نگه داشته می‌شوند؛ پس از رفع ایراد آن را دوباره روشن کنید.\n\n"
        f"This webhook was switched off because {why_en}. "
        "Its events are kept: switch it on again when it works.\n"
    )
    return Mail(contact, "وب‌هوک شما خاموش شد", text)
