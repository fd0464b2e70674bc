"""`nabz appointments …`: the months that a large installation keeps, and those that it lets go."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from nabz.cli.program import Data, DatabaseUrl, clock, on_store, settings_of

if TYPE_CHECKING:
    from nabz.kit.db import Database

app = typer.Typer(help="Appointments: the months that are kept.", no_args_is_help=True)


@app.command("months")
def months(data: Data = None, database: DatabaseUrl = None) -> None:
    """List the months that the divided tables hold (PostgreSQL)."""
    from nabz.appointments.service import parting

    for part in on_store(settings_of(data, database), lambda db: db.read(parting.months)):
        typer.echo(f"{part.month:%Y-%m}  {part.name}  {part.stage.value}")


@app.command("let-go")
def let_go(
    before: Annotated[str, typer.Option("--before", help="A Jalali date: months that end before it leave.")],
    *,
    sure: Annotated[bool, typer.Option("--sure", help="Do it; without this, tell what would leave.")] = False,
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Let past months go, while everybody goes on reading and writing the others."""
    from nabz.access.service import clients
    from nabz.appointments.service import parting
    from nabz.kit import jalali

    try:
        day = jalali.start_of(jalali.parse(before))
    except jalali.DateWrong as problem:
        typer.echo(f"nabz: {problem.text_en} [{problem.code}]", err=True)
        sys.exit(2)
    if day > clock.now():
        typer.echo("nabz: only what is past can leave", err=True)
        sys.exit(2)

    async def work(db: Database) -> list[str]:
        leaving = await db.read(parting.past, day)
        if sure:
            for part in leaving:
                gone = await parting.let_go(db, part)
                typer.echo(f"{part.name}: {'gone' if gone else 'still looked at: run this again later'}")
            for data_set in sorted({0, 1, *await db.read(clients.data_sets)}):
                while await db.within(data_set).write(parting.forget, day):
                    pass
        return [part.name for part in leaving]

    leaving = on_store(settings_of(data, database), work)
    if not sure:
        typer.echo("\n".join(leaving) if leaving else "nothing would leave")
