"""What a prescription is: one value with its items, referrals and answers, whoever wrote it and by which interface."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

import msgspec

ANONYMOUS: Final = "UNKNOWN"
"""The patient of a prescription that names nobody."""

PORTAL: Final = "portal"
"""Our own pages, where a client system would stand."""


class Kind(IntEnum):
    """What a prescription is for (prescTypeId)."""

    DRUG = 1
    PARACLINIC = 2
    VISIT = 3
    VISIT_AND_SERVICE = 4
    SERVICE = 5
    REFERRED_SERVICE = 6
    REFERRAL = 7
    FEEDBACK = 8
    HOSPITAL = 9


KIND_FA: Final[dict[int, str]] = {
    Kind.DRUG: "دارو",
    Kind.PARACLINIC: "پاراکلینیک",
    Kind.VISIT: "ویزیت",
    Kind.VISIT_AND_SERVICE: "ویزیت و خدمت",
    Kind.SERVICE: "خدمات",
    Kind.REFERRED_SERVICE: "خدمات ارجاعی",
    Kind.REFERRAL: "ارجاع پزشک",
    Kind.FEEDBACK: "بازخورد ارجاع",
    Kind.HOSPITAL: "دستور بستری",
}


class State(StrEnum):
    """Where a prescription, and each of its items, stands; that it has run out is told by the day alone."""

    OPEN = "open"
    PART = "part"
    """Delivered in part."""

    DONE = "done"
    RETURNED = "returned"
    """A pharmacy sent it back to the physician."""

    DELETED = "deleted"


STATE_FA: Final[dict[str, str]] = {
    State.OPEN: "در انتظار تحویل",
    State.PART: "تحویل بخشی",
    State.DONE: "تحویل کامل",
    State.RETURNED: "بازگشت به پزشک",
    State.DELETED: "حذف‌شده",
}


class Source(StrEnum):
    """How a prescription came into the hub."""

    ELECTRONIC = "electronic"
    PAPER = "paper"
    HOSPITAL = "hospital"
    INTERNET = "internet"
    """A paper prescription whose acceptance a centre registered over the net."""


class CentreKind(StrEnum):
    """Who delivers."""

    PHARMACY = "pharmacy"
    PARACLINIC = "paraclinic"


class Caller(msgspec.Struct, frozen=True):
    """Who calls: a client system, and perhaps the person who signed in through it."""

    client: str
    by: str
    seed: str
    """A number of this call alone, from which the use case makes its ids."""

    user: str | None = None
    organisation: str | None = None
    national_code: str = ""
    username: str = ""
    """The name by which messages and receipts call whoever did it."""

    trusted: bool = True
    """Speaks for any centre and physician of its data set: a vendor's own system."""


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a prescription."""

    id: int
    type: str
    code: str
    name: str
    quantity: int
    remaining: int
    state: State = State.OPEN
    price: int = 0
    amount: int | None = None
    instruction: int | None = None
    usage: int = 0
    dose: str = ""
    repeat: int = 0
    """So often may the quantity be given again, from `day` on."""

    day: str = ""
    group: str = ""
    illnesses: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    tooth: str = ""
    dental: bool = False
    reference: int | None = None
    of: int | None = None
    """The item of another physician's prescription that this one carries out."""

    diagnosis: str = ""
    terminology: str = ""
    nurse: str = ""
    """The national code of the nurse who has done it."""

    delivered: int = 0
    """How many deliveries it has been part of, those taken back not counted."""

    @property
    def whole(self) -> int:
        """Tell how many may be given in all."""
        return self.quantity * (1 + self.repeat)


class Answer(msgspec.Struct, frozen=True):
    """One answer of a referral's feedback."""

    question: int
    answer: int
    comment: str = ""


class Use(msgspec.Struct, frozen=True):
    """A visit that a referral has led to: whatever one physician writes on one day under it."""

    doctor: str
    day: str
    prescriptions: tuple[int, ...] = ()


class Referral(msgspec.Struct, frozen=True, omit_defaults=True):
    """To whom a patient is sent, or where he is to be admitted."""

    id: int
    specialty: str = ""
    icd10s: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()
    message: str = ""
    day: str = ""
    quantity: int = 1
    siam: str = ""
    answers: tuple[Answer, ...] = ()
    uses: tuple[Use, ...] = ()


class Doctor(msgspec.Struct, frozen=True):
    """A physician who may write, as the insurer has him."""

    id: str
    """The council number padded to ten, as docId has it."""

    national_code: str
    mobile: str
    first_name: str
    last_name: str
    specialty: str
    """specCode, as 00118."""

    specialty_title: str
    active: bool = True
    contract: str = ""
    user: str | None = None
    organisation: str | None = None
    siam: str = ""
    family: bool = False
    """A family doctor, whose patients pay less."""

    @property
    def name(self) -> str:
        """Write the whole name."""
        return f"{self.first_name} {self.last_name}".strip()


class Centre(msgspec.Struct, frozen=True):
    """A pharmacy or a paraclinic centre, as the insurer has it."""

    id: str
    kind: CentreKind
    name: str
    types: tuple[str, ...]
    """The service types it gives: 01 for a pharmacy, 02 to 19 for paraclinic centres."""

    province: str = ""
    city: str = ""
    address: str = ""
    organisation: str | None = None
    contract: str = ""
    contract_until: str = ""
    active: bool = True
    owned: bool = False
    """One of the insurer's own."""


class Prescription(msgspec.Struct, frozen=True, omit_defaults=True):
    """A prescription as it stands."""

    id: int
    tracking: int
    kind: int
    patient: str
    """The key of the registries (National_Code:…), or UNKNOWN."""

    patient_name: str
    mobile: str
    day: str
    expires: str
    doctor: str
    doctor_code: str
    doctor_name: str
    specialty: str
    specialty_title: str
    client: str
    created_at: datetime
    items: tuple[Item, ...] = ()
    referrals: tuple[Referral, ...] = ()
    feedback_of: int | None = None
    """The referral prescription under which this one was written, and which it answers if it is a feedback."""

    feedback: int | None = None
    """The prescription that answers this referral."""

    state: State = State.OPEN
    version: int = 1
    edited: bool = False
    source: Source = Source.ELECTRONIC
    comments: str = ""
    reason: str = ""
    """Why a pharmacy sent it back."""

    complaints: tuple[str, ...] = ()
    siam: str = ""
    creator: str = ""
    wire_client: str = ""
    """The clientId that the message named."""

    doctor_mobile: str = ""
    organisation: str | None = None
    """The physician's, whose secretaries write for him."""

    sent_expiry: str = ""
    """The last day as its physician named it, if he did."""

    insured: bool = True
    """Whether the patient was covered when it was written."""

    @property
    def referral_used(self) -> int:
        """Tell how many visits of its referrals have taken place."""
        return sum(len(each.uses) for each in self.referrals)

    @property
    def patient_code(self) -> str:
        """Give the patient as messages name him."""
        return self.patient.partition(":")[2] or self.patient


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    """The first of two steps: the drugs are set aside, the patient has not confirmed."""

    REGISTERED = "registered"
    SENT = "sent"
    """In the month's file: nobody takes it back any more."""

    REMOVED = "removed"


DELIVERY_FA: Final[dict[str, str]] = {
    DeliveryState.PENDING: "در انتظار تأیید بیمار",
    DeliveryState.REGISTERED: "ارسال نشده",
    DeliveryState.SENT: "ارسال شده",
    DeliveryState.REMOVED: "حذف‌شده",
}


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One item of a delivery, its sums in whole rials: price = insurer + subsidy + patient."""

    item: int
    type: str
    code: str
    name: str
    quantity: int
    tariff: int
    """One unit as the insurer reckons."""

    asked: int
    """One unit as the centre sells it."""

    price: int
    """The whole sum as the centre sells it."""

    insurer: int
    patient: int
    subsidy: int = 0
    """Of one unit before it is reckoned, of the line afterwards."""

    percent: int = 70
    tech: int = 0
    k2: bool = False
    barcodes: tuple[str, ...] = ()
    wanted: int = 0
    """The item's code differs from what was written: this one was given in its place."""

    wanted_code: str = ""


class Delivery(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one centre gave, at one time, of one prescription."""

    id: int
    prescription: int
    centre: str
    kind: CentreKind
    patient: str
    doctor: str
    day: str
    """Jalali, in Tehran."""

    at: datetime
    lines: tuple[Line, ...]
    state: DeliveryState = DeliveryState.REGISTERED
    type: str = "01"
    """The service type of all its lines (partypecode)."""

    source: Source = Source.ELECTRONIC
    mobile: str = ""
    user: str = ""
    technician: str = ""
    month_file: int | None = None
    sessions: tuple[str, ...] = ()
    """Instants at which sessions of physiotherapy were held."""

    diagnosis: tuple[str, ...] = ()
    comment: str = ""
    normal: bool | None = None
    signed_by: str = ""
    version: int = 1

    @property
    def price(self) -> int:
        """Sum up what the centre asks."""
        return sum(line.price for line in self.lines)

    @property
    def insurer(self) -> int:
        """Sum up what the insurer pays."""
        return sum(line.insurer for line in self.lines)

    @property
    def patient_share(self) -> int:
        """Sum up what the patient pays."""
        return sum(line.patient for line in self.lines)

    @property
    def subsidy(self) -> int:
        """Sum up the state's part."""
        return sum(line.subsidy for line in self.lines)
