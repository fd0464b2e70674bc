"""The SQL of outside sources, and of what they answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from nabz.registries.model import Known, Question, Registry, Source
from nabz.registries.store.rows import upsert
from nabz.registries.tables import kept, sources

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx


def find(tx: Tx, registry: Registry) -> Source | None:
    """Read the outside source of a registry."""
    query = select(sources).where(sources.c.data_set == tx.data_set, sources.c.registry == registry)
    row = tx.execute(query).first()
    return Source(registry, row.address, row.seconds, row.credential) if row is not None else None


def all_(tx: Tx) -> list[Source]:
    """List the outside sources."""
    query = select(sources).where(sources.c.data_set == tx.data_set).order_by(sources.c.registry)
    return [Source(Registry(row.registry), row.address, row.seconds, row.credential) for row in tx.execute(query)]


def put(tx: Tx, source: Source, now: datetime) -> None:
    """Put an outside source in the place of the one there was."""
    row = {
        "data_set": tx.data_set,
        "registry": source.registry,
        "address": source.address,
        "seconds": source.seconds,
        "credential": source.credential,
        "changed_at": now,
    }
    upsert(tx, sources, [row])


def remove(tx: Tx, registry: Registry) -> bool:
    """Delete the outside source of a registry, and tell whether there was one."""
    query = delete(sources).where(sources.c.data_set == tx.data_set, sources.c.registry == registry)
    return tx.execute(query).rowcount == 1


def known(tx: Tx, question: Question) -> Known | None:
    """Read what was answered to a question."""
    query = select(kept.c.answer, kept.c.kept_at, kept.c.good_until).where(
        kept.c.data_set == tx.data_set, kept.c.registry == question.registry, kept.c.key == question.key
    )
    row = tx.execute(query).first()
    return Known(row.answer, row.kept_at, row.good_until) if row is not None else None


def keep(tx: Tx, question: Question, answer: Known) -> None:
    """Keep an answer."""
    row = {
        "data_set": tx.data_set,
        "registry": question.registry,
        "key": question.key,
        "answer": answer.answer,
        "kept_at": answer.kept_at,
        "good_until": answer.good_until,
    }
    upsert(tx, kept, [row])


def forget_before(tx: Tx, at: datetime) -> None:
    """Delete the answers that are older."""
    tx.execute(delete(kept).where(kept.c.data_set == tx.data_set, kept.c.kept_at < at))


def forget(tx: Tx, registry: Registry) -> None:
    """Delete all answers of a registry: another source may say other things."""
    tx.execute(delete(kept).where(kept.c.data_set == tx.data_set, kept.c.registry == registry))
