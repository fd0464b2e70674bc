"""Plans of single values: which small slips are forgiven and which numbers are refused.

A plan changes the parsed tree in place and leaves to msgspec whatever it does not understand itself.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from nabz.kit.errors import Problem
from nabz.kit.reader.problems import BodyTooDeep, NumberRefused, ValueWrong

_DIGITS: Final = {ord(digit): str(place % 10) for place, digit in enumerate("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")}
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,32}(?:\.[0-9]{1,32})?(?:[eE][+-]?[0-9]{1,2})?")
_BOOLEANS: Final = {"true": True, "false": False, "1": True, "0": False}
_SMALLEST: Final = -(2**63)
_LARGEST: Final = 2**63 - 1


class Stop(Exception):  # noqa: N818 - no error that anybody outside sees
    """A problem found in the depth, never seen outside: every level that it passes adds its own name."""

    def __init__(self, kind: type[Problem], expected: str = "") -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.expected = expected
        self.trail: list[str] = []

    @property
    def path(self) -> str:
        """The way to the place: Data.Person.names[0]."""
        path = "".join(name if name.startswith("[") else f".{name}" for name in reversed(self.trail))
        return path.removeprefix(".") or "$"


def integer(value: int) -> int:
    """Refuse what does not fit into 64 bits."""
    if _SMALLEST <= value <= _LARGEST:
        return value
    raise Stop(NumberRefused)


def ascii_number(text: str, pattern: re.Pattern[str]) -> str | None:
    """Give the number that a text holds in plain digits, or nothing."""
    text = text.translate(_DIGITS).strip()
    return text if pattern.fullmatch(text) else None


class Plan:
    """The plan of a value that may be anything: nothing is changed, every limit is checked."""

    plain: type | None = None  # a value of exactly this class needs no look

    def fold(self, value: object, left: int, keys: list[int]) -> object:
        """Return the value as msgspec shall see it; `left` levels remain, `keys` counts the keys met."""
        if isinstance(value, dict | list):
            if not left:
                raise Stop(BodyTooDeep)
            if isinstance(value, dict):
                keys[0] += len(value)
            for item in value.values() if isinstance(value, dict) else value:
                Plan.fold(self, item, left - 1, keys)
        elif isinstance(value, int):
            integer(value)
        return value


class Raw(Plan):
    """A part that is kept as JSON text."""

    def fold(self, value: object, left: int, keys: list[int]) -> object:
        """Write the checked part down again, without blanks."""
        return msgspec.Raw(msgspec.json.encode(super().fold(value, left, keys)))


ANY: Final = Plan()
RAW: Final = Raw()


class Leaf(Plan):
    """A date, an identifier and the like, which msgspec reads from text."""

    def __init__(self, *, optional: bool) -> None:
        self.optional = optional

    def fold(self, value: object, left: int, keys: list[int]) -> object:  # noqa: ARG002
        """Take an empty text for none where none is allowed."""
        if isinstance(value, str):
            text = value.strip()
            return None if not text and self.optional else self.spelt(text)
        if isinstance(value, int) and not isinstance(value, bool):
            return self.counted(integer(value))
        return value

    def spelt(self, text: str) -> object:
        """Read the value from a text."""
        return text

    def counted(self, number: int) -> object:
        """Read the value from a whole number."""
        return number


class Text(Leaf):
    """A text; clients send codes as numbers too."""

    plain: type | None = str

    def fold(self, value: object, left: int, keys: list[int]) -> object:
        """Keep a text to the letter and write a number as one."""
        if isinstance(value, str):
            return value
        return repr(value) if isinstance(value, float) else super().fold(value, left, keys)

    def counted(self, number: int) -> object:
        """Write the number down."""
        return str(number)


class Choice(Text):
    """One of a few texts; an unchosen option of a form is an empty text."""

    plain = None

    def __init__(self, *, optional: bool, choices: tuple[object, ...]) -> None:
        super().__init__(optional=optional and "" not in choices)

    def fold(self, value: object, left: int, keys: list[int]) -> object:
        """Take an empty text for none where none is allowed."""
        return None if self.optional and value == "" else super().fold(value, left, keys)


class Int(Leaf):
    """A whole number, perhaps written as text, in Persian digits."""

    def spelt(self, text: str) -> object:
        """Read the digits."""
        number = ascii_number(text, _INTEGER)
        return text if number is None else integer(int(number))


class Float(Leaf):
    """A number, perhaps written as text."""

    plain = float

    def spelt(self, text: str) -> object:
        """Read the digits."""
        number = ascii_number(text, _NUMBER)
        return text if number is None else float(number)


class Exact(Leaf):
    """A Decimal: a text such as 1e999999999 would fit into it and fill the memory later."""

    def spelt(self, text: str) -> object:
        """Read the digits, and let nothing else pass."""
        number = ascii_number(text, _NUMBER)
        if number is None:
            raise Stop(ValueWrong, expected="`decimal`")
        return number


class Moment(Leaf):
    """An instant: in the first and the last year a change of zone would leave the calendar."""

    def spelt(self, text: str) -> object:
        """Refuse the edges of time."""
        if text.startswith(("0001", "9999")):
            raise Stop(ValueWrong, expected="`datetime`")
        return text


class Bool(Leaf):
    """Yes or no, perhaps written as text."""

    plain = bool

    def spelt(self, text: str) -> object:
        """Read the word."""
        return _BOOLEANS.get(text.lower(), text)
