"""The questions about entitlement ids, and what is answered to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from nabz.kit import jalali
from nabz.registries.model import (
    ISSUERS,
    HidState,
    HidStatus,
    HidWish,
    PersonId,
    PersonIdType,
    issuer_of,
    read_facility_id,
    read_hid,
    read_insurer,
    read_person_id,
)
from nabz.registries.wire.insurance import CodedText, Short

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

MOST_AT_ONCE: Final = 1000
_STATES: Final = {
    HidStatus.ISSUED: ("صادر شده", "1"),
    HidStatus.RESERVED: ("رزرو شده", "2"),
    HidStatus.USED: ("مصرف شده", "3"),
    HidStatus.ELIMINATED: ("ابطال شده", "4"),
}
_EXPIRED: Final = ("منقضی شده", "5")


class Identifier(msgspec.Struct, frozen=True):
    """An identifier, as DO_IDENTIFIER has it; only ID is needed."""

    Issuer: Short | None = None
    Assigner: Short | None = None
    ID: Short | None = None
    Type: Short | None = None

    @property
    def id(self) -> str:
        """The number alone."""
        return (self.ID or "").strip()


class Hid(msgspec.Struct, frozen=True):
    """An HID as the printed answer has it: with capitals."""

    Issuer: str
    Assigner: str
    ID: str
    Type: str

    @classmethod
    def of(cls, state: HidState) -> Hid:
        """Write an HID."""
        issuer = issuer_of(state.insurer)
        return cls(issuer, issuer, state.hid, "HID")


class HidDay(msgspec.Struct, frozen=True):
    """A Jalali date with capitals."""

    Year: int
    Month: int
    Day: int
    ISOString: str

    @classmethod
    def of(cls, at: datetime) -> HidDay:
        """Write the day of an instant."""
        day = jalali.day_of(at)
        return cls(day.year, day.month, day.day, jalali.slashed(day))


class Reserved(msgspec.Struct, frozen=True):
    """Reserved HIDs (ReserveHIDlistVO)."""

    HID: list[Hid]
    ValidDate: HidDay

    @classmethod
    def of(cls, states: Sequence[HidState]) -> Reserved:
        """Write what was reserved at one instant."""
        return cls([Hid.of(state) for state in states], HidDay.of(states[0].expires_at))


class CallupRequest(msgspec.Struct, frozen=True):
    """CallupInsurance."""

    PersonID: Identifier
    OrgID: Identifier | None = None
    hcpID: Identifier | None = None
    ClientIp: Short | None = None
    appUser: Short | None = None
    forceUpdate: bool | None = None


class CallupQuestion(msgspec.Struct, frozen=True):
    """CallupInsurance, as outside sources are asked: the flag is a text."""

    PersonID: Identifier
    OrgID: None = None
    hcpID: None = None
    ClientIp: str = ""
    appUser: str = "ditas"
    forceUpdate: str = "false"

    @classmethod
    def of(cls, id_: PersonId) -> CallupQuestion:
        """Write a question."""
        issuer = ISSUERS[id_.type]
        return cls(Identifier(issuer, issuer, id_.value, id_.type))


class HidRequest(msgspec.Struct, frozen=True):
    """hid: one for a visit."""

    PersonID: Identifier
    OrgID: Identifier
    HcpID: Identifier | None = None
    InsurerID: CodedText | None = None
    ClientIp: Short | None = None
    AppUser: Short | None = None

    def wish(self) -> HidWish:
        """What shall be issued. Raises BadPersonId, BadFacilityId, BadInsurer."""
        return _wish(self.PersonID, self.OrgID, self.HcpID, self.InsurerID)


class BatchHidRequest(msgspec.Struct, frozen=True):
    """batchhid: some for the time in which the insurer is away."""

    OrgID: Identifier
    InsurerID: CodedText
    Count: Annotated[int, msgspec.Meta(ge=1, le=MOST_AT_ONCE)]
    ClientIp: Short | None = None
    AppUser: Short | None = None

    def insurer(self) -> str:
        """At whose cost. Raises BadInsurer."""
        return read_insurer(self.InsurerID.coded_string or "")


class UpdateHidRequest(msgspec.Struct, frozen=True):
    """updatehid: to whom a reserved one was given."""

    PersonID: Identifier
    OrgID: Identifier
    HID: Identifier | str
    HcpID: Identifier | None = None
    InsurerID: CodedText | None = None
    ClientIp: Short | None = None
    AppUser: Short | None = None

    def wish(self) -> HidWish:
        """What was issued. Raises BadPersonId, BadFacilityId, BadInsurer."""
        return _wish(self.PersonID, self.OrgID, self.HcpID, self.InsurerID)


class EliminateHidRequest(msgspec.Struct, frozen=True):
    """eliminatehid: take one back."""

    PersonID: Identifier
    OrgID: Identifier
    HID: Identifier | str
    Reason: CodedText | None = None
    ClientIp: Short | None = None
    AppUser: Short | None = None

    def reason(self) -> str:
        """The code of the reason; its terminology is not known."""
        return (self.Reason.coded_string or "").strip() if self.Reason is not None else ""


class VerifyHidRequest(msgspec.Struct, frozen=True):
    """verifyhid: the state of one."""

    PersonID: Identifier
    HID: Identifier | str
    OrgID: Identifier | None = None
    ClientIp: Short | None = None
    AppUser: Short | None = None


def person_of(told: Identifier) -> PersonId:
    """Read a person's identifier; without a type it is a national code. Raises BadPersonId."""
    return read_person_id((told.Type or "").strip() or PersonIdType.NATIONAL_CODE, told.id)


def facility_of(told: Identifier) -> str:
    """Read a facility's identifier. Raises BadFacilityId."""
    return read_facility_id(told.id)


def hid_of(told: Identifier | str) -> str:
    """Read an HID. Raises BadHid."""
    return read_hid(told if isinstance(told, str) else told.id)


def status_of(state: HidState, now: datetime) -> CodedText:
    """Write where an HID stands; the official terminology of it is not known."""
    over = state.has_expired(now) and state.state in {HidStatus.ISSUED, HidStatus.RESERVED}
    title, code = _EXPIRED if over else _STATES[state.state]
    return CodedText(title, "HIDStatus", code)


def _wish(person: Identifier, facility: Identifier, provider: Identifier | None, insurer: CodedText | None) -> HidWish:
    """Clients put all kinds of numbers into the practitioner, so it is only kept."""
    code = (insurer.coded_string or "").strip() if insurer is not None else ""
    return HidWish(
        person=person_of(person).key,
        insurer=read_insurer(code) if code else "",
        facility=facility_of(facility),
        provider=f"{(provider.Type or '').strip()}:{provider.id}" if provider is not None and provider.id else "",
    )
