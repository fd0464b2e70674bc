"""Files as they are kept: pictures painted anew without what else they carry, PDFs only if they are whole and plain."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageOps

from nabz.prescriptions.errors import results as wrong
from nabz.prescriptions.model.results import MOST_FILE, FileSent, Kept, Sort, check_pdf, sort_of

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_POINTS: Final = 40_000_000
MILLION: Final = 1_000_000
QUALITY: Final = 92
_MEGABYTE: Final = 1 << 20
_FORMATS: Final = {Sort.PNG: "PNG", Sort.JPEG: "JPEG"}
_PNG_MODES: Final = frozenset({"1", "L", "LA", "RGB", "RGBA", "I;16"})


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
        with Image.open(BytesIO(file.content), formats=(_FORMATS[sort],)) as found:
            if found.width * found.height > MOST_POINTS:
                raise wrong.PictureTooLarge(name=file.name, most=MOST_POINTS // MILLION)
            found.load()
            plain = _plain(ImageOps.exif_transpose(found), sort)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise wrong.PictureTooLarge(name=file.name, most=MOST_POINTS // MILLION) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise wrong.PictureBroken(name=file.name) from error
    painted = BytesIO()
    if sort is Sort.PNG:
        plain.save(painted, "PNG")
    else:
        plain.save(painted, "JPEG", quality=QUALITY)
    return painted.getvalue()


def _plain(found: Image.Image, sort: Sort) -> Image.Image:
    """Give the points in a form that can be written, without palette, profile, texts and what a camera notes."""
    if sort is Sort.JPEG:
        plain = found if found.mode in {"L", "RGB"} else found.convert("RGB")
    elif found.mode == "P" or "transparency" in found.info:
        plain = found.convert("RGBA" if "transparency" in found.info else "RGB")
    else:
        plain = found if found.mode in _PNG_MODES else found.convert("RGB")
    blank = Image.new(plain.mode, plain.size)
    blank.paste(plain)
    return blank
