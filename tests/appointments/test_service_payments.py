"""Deposits are recorded once, settled once, and given back once, however often a message is delivered."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from nabz.appointments.errors.payments import AlreadyPaid, NoPayment, ReferenceTaken
from nabz.appointments.model import Appointment, FacilityRules, Status
from nabz.appointments.model.money import Payment, PaymentState, Settlement
from nabz.appointments.remote import SandboxGateway
from nabz.appointments.service import payments, rules
from nabz.kit import outbox
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from tests.appointments.emptied import forget_all, migrated
from tests.services import ENGINES

CENTRE = "6a2f41a3-c54c-4b8f-9e6d-2b1f5d3c7a90"
NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


class Books:
    """A gateway that keeps books: what is asked twice under one reference happens once."""

    def __init__(self, *, away: int = 0) -> None:
        self.returned: dict[str, int] = {}
        self.asked = 0
        self._away = away

    async def refund(self, amount: int, reference: str) -> str:
        self.asked += 1
        await asyncio.sleep(0)
        self.returned.setdefault(reference, amount)
        if self.asked <= self._away:  # the money went back, and the answer was lost
            raise ConnectionError
        return f"R-{reference}"


def visit(name: str, hours: float = 48, deposit: int = 500_000) -> Appointment:
    return Appointment(
        id=name,
        slot=f"slot-{name}",
        facility=CENTRE,
        provider="Med_ID:900001",
        agenda=1,
        person="National_Code:0000000000",
        first_name="",
        last_name="",
        mobile="",
        postal_code="",
        gender="",
        hid="",
        type=202,
        deposit=deposit,
        starts_at=NOW + timedelta(hours=hours),
        minutes=15,
        status=Status.TAKEN,
        booked_at=NOW,
        booked_by="portal",
    )


@pytest.fixture(scope="module", params=ENGINES)
async def opened(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    async with migrated(request.param) as database:
        yield database


@pytest.fixture
async def empty_db(opened: Database) -> Database:
    return await forget_all(opened)


@pytest.fixture
async def db(empty_db: Database) -> Database:
    within = empty_db.within(1)
    await within.write(rules.put, FacilityRules(facility=CENTRE, late_refund_percent=50), "desk", NOW)
    return within


async def paid(db: Database, one: Appointment) -> Payment:
    return await db.write(payments.record, one, one.deposit, f"ref-{one.id}", NOW)


async def test_the_same_deposit_twice_is_once_and_another_one_is_refused(db: Database) -> None:
    one = visit("a")
    first = await paid(db, one)
    assert await paid(db, one) == first == await db.read(payments.receipt, "a")
    assert first.receipt is not None
    with pytest.raises(AlreadyPaid):
        await db.write(payments.record, one, 1, "ref-a", NOW)
    with pytest.raises(ReferenceTaken):
        await db.write(payments.record, visit("b"), one.deposit, "ref-a", NOW)
    with pytest.raises(NoPayment):
        await db.read(payments.receipt, "b")


async def test_who_booked_may_correct_the_deposit_until_it_is_settled(db: Database) -> None:
    one = visit("a")
    for amount in (300_000, 400_000, 400_000):
        told = await db.write(payments.record, one, amount, "a", NOW)
        assert told.amount == amount
    await settled(db, one)
    assert (await db.write(payments.record, one, 1, "a", NOW)).amount == 400_000
    await db.write(payments.record, visit("b"), 2_000_000_000, "b", NOW)
    await db.write(payments.move, "b", visit("c"))
    assert (await db.write(payments.record, visit("b"), 2_000_000_000, "b", NOW)).amount == 0


async def test_deposits_of_another_data_set_are_not_seen(db: Database, empty_db: Database) -> None:
    await paid(db, visit("a"))
    with pytest.raises(NoPayment):
        await empty_db.within(2).read(payments.receipt, "a")
    assert (await paid(empty_db.within(2), visit("a"))).state is PaymentState.PAID


async def settled(db: Database, one: Appointment, *, by_patient: bool = True) -> Settlement:
    return await db.write(payments.settle, one, NOW, by_patient=by_patient)


async def test_a_deposit_is_settled_by_the_rule_of_its_centre(db: Database) -> None:
    early, late, withdrawn = visit("early"), visit("late", 2), visit("withdrawn", 2)
    for one in (early, late, withdrawn):
        await paid(db, one)
    assert await settled(db, early) == Settlement(500_000, 500_000)
    assert await settled(db, late) == Settlement(500_000, 250_000)
    assert await settled(db, withdrawn, by_patient=False) == Settlement(500_000, 500_000)
    assert await settled(db, visit("free", deposit=0)) == Settlement()
    assert await settled(db, visit("told only", 2)) == Settlement(500_000, 250_000)
    states = [(await db.read(payments.receipt, one.id)).state for one in (early, late, withdrawn)]
    assert states == [PaymentState.REFUNDED, PaymentState.PART, PaymentState.REFUNDED]


@pytest.mark.parametrize("recorded", [True, False])
async def test_a_deposit_goes_along_with_a_visit_that_moves_and_goes_back_once(
    db: Database, clock: FixedClock, recorded: bool
) -> None:
    if recorded:
        await paid(db, visit("a"))
    await db.write(payments.move, "a", visit("b", 2))
    assert await settled(db, visit("a")) == Settlement()
    assert await settled(db, visit("b", 2)) == Settlement(500_000, 250_000)
    books = Books()
    await post(db, books, clock).round()
    assert list(books.returned.values()) == ([250_000] if recorded else [])  # what an app has taken, it gives back


async def test_two_who_settle_at_one_time_put_one_refund_into_the_outbox(db: Database, clock: FixedClock) -> None:
    one = visit("a", 2)
    await paid(db, one)
    both = await asyncio.gather(settled(db, one), settled(db, one))
    assert set(both) == {Settlement(500_000, 250_000)}
    books = Books()
    assert await post(db, books, clock).round() == 1
    assert books.returned == {"ref-a": 250_000}


def post(db: Database, books: Books, clock: FixedClock) -> outbox.Postman:
    async def deliver(message: outbox.Message) -> None:
        await payments.pay_back(db, books, message, clock.now())

    return outbox.Postman(db, clock, {payments.TOPIC: deliver})


async def test_a_refund_whose_answer_is_lost_is_asked_for_again_and_goes_back_once(
    db: Database, clock: FixedClock
) -> None:
    one = visit("a")
    await paid(db, one)
    await settled(db, one)
    books = Books(away=1)
    postman = post(db, books, clock)
    await postman.round()
    assert (await db.read(payments.receipt, "a")).is_owed
    clock.advance(60)
    await postman.round()
    given = await db.read(payments.receipt, "a")
    assert (given.is_owed, given.refund_receipt, given.refunded_at) == (False, "R-ref-a", clock.now())
    assert (books.asked, books.returned) == (2, {"ref-a": 500_000})


async def test_a_refund_that_is_noted_is_never_asked_for_again(db: Database, clock: FixedClock) -> None:
    one = visit("a")
    await paid(db, one)
    await settled(db, one)
    books = Books()
    message = outbox.Message("m", payments.TOPIC, {"data_set": 1, "appointment": "a"}, NOW, 1)
    for _ in range(3):
        await payments.pay_back(db, books, message, clock.now())
    assert books.asked == 1


async def test_money_that_arrives_after_the_visit_was_given_back_goes_back_whole(
    db: Database, clock: FixedClock
) -> None:
    one, gateway = visit("a", 2), SandboxGateway()
    begun = await db.write(payments.begin, one, 500_000, "ref-a", NOW)
    assert begun.state is PaymentState.WAITING
    assert await gateway.start(begun.amount, begun.reference) == "/nobat/pay/ref-a"
    assert await settled(db, one) == Settlement()
    number = await gateway.confirm(begun.amount, begun.reference)
    late = await db.write(payments.confirm, "ref-a", number, NOW)
    assert (late.state, late.refund) == (PaymentState.REFUNDED, 500_000)
    assert await db.write(payments.confirm, "ref-a", number, NOW) == late
    books = Books()
    await post(db, books, clock).round()
    assert books.returned == {"ref-a": 500_000}


async def test_money_that_arrives_in_time_is_kept_for_the_visit(db: Database) -> None:
    await db.write(payments.begin, visit("a"), 500_000, "ref-a", NOW)
    arrived = await db.write(payments.confirm, "ref-a", "123", NOW)
    assert (arrived.state, arrived.receipt, arrived.paid_at) == (PaymentState.PAID, "123", NOW)
    with pytest.raises(NoPayment):
        await db.write(payments.confirm, "ref-b", "123", NOW)


async def test_the_sandbox_gives_one_number_for_one_reference() -> None:
    gateway = SandboxGateway()
    assert await gateway.refund(1, "r") == await gateway.refund(1, "r") != await gateway.confirm(1, "r")
