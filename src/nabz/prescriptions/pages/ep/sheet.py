"""The sheet that a physician writes on: all of it lives in the form, so that the server keeps nothing meanwhile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit.persian import ascii_digits
from nabz.prescriptions.model import Item, Kind
from nabz.prescriptions.model.catalogue import Service
from nabz.prescriptions.model.doses import start_of
from nabz.prescriptions.model.favourites import Usual
from nabz.prescriptions.model.rules import DRUG, LAB, MOST_ITEMS, NURSING, PARACLINIC_TYPES, SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_FIELD: Final = 2000
LARGEST: Final = 9
"""A number of more digits than this is none."""

_OF_ROW: Final = re.compile(r"r([0-9]{1,3})_([a-z]+)")
TYPES_OF: Final[dict[int, tuple[str, ...]]] = {
    Kind.DRUG: (DRUG,),
    Kind.PARACLINIC: tuple(sorted(PARACLINIC_TYPES)),
    Kind.VISIT_AND_SERVICE: (SERVICE,),
    Kind.SERVICE: (SERVICE, NURSING),
    Kind.REFERRED_SERVICE: (SERVICE,),
}
"""What may be looked for on which tab; the other kinds have no lines."""

SERVICES: Final = (Kind.SERVICE, Kind.VISIT_AND_SERVICE, Kind.REFERRED_SERVICE)
"""One tab, three kinds."""

NO_GROUP: Final = "000"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line, as it was typed."""

    type: str = ""
    code: str = ""
    quantity: str = ""
    amount: str = ""
    instruction: str = ""
    usage: str = ""
    repeat: str = ""
    day: str = ""
    group: str = ""
    illness: str = ""
    plan: str = ""
    tooth: str = ""
    id: str = ""
    """The item that it changes, in an edit."""

    @property
    def key(self) -> tuple[str, str]:
        """Type and code."""
        return self.type, self.code


ROW_FIELDS: Final = Row.__struct_fields__


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """All that stands on the page."""

    kind: int = int(Kind.DRUG)
    key: str = ""
    """The name of this very sheet, so that sending it twice writes one prescription."""

    editing: str = ""
    """The prescription that is edited, if none is written anew."""

    patient: str = ""
    known: str = ""
    """The patient who was looked up last."""

    mobile: str = ""
    comments: str = ""
    siam: str = ""
    q: str = ""
    chosen: str = ""
    """What a script has picked out of the list: type and code."""

    seen: str = ""
    """The warnings that were read, by their digest."""

    template: str = ""
    """The name under which the lines are to be saved."""

    specialty: str = ""
    icd0: str = ""
    icd1: str = ""
    icd2: str = ""
    complaint0: str = ""
    complaint1: str = ""
    message: str = ""
    day: str = ""
    visits: str = "1"
    feedback_of: str = ""
    answers: dict[str, str] = {}
    """Of a feedback: "answer1" to "answer5", and "remark1" to "remark5"."""

    rows: tuple[Row, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """What may stand on this tab."""
        return TYPES_OF.get(self.kind, ())

    @property
    def mine(self) -> list[tuple[int, Row]]:
        """The lines of this tab, each with its place among all."""
        return [(place, row) for place, row in enumerate(self.rows) if row.type in self.types]

    @property
    def others(self) -> list[tuple[int, Row]]:
        """The lines that wait on other tabs."""
        return [(place, row) for place, row in enumerate(self.rows) if row.type not in self.types]

    @property
    def icd10s(self) -> tuple[str, ...]:
        """The diagnoses, by their codes: what stands before a blank."""
        return tuple(text.split()[0] for text in (self.icd0, self.icd1, self.icd2) if text.split())

    @property
    def complaints(self) -> tuple[str, ...]:
        """The complaints, by their codes."""
        return tuple(ascii_digits(text.split()[0]) for text in (self.complaint0, self.complaint1) if text.split())

    def changed(self, **fields: object) -> Sheet:
        """Give the sheet with some fields changed."""
        return msgspec.structs.replace(self, **fields)

    def with_rows(self, more: Iterable[Row]) -> Sheet:
        """Give the sheet with more lines; what stands on it already is not written twice."""
        there = {(row.key, row.tooth, row.illness) for row in self.rows}
        new = [row for row in more if (row.key, row.tooth, row.illness) not in there]
        return self.changed(rows=(*self.rows, *new)[: 2 * MOST_ITEMS])

    def without(self, place: int) -> Sheet:
        """Give the sheet without a line."""
        return self.changed(rows=tuple(row for at, row in enumerate(self.rows) if at != place))


_PLAIN: Final = tuple(name for name in Sheet.__struct_fields__ if name not in {"kind", "rows", "answers"})
_ANSWERS: Final = frozenset(f"{word}{number}" for word in ("answer", "remark") for number in range(1, 6))


def read(pairs: Sequence[tuple[str, str]]) -> Sheet:
    """Read a form as a browser sent it; what belongs to no field is passed over."""
    fields: dict[str, str] = {}
    rows: dict[int, dict[str, str]] = {}
    answers: dict[str, str] = {}
    for name, sent in pairs:
        text = _clean(sent)
        if name in _PLAIN:
            fields[name] = text
        elif name in _ANSWERS:
            answers[name] = text
        elif (found := _OF_ROW.fullmatch(name)) and found[2] in ROW_FIELDS:
            rows.setdefault(int(found[1]), {})[found[2]] = text
    kind = number(dict(pairs).get("kind", "")) or int(Kind.DRUG)
    lines = tuple(Row(**rows[place]) for place in sorted(rows))[: 2 * MOST_ITEMS]
    return Sheet(kind=kind if kind in set(Kind) else int(Kind.DRUG), rows=lines, answers=answers, **fields)


def _clean(text: str) -> str:
    """Leave out what no database takes, and what nobody reads to its end."""
    return text[:LONGEST_FIELD].replace("\0", "").encode("utf-8", "ignore").decode().strip()


def number(text: str) -> int | None:
    """Read a whole number as people type it."""
    digits = ascii_digits(text).replace("٬", "").replace(",", "").strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= LARGEST else None


def row_of(service: Service) -> Row:
    """Begin a line with what is sensible for a service."""
    if service.type != DRUG:
        group = service.group or NO_GROUP
        return Row(type=service.type, code=service.code, quantity="1", group=group if service.type == LAB else "")
    start = start_of(service.form, service.name)
    return Row(
        type=service.type,
        code=service.code,
        quantity=str(min(start.quantity, service.most or start.quantity)),
        amount=str(start.amount),
        instruction=str(start.instruction),
        usage=str(start.usage),
    )


def row_of_usual(one: Usual) -> Row:
    """Write a line as a physician usually writes it."""
    return Row(
        type=one.type,
        code=one.code,
        quantity=str(one.quantity),
        amount=_text(one.amount),
        instruction=_text(one.instruction),
        usage=str(one.usage) if one.type == DRUG else "",
        group=one.group,
        illness=one.illness,
        plan=one.plan,
    )


def row_of_item(item: Item, *, editing: bool = False) -> Row:
    """Write a line as an item of a prescription stands."""
    return Row(
        type=item.type,
        code=item.code,
        quantity=str(item.quantity),
        amount=_text(item.amount),
        instruction=_text(item.instruction),
        usage=str(item.usage) if item.type == DRUG else "",
        repeat=str(item.repeat) if item.repeat and editing else "",
        day=item.day if editing else "",
        group=item.group,
        illness=item.illnesses[0] if item.illnesses else "",
        plan=item.plans[0] if item.plans else "",
        tooth=item.tooth,
        id=str(item.id) if editing else "",
    )


def usual_of(row: Row, name: str) -> Usual:
    """Remember how a line is written."""
    return Usual(
        type=row.type,
        code=row.code,
        name=name,
        quantity=number(row.quantity) or 1,
        amount=number(row.amount),
        instruction=number(row.instruction),
        usage=number(row.usage) or 0,
        group=row.group,
        illness=row.illness,
        plan=row.plan,
    )


def _text(value: int | None) -> str:
    return "" if value is None else str(value)
