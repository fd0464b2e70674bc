"""What both engines promise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from nabz.kit.errors import Fault, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from nabz.kit.db.statement import Statement
    from nabz.kit.db.tx import Tx

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")


class StoreAway(Problem):
    """The database cannot be reached; nothing was done."""

    code = "kit.store-away"
    status = 503
    fa = "سامانه در این لحظه در دسترس نیست؛ کمی بعد دوباره بفرستید."
    en = "The service cannot reach its store at this moment: try again shortly."
    fault = Fault.HOUSE
    retry = True


class Database(Protocol):
    """One store. A use case is a plain function of an open transaction and may be run again."""

    engine: str
    data_set: int

    async def start(self) -> None:
        """Open the connections."""

    async def stop(self) -> None:
        """Finish what was begun and close."""

    async def write(self, use_case: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case in one transaction; what it returns has been committed."""
        ...

    async def read(self, query: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query on one snapshot."""
        ...

    async def write_one(self, statement: Statement[R], **args: object) -> list[R]:
        """Run a hot use case that is a single statement, its own transaction."""
        ...

    async def read_one(self, statement: Statement[R], **args: object) -> list[R]:
        """Run a hot look-up that is a single statement."""
        ...

    def within(self, data_set: int) -> Database:
        """Give the same store seen from one data set."""
        ...


def open_database(url: str, **options: Any) -> Database:  # noqa: ANN401
    """Choose the engine by the address; nothing is connected before `start`."""
    if url.startswith("sqlite:"):
        from nabz.kit.db.sqlite import SqliteDatabase  # noqa: PLC0415 - one engine need not load the other

        return SqliteDatabase(url, **options)
    from nabz.kit.db.postgres import PostgresDatabase  # noqa: PLC0415

    return PostgresDatabase(url, **options)
