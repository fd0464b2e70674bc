"""`nabz migrate`: bring a database to the newest shape."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

import nabz
from nabz.cli.program import Data, DatabaseUrl, settings_of

PACKAGE = Path(nabz.__file__).parent
_REVISION = re.compile(r'^(?:down_)?revision\b.*?= "(\w+)"', re.MULTILINE)


def scripts() -> Path:
    """Where the migrations lie: inside the wheel, or at the top of a checkout."""
    inside = PACKAGE / "migrations"
    return inside if inside.is_dir() else PACKAGE.parents[1] / "migrations"


def migrate(url: str) -> None:
    """Bring the database at an address to the newest shape; one process at a time."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    if revisions(url) == heads():
        return  # as nearly every start finds it: Alembic alone would take half a second to say so
    from alembic import command as alembic
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts()))
    config.attributes["url"] = url
    alembic.upgrade(config, "head")


def heads() -> set[str]:
    """The newest migration: the one that no other follows."""
    named = [_REVISION.findall(script.read_text("utf-8")) for script in scripts().glob("versions/*.py")]
    return {own for own, *_ in named} - {before for _, *earlier in named for before in earlier}


def revisions(url: str) -> set[str]:
    """What the database says of itself; nothing, if it cannot be asked or was never migrated."""
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return set()  # asking would make the file
    try:
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1), poolclass=NullPool)
        with engine.connect() as connection:
            return set(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars())
    except SQLAlchemyError:
        return set()


def command(data: Data = None, database: DatabaseUrl = None) -> None:
    """Bring the database to the newest shape."""
    migrate(settings_of(data, database).database_url)
