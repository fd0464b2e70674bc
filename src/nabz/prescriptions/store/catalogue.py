"""The SQL of the catalogue: services with the price in force on a day, and the rows of an import under way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
from sqlalchemy import and_, delete, insert, or_, select, text

from nabz.kit.db import Statement, unique
from nabz.prescriptions.errors.catalogue import ServiceIdTaken
from nabz.prescriptions.model.catalogue import Key, Price, Service
from nabz.prescriptions.tables.catalogue import drafts, prices, services, state

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select

    from nabz.kit.db import Tx

S, P, D = services.c, prices.c, drafts.c

FIRST_ID: Final = 60_001
_PRICED: Final = ("price", "k2_price", "tech_price", "subsidy")
_TOGETHER: Final = 300
"""So many codes are asked for in one statement."""

VERSION: Final = Statement(row=int, postgres="SELECT version FROM catalogue_state WHERE data_set = :data_set")
_MOVE = Statement(
    row=int,
    postgres="""
        INSERT INTO catalogue_state (data_set, version, next_id, changed_at)
        VALUES (:data_set, 1, :next_id, :now)
        ON CONFLICT (data_set) DO UPDATE
        SET version = catalogue_state.version + 1, next_id = excluded.next_id, changed_at = excluded.changed_at
        WHERE catalogue_state.data_set = :data_set AND catalogue_state.version = :seen
        RETURNING version
        """,
)
_TAKE_SERVICES = Statement(
    row=int,
    postgres="""
        INSERT INTO catalogue_service (data_set, type, code, id, printed, generic, additive, document)
        SELECT data_set, type, code, id, printed, generic, additive, document FROM catalogue_draft
        WHERE data_set = :data_set AND load = :load AND id IS NOT NULL
        ON CONFLICT (data_set, type, code) DO UPDATE
        SET printed = excluded.printed, generic = excluded.generic, additive = excluded.additive,
            document = excluded.document
        """,
)
_TAKE_PRICES = Statement(
    row=int,
    postgres="""
        INSERT INTO catalogue_price (data_set, type, code, day, price, k2_price, tech_price, subsidy)
        SELECT data_set, type, code, day, price, k2_price, tech_price, subsidy FROM catalogue_draft
        WHERE data_set = :data_set AND load = :load AND day IS NOT NULL
        ON CONFLICT (data_set, type, code, day) DO UPDATE
        SET price = excluded.price, k2_price = excluded.k2_price, tech_price = excluded.tech_price,
            subsidy = excluded.subsidy
        """,
)


class State(NamedTuple):
    """How often the catalogue has changed, and the next srvId that is free."""

    version: int
    next_id: int


class Change(NamedTuple):
    """What an import puts in for a line: a service, a price from a day on, or both."""

    key: Key
    service: Service | None
    day: str | None
    price: Price


# ---- reading


def _found(type_: str, code: str, id_: int, document: str, day: str | None, *figures: int | None) -> Service:
    named: dict[str, Any] = {**msgspec.json.decode(document), "id": id_, "type": type_, "code": code}
    if day is not None:
        named["price_day"] = day
        named.update(zip(_PRICED, figures, strict=True))
    return msgspec.convert(named, Service)


_OF_KEYS: Final = f"""
    SELECT s.type, s.code, s.id, CAST(s.document AS text), p.day, {", ".join(f"p.{name}" for name in _PRICED)}
    FROM catalogue_service s LEFT JOIN catalogue_price p
         ON p.data_set = :data_set AND p.type = s.type AND p.code = s.code AND p.day = (
             SELECT e.day FROM catalogue_price e
             WHERE e.data_set = :data_set AND e.type = s.type AND e.code = s.code AND e.day <= :day
             ORDER BY e.day DESC LIMIT 1)
    WHERE s.data_set = :data_set AND (s.type, s.code) IN
    """  # noqa: S608 - our own text
# Row-level security lets no condition near the rows that holds an operator of JSON: the keys are columns before.
OF_KEYS: Final = Statement(
    row=_found,
    postgres=f"""{_OF_KEYS} (
        SELECT k.type COLLATE "C", k.code COLLATE "C" FROM jsonb_to_recordset((:keys)::jsonb) k (type text, code text))
    """,  # noqa: S608 - our own text
    sqlite=f"{_OF_KEYS} (SELECT k.value ->> 'type', k.value ->> 'code' FROM json_each(:keys) k)",  # noqa: S608
)
"""Read services by type and code, with the prices in force on a day."""


def keys_text(keys: Iterable[Key]) -> str:
    """Write keys as OF_KEYS takes them."""
    return msgspec.json.encode([{"type": type_, "code": code} for type_, code in sorted(set(keys))]).decode()


def of_keys(tx: Tx, keys: Iterable[Key], day: str) -> list[Service]:
    """Read services by type and code."""
    return tx.run(OF_KEYS, keys=keys_text(keys), day=day)


def of_printed(tx: Tx, keys: Iterable[Key], day: str) -> list[Service]:
    """Read services by type and printed code, where another code is the one they are kept under."""
    return _of(tx, keys, S.printed, day)


def listed(tx: Tx, types: Sequence[str], after: str, limit: int, day: str) -> list[Service]:
    """Read services of some types, or of all, in the order of type and code, from after one of them ("01/00077")."""
    query = _priced(tx, day).order_by(S.type, S.code)
    if types:
        query = query.where(S.type.in_(types))
    type_, _, code = after.partition("/")
    if after:
        query = query.where(or_(S.type > type_, and_(S.type == type_, S.code > code)))
    return _read(tx, query.limit(limit) if limit else query)


def of_generic(tx: Tx, generic: str, day: str) -> list[Service]:
    """Read the drugs that may be given for each other."""
    return _read(tx, _priced(tx, day).where(S.generic == generic).order_by(S.code)) if generic else []


def additives(tx: Tx, day: str) -> list[Service]:
    """Read the drugs that may be added to a prescription."""
    return _read(tx, _priced(tx, day).where(S.additive).order_by(S.code))


def state_of(tx: Tx) -> State:
    """Tell how often the catalogue has changed."""
    row = tx.execute(select(state.c.version, state.c.next_id).where(state.c.data_set == tx.data_set)).first()
    return State(row.version, row.next_id) if row else State(0, FIRST_ID)


def version_of(tx: Tx) -> int:
    """Tell how often the catalogue has changed."""
    return state_of(tx).version


def all_unpriced(tx: Tx) -> list[Service]:
    """Read the whole catalogue without its prices."""
    query = select(S.type, S.code, S.id, S.document).where(S.data_set == tx.data_set).order_by(S.type, S.code)
    return [_service(row) for row in tx.execute(query)]


def all_prices(tx: Tx) -> dict[Key, dict[str, Price]]:
    """Read the prices of all services by the day from which they hold."""
    found: dict[Key, dict[str, Price]] = {}
    query = select(P.type, P.code, P.day, *(P[name] for name in _PRICED)).where(P.data_set == tx.data_set)
    for type_, code, day, *figures in map(tuple, tx.execute(query)):
        found.setdefault((type_, code), {})[day] = Price(*figures)
    return found


def _of(tx: Tx, keys: Iterable[Key], column: ColumnElement[str], day: str) -> list[Service]:
    asked = sorted(set(keys))
    found: list[Service] = []
    for start in range(0, len(asked), _TOGETHER):
        by_type: dict[str, list[str]] = {}
        for type_, code in asked[start : start + _TOGETHER]:
            by_type.setdefault(type_, []).append(code)
        these = or_(*(and_(S.type == type_, column.in_(codes)) for type_, codes in by_type.items()))
        found += _read(tx, _priced(tx, day).where(these))
    return found


def _priced(tx: Tx, day: str) -> Select[Any]:
    earlier = prices.alias("earlier")
    latest = (
        select(earlier.c.day)
        .where(
            earlier.c.data_set == tx.data_set,
            earlier.c.type == S.type,
            earlier.c.code == S.code,
            earlier.c.day <= day,
        )
        .order_by(earlier.c.day.desc())
        .limit(1)
        .scalar_subquery()
    )
    held = and_(P.data_set == S.data_set, P.type == S.type, P.code == S.code, P.day == latest)
    columns = (S.type, S.code, S.id, S.document, P.day, *(P[name] for name in _PRICED))
    return select(*columns).select_from(services.outerjoin(prices, held)).where(S.data_set == tx.data_set)


def _read(tx: Tx, query: Select[Any]) -> list[Service]:
    return [_service(row) for row in tx.execute(query)]


def _service(row: Row[Any]) -> Service:
    cells: tuple[Any, ...] = tuple(row)
    type_, code, id_, document = cells[:4]
    named: dict[str, Any] = {**document, "id": id_, "type": type_, "code": code}
    if cells[4:] and cells[4] is not None:
        named["price_day"] = cells[4]
        named.update(zip(_PRICED, cells[5:], strict=True))
    return msgspec.convert(named, Service)


def document_of(service: Service) -> dict[str, Any]:
    """Give what is kept of a service beside its key and its prices."""
    found: dict[str, Any] = msgspec.to_builtins(service)
    for name in ("id", "type", "code", "price_day", *_PRICED):
        found.pop(name, None)
    return found


# ---- an import


def put_draft(tx: Tx, load: str, start: int, rows: Sequence[Change], now: datetime) -> None:
    """Put down some rows of an import that nobody sees yet."""
    if rows:
        named = [_draft(tx.data_set, load, start + place, row, now) for place, row in enumerate(rows)]
        tx.execute(insert(drafts), named)


def _draft(data_set: int, load: str, place: int, row: Change, now: datetime) -> Mapping[str, Any]:
    service = row.service
    return {
        "data_set": data_set,
        "load": load,
        "place": place,
        "type": row.key[0],
        "code": row.key[1],
        "id": service.id if service else None,
        "printed": service.srv_code if service else "",
        "generic": service.generic if service else "",
        "additive": bool(service and service.additive),
        "document": document_of(service) if service else {},
        "day": row.day,
        **row.price._asdict(),
        "at": now,
    }


def take_draft(tx: Tx, load: str) -> None:
    """Put the rows of an import in their place. Raises ServiceIdTaken."""
    with unique(ServiceIdTaken()):
        tx.run(_TAKE_SERVICES, load=load)
    tx.run(_TAKE_PRICES, load=load)
    drop_draft(tx, load)


def drop_draft(tx: Tx, load: str) -> None:
    """Throw the rows of an import away."""
    tx.execute(delete(drafts).where(D.data_set == tx.data_set, D.load == load))


def sweep_drafts(tx: Tx, before: datetime) -> None:
    """Throw away what a killed import has left."""
    tx.execute(delete(drafts).where(D.data_set == tx.data_set, D.at < before))


def move_on(tx: Tx, seen: State, next_id: int, now: datetime) -> bool:
    """Move the catalogue on by one; not when another import has done so in the meantime."""
    return bool(tx.run(_MOVE, seen=seen.version, next_id=next_id, now=now))


def count(tx: Tx) -> None:
    """Let the planner know what is there now."""
    tx.execute(text("ANALYZE catalogue_service"))
    tx.execute(text("ANALYZE catalogue_price"))
