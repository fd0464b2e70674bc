"""Who did what: one insert in the same transaction, sealed afterwards in batches by a hash chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, insert, select, text, update

from nabz.kit import log
from nabz.kit.db import Instant, Json, metadata, unique
from nabz.kit.errors import Fault, Problem

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

    from nabz.kit.clock import Clock
    from nabz.kit.db import Database, Tx
    from nabz.kit.digest import Keyring

BATCH = 1000
Number = BigInteger().with_variant(Integer, "sqlite")

entries = Table(
    "audit_entry",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("on_behalf_of", Text),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("data_set", Integer, nullable=False),
    Column("facts", Json, nullable=False),
    Column("seal", Number),
    Index(
        "ix_audit_entry_unsealed", "number", postgresql_where=text("seal IS NULL"), sqlite_where=text("seal IS NULL")
    ),
    # Only of sealed rows: the insert in the use case does not touch it.
    Index(
        "ix_audit_entry_seal",
        "seal",
        "number",
        postgresql_where=text("seal IS NOT NULL"),
        sqlite_where=text("seal IS NOT NULL"),
    ),
    Index("ix_audit_entry_subject", "subject", "number"),
)

seals = Table(
    "audit_seal",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
)


class SealedMeanwhile(Problem):
    """Another process has sealed at the same moment."""

    code = "kit.sealed-meanwhile"
    status = 409
    fa = "مهر دیگری در همین لحظه زده شد."
    en = "Another seal was set at the same moment."
    fault = Fault.HOUSE
    retry = True


def record(
    tx: Tx, at: datetime, who: str, action: str, subject: str, *, on_behalf_of: str | None = None, **facts: object
) -> None:
    """Write down who did what; it stands or falls with the use case."""
    row = {"at": at, "who": who, "on_behalf_of": on_behalf_of, "action": action, "subject": subject}
    tx.execute(insert(entries), {**row, "data_set": tx.data_set, "facts": facts})


def history(tx: Tx, subject: str, limit: int = 200) -> list[Row[Any]]:
    """Read what was done with one thing, newest first."""
    query = select(entries).where(entries.c.subject == subject).order_by(entries.c.number.desc()).limit(limit)
    return list(tx.execute(query).all())


def seal(tx: Tx, keys: Keyring, now: datetime) -> int:
    """Seal the next batch of committed entries and tell how many there were.

    An entry whose transaction ends later than its number suggests is simply sealed with the next batch,
    so nothing ever waits for a seal.
    """
    # The last seal is read first: whoever seals between the two queries then takes our number, and we give way.
    last = tx.execute(select(seals.c.number, seals.c.digest).order_by(seals.c.number.desc()).limit(1)).first()
    waiting = tx.execute(select(entries).where(entries.c.seal.is_(None)).order_by(entries.c.number).limit(BATCH)).all()
    if not waiting:
        return 0
    number, before = (last.number + 1, last.digest) if last else (1, "")
    with unique(SealedMeanwhile()):
        tx.execute(
            insert(seals),
            {"number": number, "at": now, "entries": len(waiting), "digest": _digest(keys, before, waiting)},
        )
    numbers = [row.number for row in waiting]
    tx.execute(update(entries).where(entries.c.number.in_(numbers)).values(seal=number))
    return len(waiting)


def head(tx: Tx) -> str:
    """Name the end of the chain; noted elsewhere, it proves later that no end was cut off."""
    last = tx.execute(select(seals.c.number, seals.c.digest).order_by(seals.c.number.desc()).limit(1)).first()
    return f"{last.number}:{last.digest}" if last else ""


async def keep_sealing(db: Database, keys: Keyring, clock: Clock) -> int:
    """Seal what waits and tell the log, which lies elsewhere, the new end of the chain."""
    count = await db.write(seal, keys, clock.now())
    if count:
        log.info("audit-sealed", entries=count, head=await db.read(head))
    return count


class Broken(msgspec.Struct, frozen=True):
    """A place where the chain does not hold."""

    seal: int
    why: str


def verify(tx: Tx, keys: Keyring, noted: str = "") -> list[Broken]:
    """Walk the chain and name each seal whose entries were changed, added or removed.

    Whoever may write the tables can cut the end off without a trace in them; `noted`, a head that the log
    or an operator has kept, shows it. What was not sealed yet is not protected.
    """
    broken: list[Broken] = []
    heads = {""}
    before: str | None = ""
    expected = 1
    for kept in tx.execute(select(seals).order_by(seals.c.number)).all():
        if kept.number != expected:
            broken.append(Broken(expected, "missing seal"))
            before = None  # without it, its follower cannot be checked against the chain
        rows = tx.execute(select(entries).where(entries.c.seal == kept.number).order_by(entries.c.number)).all()
        if len(rows) != kept.entries:
            broken.append(Broken(kept.number, f"{kept.entries} entries were sealed, {len(rows)} are there"))
        elif before is not None and _digest(keys, before, rows) != kept.digest:
            broken.append(Broken(kept.number, "an entry or the seal was changed"))
        expected, before = kept.number + 1, kept.digest
        heads.add(f"{kept.number}:{kept.digest}")
    foreign = select(entries.c.seal).where(entries.c.seal.is_not(None), entries.c.seal.not_in(select(seals.c.number)))
    strangers = tx.execute(foreign.distinct()).scalars()
    broken.extend(Broken(number, "entries name a seal that is not there") for number in strangers)
    if noted not in heads:
        broken.append(Broken(expected, "the end of the chain that was noted is not there"))
    return broken


def _digest(keys: Keyring, before: str, rows: list[Row[Any]] | Any) -> str:  # noqa: ANN401
    lines = [
        [row.number, row.at.isoformat(), row.who, row.on_behalf_of, row.action, row.subject, row.data_set, row.facts]
        for row in rows
    ]
    return keys.hex("audit", msgspec.json.encode([before, lines], order="sorted").decode())
