"""`nabz registries …`: let outside sources answer for a registry."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from nabz.cli.program import Data, DatabaseUrl, clock, on_store, settings_of

if TYPE_CHECKING:
    from nabz.registries.model import Registry

app = typer.Typer(help="Registries: identity, insurance and council from an outside source.", no_args_is_help=True)

CONSOLE = "console"
Name = Annotated[str, typer.Argument(help="identity, insurance or council.")]
DataSet = Annotated[int, typer.Option("--data-set", min=0, help="0 is production, 1 the demo sandbox.")]


@app.command("list")
def list_(*, data_set: DataSet = 0, data: Data = None, database: DatabaseUrl = None) -> None:
    """List the outside sources of a data set."""
    from nabz.registries.service import sources

    for one in on_store(settings_of(data, database), lambda db: db.within(data_set).read(sources.listed)):
        sealed = "  with a credential" if one.credential else ""
        typer.echo(f"{one.registry.value:10} {one.address}  kept {one.seconds} s{sealed}")


@app.command("connect")
def connect(
    registry: Name,
    address: Annotated[str, typer.Argument(help="The whole address of the inquiry.")],
    *,
    seconds: Annotated[int, typer.Option("--seconds", help="So long an answer is kept.")] = 3600,
    credential: Annotated[
        bool, typer.Option("--credential", help="Read the Authorization header's value from standard input.")
    ] = False,
    data_set: DataSet = 0,
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Let an outside source answer for a registry."""
    from nabz.app import keyring
    from nabz.registries.model import Source
    from nabz.registries.service import sources

    settings = settings_of(data, database)
    secret = sys.stdin.readline().strip() if credential else None
    source = Source(_registry(registry), address, seconds, secret)
    keys = keyring(settings)
    on_store(settings, lambda db: db.within(data_set).write(sources.connect, keys, source, CONSOLE, clock.now()))
    typer.echo(f"{registry}: {address}")


@app.command("disconnect")
def disconnect(registry: Name, *, data_set: DataSet = 0, data: Data = None, database: DatabaseUrl = None) -> None:
    """Answer for a registry from our own tables again."""
    from nabz.registries.service import sources

    chosen = _registry(registry)
    there = on_store(
        settings_of(data, database),
        lambda db: db.within(data_set).write(sources.disconnect, chosen, CONSOLE, clock.now()),
    )
    typer.echo(f"{registry}: {'our own again' if there else 'it was our own already'}")


def _registry(name: str) -> Registry:
    from nabz.registries.model import Registry

    try:
        return Registry(name)
    except ValueError:
        typer.echo("nabz: a registry is identity, insurance or council", err=True)
        sys.exit(2)
