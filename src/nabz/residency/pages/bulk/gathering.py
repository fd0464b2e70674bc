"""Long lists, read some rows at a time, so that nobody waits for a long list of somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from nabz.residency.service import declarations, residents

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nabz.kit.db import Database
    from nabz.residency.model import Declaration, Filter, Resident

T = TypeVar("T")

CHUNK: Final = 1000


async def gathered(behind: Callable[[T | None], Awaitable[list[T]]]) -> list[T]:
    """Read pages of CHUNK rows, each behind the last row of the one before."""
    found: list[T] = []
    while True:
        page = await behind(found[-1] if found else None)
        found += page
        if len(page) < CHUNK:
            return found


async def all_declared(db: Database, year: int, wanted: Filter) -> list[Declaration]:
    """Read all declarations that are looked for."""
    return await gathered(
        lambda last: db.read(declarations.search, year, wanted, CHUNK, declarations.mark(last) if last else "")
    )


async def all_residents(db: Database, wanted: Filter) -> list[Resident]:
    """Read all residents who are looked for."""
    return await gathered(lambda last: db.read(residents.search, wanted, CHUNK, residents.mark(last) if last else ""))
