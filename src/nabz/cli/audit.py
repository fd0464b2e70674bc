"""`nabz audit verify`: does the chain hold?"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from nabz.cli.program import Data, DatabaseUrl, on_store, settings_of
from nabz.kit import audit

app = typer.Typer(help="The record of who did what.", no_args_is_help=True)


@app.callback()
def top() -> None:
    """The record of who did what."""


@app.command()
def verify(
    data: Data = None,
    database: DatabaseUrl = None,
    head: Annotated[str, typer.Option(help="An end of the chain as the log once told it: finds a cut tail too.")] = "",
) -> None:
    """Find a changed or missing row; exit 1 if there is one."""
    from nabz.app import keyring

    settings = settings_of(data, database)
    broken = on_store(settings, lambda db: db.read(audit.verify, keyring(settings), noted=head))
    for place in broken:
        typer.echo(f"seal {place.seal}: {place.why}", err=True)
    if broken:
        sys.exit(1)
    typer.echo("the chain holds")
