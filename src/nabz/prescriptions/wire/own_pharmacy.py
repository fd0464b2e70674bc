"""Our own messages of the counter, for what no official source gives: two steps, paper, barcodes, prices."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from nabz.prescriptions.model.barcodes import Barcode, Batch
from nabz.prescriptions.model.catalogue import code_of
from nabz.prescriptions.model.dispensing import PaperDraft, PaperLine, Request, Wanted
from nabz.prescriptions.model.dispensing.values import MOST_PRICE
from nabz.prescriptions.model.values import Source
from nabz.prescriptions.wire.pharmacy.requests import MOST_COUNT, MOST_LINES, patient_of

if TYPE_CHECKING:
    from nabz.prescriptions.model import Delivery, Line, Prescription
    from nabz.prescriptions.model.catalogue import Service

Short = Annotated[str, msgspec.Meta(max_length=100)]
Count = Annotated[int, msgspec.Meta(ge=0, le=MOST_COUNT)]
Rial = Annotated[int, msgspec.Meta(ge=0, le=MOST_PRICE)]
Rows = Annotated[int, msgspec.Meta(ge=1, le=500)]


class Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What all members have in common: their spelling."""


class Message(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a caller sends: a key that it does not have is refused."""


class ToldLine(Message, frozen=True, kw_only=True):
    """One drug that is to be given; without a code the one that was written, without a price at the tariff."""

    item: Annotated[int, msgspec.Meta(ge=1, lt=2**62)]
    quantity: Count
    code: Short = ""
    price: Rial = 0
    barcodes: Annotated[tuple[Short, ...], msgspec.Meta(max_length=1000)] = ()
    one_time_code: Short = ""


class SetAside(Message, frozen=True, kw_only=True):
    """What is set aside for the patient."""

    prescription: Annotated[int, msgspec.Meta(ge=1, lt=2**62)]
    lines: Annotated[tuple[ToldLine, ...], msgspec.Meta(max_length=MOST_LINES)]
    patient: Short = ""
    mobile: Short = ""
    one_time_code: Short = ""

    def request(self, centre: str) -> Request:
        """Read it."""
        lines = [
            Wanted(
                item=line.item,
                quantity=line.quantity,
                code=code_of(line.code),
                asked=line.price,
                barcodes=line.barcodes,
                once=line.one_time_code.strip(),
            )
            for line in self.lines
        ]
        return Request(
            centre=centre,
            prescription=self.prescription,
            lines=tuple(lines),
            patient=patient_of(self.patient),
            mobile=self.mobile,
            once=self.one_time_code.strip(),
        )


class Confirm(Message, frozen=True, kw_only=True):
    """The code that the patient was sent."""

    code: Short


class ToldPaperLine(Message, frozen=True, kw_only=True):
    """One drug of a paper prescription."""

    code: Short
    quantity: Count
    dose: Annotated[str, msgspec.Meta(max_length=400)] = ""
    amount: int | None = None
    instruction: int | None = None


class Paper(Message, frozen=True, kw_only=True):
    """A paper prescription: at the counter, of a hospital's patient, or accepted over the net."""

    patient: Short
    doctor: Short
    day: Short
    lines: Annotated[tuple[ToldPaperLine, ...], msgspec.Meta(max_length=MOST_LINES)]
    mobile: Short = ""
    source: Literal["paper", "hospital", "internet"] = "paper"
    comments: Annotated[str, msgspec.Meta(max_length=500)] = ""
    free: bool = False

    def draft(self, centre: str) -> PaperDraft:
        """Read it."""
        return PaperDraft(
            centre=centre,
            patient=self.patient,
            doctor=self.doctor,
            day=self.day,
            mobile=self.mobile,
            source=Source(self.source),
            comments=self.comments,
            free=self.free,
            lines=tuple(
                PaperLine(
                    code=code_of(line.code),
                    quantity=line.quantity,
                    dose=line.dose,
                    amount=line.amount,
                    instruction=line.instruction,
                )
                for line in self.lines
            ),
        )


class ToldBatch(Message, frozen=True, kw_only=True):
    """What a distributor brings out: packages of one drug, each with its barcode of 20 digits."""

    drug: Short
    batch: Short
    barcodes: Annotated[tuple[Short, ...], msgspec.Meta(max_length=5000)]
    expires: Short = ""

    def value(self) -> Batch:
        """Read it."""
        return Batch(drug=code_of(self.drug), number=self.batch, codes=self.barcodes, expires=self.expires)


class Prices(msgspec.Struct, frozen=True):
    """A page of prices, from after one of them."""

    after: Short = ""
    limit: Rows = 100


class ShownLine(Shape, frozen=True, kw_only=True):
    """One drug; price = insurer + subsidy + patient."""

    item: int
    code: str
    name: str
    quantity: int
    tariff: int
    asked: int
    price: int
    insurer: int
    subsidy: int
    patient: int
    instead_of: str
    barcodes: list[str]


class ShownDelivery(Shape, frozen=True, kw_only=True):
    """A delivery as it stands."""

    id: int
    prescription: int
    pharmacy: str
    state: str
    day: str
    at: datetime
    price: int
    insurer: int
    subsidy: int
    patient: int
    lines: list[ShownLine]
    again: bool


class ShownItem(Shape, frozen=True, kw_only=True):
    """One drug of a paper prescription."""

    id: int
    code: str
    name: str
    quantity: int
    remaining: int


class ShownPaper(Shape, frozen=True, kw_only=True):
    """A paper prescription as it stands; its items are delivered like any others."""

    id: int
    tracking: int
    source: str
    state: str
    patient: str
    doctor: str
    day: str
    expires: str
    insured: bool
    items: list[ShownItem]


class Papers(Shape, frozen=True, kw_only=True):
    """What a pharmacy took in, the latest first."""

    prescriptions: list[ShownPaper]


class ShownBarcode(Shape, frozen=True, kw_only=True):
    """A package; who has activated it is nobody else's business."""

    barcode: str
    drug: str
    batch: str
    expires: str
    free: bool
    activated_at: datetime | None
    delivery: int | None


class Barcodes(Shape, frozen=True, kw_only=True):
    """What a pharmacy has activated, the latest first."""

    barcodes: list[ShownBarcode]


class RegisteredBatch(Shape, frozen=True, kw_only=True):
    """How many barcodes are new, and how many were known."""

    new: int
    known: int


class Price(Shape, frozen=True, kw_only=True):
    """A drug of the price list."""

    code: str
    name: str
    form: str
    insured: bool
    price: int
    price_day: str
    subsidy: int
    percent: int


class PriceList(Shape, frozen=True, kw_only=True):
    """A page of prices; `after` goes into the next call, and is null at the end."""

    prices: list[Price]
    after: str | None


class Sent(Shape, frozen=True, kw_only=True):
    """A code has gone to the patient's mobile."""

    sent: bool = True


def delivery(one: Delivery, *, again: bool = False) -> ShownDelivery:
    """Show a delivery."""
    return ShownDelivery(
        id=one.id,
        prescription=one.prescription,
        pharmacy=one.centre,
        state=one.state.value,
        day=one.day,
        at=one.at,
        price=one.price,
        insurer=one.insurer,
        subsidy=one.subsidy,
        patient=one.patient_share,
        lines=[_line(line) for line in one.lines],
        again=again,
    )


def _line(line: Line) -> ShownLine:
    return ShownLine(
        item=line.item,
        code=line.code,
        name=line.name,
        quantity=line.quantity,
        tariff=line.tariff,
        asked=line.asked,
        price=line.price,
        insurer=line.insurer,
        subsidy=line.subsidy,
        patient=line.patient,
        instead_of=line.wanted_code,
        barcodes=list(line.barcodes),
    )


def paper(one: Prescription) -> ShownPaper:
    """Show a paper prescription."""
    items = [
        ShownItem(id=item.id, code=item.code, name=item.name, quantity=item.quantity, remaining=item.remaining)
        for item in one.items
    ]
    return ShownPaper(
        id=one.id,
        tracking=one.tracking,
        source=one.source.value,
        state=one.state.value,
        patient=one.patient_code,
        doctor=one.doctor,
        day=one.day,
        expires=one.expires,
        insured=one.insured,
        items=items,
    )


def barcode(one: Barcode) -> ShownBarcode:
    """Show a package."""
    return ShownBarcode(
        barcode=one.code,
        drug=one.drug,
        batch=one.batch,
        expires=one.expires,
        free=one.free,
        activated_at=one.activated_at,
        delivery=one.delivery,
    )


def price(service: Service) -> Price:
    """Show a drug of the price list."""
    return Price(
        code=service.code,
        name=service.name,
        form=service.form,
        insured=service.insured,
        price=service.price,
        price_day=service.price_day,
        subsidy=service.subsidy,
        percent=service.percent,
    )
