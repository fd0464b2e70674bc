"""Letters and one-time codes: values and rules."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from nabz.kit.persian import ascii_digits


class Channel(StrEnum):
    """How word reaches a person."""

    MAIL = "mail"
    SMS = "sms"

    @property
    def topic(self) -> str:
        """The outbox topic of what goes this way."""
        return f"notify.{self.value}"


class Mail(msgspec.Struct, frozen=True):
    """What the topic notify.mail carries."""

    to: Annotated[str, msgspec.Meta(min_length=3, max_length=320)]
    subject: str
    text: str
    path: str = ""
    """Where on our own site more stands."""


class Sms(msgspec.Struct, frozen=True):
    """What the topic notify.sms carries."""

    to: Annotated[str, msgspec.Meta(min_length=3, max_length=32)]
    text: str


class Letter(msgspec.Struct, frozen=True):
    """One message to one person, under the id that it had in the outbox."""

    id: str
    channel: Channel
    to: str
    subject: str
    text: str
    at: datetime

    @property
    def links(self) -> list[str]:
        """The addresses in the text, so that a page can offer them."""
        return _LINK.findall(self.text)


_LINK = re.compile(r"https?://[^\s<>\"'«»]+[^\s<>\"'«».,;:!?)،؛]")


def letter_of(channel: Channel, id_: str, payload: object, at: datetime, site: str = "") -> Letter:
    """Read what the outbox carried."""
    if channel is Channel.MAIL:
        mail = msgspec.convert(payload, Mail)
        text = f"{mail.text}\n\n{site.rstrip('/')}{mail.path}\n" if mail.path else mail.text
        return Letter(id_, channel, mail.to, mail.subject, text, at)
    sms = msgspec.convert(payload, Sms)
    return Letter(id_, channel, sms.to, "", sms.text, at)


def stays_here(*, demo: bool, carried: bool) -> bool:
    """Tell whether the inbox keeps a letter: it may hold a person's link, so in earnest only if nobody carries it."""
    return demo or not carried


CODE_DIGITS = 6
CODE_SECONDS = 300
TRIES = 5
QUIET = timedelta(seconds=60)
"""So long after one code there is no other."""

ROUND = timedelta(hours=1)
MOST_IN_A_ROUND = 6
"""With TRIES, a guesser has 30 of 1,000,000 an hour."""


def typed_code(text: str) -> str:
    """A code as people type it: Persian digits and blanks are forgiven."""
    return "".join(ascii_digits(text).split())


def seconds_until_next(issued_at: datetime, round_at: datetime, issues: int, now: datetime) -> float:
    """Tell how long to wait for another code; 0 if none need be waited for."""
    waits = [issued_at + QUIET - now]
    if issues >= MOST_IN_A_ROUND:
        waits.append(round_at + ROUND - now)
    return max(0.0, *(wait.total_seconds() for wait in waits))
