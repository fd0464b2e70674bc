"""The months of the divided tables: made when they are needed, and let go while everybody goes on."""

import asyncio
from datetime import timedelta

from nabz.appointments.errors import SlotUnknown
from nabz.appointments.service import looking, parting
from nabz.kit.db import Database
from tests.appointments.making import NOW, book, new, publish


async def test_a_month_is_made_for_whoever_publishes_in_it(db: Database) -> None:
    inside = db.within(1)
    far = await publish(inside, new(60 * 24 * 200, "far"))
    assert (await inside.read(looking.slot, far[0].id)).starts_at == far[0].starts_at
    names = [part.name for part in await db.read(parting.months)]
    month = f"{far[0].starts_at:%Y_%m}"
    expected = [f"appointment_booking_{month}", f"appointment_slot_{month}"] if db.engine == "postgresql" else []
    assert names == expected


async def test_months_leave_while_others_read_and_book(db: Database) -> None:
    inside = db.within(1)
    past = await publish(inside, new(60, "past"))
    to_come = await publish(inside, *[new(60 * 24 * 60 + 10 * place, f"n{place}") for place in range(20)])
    later = NOW + timedelta(days=45)
    leaving = await db.read(parting.past, later)
    stop = asyncio.Event()

    async def keep_booking() -> int:
        booked = 0
        while not stop.is_set() and booked < len(to_come):
            await book(inside, to_come[booked].id, f"90{booked:08}", later)
            await inside.read(looking.slot, to_come[booked].id)
            booked += 1
            await asyncio.sleep(0.01)
        return booked

    others = asyncio.create_task(keep_booking())
    for part in leaving:
        assert await parting.let_go(db, part)
    while await inside.write(parting.forget, later):
        pass
    stop.set()
    assert await others > 0
    if db.engine == "postgresql":
        assert len(leaving) == 2
        assert await db.read(parting.past, later) == []
        try:
            await inside.read(looking.slot, past[0].id)
        except SlotUnknown:
            return
        raise AssertionError("the slot of a month that has left is still there")
    assert leaving == []
