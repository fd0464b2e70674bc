"""`nabz seed --demo`: fill the shared demo sandbox."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nabz.cli.migrate import migrate
from nabz.cli.program import Data, DatabaseUrl, clock, on_store, settings_of

if TYPE_CHECKING:
    from nabz.settings import Settings


def fill(settings: Settings) -> dict[str, Any]:
    """Fill the demo sandbox and write demo.json."""
    from nabz.app import OFFERS, keyring
    from nabz.portal import files
    from nabz.portal import seed as portal

    keys = keyring(settings)
    sandbox: dict[str, Any] = on_store(settings, lambda db: portal.demo(db, keys, clock, settings, OFFERS))
    files.write(settings, sandbox)
    return sandbox


def ship(settings: Settings) -> None:
    """Put in the codings that every installation starts with."""
    from nabz.app import keyring
    from nabz.terminology import seed as terminology

    keys = keyring(settings)
    on_store(settings, lambda db: terminology.ship(db, keys, clock.now()))


def is_demo(settings: Settings) -> bool:
    """Tell whether the store holds the demo's people."""
    from nabz.access import seed as access

    return on_store(settings, lambda db: db.read(access.stands_in))


def command(
    *,
    demo: Annotated[bool, typer.Option("--demo", help="The shared demo sandbox.")] = False,
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Fill the store with what a sandbox starts with."""
    if not demo:
        typer.echo("nabz: say what to seed: --demo", err=True)
        sys.exit(2)
    settings = settings_of(data, database, demo=True)
    migrate(settings.database_url)
    fill(settings)
    typer.echo(f"{settings.data}/demo.json")
