"""The referral map as a table of text: read line by line, with every fault told; written in pieces."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Final

from nabz.appointments.errors.referral import MapFileRefused
from nabz.appointments.model import OriginKind, Route
from nabz.appointments.model.referral import folded_code, good_route
from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.kit.persian import ascii_digits, persian_digits
from nabz.kit.tabular import csv_bytes, csv_text
from nabz.registries.model import provider_id_of_key, read_facility_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import date

HEADER: Final = ("origin_kind", "origin", "specialty", "insurer", "facility", "provider", "from", "until")
NEEDED: Final = frozenset({"origin_kind", "origin", "specialty"})
MOST_LINES: Final = 100_000
LONGEST_LINE: Final = 2000
MOST_FAULTS: Final = 300
_KINDS: Final = {
    "facility": OriginKind.FACILITY,
    "مرکز": OriginKind.FACILITY,
    "division": OriginKind.DIVISION,
    "تقسیمات": OriginKind.DIVISION,
}
_DELIMITERS: Final = ",;\t"
_MED: Final = "Med_ID"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line."""

    line: int
    fa: str
    en: str


@dataclass
class MapFile:
    """What a file holds; with a single fault nothing of it is taken."""

    routes: list[Route] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    """The line of each way, by its id."""

    faults: list[Fault] = field(default_factory=list)
    wrong: int = 0
    """How many lines are faulty; the first of them are told."""

    def refuse(self, line: int, fa: str, en: str) -> None:
        """Tell what is wrong with a line."""
        self.wrong += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(line, fa, en))


class _Wrong(Exception):  # noqa: N818 - told, never let out
    """One cell is wrong."""

    def __init__(self, fa: str, en: str) -> None:
        super().__init__(en)
        self.fa, self.en = fa, en


def read(stream: IO[bytes]) -> MapFile:
    """Read a table. Raises MapFileRefused for one that is none at all."""
    found = MapFile()
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
    try:
        _read(text, found)
    except UnicodeDecodeError:
        raise _refused("نویسه‌های آن UTF-8 نیست؛ در اکسل «CSV UTF-8» را برگزینید", "it is not UTF-8") from None
    finally:
        text.detach()
    return found


def _read(text: io.TextIOWrapper, found: MapFile) -> None:
    records = _records(text)
    _, names = next(records, (0, []))
    columns = [name.strip().lower() for name in names]
    _check_header(columns)
    count = 0
    for line, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_LINES:
            most = persian_digits(MOST_LINES)
            raise _refused(f"بیش از {most} سطر دارد", f"it has more than {MOST_LINES} lines")
        try:
            _take(found, line, _route(_by_column(columns, cells)))
        except _Wrong as wrong:
            found.refuse(line, wrong.fa, wrong.en)
    if not count:
        raise _refused("هیچ سطری ندارد", "it has no lines")


def _records(text: io.TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
    """Give the cells of each line with its number; a line break within a cell has no place in such a table."""
    delimiter = ","
    for number, line in enumerate(_lines(text), start=1):
        if number == 1:
            delimiter = max(_DELIMITERS, key=line.count)
        try:
            cells = next(csv.reader([line], delimiter=delimiter, strict=True), [])
        except csv.Error:
            where = f"گیومهٔ سطر {persian_digits(number)} باز مانده است"
            raise _refused(where, f"a quotation mark of line {number} is left open") from None
        yield number, cells


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE or "\0" in line:
            raise _refused("جدولِ متنی نیست", "it is no table of text")
        yield line


def _check_header(columns: list[str]) -> None:
    unknown = [name for name in columns if name not in HEADER]
    missing = sorted(NEEDED - set(columns))
    if unknown or missing or len(set(columns)) != len(columns) or not {"facility", "provider"} & set(columns):
        raise _refused(
            f"سطر نخست باید نام ستون‌ها باشد: {','.join(HEADER)}", f"the first line must be {','.join(HEADER)}"
        )


def _take(found: MapFile, line: int, route: Route) -> None:
    earlier = found.lines.setdefault(route.id, line)
    if earlier != line:
        raise _Wrong(f"همان راهِ سطر {persian_digits(earlier)} است", f"it is the same way as line {earlier}")
    if not found.wrong:
        found.routes.append(route)


# ---- one line


def _by_column(columns: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) > len(columns):
        raise _Wrong("خانه‌های سطر بیش از ستون‌هاست", "the line has more cells than there are columns")
    return dict.fromkeys(columns, "") | dict(zip(columns, (cell.strip() for cell in cells), strict=False))


def _route(cells: dict[str, str]) -> Route:
    kind = _KINDS.get(cells["origin_kind"].lower())
    if kind is None:
        raise _Wrong("origin_kind باید facility یا division باشد", "origin_kind must be facility or division")
    facility, provider = cells.get("facility", ""), cells.get("provider", "")
    new = Route(
        id="",
        origin_kind=kind,
        origin=_guid(cells, "origin") if kind is OriginKind.FACILITY else _code(cells, "origin"),
        specialty=_code(cells, "specialty"),
        insurer=_code(cells, "insurer") if cells.get("insurer") else "",
        facility=_guid(cells, "facility") if facility else "",
        provider=read_provider(provider) if provider else "",
        from_=_day(cells, "from"),
        until=_day(cells, "until"),
    )
    try:
        return good_route(new)
    except Problem as problem:
        raise _Wrong(problem.text_fa.rstrip("."), problem.text_en.rstrip(".")) from problem


def _code(cells: dict[str, str], name: str) -> str:
    code = folded_code(cells.get(name, ""))
    if code is None:
        raise _Wrong(f"ستون {name}: کد درست نیست", f"column {name}: this is no code")
    return code


def _guid(cells: dict[str, str], name: str) -> str:
    try:
        return read_facility_id(cells[name])
    except Problem as problem:
        raise _Wrong(f"ستون {name}: شناسهٔ مرکز (GUID) درست نیست", f"column {name}: this is no GUID") from problem


def read_provider(text: str) -> str:
    """Read a practitioner: Med_ID:900001, or a medical-council number alone. Raises _Wrong."""
    key = text if ":" in text else f"{_MED}:{ascii_digits(text)}"
    try:
        return provider_id_of_key(key).key
    except Problem as problem:
        raise _Wrong("ستون provider: شمارهٔ نظام درست نیست", "column provider: this is no council number") from problem


def _day(cells: dict[str, str], name: str) -> date | None:
    text = cells.get(name, "")
    if not text:
        return None
    try:
        return _gregorian(text)
    except Problem as problem:
        raise _Wrong(f"ستون {name}: {problem.text_fa.rstrip('.')}", f"column {name}: {problem.text_en}") from problem


@lru_cache(maxsize=4096)
def _gregorian(text: str) -> date:
    """Read a date; a long file has few of them, each very often."""
    return jalali.parse(text).to_gregorian()


def _refused(fa: str, en: str) -> MapFileRefused:
    return MapFileRefused(why=en, why_fa=fa)


# ---- writing


async def csv_parts(pages: AsyncIterator[list[Route]]) -> AsyncIterator[bytes]:
    """Write the map, page by page; the mark at its beginning tells spreadsheets that it is UTF-8."""
    yield csv_bytes([HEADER])
    async for page in pages:
        yield csv_text(map(_cells, page)).encode()


def _cells(route: Route) -> tuple[str, ...]:
    days = (jalali.slashed(jalali.of_date(day)) if day else "" for day in (route.from_, route.until))
    return (
        route.origin_kind.value,
        route.origin,
        route.specialty,
        route.insurer,
        route.facility,
        route.provider,
        *days,
    )
