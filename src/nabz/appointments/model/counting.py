"""What the ministry looks at: counts by place and specialty, the shares made of them, and which days are counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

import msgspec

LONG_WAIT_DAYS: Final = 14
LONGEST_PERIOD: Final = 366
"""So many days at most are looked at in one page."""

DAYS_BACK: Final = 14
"""So long a centre may take to say what became of a day: until then it is counted again."""

DAYS_AHEAD: Final = 92
NEAR: Final = timedelta(days=1)
FRESH_NEAR: Final = timedelta(minutes=10)
FRESH_FAR: Final = timedelta(hours=6)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What became of slots: each is in one of free, taken, visited, late and withdrawn, or was cancelled and kept."""

    offered: int = 0
    """All slots that were published, withdrawn ones too."""

    free: int = 0
    taken: int = 0
    visited: int = 0
    late: int = 0
    cancelled: int = 0
    """Appointments that patients gave back; their slots may have been taken again."""

    withdrawn: int = 0
    waited: int = 0
    """Appointments of which the days from booking to visit were summed."""

    wait_days: int = 0
    waited_long: int = 0
    deposits: int = 0
    refunds: int = 0

    @property
    def open(self) -> int:
        """The slots that the centres stood by."""
        return self.offered - self.withdrawn

    @property
    def used(self) -> int:
        """The slots that somebody has or had."""
        return self.taken + self.visited + self.late

    @property
    def occupancy(self) -> float | None:
        """The share of the open slots that was used."""
        return self.used / self.open if self.open > 0 else None

    @property
    def no_shows(self) -> float | None:
        """The share of the visits whose end is known to which nobody came."""
        ended = self.visited + self.late
        return self.late / ended if ended else None

    @property
    def given_back(self) -> float | None:
        """The share of the bookings that patients gave back."""
        booked = self.used + self.cancelled
        return self.cancelled / booked if booked else None

    @property
    def wait(self) -> float | None:
        """The days from booking to visit, on the average."""
        return self.wait_days / self.waited if self.waited else None

    @property
    def long_waits(self) -> float | None:
        """The share of the visits that were booked more than two weeks before."""
        return self.waited_long / self.waited if self.waited else None


COUNTED: Final = Counts.__struct_fields__


class DayCount(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of one Tehran day, province and specialty."""

    day: str
    province: str
    specialty: str
    province_title: str
    specialty_title: str
    counts: Counts
    last_free_at: datetime | None = None


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a report: what it is about, its counts, and the next day on which something is free."""

    code: str
    title: str
    counts: Counts
    next_free: str | None = None


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the file: one province and one specialty."""

    province: str
    province_title: str
    specialty: str
    specialty_title: str
    counts: Counts


class Period(msgspec.Struct, frozen=True):
    """Days of Tehran, the last one included, and what is looked at of them; empty is all."""

    first: date
    last: date
    province: str = ""
    specialty: str = ""

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1


class Freshness(msgspec.Struct, frozen=True):
    """How many days of a period were counted, and when the one was that was counted first."""

    counted: int
    oldest: datetime | None


def sum_of(many: list[Counts]) -> Counts:
    """Add counts up."""
    return Counts(**{name: sum(getattr(one, name) for one in many) for name in COUNTED})


def grouped(cells: list[Cell], free: dict[tuple[str, str], str], by: Literal["province", "specialty"]) -> list[Group]:
    """Sum cells up by one of their two sides, by title."""
    mine: dict[str, list[Cell]] = {}
    for cell in cells:
        mine.setdefault(getattr(cell, by), []).append(cell)
    days: dict[str, str] = {}
    for place, day in free.items():
        code = place[by == "specialty"]
        days[code] = min(day, days.get(code, day))
    found = [
        Group(
            code=code,
            title=max(getattr(cell, f"{by}_title") for cell in some),
            counts=sum_of([cell.counts for cell in some]),
            next_free=days.get(code),
        )
        for code, some in mine.items()
    ]
    return sorted(found, key=lambda one: one.title)


def reach(today: date) -> tuple[date, date]:
    """The first and the last day that the task looks after."""
    return today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD - 1)


def due(today: date, counted: dict[str, datetime], now: datetime) -> list[date]:
    """List the days that are to be counted: near ones first, then what was never counted, then the stalest."""
    first, _ = reach(today)
    days = [first + timedelta(days=ahead) for ahead in range(DAYS_BACK + DAYS_AHEAD)]
    stale = [day for day in days if _is_stale(day, today, counted.get(day.isoformat()), now)]
    return sorted(stale, key=lambda day: (abs(day - today) > NEAR, counted.get(day.isoformat(), _NEVER), day))


def _is_stale(day: date, today: date, counted: datetime | None, now: datetime) -> bool:
    fresh = FRESH_NEAR if abs(day - today) <= NEAR else FRESH_FAR
    return counted is None or now - counted >= fresh
