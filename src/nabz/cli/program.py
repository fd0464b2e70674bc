"""What commands share: the options that name an installation, and one transaction on its store."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from nabz import settings as configuration
from nabz.kit.clock import SystemClock
from nabz.kit.db import open_database
from nabz.kit.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nabz.kit.db import Database
    from nabz.settings import Settings

T = TypeVar("T")

Data = Annotated[str | None, typer.Option("--data", help="The data folder (NABZ_DATA).")]
DatabaseUrl = Annotated[str | None, typer.Option("--database", help="The database's address (NABZ_DATABASE).")]

clock = SystemClock()


def settings_of(data: str | None, database: str | None, **more: Any) -> Settings:  # noqa: ANN401
    """The installation that the options name; what it writes is for its own user's eyes."""
    os.umask(0o077)
    return configuration.load(data=data, database=database, **more)


def on_store(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Open the store, do one thing, close it; a problem ends the command with one line."""

    from nabz.cli.migrate import heads, revisions

    async def run() -> T:
        db = open_database(settings.database_url)
        await db.start()
        try:
            return await work(db)
        finally:
            await db.stop()

    try:
        if revisions(settings.database_url) != heads():
            typer.echo(f"nabz: no store of this version at {_shown(settings)}: run nabz migrate", err=True)
            sys.exit(2)
        return asyncio.run(run())
    except Problem as problem:
        typer.echo(f"nabz: {problem.text_en} [{problem.code}]", err=True)
        sys.exit(2)


def _shown(settings: Settings) -> str:
    """The store's address without a password."""
    return re.sub(r"//[^@/]*@", "//", settings.database_url)
