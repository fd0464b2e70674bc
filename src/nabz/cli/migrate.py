"""`nabz migrate`: bring a database to the newest shape."""

from __future__ import annotations

from pathlib import Path

import nabz
from nabz.cli.program import Data, DatabaseUrl, settings_of

PACKAGE = Path(nabz.__file__).parent


def scripts() -> Path:
    """Where the migrations lie: inside the wheel, or at the top of a checkout."""
    inside = PACKAGE / "migrations"
    return inside if inside.is_dir() else PACKAGE.parents[1] / "migrations"


def migrate(url: str) -> None:
    """Bring the database at an address to the newest shape; one process at a time."""
    from alembic import command as alembic
    from alembic.config import Config

    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(scripts()))
    config.attributes["url"] = url
    alembic.upgrade(config, "head")


def command(data: Data = None, database: DatabaseUrl = None) -> None:
    """Bring the database to the newest shape."""
    migrate(settings_of(data, database).database_url)
