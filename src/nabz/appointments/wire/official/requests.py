"""What all fifteen operators are asked: one wrapper, and a composition of which each takes its part (section 6)."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from nabz.appointments.errors import NotUnderstood
from nabz.appointments.model import tracking
from nabz.appointments.wire.official.values import (
    Aliases,
    Area,
    Coded,
    DateTime,
    Facility,
    Identifier,
    Person,
    Provider,
    Quantity,
    text,
)


class MsgId(msgspec.Struct, frozen=True):
    """MessageIdentifierVO: who sends."""

    SystemID: Identifier | None = None
    HealthCareFacilityID: Identifier | None = None
    Committer: Provider | None = None
    CompositionUID: str | None = None


class Composition(msgspec.Struct, frozen=True):
    """What the message is about."""

    Provider: Provider | None = None
    HealthcareFacility: Facility | None = None
    HealthcareFacilityID: Identifier | None = None
    StartDateTime: DateTime | None = None
    EndDateTime: DateTime | None = None
    Service: Coded | None = None
    Specialty: Coded | None = None
    Location: Area | None = None
    Latitude: float | None = None
    Longitude: float | None = None
    Distance: Quantity | None = None
    TrackingQueueID: str | None = None
    PersonID: Identifier | None = None
    Reason: Coded | None = None
    Status: Coded | None = None
    Person: Person | None = None
    HID: Identifier | str | None = None
    AppointmentType: Coded | None = None
    Deposit: Quantity | None = None
    DurationPerPatient: int | None = None
    QueueNumber: str | None = None
    Quota: Coded | None = None
    LocalID: str | None = None
    BookingStartDate: DateTime | None = None
    BookingExpiryDate: DateTime | None = None
    Insurer: Coded | None = None
    PageNumber: int | None = None
    PageSize: int | None = None

    aliases: ClassVar[Aliases] = {
        "HealthcareFacility": ("HealthcareFacillity", "HealthcareFacilityUnit"),
        "StartDateTime": ("DateTime", "StartDate"),
        "EndDateTime": ("EndDate",),
        "TrackingQueueID": ("TrackingQID", "TrackingQeueID", "TQID"),
        "DurationPerPatient": ("Duration",),
    }

    def tracking_id(self) -> str:
        """Which slot is meant. Raises NotUnderstood without one, BadTracking, ForeignNode."""
        told = text(self.TrackingQueueID)
        if not told:
            raise NotUnderstood
        return tracking.read(told)

    def hid(self) -> str:
        """The entitlement id as it was sent, or nothing."""
        return self.HID.value if isinstance(self.HID, Identifier) else text(self.HID)


class Message(msgspec.Struct, frozen=True):
    """Who says what."""

    MsgId: MsgId | None = None
    Composition: Composition | None = None


class Request(msgspec.Struct, frozen=True):
    """The wrapper that every request has."""

    Data: Message | None = None
