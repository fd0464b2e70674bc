"""Authenticity: a distributor registers the barcodes of packages, a pharmacy activates each once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import audit
from nabz.kit.json import encode
from nabz.prescriptions.errors.dispensing import (
    BarcodeMalformed,
    BarcodeTaken,
    BarcodeUnknown,
    BarcodeUsed,
    DrugUnknown,
)
from nabz.prescriptions.model.barcodes import Barcode, Batch, barcode, checked
from nabz.prescriptions.service import catalogue
from nabz.prescriptions.store import barcodes as store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nabz.kit.db import Tx
    from nabz.prescriptions.errors.kinds import TaminProblem
    from nabz.prescriptions.model import Caller, Delivery, Line

DRUG: Final = "01"
MOST: Final = 500
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Registered(msgspec.Struct, frozen=True):
    """How many barcodes are new, and how many were known of the same batch."""

    new: int
    known: int


def register(tx: Tx, batch: Batch, caller: Caller, now: datetime, day: str) -> Registered:
    """Register a batch; the same once more changes nothing.

    Raises BarcodeMalformed, BatchTooLarge, DrugUnknown, BarcodeTaken.
    """
    good = checked(batch)
    service = catalogue.find(tx, DRUG, good.drug, day)
    if service is None:
        raise DrugUnknown(drug=good.drug)
    codes = encode(good.codes).decode()
    new = len(store.register(tx, service.code, good.number, good.expires, codes, caller.by, now))
    if new < len(good.codes):
        taken = store.other(tx, service.code, good.number, codes)
        if taken is not None:
            raise BarcodeTaken(barcode=taken)
    if new:
        audit.record(tx, now, caller.by, "prescriptions.barcodes-registered", good.number, drug=service.code, new=new)
    return Registered(new, len(good.codes) - new)


def activate(tx: Tx, centre: str, text: str, caller: Caller, now: datetime) -> Barcode:
    """Activate a package; the same centre once more is told the same.

    Raises BarcodeMalformed, BarcodeUnknown, BarcodeUsed.
    """
    code = barcode(text)
    fresh = store.activate(tx, code, centre, now)
    if fresh is not None:
        audit.record(tx, now, caller.by, "prescriptions.barcode-activated", code, centre=centre)
        return fresh
    there = show(tx, code)
    if there.centre != centre or there.delivery is not None:
        raise BarcodeUsed(barcode=code)
    return there


def show(tx: Tx, text: str) -> Barcode:
    """Read a barcode. Raises BarcodeMalformed, BarcodeUnknown."""
    code = barcode(text)
    found = store.find(tx, code)
    if found is None:
        raise BarcodeUnknown(barcode=code)
    return found


def of_centre(tx: Tx, centre: str, from_: datetime = FIRST, until: datetime = LAST, limit: int = 50) -> list[Barcode]:
    """List what a centre has activated, the latest first."""
    return store.of_centre(tx, centre, from_, until, min(limit, MOST))


def bind(tx: Tx, delivery: Delivery, now: datetime) -> None:
    """Give the packages of a delivery. Raises BarcodeMalformed, BarcodeUnknown, BarcodeUsed."""
    for line in delivery.lines:
        for code in sorted(_codes(line.barcodes)):  # in one order, so that two deliveries never wait for each other
            if not store.bind(tx, code, line.code, delivery.centre, delivery.id, now):
                _explain(tx, code, line.code)


def faults(tx: Tx, lines: Iterable[Line], centre: str) -> Iterator[TaminProblem]:
    """Tell which packages could not be given at a centre; nothing is written."""
    for line in lines:
        for text in line.barcodes:
            try:
                found = show(tx, text)
            except BarcodeMalformed:
                yield BarcodeMalformed(drug=line.code)
                continue
            except BarcodeUnknown:
                yield BarcodeUnknown(barcode=text, drug=line.code)
                continue
            if found.drug != line.code:
                yield BarcodeUnknown(barcode=found.code, drug=line.code)
            elif found.delivery is not None or found.centre not in {"", centre}:
                yield BarcodeUsed(barcode=found.code, drug=line.code)


def release(tx: Tx, delivery: Delivery) -> None:
    """Free the packages of a delivery that was taken back."""
    if any(line.barcodes for line in delivery.lines):
        store.release(tx, delivery.id)


def _codes(texts: Iterable[str]) -> list[str]:
    return [barcode(text) for text in texts]


def _explain(tx: Tx, code: str, drug: str) -> None:
    found = store.find(tx, code)
    if found is None or found.drug != drug:
        raise BarcodeUnknown(barcode=code, drug=drug)
    raise BarcodeUsed(barcode=code, drug=drug)
