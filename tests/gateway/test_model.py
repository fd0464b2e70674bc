"""Rules of the gateway."""

import ipaddress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabz.gateway import model
from nabz.gateway.errors import BadIdentifier, BadNetwork, ProviderFailed, TooFast
from nabz.gateway.service.limits import Bucket
from nabz.gateway.service.providers import Breaker
from nabz.kit.clock import FixedClock

NOON = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("60a1b2c3d4e5f60718293a4b", "60a1b2c3d4e5f60718293a4b"),
        (" 60A1B2C3D4E5F60718293A4B ", "60a1b2c3d4e5f60718293a4b"),
        ("60a1b2c3d4e5f60718293a4", None),
        ("60a1b2c3d4e5f60718293a4g", None),
        ("60a1b2c3d4e5f60718293a4b\n60a1b2c3d4e5f60718293a4b", None),
        ("", None),
        (None, None),
    ],
)
def test_a_pid_is_24_hex_digits_in_any_letter_case(written: str | None, read: str | None) -> None:
    assert model.read_pid(written) == read


@pytest.mark.parametrize(
    ("ip", "announced", "inside"),
    [
        ("203.0.113.7", "203.0.113.7/32", True),
        ("203.0.113.8", "203.0.113.7/32", False),
        ("203.0.113.8", "203.0.113.0/24", True),
        ("::ffff:203.0.113.8", "203.0.113.0/24", True),
        ("2001:db8::1", "2001:db8::/48", True),
        ("2001:db9::1", "2001:db8::/48", False),
        ("203.0.113.8", "::/0", False),
        ("not an address", "0.0.0.0/0", False),
    ],
)
def test_only_an_announced_address_is_inside(ip: str, announced: str, *, inside: bool) -> None:
    assert model.announced(ip, (ipaddress.ip_network(announced),)) is inside


def test_a_network_is_kept_in_one_canonical_form() -> None:
    assert model.read_network(" 203.0.113.7 ") == "203.0.113.7/32"
    assert model.read_network("203.0.113.7/24") == "203.0.113.0/24"
    assert model.read_network("2001:DB8:0::1/48") == "2001:db8::/48"
    with pytest.raises(BadNetwork):
        model.read_network("203.0.113.300")


def test_a_guid_is_compared_without_case_and_braces() -> None:
    assert model.read_guid("{859773E8-5D81-46C6-9DF1-5FB551B00495}") == "859773e8-5d81-46c6-9df1-5fb551b00495"
    with pytest.raises(BadIdentifier):
        model.read_guid("859773E8")


def test_a_package_opens_its_own_service_and_operations_only() -> None:
    package = model.Package(pid="6" * 24, client="c", service_id="nabz/gwecho", operations=["echo"])
    assert package.allows("nabz/gwecho", "echo")
    assert not package.allows("nabz/gwecho", "text")
    assert not package.allows("nabz/other", "echo")
    whole = model.Package(pid="6" * 24, client="c", service_id="nabz/gwecho")
    assert whole.allows("nabz/gwecho", "text")
    off = model.Package(pid="6" * 24, client="c", service_id="nabz/gwecho", active=False)
    assert not off.allows("nabz/gwecho", "echo")


@given(per_day=st.integers(1, 10_000_000), largest=st.integers(1, 10_000))
def test_a_leased_block_is_small_beside_the_quota(per_day: int, largest: int) -> None:
    block = model.quota_block(per_day, largest)
    assert 1 <= block <= max(1, per_day // 100)
    assert block <= largest


def test_the_day_of_a_quota_turns_at_midnight_in_iran() -> None:
    assert model.day_of(datetime(2026, 11, 22, 20, 29, tzinfo=UTC)) == "2026-11-22"
    assert model.day_of(datetime(2026, 11, 22, 20, 31, tzinfo=UTC)) == "2026-11-23"


def test_a_bucket_lets_a_seconds_worth_through_and_fills_again() -> None:
    clock = FixedClock(NOON)
    bucket = Bucket(3)
    for _ in range(3):
        bucket.take(clock.now())
    with pytest.raises(TooFast) as slow:
        bucket.take(clock.now())
    assert slow.value.retry_after == pytest.approx(1 / 3)
    clock.advance(0.34)
    bucket.take(clock.now())


def test_a_bucket_of_less_than_one_a_second_still_opens() -> None:
    clock = FixedClock(NOON)
    bucket = Bucket(0.5)
    bucket.take(clock.now())
    with pytest.raises(TooFast):
        bucket.take(clock.now())
    clock.advance(2)
    bucket.take(clock.now())


def test_a_breaker_rests_after_failures_and_probes_with_one_call() -> None:
    time = [0.0]
    breaker = Breaker(lambda: time[0])
    for _ in range(Breaker.FAILURES):
        breaker.before()
        breaker.after(good=False)
    with pytest.raises(ProviderFailed):
        breaker.before()
    time[0] = Breaker.PAUSE + 1
    breaker.before()
    with pytest.raises(ProviderFailed):
        breaker.before()  # one probe at a time
    breaker.after(good=True)
    breaker.before()


def test_health_names_percentiles_and_failures() -> None:
    calls = [(float(n), 200) for n in range(1, 100)] + [(1000.0, 503)]
    health = model.health("nabz/gwecho", calls)
    assert (health.calls, health.errors, health.p50, health.p95) == (100, 1, 51.0, 96.0)
    assert model.health("nabz/gwecho", []).p95 == 0.0
