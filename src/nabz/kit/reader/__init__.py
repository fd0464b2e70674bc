"""The one reader: bytes, or the fields of a form, become wire types; all that can be wrong is a Problem.

Spelling is read generously: keys without regard to case and blanks, other spellings that a Struct declares in
``aliases: ClassVar[dict[str, tuple[str, ...]]]`` (Python name of the field -> names on the wire), numbers for
texts, texts for numbers, a body that was encoded twice. All else is strict: size, depth, numbers, twins.
"""

from nabz.kit.reader.numbers import LARGEST_NATURAL, Natural
from nabz.kit.reader.problems import (
    BodyEmpty,
    BodyEncodedTwice,
    BodyNotJson,
    BodyNotText,
    BodyTooDeep,
    BodyTooLarge,
    KeyTwice,
    KeyUnknown,
    NumberRefused,
    TextRefused,
    TooManyValues,
    ValueMissing,
    ValueWrong,
)
from nabz.kit.reader.reading import LIMITS, Limits, read, read_fields

__all__ = [
    "LARGEST_NATURAL",
    "LIMITS",
    "BodyEmpty",
    "BodyEncodedTwice",
    "BodyNotJson",
    "BodyNotText",
    "BodyTooDeep",
    "BodyTooLarge",
    "KeyTwice",
    "KeyUnknown",
    "Limits",
    "Natural",
    "NumberRefused",
    "TextRefused",
    "TooManyValues",
    "ValueMissing",
    "ValueWrong",
    "read",
    "read_fields",
]
