"""What notify does by itself: it delivers what the outbox holds for it, and forgets in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.kit.outbox import Postman
from nabz.notify import model, remote
from nabz.notify.model import Channel
from nabz.notify.service import codes, letters

if TYPE_CHECKING:
    from nabz.kit.http import Deps
    from nabz.kit.outbox import Deliver, Message
    from nabz.kit.timers import Timers

ROUND_EVERY, PRUNE_EVERY = 0.5, 600.0


def deliveries(deps: Deps) -> dict[str, Deliver]:
    """Give the postman who takes what."""
    carriers = remote.carriers(deps.settings)

    def deliver_by(channel: Channel) -> Deliver:
        carrier = carriers.get(channel)
        stays = model.stays_here(demo=deps.settings.demo, carried=carrier is not None)

        async def deliver(message: Message) -> None:
            letter = model.letter_of(channel, message.id, message.payload, message.at, deps.settings.base_url)
            if stays:
                await deps.db.write(letters.keep, letter)
            if carrier is not None:
                await carrier.carry(letter)

        return deliver

    return {channel.topic: deliver_by(channel) for channel in Channel}


def register(timers: Timers, deps: Deps) -> None:
    """Go round with the post, and forget old letters and codes now and then."""

    async def prune() -> None:
        now = deps.clock.now()
        await deps.db.write(letters.prune, now)
        await deps.db.write(codes.prune, now)

    timers.every(ROUND_EVERY, Postman(deps.db, deps.clock, deliveries(deps)).round)
    timers.every(PRUNE_EVERY, prune)
