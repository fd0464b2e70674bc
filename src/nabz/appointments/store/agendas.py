"""The SQL of agendas: who works where at what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, or_, select

from nabz.appointments.errors import UnknownAgenda
from nabz.appointments.store.rows import AGENDA_COLUMNS, AGENDA_FIELDS, agenda, cells_of
from nabz.appointments.tables import agendas
from nabz.kit.db import Statement
from nabz.kit.persian import search_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nabz.appointments.model import Agenda, Wanted
    from nabz.kit.db import Tx

A = agendas.c
MOST: Final = 5000
"""So many agendas at most are searched through."""

_COLUMNS: Final = ("data_set", *AGENDA_FIELDS, "search")
_TOLD: Final = [name for name in (*AGENDA_FIELDS, "search") if name not in {"id", "facility", "provider"}]
_PUT: Final = Statement(
    row=int,
    postgres=f"""
        INSERT INTO appointment_agenda AS a ({", ".join(_COLUMNS)})
        VALUES ({", ".join(f":{name}" for name in _COLUMNS)})
        ON CONFLICT (data_set, id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _TOLD)}
        WHERE ({", ".join(f"a.{name}" for name in _TOLD)})
           IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _TOLD)})
        """,  # noqa: S608 - our own text
    sqlite=f"""
        INSERT INTO appointment_agenda ({", ".join(_COLUMNS)}) VALUES ({", ".join(f":{name}" for name in _COLUMNS)})
        ON CONFLICT (data_set, id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _TOLD)}
        """,  # noqa: S608 - our own text
)


def put(tx: Tx, one: Agenda) -> None:
    """Keep an agenda as it was told last."""
    search = search_text(f"{one.shown_name} {one.specialty_title}")
    tx.run(_PUT, data_set=tx.data_set, search=search, **cells_of(one))


def get(tx: Tx, number: int) -> Agenda:
    """Read one. Raises UnknownAgenda."""
    row = tx.execute(select(*AGENDA_COLUMNS).where(A.data_set == tx.data_set, A.id == number)).first()
    if row is None:
        raise UnknownAgenda
    return agenda(row)


def by_numbers(tx: Tx, numbers: Sequence[int]) -> dict[int, Agenda]:
    """Read some by their numbers."""
    found: dict[int, Agenda] = {}
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        rows = tx.execute(select(*AGENDA_COLUMNS).where(A.data_set == tx.data_set, A.id.in_(some)))
        found.update((row.id, agenda(row)) for row in rows)
    return found


def wanted(tx: Tx, search: Wanted, limit: int = MOST) -> list[Agenda]:
    """List the agendas in which a search may find something."""
    query = select(*AGENDA_COLUMNS).where(A.data_set == tx.data_set, *_fits(search)).order_by(A.id).limit(limit)
    return [agenda(row) for row in tx.execute(query)]


def led_to(
    tx: Tx, search: Wanted, facilities: Sequence[str], providers: Sequence[str], limit: int = MOST
) -> list[Agenda]:
    """List those of some centres or providers in which a search may find something."""
    among = or_(A.facility.in_(facilities), A.provider.in_(providers))
    query = select(*AGENDA_COLUMNS).where(A.data_set == tx.data_set, among, *_fits(search))
    return [agenda(row) for row in tx.execute(query.order_by(A.id).limit(limit))]


def within(tx: Tx, search: Wanted, box: tuple[float, float, float, float], limit: int = MOST) -> list[Agenda]:
    """List those that lie between south, north, west and east."""
    south, north, west, east = box
    fits = (*_fits(search), A.latitude.between(south, north), _east_of(west, east))
    query = select(*AGENDA_COLUMNS).where(A.data_set == tx.data_set, *fits).limit(limit)
    return [agenda(row) for row in tx.execute(query)]


def of_facility(tx: Tx, facility: str, provider: str = "") -> list[Agenda]:
    """List those of a centre, by the provider's name."""
    query = select(*AGENDA_COLUMNS).where(A.data_set == tx.data_set, A.facility == facility)
    if provider:
        query = query.where(A.provider == provider)
    return [agenda(row) for row in tx.execute(query.order_by(A.last_name, A.first_name, A.id))]


def of_provider(tx: Tx, provider: str) -> list[Agenda]:
    """List those of a provider, wherever he works."""
    query = select(*AGENDA_COLUMNS).where(A.data_set == tx.data_set, A.provider == provider)
    return [agenda(row) for row in tx.execute(query.order_by(A.id))]


def by_words(tx: Tx, text: str, search: Wanted, limit: int) -> list[Agenda]:
    """Find providers by the beginnings or middles of their names."""
    words = search_text(text).split()[:5]
    query = select(*AGENDA_COLUMNS).where(A.data_set == tx.data_set, *_fits(search))
    for word in words:
        query = query.where(A.search.contains(word, autoescape=True))
    return [agenda(row) for row in tx.execute(query.order_by(A.last_name, A.first_name, A.id).limit(limit))]


def specialties(tx: Tx, province: str) -> list[tuple[str, str, int]]:
    """List the specialties that somebody has, with the number of agendas."""
    fits = [A.data_set == tx.data_set, A.specialty != ""]
    if province:
        fits.append(A.province == province)
    query = select(A.specialty, func.max(A.specialty_title).label("title"), func.count().label("many")).where(*fits)
    rows = tx.execute(query.group_by(A.specialty).order_by(func.count().desc(), A.specialty))
    return [(row.specialty, row.title, row.many) for row in rows]


def places(tx: Tx) -> list[tuple[str, str, str, str, float | None, float | None]]:
    """List the cities in which somebody works: province, its title, city, its title, and a point in it."""
    query = (
        select(
            A.province,
            func.max(A.province_title).label("province_title"),
            A.city,
            func.max(A.city_title).label("city_title"),
            func.avg(A.latitude).filter(A.latitude != 0).label("latitude"),
            func.avg(A.longitude).filter(A.latitude != 0).label("longitude"),
        )
        .where(A.data_set == tx.data_set, A.city != "")
        .group_by(A.province, A.city)
        .order_by(A.province, A.city)
    )
    return [
        (row.province, row.province_title, row.city, row.city_title, row.latitude, row.longitude)
        for row in tx.execute(query)
    ]


def _fits(search: Wanted) -> list[Any]:
    fits: list[Any] = [
        column == value
        for column, value in (
            (A.provider, search.provider),
            (A.facility, search.facility),
            (A.specialty, search.specialty),
            (A.service, search.service),
            (A.province, search.province),
            (A.city, search.city),
            (A.town, search.town),
        )
        if value
    ]
    if search.area:
        fits.append(or_(*(level == search.area for level in (A.province, A.city, A.town, A.area))))
    return fits


def _east_of(west: float, east: float) -> Any:  # noqa: ANN401 - a clause
    """Between two meridians, also across the one where the days change."""
    if west < -180:  # noqa: PLR2004
        return or_(A.longitude >= west + 360, A.longitude <= east)
    if east > 180:  # noqa: PLR2004
        return or_(A.longitude >= west, A.longitude <= east - 360)
    return A.longitude.between(west, east)
