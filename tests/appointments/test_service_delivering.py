"""What reaches people and programs when something happens to an appointment: once, in good words, and true."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from nabz.appointments.errors import BookingRefused, PersonNotAlive, SameProviderSameDay
from nabz.appointments.model import Booking, FacilityRules
from nabz.appointments.service import booking, looking, payments, reminding, rules, waiting, withdrawing
from nabz.appointments.service.delivering import Post, deliver
from nabz.appointments.service.telling import Kind
from nabz.kit import outbox
from nabz.kit.db import Database, Tx
from nabz.kit.digest import keyring_at
from nabz.kit.ids import new_id
from nabz.notify.service import events
from nabz.registries.model import Person, PersonId, PersonIdType
from nabz.registries.service import people
from tests.appointments.making import CENTRE, NOW, app, caller, new, publish, visitor
from tests.appointments.test_service_booking import person, place

MOBILE = "09900000001"


@pytest.fixture
def inside(db: Database) -> Database:
    return db.within(1)


class Told:
    """Delivers what the outbox holds, twice each, and shows what came of it."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db = db
        self.post = Post(keyring_at(folder / "key"), "https://nabz.example")

    async def texts(self) -> list[str]:
        for message in await self.db.read(_waiting, "appointments."):
            for _ in range(2):
                kind = Kind(message.topic.removeprefix("appointments."))
                await self.db.write(deliver, kind, message, self.post, NOW)
            await self.db.write(outbox.delivered, message.id)
        sent = await self.db.read(_waiting, "notify.sms")
        for message in sent:
            await self.db.write(outbox.delivered, message.id)
        return [message.payload["text"] for message in sent]

    async def events(self, to: str) -> list[Any]:
        from nabz.notify.service.sorting import sort_all

        await sort_all(self.db, NOW)
        return await self.db.read(events.after, to, 0)


def _waiting(tx: Tx, start: str) -> list[outbox.Message]:
    m = outbox.messages.c
    query = select(m.id, m.topic, m.payload, m.at, m.tries).where(m.topic.startswith(start), m.due_at.is_not(None))
    rows = tx.execute(query.order_by(m.at, m.id))
    return [outbox.Message(row.id, row.topic, row.payload, row.at, row.tries) for row in rows]


@pytest.fixture
def told(inside: Database, tmp_path: Path) -> Told:
    return Told(inside, tmp_path)


async def take(db: Database, slot: str, name: str, by: Any = None, **more: Any) -> None:
    who = visitor(name, first_name="سارا", last_name="نمونه", mobile=more.pop("mobile", MOBILE))
    await booking.book(db, slot, Booking(visitor=who, **more), by or app(), NOW)


async def test_a_booking_is_told_once_with_the_name_the_day_and_the_ticket(inside: Database, told: Told) -> None:
    (slot,) = await publish(inside, new(60 * 24))
    await take(inside, slot.id, "a")
    (text,) = await told.texts()
    assert text.startswith("نوبت سارا نمونه ثبت شد: پزشک نمونه، دوشنبه ۲ آذر ۱۴۰۵، ۱۰:۰۰.")
    assert "https://nabz.example/nobat/t/" in text
    assert await told.texts() == []
    (event,) = await told.events("app")
    assert (event.kind, event.body["status"], event.body["trackingId"]) == ("appointment.booked", 2, slot.tracking)
    assert event.body["appointment"]


async def test_a_move_is_one_message_and_no_cancellation(inside: Database, told: Told) -> None:
    first, second = await publish(inside, new(60 * 24), new(60 * 48))
    await take(inside, first.id, "a")
    await told.texts()
    moved = await inside.write(booking.reschedule, first.id, second.id, person("a"), app(), NOW)
    (text,) = await told.texts()
    assert "از دوشنبه ۲ آذر ۱۴۰۵، ۱۰:۰۰ به سه‌شنبه ۳ آذر ۱۴۰۵، ۱۰:۰۰ تغییر کرد" in text
    mine = await inside.read(looking.of_person, person("a"), NOW)
    assert [(one.moved_to is None, one.status) for one, _ in mine] == [(True, 2), (False, 4)]
    assert mine[1][0].moved_to == moved.id
    kinds = [event.kind for event in await told.events("app")]
    assert kinds == ["appointment.booked", "appointment.moved"]
    assert (await told.events("app"))[1].body["movedFrom"] == first.tracking


async def test_a_withdrawal_says_why_and_what_goes_back(inside: Database, told: Told) -> None:
    (slot,) = await publish(inside, new(60 * 24))
    await inside.write(rules.put, FacilityRules(facility=CENTRE, deposit=500_000), "desk", NOW)
    await take(inside, slot.id, "a", deposit=500_000)
    await told.texts()
    await inside.write(withdrawing.withdraw, slot.id, 304, caller(), NOW)
    (text,) = await told.texts()
    assert "خرابی دستگاه" in text
    assert "۵۰۰٬۰۰۰ ریال ودیعه برمی‌گردد" in text
    last = (await told.events("app"))[-1].body
    assert (last["status"], last["reason"], last["refund"], last["refundedHere"]) == (5, 304, 500_000, False)


async def test_an_offer_is_told_to_who_waits_and_taken_by_booking(inside: Database, told: Told) -> None:
    (slot,) = await publish(inside, new(60 * 24))
    await take(inside, slot.id, "a")
    one = place("w", 1)
    await inside.write(waiting.join, type(one)(**{**_fields(one), "mobile": "09900000002"}), NOW)
    await told.texts()
    await inside.write(booking.cancel, slot.id, person("a"), 301, app(), NOW)
    texts = sorted(await told.texts())
    assert any("نوبتی که منتظرش بودید آزاد شد" in text and slot.id in text for text in texts)
    await take(inside, slot.id, "w", mobile="09900000002")
    await told.texts()
    assert (await inside.read(waiting.of_person, person("w")))[0].state == "booked"


def _fields(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


async def test_nobody_is_reminded_of_what_he_booked_a_moment_ago(inside: Database, told: Told) -> None:
    (slot,) = await publish(inside, new(60 * 20))
    await take(inside, slot.id, "a")
    assert await inside.write(reminding.remind, new_id(), NOW + timedelta(hours=1)) == 0
    assert await inside.write(reminding.remind, new_id(), NOW + timedelta(hours=7)) == 1
    assert any("یادآوری نوبت سارا نمونه" in text for text in await told.texts())


async def test_the_portal_tells_nobody_whom_somebody_visits(inside: Database) -> None:
    first, second = await publish(inside, new(60 * 24), new(60 * 24 + 60))
    await take(inside, first.id, "9900000013")
    with pytest.raises(SameProviderSameDay):
        await take(inside, second.id, "9900000013", app("portal"))
    with pytest.raises(BookingRefused):
        await take(inside, second.id, "9900000013", app("portal"), mobile="09900000007")


async def test_the_portal_books_nothing_for_the_dead(inside: Database) -> None:
    (slot,) = await publish(inside, new(60 * 24))
    gone = PersonId(PersonIdType.NATIONAL_CODE, "9900000013")
    await inside.write(people.put, Person(gone, "نمونه", "نمونه", alive=False), NOW)
    with pytest.raises(PersonNotAlive):
        await take(inside, slot.id, gone.value, app("portal"))


async def test_a_deposit_that_an_app_told_is_never_paid_out_here(inside: Database, told: Told) -> None:
    (slot,) = await publish(inside, new(60 * 48))
    await take(inside, slot.id, "a", deposit=900_000)
    await told.texts()
    ended = await inside.write(booking.cancel, slot.id, person("a"), 301, app(), NOW)
    receipt = await inside.read(payments.receipt, ended.id)
    assert (receipt.refund, receipt.is_owed, receipt.collected_here) == (900_000, False, False)
