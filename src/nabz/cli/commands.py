"""The commands and how a problem ends one: an exit code and one line."""

from __future__ import annotations

from typing import Annotated

import typer

import nabz
from nabz.cli import (
    appointments,
    audit,
    catalogue,
    gateway,
    migrate,
    oauth,
    registries,
    seed,
    serve,
    simad,
    terminology,
    users,
)

app = typer.Typer(
    name="nabz",
    help="Iran's health exchange: six official systems in one program.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve.serve)
app.command("migrate")(migrate.command)
app.command("seed")(seed.command)
app.add_typer(users.app, name="user")
app.add_typer(users.organisations, name="organisation")
app.add_typer(gateway.app, name="gateway")
app.add_typer(terminology.app, name="terminology")
app.add_typer(registries.app, name="registries")
app.add_typer(appointments.app, name="appointments")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(oauth.app, name="tamin")
app.add_typer(simad.app, name="simad")
app.add_typer(audit.app, name="audit")


@app.callback(invoke_without_command=True)
def top(*, version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False) -> None:
    """Print the version, if that is asked."""
    if version:
        typer.echo(f"nabz {nabz.__version__}")
        raise typer.Exit
