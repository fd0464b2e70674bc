"""The LOINC table, alone or as it lies in a release."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final

from nabz.kit.errors import Problem
from nabz.terminology.errors import RowBroken
from nabz.terminology.files import words
from nabz.terminology.files.checkdigits import luhn
from nabz.terminology.files.checking import broken, would_harm
from nabz.terminology.files.columns import letters
from nabz.terminology.files.packed import Member, check_members, choose, members
from nabz.terminology.files.source import Format, Source, fa, refused, row_broken
from nabz.terminology.files.table import header_of
from nabz.terminology.files.text import Record, check_text, records
from nabz.terminology.model import Read, Retirement, Row

MOST_BYTES: Final = 1 << 30
TABLE: Final = r"Loinc(TableCore)?\.csv"
_REPLACEMENTS: Final = r"MapTo\.csv"
_PROPERTIES: Final = ("COMPONENT", "PROPERTY", "TIME_ASPCT", "SYSTEM", "SCALE_TYP", "METHOD_TYP", "CLASS")
_NEEDED: Final = ("LOINC_NUM", "LONG_COMMON_NAME", "STATUS")
_VERSION: Final = re.compile(r"loinc(?:TableCore)?[ _-]?v?(\d+\.\d+)", re.IGNORECASE)
_EVERY: Final = 1000


class LoincSource(Source):
    """LOINC's own table."""

    format: ClassVar[Format] = Format.LOINC
    lenient: ClassVar[bool] = True

    def __init__(self, path: Path, name: str) -> None:
        super().__init__()
        self.runs = would_harm
        alone = path.is_file() and not is_zip(path)
        found = [Member("Loinc.csv", path.stat().st_size, path)] if alone else members(path)
        # The whole table before its core.
        self._table = min(choose(found, TABLE, "Loinc.csv"), key=lambda one: len(one.name))
        replacements = choose(found, _REPLACEMENTS)[:1]
        check_members([self._table, *replacements], MOST_BYTES)
        for member in (self._table, *replacements):
            with member.open() as stream:
                check_text(stream)
        self._places = _places(self._table, _NEEDED)
        self._successors = _successors(replacements[0]) if replacements else {}
        self.id, self.title = "LNC", "LOINC"
        places = (name, self._table.packed_as, *reversed(path.absolute().parts[-4:]))
        self.version = next((version[1] for place in places if (version := _VERSION.search(place))), "")

    def found(self) -> Iterator[Read]:
        width = len(self._places)
        with self._table.open() as stream, _text(stream) as text:
            for number, (line, cells) in enumerate(_rows(text)):
                if number % _EVERY == 0:
                    self.progress = min(stream.tell() / max(self._table.size, 1), 1.0)
                if isinstance(cells, RowBroken):
                    yield broken(line, "", cells)
                elif len(cells) == width:
                    yield self._read(line, cells)
                elif cells:
                    why = row_broken(
                        f"{fa(len(cells))} خانه دارد و سرستون {fa(width)} خانه",
                        f"it has {len(cells)} cells and the header {width}",
                    )
                    yield broken(line, cells[0], why)

    def _read(self, line: int, cells: list[str]) -> Read:
        code = cells[self._places["LOINC_NUM"]].strip()
        try:
            if not luhn(code):
                raise row_broken("رقم کنترل کد LOINC درست نیست", "the check digit of the LOINC code is wrong")
            if words.retired(cells[self._places["STATUS"]], flag=False):
                return Retirement(line=line, code=code, successor=self._successors.get(code, ""))
        except Problem as problem:
            return broken(line, code, problem)
        named = ((name, self._places.get(name)) for name in _PROPERTIES)
        found = {name: letters(cells[place]) for name, place in named if place is not None}
        return Row(
            line=line,
            code=code,
            value=letters(cells[self._places["LONG_COMMON_NAME"]]),
            properties={name: text for name, text in found.items() if text},
        )


def is_zip(path: Path) -> bool:
    """Tell by its first bytes whether a file is a zip."""
    with path.open("rb") as stream:
        return stream.read(4) in {b"PK\x03\x04", b"PK\x05\x06"}


@contextmanager
def _text(stream: io.BufferedReader) -> Iterator[io.TextIOWrapper]:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        yield text
    finally:
        # Who opened the stream closes it.
        text.detach()


def _rows(text: io.TextIOWrapper) -> Iterator[Record]:
    found = records(text, ",")
    next(found, None)
    return found


def _places(member: Member, needed: tuple[str, ...]) -> dict[str, int]:
    with member.open() as stream, _text(stream) as text:
        header = [name.strip().upper() for name in header_of(text, ",")]
    for name in needed:
        if name not in header:
            raise refused(f"فایل {member.name} ستون {name} ندارد", f"the file {member.name} has no column {name}")
    return {name: place for place, name in enumerate(header)}


def _successors(member: Member) -> dict[str, str]:
    """Which code takes the place of which; none where there are several to choose from."""
    places = _places(member, ("LOINC", "MAP_TO"))
    old, new = places["LOINC"], places["MAP_TO"]
    found: dict[str, str] = {}
    with member.open() as stream, _text(stream) as text:
        for _, cells in _rows(text):
            if not isinstance(cells, RowBroken) and len(cells) > max(old, new):
                code, successor = cells[old].strip(), cells[new].strip()
                found[code] = successor if found.get(code, successor) == successor else ""
    return found
