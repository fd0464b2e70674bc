"""Jalali dates against two other calendars, and Tehran's clock with and without its summer times."""

from datetime import UTC, date, datetime, timedelta, timezone

import jdatetime
import pytest
from convertdate import persian as other_calendar
from hypothesis import given
from hypothesis import strategies as st

from nabz.kit import jalali
from nabz.kit.jalali import DateWrong, JalaliDate, TimeWrong

DAYS = st.dates(date(1925, 3, 22), date(2100, 3, 20))  # 1304 to 1478
INSTANTS = st.datetimes(datetime(1925, 3, 22), datetime(2100, 3, 20), timezones=st.just(UTC))  # noqa: DTZ001
NOW = datetime(2024, 1, 23, 10, 35, tzinfo=UTC)


def parts(day: JalaliDate) -> tuple[int, int, int]:
    return day.year, day.month, day.day


# ---------------------------------------------------------------- the calendar


def test_every_day_from_1304_to_1478_has_the_name_that_another_calendar_gives_it() -> None:
    day = date(1925, 3, 22)
    while day <= date(2100, 3, 20):
        name = parts(jalali.of_date(day))
        other = jdatetime.date.fromgregorian(date=day)
        assert name == (other.year, other.month, other.day)
        assert jalali.of_parts(*name).to_gregorian() == day
        day += timedelta(days=1)


def test_every_year_from_1304_to_1478_turns_when_the_astronomers_say() -> None:
    # Ten milliseconds a day are too dear for all days; with the turns of the years the months are fixed too.
    for year in range(1304, 1479):
        first = jalali.of_parts(year, 1, 1).to_gregorian()
        assert other_calendar.from_gregorian(first.year, first.month, first.day) == (year, 1, 1)
        last = first - timedelta(days=1)
        assert other_calendar.from_gregorian(last.year, last.month, last.day)[:2] == (year - 1, 12)


@given(DAYS)
def test_a_written_date_is_read_back(day: date) -> None:
    name = jalali.of_date(day)
    for text in (jalali.slashed(name), jalali.compact(name), jalali.people_date(name)):
        assert jalali.parse(text) == name
    assert jalali.parse(f"{name.year}-{name.month}-{name.day}") == name


@given(DAYS)
def test_days_of_the_week_agree_with_the_world(day: date) -> None:
    # Monday is 0 in the one calendar, Saturday in the other.
    assert jalali.weekday(jalali.of_date(day)) == jalali.WEEKDAYS[(day.weekday() + 2) % 7]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1402/11/03", (1402, 11, 3)),
        ("1402-11-03", (1402, 11, 3)),
        ("1398/1/5", (1398, 1, 5)),
        ("14020930", (1402, 9, 30)),
        ("۱۴۰۲/۱۱/۰۳", (1402, 11, 3)),
        ("١٤٠٢/١١/٠٣", (1402, 11, 3)),
        ("۱۴۰۲۱۱۰۳", (1402, 11, 3)),
        ("  1402/11/3\n", (1402, 11, 3)),
        ("\u200f۱۴۰۲/۱۱/۰۳\u200e", (1402, 11, 3)),
        ("1403/12/30", (1403, 12, 30)),
        ("1304/01/01", (1304, 1, 1)),
    ],
)
def test_dates_are_read_as_people_and_programs_write_them(text: str, name: tuple[int, int, int]) -> None:
    assert parts(jalali.parse(text)) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "14020931",  # the ninth month has thirty days
        "1402/12/30",  # no leap year
        "1402/13/01",
        "1402/00/01",
        "1402/01/00",
        "1402/07/31",
        "1402/1-5",
        "1402.1.5",
        "02/11/03",
        "140211",
        "1402/011/03",
        "2024/01/23",
        "20240123",
        "1199/01/01",
        "1501/01/01",
        "1402/11/03 10:00",
        "03/11/1402",
        "²402/11/03",
        "[402",
        "امروز",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(DateWrong) as caught:
        jalali.parse(text)
    assert caught.value.code == "kit.date-wrong"
    assert caught.value.status == 400
    assert caught.value.text_fa
    assert caught.value.text_en


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_the_problem(text: str) -> None:
    try:
        found = jalali.parse(text)
    except DateWrong:
        return
    assert jalali.parse(jalali.slashed(found)) == found


@given(
    st.tuples(*[st.integers() | st.integers(-1, 61)] * 6)
    | st.tuples(st.integers(1300, 1450), *[st.integers(0, 31)] * 5)
)
def test_any_parts_are_an_instant_or_a_problem(six: tuple[int, int, int, int, int, int]) -> None:
    try:
        found = jalali.instant(*six)
    except (DateWrong, TimeWrong):
        return
    assert found.tzinfo is UTC


def test_a_gregorian_day_out_of_our_years_is_refused() -> None:
    for day in (date.min, date(1800, 1, 1), date(2200, 1, 1), date.max):
        with pytest.raises(DateWrong):
            jalali.of_date(day)


# ---------------------------------------------------------------- the clock


@pytest.mark.parametrize(
    ("six", "utc"),
    [
        ((1402, 11, 3, 14, 5, 0), datetime(2024, 1, 23, 10, 35, tzinfo=UTC)),
        ((1390, 10, 10, 10, 10, 10), datetime(2011, 12, 31, 6, 40, 10, tzinfo=UTC)),
        ((1401, 5, 1, 12, 0, 0), datetime(2022, 7, 23, 7, 30, tzinfo=UTC)),  # the last summer time
        ((1402, 5, 1, 12, 0, 0), datetime(2023, 7, 23, 8, 30, tzinfo=UTC)),  # none since
        ((1403, 1, 1, 0, 0, 0), datetime(2024, 3, 19, 20, 30, tzinfo=UTC)),
        ((1403, 12, 30, 23, 59, 59), datetime(2025, 3, 20, 20, 29, 59, tzinfo=UTC)),
    ],
)
def test_six_parts_are_an_instant_by_the_clock_of_tehran(six: tuple[int, ...], utc: datetime) -> None:
    found = jalali.instant(*six)
    assert found == utc
    assert found.tzinfo is UTC


@pytest.mark.parametrize("clock", [(24, 0, 0), (-1, 0, 0), (0, 60, 0), (0, 0, 60), (0, -1, 0), (10**30, 0, 0)])
def test_what_is_no_time_of_day_is_refused(clock: tuple[int, int, int]) -> None:
    with pytest.raises(TimeWrong) as caught:
        jalali.instant(1402, 1, 1, *clock)
    assert caught.value.code == "kit.time-wrong"
    assert caught.value.text_fa
    assert caught.value.text_en


@given(INSTANTS)
def test_an_instant_lies_in_the_day_that_began_before_it(at: datetime) -> None:
    day = jalali.day_of(at)
    assert jalali.start_of(day) <= at < jalali.start_of(day) + timedelta(hours=25)


@pytest.mark.parametrize(
    ("at", "name"),
    [
        (datetime(2024, 3, 19, 20, 29, 59, tzinfo=UTC), (1402, 12, 29)),
        (datetime(2024, 3, 19, 20, 30, tzinfo=UTC), (1403, 1, 1)),
        (datetime(2024, 3, 20, 0, 0, tzinfo=timezone(timedelta(hours=9))), (1402, 12, 29)),
    ],
)
def test_the_day_changes_at_midnight_in_tehran(at: datetime, name: tuple[int, int, int]) -> None:
    assert parts(jalali.day_of(at)) == name


def test_naive_datetimes_are_refused() -> None:
    naive = NOW.replace(tzinfo=None)
    for action in (jalali.tehran, jalali.day_of, jalali.moment):
        with pytest.raises(ValueError, match="naive"):
            action(naive)
    for pair in ((naive, NOW), (NOW, naive)):
        with pytest.raises(ValueError, match="naive"):
            jalali.relative(*pair)
    with pytest.raises(TypeError, match="day_of"):
        jalali.of_date(NOW)


# ---------------------------------------------------------------- for people


def test_dates_are_written_for_the_wire_and_for_people() -> None:
    day = jalali.of_parts(1402, 1, 5)
    assert jalali.slashed(day) == "1402/01/05"
    assert jalali.compact(day) == "14020105"
    assert jalali.people_date(day) == "۱۴۰۲/۰۱/۰۵"
    assert jalali.long_date(day) == "۵ فروردین ۱۴۰۲"
    assert jalali.weekday(day) == "شنبه"
    assert jalali.moment(NOW) == "۳ بهمن ۱۴۰۲، ۱۴:۰۵"
    assert len(jalali.MONTHS) == 12


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "همین حالا"),
        (59, "همین حالا"),
        (-59, "همین حالا"),
        (60, "۱ دقیقه پیش"),
        (185, "۳ دقیقه پیش"),
        (3600, "۱ ساعت پیش"),
        (86399, "۲۳ ساعت پیش"),
        (2 * 86400, "۲ روز پیش"),
        (40 * 86400, "۱ ماه پیش"),
        (800 * 86400, "۲ سال پیش"),
        (-180, "۳ دقیقه دیگر"),
        (-2 * 86400, "۲ روز دیگر"),
    ],
)
def test_spans_are_told_in_persian(seconds: int, text: str) -> None:
    assert jalali.relative(NOW - timedelta(seconds=seconds), NOW) == text
