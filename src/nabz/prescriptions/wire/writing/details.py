"""The items of a prescription as fetching it answers them (TAMIN-WIRE 5.5), key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.prescriptions.model.catalogue import Service
from nabz.prescriptions.model.codes import AMOUNTS, INSTRUCTIONS, PHYSIO_ILLNESSES, PHYSIO_PLANS
from nabz.prescriptions.model.states import state_of_item
from nabz.prescriptions.model.values import State
from nabz.prescriptions.wire.reference import (
    OFF,
    ON,
    AmountItem,
    InstructionItem,
    ServiceItem,
    amount_of,
    instruction_of,
    srv_id_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nabz.prescriptions.model.catalogue import Key
    from nabz.prescriptions.model.codes import Titled
    from nabz.prescriptions.model.values import Item, Prescription

JOINED: Final = "،"


class Disease(msgspec.Struct, frozen=True):
    """A code of ICD-10."""

    icdId: str


class Diagnosed(msgspec.Struct, frozen=True):
    """What a drug is for."""

    diagnosisID: Disease


class Detail(msgspec.Struct, frozen=True):
    """One item; what we know nothing of is null, as in the captured answers."""

    noteDetailsEprscId: int
    noteDetailDrug: Diagnosed | None
    srvId: ServiceItem
    srvQty: int
    srvRem: int
    srvPrice: int
    timesAday: AmountItem | None
    dose: str | None
    doseCode: int
    repeat: str | None
    isBrand: str | None
    dateDo: str | None
    isOk: str
    """Whether a centre has acted upon it."""

    drugInstruction: InstructionItem | None
    isPayable: str | None
    organId: str | None
    organDesc: str | None
    illnessId: str | None
    illnessDesc: str | None
    planId: str | None
    planDesc: str | None
    organDet: str | None
    organDetDesc: str | None
    confirmStatusflag: str | None
    drugAmntId: int | None
    drugInstId: int | None
    isDentalService: str | None
    noteHeadEprscId: int | None
    toothId: str | None
    referenceStatus: int | None
    repeatDays: str | None
    readOnly: bool
    messages: list[str] | None
    dialysisType: str | None


def of(one: Prescription, services: Mapping[Key, Service]) -> list[Detail]:
    """Write the items of a prescription that were not deleted."""
    return [detail(item, services) for item in one.items if item.state is not State.DELETED]


def detail(item: Item, services: Mapping[Key, Service]) -> Detail:
    """Write one item."""
    amount = AMOUNTS.get(item.amount) if item.amount is not None else None
    instruction = INSTRUCTIONS.get(item.instruction) if item.instruction is not None else None
    untouched = state_of_item(item) is State.OPEN and not item.delivered
    return Detail(
        noteDetailsEprscId=item.id,
        noteDetailDrug=Diagnosed(Disease(item.diagnosis)) if item.diagnosis else None,
        srvId=srv_id_of(_service(item, services)),
        srvQty=item.quantity,
        srvRem=item.remaining,
        srvPrice=item.price,
        timesAday=amount_of(amount) if amount is not None else None,
        dose=item.dose or None,
        doseCode=item.usage,
        repeat=str(item.repeat) if item.repeat else None,
        isBrand=None,
        dateDo=item.day or None,
        isOk=OFF if untouched else ON,
        drugInstruction=instruction_of(instruction) if instruction is not None else None,
        isPayable=None,
        organId=None,
        organDesc=None,
        illnessId=JOINED.join(item.illnesses) or None,
        illnessDesc=_titles(item.illnesses, PHYSIO_ILLNESSES),
        planId=JOINED.join(item.plans) or None,
        planDesc=_titles(item.plans, PHYSIO_PLANS),
        organDet=None,
        organDetDesc=None,
        confirmStatusflag=None,
        drugAmntId=item.amount,
        drugInstId=item.instruction,
        isDentalService=ON if item.dental else None,
        noteHeadEprscId=None,
        toothId=item.tooth or None,
        referenceStatus=item.reference,
        repeatDays=None,
        readOnly=False,
        messages=None,
        dialysisType=None,
    )


def _service(item: Item, services: Mapping[Key, Service]) -> Service:
    """Give what the catalogue says of an item's service; what it has no more is told as it was written."""
    known = services.get((item.type, item.code))
    if known is None:
        known = Service(id=0, type=item.type, code=item.code, srv_code=item.code, name=item.name, price=item.price)
    return msgspec.structs.replace(known, group=item.group) if item.group else known


def _titles(codes: tuple[str, ...], table: Mapping[str, Titled]) -> str | None:
    return JOINED.join(table[code].title for code in codes if code in table) or None
