"""Questions about the whole program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.kit import outbox

if TYPE_CHECKING:
    from nabz.kit.db import Tx


def alive(tx: Tx) -> int:
    """Read something that is there once the database has been migrated: how many messages were given up."""
    return outbox.given_up(tx)
