"""Whether dental services may be written, as it is asked and answered (TAMIN-WIRE 5.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import persian
from nabz.prescriptions.model.catalogue import code_of
from nabz.prescriptions.wire.envelope import Result, Resulting, number_of
from nabz.prescriptions.wire.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nabz.prescriptions.errors.kinds import TaminProblem

ALLOWED: Final = "ثبت خدمت امکان‌پذیر است"
BETWEEN: Final = " - "


class ServiceType(msgspec.Struct, frozen=True):
    """Always 17."""

    srvType: str | None = None


class Service(msgspec.Struct, frozen=True):
    """Which service."""

    srvCode: str | None = None
    srvType: ServiceType | str | None = None


class Row(msgspec.Struct, frozen=True):
    """One line of what is about to be written."""

    srvId: Service | str | None = None
    toothId: str | None = None

    def pair(self) -> tuple[str, str]:
        """Give its code and its tooth."""
        code = self.srvId.srvCode if isinstance(self.srvId, Service) else self.srvId
        return code_of(code or ""), persian.ascii_digits(self.toothId or "").strip()


class Check(msgspec.Struct, frozen=True):
    """A service that is about to be added, and all that stands there already (#18)."""

    patientId: str | None = None
    srvId: Service | str | None = None
    docId: str | None = None
    toothId: str | None = None
    allGridData: list[Row] | None = None

    def wanted(self) -> tuple[tuple[str, str], ...]:
        """Give all lines in the order in which they are written: the new one is the last."""
        return (*(row.pair() for row in self.allGridData or ()), Row(self.srvId, self.toothId).pair())


def checked(faults: Sequence[TaminProblem]) -> Resulting:
    """Answer in the shape of a creation: the first fault by its number, all of them in the second sentence."""
    if not faults:
        return Resulting(Result(complemantary_Msg=ALLOWED))
    texts = BETWEEN.join(dict.fromkeys(text_of(fault) for fault in faults))
    return Resulting(Result(error_Code=number_of(faults[0]), error_Msg=text_of(faults[0]), complemantary_Msg=texts))
