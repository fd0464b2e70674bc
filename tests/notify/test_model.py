"""Letters and codes: the rules."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from nabz.notify.model import MOST_IN_A_ROUND, Channel, letter_of, seconds_until_next, stays_here, typed_code

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


def test_a_letter_is_read_from_what_the_outbox_carried() -> None:
    mail = letter_of(Channel.MAIL, "1", {"to": "a@example.com", "subject": "حساب", "text": "سلام"}, NOW)
    assert (mail.id, mail.channel, mail.to, mail.subject, mail.text) == ("1", "mail", "a@example.com", "حساب", "سلام")
    sms = letter_of(Channel.SMS, "2", {"to": "09120000000", "text": "کد: ۱"}, NOW)
    assert (sms.channel, sms.subject) == (Channel.SMS, "")
    assert [channel.topic for channel in Channel] == ["notify.mail", "notify.sms"]


@pytest.mark.parametrize("payload", [None, {}, {"to": "a@b"}, {"to": 5, "subject": "", "text": ""}, []])
def test_what_is_no_letter_is_an_error(payload: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        letter_of(Channel.MAIL, "1", payload, NOW)


def test_the_links_of_a_letter_end_where_their_sentence_goes_on() -> None:
    text = "پیوند: http://nabz.test/link/aB-_9. یا (https://nabz.test/x?y=1)، javascript:alert(1)"
    letter = letter_of(Channel.SMS, "1", {"to": "0912", "text": text}, NOW)
    assert letter.links == ["http://nabz.test/link/aB-_9", "https://nabz.test/x?y=1"]


@pytest.mark.parametrize(
    ("demo", "carried", "stays"), [(True, True, True), (True, False, True), (False, True, False), (False, False, True)]
)
def test_the_inbox_keeps_what_nobody_carries_and_in_the_demo_all(demo: bool, carried: bool, stays: bool) -> None:
    assert stays_here(demo=demo, carried=carried) is stays


def test_a_code_is_read_as_people_type_it() -> None:
    assert typed_code(" ۱۲۳ ۴۵۶ ") == "123456"


def test_another_code_waits_a_minute_and_after_many_the_rest_of_the_hour() -> None:
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    assert seconds_until_next(NOW, NOW, 1, NOW) == 60
    assert seconds_until_next(NOW, NOW, 1, NOW + minute) == 0
    assert seconds_until_next(NOW + 10 * minute, NOW, MOST_IN_A_ROUND, NOW + 15 * minute) == 45 * 60
    assert seconds_until_next(NOW, NOW, MOST_IN_A_ROUND, NOW + hour) == 0
