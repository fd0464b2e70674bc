"""What a schedule is made of: agendas, slots, the people who come, and the rules of a centre."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

import msgspec


class Status(IntEnum):
    """Appendix 8: where a slot stands."""

    FREE = 1
    TAKEN = 2
    VISITED = 3
    CANCELLED = 4
    WITHDRAWN = 5
    LATE = 6


class Quota(IntEnum):
    """Appendix 5: for whom a slot is meant."""

    REFERRAL = 101
    IN_PERSON = 102
    SPECIAL = 103
    INTERNET = 104


class Reason(IntEnum):
    """Appendix 6: why an appointment was removed."""

    PATIENT_CANNOT = 301
    PHYSICIAN_CANNOT = 302
    PATIENT_LATE = 303
    DEVICE_BROKEN = 304
    CENTRE_CANNOT = 305


class AppointmentType(IntEnum):
    """Appendix 7: how the appointment stands to money."""

    PAID = 201
    DEPOSIT = 202
    FREE_OF_CHARGE = 203
    HALF_PRICE = 204
    CANCELLED = 205
    FINAL = 206


STATUS_FA: Final = {
    Status.FREE: "خالی",
    Status.TAKEN: "اخذ شده",
    Status.VISITED: "ویزیت شده",
    Status.CANCELLED: "لغو شده توسط بیمار",
    Status.WITHDRAWN: "لغو شده توسط پزشک",
    Status.LATE: "لغو شده به علت تاخیر بیمار",
}
QUOTA_FA: Final = {
    Quota.REFERRAL: "نظام ارجاع",
    Quota.IN_PERSON: "حضوری",
    Quota.SPECIAL: "ویژه",
    Quota.INTERNET: "اینترنتی",
}
REASON_FA: Final = {
    Reason.PATIENT_CANNOT: "عدم امکان حضور بیمار",
    Reason.PHYSICIAN_CANNOT: "عدم امکان حضور پزشک",
    Reason.PATIENT_LATE: "تاخیر بیمار",
    Reason.DEVICE_BROKEN: "خرابی دستگاه",
    Reason.CENTRE_CANNOT: "عدم امکان ارائه خدمت توسط مرکز",
}
TYPE_FA: Final = {
    AppointmentType.PAID: "پرداخت شده",
    AppointmentType.DEPOSIT: "ودیعه داده شده",
    AppointmentType.FREE_OF_CHARGE: "رایگان",
    AppointmentType.HALF_PRICE: "نیم‌بها",
    AppointmentType.CANCELLED: "لغو شده",
    AppointmentType.FINAL: "قطعی",
}


class Agenda(msgspec.Struct, frozen=True, kw_only=True):
    """Who works where at what: told once for many slots. Its number is made of what makes it one."""

    id: int = 0
    facility: str
    provider: str
    first_name: str = ""
    last_name: str = ""
    full_name: str = ""
    specialty: str = ""
    specialty_title: str = ""
    service: str = ""
    service_title: str = ""
    facility_name: str = ""
    facility_type: str = ""
    type_title: str = ""
    province: str = ""
    province_title: str = ""
    city: str = ""
    city_title: str = ""
    town: str = ""
    town_title: str = ""
    area: str = ""
    """A code below the county, such as a district's or a village's, where one was told."""

    address: str = ""
    internal_id: str = ""
    internal_address: str = ""
    department: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def shown_name(self) -> str:
        """The provider's name as people read it."""
        return self.full_name or f"{self.first_name} {self.last_name}".strip()


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """One visit that is offered; several seats of the same time share a `block`."""

    id: str
    agenda: int
    facility: str
    starts_at: datetime
    minutes: int
    queue: str = "0"
    local_id: str = ""
    block: str = ""
    quota: int = Quota.INTERNET
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    status: int = Status.FREE
    held_for: str | None = None
    held_until: datetime | None = None
    appointment: str | None = None
    reason: int | None = None
    edits: int = 0
    changed_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When the next one may begin."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def tracking(self) -> str:
        """The id as the wire writes it."""
        return f"1:{self.id}"


class Seen(msgspec.Struct, frozen=True):
    """A slot that a search has found, with its agenda and, near a point, how far it is."""

    agenda: Agenda
    slot: Slot
    metres: float | None = None


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes; `person` is the key of his identifier."""

    person: str
    first_name: str = ""
    last_name: str = ""
    mobile: str = ""
    postal_code: str = ""
    gender: str = ""


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for besides the slot."""

    visitor: Visitor
    hid: str = ""
    type: int | None = None
    deposit: int = 0
    """In rial."""

    origin: str = ""
    """The centre that referred the patient, as he tells it: for the referral map, and for nothing else."""


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """A slot taken by somebody, and what became of it."""

    id: str
    slot: str
    facility: str
    provider: str
    agenda: int
    person: str
    first_name: str
    last_name: str
    mobile: str
    postal_code: str
    gender: str
    hid: str
    type: int | None
    deposit: int
    starts_at: datetime
    minutes: int
    status: int
    booked_at: datetime
    booked_by: str
    arrived_at: datetime | None = None
    confirmed_at: datetime | None = None
    reminded_at: datetime | None = None
    ended_at: datetime | None = None
    reason: int | None = None
    edits: int = 0
    moved_to: str | None = None
    """The appointment that took its place, if it was not given up but moved."""

    @property
    def name(self) -> str:
        """The visitor's name."""
        return f"{self.first_name} {self.last_name}".strip()


class Caller(msgspec.Struct, frozen=True):
    """Who asks: a client system (or the portal), in the name of which facility, and who answers for it."""

    client: str
    facility: str
    by: str
    seed: str
    """The call's own id: the ids of all that it makes come from it, so that a call that runs again makes the same."""


class New(msgspec.Struct, frozen=True, kw_only=True):
    """A slot to be published; with several seats it becomes several slots of one block."""

    starts_at: datetime
    minutes: int
    local_id: str = ""
    queue: str = "0"
    quota: int = Quota.INTERNET
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    seats: int = 1


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A search; what is empty does not matter. `area` is a code of any level of the country's divisions."""

    from_: datetime
    until: datetime
    provider: str = ""
    facility: str = ""
    specialty: str = ""
    service: str = ""
    province: str = ""
    city: str = ""
    town: str = ""
    area: str = ""
    quota: int | None = None


class WaitingState(StrEnum):
    """Where a place in the waiting list stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    BOOKED = "booked"
    LEFT = "left"
    LAPSED = "lapsed"


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the waiting list, and the slot that is offered to it."""

    id: str
    person: str
    first_name: str
    last_name: str
    mobile: str
    specialty: str
    provider: str
    facility: str
    service: str
    from_: datetime
    until: datetime
    joined_at: datetime
    state: WaitingState = WaitingState.WAITING
    slot: str | None = None
    offer_until: datetime | None = None
    joined_by: str = ""
    """The client system that keeps the place, or the portal."""


class FacilityRules(msgspec.Struct, frozen=True, kw_only=True):
    """What a centre decides for itself."""

    facility: str
    reoffer: bool = True
    """Whether a slot that a patient gave back is offered again at once; else when the centre says so."""

    deposit: int = 0
    refund_hours: int = 24
    late_refund_percent: int = 0
    reminder_hours: int = 24


class OriginKind(StrEnum):
    """What a way of the referral map begins at."""

    FACILITY = "facility"
    DIVISION = "division"


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A way of the referral map; what is empty stands for all."""

    id: str
    origin_kind: OriginKind
    origin: str
    specialty: str
    insurer: str = ""
    facility: str = ""
    provider: str = ""
    from_: date | None = None
    until: date | None = None
