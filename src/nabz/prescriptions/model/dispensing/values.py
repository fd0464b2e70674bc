"""What a pharmacy asks for, and what it is warned of."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import Final

import msgspec

from nabz.prescriptions.model.values import DeliveryState, Source

MOST_PRICE: Final = 10**11
"""Rial a unit; nothing that a pharmacy sells costs more."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """One drug that is to be given."""

    item: int
    quantity: int
    code: str = ""
    """Another drug of the same group in its place; empty: the one that was written."""

    asked: int = 0
    """What a unit costs here, in rials; 0: the tariff."""

    barcodes: tuple[str, ...] = ()
    once: str = ""
    """The patient's one-time code, where it is told for each drug."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a pharmacy wants to give of a prescription."""

    centre: str
    prescription: int
    lines: tuple[Wanted, ...]
    patient: str = ""
    """Whom the pharmacy has before it; empty: not told."""

    mobile: str = ""
    once: str = ""
    """The patient's one-time code for all of it."""


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """When, by whom and under which number it is given."""

    id: int
    day: str
    at: datetime
    user: str = ""
    state: DeliveryState = DeliveryState.REGISTERED


class Alert(IntEnum):
    """What a pharmacy is told before it delivers."""

    INTERACTION = 1
    SAME_THERAPY = 2
    EXPIRES = 3
    ABOVE_TARIFF = 4
    PART = 5
    NOT_COVERED = 6
    CODE_SENT = 7
    CODE_NOT_SENT = 8
    REPLACED = 9


class Warned(msgspec.Struct, frozen=True, kw_only=True):
    """One warning."""

    kind: Alert
    fa: str
    en: str
    drug: str = ""
    other: str = ""
    """What it is about beside the drug."""

    left: int = 0
    """How many remain after this."""


class PaperLine(msgspec.Struct, frozen=True, kw_only=True):
    """One drug of a paper prescription."""

    code: str
    quantity: int
    dose: str = ""
    amount: int | None = None
    instruction: int | None = None


class PaperDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A prescription on paper, as a pharmacy reads it."""

    centre: str
    patient: str
    doctor: str
    day: str
    lines: tuple[PaperLine, ...]
    mobile: str = ""
    source: Source = Source.PAPER
    comments: str = ""
    free: bool = False
    """Without insurance: the patient pays all of it, whoever would cover him."""
