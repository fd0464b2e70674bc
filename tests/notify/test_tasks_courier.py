"""Webhooks over real connections: delivered, tried again, dead, replayed, and nobody waits for another."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from nabz.kit import outbox
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.digest import Keyring
from nabz.kit.http import Deps
from nabz.notify.model import WAITS, Delivery, DeliveryState, Off, verify
from nabz.notify.remote.webhooks import Line
from nabz.notify.service import delivering, events, webhooks
from nabz.notify.service.sorting import sort_all
from nabz.notify.tasks.courier import Courier
from nabz.settings import Settings
from tests.notify.receiver import SECRET, Receiver, a_webhook, tell
from tests.program import free_port

pytestmark = pytest.mark.usecases


@pytest.fixture
async def courier(demo: Deps) -> AsyncIterator[Courier]:
    made = Courier(demo)
    yield made
    await made.close()


@pytest.fixture
async def hooked(demo: Deps, clock: FixedClock, keys: Keyring, receiver: Receiver) -> Receiver:
    hook = a_webhook(keys, clock, receiver.url, contact="owner@example.org")
    await demo.db.write(webhooks.add, hook, "u1", clock.now(), demo=True)
    return receiver


async def go(courier: Courier) -> None:
    """Rounds until nothing is due."""
    while await courier.round():
        await courier.rest()


async def the_only(db: Database) -> Delivery:
    (delivery,) = await db.read(webhooks.deliveries, "app")
    return delivery


async def test_an_event_arrives_once_signed_and_whole(
    db: Database, clock: FixedClock, hooked: Receiver, courier: Courier
) -> None:
    await tell(db, clock, "e1")
    await tell(db, clock, "e1")
    await go(courier)
    await go(courier)
    (taken,) = hooked.taken
    assert taken.head == "POST /hook?a=1 HTTP/1.1"
    assert taken.headers["host"] == f"127.0.0.1:{hooked.port}"
    assert taken.headers["content-type"] == "application/json"
    assert taken.headers["webhook-id"] == "e1"
    assert verify(SECRET, taken.headers, taken.body, clock.now())
    assert msgspec.json.decode(taken.body) == {
        "id": "e1",
        "number": 1,
        "kind": "appointment.booked",
        "subject": "subject of e1",
        "at": "2026-11-22T06:30:00Z",
        "body": {"نوبت": "e1"},
    }
    delivery = await the_only(db)
    assert (delivery.state, [one.status for one in delivery.tries]) == (DeliveryState.DELIVERED, [200])
    assert (await db.read(webhooks.one, "app", "w1")).delivered_at == clock.now()


async def test_what_is_refused_is_tried_for_three_days_then_dead_and_sent_again_when_asked(
    db: Database, clock: FixedClock, hooked: Receiver, courier: Courier
) -> None:
    hooked.status = 503
    await tell(db, clock, "e1")
    for wait in WAITS[:-1]:
        await go(courier)
        assert (await the_only(db)).due_at == clock.now() + wait
        clock.advance(wait.total_seconds() - 1)
        assert await courier.round() == 0
        clock.advance(1)
    await go(courier)
    clock.advance(WAITS[-1].total_seconds())
    hooked.status = 302
    await go(courier)
    dead = await the_only(db)
    assert (dead.state, dead.due_at, len(dead.tries)) == (DeliveryState.DEAD, None, len(WAITS) + 1)
    assert [one.failure for one in dead.tries[-2:]] == ["status", "redirect"]
    assert len(hooked.taken) == len(WAITS) + 1  # and nobody followed the redirect
    clock.advance(timedelta(days=1).total_seconds())
    assert await courier.round() == 0
    hooked.status = 204
    await db.write(webhooks.replay, dead.id, "op", clock.now(), "app")
    await go(courier)
    again = await the_only(db)
    assert (again.state, len(again.tries), again.tries[-1].status) == (DeliveryState.DELIVERED, len(WAITS) + 2, 204)
    assert {taken.headers["webhook-id"] for taken in hooked.taken} == {"e1"}


async def test_gone_switches_off_tells_the_owner_and_what_follows_waits(
    db: Database, clock: FixedClock, hooked: Receiver, courier: Courier
) -> None:
    hooked.status = 410
    await tell(db, clock, "e1")
    await tell(db, clock, "e2")
    await go(courier)
    hook = await db.read(webhooks.one, "app", "w1")
    assert (hook.active, hook.off) == (False, Off.GONE)
    await sort_all(db, clock.now())
    (told,) = await db.read(events.after, "app", 2)
    assert (told.kind, told.subject, told.body["why"]) == ("webhook.switched-off", "w1", "gone")
    mail = await db.read(lambda tx: tx.execute(select(outbox.messages)).one())
    assert (mail.topic, mail.payload["to"]) == ("notify.mail", "owner@example.org")
    hooked.status = 200
    on = msgspec.structs.replace(hook, active=True)
    await db.write(webhooks.change, on, "u1", clock.now(), demo=True)
    assert await db.write(webhooks.replay_dead, "w1", "u1", clock.now()) == 2
    await go(courier)
    assert {each.state for each in await db.read(webhooks.deliveries, "app")} == {DeliveryState.DELIVERED}


async def test_three_days_of_failure_switch_off_and_nothing_is_lost(
    db: Database, clock: FixedClock, hooked: Receiver, courier: Courier
) -> None:
    hooked.status = 500
    for one in range(12):
        await tell(db, clock, f"e{one}")
        await go(courier)
        clock.advance(8 * 3600)
    hook = await db.read(webhooks.one, "app", "w1")
    assert hook.off is Off.FAILING
    hooked.status, before = 200, len(hooked.taken)
    assert await courier.round() == 0
    await db.write(webhooks.change, msgspec.structs.replace(hook, active=True), "u1", clock.now(), demo=True)
    await go(courier)
    arrived = {taken.headers["webhook-id"] for taken in hooked.taken[before:]}
    assert arrived >= {f"e{one}" for one in range(10)}


async def test_while_a_receiver_is_down_its_events_wait_without_a_try_being_counted(
    db: Database, clock: FixedClock, hooked: Receiver, courier: Courier
) -> None:
    hooked.status = 500
    for one in range(15):
        await db.write(events.tell, ["app"], "booked", "", {}, f"e{one}", clock.now())
    await sort_all(db, clock.now())
    await go(courier)
    assert len(hooked.taken) == 4
    hooked.status = 200
    clock.advance(4)
    assert await courier.round() == 0  # it rests
    clock.advance(1)
    await go(courier)
    assert len(hooked.taken) == 4 + 15


async def test_one_that_hangs_holds_up_nobody_and_keeps_nothing_when_all_ends(
    db: Database, clock: FixedClock, keys: Keyring, hooked: Receiver, courier: Courier
) -> None:
    hooked.hangs = True
    async with Receiver() as quick:
        hook = a_webhook(keys, clock, quick.url, "w2", "quick")
        await db.write(webhooks.add, hook, "u1", clock.now(), demo=True)
        for one in range(30):
            await db.write(events.tell, ["app"], "booked", "", {}, f"slow{one}", clock.now())
        await sort_all(db, clock.now())
        assert await courier.round() == 1
        async with asyncio.timeout(5):
            for one in range(5):
                await tell(db, clock, f"quick{one}", "quick")
                assert await courier.round() == 1
                while len(quick.taken) <= one:  # noqa: ASYNC110 - another's time
                    await asyncio.sleep(0.01)
            while len(hooked.taken) < 4:  # noqa: ASYNC110 - another's time
                await asyncio.sleep(0.01)
        assert await courier.round() <= 1
    assert len(hooked.taken) == 4
    await courier.close()
    waiting = await db.read(webhooks.deliveries, "app")
    assert {(each.state, len(each.tries)) for each in waiting} == {(DeliveryState.WAITING, 0)}
    assert [taken.hook.id for taken in await db.write(delivering.take, clock.now(), 9)] == ["w1"]


async def test_what_a_killed_courier_held_is_taken_after_its_lease_and_written_down_once(
    db: Database, clock: FixedClock, hooked: Receiver, courier: Courier
) -> None:
    await tell(db, clock, "e1")
    (held,) = await db.write(delivering.take, clock.now(), 9)
    parcels = await db.read(delivering.due, held, clock.now())
    assert await courier.round() == 0
    clock.advance(delivering.LEASE.total_seconds())
    await go(courier)
    assert len(hooked.taken) == 1
    late = [(parcels[0], msgspec.structs.replace((await the_only(db)).tries[0], failure="timeout"))]
    await db.write(delivering.finish, held, late, clock.now())
    assert (await the_only(db)).state == DeliveryState.DELIVERED
    assert (await db.read(webhooks.one, "app", "w1")).failing_since is None


async def test_who_comes_in_while_a_courier_is_on_his_way_is_not_forgotten(
    db: Database, clock: FixedClock, hooked: Receiver, courier: Courier
) -> None:
    await tell(db, clock, "e1")
    (held,) = await db.write(delivering.take, clock.now(), 9)
    await tell(db, clock, "e2")
    assert await courier.round() == 0
    await db.write(delivering.finish, held, [], clock.now())
    await go(courier)
    assert {taken.headers["webhook-id"] for taken in hooked.taken} == {"e1", "e2"}


@pytest.mark.parametrize("found", [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["169.254.169.254"], ["::1"], []])
async def test_a_name_that_leads_inside_is_never_called(
    receiver: Receiver, clock: FixedClock, found: list[str]
) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return found

    async with Line(f"https://hook.example:{receiver.port}/", resolve, demo=False) as line:
        tried = await line.post({}, b"{}", clock.now())
    assert (tried.failure, tried.status, receiver.connections) == ("address", None, 0)


async def test_in_earnest_the_machine_itself_is_not_called(
    db: Database, clock: FixedClock, keys: Keyring, hooked: Receiver
) -> None:
    await tell(db, clock, "e1")
    courier = Courier(Deps(settings=Settings(), db=db, clock=clock, keys=keys))
    await go(courier)
    await courier.close()
    assert [one.failure for one in (await the_only(db)).tries] == ["address"]
    assert hooked.connections == 0


async def test_an_unknown_name_and_a_closed_door_are_told_apart(clock: FixedClock) -> None:
    async def unknown(_host: str, _port: int) -> list[str]:
        raise OSError("no such name")

    async def here(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    async with Line("https://hook.example/", unknown, demo=True) as line:
        assert (await line.post({}, b"{}", clock.now())).failure == "name"
    async with Line(f"https://hook.example:{free_port()}/", here, demo=True) as line:
        assert (await line.post({}, b"{}", clock.now())).failure == "connection"


async def test_the_certificate_must_be_of_the_name_and_not_of_the_address(clock: FixedClock, tmp_path: Path) -> None:
    async def here(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    server, trusting = certified("hook.example", tmp_path)
    async with Receiver(server) as receiver:
        for name, failure in (("hook.example", ""), ("other.example", "connection")):
            address = f"https://{name}:{receiver.port}/"
            async with Line(address, here, demo=True, context=trusting) as line:
                assert (await line.post({}, b"{}", clock.now())).failure == failure
    (taken,) = receiver.taken
    assert taken.headers["host"] == f"hook.example:{receiver.port}"


def certified(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate of a name, and a caller's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))
