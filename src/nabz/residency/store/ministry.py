"""The SQL of what the ministry sets: years, rules, codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import insert, select, update

from nabz.kit.db import unique
from nabz.residency.errors import ChangedMeanwhile
from nabz.residency.model import Code, CodeKind, Rules, Year
from nabz.residency.tables import codes, rules, years

if TYPE_CHECKING:
    from nabz.kit.db import Tx

Y, S, C = years.c, rules.c, codes.c
_YEAR = [column for column in years.c if column.name != "data_set"]
_RULES = [column for column in rules.c if column.name != "data_set"]
_CODE = [column for column in codes.c if column.name != "data_set"]


def year(tx: Tx, number: int) -> Year | None:
    """Read the deadlines of a year."""
    row = tx.execute(select(*_YEAR).where(Y.data_set == tx.data_set, Y.year == number)).first()
    return None if row is None else Year(**row._mapping)  # noqa: SLF001


def all_years(tx: Tx) -> list[Year]:
    """List the years that have deadlines, newest first."""
    found = tx.execute(select(*_YEAR).where(Y.data_set == tx.data_set).order_by(Y.year.desc()))
    return [Year(**row._mapping) for row in found]  # noqa: SLF001


def put_year(tx: Tx, one: Year, seen: int) -> None:
    """Write a year, if it still is the version that was seen. Raises ChangedMeanwhile."""
    cells = msgspec.structs.asdict(one)
    if seen == 0:
        with unique(ChangedMeanwhile()):
            tx.execute(insert(years), [{**cells, "data_set": tx.data_set}])
        return
    which = (Y.data_set == tx.data_set, Y.year == one.year, Y.version == seen)
    if tx.execute(update(years).where(*which).values(**cells)).rowcount == 0:
        raise ChangedMeanwhile


def read_rules(tx: Tx) -> Rules:
    """Read what is switched on."""
    row = tx.execute(select(*_RULES).where(S.data_set == tx.data_set)).first()
    return Rules() if row is None else Rules(**row._mapping)  # noqa: SLF001


def put_rules(tx: Tx, one: Rules, seen: int) -> None:
    """Write them, if they still are the version that was seen. Raises ChangedMeanwhile."""
    cells = msgspec.structs.asdict(one)
    if seen == 0:
        with unique(ChangedMeanwhile()):
            tx.execute(insert(rules), [{**cells, "data_set": tx.data_set}])
        return
    found = tx.execute(update(rules).where(S.data_set == tx.data_set, S.version == seen).values(**cells))
    if found.rowcount == 0:
        raise ChangedMeanwhile


def own_codes(tx: Tx, kind: CodeKind) -> dict[str, Code]:
    """Read what the ministry has put into a table."""
    found = tx.execute(select(*_CODE).where(C.data_set == tx.data_set, C.kind == str(kind)))
    return {row.code: _code(row._mapping) for row in found}  # noqa: SLF001


def own_code(tx: Tx, kind: CodeKind, code: str) -> Code | None:
    """Read one code that the ministry has put."""
    query = select(*_CODE).where(C.data_set == tx.data_set, C.kind == str(kind), C.code == code)
    row = tx.execute(query).first()
    return None if row is None else _code(row._mapping)  # noqa: SLF001


def put_code(tx: Tx, one: Code) -> None:
    """Put a code, whether or not it is there."""
    cells = {**msgspec.structs.asdict(one), "kind": str(one.kind)}
    which = (C.data_set == tx.data_set, C.kind == str(one.kind), C.code == one.code)
    if tx.execute(update(codes).where(*which).values(**cells)).rowcount == 0:
        with unique(ChangedMeanwhile()):
            tx.execute(insert(codes), [{**cells, "data_set": tx.data_set}])


def _code(cells: Any) -> Code:  # noqa: ANN401 - a row's mapping
    return Code(**{**cells, "kind": CodeKind(cells["kind"])})
