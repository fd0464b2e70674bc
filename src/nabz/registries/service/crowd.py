"""Very many insured people at once, for seeds: nothing of them is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.registries.store import crowd as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.registries.model import Cover, Person


def put(tx: Tx, insured: Sequence[tuple[Person, Cover]], now: datetime) -> None:
    """Put in people with a cover each; who is there stays as he is."""
    store.put(tx, insured, now)


def count(tx: Tx) -> None:
    """Let the planner know who is there now."""
    store.count_all(tx)
