"""Pictures that come from outside, painted anew: their points, upright, and nothing of what else a file carries."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Final, Literal

from PIL import Image, ImageFile, ImageOps

Format = Literal["JPEG", "PNG"]

_PNG_MODES: Final = frozenset({"1", "L", "LA", "RGB", "RGBA", "I;16"})
_FAULTS: Final = (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, OverflowError, struct.error)
"""What reading a damaged picture, or what a camera notes in it, leads to."""


class PictureBroken(Exception):  # noqa: N818 - the caller turns it into a problem of its own
    """A picture that is of another format, or cannot be read to its end."""


class PictureTooLarge(Exception):  # noqa: N818
    """A picture of more points than are opened."""


def repainted(
    content: bytes, format_: Format, *, most_points: int, quality: int = 92, longest_side: int | None = None
) -> tuple[bytes, int, int]:
    """Give a picture painted anew, its width and its height; this takes its time and belongs into a thread.

    Raises PictureBroken, PictureTooLarge.
    """
    # What prints letters lets half pictures through, for the whole process, from its first letter on.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(BytesIO(content), formats=(format_,)) as found:
            if found.width * found.height > most_points:
                raise PictureTooLarge
            if longest_side is not None:
                _ask_for_less(found, longest_side)
            found.load()
            ImageOps.exif_transpose(found, in_place=True)
            plain = _plain(found, format_)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLarge from error
    except _FAULTS as error:
        raise PictureBroken from error
    if longest_side is not None and max(plain.size) > longest_side:
        plain.thumbnail((longest_side, longest_side))
    painted = BytesIO()
    if format_ == "PNG":
        plain.save(painted, "PNG")
    else:
        plain.save(painted, "JPEG", quality=quality)
    return painted.getvalue(), plain.width, plain.height


def _ask_for_less(found: Image.Image, longest_side: int) -> None:
    """Let the decoder leave out points that are not kept: a large JPEG never stands whole in the memory."""
    longest = max(found.size)
    if longest > longest_side:
        width, height = (max(1, side * longest_side // longest) for side in found.size)
        found.draft(None, (width, height))


def _plain(found: Image.Image, format_: Format) -> Image.Image:
    """Give the points in a form that can be written, without palette, profile, texts and what a camera notes."""
    if format_ == "JPEG":
        plain = found if found.mode in {"L", "RGB"} else found.convert("RGB")
    elif found.mode == "P" or "transparency" in found.info:
        plain = found.convert("RGBA" if "transparency" in found.info else "RGB")
    else:
        plain = found if found.mode in _PNG_MODES else found.convert("RGB")
    plain.info = {}  # the rest of what would be written
    return plain
