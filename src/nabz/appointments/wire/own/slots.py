"""Slots and appointments as answers show them."""

from __future__ import annotations

from datetime import datetime

from nabz.appointments.model import Agenda, Appointment, Seen
from nabz.appointments.wire.own import times
from nabz.appointments.wire.own.persons import ShownVisitor
from nabz.appointments.wire.own.shapes import Done, Shape


class Place(Shape, frozen=True, kw_only=True):
    """Who works where at what."""

    provider: str
    provider_name: str
    specialty: str
    specialty_title: str
    service: str
    service_title: str
    department: str
    facility: str
    facility_name: str
    province: str
    city: str
    city_title: str
    town: str
    address: str
    latitude: float | None
    longitude: float | None

    @classmethod
    def of(cls, of: Agenda) -> Place:
        """Show an agenda."""
        return cls(
            provider=of.provider,
            provider_name=of.shown_name,
            specialty=of.specialty,
            specialty_title=of.specialty_title,
            service=of.service,
            service_title=of.service_title,
            department=of.department,
            facility=of.facility,
            facility_name=of.facility_name,
            province=of.province,
            city=of.city,
            city_title=of.city_title,
            town=of.town,
            address=of.address,
            latitude=of.latitude,
            longitude=of.longitude,
        )


class FreeSlot(Shape, frozen=True, kw_only=True):
    """A slot that may be taken; `block` names the time when it has several seats."""

    slot: str
    block: str
    start: datetime
    start_jalali: str
    minutes: int
    queue: str
    quota: int
    metres: int | None
    at: Place

    @classmethod
    def of(cls, seen: Seen) -> FreeSlot:
        """Show what a search has found."""
        slot = seen.slot
        return cls(
            slot=slot.tracking,
            block=slot.block,
            start=slot.starts_at,
            start_jalali=times.shown(slot.starts_at),
            minutes=slot.minutes,
            queue=slot.queue,
            quota=int(slot.quota),
            metres=None if seen.metres is None else round(seen.metres),
            at=Place.of(seen.agenda),
        )


class ShownAppointment(Shape, frozen=True, kw_only=True):
    """An appointment; who comes is shown to the one who booked it, and to its centre."""

    appointment: str
    slot: str
    status: int
    start: datetime
    start_jalali: str
    minutes: int
    booked_at: datetime
    arrived_at: datetime | None
    ended_at: datetime | None
    reason: int | None
    mine: bool
    visitor: ShownVisitor | None
    hid: str | None
    type: int | None
    deposit: int
    at: Place

    @classmethod
    def of(cls, one: Appointment, at: Agenda, client: str, facility: str) -> ShownAppointment:
        """Show an appointment to a client that speaks for a facility, or for none."""
        mine = one.booked_by == client
        whole = mine or one.facility == facility
        return cls(
            appointment=one.id,
            slot=f"1:{one.slot}",
            status=int(one.status),
            start=one.starts_at,
            start_jalali=times.shown(one.starts_at),
            minutes=one.minutes,
            booked_at=one.booked_at,
            arrived_at=one.arrived_at,
            ended_at=one.ended_at,
            reason=one.reason,
            mine=mine,
            visitor=ShownVisitor.of(one) if whole else None,
            hid=one.hid if whole else None,
            type=one.type,
            deposit=one.deposit,
            at=Place.of(at),
        )


class OneAppointment(Done, frozen=True, kw_only=True):
    """One appointment."""

    appointment: ShownAppointment
