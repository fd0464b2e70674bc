"""A week of work becomes slots: hours, holidays, exceptions, shares, windows, and what makes no schedule."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabz.appointments.errors import BadLength, BadPeriod, BadWindow, SeatsWrong, TooManySlots
from nabz.appointments.errors.pattern import (
    DayTwice,
    GapWrong,
    HoursOverlap,
    HoursWrong,
    NothingToPublish,
    PrefixWrong,
    ScheduleTooLong,
    SharesWrong,
    WeekdayWrong,
)
from nabz.appointments.files import holidays
from nabz.appointments.model import pattern as week
from nabz.appointments.model.pattern import Exceptional, Hours, Pattern, Session, Share, Visits
from nabz.kit import jalali
from nabz.kit.errors import Problem

SATURDAY = date(2026, 11, 21)  # 30 Aban 1405
MORNING = Hours(time(8), time(10))
EVENING = Hours(time(16), time(17))


def a_pattern(**other: object) -> Pattern:
    """Saturday and Monday mornings for two weeks, half an hour each."""
    usual = Pattern(
        from_=SATURDAY,
        until=SATURDAY + timedelta(days=13),
        week=(Session(0, MORNING), Session(2, MORNING)),
        visits=Visits(minutes=30),
        prefix="w1",
    )
    return msgspec.structs.replace(usual, **other)


def test_a_week_repeats_until_its_last_day() -> None:
    news = week.expand(a_pattern())
    assert len(news) == 2 * 2 * 4
    assert {jalali.weekday(jalali.day_of(new.starts_at)) for new in news} == {"شنبه", "دوشنبه"}
    first = news[0]
    assert first.starts_at == datetime(2026, 11, 21, 4, 30, tzinfo=UTC)
    assert (first.minutes, first.local_id, first.queue, first.quota) == (30, "w1-20261121-0800", "1", 104)
    assert [new.queue for new in news[:5]] == ["1", "2", "3", "4", "1"]


def test_gaps_and_a_rest_that_is_too_short_are_left_out() -> None:
    news = week.expand(a_pattern(until=SATURDAY, visits=Visits(minutes=25, gap=10)))
    assert [f"{jalali.tehran(new.starts_at):%H:%M}" for new in news] == ["08:00", "08:35", "09:10"]


def test_hours_may_last_until_the_day_ends() -> None:
    night = Session(0, Hours(time(23), time(23, 59)))
    news = week.expand(a_pattern(until=SATURDAY, week=(night,)))
    assert len(news) == 2
    assert news[-1].starts_at + timedelta(minutes=30) == datetime(2026, 11, 21, 20, 30, tzinfo=UTC)


def test_every_seat_has_a_queue_number_of_its_own() -> None:
    news = week.expand(a_pattern(until=SATURDAY, visits=Visits(minutes=60, seats=3)))
    assert [(new.queue, new.seats) for new in news] == [("1", 3), ("4", 3)]


def test_quotas_are_shared_out_anew_in_every_session() -> None:
    shares = (Share(104, 1), Share(101, 2))
    both = (Session(0, MORNING), Session(0, EVENING))
    news = week.expand(a_pattern(until=SATURDAY, week=both, visits=Visits(minutes=30, shares=shares, quota=102)))
    assert [new.quota for new in news] == [104, 101, 101, 102, 104, 101]


def test_the_window_opens_with_a_day_and_closes_hours_before() -> None:
    first = week.expand(a_pattern(visits=Visits(minutes=30, opens_days=7, closes_hours=2)))[0]
    assert first.opens_at == jalali.instant(1405, 8, 23)
    assert first.closes_at == first.starts_at - timedelta(hours=2)
    with pytest.raises(BadWindow):
        week.expand(a_pattern(visits=Visits(minutes=30, opens_days=0, closes_hours=24)))


def test_holidays_are_free_and_exceptions_count_even_on_them() -> None:
    monday = SATURDAY + timedelta(days=2)
    closed = a_pattern(holidays=frozenset({SATURDAY, monday}), until=monday)
    with pytest.raises(NothingToPublish):
        week.expand(closed)
    opened = msgspec.structs.replace(closed, exceptions=(Exceptional(monday, (EVENING,)),))
    assert [new.local_id for new in week.expand(opened)] == ["w1-20261123-1600", "w1-20261123-1630"]
    shut = a_pattern(exceptions=(Exceptional(monday, ()),), until=monday)
    assert set(week.by_day(week.expand(shut))) == {SATURDAY}
    assert {new.starts_at.weekday() for new in week.expand(a_pattern(days_off=frozenset({0})))} == {0}


def test_fixed_holidays_are_found_in_every_year() -> None:
    nowruz = jalali.of_parts(1406, 1, 1).to_gregorian()
    found = week.closed_days(holidays.fixed(), nowruz - timedelta(days=2), nowruz + timedelta(days=12))
    assert [jalali.slashed(jalali.of_date(day)) for day in found] == [
        "1405/12/29", "1406/01/01", "1406/01/02", "1406/01/03", "1406/01/04", "1406/01/12", "1406/01/13",
    ]  # fmt: skip
    assert found[nowruz] == "نوروز"
    with pytest.raises(ScheduleTooLong):
        week.closed_days(holidays.fixed(), date.min, date.max)


def test_what_has_begun_is_left_out() -> None:
    news = week.expand(a_pattern(until=SATURDAY))
    assert [new.queue for new in week.ahead(news, news[1].starts_at)] == ["3", "4"]


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({"until": SATURDAY - timedelta(days=1)}, BadPeriod),
        ({"until": SATURDAY + timedelta(days=week.MOST_DAYS)}, ScheduleTooLong),
        ({"week": (Session(7, MORNING),)}, WeekdayWrong),
        ({"days_off": frozenset({-1})}, WeekdayWrong),
        ({"week": (Session(0, Hours(time(10), time(8))),)}, HoursWrong),
        ({"week": (Session(0, Hours(time(8), time(8, 29))),)}, HoursWrong),
        ({"week": (Session(0, MORNING), Session(0, Hours(time(9), time(12))))}, HoursOverlap),
        ({"exceptions": (Exceptional(SATURDAY), Exceptional(SATURDAY))}, DayTwice),
        ({"exceptions": (Exceptional(SATURDAY, (Hours(time(9), time(9)),)),)}, HoursWrong),
        ({"prefix": ""}, PrefixWrong),
        ({"prefix": "و"}, PrefixWrong),
        ({"week": ()}, NothingToPublish),
        ({"visits": Visits(minutes=0)}, BadLength),
        ({"visits": Visits(minutes=721)}, BadLength),
        ({"visits": Visits(minutes=30, gap=-1)}, GapWrong),
        ({"visits": Visits(minutes=30, seats=0)}, SeatsWrong),
        ({"visits": Visits(minutes=30, quota=105)}, SharesWrong),
        ({"visits": Visits(minutes=30, shares=(Share(104, -1),))}, SharesWrong),
        ({"visits": Visits(minutes=30, opens_days=-1)}, BadWindow),
        ({"visits": Visits(minutes=30, seats=500), "week": (Session(0, Hours(time(0), time(23, 59))),)}, None),
    ],
)
def test_what_makes_no_schedule_is_told(other: dict[str, object], problem: type[Problem] | None) -> None:
    if problem is None:
        assert week.expand(a_pattern(**other))
    else:
        with pytest.raises(problem):
            week.expand(a_pattern(**other))


def test_no_more_than_a_hundred_thousand_seats_come_of_it() -> None:
    whole_day = Hours(time(0), time(23, 59))
    every_day = tuple(Session(day, whole_day) for day in range(7))
    year = a_pattern(until=SATURDAY + timedelta(days=364), week=every_day, visits=Visits(minutes=10))
    assert len(week.expand(year)) == 365 * 144
    with pytest.raises(TooManySlots):
        week.expand(msgspec.structs.replace(year, visits=Visits(minutes=10, seats=2)))


hours = st.tuples(st.integers(0, 22), st.integers(1, 3)).map(
    lambda told: Hours(time(told[0]), time(min(23, told[0] + told[1]), 30))
)


@given(
    sessions=st.lists(st.tuples(st.integers(0, 6), hours), max_size=8),
    visits=st.builds(
        Visits,
        minutes=st.integers(1, 90),
        gap=st.integers(0, 30),
        seats=st.integers(1, 4),
        opens_days=st.none() | st.integers(3, 30),
        closes_hours=st.none() | st.integers(0, 48),
    ),
    begin=st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    days=st.integers(0, 20),
)
def test_slots_of_any_schedule_lie_within_its_hours_and_never_overlap(
    sessions: list[tuple[int, Hours]], visits: Visits, begin: date, days: int
) -> None:
    asked = a_pattern(
        from_=begin,
        until=begin + timedelta(days=days),
        week=tuple(Session(day, each) for day, each in sessions),
        visits=visits,
    )
    try:
        news = week.expand(asked)
    except (HoursOverlap, HoursWrong, NothingToPublish):
        return
    assert news == week.expand(asked), "repeating makes the same"
    assert len({new.local_id for new in news}) == len(news)
    for new in news:
        starts, ends = (jalali.tehran(at) for at in (new.starts_at, new.starts_at + timedelta(minutes=new.minutes)))
        assert begin <= starts.date() <= asked.until
        assert any(
            day == week.weekday_of(starts.date()) and each.begins <= starts.time() and ends.time() <= each.ends
            for day, each in sessions
        )
        assert new.opens_at is None or new.opens_at < new.starts_at
    for one, other in pairwise(news):
        assert one.starts_at + timedelta(minutes=visits.minutes + visits.gap) <= other.starts_at or visits.gap
        same_day = jalali.day_of(one.starts_at) == jalali.day_of(other.starts_at)
        assert int(other.queue) == (int(one.queue) + one.seats if same_day else 1)
