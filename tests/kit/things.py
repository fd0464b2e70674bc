"""Tables, use cases and statements for the tests of the kit."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import psycopg
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Row, Table, Text, func, insert, select, update

from nabz.kit import audit, outbox
from nabz.kit.db import Instant, Json, Statement, Tx

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)

tables = MetaData()  # not the program's own metadata: these are in no migration
things = Table(
    "thing",
    tables,
    Column("id", Text, primary_key=True),
    Column("name", Text, unique=True),
    Column("at", Instant),
    Column("value", Json),
    Column("count", Integer, nullable=False, default=0),
)
parents = Table("parent", tables, Column("id", Text, primary_key=True))
children = Table(
    "child",
    tables,
    Column("id", Text, primary_key=True),
    Column("parent", ForeignKey("parent.id", deferrable=True, initially="DEFERRED")),
)

ADD = Statement(row=str, postgres="INSERT INTO thing (id, name, count) VALUES (:id, :name, 0) RETURNING id")
COUNT = Statement(row=int, postgres="SELECT count(*) FROM thing")
IDS = Statement(row=str, postgres="SELECT id FROM thing ORDER BY id")


KITS_OWN = (audit.entries, audit.seals, outbox.messages)


def make_tables(tx: Tx) -> None:
    tables.create_all(tx._connection)
    for table in KITS_OWN:
        table.create(tx._connection)


def drop_tables(tx: Tx) -> None:
    tables.drop_all(tx._connection)
    for table in KITS_OWN:
        table.drop(tx._connection, checkfirst=True)


def add(tx: Tx, /, id_: str, name: str | None = None, **more: object) -> str:
    tx.execute(insert(things), {"id": id_, "name": name, "count": 0, **more})
    return id_


def add_and_fail(tx: Tx, id_: str) -> None:
    add(tx, id_)
    raise LookupError(id_)


def bump(tx: Tx, id_: str) -> None:
    tx.execute(update(things).where(things.c.id == id_).values(count=things.c.count + 1))


def one(tx: Tx, id_: str) -> Row[Any]:
    return tx.execute(select(things).where(things.c.id == id_)).one()


def ids(tx: Tx) -> list[str]:
    return list(tx.execute(select(things.c.id).order_by(things.c.id)).scalars())


def nothing(_tx: Tx) -> int:
    return 1


def count(tx: Tx) -> int:
    return int(tx.execute(select(func.count()).select_from(things)).scalar_one())


class Beside:
    """A connection that is none of the program's: what it sees has been committed."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ids(self) -> list[str]:
        return [row[0] for row in self.run("SELECT id FROM thing ORDER BY id")]

    def run(self, text: str) -> list[Any]:
        if self._url.startswith("sqlite"):
            with closing(sqlite3.connect(self._url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
                return connection.execute(text).fetchall()
        with psycopg.connect(self._url, autocommit=True) as connection:
            cursor = connection.execute(text.encode())
            return cursor.fetchall() if cursor.description else []
