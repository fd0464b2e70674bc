"""What the ministry has switched on: a binding table of statuses, and times of maintenance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit import audit
from nabz.residency.errors import UnderMaintenance
from nabz.residency.store import ministry as store

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.model import Caller, Rules

LONGEST_NOTE: Final = 300


def get(tx: Tx) -> Rules:
    """Read what is switched on."""
    return store.read_rules(tx)


def put(tx: Tx, one: Rules, caller: Caller, now: datetime) -> Rules:
    """Change it; `one` carries the version that was seen. Raises ChangedMeanwhile."""
    new = msgspec.structs.replace(
        one, maintenance_note=one.maintenance_note.strip()[:LONGEST_NOTE], version=one.version + 1
    )
    store.put_rules(tx, new, one.version)
    until = str(new.maintenance_until or "")
    audit.record(
        tx, now, caller.by, "residency.rules-put", "rules", binding=new.status_binding, maintenance_until=until
    )
    return new


def must_be_open(tx: Tx, now: datetime) -> None:
    """Let nobody in while the service is under maintenance. Raises UnderMaintenance."""
    known = store.read_rules(tx)
    if known.maintenance_until is not None and now < known.maintenance_until:
        left = (known.maintenance_until - now).total_seconds()
        raise UnderMaintenance(note=known.maintenance_note, retry_after=left)
