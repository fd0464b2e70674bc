"""The columns of a table: which name stands for what, and what the cells of a row say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import msgspec

from nabz.kit import persian
from nabz.kit.errors import Problem
from nabz.terminology import model
from nabz.terminology.errors import FormulaRefused
from nabz.terminology.files import words
from nabz.terminology.files.checking import LONGEST_NAME, MOST_PROPERTIES, broken, no_control
from nabz.terminology.files.source import fa, refused, row_broken
from nabz.terminology.model import Kind, Read, Retirement, Row, would_run


class Role(StrEnum):
    """What a column is for."""

    CODE = "code"
    VALUE = "value"
    EN = "en"
    PARENT = "parent"
    NOTE = "note"
    MADE_UP = "made_up"
    TARGET = "target"
    RELATION = "relation"
    SUCCESSOR = "successor"
    STATUS = "status"
    RETIRED = "retired"
    PROPERTIES = "properties"


# Of several names for one role the first that is there has it; the other columns become properties.
NAMES: Final[dict[Role, tuple[str, ...]]] = {
    Role.CODE: ("code", "کد", "codedstring", "codedstringfield"),
    Role.VALUE: (
        *("value", "مقدار", "valuefa", "valuefield", "display", "عنوان", "fa", "فارسی"),
        *("term", "title", "name", "نام", "شرح"),
    ),
    Role.EN: ("en", "english", "انگلیسی", "valueen", "displayen", "عنوانانگلیسی"),
    Role.PARENT: ("parent", "والد", "parentcode", "کدوالد"),
    Role.NOTE: ("note", "توضیح", "توضیحات", "یادداشت", "notes", "definition"),
    Role.MADE_UP: ("madeup", "ساختگی"),
    Role.TARGET: ("target", "مقصد", "targetcode", "کدمقصد"),
    Role.RELATION: ("relation", "نسبت", "relationship", "equivalence"),
    Role.SUCCESSOR: ("successor", "جایگزین", "کدجایگزین", "replacedby"),
    Role.STATUS: ("status", "وضعیت"),
    Role.RETIRED: ("retired", "منسوخ", "deprecated", "inactive"),
    Role.PROPERTIES: ("properties", "ویژگیها"),
}
KEPT_BACK: Final = frozenset({"parent", "madeup", "status", "retired", "deprecated", "inactive"})
"""No property has one of these names: in a message they say something about the code itself."""

_ENOUGH: Final = frozenset({Role.VALUE, Role.SUCCESSOR, Role.STATUS, Role.RETIRED})
"""Beside its code a row needs one of these: a value, or a word that it is retired."""

_MOST_COLUMNS: Final = len(Role) + MOST_PROPERTIES


def name_key(name: str) -> str:
    """Give what names of columns and properties are compared by."""
    return re.sub(r"[\W_]+", "", persian.fold(name).casefold())


class Columns(msgspec.Struct, frozen=True):
    """Where what stands in each row of a table."""

    kind: Kind
    width: int
    places: dict[Role, int]
    properties: tuple[tuple[int, str], ...]
    names: tuple[str, ...]

    @property
    def may_retire(self) -> bool:
        """Whether a row can say that its code is retired."""
        return self.tells_status or self.only_retires

    @property
    def tells_status(self) -> bool:
        """Whether each row says of itself whether its code is in force."""
        return Role.STATUS in self.places or Role.RETIRED in self.places

    @property
    def only_retires(self) -> bool:
        """Whether the file is a list of retired codes with those that take their places."""
        return Role.VALUE not in self.places and self.kind is Kind.CODES and not self.tells_status

    def read(self, line: int, cells: Sequence[str]) -> Read | None:
        """Read the cells of a row; nothing where all are empty."""
        if not any(map(str.strip, cells)):
            return None
        try:
            self._check_cells(cells)
            if self.may_retire and self._is_retired(cells):
                return self._retirement(line, cells)
            return self._row(line, cells)
        except Problem as problem:
            place = self.places[Role.CODE]
            return broken(line, cells[place] if place < len(cells) else "", problem)

    def _check_cells(self, cells: Sequence[str]) -> None:
        if len(cells) != self.width:
            raise row_broken(
                f"{fa(len(cells))} خانه دارد و سرستون {fa(self.width)} خانه",
                f"it has {len(cells)} cells and the header {self.width}",
            )
        for cell, name in zip(cells, self.names, strict=True):
            if not cell:
                continue
            if not cell[0].isalnum() and would_run(cell):
                raise FormulaRefused(column=name)
            if not name and cell.strip():
                raise row_broken("زیر ستونی بی‌نام چیزی نوشته شده است", "something stands in a column without a name")

    def _is_retired(self, cells: Sequence[str]) -> bool:
        if self.only_retires:
            return True
        status = words.retired(self._cell(cells, Role.STATUS), flag=False)
        retired = words.retired(self._cell(cells, Role.RETIRED), flag=True) or status
        if retired and self.kind is Kind.MAP:
            raise row_broken(
                "فایل نگاشت تنها ردیف‌های معتبر را دارد؛ ردیف منسوخ را از فایل بردارید",
                "a map's file holds what is in force: leave the retired row out",
            )
        return retired

    def _retirement(self, line: int, cells: Sequence[str]) -> Retirement:
        successor = model.code_of(self._cell(cells, Role.SUCCESSOR))
        return Retirement(line=line, code=model.code_of(self._cell(cells, Role.CODE)), successor=successor)

    def _row(self, line: int, cells: Sequence[str]) -> Row:
        if self._cell(cells, Role.SUCCESSOR).strip():
            raise row_broken(
                "کد جایگزین دارد، ولی منسوخ نیست؛ ستون status آن را بنویسید یا جایگزین را بردارید",
                "it names a successor, but is not retired: say so in the column status, or leave the successor out",
            )
        value = self._cell(cells, Role.VALUE)
        if self.kind is Kind.MAP:
            value = words.relation(self._cell(cells, Role.RELATION) if Role.RELATION in self.places else value)
        return Row(
            line=line,
            code=model.code_of(self._cell(cells, Role.CODE)),
            value=letters(value),
            target=model.code_of(self._cell(cells, Role.TARGET)) if self.kind is Kind.MAP else "",
            en=letters(self._cell(cells, Role.EN)),
            parent=model.code_of(self._cell(cells, Role.PARENT)),
            note=letters(self._cell(cells, Role.NOTE)),
            made_up=words.made_up(self._cell(cells, Role.MADE_UP)),
            properties=self._properties(cells),
        )

    def _properties(self, cells: Sequence[str]) -> dict[str, str]:
        text = self._cell(cells, Role.PROPERTIES).strip()
        found = _properties_of(text) if text else {}
        for place, name in self.properties:
            if value := letters(cells[place]):
                found[name] = value
        return found

    def _cell(self, cells: Sequence[str], role: Role) -> str:
        place = self.places.get(role)
        return "" if place is None else cells[place]


def letters(text: str) -> str:
    """Give a text as it is kept: letter for letter, only trimmed and composed."""
    text = text.strip()
    # What is too long is refused further on; composing it would take a time that grows with its square.
    if text.isascii() or len(text) > model.LONGEST_VALUE:
        return text
    return unicodedata.normalize("NFC", text)


def _properties_of(text: str) -> dict[str, str]:
    try:
        found = msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise row_broken(
            "ستون properties یک شیء JSON با مقدارهای متنی نیست", "the column properties is no JSON object of texts"
        ) from None
    if any(name_key(name[: LONGEST_NAME + 1]) in KEPT_BACK for name in found):
        raise row_broken("یکی از ویژگی‌ها ستون خود را دارد", "one of the properties has a column of its own")
    return {name: letters(value) for name, value in found.items() if value.strip()}


def columns_of(header: Sequence[str]) -> Columns:
    """Tell by its header what the columns of a table are for. Raises FileRefused."""
    names = _names(header)
    keys = [name_key(name) for name in names]
    firsts = {role: next(filter(keys.__contains__, spellings), None) for role, spellings in NAMES.items()}
    places = {role: keys.index(first) for role, first in firsts.items() if first}
    kind = Kind.MAP if Role.TARGET in places else Kind.CODES
    if kind is Kind.CODES or Role.RELATION in places:
        # Only a map has a relation; and a map that has one needs its values for nothing else.
        places.pop(Role.VALUE if kind is Kind.MAP else Role.RELATION, None)
    taken = set(places.values())
    properties = tuple((place, name) for place, name in enumerate(names) if name and place not in taken)
    _check_names(names, keys, places, kind)
    if len(properties) > MOST_PROPERTIES:
        raise refused(
            f"{fa(len(properties))} ستون دیگر دارد؛ حداکثر ۲۰ ستون می‌تواند ویژگی باشد",
            f"it has {len(properties)} further columns: at most 20 can become properties",
        )
    return Columns(kind=kind, width=len(names), places=places, properties=properties, names=names)


def known_roles(header: Sequence[str]) -> int:
    """Count the columns of a header that we know by name."""
    known = {spelling for spellings in NAMES.values() for spelling in spellings}
    return sum(name_key(name) in known for name in header if len(name) <= LONGEST_NAME)


def _names(header: Sequence[str]) -> tuple[str, ...]:
    names = tuple(letters(" ".join(name.split())) if len(name) <= persian.LONGEST else name for name in header)
    if not all(map(no_control, "".join(names))):
        raise refused("نام ستونی نویسهٔ کنترلی دارد", "the name of a column holds control characters")
    if long := next((name for name in names if len(name) > LONGEST_NAME), None):
        raise refused(
            f"نام ستون «{long[:20]}…» بیش از {fa(LONGEST_NAME)} نویسه دارد",
            f"the name of the column {long[:20]}… has more than {LONGEST_NAME} letters",
        )
    return names


def _check_names(names: Sequence[str], keys: Sequence[str], places: dict[Role, int], kind: Kind) -> None:
    if Role.CODE not in places:
        _miss(Role.CODE)
    if kind is Kind.CODES and not places.keys() & _ENOUGH:
        _miss(Role.VALUE)
    if kind is Kind.MAP and not places.keys() & {Role.RELATION, Role.VALUE}:
        _miss(Role.RELATION)
    compared = [key or name for name, key in zip(names, keys, strict=True)]
    twice = next((name for name, key in zip(names, compared, strict=True) if key and compared.count(key) > 1), None)
    if twice:
        raise refused(f"ستون «{twice}» دو بار آمده است", f"the column {twice} is there twice")
    if len(names) > _MOST_COLUMNS:
        raise refused(f"{fa(len(names))} ستون دارد", f"it has {len(names)} columns")


def _miss(role: Role) -> None:
    raise refused(
        f"ستون {role} («{next(name for name in NAMES[role] if not name.isascii())}») ندارد",
        f"it has no column {role}",
    )
