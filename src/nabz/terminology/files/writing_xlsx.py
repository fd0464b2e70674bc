"""Downloads as workbooks: one sheet of texts, written row by row into a file that goes when it is closed."""

from __future__ import annotations

import tempfile
from typing import IO, Final

from nabz.kit.workbook import MOST_BYTES
from nabz.kit.workbook.writing import MOST_ROWS, Sheet, Writing
from nabz.terminology.errors import TooMany
from nabz.terminology.files.writing import HEADERS, Pages, cells_of
from nabz.terminology.model import Kind, Terminology

_NAME: Final = "codes"
_WIDTHS: Final = {"code": 16, "target": 16, "value": 60, "en": 60, "note": 40}
_USUAL_WIDTH: Final = 12


async def xlsx_file(pages: Pages, terminology: Terminology, kind: Kind) -> IO[bytes]:
    """Write a workbook and give it open, at its beginning. Raises TooMany."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - who asked for it closes it
    try:
        with Writing(file, [_NAME], title=terminology.title_fa) as book:
            await _write(book, pages, kind)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


async def _write(book: Writing, pages: Pages, kind: Kind) -> None:
    widths = tuple(_WIDTHS.get(name, _USUAL_WIDTH) for name in HEADERS[kind])
    with book.sheet(Sheet(_NAME, (), widths=widths, texts=True)) as rows:
        rows.add([HEADERS[kind]])
        async for page in pages:
            count = rows.count - 1
            if count + len(page) > MOST_ROWS:
                raise TooMany(most=MOST_ROWS)
            rows.add(cells_of(one, kind) for one in page)
            # What could not be read again is not written either.
            if rows.size > MOST_BYTES:
                raise TooMany(most=count + len(page))
