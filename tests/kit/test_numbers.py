"""A set of numbers in one piece of memory."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from nabz.kit.numbers import Numbers

LEAST, LARGEST = -(1 << 63), (1 << 63) - 1


@given(st.lists(st.integers(LEAST, LARGEST).filter(bool)), st.lists(st.integers(-3, 3).filter(bool)))
def test_a_set_of_numbers_holds_what_a_set_would(given_: list[int], near: list[int]) -> None:
    numbers, expected = Numbers(), set[int]()
    for number in [*given_, *near, *given_]:
        assert numbers.add(number) == (number not in expected)
        expected.add(number)
    assert set(numbers) == expected
    assert len(numbers) == len(expected)
    assert all(number in numbers for number in expected)
    assert 5 not in Numbers()


def test_nothing_at_all_is_a_number_too() -> None:
    numbers = Numbers()
    assert 0 not in numbers
    assert numbers.add(0)
    assert 0 in numbers
    assert not numbers.add(0)


def test_very_many_numbers_need_little_memory() -> None:
    numbers = Numbers()
    tracemalloc.start()
    for number in range(1, 100_001):
        numbers.add(number * 0x9E3779B97F4A7C1 % LARGEST)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(numbers) == 100_000
    assert size < 5_000_000
