"""The slot-giving side of HQS (structures 1 to 5 of the guide; names and arguments as its clients have them)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.appointments.api import codes
from nabz.appointments.api.message import Sent, operator, period
from nabz.appointments.errors import (
    CentreMismatch,
    CompositionUnknown,
    FieldMissing,
    FieldWrong,
    TooManyEdits,
)
from nabz.appointments.model import MOST_EDITS, Agenda, New, Quota, Reason, Status, distance
from nabz.appointments.service import agendas, desk, looking, publishing, withdrawing
from nabz.appointments.wire.official import answers
from nabz.appointments.wire.official.values import text
from nabz.kit import persian
from nabz.registries.model import read_facility_id

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.appointments.model import Appointment, Caller, Slot
    from nabz.appointments.wire.official.requests import Composition
    from nabz.appointments.wire.official.values import DateTime
    from nabz.kit.db import Tx


@operator("AddProviderScheduling", "Publish a slot")
async def add_provider_scheduling(sent: Sent) -> answers.Inner:
    """Publish a slot of the sender's centre; the same LocalID again answers the same tracking id."""
    agenda, new = await _agenda(sent), _new(sent.told)
    if sent.edits:
        slot = await sent.db.write(_edit, sent.uid, new, sent.caller, sent.now)
    else:
        slot = (await sent.db.write(_publish, agenda, new, sent.caller, sent.now))[0]
    sent.asked.tracking = slot.tracking
    return answers.Inner(slot.tracking)


@operator("RemoveProviderScheduling", "Take a slot back, also a taken one")
async def remove_provider_scheduling(sent: Sent) -> bool:
    """Take a slot back."""
    slot = sent.told.tracking_id()
    reason = codes.chosen(Reason, sent.told.Reason, "Reason")
    if reason is None:
        raise FieldMissing(field="Reason")
    await sent.db.write(withdrawing.withdraw, slot, int(reason), sent.caller, sent.now)
    return True


@operator("SetAppointmentStatus", "Say what became of a visit")
async def set_appointment_status(sent: Sent) -> bool:
    """Change the status of an appointment; 2 again says that the patient is here."""
    slot = sent.told.tracking_id()
    status = codes.chosen(Status, sent.told.Status, "Status")
    if status is None:
        raise FieldMissing(field="Status")
    await sent.db.write(desk.set_status, slot, int(status), sent.caller, sent.now)
    return True


@operator("GetAppointments", "Appointments of a provider at the sender's centre")
async def get_appointments(sent: Sent) -> answers.Many:
    """List who has taken what."""
    told = sent.told
    _must_be_senders(sent)
    if told.Provider is None:
        raise FieldMissing(field="Provider")
    from_, until = period(told)
    service, _ = await codes.title_of(sent.asked, answers.SERVICES, told.Service, "Service")
    found = await sent.read(_booked, sent.facility, told.Provider.id().key, service, from_, until)
    return answers.Many([answers.person_appointment(*line) for line in found] or None)


@operator("GetRemovedAppointmentList", "Appointments of the sender's centre that patients gave back")
async def get_removed_appointment_list(sent: Sent) -> answers.Inner:
    """List what patients gave back."""
    from_, until = period(sent.told)
    found = await sent.read(looking.cancelled, sent.facility, from_, until)
    return answers.Inner([f"1:{slot_id}" for slot_id in found])


def _must_be_senders(sent: Sent) -> None:
    """Refuse a centre that is not the sender's own. Raises FieldMissing, CentreMismatch, BadFacilityId."""
    facility = sent.told.HealthcareFacility
    if facility is None or facility.ID is None or not facility.ID.value:
        raise FieldMissing(field="HealthcareFacility.ID")
    if read_facility_id(facility.ID.value) != sent.facility:
        raise CentreMismatch


async def _agenda(sent: Sent) -> Agenda:
    told = sent.told
    _must_be_senders(sent)
    if told.Provider is None or told.HealthcareFacility is None:
        raise FieldMissing(field="Provider")
    where, who = told.HealthcareFacility, told.Provider
    specialty, specialty_title = await codes.title_of(sent.asked, answers.SPECIALTY, who.Specialty, "Specialty")
    service, service_title = await codes.needed(sent.asked, answers.SERVICES, told.Service, "Service")
    if where.Latitude is not None or where.Longitude is not None:
        distance.checked(where.Latitude, where.Longitude)
    type_, type_title = await codes.title_of(sent.asked, answers.ORGANISATION_TYPE, where.Type, "Type")
    lowest = where.Location.lowest() if where.Location is not None else ""
    levels = await codes.divisions(sent.asked, answers.DIVISIONS, lowest) if lowest else {}
    province, city, town = (levels.get(level, ("", "")) for level in ("province", "city", "town"))
    return Agenda(
        facility=sent.facility,
        provider=who.id().key,
        first_name=_name(who.FirstName),
        last_name=_name(who.LastName),
        full_name=_name(who.FullName),
        specialty=specialty,
        specialty_title=specialty_title,
        service=service,
        service_title=service_title,
        facility_name=_name(where.Name),
        facility_type=type_,
        type_title=type_title,
        address=text(where.Address),
        internal_id=text(where.InternalID),
        department=_name(where.DepartmentName),
        latitude=where.Latitude,
        longitude=where.Longitude,
        province=province[0],
        province_title=province[1],
        city=city[0],
        city_title=city[1],
        town=town[0],
        town_title=town[1],
        area=lowest if lowest not in {province[0], city[0], town[0]} else "",
    )


def _new(told: Composition) -> New:
    start = told.StartDateTime
    if start is None or start.Hour is None or start.Minute is None:
        raise FieldMissing(field="StartDateTime")
    if told.DurationPerPatient is None:
        raise FieldMissing(field="DurationPerPatient")
    if told.EndDateTime is not None and told.EndDateTime.Year is not None:
        period(told)
    quota = codes.chosen(Quota, told.Quota, "Quota")
    queue = persian.ascii_digits(text(told.QueueNumber)) or "0"
    return New(
        starts_at=start.instant("StartDateTime"),
        minutes=told.DurationPerPatient,
        local_id=text(told.LocalID),
        queue=queue,
        quota=int(quota if quota is not None else Quota.INTERNET),
        opens_at=_moment(told.BookingStartDate, "BookingStartDate"),
        closes_at=_moment(told.BookingExpiryDate, "BookingExpiryDate"),
    )


def _moment(told: DateTime | None, field: str) -> datetime | None:
    return told.instant(field) if told is not None and told.Year is not None else None


def _name(told: str | None) -> str:
    return persian.fold(text(told))


def _publish(tx: Tx, agenda: Agenda, new: New, caller: Caller, now: datetime) -> list[Slot]:
    return publishing.publish(tx, agendas.complete(tx, agenda), [new], caller, now)


def _edit(tx: Tx, slot_id: str, new: New, caller: Caller, now: datetime) -> Slot:
    """Change a slot under its CompositionUID. Raises CompositionUnknown, TooManyEdits, FieldWrong."""
    slot = publishing.own(tx, slot_id, caller)
    if slot.status != Status.FREE:
        raise CompositionUnknown
    if slot.edits >= MOST_EDITS:
        raise TooManyEdits(most=MOST_EDITS)
    if (slot.starts_at, slot.minutes) != (new.starts_at, new.minutes):
        raise FieldWrong(field="StartDateTime")
    return publishing.edit(tx, slot, new, now)


def _booked(
    tx: Tx, facility: str, provider: str, service: str, from_: datetime, until: datetime
) -> list[tuple[Appointment, Agenda, str]]:
    found = looking.booked(tx, facility, provider, service, from_, until)
    queues = looking.queues(tx, [appointment for appointment, _ in found])
    return [(appointment, where, queues.get(appointment.slot, "0")) for appointment, where in found]
