"""Events written as an iCalendar (RFC 5545): what everybody's calendar takes in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})
_UNSEEN: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_FOLD: Final = 75


class Written(NamedTuple):
    """An event that is to be written."""

    uid: str
    begins: datetime
    ends: datetime
    summary: str
    location: str = ""
    description: str = ""
    cancelled: bool = False


def write(events: Iterable[Written], now: datetime) -> bytes:
    """Write a calendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Nabz//Appointments//FA", "CALSCALE:GREGORIAN"]
    for event in events:
        lines += _event(event, now)
    lines.append("END:VCALENDAR")
    return b"".join(part for line in lines for part in _folded(line))


def _event(event: Written, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_time(now)}"
    yield f"DTSTART:{_time(event.begins)}"
    yield f"DTEND:{_time(event.ends)}"
    for name, text in (("SUMMARY", event.summary), ("LOCATION", event.location), ("DESCRIPTION", event.description)):
        if text:
            yield f"{name}:{_text(text)}"
    if event.cancelled:
        yield "STATUS:CANCELLED"
    yield "END:VEVENT"


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    return _UNSEEN.sub(" ", text.replace("\r\n", "\n")).translate(_ESCAPED)


def _folded(line: str) -> Iterator[bytes]:
    """Break a line after 75 bytes, and never within a letter."""
    part, start = b"", b""
    for letter in line:
        octets = letter.encode()
        if len(start) + len(part) + len(octets) > _FOLD:
            yield start + part + b"\r\n"
            part, start = b"", b" "
        part += octets
    yield start + part + b"\r\n"
