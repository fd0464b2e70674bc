"""The rows of a paper prescription: drugs or services by code or by words of their names, chosen where several fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.kit.persian import ascii_digits
from nabz.prescriptions.model.catalogue import Service
from nabz.prescriptions.pages.services.sheet import whole
from nabz.prescriptions.service.catalogue import Catalogue
from nabz.web.render import say

if TYPE_CHECKING:
    from nabz.kit.db import Database
    from nabz.kit.http import Call

FIRST_ROWS: Final = 4
MORE_ROWS: Final = 4
MOST_ROWS: Final = 20
MOST_HITS: Final = 12
MOST_COUNT: Final = 9_999
NO_COUNT: Final = "تعداد را با رقم بنویسید، تا ۹٬۹۹۹.", "Write the count in digits, up to 9,999."
LONGEST: Final = 100
LONGEST_DOSE: Final = 200


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row as it was typed, and what was found for it."""

    number: int
    text: str = ""
    pick: str = ""
    quantity: int | None = None
    dose: str = ""
    found: Service | None = None
    hits: tuple[Service, ...] = ()
    """Several that the words fit: one of them is to be chosen."""


def count_of(sent: dict[str, str]) -> int:
    """Tell how many rows the page has: those that were sent, and more where more are asked for."""
    rows = whole(sent.get("rows", "")) or FIRST_ROWS
    return min(MOST_ROWS, max(FIRST_ROWS, rows + (MORE_ROWS if sent.get("more") else 0)))


async def read(call: Call, db: Database, sent: dict[str, str], types: tuple[str, ...], day: str) -> list[Row]:
    """Read the rows and find what they name; a row without a name is left out."""
    catalogue = call.deps.own(Catalogue, Catalogue)
    rows = []
    for number in range(1, count_of(sent) + 1):
        text = sent.get(f"drug_{number}", "").strip()[:LONGEST]
        if not text:
            continue
        row = Row(
            number=number,
            text=text,
            pick=sent.get(f"pick_{number}", "").strip()[:LONGEST],
            quantity=whole(sent.get(f"quantity_{number}", "")),
            dose=sent.get(f"dose_{number}", "").strip()[:LONGEST_DOSE],
        )
        rows.append(await _found(catalogue, db, row, types, day, call))
    return rows


async def _found(catalogue: Catalogue, db: Database, row: Row, types: tuple[str, ...], day: str, call: Call) -> Row:
    for code in dict.fromkeys(text for text in (row.pick, ascii_digits(row.text)) if text):
        known = await catalogue.many(db, [(type_, code) for type_ in types], day, call.now)
        if known:
            return msgspec.structs.replace(row, found=next(iter(known.values())))
    hits = await catalogue.search(db, row.text, day, call.now, types, MOST_HITS)
    if len(hits) == 1:
        return msgspec.structs.replace(row, found=hits[0])
    return msgspec.structs.replace(row, hits=tuple(hits))


def mistakes(call: Call, rows: list[Row]) -> dict[str, str]:
    """Tell what is wrong with the rows, each beside its field."""
    wrong: dict[str, str] = {}
    if not rows:
        wrong["drug_1"] = say(call, "دست‌کم یک ردیف را بنویسید.", "Write at least one row.")
    for row in rows:
        if row.found is None and row.hits:
            wrong[f"pick_{row.number}"] = say(call, "کدام‌یک؟ از فهرست برگزینید.", "Which one? Choose it from the list.")
        elif row.found is None:
            wrong[f"drug_{row.number}"] = say(call, "چنین کد یا نامی یافت نشد.", "No such code or name.")
        if not 0 < (row.quantity or 0) <= MOST_COUNT:
            wrong[f"quantity_{row.number}"] = say(call, *NO_COUNT)
    return wrong
