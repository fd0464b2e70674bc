"""What a pharmacy may give of a prescription, and what is left of it afterwards."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from nabz.kit import jalali
from nabz.prescriptions.errors.dispensing import (
    BarcodesWrong,
    CountWrong,
    DrugUnknown,
    HospitalOnly,
    ItemNotDrug,
    ItemNotOfPrescription,
    MoreThanAtOnce,
    MoreThanRemains,
    NotEquivalent,
    NothingRemains,
    NothingWanted,
    PrescriptionDeleted,
    PrescriptionExpired,
    PrescriptionReturned,
    PriceWrong,
    RepeatTooEarly,
)
from nabz.prescriptions.errors.reading import CentreNotActive, CentreNotYours, NotThere
from nabz.prescriptions.model.dispensing.values import MOST_PRICE, Occasion, Request, Wanted
from nabz.prescriptions.model.money import MOST_SUM, line_of, priced
from nabz.prescriptions.model.states import has_expired, state_of, state_of_item
from nabz.prescriptions.model.told import Told, ToldLine, is_again, knows_patient
from nabz.prescriptions.model.values import CentreKind, Delivery, Line, Source, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from nabz.prescriptions.errors.kinds import TaminProblem
    from nabz.prescriptions.model.catalogue import Key, Service
    from nabz.prescriptions.model.values import Centre, Item, Prescription

DRUG: Final = "01"


def given(wanted: Wanted, one: Prescription) -> str:
    """Tell which code is given: that of the item where none is named."""
    item = item_of(one, wanted.item)
    return wanted.code or (item.code if item is not None else "")


def item_of(one: Prescription, number: int) -> Item | None:
    """Find an item; what was deleted is none."""
    return next((item for item in one.items if item.id == number and item.state is not State.DELETED), None)


def keys_of(one: Prescription, request: Request) -> list[Key]:
    """List what has to be looked up: the drugs that are given, and those in whose place."""
    codes = [given(wanted, one) for wanted in request.lines]
    codes += [item.code for wanted in request.lines if (item := item_of(one, wanted.item)) is not None]
    return [(DRUG, code) for code in dict.fromkeys(codes) if code]


def deliver(
    one: Prescription, centre: Centre, request: Request, shelf: Mapping[Key, Service], occasion: Occasion
) -> tuple[Prescription, Delivery]:
    """Give what is asked for: what is left of the prescription, and the delivery. Raises the first of `faults`."""
    for fault in faults(one, centre, request, shelf, occasion.day):
        raise fault
    delivery = Delivery(
        id=occasion.id,
        prescription=one.id,
        centre=centre.id,
        kind=CentreKind.PHARMACY,
        patient=one.patient,
        doctor=one.doctor,
        day=occasion.day,
        at=occasion.at,
        lines=lines_of(one, request, shelf),
        state=occasion.state,
        type=DRUG,
        source=one.source,
        mobile=one.mobile or request.mobile,
        user=occasion.user,
    )
    return without(one, delivery.lines), delivery


def lines_of(one: Prescription, request: Request, shelf: Mapping[Key, Service]) -> tuple[Line, ...]:
    """Reckon what is asked for."""
    lines = []
    for wanted in request.lines:
        item = item_of(one, wanted.item)
        service = shelf.get((DRUG, given(wanted, one)))
        if item is None or service is None:
            continue  # told as a fault
        other = service.code != _kept(item, shelf)
        line = replace(
            priced(service, insured=one.insured, asked=wanted.asked),
            item=item.id,
            quantity=wanted.quantity,
            barcodes=wanted.barcodes if service.barcode else (),
            wanted=item.id if other else 0,
            wanted_code=item.code if other else "",
        )
        lines.append(line_of(line))
    return tuple(lines)


def without(one: Prescription, lines: tuple[Line, ...], sign: int = 1) -> Prescription:
    """Take what was given from what remains; with -1 give it back."""
    counts: Counter[int] = Counter()
    for line in lines:
        counts[line.item] += sign * line.quantity
    items = []
    for item in one.items:
        if item.id in counts:
            changed = replace(item, remaining=item.remaining - counts[item.id], delivered=item.delivered + sign)
            items.append(replace(changed, state=state_of_item(changed)))
        else:
            items.append(item)
    changed_one = replace(one, items=tuple(items))
    return replace(changed_one, state=state_of(changed_one))


def meant(one: Prescription, request: Request) -> bool:
    """Tell whether a prescription is that of the patient who stands before the pharmacist."""
    return knows_patient(one, request.patient)


def again(delivery: Delivery, one: Prescription, request: Request, occasion: Occasion) -> bool:
    """Tell whether a delivery is the one that is asked for once more."""
    lines = [
        ToldLine(
            item=wanted.item,
            code=given(wanted, one),
            quantity=wanted.quantity,
            price=wanted.asked,
            barcodes=wanted.barcodes,
        )
        for wanted in request.lines
    ]
    told = Told(
        centre=request.centre,
        prescription=request.prescription,
        lines=tuple(lines),
        at=occasion.at,
        state=occasion.state,
    )
    return is_again(delivery, told)


def flaws(one: Prescription, request: Request, shelf: Mapping[Key, Service]) -> Iterator[TaminProblem]:
    """Tell what is wrong with the message itself, whatever was given before."""
    if not meant(one, request):
        yield NotThere()  # that it is another person's is nobody's business
        return
    seen: Counter[str] = Counter(code for wanted in request.lines for code in wanted.barcodes)
    told = (_flaw(one, wanted, shelf, seen) for wanted in request.lines)
    yield from (flaw for flaw in told if flaw is not None)


def faults(
    one: Prescription, centre: Centre, request: Request, shelf: Mapping[Key, Service], day: str
) -> Iterator[TaminProblem]:
    """Tell all that stands against it, the weightiest first."""
    whole = list(_of_whole(one, centre, request, day))
    yield from whole
    if whole:
        return
    left = {item.id: item.remaining for item in one.items}
    at_once: Counter[int] = Counter()
    seen: Counter[str] = Counter(code for wanted in request.lines for code in wanted.barcodes)
    for wanted in request.lines:
        fault = _flaw(one, wanted, shelf, seen) or _of_count(one, wanted, day, left, at_once)
        if fault is not None:
            yield fault
            continue
        left[wanted.item] -= wanted.quantity
        at_once[wanted.item] += wanted.quantity


def _of_whole(one: Prescription, centre: Centre, request: Request, day: str) -> Iterator[TaminProblem]:
    if centre.kind is not CentreKind.PHARMACY or DRUG not in centre.types:
        yield CentreNotYours()
    elif not centre.active or (centre.contract_until and centre.contract_until < day):
        yield CentreNotActive()
    elif not meant(one, request):
        yield NotThere()  # that it is another person's is nobody's business
    elif one.state is State.DELETED:
        yield PrescriptionDeleted()
    elif one.state is State.RETURNED:
        yield PrescriptionReturned()
    elif has_expired(one, day):
        yield PrescriptionExpired(until=jalali.slashed(jalali.parse(one.expires)))
    elif not request.lines:
        yield NothingWanted()


def _flaw(
    one: Prescription, wanted: Wanted, shelf: Mapping[Key, Service], seen: Mapping[str, int]
) -> TaminProblem | None:
    """Tell what is wrong with a line, however much is left."""
    item = item_of(one, wanted.item)
    if item is None:
        return ItemNotOfPrescription(item=str(wanted.item), drug=wanted.code)
    drug = wanted.code or item.code
    if item.type != DRUG:
        return ItemNotDrug(drug=drug)
    if wanted.quantity <= 0:
        return CountWrong(drug=drug)
    if not 0 <= wanted.asked <= MOST_PRICE or wanted.asked * wanted.quantity > MOST_SUM:
        return PriceWrong(drug=drug)
    return _of_drug(one, item, drug, shelf) or _of_barcodes(wanted, drug, shelf, seen)


def _of_count(
    one: Prescription, wanted: Wanted, day: str, left: Mapping[int, int], at_once: Mapping[int, int]
) -> TaminProblem | None:
    """Tell why so many of an item are not given today."""
    item = item_of(one, wanted.item)
    if item is None:
        return ItemNotOfPrescription(item=str(wanted.item), drug=wanted.code)
    drug = wanted.code or item.code
    if left[item.id] <= 0:
        return NothingRemains(drug=drug)
    if wanted.quantity > left[item.id]:
        return MoreThanRemains(drug=drug, left=left[item.id])
    if at_once[item.id] + wanted.quantity > item.quantity:
        return MoreThanAtOnce(drug=drug, most=item.quantity)
    if item.whole - left[item.id] + wanted.quantity > item.quantity and day < item.day:
        return RepeatTooEarly(drug=drug, day=jalali.slashed(jalali.parse(item.day)))
    return None


def _of_drug(one: Prescription, item: Item, drug: str, shelf: Mapping[Key, Service]) -> TaminProblem | None:
    service = shelf.get((DRUG, drug))
    if service is None:
        return DrugUnknown(drug=drug)
    if service.code != _kept(item, shelf):
        written = shelf.get((DRUG, item.code))
        if written is None or not service.generic or service.generic != written.generic:
            return NotEquivalent(drug=drug, written=item.code)
    if service.hospital and one.source is not Source.HOSPITAL:
        return HospitalOnly(drug=drug)
    return None


def _of_barcodes(
    wanted: Wanted, drug: str, shelf: Mapping[Key, Service], seen: Mapping[str, int]
) -> TaminProblem | None:
    service = shelf.get((DRUG, drug))
    if service is None or not service.barcode:
        return None
    good = len(wanted.barcodes) == wanted.quantity and all(seen[code] == 1 for code in wanted.barcodes)
    return None if good else BarcodesWrong(drug=drug, count=wanted.quantity)


def _kept(item: Item, shelf: Mapping[Key, Service]) -> str:
    """Give the spelling under which the catalogue keeps what was written."""
    service = shelf.get((DRUG, item.code))
    return service.code if service is not None else item.code


def day_of(now: datetime) -> str:
    """Give the Jalali day in Tehran as prescriptions write it."""
    return jalali.compact(jalali.day_of(now))
