"""What people take away from a ticket: the square code that leads to it, and an entry for their calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import segno

from nabz.appointments.model import Status

if TYPE_CHECKING:
    from nabz.appointments.model import Agenda, Appointment

CALENDAR: Final = "text/calendar; charset=utf-8"
LONGEST_LINE: Final = 75
_STANDS: Final = {Status.FREE, Status.TAKEN, Status.VISITED}


def square_code(address: str) -> str:
    """Draw an address as a QR code, as a picture within the page."""
    return segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=2, light="white")


def calendar_entry(appointment: Appointment, agenda: Agenda, address: str, now: datetime) -> bytes:
    """Write an appointment as iCalendar (RFC 5545), with an alarm on the day before."""
    stands = appointment.status in _STANDS
    ends_at = appointment.starts_at + timedelta(minutes=appointment.minutes)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Nabz//Appointments//FA",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{appointment.id}@nabz",
        f"DTSTAMP:{_instant(now)}",
        f"DTSTART:{_instant(appointment.starts_at)}",
        f"DTEND:{_instant(ends_at)}",
        f"SUMMARY:{_escaped(f'نوبت {agenda.shown_name}')}",
        f"LOCATION:{_escaped(_place(agenda))}",
        f"DESCRIPTION:{_escaped(f'شمارهٔ رهگیری: 1:{appointment.slot}')}",
        f"URL:{address}",
        f"STATUS:{'CONFIRMED' if stands else 'CANCELLED'}",
        *(_alarm(agenda) if stands else ()),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _alarm(agenda: Agenda) -> tuple[str, ...]:
    told = _escaped(f"فردا نوبت {agenda.shown_name} دارید")
    return "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{told}", "TRIGGER:-P1D", "END:VALARM"


def _place(agenda: Agenda) -> str:
    return "، ".join(part for part in (agenda.facility_name, agenda.city_title, agenda.address) if part)


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def _folded(line: str) -> str:
    """Break a line at 75 octets, never within a letter: the rest begins with a blank."""
    parts: list[str] = [""]
    octets = 0
    for letter in line:
        size = len(letter.encode())
        if octets + size > LONGEST_LINE:
            parts.append(" ")
            octets = 1
        parts[-1] += letter
        octets += size
    return "\r\n".join(parts)
