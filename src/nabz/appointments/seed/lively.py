"""A clinic that works: today's list of the demo and the week before it, with people who came, and some who did not."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from nabz.appointments.model import Appointment, Quota, Reason, Slot, Status, chance_of, tracking
from nabz.appointments.store import agendas, booking, centres, parts, slots
from nabz.kit.jalali import TEHRAN, tehran
from nabz.registries.seed.population import Population

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from nabz.appointments.model import Agenda
    from nabz.kit.db import Tx
    from nabz.kit.digest import Keyring
    from nabz.registries.model import Person

DAYS: Final = 7
VISITS: Final = 12
MINUTES: Final = 15
BEGINS: Final = time(8)
SEEDED: Final = "seed"
FREE_PLACES: Final = frozenset({4, 9})
FRIDAY: Final = 4


def lately(tx: Tx, keys: Keyring, where: Sequence[Agenda], now: datetime) -> int:
    """Fill the days on which these agendas have nothing; tell how many visits that were."""
    people = [one for one in Population().people if one.alive]
    today = tehran(now).date()
    count = 0
    for place, agenda in enumerate(where):
        agendas.put(tx, agenda)
        for ago in range(DAYS, -1, -1):
            day = today - timedelta(days=ago)
            begins = datetime.combine(day, BEGINS, TEHRAN)
            nothing = not slots.of_agendas(tx, [agenda.id], begins - timedelta(hours=8), begins + timedelta(hours=16))
            if nothing and day.weekday() != FRIDAY:
                guests = [people[(place * 17 + ago * 5 + number) % len(people)] for number in range(VISITS)]
                count += _day(tx, keys, agenda, day, guests, now)
    return count


def _day(tx: Tx, keys: Keyring, agenda: Agenda, day: date, guests: Sequence[Person], now: datetime) -> int:
    seed = keys.uuid("appointments.demo", f"{agenda.id} {day}")
    begins = datetime.combine(day, BEGINS, TEHRAN)
    parts.ensure(tx, begins)
    for number, guest in enumerate(guests):
        starts_at = begins + timedelta(minutes=MINUTES * number)
        slot = Slot(
            id=tracking.new(starts_at, chance_of(seed, number)),
            agenda=agenda.id,
            facility=agenda.facility,
            starts_at=starts_at,
            minutes=MINUTES,
            queue=str(number + 1),
            local_id=f"lately-{agenda.id}-{day.isoformat()}-{number + 1}",
            quota=int(Quota.INTERNET if number % 3 else Quota.IN_PERSON),
            changed_at=now,
        )
        slots.add(tx, [slot])
        slots.name(tx, [slot])
        if number not in FREE_PLACES:
            _visit(tx, slot, agenda, guest, seed, now)
    return len(guests)


def _visit(tx: Tx, slot: Slot, agenda: Agenda, guest: Person, seed: str, now: datetime) -> None:
    over = slot.ends_at <= now
    late = slot.queue in {"3", "11"}
    status = (Status.LATE if late else Status.VISITED) if over else Status.TAKEN
    appointment = Appointment(
        id=chance_of(seed, 1000 + int(slot.queue)),
        slot=slot.id,
        facility=slot.facility,
        provider=agenda.provider,
        agenda=agenda.id,
        person=guest.id.key,
        first_name=guest.first_name,
        last_name=guest.last_name,
        mobile=guest.mobile,
        postal_code="",
        gender=guest.gender,
        hid="",
        type=None,
        deposit=0,
        starts_at=slot.starts_at,
        minutes=slot.minutes,
        status=int(status),
        booked_at=min(now, slot.starts_at) - timedelta(days=1 + int(slot.queue) % 6),
        booked_by=SEEDED,
        arrived_at=slot.starts_at if over and not late else None,
        reminded_at=now,
        ended_at=slot.ends_at if over else None,
        reason=int(Reason.PATIENT_LATE) if late and over else None,
    )
    booking.add(tx, appointment)
    slots.change(tx, slot, status=int(status), appointment=appointment.id)
    if status is Status.TAKEN:
        booking.lock_days(tx, appointment.person, [slot.starts_at.astimezone(TEHRAN).date().isoformat()])
        booking.claim(tx, appointment)
    if status is Status.LATE:
        centres.count_no_show(tx, appointment.person, now)
