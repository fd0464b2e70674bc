"""Short ways to make agendas, slots and bookings at the service, with a caller of each kind."""

from datetime import UTC, datetime, timedelta
from typing import Any

from nabz.appointments.model import Agenda, Appointment, Booking, Caller, New, Slot, Visitor
from nabz.appointments.service import booking, publishing
from nabz.kit.db import Database
from nabz.kit.ids import new_id

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
CENTRE = "859773e8-5d81-46c6-9df1-5fb551b00495"
OTHER = "11111111-1111-4111-8111-111111111111"


def caller(facility: str = CENTRE, client: str = "clinic") -> Caller:
    return Caller(client, facility, "tester", new_id())


def app(client: str = "app") -> Caller:
    return Caller(client, "", "tester", new_id())


def agenda(provider: str = "Med_ID:900001", facility: str = CENTRE, **more: Any) -> Agenda:
    told = {"specialty": "171108", "service": "970015", "first_name": "پزشک", "last_name": "نمونه"}
    return Agenda(facility=facility, provider=provider, **{**told, **more})


def new(minutes: float = 60, local_id: str = "", **more: Any) -> New:
    return New(starts_at=NOW + timedelta(minutes=minutes), minutes=10, local_id=local_id, **more)


def visits(count: int, first: float = 60, prefix: str = "v") -> list[New]:
    return [new(first + 10 * place, f"{prefix}{place}") for place in range(count)]


def visitor(name: str, **more: Any) -> Visitor:
    return Visitor(person=f"National_Code:{name}", **more)


async def publish(db: Database, *news: New, of: Agenda | None = None, now: datetime = NOW) -> list[Slot]:
    chosen = of or agenda()
    return await db.write(publishing.publish, chosen, list(news), caller(chosen.facility), now)


async def book(db: Database, slot: str, name: str, now: datetime = NOW, **more: Any) -> Appointment:
    by = more.pop("by", app())
    limits = more.pop("limits", booking.USUAL)
    return await booking.book(db, slot, Booking(visitor=visitor(name), **more), by, now, limits)
