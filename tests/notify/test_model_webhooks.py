"""Webhooks and events: the rules."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from nabz.notify.errors import WebhookRefused
from nabz.notify.model import (
    LARGEST_BODY,
    WAITS,
    DeliveryState,
    Off,
    Try,
    Webhook,
    check_event,
    check_webhook,
    is_public,
    next_state,
    off_after,
    rest_of,
    signature,
    signed_headers,
    verify,
)

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + base64.b64encode(b"x" * 32).decode()
BODY = '{"نوبت": 1}'.encode()


def test_the_signature_is_that_of_the_convention() -> None:
    given = signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert given == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="  # the convention's own example


def test_the_signature_is_hmac_done_by_hand() -> None:
    key = base64.b64decode(SECRET.removeprefix("whsec_")).ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + b"e1.1700000000." + BODY).digest()
    mark = hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).digest()
    assert signature(SECRET, "e1", "1700000000", BODY) == f"v1,{base64.b64encode(mark).decode()}"


def test_what_was_signed_is_verified_and_nothing_else() -> None:
    headers = signed_headers([SECRET], "e1", BODY, NOW)
    shouted = {name.title(): value for name, value in headers.items()}
    assert verify(SECRET, headers, BODY, NOW)
    assert verify(SECRET, shouted, BODY, NOW + timedelta(minutes=4))
    assert not verify(SECRET, headers, BODY + b" ", NOW)
    assert not verify(SECRET, headers, BODY, NOW + timedelta(minutes=6))
    assert not verify(SECRET, headers, BODY, NOW - timedelta(minutes=6))
    assert not verify(OTHER, headers, BODY, NOW)
    assert not verify(SECRET, {**headers, "webhook-id": "e2"}, BODY, NOW)
    assert not verify(SECRET, {**headers, "webhook-timestamp": "۱۷۰۰"}, BODY, NOW)
    for name in headers:
        assert not verify(SECRET, {key: value for key, value in headers.items() if key != name}, BODY, NOW)
        assert not verify(SECRET, {**headers, name: "\ud800 v1,"}, BODY, NOW)


def test_while_a_secret_is_changed_both_verify() -> None:
    headers = signed_headers([OTHER, SECRET], "e1", BODY, NOW)
    assert verify(SECRET, headers, BODY, NOW)
    assert verify(OTHER, headers, BODY, NOW)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "https://user:word@example.org/",
        "https://user@example.org/",
        "https://localhost/",
        "https://intranet/",
        "https://nas.local/",
        "https://metadata.internal/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://2130706433/",
        "https://127.1/",
        "https://0x7f.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::10.0.0.1]/",
        "https://[2002:a00:1::]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org/#part",
        "https://example.org/a b",
        "https://example.org/\r\nx: y",
        "https://نمونه.ایران/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://",
        "",
        "https://example.org/" + "a" * 500,
    ],
)
def test_an_address_that_is_not_outside_is_refused(url: str) -> None:
    with pytest.raises(WebhookRefused):
        check_webhook(hook(url), demo=False)


@pytest.mark.parametrize("url", ["https://example.org", "https://a.example.org:8443/x?y=z", "https://8.8.8.8/"])
def test_an_address_outside_is_good(url: str) -> None:
    check_webhook(hook(url), demo=False)


def test_in_a_demo_the_machine_itself_is_good_and_no_other_inside() -> None:
    for url in ("http://127.0.0.1:9000/x", "http://localhost:9000", "https://[::1]:9000/"):
        check_webhook(hook(url), demo=True)
        with pytest.raises(WebhookRefused):
            check_webhook(hook(url), demo=False)
    for url in ("http://10.0.0.1/", "https://10.0.0.1/", "http://example.org/"):
        with pytest.raises(WebhookRefused):
            check_webhook(hook(url), demo=True)
    assert is_public("127.0.0.1", demo=True)
    assert not is_public("10.0.0.1", demo=True)


def test_kinds_and_contact_are_looked_at() -> None:
    for wrong in ({"kinds": ("A b",)}, {"kinds": ("a",) * 51}, {"contact": "nobody"}, {"contact": "a@b\r\nBcc: c@d"}):
        with pytest.raises(WebhookRefused) as refused:
            check_webhook(hook("https://example.org/", **wrong), demo=False)
        assert refused.value.facts["field"] in wrong


def test_tries_are_spread_over_three_days_and_then_it_is_dead() -> None:
    at, tries = NOW, 0
    while True:
        tries += 1
        state, due = next_state(tries, failed(at))
        if due is None:
            break
        assert due > at
        at = due
    assert (state, tries) == (DeliveryState.DEAD, len(WAITS) + 1)
    assert timedelta(days=2.5) < at - NOW < timedelta(days=3.5)
    assert next_state(3, Try(NOW, 204, 5, "")) == (DeliveryState.DELIVERED, None)
    assert next_state(1, failed(NOW, 410)) == (DeliveryState.DEAD, None)


def test_a_webhook_goes_off_when_gone_or_after_three_days_without_any_arrival() -> None:
    long_ago = NOW - timedelta(days=4)
    arrived = Try(NOW, 200, 5, "")
    assert off_after([failed(NOW, 410), arrived], None, NOW) is Off.GONE
    assert off_after([failed(NOW)], long_ago, NOW) is Off.FAILING
    assert not off_after([failed(NOW)], NOW - timedelta(days=2), NOW)
    assert not off_after([failed(NOW), arrived], long_ago, NOW)
    assert not off_after([], long_ago, NOW)


def test_a_failing_webhook_rests_longer_and_longer_up_to_five_minutes() -> None:
    rests = [rest_of(failures).total_seconds() for failures in range(1, 40)]
    assert rests[:4] == [5, 10, 20, 40]
    assert rests == sorted(rests)
    assert rests[-1] == 300


@pytest.mark.parametrize(
    ("kind", "id_", "size"),
    [
        ("Booked", "e1", 10),
        ("a\ndata: x", "e1", 10),
        ("", "e1", 10),
        ("booked", "e.1", 10),
        ("booked", "", 10),
        ("booked", "e\r\n", 10),
        ("booked", "e1", LARGEST_BODY + 1),
    ],
)
def test_an_event_that_no_stream_could_carry_is_our_own_mistake(kind: str, id_: str, size: int) -> None:
    with pytest.raises(ValueError, match="event"):
        check_event(kind, id_, b"x" * size)


def hook(url: str, **more: object) -> Webhook:
    return Webhook(id="w1", to="app", url=url, secret="", created_at=NOW, **more)  # type: ignore[arg-type]


def failed(at: datetime, status: int = 500) -> Try:
    return Try(at, status, 5, "status")
