"""The SQL of a centre's rules, of no-shows and of the referral map."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects import sqlite

from nabz.appointments.errors import UnknownRoute
from nabz.appointments.model import FacilityRules, OriginKind, Route
from nabz.appointments.store.rows import cells_of
from nabz.appointments.tables import no_shows, routes, rules
from nabz.kit.db import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row

    from nabz.kit.db import Tx

R = routes.c
_RULES: Final = FacilityRules.__struct_fields__
_ROUTE: Final = Route.__struct_fields__
_RULES_COLUMNS: Final = [rules.c[name] for name in _RULES]
_ROUTE_COLUMNS: Final = [R[name] for name in _ROUTE]
_PUT_RULES: Final = Statement(
    row=str,
    postgres=f"""
        INSERT INTO appointment_rules (data_set, {", ".join(_RULES)})
        VALUES (:data_set, {", ".join(f":{name}" for name in _RULES)})
        ON CONFLICT (data_set, facility) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in _RULES[1:])} RETURNING facility
        """,  # noqa: S608 - our own text
)
_PUT_ROUTES: Final = Statement(
    row=str,
    postgres=f"""
        INSERT INTO appointment_route (data_set, {", ".join(_ROUTE)})
        SELECT :data_set, {", ".join(f"r.{name}" for name in _ROUTE)}
        FROM jsonb_to_recordset((:rows)::jsonb) AS r ({", ".join(f"{name} text" for name in _ROUTE)})
        ON CONFLICT (data_set, id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _ROUTE[1:])}
        RETURNING id
        """,  # noqa: S608 - our own text
)
_NO_SHOW: Final = Statement(
    row=int,
    postgres="""
        INSERT INTO appointment_no_show AS n (data_set, person, count, last_at) VALUES (:data_set, :person, 1, :now)
        ON CONFLICT (data_set, person) DO UPDATE SET count = n.count + 1, last_at = excluded.last_at RETURNING count
        """,
    sqlite="""
        INSERT INTO appointment_no_show (data_set, person, count, last_at) VALUES (:data_set, :person, 1, :now)
        ON CONFLICT (data_set, person) DO UPDATE SET count = count + 1, last_at = excluded.last_at RETURNING count
        """,
)


def rules_of(tx: Tx, facility: str) -> FacilityRules:
    """Read what a centre has decided, or what holds when it has not."""
    query = select(*_RULES_COLUMNS).where(rules.c.data_set == tx.data_set, rules.c.facility == facility)
    row = tx.execute(query).first()
    return FacilityRules(**dict(zip(_RULES, row, strict=True))) if row else FacilityRules(facility=facility)


def reminder_hours(tx: Tx) -> dict[str, int]:
    """Tell how long before a visit the centres remind that have rules of their own."""
    query = select(rules.c.facility, rules.c.reminder_hours).where(rules.c.data_set == tx.data_set)
    return {row.facility: row.reminder_hours for row in tx.execute(query)}


def put_rules(tx: Tx, told: FacilityRules) -> None:
    """Keep what a centre decides."""
    tx.run(_PUT_RULES, data_set=tx.data_set, **cells_of(told))


def count_no_show(tx: Tx, person: str, now: datetime) -> int:
    """Note that somebody did not come, and tell how often that was."""
    return tx.run(_NO_SHOW, data_set=tx.data_set, person=person, now=now)[0]


def forgive_no_show(tx: Tx, person: str) -> None:
    """He came after all."""
    at = no_shows.c
    query = update(no_shows).where(at.data_set == tx.data_set, at.person == person, at["count"] > 0)
    tx.execute(query.values(count=at["count"] - 1))


def no_shows_of(tx: Tx, persons: Sequence[str]) -> dict[str, int]:
    """Tell how often some people did not come."""
    at = no_shows.c
    query = select(at.person, at["count"].label("times")).where(at.data_set == tx.data_set, at.person.in_(persons))
    return {row.person: row.times for row in tx.execute(query)} if persons else {}


def list_routes(tx: Tx, origin: str = "", specialty: str = "", limit: int = 100, after: str = "") -> list[Route]:
    """List ways of the referral map by their ids."""
    query = select(*_ROUTE_COLUMNS).where(R.data_set == tx.data_set, R.id > after)
    if origin:
        query = query.where(R.origin == origin)
    if specialty:
        query = query.where(R.specialty == specialty)
    return [_route(row) for row in tx.execute(query.order_by(R.id).limit(limit))]


def count_routes(tx: Tx) -> int:
    """Count the ways of the referral map."""
    return int(tx.execute(select(func.count()).select_from(routes).where(R.data_set == tx.data_set)).scalar_one())


def routes_from(tx: Tx, origins: Sequence[str], specialty: str, insurer: str, day: date) -> list[Route]:
    """List the ways that lead from some origins on a day."""
    query = select(*_ROUTE_COLUMNS).where(
        R.data_set == tx.data_set,
        R.origin.in_(origins),
        R.specialty == specialty,
        or_(R.insurer == "", R.insurer == insurer),
        or_(R.from_.is_(None), R.from_ <= day.isoformat()),
        or_(R.until.is_(None), R.until >= day.isoformat()),
    )
    return [_route(row) for row in tx.execute(query.order_by(R.id))]


def get_route(tx: Tx, id_: str) -> Route:
    """Read a way. Raises UnknownRoute."""
    row = tx.execute(select(*_ROUTE_COLUMNS).where(R.data_set == tx.data_set, R.id == id_)).first()
    if row is None:
        raise UnknownRoute
    return _route(row)


def put_routes(tx: Tx, many: Sequence[Route]) -> None:
    """Insert ways, or change those that are there; no id stands twice among them."""
    for start in range(0, len(many), 5000):
        cells = [_cells(one) for one in many[start : start + 5000]]
        if tx.engine == "postgresql":
            tx.run(_PUT_ROUTES, data_set=tx.data_set, rows=msgspec.json.encode(cells).decode())
            continue
        put = sqlite.insert(routes)
        others = {name: put.excluded[name] for name in _ROUTE[1:]}
        rows = [{**row, "data_set": tx.data_set} for row in cells]
        tx.execute(put.on_conflict_do_update(index_elements=["data_set", "id"], set_=others), rows)


def remove_route(tx: Tx, id_: str) -> None:
    """Take a way out of the map. Raises UnknownRoute."""
    if tx.execute(delete(routes).where(R.data_set == tx.data_set, R.id == id_)).rowcount == 0:
        raise UnknownRoute


def _cells(one: Route) -> dict[str, Any]:
    days = {
        "from_": one.from_.isoformat() if one.from_ else None,
        "until": one.until.isoformat() if one.until else None,
    }
    return {**cells_of(one), "origin_kind": one.origin_kind.value, **days}


def _route(row: Row[Any]) -> Route:
    cells = dict(zip(_ROUTE, row, strict=True))
    days = {name: date.fromisoformat(cells[name]) if cells[name] else None for name in ("from_", "until")}
    return Route(**{**cells, "origin_kind": OriginKind(cells["origin_kind"]), **days})
