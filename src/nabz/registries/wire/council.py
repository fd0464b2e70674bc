"""The inquiry of the medical council: nezampezeshki/gwnezampezeshki/GetMemberInfoByMcCodeNumericTypeEn."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec

from nabz.registries.errors import SourceAway
from nabz.registries.model import Practitioner, ProviderId

PHYSICIAN: Final = "MD"
NOT_FOUND: Final = "اطلاعاتی یافت نشد"

Short = Annotated[str, msgspec.Meta(max_length=200)]


class CouncilRequest(msgspec.Struct, frozen=True):
    """The question; the type is MD for physicians, no other is known."""

    mcCodeNumeric: Short
    mcCodeTypeEn: Short | None = None

    @property
    def is_physician(self) -> bool:
        """Tell whether a physician is asked for."""
        return (self.mcCodeTypeEn or "").strip().upper() == PHYSICIAN


class Member(msgspec.Struct, frozen=True):
    """What the council says of a member."""

    FirstName: str
    LastName: str
    McCode: str
    LastSpecialityTitle: str
    SpecialityCodes: list[str]

    @classmethod
    def of(cls, of: Practitioner) -> Member:
        """Write a practitioner; clients take the first of the codes, so there is always one."""
        return cls(of.first_name, of.last_name, of.id.value, of.specialty_title, [of.specialty])


class Outcome(msgspec.Struct, frozen=True):
    """The answer's heart."""

    Status: list[str]
    message: str
    ReturnValue: Member | None


class CouncilResponse(msgspec.Struct, frozen=True):
    """An element of the old XML."""

    GetMemberInfoByMcCodeNumericTypeEnResult: Outcome


class CouncilAnswer(msgspec.Struct, frozen=True):
    """The answer."""

    GetMemberInfoByMcCodeNumericTypeEnResponse: CouncilResponse

    @classmethod
    def of(cls, found: Practitioner | None) -> CouncilAnswer:
        """Write the member that was found; one who is no longer active is none."""
        if found is None or not found.active:
            return cls(CouncilResponse(Outcome(["0"], NOT_FOUND, None)))
        return cls(CouncilResponse(Outcome(["1"], "", Member.of(found))))


class ToldMember(msgspec.Struct, frozen=True):
    """What an outside source says of a member."""

    McCode: Short
    FirstName: Short | None = None
    LastName: Short | None = None
    LastSpecialityTitle: Short | None = None
    SpecialityCodes: list[Any] | str | None = None

    def to_model(self, id_: ProviderId) -> Practitioner:
        """Give the practitioner, if it is the one that was asked for. Raises SourceAway."""
        if self.McCode.strip().lstrip("0") != id_.value:
            raise SourceAway
        codes = self.SpecialityCodes if isinstance(self.SpecialityCodes, list) else [self.SpecialityCodes]
        return Practitioner(
            id_,
            self.FirstName or "",
            self.LastName or "",
            str(codes[0] or "")[:20] if codes else "",
            self.LastSpecialityTitle or "",
        )


class ToldOutcome(msgspec.Struct, frozen=True):
    """The answer's heart."""

    ReturnValue: ToldMember | None = None


class ToldResponse(msgspec.Struct, frozen=True):
    """An element of the old XML."""

    GetMemberInfoByMcCodeNumericTypeEnResult: ToldOutcome


class ToldAnswer(msgspec.Struct, frozen=True):
    """The answer of an outside source."""

    GetMemberInfoByMcCodeNumericTypeEnResponse: ToldResponse
