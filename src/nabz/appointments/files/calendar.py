"""An iCalendar becomes slots: every event is a session of work, cut into visits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

from nabz.appointments.errors.pattern import CalendarTooLarge
from nabz.appointments.files.lines import Line, plain_text, read_lines, unreadable
from nabz.appointments.files.repeating import Steps, read_rule, repeated
from nabz.appointments.files.times import by_utc, is_day, read_day, read_length, read_time, zone_of
from nabz.appointments.model.pattern import Piece, Visits, visits_of
from nabz.kit.jalali import tehran

if TYPE_CHECKING:
    from nabz.appointments.model import New

MOST_EVENTS: Final = 5_000
MOST_EXCLUDED: Final = 2_000
LONGEST_EVENT: Final = timedelta(days=1)
LONGEST_TITLE: Final = 100
_DEEPEST: Final = 8
_ONCE: Final = frozenset({"UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RECURRENCE-ID", "STATUS", "SUMMARY"})
_REFUSED: Final = frozenset({"RDATE", "EXRULE"})
_WANTED: Final = _ONCE | _REFUSED | {"BEGIN", "END", "EXDATE"}
_PLAIN: Final = re.compile(r"[0-9A-Za-z@._-]{1,36}")


class PassedOver(NamedTuple):
    """An event of which no slots are made, since it takes whole days and has no hours."""

    title: str
    day: date
    repeats: bool


@dataclass
class Event:
    """A VEVENT as it stands in the file."""

    number: int
    lines: dict[str, Line] = field(default_factory=dict)
    excluded: list[Line] = field(default_factory=list)

    def needed(self, name: str) -> Line:
        """Give a property that has to be there. Raises CalendarUnreadable."""
        if name not in self.lines:
            raise unreadable(self.number, f"رویداد {name} ندارد", f"the event has no {name}")
        return self.lines[name]

    @property
    def uid(self) -> str:
        """What the event is known by."""
        return self.needed("UID").value

    @property
    def of_whole_days(self) -> bool:
        """Whether it is a matter of days, like a holiday, and has no time of day."""
        begin = self.lines.get("DTSTART")
        return begin is not None and (begin.parameters.get("VALUE", "").upper() == "DATE" or is_day(begin.value))

    @property
    def cancelled(self) -> bool:
        """Whether it does not take place."""
        return "STATUS" in self.lines and self.lines["STATUS"].value.upper() == "CANCELLED"


def read(raw: bytes, visits: Visits, prefix: str, after: datetime, until: datetime) -> list[New]:
    """Make slots of the events that begin within a time.

    The local id of a slot is made of the prefix, the event's UID and the times of the recurrence and of the visit.
    Raises CalendarTooLarge, CalendarUnreadable, and what `visits_of` raises.
    """
    return visits_of(_pieces(list(_events(raw)), prefix, after, until), visits)


def read_timed(
    raw: bytes, visits: Visits, prefix: str, after: datetime, until: datetime
) -> tuple[list[New], list[PassedOver]]:
    """Do the same, but pass over the events of whole days and tell which they are."""
    events = list(_events(raw))
    timed = [event for event in events if not event.of_whole_days]
    passed = [_passed_over(event) for event in events if event.of_whole_days and not event.cancelled]
    first, last = tehran(after).date(), tehran(until).date()
    told = [one for one in passed if one.repeats or first <= one.day <= last]
    return visits_of(_pieces(timed, prefix, after, until), visits), told


def _passed_over(event: Event) -> PassedOver:
    begin = event.lines["DTSTART"]
    title = plain_text(event.lines["SUMMARY"].value) if "SUMMARY" in event.lines else ""
    return PassedOver(title[:LONGEST_TITLE], read_day(begin.number, begin.value), "RRULE" in event.lines)


def _events(raw: bytes) -> Iterator[Event]:
    """Find the events; what stands inside of them (alarms) or beside them (time zones, tasks) is passed over."""
    within: list[str] = []
    event: Event | None = None
    count = 0
    line: Line | None = None
    for line in read_lines(raw, _WANTED):
        if line.name == "BEGIN":
            within.append(line.value.upper())
            if within[0] != "VCALENDAR" or len(within) > _DEEPEST:
                raise unreadable(line.number, "فایل iCalendar نیست", "this is no iCalendar")
            if within == ["VCALENDAR", "VEVENT"]:
                event, count = Event(line.number), count + 1
                if count > MOST_EVENTS:
                    raise CalendarTooLarge(most=MOST_EVENTS, why="events", why_fa="رویداد")
        elif line.name == "END":
            if not within or within.pop() != line.value.upper():
                raise unreadable(line.number, "پایانی بی‌آغاز است", "it ends what was not begun")
            if within == ["VCALENDAR"] and event is not None:
                yield event
                event = None
        elif event is not None and within == ["VCALENDAR", "VEVENT"]:
            _keep(event, line)
    if line is None or within:
        raise unreadable(line.number if line else 1, "فایل iCalendar کامل نیست", "this is no whole iCalendar")


def _keep(event: Event, line: Line) -> None:
    if line.name == "EXDATE":
        event.excluded.append(line)
    elif line.name in _REFUSED:
        raise unreadable(line.number, f"{line.name} پشتیبانی نمی‌شود", f"{line.name} is not supported")
    elif line.name in _ONCE:
        if line.name in event.lines:
            raise unreadable(line.number, f"{line.name} دو بار آمده است", f"{line.name} stands there twice")
        event.lines[line.name] = line


def _pieces(events: Iterable[Event], prefix: str, after: datetime, until: datetime) -> Iterator[Piece]:
    """Unfold the events; one that is told for a single recurrence takes its place."""
    changed = {
        (event.uid, _instant(event.lines["RECURRENCE-ID"])) for event in events if "RECURRENCE-ID" in event.lines
    }
    steps = Steps()
    for event in events:
        if event.cancelled:
            continue
        starts_at, length = _span(event)
        if "RECURRENCE-ID" in event.lines:
            occurrence = _instant(event.lines["RECURRENCE-ID"])
            if after < starts_at <= until:
                yield _piece(prefix, event, starts_at, length, occurrence)
            continue
        gone = _excluded(event)
        for at in _starts(event, starts_at, after, until, steps):
            instant = by_utc(at)
            if instant not in gone and (event.uid, instant) not in changed:
                yield _piece(prefix, event, at, length, instant)


def _span(event: Event) -> tuple[datetime, timedelta]:
    """Tell when an event begins, by its own clock, and how long it is. Raises CalendarUnreadable."""
    begin = event.needed("DTSTART")
    starts_at = read_time(begin.number, begin.value, zone_of(begin))
    if ("DTEND" in event.lines) == ("DURATION" in event.lines):
        raise unreadable(event.number, "رویداد باید یا پایان داشته باشد یا مدت", "an event has an end or a duration")
    if "DURATION" in event.lines:
        length = read_length(event.lines["DURATION"])
    else:
        end = event.lines["DTEND"]
        length = by_utc(read_time(end.number, end.value, zone_of(end))) - by_utc(starts_at)
    if not timedelta() < length <= LONGEST_EVENT:
        raise unreadable(
            begin.number, "رویداد باید پس از آغازش و تا یک روز بعد پایان یابد", "it does not end within a day"
        )
    return starts_at, length


def _starts(event: Event, starts_at: datetime, after: datetime, until: datetime, steps: Steps) -> Iterable[datetime]:
    if "RRULE" in event.lines:
        line = event.lines["RRULE"]
        rule = read_rule(line, zone_of(event.needed("DTSTART")))
        return repeated(starts_at, rule, after, until, steps)
    steps.take()
    return [starts_at] if after < starts_at <= until else []


def _excluded(event: Event) -> set[datetime]:
    found: set[datetime] = set()
    for line in event.excluded:
        zone = zone_of(line)
        found.update(by_utc(read_time(line.number, each, zone)) for each in line.value.split(","))
        if len(found) > MOST_EXCLUDED:
            raise CalendarTooLarge(most=MOST_EXCLUDED, why="excluded days of an event", why_fa="استثنا در یک رویداد")
    return found


def _instant(line: Line) -> datetime:
    return by_utc(read_time(line.number, line.value, zone_of(line)))


def _piece(prefix: str, event: Event, starts_at: datetime, length: timedelta, occurrence: datetime) -> Piece:
    uid = event.uid
    known_by = uid if _PLAIN.fullmatch(uid) else blake2b(uid.encode(), digest_size=16).hexdigest()
    told = f"{tehran(occurrence):%Y%m%dT%H%M}"
    begins = by_utc(starts_at)
    return Piece(begins, begins + length, "-".join(part for part in (prefix, known_by, told) if part))
