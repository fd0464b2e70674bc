"""Our own messages of results: no official source has any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from nabz.prescriptions.model.results import MOST_NUMBERS, FileSent, Numeric, Sent

if TYPE_CHECKING:
    from nabz.prescriptions.model.results import Kept, Result

Short = Annotated[str, msgspec.Meta(max_length=200)]
Long = Annotated[str, msgspec.Meta(max_length=50_000)]


class Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What all members have in common: their spelling."""


class Message(Shape, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a caller sends: a key that it does not have is refused."""


class ToldNumber(Message, frozen=True, kw_only=True):
    """One analyte; its flag (N, L, H, LL, HH, A) is reckoned from the limits where it is not told."""

    name: Short
    value: Short
    unit: Short = ""
    low: Short = ""
    high: Short = ""
    range: Short = ""
    flag: Short = ""


class ToldResult(Message, frozen=True, kw_only=True):
    """A result; its files stand beside it in the form."""

    service: Short = ""
    title: Short = ""
    text: Long = ""
    numbers: Annotated[list[ToldNumber], msgspec.Meta(max_length=MOST_NUMBERS)] = []
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""
    """Why it corrects another."""

    def sent(self, files: Sequence[FileSent] = ()) -> Sent:
        """Give it with its files."""
        numbers = tuple(
            Numeric(each.name, each.value, each.unit, each.low, each.high, each.range, each.flag)
            for each in self.numbers
        )
        return Sent(service=self.service, title=self.title, text=self.text, numbers=numbers, files=tuple(files))


class ShownNumber(Shape, frozen=True, kw_only=True):
    """One analyte."""

    name: str
    value: str
    unit: str
    low: str
    high: str
    range: str
    flag: str


class ShownFile(Shape, frozen=True, kw_only=True):
    """One file; its content is asked for by its number."""

    number: int
    name: str
    type: str
    size: int
    sha256: str


class ShownResult(Shape, frozen=True, kw_only=True):
    """A result as it stands: draft, released, or replaced by a correction."""

    id: str
    state: str
    delivery: int
    prescription: int
    centre: str
    service: str
    title: str
    text: str
    numbers: list[ShownNumber]
    files: list[ShownFile]
    created_at: datetime
    released_at: datetime | None
    corrects: str | None
    reason: str | None
    replaced_by: str | None


class ShownResults(Shape, frozen=True, kw_only=True):
    """Results in a list."""

    results: list[ShownResult]


def shown(one: Result) -> ShownResult:
    """Tell a result."""
    return ShownResult(
        id=one.id,
        state=str(one.state),
        delivery=one.delivery,
        prescription=one.prescription,
        centre=one.centre,
        service=one.service,
        title=one.title,
        text=one.text,
        numbers=[_number(each) for each in one.numbers],
        files=[_file(each) for each in one.files],
        created_at=one.at,
        released_at=one.released_at,
        corrects=one.corrects or None,
        reason=one.reason or None,
        replaced_by=one.replaced_by or None,
    )


def listed(found: Sequence[Result]) -> ShownResults:
    """Tell results."""
    return ShownResults(results=[shown(each) for each in found])


def _number(one: Numeric) -> ShownNumber:
    return ShownNumber(
        name=one.name, value=one.value, unit=one.unit, low=one.low, high=one.high, range=one.range, flag=one.flag
    )


def _file(one: Kept) -> ShownFile:
    return ShownFile(number=one.number, name=one.name, type=one.type, size=one.size, sha256=one.digest)
