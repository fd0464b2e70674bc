"""The shared demo sandbox: each domain fills its own part, and may do so again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nabz.access import seed as access
from nabz.access.model import DEMO
from nabz.appointments import seed as appointments
from nabz.gateway import seed as gateway
from nabz.prescriptions import seed as prescriptions
from nabz.registries import seed as registry
from nabz.residency import seed as residency
from nabz.terminology import seed as terminology

if TYPE_CHECKING:
    from nabz.kit.clock import Clock
    from nabz.kit.db import Database
    from nabz.kit.digest import Keyring
    from nabz.kit.operations import Operations
    from nabz.settings import Settings


async def demo(
    db: Database, keys: Keyring, clock: Clock, settings: Settings, offers: tuple[Operations, ...]
) -> dict[str, Any]:
    """Fill the demo sandbox and give the members of demo.json."""
    now = clock.now()
    people = await access.demo(db, keys, now)
    await terminology.ship(db, keys, now)
    ditas = await gateway.demo(db, keys, now, offers, people.vendor_organisation_id, people.portal["vendor"])
    sandbox = db.within(DEMO)
    registries = await registry.demo(sandbox, keys, now, people.organisation_ids)
    pids = (ditas["pids"]["hqs"], ditas["pids"]["appointments"])
    hqs = await appointments.demo(sandbox, keys, now, pids)
    tamin = await prescriptions.demo(sandbox, now, people.organisation_ids, people.user_ids)
    await prescriptions.past(sandbox, keys, now)
    simad = await residency.demo(sandbox, keys, now, people.organisation_ids)
    return {
        "base_url": settings.base_url,
        "ditas": ditas,
        "registries": registries,
        "hqs": hqs,
        "tamin": {**people.tamin, **tamin},
        "simad": simad,
        "portal": people.portal,
    }
