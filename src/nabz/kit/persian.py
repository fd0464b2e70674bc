"""Persian text: letters, digits, comparing, searching, and the numbers that people and places go by.

Everything is pure. A function that checks a number gives its one canonical spelling, or None.
Normalising sorts the signs on a letter, in a time that grows with the square of their number: so texts have a length
beyond which they are refused before that.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from nabz.kit.errors import Problem

LONGEST: Final = 4000
"""So many letters at most are folded, compared and searched for."""

_PERSIAN: Final = "۰۱۲۳۴۵۶۷۸۹"
_ARABIC: Final = "٠١٢٣٤٥٦٧٨٩"
_ASCII: Final = "0123456789"
_TO_ASCII: Final = str.maketrans(_PERSIAN + _ARABIC, _ASCII * 2)
_TO_PERSIAN: Final = str.maketrans(_ASCII + _ARABIC, _PERSIAN * 2)

# Written as escapes, so that no foreign form of a Persian letter stands in the sources.
_LETTERS: Final = str.maketrans(
    {
        "\u064a": "ی",  # Arabic yeh
        "\u0649": "ی",  # alef maksura
        "\u06d2": "ی",  # Urdu yeh barree
        "\u0643": "ک",  # Arabic kaf
        "\u06aa": "ک",  # swash kaf
        "\u0629": "ه",  # teh marbuta
        "\u06c1": "ه",  # heh goal
        "\u06be": "ه",  # heh doachashmee
        "\u06d5": "ه",  # ae
    }
)
_TATWEEL: Final = "\u0640"
_LONE_HAMZA: Final = "\u0621"
_HEH_WITH_HAMZA: Final = str.maketrans({"\u06c0": "ه", "\u06c2": "ه"})
_INVISIBLE: Final = frozenset(("Mn", "Cf"))  # vowel signs; half-spaces, direction marks, soft hyphens

_SEPARATORS: Final = re.compile(r"[\s\-‐-―()./]+")
_MOBILE: Final = re.compile(r"(?:\+98|0098|98)?0?(9[0-9]{9})")
# No 2 anywhere, no 0 in the first five places, no 5 in the fifth, not four times the same at the start.
_POSTAL_CODE: Final = re.compile(r"(?!(.)\1{3})[13-9]{4}[1346-9][013-9]{5}")
_NATIONAL_CODE_DIGITS: Final = 10
_LEGAL_ID_WEIGHTS: Final = (29, 27, 23, 19, 17, 29, 27, 23, 19, 17)
_MODULUS: Final = 11
_SYNTHETIC_CODES: Final = 9_999_999
_MOST_REMEMBERED: Final = 20_000


class TextTooLong(Problem):
    """More letters than any name, title or search has."""

    code = "kit.text-too-long"
    status = 400
    fa = "متن بیش از {most} نویسه دارد."
    en = "The text has more than {most} letters."


def ascii_digits(text: str) -> str:
    """Write Persian and Arabic digits as 0-9."""
    return text if text.isascii() else text.translate(_TO_ASCII)


def persian_digits(text: object) -> str:
    """Write 0-9 and Arabic digits as Persian ones."""
    return str(text).translate(_TO_PERSIAN)


def grouped(number: int) -> str:
    """Write a number for people: ۱٬۲۳۴٬۵۶۷."""
    return persian_digits(f"{number:,}".replace(",", "٬"))


def fold(text: str) -> str:
    """Give every letter its Persian form; hamza, vowel signs and half-spaces stay: this is fit to show.

    Raises TextTooLong.
    """
    _check_length(text)
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(_LETTERS)


def same(one: str, other: str) -> bool:
    """Tell whether texts differ in nothing but half-spaces, blanks, letter forms, vowel signs and digits.

    Raises TextTooLong.
    """
    _check_length(one)
    _check_length(other)
    return one == other or _bones(one) == _bones(other)


def search_text(text: str) -> str:
    """Give what is stored for search and what is searched for: no hamza, signs, half-spaces or capitals.

    Raises TextTooLong.
    """
    _check_length(text)
    if not text.isascii():
        # NFKD parts the hamza and the madda from their letters, and then both go with the vowel signs.
        bare = _visible(unicodedata.normalize("NFKD", text).translate(_LETTERS)).replace(_LONE_HAMZA, "")
        text = ascii_digits(unicodedata.normalize("NFC", bare))
    return " ".join(text.casefold().split())


def national_code(text: str) -> str | None:
    """Give the ten digits of a person's national code (کد ملی) if the check digit is right.

    Spreadsheets eat leading zeros, so eight and nine digits are filled up.
    """
    digits = _digits(text)
    if digits is None or len(digits) not in (8, 9, 10):
        return None
    digits = digits.zfill(_NATIONAL_CODE_DIGITS)
    if digits == digits[0] * _NATIONAL_CODE_DIGITS:  # the sum is right in all ten of them
        return None
    return digits if digits[9] == _check_digit(digits[:9]) else None


def synthetic_national_code(n: int) -> str:
    """Make the n-th valid national code for demo data; all begin with 99, and no two are the same."""
    if not 0 <= n < _SYNTHETIC_CODES:
        raise ValueError(f"there are {_SYNTHETIC_CODES} synthetic national codes")
    first_nine = f"99{n:07}"
    return first_nine + _check_digit(first_nine)


def legal_id(text: str) -> str | None:
    """Give the eleven digits of an organisation's national id (شناسهٔ ملی) if the check digit is right."""
    digits = _digits(text)
    if digits is None or len(digits) != len(_LEGAL_ID_WEIGHTS) + 1 or digits[3:9] == "000000":
        return None
    shift = int(digits[9]) + 2
    pairs = zip(digits[:10], _LEGAL_ID_WEIGHTS, strict=True)
    total = sum((shift + int(digit)) * weight for digit, weight in pairs)
    return digits if int(digits[10]) == total % _MODULUS % 10 else None


def mobile(text: str) -> str | None:
    """Give a mobile number as 09xxxxxxxxx; operators' prefixes are not checked, new ones keep coming."""
    found = _MOBILE.fullmatch(_compact(text))
    return "0" + found[1] if found else None


def postal_code(text: str) -> str | None:
    """Give the ten digits of a postal code if they keep the post's rules."""
    digits = _digits(text)
    return digits if digits is not None and _POSTAL_CODE.fullmatch(digits) else None


def _check_length(text: str) -> None:
    if len(text) > LONGEST:
        raise TextTooLong(most=LONGEST)


class _Visible(dict[int, str | None]):
    """For str.translate: takes away what cannot be seen, and looks each letter up once in a process's life."""

    def __missing__(self, code: int) -> str | None:
        letter = chr(code)
        seen = letter != _TATWEEL and unicodedata.category(letter) not in _INVISIBLE
        if len(self) < _MOST_REMEMBERED:
            self[code] = letter if seen else None
        return letter if seen else None


_VISIBLE: Final = _Visible()


def _visible(text: str) -> str:
    return text.translate(_VISIBLE)


def _bones(text: str) -> str:
    text = _visible(unicodedata.normalize("NFKC", text).translate(_LETTERS).translate(_HEH_WITH_HAMZA))
    return "".join(ascii_digits(text).split())


def _compact(text: str) -> str:
    return _SEPARATORS.sub("", _visible(ascii_digits(text)))


def _digits(text: str) -> str | None:
    digits = _compact(text)
    return digits if digits.isascii() and digits.isdecimal() else None


def _check_digit(first_nine: str) -> str:
    pairs = zip(first_nine, range(10, 1, -1), strict=True)
    rest = sum(int(digit) * weight for digit, weight in pairs) % _MODULUS
    return str(rest if rest < 2 else _MODULUS - rest)  # noqa: PLR2004 - the rule's own figure
