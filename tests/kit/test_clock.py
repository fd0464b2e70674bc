"""The clock of the edges, and the one that tests move."""

from datetime import UTC, datetime, timedelta

import pytest

from nabz.kit.clock import FixedClock, SystemClock

pytestmark = pytest.mark.rules


def test_the_systems_clock_tells_aware_utc() -> None:
    told = SystemClock().now()
    assert told.tzinfo is UTC
    assert abs(told - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_fixed_clock_moves_only_when_told(clock: FixedClock) -> None:
    begun = clock.now()
    assert clock.now() == begun
    clock.advance(1.5)
    assert clock.now() - begun == timedelta(seconds=1.5)
