"""Files as they are kept: pictures painted anew without what else they carry, PDFs only if they are whole and plain."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from nabz.kit.pictures import Format, PictureBroken, PictureTooLarge, repainted
from nabz.prescriptions.errors import results as wrong
from nabz.prescriptions.model.results import MOST_FILE, FileSent, Kept, Sort, check_pdf, sort_of

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_POINTS: Final = 40_000_000
MILLION: Final = 1_000_000
_MEGABYTE: Final = 1 << 20
_FORMATS: Final[dict[Sort, Format]] = {Sort.PNG: "PNG", Sort.JPEG: "JPEG"}


def keep(files: Sequence[FileSent]) -> tuple[list[Kept], list[bytes]]:
    """Give what is kept of files, and what is known of it; this takes its time and belongs into a thread.

    Raises FileKindRefused, PdfBroken, PdfActive, PictureBroken, PictureTooLarge, FileTooLarge.
    """
    kept: list[Kept] = []
    contents: list[bytes] = []
    for number, file in enumerate(files, 1):
        sort = sort_of(file.name, file.content)
        content = _pdf(file) if sort is Sort.PDF else _picture(file, sort)
        if len(content) > MOST_FILE:
            raise wrong.FileTooLarge(name=file.name, most=MOST_FILE // _MEGABYTE)
        kept.append(Kept(number, file.name, str(sort), len(content), sha256(content).hexdigest()))
        contents.append(content)
    return kept, contents


def _pdf(file: FileSent) -> bytes:
    check_pdf(file.name, file.content)
    return file.content


def _picture(file: FileSent, sort: Sort) -> bytes:
    """Paint a picture anew: its points and nothing else. Raises PictureBroken, PictureTooLarge."""
    try:
        return repainted(file.content, _FORMATS[sort], most_points=MOST_POINTS)[0]
    except PictureTooLarge as error:
        raise wrong.PictureTooLarge(name=file.name, most=MOST_POINTS // MILLION) from error
    except PictureBroken as error:
        raise wrong.PictureBroken(name=file.name) from error
