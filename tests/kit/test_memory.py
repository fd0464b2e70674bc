"""What a process remembers: bounded in number and in time, also when the clock is set back."""

from datetime import UTC, datetime, timedelta

import pytest

from nabz.kit.memory import Memory

pytestmark = pytest.mark.rules

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_what_was_put_in_is_known_for_so_long_and_no_longer() -> None:
    memory: Memory[str, int] = Memory(9, SECOND)
    memory.put("a", 1, NOW)
    assert memory.get("a", NOW) == 1
    assert memory.get("a", NOW + SECOND - timedelta.resolution) == 1
    assert memory.get("a", NOW + SECOND) is None
    assert memory.get("b", NOW) is None


def test_a_clock_that_was_set_back_lets_nothing_live_longer() -> None:
    memory: Memory[str, int] = Memory(9, SECOND)
    memory.put("a", 1, NOW)
    assert memory.get("a", NOW - timedelta.resolution) is None
    assert memory.get("a", NOW - timedelta(hours=1)) is None


def test_the_oldest_makes_room_for_the_newest() -> None:
    memory: Memory[int, str] = Memory(3, SECOND)
    for key in (1, 2, 3, 1, 4):
        memory.put(key, str(key), NOW)
    assert [memory.get(key, NOW) for key in (1, 2, 3, 4)] == ["1", None, "3", "4"]


def test_what_is_put_in_again_lives_from_then_on() -> None:
    memory: Memory[str, int] = Memory(9, SECOND)
    memory.put("a", 1, NOW)
    memory.put("a", 2, NOW + SECOND / 2)
    assert memory.get("a", NOW + SECOND) == 2


def test_what_is_no_longer_true_can_be_forgotten() -> None:
    memory: Memory[str, int] = Memory(9, SECOND)
    for key in ("a", "b"):
        memory.put(key, 1, NOW)
    memory.forget("a")
    memory.forget("never")
    assert (memory.get("a", NOW), memory.get("b", NOW)) == (None, 1)
    memory.clear()
    assert memory.get("b", NOW) is None


def test_memory_for_no_time_remembers_nothing() -> None:
    memory: Memory[str, int] = Memory(9, timedelta(0))
    memory.put("a", 1, NOW)
    assert memory.get("a", NOW) is None
