"""iCalendar: what is read, what is refused, what ends although it would not; and our own writing."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabz.appointments.errors import TooManySlots
from nabz.appointments.errors.pattern import CalendarTooLarge, CalendarUnreadable, NothingToPublish
from nabz.appointments.files import calendar
from nabz.appointments.files.writing import Written, write
from nabz.appointments.model import New
from nabz.appointments.model.pattern import Visits
from nabz.kit import jalali
from nabz.kit.errors import Problem

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)  # ten o'clock on a Sunday
END = NOW + timedelta(days=60)
HALF = Visits(minutes=30)


def ics(*events: str, around: str = "") -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{around}{body}END:VCALENDAR\r\n"
    return text.replace("\n", "\r\n").replace("\r\r\n", "\r\n").encode()


def event(*lines: str, uid: str = "a1", start: str = "DTSTART;TZID=Asia/Tehran:20261123T080000") -> str:
    return "\n".join([f"UID:{uid}", start, *(lines or ("DURATION:PT1H",))])


def read(raw: bytes, visits: Visits = HALF) -> list[New]:
    return calendar.read(raw, visits, "p", NOW, END)


def starts(raw: bytes) -> list[str]:
    """The times of day and the Gregorian days of what is read, as Tehran tells them."""
    return [f"{jalali.tehran(new.starts_at):%m%d %H:%M}" for new in read(raw)]


def test_an_event_is_cut_into_visits_known_by_its_uid() -> None:
    news = read(ics(event("DTEND;TZID=Asia/Tehran:20261123T090000")))
    assert [new.local_id for new in news] == ["p-a1-20261123T0800-0800", "p-a1-20261123T0800-0830"]
    assert news[0].starts_at == datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
    assert [new.queue for new in news] == ["1", "2"]


@pytest.mark.parametrize(
    "start",
    [
        "DTSTART:20261123T080000",
        "DTSTART:20261123T043000Z",
        'DTSTART;TZID="Iran Standard Time":20261123T080000',
        "DTSTART;VALUE=DATE-TIME;TZID=/mozilla.org/20050126_1/Asia/Tehran:20261123T080000",
        "DTSTART;TZID=UTC:20261123T043000",
        "dtstart;tzid=Asia/Tehran:20261123\n T0800\n\t00",
    ],
)
def test_a_start_is_read_in_every_usual_spelling(start: str) -> None:
    assert starts(ics(event(start=start))) == ["1123 08:00", "1123 08:30"]


def test_a_week_repeats_with_its_days_and_without_its_exceptions() -> None:
    raw = ics(
        event(
            "DURATION:PT30M",
            "RRULE:FREQ=WEEKLY;BYDAY=SA,MO;COUNT=5",
            "EXDATE;TZID=Asia/Tehran:20261130T080000,20261205T080000",
        )
    )
    assert starts(raw) == ["1123 08:00", "1128 08:00", "1207 08:00"]


def test_a_recurrence_that_was_moved_takes_its_own_place() -> None:
    raw = ics(
        event("DURATION:PT30M", "RRULE:FREQ=DAILY;UNTIL=20261126"),
        event("DURATION:PT30M", "RECURRENCE-ID:20261124T043000Z", start="DTSTART:20261124T120000"),
        event("DURATION:PT30M", "RECURRENCE-ID:20261125T043000Z", "STATUS:CANCELLED"),
    )
    assert starts(raw) == ["1123 08:00", "1124 12:00", "1126 08:00"]
    assert read(raw)[1].local_id == "p-a1-20261124T0800-1200"


def test_alarms_time_zones_and_tasks_are_passed_over() -> None:
    standard = "BEGIN:STANDARD\nDTSTART:19700101T000000\nRRULE:FREQ=YEARLY\nEND:STANDARD\n"
    zone = f"BEGIN:VTIMEZONE\nTZID:X\n{standard}END:VTIMEZONE\n"
    task = "BEGIN:VTODO\nUID:t\nDTSTART:20261123T080000\nEND:VTODO\n"
    alarm = "BEGIN:VALARM\nTRIGGER:-PT15M\nDURATION:PT5M\nEND:VALARM"
    raw = ics(event("DURATION:PT30M", 'ATTENDEE;CN="a;b":mailto:x', alarm, 'SUMMARY:x:"y'), around=zone + task)
    assert starts(raw) == ["1123 08:00"]


def test_an_old_endless_rule_is_read_only_as_far_as_it_matters() -> None:
    raw = ics(event("DURATION:PT30M", "RRULE:FREQ=WEEKLY;INTERVAL=2", start="DTSTART:19991122T080000"))
    news = read(raw)
    assert 4 <= len(news) <= 5
    assert all(NOW < new.starts_at <= END for new in news)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"a,b\n1,2\n",
        b"BEGIN:VCALENDAR\r\n",
        b"BEGIN:VCARD\r\nEND:VCARD\r\n",
        b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n",
        ics("DTSTART:20261123T080000\nDURATION:PT1H"),
        ics("UID:1\nDURATION:PT1H"),
        ics(event("SUMMARY:no end")),
        ics(event("DTEND:20261123T090000", "DURATION:PT1H")),
        ics(event("DTEND:20261123T080000")),
        ics(event("DURATION:-PT1H")),
        ics(event("DURATION:PT1H", "DURATION:PT1H")),
        ics(event("DURATION:P")),
        ics(event("DURATION:P2D")),
        ics(event(start="DTSTART;VALUE=DATE:20261123")),
        ics(event(start="DTSTART:20261123")),
        ics(event(start="DTSTART;TZID=Europe/Berlin:20261123T080000")),
        ics(event(start="DTSTART:20261323T080000")),
        ics(event(start="DTSTART:20261123T240000")),
        ics(event(start='DTSTART;TZID="Asia/Tehran:20261123T080000')),
        ics(event("DURATION:PT1H", "RDATE:20261123T080000")),
        ics(event("DURATION:PT1H", "RRULE:FREQ=SECONDLY")),
        ics(event("DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=1MO")),
        ics(event("DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=1MO")),
        ics(event("DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=0")),
        ics(event("DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20261201")),
        ics(event("DURATION:PT1H", "RRULE:FREQ=DAILY;FREQ=DAILY")),
        ics(event("DURATION:PT1H", "EXDATE;VALUE=DATE:20261123")),
    ],
)
def test_what_is_no_calendar_of_visits_is_refused(raw: bytes) -> None:
    with pytest.raises(CalendarUnreadable) as refused:
        read(raw)
    assert "{" not in refused.value.text_fa + refused.value.text_en


@pytest.mark.parametrize(
    "raw",
    [
        ics(*[event("DURATION:PT1M", "RRULE:FREQ=DAILY;COUNT=999999", uid=str(n)) for n in range(4000)]),
        ics(*[event("DURATION:PT1M", "RRULE:FREQ=DAILY;COUNT=999999", start="DTSTART:19000101T000000")] * 20),
        ics(*[event("DURATION:P1D", "RRULE:FREQ=DAILY", uid=str(n)) for n in range(3000)]),
        ics(*["UID:1"] * 5001),
        ics(
            event(
                *["EXDATE:" + ",".join(f"20261123T08{n % 60:02}00" for n in range(100))] * 1, *["X:" + "x" * 1_000_000]
            )
        ),
        ics(event("DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=999999", "SUMMARY:" + "\n x" * 400_000)),
    ],
    ids=["many rules", "long rules", "whole days", "many events", "many bytes", "folded without end"],
)
def test_a_bomb_ends_quickly_and_is_refused(raw: bytes) -> None:
    with pytest.raises((CalendarTooLarge, TooManySlots, CalendarUnreadable)):
        calendar.read(raw, Visits(minutes=1), "p", NOW, END)


def test_events_of_whole_days_are_passed_over_where_that_is_wanted() -> None:
    day = event(uid="d", start="DTSTART;VALUE=DATE:20261124")
    far = event(uid="f", start="DTSTART;VALUE=DATE:20200101")
    yearly = event("RRULE:FREQ=YEARLY", uid="y", start="DTSTART;VALUE=DATE:20200321")
    raw = ics(event("DTEND;TZID=Asia/Tehran:20261123T090000"), day, far, yearly)
    news, passed = calendar.read_timed(raw, HALF, "p", NOW, END)
    assert len(news) == 2
    assert [(str(one.day), one.repeats) for one in passed] == [("2026-11-24", False), ("2020-03-21", True)]
    with pytest.raises(CalendarUnreadable):
        read(raw)


def test_nothing_of_the_past_and_nothing_far_ahead_is_read() -> None:
    with pytest.raises(NothingToPublish):
        read(ics(event(start="DTSTART:20261122T093000"), event(uid="b", start="DTSTART:20280101T080000")))


weekdays = st.sets(st.sampled_from(["SU", "MO", "TU", "WE", "TH", "FR", "SA"]))
NAMES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


@given(
    begin=st.dates(date(2026, 9, 1), date(2026, 12, 20)),
    weekly=st.booleans(),
    interval=st.integers(1, 5),
    days=weekdays,
    count=st.none() | st.integers(1, 30),
    monday=st.booleans(),
)
def test_repetition_agrees_with_looking_at_every_single_day(
    begin: date, weekly: bool, interval: int, days: set[str], count: int | None, monday: bool
) -> None:
    rule = f"RRULE:FREQ={'WEEKLY' if weekly else 'DAILY'};INTERVAL={interval};WKST={'MO' if monday else 'SA'}"
    rule += f";BYDAY={','.join(sorted(days))}" if days else ""
    rule += f";COUNT={count}" if count else ""
    expected, counted = [], 0
    week_start = begin - timedelta(days=(begin.weekday() - (0 if monday else 5)) % 7)
    for step in range(400):
        day = begin + timedelta(days=step)
        turn = (day - week_start).days // 7 if weekly else step
        usual = {NAMES[begin.weekday()]} if weekly else set(NAMES)
        if turn % interval == 0 and NAMES[day.weekday()] in (days or usual) and (count is None or counted < count):
            counted += 1
            at = jalali.start_of(jalali.of_date(day)) + timedelta(hours=9)
            expected += [at] if NOW < at <= END else []
    raw = ics(event("DURATION:PT30M", rule, start=f"DTSTART:{begin:%Y%m%d}T090000"))
    try:
        found = [new.starts_at for new in read(raw)]
    except NothingToPublish:
        found = []
    assert found == expected


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@given(
    st.lists(
        st.tuples(texts, st.integers(1, 50 * 48), st.integers(1, 48), texts),
        min_size=1,
        max_size=6,
        unique_by=lambda e: e[1],
    )
)
def test_what_we_write_ourselves_is_read_again(told: list[tuple[str, int, int, str]]) -> None:
    begin = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)
    events = [
        Written(f"e{at}@nabz", begin + timedelta(minutes=30 * at), begin + timedelta(minutes=30 * (at + many)), *text)
        for summary, at, many, place in told
        for text in [(summary, place, summary + place)]
    ]
    raw = write(events, NOW)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    expected = sorted(
        start + timedelta(minutes=30 * n)
        for _, start, end, *_ in events
        if NOW < start <= END
        for n in range((end - start) // timedelta(minutes=30))
    )
    try:
        assert [new.starts_at for new in read(raw)] == expected
    except NothingToPublish:
        assert not expected


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_stands_in_an_event_is_read_or_refused(inside: bytes) -> None:
    raw = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n" + inside + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    with suppress(Problem):
        assert isinstance(read(raw), list)
