"""The SQL of taking a slot: one statement that decides about the slot, the person's day and the message at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import insert, select, tuple_, update

from nabz.appointments.errors import NoAppointment
from nabz.appointments.model import Appointment, Status, day_text, span, tracking
from nabz.appointments.store.rows import APPOINTMENT_COLUMNS, APPOINTMENT_FIELDS, appointment, cells_of
from nabz.appointments.tables import appointments, person_days
from nabz.kit.db import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.appointments.model import Slot
    from nabz.kit.db import Tx

P = appointments.c
AFRESH: Final = timedelta(hours=6)
"""Who has booked so lately remembers."""

D = person_days.c

_OPEN: Final = """
    s.data_set = :data_set AND s.id = :slot AND s.starts_at >= :from AND s.starts_at < :until
    AND s.status = 1 AND s.starts_at > :now
    AND (s.opens_at IS NULL OR s.opens_at <= :now) AND (s.closes_at IS NULL OR s.closes_at > :now)
    AND (s.held_until IS NULL OR s.held_until <= :now OR s.held_for = :person)
    AND (s.quota = 104 OR (s.quota = 101 AND :referred = 1) OR (s.quota IN (102, 103) AND s.facility = :sender))
    """
_TAKE: Final = "status = 2, appointment = :appointment, held_for = NULL, held_until = NULL, changed_at = :now"
_GIVEN: Final = ["first_name", "last_name", "mobile", "postal_code", "gender", "hid", "type", "deposit", "booked_by"]
_KEPT: Final = ("data_set", "id", "slot", "person", "booked_at", "status", "edits", *_GIVEN)
_KEPT_VALUES: Final = (
    ":data_set",
    ":appointment",
    ":slot",
    ":person",
    ":now",
    "2",
    "0",
    *(f":{name}" for name in _GIVEN),
)
_OF_SLOT: Final = ("starts_at", "minutes", "facility", "agenda", "provider")
_INTO: Final = f"INSERT INTO appointment_booking ({', '.join((*_KEPT, *_OF_SLOT))})"
_MESSAGE: Final = "(id, topic, payload, at, due_at, tries)"

# The day is Tehran's, whose clock has stood half an hour and three hours ahead of UTC since 1401; years before are
# not booked any more. Both engines count in whole seconds, so that a claim means the same on both.
_BOOK_POSTGRES: Final = f"""
    WITH taken AS (
        UPDATE appointment_slot s SET {_TAKE} WHERE {_OPEN}
        RETURNING s.starts_at, s.minutes, s.facility, s.agenda
    ), at AS (
        SELECT t.*, a.provider, extract(epoch FROM t.starts_at)::bigint AS start
        FROM taken t JOIN appointment_agenda a ON a.data_set = :data_set AND a.id = t.agenda
    ), claimed AS (
        INSERT INTO appointment_person_day AS d (data_set, person, day, claims)
        SELECT :data_set, :person, to_char(starts_at AT TIME ZONE 'Asia/Tehran', 'YYYY-MM-DD'),
               jsonb_build_array(jsonb_build_array(start, start + minutes * 60, provider, (:slot)::text)) FROM at
        ON CONFLICT (data_set, person, day) DO UPDATE SET claims = d.claims || excluded.claims
        WHERE NOT EXISTS (
            SELECT 1 FROM jsonb_array_elements(d.claims) c
            WHERE (:apart = 1 AND (c->>0)::bigint < (excluded.claims->0->>1)::bigint
                              AND (c->>1)::bigint > (excluded.claims->0->>0)::bigint)
               OR (:once = 1 AND c->>2 = excluded.claims->0->>2))
        RETURNING 1
    ), kept AS (
        {_INTO}
        SELECT {", ".join(_KEPT_VALUES)}, {", ".join(f"at.{name}" for name in _OF_SLOT)}
        FROM at JOIN (VALUES (1), (2)) AS written (nth) ON nth = 1 OR NOT EXISTS (SELECT 1 FROM claimed)
        RETURNING {", ".join(APPOINTMENT_FIELDS)}
    ), told AS (
        INSERT INTO outbox_message {_MESSAGE}
        SELECT :message, 'appointments.booked', (:payload)::jsonb, :now, :now, 0 FROM kept
    ), noted AS (
        INSERT INTO audit_entry (at, who, action, subject, data_set, facts)
        SELECT :now, :by, 'appointments.booked', :slot, :data_set, (:facts)::jsonb FROM kept
    )
    SELECT {", ".join(APPOINTMENT_FIELDS)} FROM kept
    """  # noqa: S608 - our own text
_MINE: Final = """
    FROM appointment_slot s JOIN appointment_agenda a ON a.data_set = s.data_set AND a.id = s.agenda
    WHERE s.data_set = :data_set AND s.id = :slot AND s.starts_at >= :from AND s.starts_at < :until
      AND s.appointment = :appointment
    """
_START: Final = "CAST(strftime('%s', s.starts_at) AS INTEGER)"
_SQLITE_DAY: Final = "strftime('%Y-%m-%d', s.starts_at, '+12600 seconds')"
_BOOK_SQLITE: Final = (
    f"""
    UPDATE appointment_slot AS s SET {_TAKE}
    WHERE {_OPEN} AND NOT EXISTS (
        SELECT 1 FROM appointment_person_day d, json_each(d.claims) c, appointment_agenda a
        WHERE d.data_set = :data_set AND d.person = :person AND d.day = {_SQLITE_DAY}
          AND a.data_set = :data_set AND a.id = s.agenda
          AND ((:apart = 1 AND json_extract(c.value, '$[0]') < {_START} + s.minutes * 60
                           AND json_extract(c.value, '$[1]') > {_START})
            OR (:once = 1 AND json_extract(c.value, '$[2]') = a.provider)))
    """,  # noqa: S608 - our own text
    f"""
    INSERT INTO appointment_person_day (data_set, person, day, claims)
    SELECT :data_set, :person, {_SQLITE_DAY},
           json_array(json_array({_START}, {_START} + s.minutes * 60, a.provider, :slot)) {_MINE}
    ON CONFLICT (data_set, person, day)
    DO UPDATE SET claims = json_insert(claims, '$[#]', json_extract(excluded.claims, '$[0]'))
    """,
    f"""
    {_INTO} SELECT {", ".join(_KEPT_VALUES)}, s.starts_at, s.minutes, s.facility, s.agenda, a.provider {_MINE}
    """,
    f"""
    INSERT INTO outbox_message {_MESSAGE} SELECT :message, 'appointments.booked', :payload, :now, :now, 0 {_MINE}
    """,
    f"""
    INSERT INTO audit_entry (at, who, action, subject, data_set, facts)
    SELECT :now, :by, 'appointments.booked', :slot, :data_set, :facts {_MINE}
    """,
    f"""
    SELECT {", ".join(APPOINTMENT_FIELDS)} FROM appointment_booking WHERE data_set = :data_set AND id = :appointment
    """,  # noqa: S608 - our own text
)
BOOK: Final = Statement(row=appointment, postgres=_BOOK_POSTGRES, sqlite=_BOOK_SQLITE)
"""Take a slot for a person. No row: it could not be taken.

On PostgreSQL the person's day is decided by the row's newest state (that is what ON CONFLICT sees, while the rest of
the statement sees one snapshot). A refusal there comes after the slot was taken, so the appointment is then written
twice: the second breaks its key, and the whole statement is undone. `unique` turns that into the problem.
"""


def arguments(slot_id: str, values: dict[str, Any]) -> dict[str, Any]:
    """What BOOK is given, besides what the caller says."""
    from_, until = tracking.when(slot_id)
    return {"slot": slot_id, "from": from_, "until": until, **values}


def add(tx: Tx, one: Appointment) -> Appointment:
    """Insert an appointment whose slot is locked."""
    tx.execute(insert(appointments), {**cells_of(one), "data_set": tx.data_set})
    return one


def current(tx: Tx, slot: Slot) -> Appointment:
    """Read the appointment that a slot stands for now. Raises NoAppointment."""
    if slot.appointment is None:
        raise NoAppointment
    query = select(*APPOINTMENT_COLUMNS).where(
        P.data_set == tx.data_set, P.id == slot.appointment, P.starts_at == slot.starts_at
    )
    row = tx.execute(query).first()
    if row is None:
        raise NoAppointment
    return appointment(*row)


def by_id(tx: Tx, id_: str) -> Appointment:
    """Read an appointment. Raises NoAppointment."""
    row = tx.execute(select(*APPOINTMENT_COLUMNS).where(P.data_set == tx.data_set, P.id == id_)).first()
    if row is None:
        raise NoAppointment
    return appointment(*row)


def of_slots(tx: Tx, many: Sequence[Slot]) -> dict[str, Appointment]:
    """Read the appointments that some slots stand for, by the slots' ids."""
    found: dict[str, Appointment] = {}
    taken = [one for one in many if one.appointment is not None]
    for start in range(0, len(taken), 500):
        some = taken[start : start + 500]
        at = [one.starts_at for one in some]
        query = select(*APPOINTMENT_COLUMNS).where(
            P.data_set == tx.data_set,
            P.id.in_([one.appointment for one in some]),
            P.starts_at >= min(at),
            P.starts_at <= max(at),
        )
        found.update((row.slot, appointment(*row)) for row in tx.execute(query))
    return found


def of_person(tx: Tx, person: str, from_: datetime, limit: int = 100) -> list[Appointment]:
    """List a person's appointments since a time, the latest visit first."""
    query = select(*APPOINTMENT_COLUMNS).where(P.data_set == tx.data_set, P.person == person, P.starts_at >= from_)
    return [appointment(*row) for row in tx.execute(query.order_by(P.starts_at.desc(), P.id).limit(limit))]


def standing(tx: Tx, person: str, agenda: int, starts_at: datetime) -> Appointment | None:
    """Find the appointment that a person has at one time of an agenda, or had there to the end."""
    query = select(*APPOINTMENT_COLUMNS).where(
        P.data_set == tx.data_set,
        P.person == person,
        P.starts_at == starts_at,
        P.agenda == agenda,
        P.status.in_([int(Status.TAKEN), int(Status.VISITED), int(Status.LATE)]),
    )
    row = tx.execute(query.limit(1)).first()
    return None if row is None else appointment(*row)


def of_facility(
    tx: Tx, facility: str, from_: datetime, until: datetime, *statuses: int, limit: int = 100_000
) -> list[Appointment]:
    """List a centre's appointments within a time, by time."""
    query = select(*APPOINTMENT_COLUMNS).where(
        P.data_set == tx.data_set, P.facility == facility, P.starts_at >= from_, P.starts_at < until
    )
    if statuses:
        query = query.where(P.status.in_(statuses))
    return [appointment(*row) for row in tx.execute(query.order_by(P.starts_at, P.id).limit(limit))]


def given_back(tx: Tx, person: str, slot: Slot) -> Appointment | None:
    """Find the last appointment of a slot that a person gave back, whoever has the slot now."""
    query = select(*APPOINTMENT_COLUMNS).where(
        P.data_set == tx.data_set,
        P.person == person,
        P.starts_at == slot.starts_at,
        P.slot == slot.id,
        P.status == int(Status.CANCELLED),
    )
    row = tx.execute(query.order_by(P.booked_at.desc()).limit(1)).first()
    return appointment(*row) if row is not None else None


def to_remind(
    tx: Tx, from_: datetime, until: datetime, limit: int, *, only: Sequence[str] = (), but: Sequence[str] = ()
) -> list[Appointment]:
    """List visits within a time whose people were not reminded yet, of some centres or of all but some."""
    query = select(*APPOINTMENT_COLUMNS).where(
        P.data_set == tx.data_set,
        P.starts_at >= from_,
        P.starts_at < until,
        P.status == int(Status.TAKEN),
        P.reminded_at.is_(None),
        P.mobile != "",
        P.booked_at <= from_ - AFRESH,
        P.facility.in_(only) if only else P.facility.not_in(but),
    )
    return [appointment(*row) for row in tx.execute(query.order_by(P.starts_at).limit(limit))]


def note_reminder(tx: Tx, one: Appointment, now: datetime) -> bool:
    """Note that somebody was reminded; tell whether it was the first time."""
    query = update(appointments).where(
        P.data_set == tx.data_set,
        P.id == one.id,
        P.starts_at == one.starts_at,
        P.status == int(Status.TAKEN),
        P.reminded_at.is_(None),
    )
    return tx.execute(query.values(reminded_at=now)).rowcount == 1


def change(tx: Tx, one: Appointment, **cells: Any) -> Appointment:  # noqa: ANN401 - cells of a row
    """Write some fields of an appointment whose slot is locked."""
    query = update(appointments).where(
        P.data_set == tx.data_set, P.id == one.id, P.starts_at == one.starts_at, P.facility == one.facility
    )
    if tx.execute(query.values(**cells)).rowcount != 1:
        raise NoAppointment
    return msgspec.structs.replace(one, **cells)


def end_many(tx: Tx, many: Sequence[Appointment], status: int, reason: int, now: datetime) -> None:
    """End appointments whose slots are locked."""
    for start in range(0, len(many), 500):
        some = many[start : start + 500]
        at = [one.starts_at for one in some]
        query = update(appointments).where(
            P.data_set == tx.data_set,
            P.id.in_([one.id for one in some]),
            P.starts_at >= min(at),
            P.starts_at <= max(at),
        )
        tx.execute(query.values(status=status, reason=reason, ended_at=now))


def forget_claims(tx: Tx, many: Sequence[Appointment]) -> None:
    """Let people have other plans at the times of these appointments; the days are locked in one order."""
    gone: dict[tuple[str, str], set[str]] = {}
    for one in many:
        gone.setdefault((one.person, day_text(one.starts_at)), set()).add(one.slot)
    for (person, day), slots in sorted(gone.items()):
        claims = [claim for claim in _claims(tx, person, day, lock=True) if claim[3] not in slots]
        _keep(tx, person, day, claims)


def forget_days(tx: Tx, before: datetime, limit: int = 5000) -> int:
    """Forget what people had on days that are past, some at a time."""
    day = day_text(before)
    some = select(D.person, D.day).where(D.data_set == tx.data_set, D.day < day).limit(limit)
    gone = [(row.person, row.day) for row in tx.execute(some)]
    for start in range(0, len(gone), 500):
        of = tuple_(D.person, D.day).in_(gone[start : start + 500])
        tx.execute(person_days.delete().where(D.data_set == tx.data_set, of))
    return len(gone)


def claim(tx: Tx, one: Appointment) -> None:
    """Put a time into a person's day, whose row is locked by `day_of`."""
    day = day_text(one.starts_at)
    start, end = span(one.starts_at, one.minutes)
    _keep(tx, one.person, day, [*_claims(tx, one.person, day), [start, end, one.provider, one.slot]])


_DAY: Final = Statement(
    row=str,
    postgres="""
        INSERT INTO appointment_person_day AS d (data_set, person, day, claims)
        VALUES (:data_set, :person, :day, '[]') ON CONFLICT (data_set, person, day) DO UPDATE SET claims = d.claims
        RETURNING day
        """,
    sqlite="""
        INSERT INTO appointment_person_day (data_set, person, day, claims) VALUES (:data_set, :person, :day, '[]')
        ON CONFLICT (data_set, person, day) DO NOTHING
        """,
)


def lock_days(tx: Tx, person: str, days: Sequence[str]) -> None:
    """Lock days of a person, also those on which he has nothing yet, in one order."""
    for day in sorted(set(days)):
        tx.run(_DAY, data_set=tx.data_set, person=person, day=day)


def claims_of(tx: Tx, person: str, day: str) -> list[tuple[int, int, str, str]]:
    """List what a person has on a day: from, to, provider, slot."""
    return [(int(one[0]), int(one[1]), str(one[2]), str(one[3])) for one in _claims(tx, person, day)]


def _claims(tx: Tx, person: str, day: str, *, lock: bool = False) -> list[list[Any]]:
    query = select(D.claims).where(D.data_set == tx.data_set, D.person == person, D.day == day)
    row = tx.execute(query.with_for_update() if lock else query).first()
    return list(row.claims) if row is not None else []


def _keep(tx: Tx, person: str, day: str, claims: list[list[Any]]) -> None:
    query = update(person_days).where(D.data_set == tx.data_set, D.person == person, D.day == day)
    tx.execute(query.values(claims=claims))
