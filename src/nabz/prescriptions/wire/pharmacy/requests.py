"""What pharmacies send: keys in any letter case, numbers as texts and texts as numbers."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final

import msgspec

from nabz.kit import persian
from nabz.prescriptions.errors.dispensing import BatchTooLarge, CountWrong, PriceWrong
from nabz.prescriptions.errors.reading import NotThere
from nabz.prescriptions.model import ANONYMOUS, centre_id
from nabz.prescriptions.model.catalogue import code_of
from nabz.prescriptions.model.dispensing import Request, Wanted
from nabz.prescriptions.model.names import read_number

Aliases = dict[str, tuple[str, ...]]
Short = Annotated[str, msgspec.Meta(max_length=100)]
MOST_LINES: Final = 100
MOST_COUNT: Final = 10**6
ONCE: Final = ("oneTimeCode", "otp", "one_time_code")
"""No source names the member that carries the patient's code: any of these is read."""


class UserInformation(msgspec.Struct, frozen=True):
    """Who asks."""

    phaId: Short = ""
    nationalCode: Short = ""
    clientIp: Short = ""


class Drug(msgspec.Struct, frozen=True):
    """One drug that is to be given."""

    electronicPrescDetail: Short = ""
    drugCode: Short = ""
    phaDrugPrice: float | None = None
    requestedCount: float | None = None
    barcodesList: list[Short] | None = None
    otpCode: Short = ""

    aliases: ClassVar[Aliases] = {"otpCode": ONCE}

    def wanted(self) -> Wanted:
        """Read it. Raises CountWrong, PriceWrong."""
        drug = code_of(self.drugCode)
        return Wanted(
            item=number_of(self.electronicPrescDetail),
            quantity=_count(self.requestedCount, drug),
            code=drug,
            asked=_price(self.phaDrugPrice, drug),
            barcodes=tuple(each.strip() for each in self.barcodesList or ()),
            once=self.otpCode.strip(),
        )


class Post(msgspec.Struct, frozen=True):
    """What is delivered, or looked at before it is."""

    userInformation: UserInformation | None = None
    electronicPrescHead: Short = ""
    patientNatCode: Short = ""
    patientMobileNo: Short = ""
    drugsList: list[Drug] | None = None
    otpCode: Short = ""

    aliases: ClassVar[Aliases] = {"otpCode": ONCE}

    def request(self) -> Request:
        """Read it. Raises CountWrong, PriceWrong, BatchTooLarge, NotThere."""
        drugs = self.drugsList or []
        if len(drugs) > MOST_LINES:
            raise BatchTooLarge(most=MOST_LINES)
        return Request(
            centre=centre_of(self.userInformation),
            prescription=must_be_number(self.electronicPrescHead),
            lines=tuple(drug.wanted() for drug in drugs),
            patient=patient_of(self.patientNatCode),
            mobile=self.patientMobileNo,
            once=self.otpCode.strip(),
        )


class Remove(msgspec.Struct, frozen=True):
    """A delivery that is taken back."""

    userInformation: UserInformation | None = None
    requestId: Short = ""

    aliases: ClassVar[Aliases] = {"requestId": ("reqId",)}


class Return(msgspec.Struct, frozen=True):
    """A prescription that goes back to its physician."""

    userInformation: UserInformation | None = None
    electronicPrescHead: Short = ""
    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class Equivalents(msgspec.Struct, frozen=True):
    """A drug in whose place another is looked for."""

    drugCode: Short = ""
    count: Short = ""
    phaId: Short = ""
    userInformation: UserInformation | None = None


class Active(msgspec.Struct, frozen=True):
    """Whose prescriptions are looked for."""

    patientNationalCode: Short = ""
    trackingCode: Short = ""
    phaId: Short = ""


class Registered(msgspec.Struct, frozen=True):
    """Which delivery is looked for."""

    phaId: Short = ""
    reqId: Short = ""

    aliases: ClassVar[Aliases] = {"reqId": ("requestId",)}


class OfPharmacy(msgspec.Struct, frozen=True):
    """Who asks for a list."""

    phaId: Short = ""


def number_of(text: str) -> int:
    """Read a number of ours, sent as a text or a number; what is none is 0, which nothing has."""
    return read_number(text.strip().removesuffix(".0")) or 0


def must_be_number(text: str) -> int:
    """Read the number of a prescription or a delivery. Raises NotThere."""
    found = number_of(text)
    if not found:
        raise NotThere
    return found


def centre_of(told: UserInformation | None) -> str:
    """Give the pharmacy's number in its one spelling, or nothing."""
    return centre_id(told.phaId) if told is not None else ""


def patient_of(text: str) -> str:
    """Give the patient's code as prescriptions name him; what is no national code stays as it is.

    "UNKNOWN" tells nobody: what was written for nobody is known by its tracking code.
    """
    folded = persian.ascii_digits(text).strip().upper()
    if folded == ANONYMOUS:
        return ""
    return persian.national_code(folded) or folded


def _count(value: float | None, drug: str) -> int:
    if value is None or not value.is_integer() or not abs(value) <= MOST_COUNT:
        raise CountWrong(drug=drug)
    return int(value)


def _price(value: float | None, drug: str) -> int:
    if value is None:
        return 0
    if not value.is_integer():
        raise PriceWrong(drug=drug)
    return int(value)
