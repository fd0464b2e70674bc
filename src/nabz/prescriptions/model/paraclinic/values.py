"""What a paraclinic centre asks for, and what it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from nabz.prescriptions.errors.paraclinic import ParaclinicProblem
from nabz.prescriptions.model.catalogue import Key, Service
from nabz.prescriptions.model.values import Centre


class Wanted(msgspec.Struct, frozen=True):
    """One line that a centre wants to accept."""

    service: str
    quantity: int
    price: int = 0
    """What the centre asks for one; nothing: the tariff."""

    k2: bool = False
    tech: int | None = None


class Acceptance(msgspec.Struct, frozen=True, kw_only=True):
    """What a centre wants to accept."""

    centre: Centre
    lines: tuple[Wanted, ...]
    type: str = ""
    """The type that the message names; nothing: that of its first line."""

    doctor: str = ""
    technician: str = ""
    mobile: str = ""
    physio: bool = False
    """It came by the way that is for physiotherapy alone."""


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What is known around an acceptance."""

    services: Mapping[Key, Service]
    day: str
    at: datetime
    sex: str = ""
    number: int = 0
    """The delivery's own, taken at the edge."""

    user: str = ""


class Offer(msgspec.Struct, frozen=True):
    """One service of a prescription as a centre sees it: what is left of it, and what stands against giving it now."""

    type: str
    code: str
    name: str
    quantity: int
    left: int
    most: int
    service: Service | None
    problems: tuple[ParaclinicProblem, ...]


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """What the centre's physician found."""

    codes: tuple[str, ...] = ()
    comment: str = ""
    normal: bool = False
    signer: str = ""
