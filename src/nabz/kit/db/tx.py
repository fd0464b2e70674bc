"""The open transaction, the first argument of every use case."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import CoroutineType, GeneratorType
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg.errors
from sqlalchemy import Connection, CursorResult, Executable, Result
from sqlalchemy.exc import IntegrityError, StatementError

from nabz.kit.db.rows import UnnamedDataSet, check_data_set
from nabz.kit.db.statement import Statement
from nabz.kit.errors import Problem

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")

LAZY = (GeneratorType, CoroutineType, Result)


class Tx:
    """Executes statements; beginning and ending belong to the database alone."""

    __slots__ = ("_connection", "_failed", "data_set")

    def __init__(self, connection: Connection, data_set: int = 0) -> None:
        self._connection = connection
        self._failed: StatementError | UnnamedDataSet | None = None
        self.data_set = data_set

    @property
    def engine(self) -> str:
        """Tell which engine this is: `sqlite` or `postgresql`."""
        return self._connection.dialect.name

    def execute(
        self, statement: Executable, params: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run a SQLAlchemy statement."""
        self.must_live()
        try:
            result = self._connection.execute(statement, params)
            check_data_set(result.context, self.data_set)
        except (StatementError, UnnamedDataSet) as error:
            self._failed = error
            raise
        return result

    def run(self, statement: Statement[R], **args: object) -> list[R]:
        """Run a hand-written statement inside this transaction."""
        texts = (statement.postgres,) if self.engine == "postgresql" else statement.sqlite
        answer: list[R] = []
        self.must_live()
        statement.fill(args, self.data_set)
        try:
            for text in texts:
                result = self._connection.exec_driver_sql(text, args)
                if result.returns_rows and not answer:
                    answer = statement.values(tuple(row) for row in result)
        except StatementError as error:
            self._failed = error
            raise
        return answer

    def must_live(self) -> None:
        """After an error of the database a use case is over, on SQLite too, where statements would still pass."""
        if self._failed is not None:
            raise RuntimeError("a use case went on after an error of the database") from self._failed


def carry_out(
    connection: Connection, data_set: int, use_case: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run a use case to its end: its value is whole, and no error of the database was passed over."""
    tx = Tx(connection, data_set)
    try:
        value = use_case(tx, *args, **kwargs)
    except StopIteration as error:  # no future can carry it
        raise RuntimeError("a use case let StopIteration through") from error
    tx.must_live()
    if isinstance(value, LAZY) and getattr(value, "returns_rows", True):
        raise TypeError(
            f"a use case returns whole values, not a {type(value).__name__} that still needs the transaction"
        )
    return value


@contextmanager
def unique(problem: Problem) -> Iterator[None]:
    """Turn a broken "only one" into the problem; it ends the use case on both engines."""
    try:
        yield
    except (IntegrityError, psycopg.errors.UniqueViolation, sqlite3.IntegrityError) as broken:
        if _is_unique(broken.orig if isinstance(broken, IntegrityError) else broken):
            raise problem from broken
        raise


def _is_unique(error: BaseException | None) -> bool:
    if isinstance(error, psycopg.errors.UniqueViolation):
        return True
    return getattr(error, "sqlite_errorname", "") in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
