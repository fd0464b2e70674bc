"""Who carries letters out of the house: a mail server, and in time a provider of text messages."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Protocol

import aiosmtplib

from nabz.notify.model import Channel

if TYPE_CHECKING:
    from nabz.notify.model import Letter
    from nabz.settings import Settings

PATIENCE = 20.0
"""Well under the outbox's lease, so that nobody else carries the same letter meanwhile."""

DEFAULT_PORT = 25


class Carrier(Protocol):
    """Takes a letter to its person, or raises; it may get the same one again."""

    async def carry(self, letter: Letter) -> None:
        """Carry one letter."""
        ...


class MailServer:
    """A server that speaks SMTP; TLS is used when it offers it."""

    def __init__(self, address: str, sender: str) -> None:
        self._host, _, port = address.partition(":")
        self._port = int(port or DEFAULT_PORT)
        self._sender = sender

    async def carry(self, letter: Letter) -> None:
        """Hand one letter over; its Message-ID is the outbox's, so a second delivery can be recognised."""
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(letter.at)
        message["Message-ID"] = f"<{letter.id}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        await aiosmtplib.send(message, hostname=self._host, port=self._port, timeout=PATIENCE)


def carriers(settings: Settings) -> dict[Channel, Carrier]:
    """Who carries what; a channel without a carrier ends in the inbox. A provider of text messages is added here."""
    return {Channel.MAIL: MailServer(settings.smtp_address, settings.mail_from)} if settings.smtp_address else {}
