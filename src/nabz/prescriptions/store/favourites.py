"""The SQL of favourites and templates; a doctor sees and touches his own alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import delete, select

from nabz.kit.db import Statement
from nabz.prescriptions.model.favourites import MOST_SHOWN, Template, Usual
from nabz.prescriptions.tables.favourites import favourites, templates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from nabz.kit.db import Tx

F, T = favourites.c, templates.c

_PUT: Final = Statement(
    row=int,
    postgres="""
        INSERT INTO prescription_favourite (data_set, doctor, type, code, usual, at)
        VALUES (:data_set, :doctor, :type, :code, :usual ::jsonb, :now)
        ON CONFLICT (data_set, doctor, type, code) DO UPDATE SET usual = excluded.usual, at = excluded.at
        """,
    sqlite="""
        INSERT INTO prescription_favourite (data_set, doctor, type, code, usual, at)
        VALUES (:data_set, :doctor, :type, :code, :usual, :now)
        ON CONFLICT (data_set, doctor, type, code) DO UPDATE SET usual = excluded.usual, at = excluded.at
        """,
)
_SAVE: Final = Statement(
    row=str,
    postgres="""
        INSERT INTO prescription_template (data_set, id, doctor, kind, name, lines, at)
        VALUES (:data_set, :id, :doctor, :kind, :name, :lines ::jsonb, :now)
        ON CONFLICT (data_set, doctor, kind, name) DO UPDATE SET lines = excluded.lines, at = excluded.at
        RETURNING id
        """,
    sqlite="""
        INSERT INTO prescription_template (data_set, id, doctor, kind, name, lines, at)
        VALUES (:data_set, :id, :doctor, :kind, :name, :lines, :now)
        ON CONFLICT (data_set, doctor, kind, name) DO UPDATE SET lines = excluded.lines, at = excluded.at
        RETURNING id
        """,
)


def put(tx: Tx, doctor: str, one: Usual, now: datetime) -> None:
    """Keep a favourite as it was given last."""
    usual = msgspec.json.encode(one).decode()
    tx.run(_PUT, doctor=doctor, type=one.type, code=one.code, usual=usual, now=now)


def remove(tx: Tx, doctor: str, type_: str, code: str) -> bool:
    """Take a favourite away; tell whether it was one."""
    mine = (F.data_set == tx.data_set, F.doctor == doctor, F.type == type_, F.code == code)
    return tx.execute(delete(favourites).where(*mine)).rowcount > 0


def of_doctor(tx: Tx, doctor: str, types: Sequence[str] = ()) -> list[Usual]:
    """List the favourites of some types, the newest first."""
    query = select(F.usual).where(F.data_set == tx.data_set, F.doctor == doctor)
    if types:
        query = query.where(F.type.in_(types))
    rows = tx.execute(query.order_by(F.at.desc(), F.code).limit(MOST_SHOWN))
    return [msgspec.convert(row.usual, Usual) for row in rows]


def save(tx: Tx, doctor: str, one: Template, now: datetime) -> str:
    """Keep a template under its name, in the place of what stood there; give its id."""
    lines = msgspec.json.encode(one.lines).decode()
    return tx.run(_SAVE, id=one.id, doctor=doctor, kind=one.kind, name=one.name, lines=lines, now=now)[0]


def template(tx: Tx, doctor: str, id_: str) -> Template | None:
    """Read a template of this doctor's."""
    query = select(T.id, T.name, T.kind, T.lines).where(T.data_set == tx.data_set, T.id == id_, T.doctor == doctor)
    row = tx.execute(query).first()
    return None if row is None else msgspec.convert(row._mapping, Template)  # noqa: SLF001 - a row's public mapping


def saved(tx: Tx, doctor: str, kind: int) -> list[Template]:
    """List the templates of a kind, by their names."""
    query = select(T.id, T.name, T.kind, T.lines).where(T.data_set == tx.data_set, T.doctor == doctor, T.kind == kind)
    rows = tx.execute(query.order_by(T.name).limit(MOST_SHOWN))
    return [msgspec.convert(row._mapping, Template) for row in rows]  # noqa: SLF001 - a row's public mapping


def drop(tx: Tx, doctor: str, id_: str) -> bool:
    """Take a template away; tell whether it was there."""
    mine = (T.data_set == tx.data_set, T.id == id_, T.doctor == doctor)
    return tx.execute(delete(templates).where(*mine)).rowcount > 0
