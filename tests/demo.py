"""The demo sandbox, filled once in a run for each engine; whoever needs it gets a copy, which takes far less time."""

import asyncio
import json
import threading
from datetime import UTC, datetime
from typing import Any

from nabz.app import OFFERS, keyring
from nabz.kit.clock import FixedClock
from nabz.kit.db import open_database
from nabz.portal import seed
from nabz.settings import Settings
from tests import services

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
"""Ten o'clock in Tehran on 1 Azar 1405."""

TEMPLATE = "demo"
KEY = "00" * 32
"""The same for all copies: what was sealed with it must be opened again."""


def fresh(engine: services.Engine) -> tuple[str, dict[str, Any]]:
    """Give a store with the demo in it, and what demo.json says of it."""
    url = services.fresh_database(TEMPLATE, engine=engine)
    return url, json.loads(_told(engine).read_text(encoding="utf-8"))


def _told(engine: str) -> Any:
    return services.run_directory() / f"demo-{engine}.json"


def _fill(url: str) -> None:
    """Migrate and fill a store, from any thread, in a loop of its own."""
    thread = threading.Thread(target=lambda: asyncio.run(_demo(url)))
    thread.start()
    thread.join()


async def _demo(url: str) -> None:
    services.TEMPLATES["migrated"](url)
    chosen = Settings(database=url, demo=True, fsync=False, secret_key=KEY)
    db = open_database(url, **({"fsync": False} if url.startswith("sqlite") else {}))
    await db.start()
    told = await seed.demo(db, keyring(chosen), FixedClock(NOW), chosen, OFFERS)
    await db.stop()
    engine = "sqlite" if url.startswith("sqlite") else "postgres"
    _told(engine).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


services.TEMPLATES[TEMPLATE] = _fill
