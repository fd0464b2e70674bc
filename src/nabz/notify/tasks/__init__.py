"""What notify does by itself: it delivers what it holds for people and programs, and forgets in time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from nabz.kit.outbox import Postman
from nabz.notify import model
from nabz.notify.model import Channel
from nabz.notify.remote.letters import carriers
from nabz.notify.service import codes, events, letters
from nabz.notify.service.sorting import sort_all
from nabz.notify.tasks.courier import Courier

if TYPE_CHECKING:
    from nabz.kit.http import Deps
    from nabz.kit.outbox import Deliver, Message
    from nabz.kit.timers import Timers

ROUND_EVERY, SORT_EVERY, PRUNE_EVERY = 0.5, 0.25, 600.0


def deliveries(deps: Deps) -> dict[str, Deliver]:
    """Give the postman who takes what."""
    carrying = carriers(deps.settings)

    def deliver_by(channel: Channel) -> Deliver:
        carrier = carrying.get(channel)
        stays = model.stays_here(demo=deps.settings.demo, carried=carrier is not None)

        async def deliver(message: Message) -> None:
            letter = model.letter_of(channel, message.id, message.payload, message.at, deps.settings.base_url)
            if stays:
                await letters.keep_one(deps.db, letter)
            if carrier is not None:
                await carrier.carry(letter)

        return deliver

    return {channel.topic: deliver_by(channel) for channel in Channel}


def courier(deps: Deps) -> Courier:
    """Give the courier of this process; who puts the program together closes it before the store."""
    return deps.own(Courier, lambda: Courier(deps))


def register(timers: Timers, deps: Deps) -> None:
    """Go round with the post, number and deliver events, and forget what is old now and then."""

    async def prune() -> int:
        now = deps.clock.now()
        await deps.db.write(letters.prune, now)
        await deps.db.write(codes.prune, now)
        return await events.prune_all(deps.db, now - timedelta(days=events.DAYS))

    async def sort() -> int:
        return await sort_all(deps.db, deps.clock.now())

    timers.every(ROUND_EVERY, Postman(deps.db, deps.clock, deliveries(deps)).round)
    timers.every(SORT_EVERY, sort)
    timers.every(ROUND_EVERY, courier(deps).round)
    timers.every(PRUNE_EVERY, prune)
