"""`nabz simad …`: the residents' registry without a browser: times of maintenance, deadlines of years."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer

from nabz.cli.program import Data, DatabaseUrl, clock, on_store, settings_of

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.db import Tx
    from nabz.residency.model import Caller, Year

app = typer.Typer(help="Residents (SIMAD): maintenance and deadlines.", no_args_is_help=True)
maintenance = typer.Typer(help="Close the service for a while, and open it again.", no_args_is_help=True)
app.add_typer(maintenance, name="maintenance")

InDataSet = Annotated[int, typer.Option("--data-set", min=0, help="0 is production, 1 the demo sandbox.")]
MOMENT: Final = "a Jalali date, or date and hour of Tehran as `1405/09/01 12:00`"
NOTHING: Final = "none"
DEADLINES: Final = {
    "opens_at": "opens",
    "closes_at": "closes",
    "corrects_until": "corrections",
    "results_at": "results",
}


@maintenance.command("on")
def close(
    until: Annotated[str, typer.Option("--until", help=f"Until when: {MOMENT}.")],
    note: Annotated[str, typer.Option("--note", help="What universities are told beside it.")] = "",
    data_set: InDataSet = 0,
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Answer universities with 503 until then."""
    at = _moment(until)
    if at is None or at <= clock.now():
        typer.echo("nabz: write a time that is to come", err=True)
        sys.exit(2)
    _put(at, note, data_set, data, database)
    typer.echo(f"closed until {_typed(at)}")


@maintenance.command("off")
def reopen(data_set: InDataSet = 0, data: Data = None, database: DatabaseUrl = None) -> None:
    """Let universities in again."""
    _put(None, "", data_set, data, database)
    typer.echo("open")


@app.command("years")
def list_years(data_set: InDataSet = 0, data: Data = None, database: DatabaseUrl = None) -> None:
    """List the years that have deadlines, newest first."""
    from nabz.residency.service import years

    for one in on_store(settings_of(data, database), lambda db: db.within(data_set).read(years.all_of)):
        typer.echo(_line(one))


@app.command("year")
def set_year(
    year: Annotated[int, typer.Argument(help="The promotion year, as 1405.")],
    *,
    opens: Annotated[str | None, typer.Option("--opens", help=f"Declarations begin: {MOMENT}, or `none`.")] = None,
    closes: Annotated[str | None, typer.Option("--closes", help="Declarations end.")] = None,
    corrections: Annotated[str | None, typer.Option("--corrections", help="Corrections end.")] = None,
    results: Annotated[str | None, typer.Option("--results", help="Results are published.")] = None,
    data_set: InDataSet = 0,
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Set deadlines of a year; those that are not named stay. Without any, tell them."""
    from msgspec.structs import replace

    from nabz.residency.service import publishing, years

    told = dict(zip(DEADLINES, (opens, closes, corrections, results), strict=True))
    new = {name: None if text == NOTHING else _moment(text) for name, text in told.items() if text is not None}

    def work(tx: Tx) -> Year:
        known = years.get(tx, year)
        return publishing.put(tx, replace(known, **new), _console(), clock.now()) if new else known

    typer.echo(_line(on_store(settings_of(data, database), lambda db: db.within(data_set).write(work))))


def _put(until: datetime | None, note: str, data_set: int, data: str | None, database: str | None) -> None:
    from msgspec.structs import replace

    from nabz.residency.service import rules

    def work(tx: Tx) -> None:
        wanted = replace(rules.get(tx), maintenance_until=until, maintenance_note=note)
        rules.put(tx, wanted, _console(), clock.now())

    on_store(settings_of(data, database), lambda db: db.within(data_set).write(work))


def _console() -> Caller:
    from nabz.residency.model import Caller

    return Caller("", "console")


def _moment(text: str) -> datetime | None:
    """Read an instant as the ministry's pages do; what is none ends the command."""
    from nabz.kit.jalali import DateWrong, TimeWrong
    from nabz.residency.pages.ministry import moments

    try:
        return moments.read(text)
    except (DateWrong, TimeWrong) as problem:
        typer.echo(f"nabz: {problem.text_en} [{problem.code}]", err=True)
        sys.exit(2)


def _typed(at: datetime | None) -> str:
    from nabz.residency.pages.ministry import moments

    return moments.typed(at) or NOTHING


def _line(one: Year) -> str:
    return "\t".join([str(one.year), *(f"{word} {_typed(getattr(one, name))}" for name, word in DEADLINES.items())])
