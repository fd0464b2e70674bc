"""What goes back of a deposit, which amounts are deposits, and which days a task counts when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabz.appointments.errors.payments import AmountWrong
from nabz.appointments.model import FacilityRules, counting, money
from nabz.appointments.model.counting import Counts
from nabz.appointments.model.money import PaymentState

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
RULES = FacilityRules(facility="f", refund_hours=24, late_refund_percent=30)


@pytest.mark.parametrize(
    ("hours", "by_patient", "back"),
    [(48, True, 1_000_001), (24, True, 1_000_001), (23.99, True, 300_000), (-1, True, 300_000), (1, False, 1_000_001)],
)
def test_an_early_patient_and_every_patient_of_a_withdrawn_visit_get_all_back(
    hours: float, by_patient: bool, back: int
) -> None:
    starts_at = NOW + timedelta(hours=hours)
    assert money.refund(RULES, 1_000_001, starts_at, NOW, by_patient=by_patient) == back


@given(st.integers(1, money.MOST_DEPOSIT), st.integers(-50, 200), st.integers(-100, 100))
def test_no_more_goes_back_than_came_and_it_is_whole_rial(deposit: int, percent: int, hours: int) -> None:
    rules = FacilityRules(facility="f", late_refund_percent=percent)
    back = money.refund(rules, deposit, NOW + timedelta(hours=hours), NOW, by_patient=True)
    assert isinstance(back, int)
    assert 0 <= back <= deposit
    assert money.state_after(deposit, back) is not PaymentState.PAID


@pytest.mark.parametrize("amount", [0, -1, money.MOST_DEPOSIT + 1])
def test_an_amount_that_is_no_deposit_is_refused(amount: int) -> None:
    with pytest.raises(AmountWrong):
        money.good_amount(amount)


def test_the_number_of_a_receipt_is_the_same_whenever_it_is_asked_for() -> None:
    number = money.number("paid", "r1")
    assert number == money.number("paid", "r1")
    assert number.isdecimal()
    assert number not in {money.number("refund", "r1"), money.number("paid", "r2")}


def test_shares_are_of_what_they_should_be_and_nothing_of_nothing() -> None:
    counts = Counts(offered=12, withdrawn=2, free=2, taken=3, visited=4, late=1, cancelled=2, waited=8, wait_days=20)
    assert (counts.occupancy, counts.no_shows, counts.given_back, counts.wait) == (0.8, 0.2, 0.2, 2.5)
    assert {Counts().occupancy, Counts().no_shows, Counts().given_back, Counts().wait} == {None}


def test_near_days_are_counted_first_and_what_is_fresh_is_left_alone() -> None:
    today = date(2026, 11, 22)
    first, last = counting.reach(today)
    never = counting.due(today, {}, NOW)
    assert set(never[:3]) == {today - timedelta(days=1), today, today + timedelta(days=1)}
    assert (min(never), max(never)) == (first, last)
    minutes_ago = {day.isoformat(): NOW - timedelta(minutes=11) for day in never}
    assert set(counting.due(today, minutes_ago, NOW)) == set(never[:3])
    hours_ago = minutes_ago | {last.isoformat(): NOW - timedelta(hours=7)}
    assert counting.due(today, hours_ago, NOW)[3:] == [last]
