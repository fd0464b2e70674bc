"""What was told is given its numbers and laid out for the webhooks: after its commit, by one process at a time.

A number that was drawn in the business transaction would be seen in the order of the commits, and a follower would
pass over the smaller one that is committed later; a counter locked there would make all transactions of one receiver
wait for one another. So it is drawn here, where only committed events are seen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from nabz.kit.db import Database, Tx
from nabz.notify.model import wants
from nabz.notify.store import sorting as store
from nabz.notify.store.sorting import Arrived, Wanting

BATCH = 500


async def sort_all(db: Database, now: datetime) -> int:
    """Sort a batch of each data set in which something waits; tell how many events there were."""
    data_sets = await db.read_one(store.UNSORTED)
    return sum([await db.within(data_set).write(sort, now) for data_set in data_sets])


def sort(tx: Tx, now: datetime) -> int:
    """Number the next batch and lay it out; tell how many there were, none if another process is at it."""
    if not store.alone(tx):
        return 0
    waiting = store.take(tx, BATCH)
    if waiting:
        numbered = _number(tx, waiting)
        store.number(tx, numbered)
        _lay_out(tx, numbered, now)
    return len(waiting)


def _number(tx: Tx, waiting: list[Arrived]) -> list[tuple[Arrived, int]]:
    more = Counter(each.receiver for each in waiting)
    following = {receiver: last - more[receiver] for receiver, last in store.count(tx, more).items()}
    numbered = []
    for each in waiting:
        following[each.receiver] += 1
        numbered.append((each, following[each.receiver]))
    return numbered


def _lay_out(tx: Tx, numbered: list[tuple[Arrived, int]], now: datetime) -> None:
    hooks: dict[str, list[Wanting]] = defaultdict(list)
    for hook in store.wanting(tx, {each.receiver for each, _ in numbered}):
        hooks[hook.receiver].append(hook)
    laid = [(hook, given) for each, given in numbered for hook in hooks[each.receiver] if wants(hook.kinds, each.kind)]
    if laid:
        store.lay_out(tx, laid, now)
        store.wake(tx, {hook.id for hook, _ in laid}, now)
