"""Delivery: from a use case through the outbox to a mail server and the inbox."""

import asyncio
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from nabz.kit import outbox
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.http import Deps
from nabz.kit.outbox import LEASE_SECONDS, Postman
from nabz.kit.timers import Timers
from nabz.notify import tasks
from nabz.notify.service import letters
from tests.program import free_port

pytestmark = pytest.mark.usecases

MAIL = {"to": "sara@example.com", "subject": "گذرواژهٔ تازه", "text": "سلام سارا،\n\nhttp://nabz.test/link/x\n"}


class Postbox:
    """What a mail server does with what it gets: keep it, and fail while told to."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            letter = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
        return self.answer


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def mail_server(postbox: Postbox) -> Iterator[str]:
    controller = Controller(postbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield f"127.0.0.1:{controller.port}"
    controller.stop()


@pytest.fixture
def postman_of(db: Database, clock: FixedClock) -> Callable[[Deps], Postman]:
    return lambda deps: Postman(db, clock, tasks.deliveries(deps))


async def test_a_mail_goes_out_and_says_who_it_is(
    db: Database,
    clock: FixedClock,
    postbox: Postbox,
    mail_server: str,
    deps_with: Callable[..., Deps],
    postman_of: Callable[[Deps], Postman],
) -> None:
    await db.write(outbox.put, "m1", "notify.mail", MAIL, clock.now())
    assert await postman_of(deps_with(smtp_address=mail_server, mail_from="nabz@nabz.test")).round() == 1
    (letter,) = postbox.letters
    assert (letter["to"], letter["from"], letter["subject"]) == ("sara@example.com", "nabz@nabz.test", MAIL["subject"])
    assert letter["message-id"] == "<m1@nabz.test>"
    assert letter.get_content().replace("\r\n", "\n") == MAIL["text"]
    assert await db.read(letters.page, 9) == []  # in earnest nobody else reads it


async def test_the_demo_keeps_all_and_a_second_delivery_is_one_row(
    db: Database,
    clock: FixedClock,
    postbox: Postbox,
    mail_server: str,
    deps_with: Callable[..., Deps],
    postman_of: Callable[[Deps], Postman],
) -> None:
    postman = postman_of(deps_with(smtp_address=mail_server, demo=True))
    await db.write(outbox.put, "m1", "notify.mail", MAIL, clock.now())
    await db.write(outbox.put, "s1", "notify.sms", {"to": "09120000000", "text": "کد: ۱۲۳"}, clock.now())
    held = await db.write(outbox.lease, ["notify.mail", "notify.sms"], clock.now())
    deliver = tasks.deliveries(deps_with(smtp_address=mail_server, demo=True))
    await asyncio.gather(*(deliver[message.topic](message) for message in held))  # and killed before it said so
    clock.advance(LEASE_SECONDS)
    assert await postman.round() == 2
    assert [each.id for each in await db.read(letters.page, 9)] == ["s1", "m1"]
    assert [letter["message-id"] for letter in postbox.letters] == ["<m1@localhost>"] * 2


async def test_without_a_mail_server_the_inbox_has_it(
    db: Database, clock: FixedClock, deps_with: Callable[..., Deps], postman_of: Callable[[Deps], Postman]
) -> None:
    await db.write(outbox.put, "m1", "notify.mail", MAIL, clock.now())
    assert await postman_of(deps_with()).round() == 1
    (letter,) = await db.read(letters.page, 9)
    assert (letter.to, letter.text, letter.at) == (MAIL["to"], MAIL["text"], clock.now())


async def test_a_server_that_refuses_gets_it_later(
    db: Database,
    clock: FixedClock,
    postbox: Postbox,
    mail_server: str,
    deps_with: Callable[..., Deps],
    postman_of: Callable[[Deps], Postman],
) -> None:
    postman = postman_of(deps_with(smtp_address=mail_server, demo=True))
    await db.write(outbox.put, "m1", "notify.mail", MAIL, clock.now())
    postbox.answer = "451 later"
    await postman.round()
    assert postbox.letters == []
    failure = select(outbox.messages.c.failure)
    assert await db.read(lambda tx: tx.execute(failure).scalar_one()) == "SMTPDataError"
    postbox.answer = "250 OK"
    clock.advance(2)
    await postman.round()
    assert len(postbox.letters) == 1
    assert len(await db.read(letters.page, 9)) == 1


async def test_a_server_that_is_not_there_loses_nothing(
    db: Database, clock: FixedClock, deps_with: Callable[..., Deps], postman_of: Callable[[Deps], Postman]
) -> None:
    await db.write(outbox.put, "m1", "notify.mail", MAIL, clock.now())
    await postman_of(deps_with(smtp_address=f"127.0.0.1:{free_port()}")).round()
    due = select(outbox.messages.c.due_at)
    assert await db.read(lambda tx: tx.execute(due).scalar_one()) is not None


@pytest.mark.parametrize("part", ["to", "subject"])
async def test_a_line_of_its_own_never_becomes_a_header(
    db: Database,
    clock: FixedClock,
    postbox: Postbox,
    mail_server: str,
    deps_with: Callable[..., Deps],
    postman_of: Callable[[Deps], Postman],
    part: str,
) -> None:
    forged = {**MAIL, part: f"{MAIL[part]}\r\nBcc: mallory@example.com"}
    await db.write(outbox.put, "m1", "notify.mail", forged, clock.now())
    await postman_of(deps_with(smtp_address=mail_server)).round()
    assert postbox.letters == []


async def test_old_letters_codes_and_deliveries_are_forgotten_by_themselves(
    db: Database, clock: FixedClock, deps_with: Callable[..., Deps], postman_of: Callable[[Deps], Postman]
) -> None:
    deps = deps_with(demo=True)
    await db.write(outbox.put, "m1", "notify.mail", MAIL, clock.now())
    await postman_of(deps).round()
    clock.advance((letters.DAYS + 1) * 86400)
    timers = Timers()
    tasks.register(timers, deps)
    timers.start()
    async with asyncio.timeout(5):
        while await db.read(letters.page, 9):  # noqa: ASYNC110 - the timer's own time
            await asyncio.sleep(0.01)
    await timers.stop()
    assert await db.read(lambda tx: tx.execute(select(outbox.messages)).all()) == []
