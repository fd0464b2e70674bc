"""What both kinds of centre tell: of which patient, and whether it is the same delivery once more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from nabz.kit import persian
from nabz.prescriptions.errors.writing import MobileWrong
from nabz.prescriptions.model.catalogue import spellings
from nabz.prescriptions.model.values import ANONYMOUS, Delivery, DeliveryState, Line, Prescription

AGAIN: Final = timedelta(minutes=10)
"""So long is the same delivery, sent once more, the one that was made."""

NO_MOBILE: Final = frozenset({"", "0"})
"""What clients send in the place of none."""

STANDING: Final = frozenset({DeliveryState.REGISTERED, DeliveryState.SENT})


class ToldLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a message."""

    code: str
    quantity: int
    item: int = 0
    """The item that it is of; 0: the message knows services alone, and several items may be of one."""

    price: int = 0
    """What a unit is to cost; 0: the tariff."""

    barcodes: tuple[str, ...] = ()
    k2: bool = False
    tech: int | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A message that asks for a delivery."""

    centre: str
    prescription: int
    lines: tuple[ToldLine, ...]
    at: datetime
    state: DeliveryState = DeliveryState.REGISTERED
    technician: str = ""


def is_again(made: Delivery, told: Told) -> bool:
    """Tell whether a delivery is what this message asks for once more: all of it is alike, and it stands.

    Two calls are decided in another order than they came in, so the delivery may be the later of the two.
    """
    if (made.centre, made.prescription, made.technician) != (told.centre, told.prescription, told.technician):
        return False
    if abs(told.at - made.at) > AGAIN or (made.state not in STANDING and made.state is not told.state):
        return False
    left = list(made.lines)
    for line in told.lines:
        found = _made_of(line, left)
        if not found:
            return False
        for each in found:
            left.remove(each)
    return not left


def knows_patient(one: Prescription, code: str) -> bool:
    """Tell whether a message names the patient; what names nobody is known by its tracking code."""
    if one.patient == ANONYMOUS:
        return code == ANONYMOUS or code.lstrip("0") == str(one.tracking)
    return code == one.patient_code


def mobile_of(text: str) -> str:
    """Read the mobile that a centre tells, if it tells one. Raises MobileWrong."""
    if persian.ascii_digits(text).strip() in NO_MOBILE:
        return ""
    found = persian.mobile(text)
    if found is None:
        raise MobileWrong
    return found


def _made_of(told: ToldLine, lines: list[Line]) -> list[Line]:
    """Give what a line of the message has made, or nothing."""
    codes = spellings(told.code)
    found = [line for line in lines if line.code in codes and _is_alike(line, told)]
    if told.item:
        return [line for line in found if line.item == told.item and line.quantity == told.quantity][:1]
    return found if sum(line.quantity for line in found) == told.quantity else []


def _is_alike(line: Line, told: ToldLine) -> bool:
    return (
        line.asked == (told.price or line.tariff)
        and line.k2 == told.k2
        and told.tech in {None, line.tech}
        and set(line.barcodes) in ({*told.barcodes}, set())
    )
