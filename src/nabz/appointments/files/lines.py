"""The lines of an iCalendar (RFC 5545, section 3.1): unfolded, parted into name, parameters and value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from nabz.appointments.errors.pattern import CalendarTooLarge, CalendarUnreadable

MOST_BYTES: Final = 1_000_000
_BREAK: Final = re.compile(r"\r\n|\n|\r")
_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,60}")
_ESCAPED: Final = re.compile(r"\\(.)")
_PARAMETER: Final = re.compile(r';([A-Za-z0-9-]{1,60})=(?:"([^"]*)"|([^";:,]*))')


class Line(NamedTuple):
    """A property: where it begins, what it is called, and what it says."""

    number: int
    name: str
    parameters: Mapping[str, str]
    value: str


def unreadable(number: int, fa: str, en: str) -> CalendarUnreadable:
    """Say what is wrong with a line."""
    return CalendarUnreadable(line=number, why_fa=fa, why=en)


def read_lines(raw: bytes, wanted: frozenset[str]) -> Iterator[Line]:
    """Part the lines whose names are wanted; what stands in the others does not matter.

    Raises CalendarTooLarge, CalendarUnreadable.
    """
    if len(raw) > MOST_BYTES:
        raise CalendarTooLarge(most=MOST_BYTES, why="bytes", why_fa="بایت")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise unreadable(1, "متن آن UTF-8 نیست", "it is not UTF-8") from None
    for number, line in _unfolded(text):
        found = _NAME.match(line)
        if found is None or line[found.end() : found.end() + 1] not in {":", ";"}:
            raise unreadable(number, "نام ویژگی ندارد", "it has no name")
        name = found[0].upper()
        if name in wanted:
            yield _parted(number, name, line[found.end() :])


def plain_text(value: str) -> str:
    """Read what a text says: its commas and line ends are written with a backslash (section 3.3.11)."""
    return " ".join(_ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value).split())


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Join the lines that begin with a blank to those before them."""
    begun, parts = 0, list[str]()
    for number, line in enumerate(_BREAK.split(text), 1):
        if line[:1] in {" ", "\t"} and parts:
            parts.append(line[1:])
        elif line:
            if parts:
                yield begun, "".join(parts)
            begun, parts = number, [line]
    if parts:
        yield begun, "".join(parts)


def _parted(number: int, name: str, rest: str) -> Line:
    parameters: dict[str, str] = {}
    at = 0
    while rest[at : at + 1] == ";":
        found = _PARAMETER.match(rest, at)
        if found is None:
            raise unreadable(number, "پارامتر آن درست نیست", "its parameters are not valid")
        parameters[found[1].upper()] = found[3] if found[2] is None else found[2]
        at = found.end()
    if rest[at : at + 1] != ":":
        raise unreadable(number, "پارامتر آن درست نیست", "its parameters are not valid")
    return Line(number, name, parameters, rest[at + 1 :].strip())
