"""Rows of a price list and of the table of interactions: read out of texts, each fault told in both languages."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from nabz.kit import jalali
from nabz.kit.persian import ascii_digits, fold, search_text
from nabz.prescriptions.model.catalogue.values import (
    IMAGING,
    Interaction,
    Key,
    Price,
    Severity,
    code_of,
    name_of,
    type_of,
)
from nabz.prescriptions.model.codes import LAB_GROUPS, SERVICE_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DRUG: Final = "01"
CLEAR: Final = "-"
"""What is written to empty a cell; an empty one leaves things as they are."""

_DRUG_DIGITS: Final = 5
_OTHER_DIGITS: Final = 10
_LONGEST: Final = 300
_MOST_RIALS: Final = 10**12
_MOST_COUNT: Final = 10_000
_WHOLE: Final = 100
_UNSEEN: Final = frozenset(("Cc", "Cs"))
_CODE: Final = re.compile(r"[0-9A-Z][0-9A-Z-]{0,19}")
_TOOTH: Final = re.compile(r"[1-8][1-8]")
_TRUE: Final = frozenset(("1", "true", "yes", "بله", "بلی", "آری", "دارد"))
_FALSE: Final = frozenset(("0", "false", "no", "خیر", "نه", "ندارد"))
_THOUSANDS: Final = str.maketrans("", "", ",٬ ")


class RowWrong(Exception):  # noqa: N818 - told row by row, never let out
    """What is wrong with a row."""

    def __init__(self, fa: str, en: str) -> None:
        super().__init__(en)
        self.fa, self.en = fa, en


class Row(NamedTuple):
    """What a row says of a service: what it leaves out stays as it is."""

    line: int
    key: Key
    given: Mapping[str, Any]
    price: Price | None
    day: str


def row_of(line: int, cells: Mapping[str, str], day: str) -> Row:
    """Read a row by its columns; a price without a date holds from a day on. Raises RowWrong."""
    given = {name: _read(name, text) for name, text in cells.items() if name in COLUMNS and text.strip()}
    type_, code = given.pop("type", ""), given.pop("code", "")
    if type_ not in SERVICE_TYPES or type_ == IMAGING:
        raise RowWrong("نوع خدمت (type) شناخته نیست", "the service type is unknown")
    if not _CODE.fullmatch(code):
        raise RowWrong("کد خدمت (code) درست نیست", "the service code is not valid")
    if code.isdecimal():  # spreadsheets eat leading zeros
        code = code.zfill(_DRUG_DIGITS if type_ == DRUG else _OTHER_DIGITS)
    since = given.pop("price_day", "") or day
    figures = {name: given.pop(name) for name in Price._fields if name in given}
    price = Price(**figures) if "price" in figures else None
    if price is None and figures:
        raise RowWrong("بهای فنی یا یارانه بدون ستون price آمده است", "parts of a price are given without the price")
    return Row(line, (type_, code), given, price, since)


def pair_of(cells: Mapping[str, str]) -> Interaction:
    """Read a row of the table of interactions. Raises RowWrong."""
    one, other = (name_of(cells.get(name, "")) for name in ("one", "other"))
    if not one or not other or one == other:
        raise RowWrong("دو داروی متفاوت (one و other) لازم است", "two different drugs are needed")
    severity = _SEVERITIES.get(search_text(cells.get("severity", "")))
    if severity is None:
        raise RowWrong(
            "شدت (severity) باید mild، moderate، severe یا forbidden باشد",
            "the severity must be mild, moderate, severe or forbidden",
        )
    text_fa, text_en = (cells.get(name, "").strip() for name in ("text_fa", "text_en"))
    if not text_fa or max(len(text_fa), len(text_en)) > 10 * _LONGEST:
        raise RowWrong("متن هشدار (text_fa) نیست یا بیش از اندازه است", "the text is missing or too long")
    return Interaction(one, other, severity, text_fa, text_en)


# ---- one cell


def _read(name: str, text: str) -> Any:  # noqa: ANN401 - each column has its own type
    text = text.strip()
    read, empty = COLUMNS[name]
    if text == CLEAR:
        return empty
    try:
        return read(text)
    except (ValueError, jalali.DateWrong):
        raise RowWrong(f"ستون {name}: «{text[:40]}» درست نیست", f"column {name}: {text[:40]!r} is not valid") from None


def _text(text: str) -> str:
    if len(text) > _LONGEST or any(unicodedata.category(letter) in _UNSEEN for letter in text):
        raise ValueError
    return text


def _persian(text: str) -> str:
    return _text(fold(text))


def _truth(text: str) -> bool:
    word = search_text(text)
    if word not in _TRUE | _FALSE:
        raise ValueError
    return word in _TRUE


def _number(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        digits = ascii_digits(text).translate(_THOUSANDS)
        if not (digits.isascii() and digits.isdecimal() and int(digits) <= most):
            raise ValueError
        return int(digits)

    return read


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if (found := ascii_digits(text)) not in allowed:
            raise ValueError
        return found

    return read


def _group(text: str) -> str:
    found = ascii_digits(text).zfill(3)
    if found not in LAB_GROUPS:
        raise ValueError
    return found


def _teeth(text: str) -> str:
    numbers = [one for one in re.split(r"[,،;\s]+", ascii_digits(text)) if one]
    if not all(_TOOTH.fullmatch(one) for one in numbers):
        raise ValueError
    return ",".join(numbers)


def _day(text: str) -> str:
    return jalali.compact(jalali.parse(text))


_rials = _number(_MOST_RIALS)
_truths = ("controlled", "barcode", "hospital", "additive")

COLUMNS: Final[Mapping[str, tuple[Callable[[str], Any], Any]]] = {
    "type": (type_of, ""),
    "code": (code_of, ""),
    "id": (_number(2**53), 0),
    "srv_code": (code_of, ""),
    "name": (_text, ""),
    "name_en": (_text, ""),
    "name_fa": (_persian, ""),
    "form_code": (_text, ""),
    "form": (_text, ""),
    "insured": (_truth, True),
    "price": (_rials, 0),
    "price_day": (_day, ""),
    "k2_price": (_rials, 0),
    "tech_price": (_rials, 0),
    "subsidy": (_rials, 0),
    "sex": (_one_of("1", "2"), ""),
    "most": (_number(_MOST_COUNT), 0),
    "max_age": (_number(_WHOLE + _WHOLE), 0),
    "group": (_group, ""),
    "generic": (_text, ""),
    "substance": (_text, ""),
    "irc": (_text, ""),
    **dict.fromkeys(_truths, (_truth, False)),
    "dental": (_one_of("1", "2"), ""),
    "teeth": (_teeth, ""),
    "warning": (_persian, ""),
    "terminology": (_text, ""),
    "visible": (_truth, True),
    "percent": (_number(_WHOLE), 70),
}
"""How the cells of a price list are read, and what an emptied one is."""

_SEVERITIES: Final = {
    **{each.value: each for each in Severity},
    search_text("خفیف"): Severity.MILD,
    search_text("متوسط"): Severity.MODERATE,
    search_text("شدید"): Severity.SEVERE,
    search_text("ممنوع"): Severity.FORBIDDEN,
}
