"""The record of who did what: its chain shows what was changed afterwards."""

import asyncio
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import func, insert, select

from nabz.kit import audit
from nabz.kit.audit import SealedMeanwhile
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx, unique
from nabz.kit.digest import Keyring
from tests.kit.things import NOW, Beside

pytestmark = pytest.mark.usecases

KEYS = Keyring(b"k" * 32)


def note(tx: Tx, /, count: int = 1, **facts: object) -> None:
    for number in range(count):
        audit.record(tx, NOW, "user:1", "book", f"slot:{number}", on_behalf_of="user:2", **facts)


async def seal_all(store: Database) -> None:
    while await store.write(audit.seal, KEYS, NOW):
        pass


async def broken(store: Database, noted: str = "") -> list[tuple[int, str]]:
    return [(place.seal, place.why) for place in await store.read(audit.verify, KEYS, noted)]


@pytest.fixture
async def sealed(store: Database) -> Database:
    """Three seals of four entries each."""
    for batch in range(3):
        await store.write(note, 4, batch=batch, ok=True, ratio=1.0, text="سلام")
        await seal_all(store)
    return store


async def test_an_entry_stands_or_falls_with_its_use_case(store: Database) -> None:
    def fail(tx: Tx) -> None:
        note(tx)
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(fail)
    await store.within(7).write(note, 1, code="x")
    (row,) = await store.read(audit.history, "slot:0")
    assert (row.who, row.on_behalf_of, row.action, row.at, row.data_set, row.facts) == (
        *("user:1", "user:2", "book", NOW, 7),
        {"code": "x"},
    )


async def test_an_untouched_chain_holds(sealed: Database) -> None:
    assert await broken(sealed) == []
    await sealed.write(note, 3)  # not yet sealed: nothing to say about them
    assert await broken(sealed) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET who = 'user:9' WHERE number = 6",
        "UPDATE audit_entry SET on_behalf_of = NULL WHERE number = 6",
        "UPDATE audit_entry SET action = 'cancel' WHERE number = 6",
        "UPDATE audit_entry SET subject = 'slot:9' WHERE number = 6",
        "UPDATE audit_entry SET data_set = 5 WHERE number = 6",
        """UPDATE audit_entry SET facts = '{"batch":1,"ok":false,"ratio":1.0,"text":"سلام"}' WHERE number = 6""",
        "UPDATE audit_entry SET at = '2020-01-01T00:00:00.000000+00:00' WHERE number = 6",
        "UPDATE audit_entry SET number = 600 WHERE number = 6",
        "UPDATE audit_seal SET digest = '0' WHERE number = 2",
    ],
)
async def test_a_change_is_found(sealed: Database, store_url: str, change: str) -> None:
    Beside(store_url).run(change)
    assert (2, "an entry or the seal was changed") in await broken(sealed)


async def test_a_removed_entry_is_found(sealed: Database, store_url: str) -> None:
    Beside(store_url).run("DELETE FROM audit_entry WHERE number = 7")
    assert await broken(sealed) == [(2, "4 entries were sealed, 3 are there")]


async def test_an_inserted_entry_is_found(sealed: Database, store_url: str) -> None:
    Beside(store_url).run(
        "INSERT INTO audit_entry (number, at, who, action, subject, data_set, facts, seal) "
        "SELECT 99, at, who, action, subject, data_set, facts, 2 FROM audit_entry WHERE number = 5"
    )
    assert await broken(sealed) == [(2, "4 entries were sealed, 5 are there")]


async def test_an_exchanged_entry_is_found(sealed: Database, store_url: str) -> None:
    Beside(store_url).run("UPDATE audit_entry SET seal = 3 WHERE number = 5")
    Beside(store_url).run("UPDATE audit_entry SET seal = 2 WHERE number = 9")
    assert [seal for seal, _ in await broken(sealed)] == [2, 3]


async def test_entries_that_are_unsealed_to_be_sealed_anew_are_found(sealed: Database, store_url: str) -> None:
    Beside(store_url).run("UPDATE audit_entry SET seal = NULL, who = 'user:9' WHERE number = 5")
    await seal_all(sealed)
    assert await broken(sealed) == [(2, "4 entries were sealed, 3 are there")]


async def test_a_removed_seal_is_found(sealed: Database, store_url: str) -> None:
    Beside(store_url).run("DELETE FROM audit_seal WHERE number = 2")
    assert await broken(sealed) == [(2, "missing seal"), (2, "entries name a seal that is not there")]
    Beside(store_url).run("DELETE FROM audit_entry WHERE seal = 2")
    assert await broken(sealed) == [(2, "missing seal")]


async def test_a_chain_renumbered_over_a_gap_is_found(sealed: Database, store_url: str) -> None:
    for table, column in (("audit_seal", "number"), ("audit_entry", "seal")):
        Beside(store_url).run(f"DELETE FROM {table} WHERE {column} = 2")
        Beside(store_url).run(f"UPDATE {table} SET {column} = 2 WHERE {column} = 3")
    assert await broken(sealed) == [(2, "an entry or the seal was changed")]


async def test_a_cut_end_is_found_by_a_head_that_was_noted_elsewhere(sealed: Database, store_url: str) -> None:
    noted = await sealed.read(audit.head)
    assert noted.startswith("3:")
    await sealed.write(note, 4)
    await seal_all(sealed)
    assert await broken(sealed, noted) == []
    for number in (3, 4):
        Beside(store_url).run(f"DELETE FROM audit_entry WHERE seal = {number}")
        Beside(store_url).run(f"DELETE FROM audit_seal WHERE number = {number}")
    assert await broken(sealed) == []  # the tables alone cannot know
    assert await broken(sealed, noted) == [(3, "the end of the chain that was noted is not there")]


async def test_the_log_is_told_each_head(sealed: Database, capsys: pytest.CaptureFixture[str]) -> None:
    await sealed.write(note, 2)
    assert await audit.keep_sealing(sealed, KEYS, FixedClock(NOW)) == 2
    assert await audit.keep_sealing(sealed, KEYS, FixedClock(NOW)) == 0
    said = capsys.readouterr()
    assert (said.out + said.err).count(await sealed.read(audit.head)) == 1


async def test_another_key_verifies_nothing(sealed: Database) -> None:
    found = await sealed.read(audit.verify, Keyring(b"x" * 32))
    assert [place.seal for place in found] == [1, 2, 3]


async def test_large_batches_are_sealed_piece_by_piece(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "BATCH", 5)
    await store.write(note, 12)
    assert [await store.write(audit.seal, KEYS, NOW) for _ in range(4)] == [5, 5, 2, 0]
    assert await broken(store) == []


async def test_several_sealers_at_once_make_one_chain(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "BATCH", 7)

    async def keep_noting() -> None:
        for _ in range(20):
            await store.write(note, 3)

    async def keep_sealing() -> None:
        for _ in range(15):
            try:
                await store.write(audit.seal, KEYS, NOW)
            except SealedMeanwhile:
                await asyncio.sleep(0.002)

    await asyncio.gather(keep_noting(), *(keep_sealing() for _ in range(4)), keep_noting())
    await seal_all(store)
    assert await broken(store) == []
    count = await store.read(lambda tx: tx.execute(select(func.sum(audit.seals.c.entries))).scalar_one())
    assert count == 120


async def test_an_entry_that_commits_late_is_sealed_late(store: Database, store_url: str) -> None:
    """Its number is smaller than those already sealed; on SQLite there is no such thing: one writes at a time."""
    if store.engine == "sqlite":
        await store.write(note)
        await seal_all(store)
        assert await broken(store) == []
        return
    with psycopg.connect(store_url) as late:
        late.execute(
            "INSERT INTO audit_entry (at, who, action, subject, data_set, facts) VALUES (now(), 'l', 'l', 'l', 0, '{}')"
        )
        await store.write(note, 2)
        assert await store.write(audit.seal, KEYS, NOW) == 2  # nobody waits for it
    assert await store.write(audit.seal, KEYS, NOW) == 1
    assert await broken(store) == []


async def test_a_use_case_does_not_wait_for_a_seal(store: Database) -> None:
    """On PostgreSQL the sealing transaction stands open while entries are written beside it."""
    if store.engine == "sqlite":
        return
    await store.write(note, 3)
    gate = asyncio.Event()

    def slow_seal(tx: Tx) -> None:
        audit.seal(tx, KEYS, NOW)
        gate.set()
        tx.execute(select(func.pg_sleep(0.8)))

    sealing = asyncio.create_task(store.write(slow_seal))
    await gate.wait()
    async with asyncio.timeout(0.5):
        await store.write(note)
    assert not sealing.done()
    await sealing
    await seal_all(store)
    assert await broken(store) == []


async def test_a_stale_sealer_gives_way(store: Database) -> None:
    """It has seen the old end of the chain; the number is taken."""
    await store.write(note)
    await seal_all(store)

    def stale(tx: Tx) -> None:
        with unique(SealedMeanwhile()):
            tx.execute(insert(audit.seals), {"number": 1, "at": NOW, "entries": 0, "digest": ""})

    with pytest.raises(SealedMeanwhile):
        await store.write(stale)
    assert await store.write(audit.seal, KEYS, NOW + timedelta(1)) == 0
