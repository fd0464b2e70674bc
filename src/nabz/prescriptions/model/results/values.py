"""What a result is, and what may stand in it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final

import msgspec

from nabz.kit import persian
from nabz.prescriptions.errors import results as wrong

MEGABYTE: Final = 1 << 20
MOST_FILE: Final = 10 * MEGABYTE
MOST_TOGETHER: Final = 40 * MEGABYTE
"""Of all results of one delivery, drafts and replaced ones too."""

MOST_FILES: Final = 20
MOST_NUMBERS: Final = 500
LONGEST_TEXT: Final = 50_000
LONGEST_NAME: Final = 200
LONGEST_VALUE: Final = 60
LONGEST_REASON: Final = 500
FLAGS: Final = frozenset({"", "N", "L", "H", "LL", "HH", "A"})
"""Normal, low, high, critically so, abnormal in another way."""


class ResultState(StrEnum):
    """Where a result stands."""

    DRAFT = "draft"
    """Only its centre sees it."""

    RELEASED = "released"
    """The patient and the physician who wrote the prescription see it; it does not change any more."""

    REPLACED = "replaced"
    """A correction has taken its place; it can still be read."""


class Numeric(msgspec.Struct, frozen=True, omit_defaults=True):
    """One analyte with its value."""

    name: str
    value: str
    """As the laboratory writes it: 5.40, <0.5, positive."""

    unit: str = ""
    low: str = ""
    high: str = ""
    range: str = ""
    """The reference range in words, where two numbers do not tell it."""

    flag: str = ""


class FileSent(msgspec.Struct, frozen=True):
    """A file as it arrived."""

    name: str
    content: bytes


class Kept(msgspec.Struct, frozen=True):
    """What is known of a file without its content."""

    number: int
    name: str
    type: str
    size: int
    digest: str
    """SHA-256 of what is kept, in hex."""


class File(msgspec.Struct, frozen=True):
    """A file with its content."""

    name: str
    type: str
    digest: str
    content: bytes


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A result as a centre sends it."""

    service: str = ""
    """The code of the service that it is of; empty: of the whole delivery."""

    title: str = ""
    text: str = ""
    numbers: tuple[Numeric, ...] = ()
    files: tuple[FileSent, ...] = ()


class Result(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A result as it is kept."""

    id: str
    delivery: int
    prescription: int
    centre: str
    patient: str
    doctor: str
    at: datetime
    by: str
    state: ResultState = ResultState.DRAFT
    service: str = ""
    title: str = ""
    text: str = ""
    numbers: tuple[Numeric, ...] = ()
    files: tuple[Kept, ...] = ()
    released_at: datetime | None = None
    corrects: str = ""
    """The result whose place it takes."""

    reason: str = ""
    replaced_by: str = ""
    digest: str = ""
    """What its idempotency key stands for: what was sent at first."""

    @property
    def size(self) -> int:
        """Sum up the bytes of its files."""
        return sum(each.size for each in self.files)


def checked(sent: Sent) -> Sent:
    """Give a result with its texts in their one spelling. Raises ResultEmpty, ResultForm, FileTooLarge."""
    if not sent.text.strip() and not sent.numbers and not sent.files:
        raise wrong.ResultEmpty
    for field, text, most in (
        ("service", sent.service, LONGEST_VALUE),
        ("title", sent.title, LONGEST_NAME),
        ("text", sent.text, LONGEST_TEXT),
    ):
        if len(text) > most or "\0" in text:
            raise wrong.ResultForm(field=field)
    if len(sent.numbers) > MOST_NUMBERS:
        raise wrong.ResultForm(field="numbers")
    if len(sent.files) > MOST_FILES:
        raise wrong.ResultForm(field="files")
    for file in sent.files:
        if len(file.content) > MOST_FILE:
            raise wrong.FileTooLarge(name=file.name, most=MOST_FILE // MEGABYTE)
    numbers = tuple(flagged(_checked_number(place, each)) for place, each in enumerate(sent.numbers))
    return msgspec.structs.replace(
        sent, service=sent.service.strip(), title=sent.title.strip(), text=sent.text.strip(), numbers=numbers
    )


def _checked_number(place: int, one: Numeric) -> Numeric:
    """Raises ResultForm."""
    name, value, flag = one.name.strip(), _digits(one.value), one.flag.strip().upper()
    if not 0 < len(name) <= LONGEST_NAME:
        raise wrong.ResultForm(field=f"numbers[{place}].name")
    if not 0 < len(value) <= LONGEST_VALUE:
        raise wrong.ResultForm(field=f"numbers[{place}].value")
    low, high = _digits(one.low), _digits(one.high)
    for field, text in (("low", low), ("high", high)):
        if text and number_of(text) is None:
            raise wrong.ResultForm(field=f"numbers[{place}].{field}")
    if low and high and (number_of(low) or 0) > (number_of(high) or 0):
        raise wrong.ResultForm(field=f"numbers[{place}].high")
    if len(one.unit) > LONGEST_VALUE or len(one.range) > LONGEST_NAME or flag not in FLAGS:
        raise wrong.ResultForm(field=f"numbers[{place}]")
    return Numeric(name, value, one.unit.strip(), low, high, one.range.strip(), flag)


def flagged(one: Numeric) -> Numeric:
    """Say whether a value is low or high, where its range tells and the laboratory does not."""
    value, low, high = number_of(one.value), number_of(one.low), number_of(one.high)
    if one.flag or value is None or (low is None and high is None):
        return one
    flag = "L" if low is not None and value < low else "H" if high is not None and value > high else "N"
    return msgspec.structs.replace(one, flag=flag)


def number_of(text: str) -> Decimal | None:
    """Read a plain number; anything else is a word."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _digits(text: str) -> str:
    return persian.ascii_digits(text).strip().replace("٫", ".")
