"""What appointments do by themselves: tell people, remind them, offer again, make room ahead, and count the days."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from nabz.access.model import DEMO, PRODUCTION
from nabz.access.service import clients
from nabz.appointments.remote import SandboxGateway
from nabz.appointments.service import holding, keys, limiting, parting, payments, reminding, reports, waiting
from nabz.appointments.service.delivering import Post, deliver
from nabz.appointments.service.telling import Kind
from nabz.kit.ids import new_id
from nabz.kit.outbox import Postman

if TYPE_CHECKING:
    from nabz.kit.http import Deps
    from nabz.kit.outbox import Deliver, Message
    from nabz.kit.timers import Timers

AT_ONCE: Final = 3
"""So many messages at a time, of the fifty that are taken: bookings need the store as well."""

POST_EVERY, OFFER_EVERY, REMIND_EVERY, COUNT_EVERY, PARTS_EVERY = 0.5, 5.0, 60.0, 60.0, 3600.0
MONTHS_AHEAD: Final = 4


def deliveries(deps: Deps) -> dict[str, Deliver]:
    """Give the postman who takes what."""
    post = Post(deps.keys, deps.settings.base_url.rstrip("/"))
    gateway = SandboxGateway()
    few = asyncio.Semaphore(AT_ONCE)

    def deliver_as(kind: Kind) -> Deliver:
        async def carry(message: Message) -> None:
            db = deps.db.within(int(message.payload["data_set"]))
            async with few:
                await db.write(deliver, kind, message, post, deps.clock.now())

        return carry

    async def pay_back(message: Message) -> None:
        await payments.pay_back(deps.db, gateway, message, deps.clock.now())

    return {**{kind.topic: deliver_as(kind) for kind in Kind}, payments.TOPIC: pay_back}


def register(timers: Timers, deps: Deps) -> None:
    """Begin what comes back again and again."""

    async def sets() -> list[int]:
        return sorted({PRODUCTION, DEMO, *await deps.db.read(clients.data_sets)})

    async def offer() -> int:
        now, count = deps.clock.now(), 0
        for each in await sets():
            count += await deps.db.within(each).write(waiting.reoffer, new_id(), now)
            count += await deps.db.within(each).write(waiting.match, new_id(), now)
        return count

    async def remind() -> int:
        now = deps.clock.now()
        return sum([await deps.db.within(each).write(reminding.remind, new_id(), now) for each in await sets()])

    async def count() -> int:
        return await reports.keep_counting(deps.db, deps.clock, await sets())

    async def make_room() -> None:
        now = deps.clock.now()
        for each in await sets():
            await deps.db.within(each).write(holding.prune, now)
            await deps.db.within(each).write(limiting.prune, now)
            await deps.db.within(each).write(keys.prune, now)
        for months in range(MONTHS_AHEAD):
            await deps.db.write(parting.ensure, now + timedelta(days=31 * months))

    timers.every(POST_EVERY, Postman(deps.db, deps.clock, deliveries(deps)).round)
    timers.every(OFFER_EVERY, offer)
    timers.every(REMIND_EVERY, remind)
    timers.every(COUNT_EVERY, count)
    timers.every(PARTS_EVERY, make_room)
