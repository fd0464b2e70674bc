"""`nabz seed --demo`: fill the shared demo sandbox; `--scale`, `--prescriptions`, `--residents`: put a country's in."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nabz.cli.migrate import migrate
from nabz.cli.program import Data, DatabaseUrl, clock, on_store, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nabz.kit.db import Database
    from nabz.settings import Settings

SLOTS, DAYS = 10_000_000, 90
MOST_DAYS = 400
MOST_RESIDENTS = 1_000_000


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


def spread(settings: Settings, slots: int, days: int) -> None:
    """Put a country's schedules into the shared demo sandbox, and say how fast that went."""
    from nabz.access.model import DEMO
    from nabz.appointments import seed as appointments

    ship(settings)
    with _bar(f"{slots:,} slots") as tell:
        made = on_store(settings, lambda db: appointments.scale(db.within(DEMO), clock.now(), slots, days, tell))
    typer.echo(
        f"{made.slots:,} slots of {made.providers:,} physicians at {made.facilities:,} centres, {made.taken:,} taken:"
        f" {made.seconds:.1f} s, {made.per_second:,} slots/s"
    )


def prescribe(settings: Settings, prescriptions: int) -> None:
    """Put a country's prescriptions into the shared demo sandbox, and say how fast that went."""
    from nabz.access.model import DEMO
    from nabz.prescriptions.seed.scale import SERVICES, scale

    with _bar(f"{prescriptions:,} prescriptions") as tell:
        made = on_store(settings, lambda db: scale(db.within(DEMO), clock.now(), prescriptions, SERVICES, tell))
    typer.echo(
        f"{made.prescriptions:,} prescriptions of {made.doctors:,} physicians for {made.patients:,} patients,"
        f" {made.deliveries:,} deliveries at {made.centres:,} pharmacies: {made.seconds:.1f} s,"
        f" {made.per_second:,} prescriptions/s"
    )


def enrol(settings: Settings, residents: int) -> None:
    """Put a country's residents into the shared demo sandbox, and say how fast that went."""
    from nabz.access.model import DEMO
    from nabz.residency.seed import scale as registry

    crowd = registry.Crowd(residents, max(1, round(residents / registry.OF_UNIVERSITY)))

    async def put(db: Database, tell: Callable[[float], None]) -> registry.Made:
        ids = await db.write(registry.universities, crowd.universities, clock.now())
        return await registry.scale(db.within(DEMO), clock.now(), crowd, ids, tell)

    with _bar(f"{residents:,} residents") as tell:
        made = on_store(settings, lambda db: put(db, tell))
    typer.echo(
        f"{made.residents:,} residents of {made.universities:,} universities, {made.declarations:,} declarations of"
        f" {crowd.years} years: {made.seconds:.1f} s, {made.per_second:,} residents/s"
    )


@contextmanager
def _bar(what: str) -> Iterator[Callable[[float], None]]:
    """Show how far it is, where a person looks on."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    with typer.progressbar(length=1000, label=what, file=sys.stderr) as bar:
        yield lambda done: bar.update(max(0, int(done * 1000) - bar.pos))


def command(
    *,
    demo: Annotated[bool, typer.Option("--demo", help="The shared demo sandbox.")] = False,
    scale: Annotated[bool, typer.Option("--scale", help="A country's schedules, into the same sandbox.")] = False,
    slots: Annotated[int, typer.Option("--slots", min=1000, help="How many slots the schedules have.")] = SLOTS,
    days: Annotated[int, typer.Option("--days", min=7, max=MOST_DAYS, help="So many days from tomorrow on.")] = DAYS,
    prescriptions: Annotated[
        int, typer.Option("--prescriptions", min=0, help="A country's prescriptions, so many.")
    ] = 0,
    residents: Annotated[
        int, typer.Option("--residents", min=0, max=MOST_RESIDENTS, help="A country's medical residents, so many.")
    ] = 0,
    data: Data = None,
    database: DatabaseUrl = None,
) -> None:
    """Fill the store with what a sandbox starts with, or with very much of it."""
    if not (demo or scale or prescriptions or residents):
        typer.echo("nabz: say what to seed: --demo, --scale, --prescriptions, --residents", err=True)
        sys.exit(2)
    settings = settings_of(data, database, demo=demo)
    migrate(settings.database_url)
    if demo:
        fill(settings)
        typer.echo(f"{settings.data}/demo.json")
    if scale:
        spread(settings, slots, days)
    if prescriptions:
        prescribe(settings, prescriptions)
    if residents:
        enrol(settings, residents)
