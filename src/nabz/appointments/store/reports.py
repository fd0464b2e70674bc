"""The SQL of reports: a day is counted once into rows of its own, and pages read those alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Integer, and_, case, cast, delete, exists, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from nabz.appointments.model import Status, tracking
from nabz.appointments.model.counting import COUNTED, Cell, Counts, DayCount, Freshness
from nabz.appointments.model.counting import LONG_WAIT_DAYS as LONG
from nabz.appointments.tables import agendas, appointments, counted_days, day_counts, deposit_payments, slots
from nabz.kit.jalali import TEHRAN

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause, Row

    from nabz.appointments.model.counting import Period
    from nabz.kit.db import Tx

A = agendas.c
S = slots.c
B = appointments.c
P = deposit_payments.c
C = day_counts.c
K = counted_days.c
_LEAST: Final = "00000000-0000-4000-8000-000000000000"
_DAY_LETTERS: Final = 5
_CAME: Final = (Status.TAKEN, Status.VISITED, Status.LATE)
_PLACE: Final = ("province", "specialty", "province_title", "specialty_title")


# ---- counting a day


def count(tx: Tx, day: date) -> list[DayCount]:
    """Count what became of one day's slots; reads every row of the day and none of another."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for part in (_of_slots(tx, day), _of_appointments(tx, day), _of_money(tx, day)):
        for row in tx.execute(_by_place(tx, part)):
            cells = row._asdict()
            known = found.setdefault(tuple(cells.pop(name) for name in _PLACE), {})
            # A deposit stands in its payment, or with the appointment alone: never in both parts.
            known.update(cells | {"deposits": known.get("deposits", 0) + cells.get("deposits", 0)})
    return [_day_count(day, place, cells) for place, cells in sorted(found.items())]


def _by_place(tx: Tx, part: FromClause) -> Any:  # noqa: ANN401 - a statement of the columns that the part has
    """Sum what was counted by agendas up by province and specialty."""
    sums = [
        (func.max if column.name == "last_free_at" else func.sum)(column).label(column.name)
        for column in part.c
        if column.name != "agenda"
    ]
    place = [A.province, A.specialty, func.max(A.province_title), func.max(A.specialty_title)]
    labelled = [column.label(name) for column, name in zip(place, _PLACE, strict=True)]
    here = part.join(agendas, and_(A.data_set == tx.data_set, A.id == part.c.agenda))
    return select(*labelled, *sums).select_from(here).group_by(A.province, A.specialty)


def _of_slots(tx: Tx, day: date) -> FromClause:
    start, end = _span(day)
    # The ids of slots begin with their day, so that the key finds them: no index by time is needed for this.
    first, last = (tracking.new(at, _LEAST)[:_DAY_LETTERS] for at in (start, end + timedelta(days=1)))
    query = select(
        S.agenda,
        func.count().label("offered"),
        _sum_if(S.status == Status.FREE).label("free"),
        _sum_if(S.status == Status.WITHDRAWN).label("withdrawn"),
        func.max(case((S.status == Status.FREE, S.starts_at))).label("last_free_at"),
    )
    mine = (S.data_set == tx.data_set, S.id >= first, S.id < last, S.starts_at >= start, S.starts_at < end)
    return query.where(*mine).group_by(S.agenda).subquery()


def _of_appointments(tx: Tx, day: date) -> FromClause:
    start, end = _span(day)
    came = B.status.in_([int(status) for status in _CAME])
    days = _days_between(tx, B.booked_at, B.starts_at)
    query = select(
        B.agenda,
        _sum_if(B.status == Status.TAKEN).label("taken"),
        _sum_if(B.status == Status.VISITED).label("visited"),
        _sum_if(B.status == Status.LATE).label("late"),
        _sum_if(B.status == Status.CANCELLED).label("cancelled"),
        _sum_if(came).label("waited"),
        func.sum(case((came, days), else_=0)).label("wait_days"),
        _sum_if(came & (days > LONG)).label("waited_long"),
        func.sum(case((B.deposit > 0, _told_only(tx)), else_=0)).label("deposits"),
    )
    mine = (B.data_set == tx.data_set, B.starts_at >= start, B.starts_at < end)
    return query.where(*mine).group_by(B.agenda).subquery()


def _told_only(tx: Tx) -> ColumnElement[int]:
    """A deposit that was told with its booking and has no payment of its own."""
    has_one = exists().where(P.data_set == tx.data_set, P.appointment == B.id)
    return case((has_one, 0), else_=B.deposit)


def _of_money(tx: Tx, day: date) -> FromClause:
    start, end = _span(day)
    query = select(P.agenda, func.sum(P.amount).label("deposits"), func.sum(P.refund).label("refunds"))
    mine = (P.data_set == tx.data_set, P.starts_at >= start, P.starts_at < end, P.paid_at.is_not(None))
    return query.where(*mine).group_by(P.agenda).subquery()


def _span(day: date) -> tuple[datetime, datetime]:
    start = datetime(day.year, day.month, day.day, tzinfo=TEHRAN)
    following = day + timedelta(days=1)
    return start, datetime(following.year, following.month, following.day, tzinfo=TEHRAN)


def _sum_if(clause: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((clause, 1), else_=0))


def _days_between(tx: Tx, start: ColumnElement[datetime], end: ColumnElement[datetime]) -> ColumnElement[int]:
    """Whole days from one instant to a later one."""
    if tx.engine == "postgresql":
        return cast(func.floor(func.extract("epoch", end - start) / 86400), Integer)
    return cast(func.julianday(end) - func.julianday(start), Integer)


def _day_count(day: date, place: tuple[str, ...], cells: dict[str, Any]) -> DayCount:
    last = cells.pop("last_free_at", None)
    counts = Counts(**{name: int(value or 0) for name, value in cells.items()})
    at = datetime.fromisoformat(last) if isinstance(last, str) else last
    return DayCount(day=day.isoformat(), counts=counts, last_free_at=at, **dict(zip(_PLACE, place, strict=True)))


# ---- keeping what was counted


def keep(tx: Tx, day: date, rows: list[DayCount], now: datetime) -> bool:
    """Put a day's counts in the place of older ones; tell whether they were the newer ones."""
    into = postgresql.insert(counted_days) if tx.engine == "postgresql" else sqlite.insert(counted_days)
    # The day's own row is locked by this, so that two who count at one time write one after the other.
    put = into.on_conflict_do_update(
        index_elements=["data_set", "day"], set_={"counted_at": now}, where=K.counted_at < now
    )
    mark = {"data_set": tx.data_set, "day": day.isoformat(), "counted_at": now}
    if tx.execute(put.returning(K.day), mark).first() is None:
        return False
    tx.execute(delete(day_counts).where(C.data_set == tx.data_set, C.day == day.isoformat()))
    if rows:
        tx.execute(insert(day_counts), [_cells(one) | {"data_set": tx.data_set} for one in rows])
    return True


def _cells(one: DayCount) -> dict[str, Any]:
    fixed = ("day", *_PLACE, "last_free_at")
    return {name: getattr(one, name) for name in fixed} | {name: getattr(one.counts, name) for name in COUNTED}


def counted(tx: Tx, first: date, last: date) -> dict[str, datetime]:
    """Tell which days were counted, and when."""
    query = select(K.day, K.counted_at).where(K.data_set == tx.data_set, *_between(K.day, first, last))
    return {row.day: row.counted_at for row in tx.execute(query)}


# ---- reading what was kept


def cells(tx: Tx, period: Period) -> list[Cell]:
    """Sum a period up by province and specialty."""
    place = [C.province, C.specialty]
    titles = [func.max(C.province_title).label("province_title"), func.max(C.specialty_title).label("specialty_title")]
    query = select(*place, *titles, *_sums()).where(C.data_set == tx.data_set, *_wanted(period))
    return [
        Cell(counts=_counts(row), **{name: getattr(row, name) for name in _PLACE})
        for row in tx.execute(query.group_by(*place).order_by(*place))
    ]


def next_free(tx: Tx, period: Period, today: date, now: datetime) -> dict[tuple[str, str], str]:
    """Find the first day from now on with something free, by province and specialty, whatever the period's days are."""
    query = select(C.province, C.specialty, func.min(C.day).label("day")).where(
        C.data_set == tx.data_set, C.day >= today.isoformat(), C.last_free_at > now, *_place(period)
    )
    rows = tx.execute(query.group_by(C.province, C.specialty))
    return {(row.province, row.specialty): row.day for row in rows}


def used_by_day(tx: Tx, period: Period) -> dict[str, int]:
    """Count what was booked, by day."""
    used = func.sum(C.taken + C.visited + C.late).label("used")
    query = select(C.day, used).where(C.data_set == tx.data_set, *_wanted(period))
    return {row.day: int(row.used) for row in tx.execute(query.group_by(C.day).order_by(C.day))}


def names(tx: Tx, by: str) -> list[tuple[str, str]]:
    """List the provinces or specialties in which somebody works, by title."""
    columns: list[ColumnElement[Any]] = [A[by].label("code"), func.max(A[f"{by}_title"]).label("title")]
    rows = tx.execute(select(*columns).where(A.data_set == tx.data_set).group_by(A[by]))
    return sorted(((row.code, row.title) for row in rows), key=lambda pair: pair[1])


def freshness(tx: Tx, first: date, last: date) -> Freshness:
    """Tell how many days of a period were counted, and since when what is shown may be old."""
    columns: list[ColumnElement[Any]] = [func.count().label("days"), func.min(K.counted_at).label("oldest")]
    row = tx.execute(select(*columns).where(K.data_set == tx.data_set, *_between(K.day, first, last))).one()
    return Freshness(row.days, row.oldest)


def _sums() -> list[ColumnElement[Any]]:
    return [func.sum(C[name]).label(name) for name in COUNTED]


def _counts(row: Row[Any]) -> Counts:
    return Counts(**{name: int(getattr(row, name) or 0) for name in COUNTED})


def _between(column: ColumnElement[str], first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return column >= first.isoformat(), column <= last.isoformat()


def _wanted(period: Period) -> list[ColumnElement[bool]]:
    return [*_between(C.day, period.first, period.last), *_place(period)]


def _place(period: Period) -> list[ColumnElement[bool]]:
    return [C[name] == getattr(period, name) for name in ("province", "specialty") if getattr(period, name)]
