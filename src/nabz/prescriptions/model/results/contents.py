"""What a file is, by its content and never by its name, and whether a PDF is one to trust."""

from __future__ import annotations

import re
import zlib
from enum import StrEnum
from typing import Final

from nabz.prescriptions.errors import results as wrong


class Sort(StrEnum):
    """What is taken."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"


_BEGINNINGS: Final = ((b"%PDF-", Sort.PDF), (b"\x89PNG\r\n\x1a\n", Sort.PNG), (b"\xff\xd8\xff", Sort.JPEG))
_END: Final = 1024
_MOST_STREAMS: Final = 20_000
_LONGEST_HEAD: Final = 1 << 16
_MOST_UNPACKED: Final = 64 << 20
_STREAM: Final = re.compile(rb"(?<!end)stream\r?\n")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
# What runs, opens, sends, hides or locks. /JS alone is too short to be looked for between compressed bytes, but no
# script runs without one of the longer names beside it.
_ACTIVE: Final = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia(?:Settings|Content)?|Rendition|SubmitForm|ImportData|GoToE|GoToR"
    rb"|XFA|Encrypt|Movie|Sound)(?=[\s()<>\[\]{}/%]|$)"
)


def sort_of(name: str, content: bytes) -> Sort:
    """Tell what a file is. Raises FileKindRefused."""
    for beginning, sort in _BEGINNINGS:
        if content.startswith(beginning):
            return sort
    raise wrong.FileKindRefused(name=name)


def check_pdf(name: str, content: bytes) -> None:
    """See that a PDF is whole and only shows something. Raises PdfBroken, PdfActive."""
    end = content[-_END:]
    if not content.startswith(b"%PDF-") or b"startxref" not in end or b"%%EOF" not in end:
        raise wrong.PdfBroken(name=name)
    if _is_active(content):
        raise wrong.PdfActive(name=name)
    left = _MOST_UNPACKED
    for count, found in enumerate(_STREAM.finditer(content)):
        if count == _MOST_STREAMS:
            raise wrong.PdfBroken(name=name)
        head = content[max(0, found.start() - _LONGEST_HEAD) : found.start()]
        head = _named(head[max(head.rfind(b" obj"), 0) :])
        if b"/ObjStm" not in head:
            continue
        unpacked = _unpacked(content, found.end(), left) if b"/FlateDecode" in head else None
        if unpacked is None or _is_active(unpacked):
            raise wrong.PdfActive(name=name)
        left -= len(unpacked)


def _is_active(content: bytes) -> bool:
    return _ACTIVE.search(content) is not None or (b"#" in content and _ACTIVE.search(_named(content)) is not None)


def _named(content: bytes) -> bytes:
    """Give names as they are read: /J#61vaScript is /JavaScript."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _unpacked(content: bytes, start: int, most: int) -> bytes | None:
    """Unpack objects that are kept in a stream; none if that cannot be done, or there are too many of them."""
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(memoryview(content)[start:], max(most, 1))
    except zlib.error:
        return None
    return unpacked if unpacker.eof else None
