"""`nabz catalogue …`: price lists of drugs and services, and what drugs do to each other."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nabz.cli.program import Data, DatabaseUrl, clock, on_store, settings_of

if TYPE_CHECKING:
    from nabz.kit.db import Database
    from nabz.prescriptions.service.catalogue import Report

app = typer.Typer(help="The catalogue of drugs and services.", no_args_is_help=True)

CONSOLE = "console"
MOST_SHOWN = 50
File = Annotated[Path, typer.Argument(help="A CSV or XLSX file.", exists=True, dir_okay=False)]
DataSet = Annotated[int, typer.Option("--data-set", min=0, help="0 is production, 1 the demo sandbox.")]


@app.command("load")
def load(
    file: File,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what each row would do, and change nothing.")
    ] = False,
    day: Annotated[
        str, typer.Option("--day", help="A Jalali date: prices without a date hold from then on (today).")
    ] = "",
    report_to: Annotated[
        Path | None, typer.Option("--report", help="Write what becomes of every row into this CSV file.")
    ] = None,
    data_set: DataSet = 0,
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Load a price list, all of it or none."""
    from nabz.kit import ids, jalali
    from nabz.prescriptions.files import catalogue as files
    from nabz.prescriptions.service import catalogue

    now = clock.now()
    try:
        since = jalali.compact(jalali.parse(day) if day else jalali.day_of(now))
    except jalali.DateWrong as problem:
        typer.echo(f"nabz: {problem.text_en} [{problem.code}]", err=True)
        sys.exit(2)

    async def work(db: Database) -> Report:
        lines = files.lines(file, since)
        if dry_run:
            return await catalogue.check(db.within(data_set), lines)
        return await catalogue.load(db.within(data_set), lines, ids.new_id(), CONSOLE, now)

    report = on_store(settings_of(data, database), work)
    if report_to is not None:
        report_to.write_bytes(files.report(report.rows))
    _tell(report)
    if report.counts[catalogue.Outcome.WRONG]:
        sys.exit(1)


@app.command("interactions")
def interactions(file: File, *, data_set: DataSet = 0, data: Data = None, database: DatabaseUrl = None) -> None:
    """Put a table of interactions in the place of the one before."""
    from nabz.kit.errors import Problem
    from nabz.prescriptions.files import catalogue as files
    from nabz.prescriptions.service import interactions as service

    try:
        pairs = files.pairs(file)
    except Problem as problem:
        typer.echo(f"nabz: {problem.text_en} [{problem.code}]", err=True)
        sys.exit(2)
    count = on_store(
        settings_of(data, database), lambda db: db.within(data_set).write(service.load, pairs, CONSOLE, clock.now())
    )
    typer.echo(f"{count} pairs")


def _tell(report: Report) -> None:
    """Print what becomes of the rows: those that change something, up to a number, and the sums."""
    from nabz.prescriptions.service.catalogue import Outcome

    told = [row for row in report.rows if row.outcome is not Outcome.UNCHANGED]
    told.sort(key=lambda row: row.outcome is not Outcome.WRONG)
    for row in told[:MOST_SHOWN]:
        why = f"  {row.en} ({row.fa})" if row.en else ""
        typer.echo(f"line {row.line}: {row.outcome.value}  {'/'.join(row.key)}{why}")
    if len(told) > MOST_SHOWN:
        typer.echo(f"… and {len(told) - MOST_SHOWN} more")
    typer.echo("  ".join(f"{outcome.value} {count}" for outcome, count in report.counts.items()))
