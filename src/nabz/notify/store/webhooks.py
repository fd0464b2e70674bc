"""The SQL of webhooks: of one data set, but for the courier's and the operator's, who go through all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func, insert, literal_column, or_, select, update

from nabz.kit.db import Statement, Tx
from nabz.notify.model import DeliveryState, Off, Standing, Taken, Webhook
from nabz.notify.tables import deliveries, webhooks

_SEAT = Statement(
    row=int,
    postgres="""
        INSERT INTO notify_receiver (receiver, data_set, last, hooks) VALUES (:receiver, :data_set, 0, 1)
        ON CONFLICT (receiver, data_set) DO UPDATE SET hooks = notify_receiver.hooks + 1
        WHERE notify_receiver.hooks < :most
        RETURNING hooks
    """,
)
_LEAVE = Statement(
    row=int,
    postgres="""
        UPDATE notify_receiver SET hooks = hooks - 1 WHERE receiver = :receiver AND data_set = :data_set RETURNING hooks
    """,
)


def seat(tx: Tx, to: str, most: int) -> bool:
    """Count one webhook more; tell whether it may be."""
    return bool(tx.run(_SEAT, data_set=tx.data_set, receiver=to, most=most))


def insert_one(tx: Tx, hook: Webhook) -> None:
    """Insert a webhook."""
    row = {
        "data_set": tx.data_set,
        "id": hook.id,
        "receiver": hook.to,
        "url": hook.url,
        "kinds": list(hook.kinds),
        "contact": hook.contact,
        "secret": hook.secret,
        "active": hook.active,
        "off": hook.off.value,
        "created_at": hook.created_at,
        "failures": 0,
    }
    tx.execute(insert(webhooks), row)


def change(tx: Tx, hook: Webhook, now: datetime) -> bool:
    """Change what a receiver may change; what waits is tried at once. Tell whether there is such a webhook."""
    changed = _mine(update(webhooks), tx, hook.to, hook.id).values(
        url=hook.url,
        kinds=list(hook.kinds),
        contact=hook.contact,
        active=hook.active,
        off=hook.off.value,
        failures=0,
        failing_since=None,
        due_at=now,
        not_before=None,  # if a courier is on his way, what he carries may arrive twice: to the old address and the new
    )
    return bool(tx.execute(changed).rowcount)


def roll_secret(tx: Tx, to: str, id_: str, sealed: str, until: datetime) -> bool:
    """Put a new secret before the old one; tell whether there is such a webhook."""
    values = {"secret": sealed, "old_secret": webhooks.c.secret, "old_until": until}
    return bool(tx.execute(_mine(update(webhooks), tx, to, id_).values(values)).rowcount)


def remove(tx: Tx, to: str, id_: str) -> bool:
    """Delete a webhook with its deliveries; tell whether there was one, else the use case must end with an error."""
    tx.run(_LEAVE, data_set=tx.data_set, receiver=to)  # first, as events take their numbers before their webhooks
    return bool(tx.execute(_mine(delete(webhooks), tx, to, id_)).rowcount)


def of(tx: Tx, to: str) -> list[Webhook]:
    """Read the webhooks of a receiver."""
    mine = webhooks.c.data_set == tx.data_set, webhooks.c.receiver == to
    return [_webhook(row) for row in tx.execute(select(webhooks).where(*mine).order_by(webhooks.c.created_at))]


def one(tx: Tx, to: str, id_: str) -> Webhook | None:
    """Read one webhook of a receiver."""
    row = tx.execute(_mine(select(webhooks), tx, to, id_)).first()
    return None if row is None else _webhook(row)


def find(tx: Tx, id_: str) -> Webhook | None:
    """Read one webhook of anybody."""
    query = select(webhooks).where(webhooks.c.data_set == tx.data_set, webhooks.c.id == id_)
    row = tx.execute(query).first()
    return None if row is None else _webhook(row)


def standings(tx: Tx, limit: int) -> list[Standing]:
    """Read webhooks of all data sets with what waits and what is dead, the worst first."""
    state = deliveries.c.state
    counts = (
        select(
            deliveries.c.hook,
            func.sum(case((state == DeliveryState.WAITING.value, 1), else_=0)).label("waiting"),
            func.sum(case((state == DeliveryState.DEAD.value, 1), else_=0)).label("dead"),
        )
        .where(state != literal_column("'delivered'"))
        .group_by(deliveries.c.hook)
        .subquery()
    )
    dead, waiting = func.coalesce(counts.c.dead, 0), func.coalesce(counts.c.waiting, 0)
    query = (
        select(webhooks, dead.label("dead"), waiting.label("waiting"))
        .outerjoin(counts, counts.c.hook == webhooks.c.id)
        .order_by(dead.desc(), waiting.desc(), webhooks.c.created_at)
        .limit(limit)
    )
    return [Standing(row.data_set, _webhook(row), row.waiting, row.dead) for row in tx.execute(query)]


# ---------------------------------------------------------------- the couriers


def take(tx: Tx, now: datetime, until: datetime, most: int) -> list[Taken]:
    """Take webhooks of all data sets for which something is due; nobody else takes them before an instant."""
    due = (
        select(webhooks.c.id)
        .where(
            webhooks.c.active,
            webhooks.c.due_at <= now,
            or_(webhooks.c.not_before.is_(None), webhooks.c.not_before <= now),
        )
        .order_by(webhooks.c.due_at)
        .limit(most)
        .with_for_update(skip_locked=True, key_share=True)
    )
    ids = [row.id for row in tx.execute(due)]
    if not ids:
        return []
    taking = update(webhooks).where(webhooks.c.id.in_(ids)).values(not_before=until).returning(webhooks)
    return [Taken(row.data_set, _webhook(row), until, row.failures) for row in tx.execute(taking)]


def hold(tx: Tx, id_: str, until: datetime) -> bool:
    """Lock a webhook; tell whether it still is in the hands of the courier who took it until an instant."""
    query = select(webhooks.c.id).where(webhooks.c.id == id_, webhooks.c.not_before == until)
    return tx.execute(query.with_for_update(key_share=True)).first() is not None


def release(tx: Tx, id_: str, *, rest: datetime | None, failures: int, values: dict[str, Any]) -> None:
    """Put a held webhook back, to be looked at when its next delivery is due, and not before it has rested."""
    # A statement after the lock: on PostgreSQL it sees what was laid out while the courier was on his way.
    waiting = select(func.min(deliveries.c.due_at)).where(deliveries.c.hook == id_, deliveries.c.due_at.is_not(None))
    back = {"due_at": waiting.scalar_subquery(), "not_before": rest, "failures": failures, **values}
    tx.execute(update(webhooks).where(webhooks.c.id == id_).values(back))


def switch_off(tx: Tx, id_: str, off: Off) -> bool:
    """Switch a webhook off; tell whether it was on."""
    mine = webhooks.c.id == id_, webhooks.c.active
    return bool(tx.execute(update(webhooks).where(*mine).values(active=False, off=off.value)).rowcount)


def _mine(statement: Any, tx: Tx, to: str, id_: str) -> Any:  # noqa: ANN401 - of any verb
    return statement.where(webhooks.c.data_set == tx.data_set, webhooks.c.receiver == to, webhooks.c.id == id_)


def _webhook(row: Any) -> Webhook:  # noqa: ANN401 - a row
    return Webhook(
        id=row.id,
        to=row.receiver,
        url=row.url,
        kinds=tuple(row.kinds),
        secret=row.secret,
        created_at=row.created_at,
        active=row.active,
        off=Off(row.off),
        contact=row.contact,
        old_secret=row.old_secret,
        old_until=row.old_until,
        failing_since=row.failing_since,
        delivered_at=row.delivered_at,
    )
