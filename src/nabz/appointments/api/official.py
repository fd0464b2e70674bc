"""The booking side of HQS (guide, sections 9.1 to 9.10), behind the gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nabz.appointments.api import codes
from nabz.appointments.api.message import Sent, operator, period
from nabz.appointments.errors import FieldMissing, FieldWrong, MobileWrong
from nabz.appointments.model import (
    AppointmentType,
    Booking,
    Reason,
    Slot,
    Visitor,
    Wanted,
    distance,
)
from nabz.appointments.service import booking, looking, referral, searching
from nabz.appointments.wire.official import answers
from nabz.appointments.wire.official import referral as small
from nabz.appointments.wire.official.values import text
from nabz.kit import persian
from nabz.registries.model import issuer_of, read_facility_id, read_hid
from nabz.registries.service import hids

if TYPE_CHECKING:
    from nabz.appointments.model import Agenda, Appointment, Seen
    from nabz.kit.db import Tx

MOST_FOUND = 5000
MOST_NEAR = 2000
MOST_PAGES = 1_000_000
INSURER = "thritaEHR.Insurer"


@operator("GetProviderScheduling", "Free slots of a provider at a centre")
async def get_provider_scheduling(sent: Sent) -> answers.Blocks:
    """Answer section 9.1."""
    told = sent.told
    if told.HealthcareFacility is None or told.HealthcareFacility.ID is None:
        raise FieldMissing(field="HealthcareFacility.ID")
    wanted = await _of_provider(sent, facility=read_facility_id(told.HealthcareFacility.ID.value))
    return _blocks(await sent.read(searching.find, wanted, sent.now, MOST_FOUND))


@operator("GetNearProviderScheduling", "Free slots near a point, the nearest first")
async def get_near_provider_scheduling(sent: Sent) -> answers.Blocks:
    """Answer section 9.2; the distance is in metres unless its unit says km."""
    told = sent.told
    if told.Distance is None:
        raise FieldMissing(field="Distance")
    latitude, longitude = distance.checked(told.Latitude, told.Longitude)
    metres = told.Distance.metres()
    from_, until = period(told)
    specialty, _ = await codes.needed(sent.asked, answers.SPECIALTY, told.Specialty, "Specialty")
    service, _ = await codes.needed(sent.asked, answers.SERVICES, told.Service, "Service")
    wanted = Wanted(from_=from_, until=until, specialty=specialty, service=service)
    return _blocks(await sent.read(searching.near, wanted, latitude, longitude, metres, sent.now, MOST_NEAR))


@operator("GetProviderSchedulingByLocation", "Free slots of a provider in a place of the country's divisions")
async def get_provider_scheduling_by_location(sent: Sent) -> answers.Blocks:
    """Answer section 9.3; the guide's own example leaves the place empty, and then its centre counts."""
    told = sent.told
    area = told.Location.lowest() if told.Location is not None else ""
    centre = told.HealthcareFacility.ID if told.HealthcareFacility is not None and not area else None
    if not area and centre is None:
        raise FieldMissing(field="Location")
    facility = read_facility_id(centre.value) if centre is not None else ""
    return _blocks(await sent.read(searching.find, await _of_provider(sent, facility, area), sent.now, MOST_FOUND))


@operator("SetAppointment", "Take a slot for a patient")
async def set_appointment(sent: Sent) -> bool:
    """Answer section 9.5; the same call again is true again."""
    told = sent.told
    slot = told.tracking_id()
    wanted = await _booking(sent)
    if sent.edits:
        await sent.db.write(booking.edit, sent.edited(slot), wanted, sent.caller, sent.now)
    else:
        await booking.book(sent.db, slot, wanted, sent.caller, sent.now, sent.limits)
    return True


@operator("RemoveAppointment", "Give a patient's slot back", failed=True)
async def remove_appointment(sent: Sent) -> bool:
    """Answer section 9.4; what it cannot understand it answers with a Result that is true, as the guide prints it."""
    told = sent.told
    slot = told.tracking_id()
    if told.PersonID is None:
        raise FieldMissing(field="PersonID")
    person = told.PersonID.person()
    reason = codes.chosen(Reason, told.Reason, "Reason")
    if reason is None:
        raise FieldMissing(field="Reason")
    await sent.db.write(booking.cancel, slot, person.key, int(reason), sent.caller, sent.now)
    return True


@operator("GetRemovedProviderSchedulingList", "Slots of a centre that it took back")
async def get_removed_provider_scheduling_list(sent: Sent) -> answers.Inner:
    """Answer section 9.6."""
    told = sent.told
    if told.HealthcareFacilityID is None:
        raise FieldMissing(field="HealthcareFacilityID")
    facility = read_facility_id(told.HealthcareFacilityID.value)
    from_, until = period(told)
    found = await sent.read(looking.withdrawn, facility, from_, until)
    return answers.Inner([f"1:{slot_id}" for slot_id in found])


@operator("GetAppointmentStatus", "The status of a slot")
async def get_appointment_status(sent: Sent) -> answers.Inner:
    """Answer section 9.7."""
    slot: Slot = await sent.read(looking.slot, sent.told.tracking_id())
    return answers.Inner(answers.status(slot.status))


@operator("GetAppointmentByTQID", "An appointment by its tracking id", wrapped=False)
async def get_appointment_by_tqid(sent: Sent) -> answers.One:
    """Answer section 9.8; who neither booked it nor is its centre reads it without the patient."""
    appointment, where, slot, issuer = await sent.read(_appointment, sent.told.tracking_id(), sent.asked.client)
    return answers.One(answers.person_appointment(appointment, where, slot.queue, issuer))


@operator("GetAppointmentsByReferralMap", "Free slots to which the referral map leads", small=True, twin=False)
async def get_appointments_by_referral_map(sent: Sent) -> small.Page:
    """Answer section 9.9."""
    told = sent.told
    specialty, _ = await codes.needed(sent.asked, answers.SPECIALTY, told.Specialty, "specialty")
    insurer, _ = await codes.title_of(sent.asked, INSURER, told.Insurer, "insurer")
    from_ = told.StartDateTime.instant("startDate") if told.StartDateTime is not None else sent.now
    size = min(max(told.PageSize or 10, 1), referral.LONGEST_PAGE)
    number = max(told.PageNumber or 1, 1)
    if number > MOST_PAGES:
        raise FieldWrong(field="pageNumber")
    wanted = Wanted(from_=from_, until=max(from_, sent.now) + searching.LONGEST, specialty=specialty)
    found, total = await sent.read(referral.find, sent.facility, insurer, wanted, number, size, sent.now)
    return small.page([small.block(seen.agenda, seen.slot) for seen in found], number, size, total)


@operator("GetAppointmentRefferalByTQID", "A referred appointment, for first-level centres", small=True, twin=False)
async def get_appointment_refferal_by_tqid(sent: Sent) -> small.Page:
    """Answer section 9.10."""
    appointment, where, slot, issuer = await sent.read(
        _appointment, sent.told.tracking_id(), sent.asked.client, sent.facility
    )
    return small.one(small.appointment(appointment, where, slot.queue, issuer))


async def _of_provider(sent: Sent, facility: str = "", area: str = "") -> Wanted:
    told = sent.told
    if told.Provider is None:
        raise FieldMissing(field="Provider")
    specialty, _ = await codes.title_of(sent.asked, answers.SPECIALTY, told.Provider.Specialty, "Specialty")
    service, _ = await codes.needed(sent.asked, answers.SERVICES, told.Service, "Service")
    from_, until = period(told)
    provider = told.Provider.id().key
    return Wanted(
        from_=from_, until=until, provider=provider, facility=facility, specialty=specialty, service=service, area=area
    )


def _blocks(found: list[Seen]) -> answers.Blocks:
    pen = answers.Pen()
    return answers.Blocks([pen.block(seen.agenda, seen.slot) for seen in found] or None)


async def _booking(sent: Sent) -> Booking:
    """Read who comes and with what. Raises NotUnderstood, BadPersonId, MobileWrong, FieldWrong, CodeUnknown, BadHid."""
    told = sent.told
    if told.Person is None:
        raise FieldMissing(field="Person")
    who = told.Person
    person = who.id()
    told_mobile, told_code = text(who.MobileNumber), text(who.PostalCode)
    mobile = persian.mobile(told_mobile) if told_mobile else ""
    postal_code = persian.postal_code(told_code) if told_code else ""
    if mobile is None:
        raise MobileWrong
    if postal_code is None:
        raise FieldWrong(field="Person.PostalCode")
    if who.gender not in {"", "1", "2", "3", "4"}:
        raise FieldWrong(field="Person.Gender")
    kind: Any = codes.chosen(AppointmentType, told.AppointmentType, "AppointmentType")
    hid = told.hid()
    return Booking(
        visitor=Visitor(
            person=person.key,
            first_name=persian.fold(who.FirstName or "").strip()[:100],
            last_name=persian.fold(who.LastName or who.FullName or "").strip()[:100],
            mobile=mobile,
            postal_code=postal_code,
            gender=who.gender,
        ),
        hid=read_hid(hid) if hid else "",
        type=int(kind) if kind is not None else None,
        deposit=told.Deposit.rial("Deposit") if told.Deposit is not None else 0,
    )


def _appointment(tx: Tx, slot_id: str, client: str, facility: str = "") -> tuple[Appointment, Agenda, Slot, str]:
    """Read an appointment, without the patient if the asker has no part in it."""
    slot = looking.slot(tx, slot_id)
    appointment = looking.appointment(tx, slot_id)
    known = hids.state(tx, appointment.hid) if appointment.hid else None
    if client != appointment.booked_by and (not facility or facility != appointment.facility):
        appointment = looking.without_patient(appointment)
    issuer = issuer_of(known.insurer) if known is not None else ""
    return appointment, looking.agenda(tx, appointment.agenda), slot, issuer
