"""What paraclinic centres send: keys in any letter case, so that one type reads the old and the new spelling."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final

import msgspec

from nabz.kit import persian
from nabz.prescriptions.errors.paraclinic import CountWrong, NotRegistered, PriceWrong, TypeUnknown
from nabz.prescriptions.model import paraclinic as rules
from nabz.prescriptions.model.catalogue import type_of
from nabz.prescriptions.model.names import NUMBER_DIGITS, read_number
from nabz.prescriptions.model.rules import PARACLINIC_TYPES

Aliases = dict[str, tuple[str, ...]]
Short = Annotated[str, msgspec.Meta(max_length=200)]
Long = Annotated[str, msgspec.Meta(max_length=4000)]
MOST_LINES: Final = 200
MOST: Final = 10**13
NO_TRACKING: Final = "00000"
"""What clients send in the place of none."""


class UserInformation(msgspec.Struct, frozen=True):
    """Who asks."""

    parID: Short = ""
    nationalCode: Short = ""
    clientIp: Short = ""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What every message may name: its centre, inside or outside of the first object."""

    userInformation: UserInformation | None = None
    parID: Short = ""

    aliases: ClassVar[Aliases] = {"parID": ("PAR_CODE", "par_id")}

    @property
    def centre(self) -> str:
        """The centre that the message names, if any."""
        return (self.userInformation.parID if self.userInformation is not None else "") or self.parID


class Listing(Sent, frozen=True, kw_only=True):
    """Whose prescriptions are looked for."""

    patientNationalCode: Short = ""
    trackingCode: Short = ""
    parTypeCode: Short = ""

    aliases: ClassVar[Aliases] = {
        **Sent.aliases,
        "patientNationalCode": ("nationalCode", "patient", "patient_natcode"),
        "trackingCode": ("tracking_code",),
        "parTypeCode": ("par_type_code",),
    }

    @property
    def tracking(self) -> int | None:
        """The tracking code; what is no number belongs to nothing."""
        text = persian.ascii_digits(self.trackingCode).strip()
        if not text or text == NO_TRACKING:
            return None
        found = read_number(text)
        return -1 if found is None else found


class Check(Sent, frozen=True, kw_only=True):
    """Which prescription is looked at."""

    noteHeadID: Short = ""
    parTypeCode: Short = ""

    aliases: ClassVar[Aliases] = {
        **Sent.aliases,
        "noteHeadID": ("EPRSC_ID", "RequestID"),
        "parTypeCode": ("partypecode", "par_type_code"),
    }

    @property
    def type(self) -> str:
        """The type that is asked for; nothing: all. Raises TypeUnknown."""
        if not self.parTypeCode.strip():
            return ""
        found = type_of(self.parTypeCode)
        if found not in PARACLINIC_TYPES:
            raise TypeUnknown
        return found


class Line(msgspec.Struct, frozen=True):
    """One service."""

    paR_TAREF_CODE: Short = ""
    tareF_PRICE: float | None = None
    requesT_QTY: float | None = None
    iS2K: bool = False
    paR_TAREF_PRICE: float | None = None
    taref_techprice: float | None = None

    aliases: ClassVar[Aliases] = {"paR_TAREF_CODE": ("taref_code",)}

    def wanted(self) -> rules.Wanted:
        """Read it. Raises CountWrong, PriceWrong."""
        service = self.paR_TAREF_CODE.strip()
        count = self.requesT_QTY
        if count is None or count != int(count) or not 0 < count < MOST:
            raise CountWrong(service=service)
        price = self.tareF_PRICE or self.paR_TAREF_PRICE or 0
        tech = None if not self.taref_techprice else _rial(self.taref_techprice, service)
        return rules.Wanted(service, int(count), _rial(price, service), self.iS2K, tech)


def _rial(price: float, service: str) -> int:
    if not 0 <= price < MOST or price != int(price):
        raise PriceWrong(service=service)
    return int(price)


Lines = Annotated[list[Line], msgspec.Meta(max_length=MOST_LINES)]


class Deliver(Sent, frozen=True, kw_only=True):
    """What is accepted."""

    eprsC_ID: Short = ""
    partypecode: Short = ""
    nationalcode: Short = ""
    doC_MDID: Short = ""
    tecH_MDID: Short = ""
    patienT_MOBILE: Short = ""
    details: Lines | None = None

    aliases: ClassVar[Aliases] = {**Sent.aliases, "eprsC_ID": ("RequestID", "noteHeadID")}

    @property
    def lines(self) -> tuple[rules.Wanted, ...]:
        """Read the services. Raises CountWrong, PriceWrong."""
        return tuple(line.wanted() for line in self.details or ())


class Delete(Sent, frozen=True, kw_only=True):
    """What is taken back."""

    registeR_ID: Short = ""

    aliases: ClassVar[Aliases] = {**Sent.aliases, "registeR_ID": ("registerId", "requestID")}


class Registered(Sent, frozen=True, kw_only=True):
    """Which delivery is looked for."""

    requestID: Short = ""

    aliases: ClassVar[Aliases] = {**Sent.aliases, "requestID": ("REGISTER_ID", "registerId")}


class Diagnose(Sent, frozen=True, kw_only=True):
    """What the centre's physician found."""

    REGISTER_ID: Short = ""
    COMMENT: Long = ""
    DIAGNOSISCODE: list[Short] | Short | None = None
    ISNORMAL: bool = False
    ST_DOCID: Short = ""

    aliases: ClassVar[Aliases] = {**Sent.aliases, "REGISTER_ID": ("registerId",)}

    def found(self) -> rules.Diagnosis:
        """Read it."""
        told = self.DIAGNOSISCODE or ()
        codes = tuple(told) if not isinstance(told, str) else tuple(told.replace("،", ",").split(","))
        return rules.Diagnosis(codes=codes, comment=self.COMMENT, normal=self.ISNORMAL, signer=self.ST_DOCID)


class Session(Sent, frozen=True, kw_only=True):
    """A session of physiotherapy."""

    registeR_ID: Short = ""
    patienT_MOBILE: Short = ""
    details: Lines | None = None

    aliases: ClassVar[Aliases] = {**Sent.aliases, "registeR_ID": ("registerId",)}

    @property
    def lines(self) -> tuple[rules.Wanted, ...]:
        """Read the services. Raises CountWrong, PriceWrong."""
        return tuple(line.wanted() for line in self.details or ())


class PaperLine(msgspec.Struct, frozen=True):
    """One service on paper."""

    par_taref_code: Short = ""
    request_qty: float | None = None

    def count(self) -> int:
        """Read the count. Raises CountWrong."""
        found = self.request_qty
        if found is None or found != int(found) or not 0 < found < MOST:
            raise CountWrong(service=self.par_taref_code)
        return int(found)


class Paper(Sent, frozen=True, kw_only=True):
    """A prescription on paper (nonElEpresc)."""

    nationalCode: Short = ""
    patient_mobile: Short = ""
    bletSerial: Short = ""
    doc_mdid: Short = ""
    doc_name: Short = ""
    profession: Short = ""
    parTypeCode: Short = ""
    presc_Date: Short = ""
    details: Annotated[list[PaperLine], msgspec.Meta(max_length=MOST_LINES)] | None = None


class Services(Sent, frozen=True, kw_only=True):
    """Which services are looked for (acceptableServices)."""

    PARTYPE_CODE: Short = ""
    SERVICE_NAME: Short = ""

    aliases: ClassVar[Aliases] = {**Sent.aliases, "PARTYPE_CODE": ("parTypeCode",)}


class Person(Sent, frozen=True, kw_only=True):
    """Whose entitlement is looked for (estehghagh)."""

    nationalCode: Short = ""

    aliases: ClassVar[Aliases] = {**Sent.aliases, "nationalCode": ("patientNationalCode",)}


def registration_of(text: str) -> int:
    """Read a delivery's number. Raises NotRegistered."""
    found = read_number(text)
    if found is None:
        raise NotRegistered(registration=text.strip()[:NUMBER_DIGITS])
    return found
