"""Downloads as tables of text, in pieces."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable
from typing import Final

from nabz.kit import json
from nabz.terminology.model import Concept, Kind

Pages = AsyncIterator[list[Concept]]

_AFTER_VALUE: Final = ("en", "parent", "note", "made_up", "properties")
HEADERS: Final = {
    Kind.CODES: ("code", "value", *_AFTER_VALUE),
    Kind.MAP: ("code", "target", "relation", *_AFTER_VALUE),
}


async def csv_parts(pages: Pages, kind: Kind) -> AsyncIterator[bytes]:
    """Write a CSV file, page by page; the mark at its beginning tells spreadsheets that it is UTF-8."""
    yield _csv([HEADERS[kind]]).encode("utf-8-sig")
    async for page in pages:
        yield _csv(cells_of(one, kind) for one in page).encode()


def _csv(rows: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def cells_of(one: Concept, kind: Kind) -> tuple[str, ...]:
    """Give what stands in the row of a concept, in the order of the header."""
    value = (one.target, one.value) if kind is Kind.MAP else (one.value,)
    properties = json.encode(one.properties).decode() if one.properties else ""
    return (one.code, *value, one.en, one.parent, one.note, "yes" if one.made_up else "", properties)
