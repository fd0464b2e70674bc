"""`nabz terminology …`: import, publish and export codings without a browser."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nabz.cli.program import Data, DatabaseUrl, clock, on_store, settings_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from nabz.kit.db import Database, Tx
    from nabz.terminology.files import Source
    from nabz.terminology.model import Concept, Terminology, Version
    from nabz.terminology.service.import_report import Progress, Report

app = typer.Typer(help="Codings: list, import, submit, publish, discard, export.", no_args_is_help=True)

PAGE = 5000
STAGES = {"reading": "Checking", "loading": "Loading", "indexing": "Indexing"}

Id = Annotated[str, typer.Argument(help="The terminology's id, in any spelling.")]
By = Annotated[str, typer.Option("--by", help="The user name of the editor who does it.")]


@app.command("list")
def list_(data: Data = None, database: DatabaseUrl = None) -> None:
    """List the terminologies with the version in force and the number of codes."""
    from nabz.terminology.service import reading

    for t in on_store(settings_of(data, database), lambda db: db.read(reading.all_)):
        typer.echo(f"{t.id:36} {t.last_label or '-':10} {t.size:9}  {t.title_en}")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, help="CSV, XLSX, FHIR JSON, LOINC table, SNOMED RF2 release.")],
    by: By,
    *,
    as_: Annotated[str, typer.Option("--as", help="The terminology's id; without it, as the file says.")] = "",
    version: Annotated[str, typer.Option("--version", help="The new version's label; or as the file says.")] = "",
    define: Annotated[str, typer.Option("--define", help="A title: define the terminology if it is not there.")] = "",
    note: Annotated[str, typer.Option(help="What is new in this version.")] = "",
    partial: Annotated[
        bool, typer.Option("--partial", help="The file holds only what is new: retire nothing.")
    ] = False,
    sure: Annotated[bool, typer.Option("--sure", help="Load even if most of the codes would be retired.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would happen, and change nothing.")] = False,
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Load a file into a draft, whole or not at all."""
    from nabz.terminology.errors import UnknownTerminology
    from nabz.terminology.files import open_source
    from nabz.terminology.service import drafting, importing

    async def work(db: Database) -> tuple[Terminology, Version | None, Report]:
        source = open_source(file)
        id_, label = as_ or source.id, version or source.version
        user = await db.read(drafting.editor, by)
        found = await db.read(_find, id_)
        if found is None and not define:
            raise UnknownTerminology(id=id_)
        t = found or _new(id_, define, source)
        with _bar() as tell:
            if dry_run:
                return t, None, await importing.check(db, t, source, tell, partial=partial)
            if found is None:
                t = await db.write(_define, t, label, user)
            try:
                done = await importing.load(
                    db, clock.now, t, source, label, note, user, tell, partial=partial, sure=sure
                )
            except BaseException:
                if found is None:  # nothing half-loaded: no name without codes either
                    await db.write(drafting.forget, t, user, clock.now())
                raise
            return t, *done

    t, made, report = on_store(settings_of(data, database), work)
    _print(report)
    if made is None:
        sys.exit(1 if report.refused else 0)
    typer.echo(f"{t.id} {made.label} is a draft now: nabz terminology submit {t.id} --by {by}")


@app.command()
def submit(id_: Id, by: By, data: Data = None, database: DatabaseUrl = None) -> None:
    """Hand a draft to a second person."""
    from nabz.terminology.service import drafting

    done = _decide(data, database, id_, by, drafting.submit)
    typer.echo(f"version {done.label} waits for a second person: nabz terminology publish {id_} --by ...")


@app.command()
def publish(id_: Id, by: By, data: Data = None, database: DatabaseUrl = None) -> None:
    """Put a reviewed draft in force, as a second person."""
    from nabz.terminology.service import drafting

    done = _decide(data, database, id_, by, drafting.publish)
    typer.echo(f"version {done.label} is in force")


@app.command()
def discard(id_: Id, by: By, data: Data = None, database: DatabaseUrl = None) -> None:
    """Throw a draft away."""
    from nabz.terminology.service import drafting, importing, reading

    async def work(db: Database) -> None:
        user = await db.read(drafting.editor, by)
        t = await db.read(reading.one, id_)
        draft = await db.read(drafting.draft, t)
        await importing.discard(db, clock.now, t, draft.revision, user)

    on_store(settings_of(data, database), work)


@app.command()
def export(
    id_: Id,
    out: Annotated[Path, typer.Argument(help="Where to write to: .csv, .xlsx or .json (FHIR R4).")],
    version: Annotated[str, typer.Option("--version", help="A version's label; without it, the one in force.")] = "",
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Write a version into a file."""
    if out.suffix not in {".csv", ".xlsx", ".json"}:
        typer.echo(f"nabz: {out.name} says no format: .csv, .xlsx or .json", err=True)
        sys.exit(2)
    settings = settings_of(data, database)
    on_store(settings, lambda db: _export(db, id_, version, out, settings.base_url))


async def _export(db: Database, id_: str, label: str, out: Path, base_url: str) -> None:
    from nabz.terminology import files
    from nabz.terminology.service import reading

    t = await db.read(reading.one, id_)
    version = await db.read(reading.version, t, label)
    pages = _pages(db, t, version.step)
    draft = out.with_name(f".{out.name}.draft")
    if out.suffix == ".xlsx":
        with await files.xlsx_file(pages, t, t.kind) as book:
            draft.write_bytes(book.read())
    else:
        writer = (
            files.fhir_parts(pages, t, version, base_url) if out.suffix == ".json" else files.csv_parts(pages, t.kind)
        )
        with draft.open("wb") as stream:
            async for part in writer:
                stream.write(part)
    draft.replace(out)


async def _pages(db: Database, t: Terminology, step: int) -> AsyncIterator[list[Concept]]:
    from nabz.terminology.service import reading

    after = ""
    while page := await db.read(reading.page, t, step, after, PAGE):
        yield page
        after = reading.cursor(page[-1])


def _find(tx: Tx, id_: str) -> Terminology | None:
    from nabz.terminology.errors import UnknownTerminology
    from nabz.terminology.service import reading

    try:
        return reading.one(tx, id_)
    except UnknownTerminology:
        return None


def _new(id_: str, title: str, source: Source) -> Terminology:
    from nabz.terminology.model import Terminology, good_id

    return Terminology(
        number=0,
        id=good_id(id_),
        kind=source.kind,
        title_fa=title,
        title_en=title,
        defined_at=clock.now(),
        source=source.map_source or None,
        target=source.map_target or None,
    )


def _define(tx: Tx, new: Terminology, label: str, by: str) -> Terminology:
    from nabz.terminology.model import good_label
    from nabz.terminology.service import drafting

    good_label(label)
    return drafting.define(tx, new, by, clock.now())


def _decide(data: str | None, database: str | None, id_: str, by: str, use_case: Callable[..., Version]) -> Version:
    """Do one step with the draft as it stands."""
    from nabz.terminology.service import drafting, reading

    def work(tx: Tx) -> Version:
        t = reading.one(tx, id_)
        return use_case(tx, t, drafting.draft(tx, t).revision, drafting.editor(tx, by), clock.now())

    return on_store(settings_of(data, database), lambda db: db.write(work))


@contextmanager
def _bar() -> Iterator[Callable[[Progress], None]]:
    """Show how far an import is, where a person looks on."""
    if not sys.stderr.isatty():
        yield lambda _progress: None
        return
    with typer.progressbar(length=1000, label="Checking", file=sys.stderr) as bar:
        shown = ""

        def tell(progress: Progress) -> None:
            nonlocal shown
            if progress.stage != shown:
                shown = progress.stage
                bar.label, bar.pos = f"{STAGES[shown]:9}", 0
            bar.update(max(0, int(progress.done * 1000) - bar.pos))

        yield tell


def _print(report: Report) -> None:
    for line in report.lines:
        why = f"  {line.why_en}" if line.why_en else ""
        typer.echo(f"{line.line:>8}  {line.outcome:8} {line.code}{why}")
    typer.echo(
        f"{report.rows} rows: {report.added} added, {report.changed} changed, {report.same} as before, "
        f"{report.retired} retired, {report.refused} refused"
    )
