"""What people write into the form of a way: names, codes or identifiers, which may mean several things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec

from nabz.appointments.errors import BadPeriod, RouteWrong
from nabz.appointments.errors.referral import (
    InsurerWrong,
    NameUnclear,
    NameUnknown,
    OriginWrong,
    SpecialtyWrong,
    UnknownCodes,
)
from nabz.appointments.errors.reports import FirstDayWrong, LastDayWrong
from nabz.appointments.model import OriginKind, Route
from nabz.appointments.model.referral import folded_code, good_route
from nabz.appointments.service import naming
from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.kit.persian import ascii_digits, search_text
from nabz.registries.errors import BadFacilityId
from nabz.registries.model import provider_id_of_key, read_facility_id
from nabz.registries.service import facilities, practitioners
from nabz.terminology.errors import UnknownCode, UnknownTerminology
from nabz.terminology.service import reading, searching

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from nabz.kit.db import Tx
    from nabz.terminology.model import Terminology

MOST: Final = 8
Text = Annotated[str, msgspec.Meta(max_length=80)]


class Told(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """The form of a way; a choice counts when its field means several things, that one among them."""

    origin_kind: Literal["facility", "division"] = "facility"
    origin: Text = ""
    origin_choice: Text = ""
    specialty: Text = ""
    specialty_choice: Text = ""
    insurer: Text = ""
    insurer_choice: Text = ""
    facility: Text = ""
    facility_choice: Text = ""
    provider: Text = ""
    provider_choice: Text = ""
    from_: Text = ""
    until: Text = ""


class Choice(msgspec.Struct, frozen=True):
    """One of the things that a name may mean."""

    value: str
    title: str
    more: str = ""


class Reading(msgspec.Struct):
    """What came of a form: a way, or all that is wrong with it and what there is to choose from."""

    route: Route | None = None
    wrong: dict[str, Problem] = msgspec.field(default_factory=dict)
    choices: dict[str, list[Choice]] = msgspec.field(default_factory=dict)

    def one(self, field: str, look: Callable[[], list[Choice]], text: str, chosen: str) -> str:
        """Give what a field means; what is wrong with it is kept."""
        try:
            found = look()
            return self._the_one(field, found, text, chosen)
        except Problem as problem:
            self.wrong[field] = problem
            return ""

    def _the_one(self, field: str, found: list[Choice], text: str, chosen: str) -> str:
        """Raises NameUnknown, NameUnclear."""
        if not found:
            raise NameUnknown(text=text.strip()[:40])
        called = [one for one in found if search_text(one.title) == search_text(text)]
        for some in (found, called):
            if len(some) == 1:
                return some[0].value
        if chosen in {one.value for one in found}:
            return chosen
        self.choices[field] = found
        raise NameUnclear(text=text.strip()[:40])

    def day(self, field: str, text: str, problem: Problem) -> date | None:
        """Give the day of a field, if one is told."""
        try:
            return jalali.parse(text).to_gregorian() if text.strip() else None
        except jalali.DateWrong:
            self.wrong[field] = problem
            return None


def read_way(tx: Tx, told: Told) -> Reading:
    """Read a form, and find all that is wrong with it at once."""
    found = Reading()
    kind = OriginKind(told.origin_kind)
    new = Route(
        id="",
        origin_kind=kind,
        origin=found.one("origin", lambda: origins(tx, kind, told.origin), told.origin, told.origin_choice),
        specialty=found.one("specialty", lambda: _specialties(tx, told), told.specialty, told.specialty_choice),
        insurer=_if_told(found, "insurer", lambda: _insurers(tx, told), told.insurer, told.insurer_choice),
        facility=_if_told(
            found, "facility", lambda: _facilities(tx, told.facility), told.facility, told.facility_choice
        ),
        provider=_if_told(
            found, "provider", lambda: _providers(tx, told.provider), told.provider, told.provider_choice
        ),
        from_=found.day("from", told.from_, FirstDayWrong()),
        until=found.day("until", told.until, LastDayWrong()),
    )
    if not (told.facility.strip() or told.provider.strip()):
        found.wrong["facility"] = RouteWrong()
    if new.from_ and new.until and new.until < new.from_:
        found.wrong["until"] = BadPeriod()
    if not found.wrong:
        found.route = good_route(new)
    return found


def _if_told(found: Reading, field: str, look: Callable[[], list[Choice]], text: str, chosen: str) -> str:
    return found.one(field, look, text, chosen) if text.strip() else ""


def origins(tx: Tx, kind: OriginKind, text: str) -> list[Choice]:
    """List where a way may begin that a text means. Raises OriginWrong, UnknownCodes."""
    if not text.strip():
        raise OriginWrong
    return _facilities(tx, text) if kind is OriginKind.FACILITY else _codes(tx, naming.DIVISION, text, OriginWrong())


def _specialties(tx: Tx, told: Told) -> list[Choice]:
    if not told.specialty.strip():
        raise SpecialtyWrong
    return _codes(tx, naming.SPECIALTY, told.specialty, SpecialtyWrong())


def _insurers(tx: Tx, told: Told) -> list[Choice]:
    return _codes(tx, naming.INSURER, told.insurer, InsurerWrong())


def _facilities(tx: Tx, text: str) -> list[Choice]:
    """List the facility of a GUID, whether or not we know it, or those of a name."""
    try:
        return [Choice(read_facility_id(text), "")]
    except BadFacilityId:
        found = facilities.search(tx, text, MOST)
        return [
            Choice(one.id, one.name, "، ".join(part for part in (one.type_title, one.city_title) if part))
            for one in found
        ]


def _providers(tx: Tx, text: str) -> list[Choice]:
    """List the practitioner of a number, whether or not we know him, or those of a name. Raises BadProviderId."""
    plain = ascii_digits(text).strip()
    if ":" in plain or plain.isdecimal():
        return [Choice(provider_id_of_key(plain if ":" in plain else f"Med_ID:{plain}").key, "")]
    found = practitioners.search(tx, text, MOST)
    return [
        Choice(one.id.key, f"{one.first_name} {one.last_name}", f"{one.specialty_title} {one.id.value}")
        for one in found
    ]


def _codes(tx: Tx, id_: str, text: str, wrong: Problem) -> list[Choice]:
    """List the code that a text is, or those of its words; without the terminology a code is taken as it is.

    Raises UnknownCodes, and what is told for a text that is no code.
    """
    code = folded_code(text)
    t = _terminology(tx, id_)
    if t is None and code is None:
        raise wrong
    if t is None or (code is not None and _has(tx, t, code)):
        return [Choice(code or "", "")]
    found = [one.concept for one in searching.search(tx, text, t, t.last, MOST)]
    if not found and code is not None:
        raise UnknownCodes(codes=code)
    return [Choice(one.code, one.value, one.code) for one in found]


def _terminology(tx: Tx, id_: str) -> Terminology | None:
    try:
        found = reading.one(tx, id_)
    except UnknownTerminology:
        return None
    return found if found.last else None


def _has(tx: Tx, t: Terminology, code: str) -> bool:
    try:
        reading.concept(tx, t, code, t.last)
    except UnknownCode:
        return False
    return True
