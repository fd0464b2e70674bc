"""The appointments' part of the demo sandbox: what the guide's examples speak of, and two weeks of made-up visits."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.appointments.errors import SlotsOverlap
from nabz.appointments.model import (
    Agenda,
    Appointment,
    Caller,
    New,
    OriginKind,
    Quota,
    Reason,
    Route,
    Slot,
    Status,
    number_of,
)
from nabz.appointments.seed import lively
from nabz.appointments.service import agendas as completing
from nabz.appointments.service import publishing, referral
from nabz.appointments.store import agendas, booking, parts, slots
from nabz.gateway.errors import UnknownIdentifier
from nabz.gateway.model import Identifier, IdentifierType
from nabz.gateway.service import identifiers
from nabz.kit import jalali
from nabz.kit.jalali import TEHRAN, tehran
from nabz.registries.model import ProviderIdType
from nabz.registries.seed.members import practitioners
from nabz.registries.service import facilities

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nabz.kit.db import Database, Tx
    from nabz.kit.digest import Keyring

SEEDED: Final = "seed"
TEST_FACILITY: Final = "859773e8-5d81-46c6-9df1-5fb551b00495"
LEVEL_ONE: Final = ("40afe509-3c8a-4fdf-ad31-3574c75629d5", "2cf85edb-0576-4f62-a87b-60e20992bc9e")
LEVEL_ONE_SYSTEM: Final = "0079b8f4-7cc2-4548-b9de-e5770228f5db"
SERVICE: Final = ("970015", "ویزیت پزشک متخصص در مراکز سرپایی غیر تمام وقت با نسخه الکترونیک")
DAYS_AHEAD: Final = 14
AT_EACH: Final = 3
SESSION: Final = (time(9), 12, 15)
"""From nine, twelve visits of a quarter of an hour."""

WHERE: Final = frozenset({"1", "2", "3", "4", "5", "6", "7", "8", "26", "32"})
"""Kinds of centres in which people are visited."""

RowOf = dict[str, str]


async def demo(db: Database, keys: Keyring, now: datetime, pids: Sequence[str]) -> dict[str, Any]:
    """Fill the sandbox (`db` is seen from it) and give the `hqs` member of demo.json."""
    await db.write(_senders, pids, now)
    await db.write(examples, now)
    await db.write(_level_one, now)
    published = await db.write(_visits, keys, now)
    return {
        "facility": TEST_FACILITY,
        "system": TEST_FACILITY,
        "level_one": LEVEL_ONE[0],
        "provider": {"type": ProviderIdType.MED.value, "id": "1234"},
        "specialty": "171108",
        "service": SERVICE[0],
        "slots": published,
    }


def _senders(tx: Tx, pids: Sequence[str], now: datetime) -> None:
    """Register the centres and systems of the guide's examples, and let the demo's system speak for them."""
    known = [
        (TEST_FACILITY, IdentifierType.FACILITY, "مرکز ارائه دهنده خدمت مجازی جهت تبادل اطلاعات تستی"),
        (TEST_FACILITY, IdentifierType.SYSTEM, "سامانهٔ آزمایشی"),
        (LEVEL_ONE_SYSTEM, IdentifierType.SYSTEM, "سامانهٔ سطح یک آزمایشی"),
        *((guid, IdentifierType.FACILITY, "مرکز سطح یک آزمایشی") for guid in LEVEL_ONE),
    ]
    for guid, type_, name in known:
        try:
            identifiers.find(tx, guid, type_)
        except UnknownIdentifier:
            identifiers.register(tx, Identifier(guid=guid, type=type_, name=name), SEEDED, now)
        for pid in pids:
            if all((one.guid, one.type) != (guid, type_) for one in identifiers.of_package(tx, pid)):
                identifiers.grant(tx, pid, guid, type_, SEEDED, now)


def examples(tx: Tx, now: datetime) -> None:
    """Put in the slots of which the guide's examples tell, under the ids that they have there."""
    for row in _rows("examples.csv"):
        if slots.find(tx, row["id"]) is None:
            _example(tx, row, now)


def _example(tx: Tx, row: RowOf, now: datetime) -> None:
    agenda = _agenda(tx, row)
    agendas.put(tx, agenda)
    at = jalali.parse(row["date"])
    clock = time.fromisoformat(row["time"])
    starts_at = jalali.instant(at.year, at.month, at.day, clock.hour, clock.minute, clock.second)
    status = Status(int(row["status"]))
    parts.ensure(tx, starts_at)
    slot = Slot(
        id=row["id"],
        agenda=agenda.id,
        facility=agenda.facility,
        starts_at=starts_at,
        minutes=5,
        queue=row["queue"],
        local_id=row["local_id"],
        quota=int(row["quota"]),
        opens_at=_day(row["opens"]),
        closes_at=_day(row["closes"]),
        changed_at=now,
    )
    slots.add(tx, [slot])
    slots.name(tx, [slot])
    if status is Status.WITHDRAWN:
        slots.withdraw_many(tx, [slot], Reason.PHYSICIAN_CANNOT, now)
    if status is Status.TAKEN:
        taken = booking.add(tx, _taken(slot, agenda, row["person"], now))
        slots.change(tx, slot, status=int(status), appointment=taken.id)


def _taken(slot: Slot, agenda: Agenda, person: str, now: datetime) -> Appointment:
    return Appointment(
        id=slot.id,
        slot=slot.id,
        facility=slot.facility,
        provider=agenda.provider,
        agenda=slot.agenda,
        person=person,
        type=None,
        deposit=0,
        starts_at=slot.starts_at,
        minutes=slot.minutes,
        status=int(Status.TAKEN),
        booked_at=now,
        booked_by=SEEDED,
        first_name="",
        last_name="",
        mobile="",
        postal_code="",
        gender="",
        hid="",
    )


def _agenda(tx: Tx, row: RowOf) -> Agenda:
    first, last = row["first_name"], row["last_name"]
    told = Agenda(
        facility=row["facility"],
        provider=f"Med_ID:{row['provider']}",
        first_name=first,
        last_name=last,
        full_name=row["full_name"],
        specialty=row["specialty"],
        specialty_title=row["specialty_title"],
        service=SERVICE[0],
        service_title=SERVICE[1],
        facility_name=row["facility_name"],
        facility_type=row["facility_type"],
        type_title=row["type_title"],
        address=row["address"],
        internal_id=row["internal_id"],
        department=row["department"],
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
    )
    whole = completing.complete(tx, told)
    return msgspec.structs.replace(whole, id=number_of(whole))


def _level_one(tx: Tx, now: datetime) -> None:
    """Let the referral map lead from the examples' centres of the first level to their specialists."""
    if referral.count(tx):
        return
    ways = [
        Route(
            id=f"example-{place}-{number}",
            origin_kind=OriginKind.FACILITY,
            origin=origin,
            specialty="171166",
            insurer="",
            provider=f"Med_ID:90000{number}",
        )
        for place, origin in enumerate(LEVEL_ONE)
        for number in range(1, 6)
    ]
    referral.load(tx, ways, SEEDED, now)


def _visits(tx: Tx, keys: Keyring, now: datetime) -> int:
    """Publish two weeks of visits for the registry's physicians; what is there already stays."""
    physicians = [one for one in practitioners() if one.active and one.specialty]
    test = [one for one in facilities.search(tx, "", 100) if one.id == TEST_FACILITY]
    others = [one for one in facilities.search(tx, "", 100) if one.active and one.type in WHERE and one not in test]
    count, busy = 0, list[Agenda]()
    for place, physician in enumerate(physicians):
        centres = test if physician.id.value == "1234" else others
        if not centres:
            continue
        centre = centres[place // AT_EACH % len(centres)]
        agenda = completing.complete(
            tx,
            Agenda(facility=centre.id, provider=physician.id.key, service=SERVICE[0], service_title=SERVICE[1]),
        )
        caller = Caller(SEEDED, centre.id, SEEDED, keys.uuid("appointments.demo", f"{physician.id.key} {now:%F}"))
        news = list(_sessions(now, physician.id.value, morning=place % 2 == 0))
        try:
            count += len(publishing.publish(tx, agenda, news, caller, now))
        except SlotsOverlap:  # somebody has published for him in this sandbox: his times stay as they are
            continue
        if centre.organisation is not None:
            busy.append(agenda)
    lively.lately(tx, keys, busy, now)
    return count


def _sessions(now: datetime, number: str, *, morning: bool) -> Iterator[New]:
    """Sessions on the days to come, Thursdays and Fridays apart."""
    start, visits, minutes = SESSION
    first: date = tehran(now).date() + timedelta(days=1)
    for ahead in range(DAYS_AHEAD):
        day = first + timedelta(days=ahead)
        if day.weekday() in {3, 4}:
            continue
        begins = datetime.combine(day, start if morning else time(16), TEHRAN)
        for place in range(visits):
            yield New(
                starts_at=begins + timedelta(minutes=minutes * place),
                minutes=minutes,
                local_id=f"demo-{number}-{day.isoformat()}-{place + 1}",
                queue=str(place + 1),
                quota=_quota(place),
            )


def _quota(place: int) -> int:
    return int({0: Quota.REFERRAL, 1: Quota.IN_PERSON, 2: Quota.SPECIAL}.get(place, Quota.INTERNET))


def _day(text: str) -> datetime | None:
    return jalali.start_of(jalali.parse(text)) if text else None


def _rows(name: str) -> list[RowOf]:
    file = files("nabz.appointments") / "data" / name
    return list(csv.DictReader(StringIO(file.read_text("utf-8"))))
