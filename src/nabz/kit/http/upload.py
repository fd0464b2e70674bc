"""A form with files (multipart/form-data): read piece by piece into temporary files, never more than was asked for."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlencode

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from nabz.kit import reader
from nabz.kit.clock import perf_counter
from nabz.kit.errors import Problem
from nabz.kit.http.call import LONGEST_LENGTH, BodySlow, Call, CallerLeft

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

MOST_FIELDS: Final = 100
LONGEST_FIELD: Final = 100_000
LONGEST_NAME: Final = 120
SLOWEST: Final = 4096
"""Bytes a second: a line that brings fewer is held open on purpose."""

_IN_MEMORY: Final = 1 << 20
_HALF_SPACE: Final = "\u200c"


class UploadBroken(Problem):
    """No form with files, or one that breaks off."""

    code = "kit.upload-broken"
    fa = "فرم فایل ناقص رسید؛ دوباره بفرستید."
    en = "The form with its file did not arrive whole: send it again."
    retry = True


class TooManyFiles(Problem):
    """More files or fields than the form has."""

    code = "kit.too-many-files"
    status = 413
    fa = "بیش از {most} فایل فرستاده شده است."
    en = "More than {most} files were sent."


@dataclass
class UploadedFile:
    """One file; it is gone when the upload is closed."""

    field: str
    name: str
    type: str
    file: SpooledTemporaryFile[bytes]
    size: int = 0


@dataclass
class Upload:
    """What a form with files held. Files that were not chosen are left out."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[UploadedFile] = field(default_factory=list)

    def close(self) -> None:
        """Throw the files away."""
        for one in self.files:
            one.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()


async def upload(call: Call, most: int, files: int, admit: Callable[[Call], Awaitable[None]] | None = None) -> Upload:
    """Read a form of so many bytes and files at most.

    From then on the call gives its fields as those of any form. `admit` is asked before the first file is kept, so what
    it looks at stands before the files in the form. Raises BodyTooLarge, TooManyFiles, UploadBroken, BodyNotText,
    BodySlow, and whatever `admit` does.
    """
    found = Upload()
    parts = _Parts(found, files)
    try:
        admitted = admit is None
        parser = parts.parser(call.header("content-type") or "")
        async for piece in _pieces(call, most):
            parts.take(parser, piece)
            if not admitted and admit is not None and found.files:
                await _ask(call, found, admit)
                admitted = True
            await parts.write()
        if not parts.whole:
            raise UploadBroken  # noqa: TRY301 - one way out for all that closes the files
        if not admitted and admit is not None:
            await _ask(call, found, admit)
        _leave(call, found)
        for one in found.files:
            one.file.seek(0)
    except BaseException:
        _leave(call, found)
        found.close()
        raise
    return found


async def _ask(call: Call, found: Upload, admit: Callable[[Call], Awaitable[None]]) -> None:
    _leave(call, found)
    await admit(call)


def _leave(call: Call, found: Upload) -> None:
    """Leave the fields where the rest of the house looks for those of a form."""
    call._raw = urlencode(found.fields).encode()  # noqa: SLF001 - the call's own body, in another spelling


async def _pieces(call: Call, most: int) -> AsyncIterator[bytes]:
    """Give what arrives; every piece has to come in time, and all of them at some speed."""
    length = call.header("content-length") or ""
    if length.isdecimal() and (len(length) > LONGEST_LENGTH or int(length) > most):
        await call.drain(int(length) if len(length) <= LONGEST_LENGTH else None)
        raise reader.BodyTooLarge(limit=most)
    patience, begun, size = call.deps.settings.body_seconds, perf_counter(), 0
    while True:
        left = patience + size / SLOWEST - (perf_counter() - begun)
        try:
            async with asyncio.timeout(min(patience, left)):
                message = await call.receive()
        except TimeoutError as late:
            raise BodySlow from late
        if message["type"] == "http.disconnect":
            raise CallerLeft
        piece = message.get("body", b"")
        size += len(piece)
        if size > most:
            if message.get("more_body", False):
                await call.drain(0)
            raise reader.BodyTooLarge(limit=most)
        yield piece
        if not message.get("more_body", False):
            return


class _Parts:
    """The parts of a form as they arrive."""

    def __init__(self, found: Upload, files: int) -> None:
        self.whole = False
        self._found = found
        self._most_files = files
        self._count = 0
        self._header = [b"", b""]
        self._headers: dict[bytes, bytes] = {}
        self._name = ""
        self._value: bytearray | None = None
        self._waiting: list[tuple[UploadedFile, bytes]] = []

    def parser(self, content_type: str) -> MultipartParser:
        """Make what parts the pieces. Raises UploadBroken."""
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise UploadBroken
        try:
            return MultipartParser(
                options[b"boundary"],
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._open,
                    "on_part_data": self._add,
                    "on_part_end": self._end,
                    "on_end": self._finish,
                },
            )
        except FormParserError as error:
            raise UploadBroken from error

    def take(self, parser: MultipartParser, piece: bytes) -> None:
        """Part one more piece. Raises UploadBroken, TooManyFiles, BodyTooLarge, BodyNotText."""
        try:
            parser.write(piece)
        except FormParserError as error:
            raise UploadBroken from error

    async def write(self) -> None:
        """Write what belongs to files; what is on the disk already goes there in a thread."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        if sum(one.size for one, _ in waiting) > _IN_MEMORY:
            await asyncio.to_thread(_write, waiting)
        else:
            _write(waiting)

    def _begin(self) -> None:
        self._count += 1
        if self._count > MOST_FIELDS + self._most_files:
            raise TooManyFiles(most=self._most_files)
        self._headers = {}

    def _header_name(self, piece: bytes, start: int, end: int) -> None:
        self._header[0] += piece[start:end]

    def _header_value(self, piece: bytes, start: int, end: int) -> None:
        self._header[1] += piece[start:end]

    def _header_end(self) -> None:
        self._headers[self._header[0].lower()] = self._header[1]
        self._header = [b"", b""]

    def _open(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        if b"name" not in options:
            raise UploadBroken
        self._name = _text(options[b"name"])
        self._value = None if b"filename" in options else bytearray()
        if b"filename" in options:
            if len(self._found.files) == self._most_files:
                raise TooManyFiles(most=self._most_files)
            name = clean_name(_text(options[b"filename"])) if options[b"filename"] else ""
            type_ = self._headers.get(b"content-type", b"").decode("latin-1")
            kept: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the upload
            self._found.files.append(UploadedFile(self._name, name, type_, kept))

    def _add(self, piece: bytes, start: int, end: int) -> None:
        if self._value is not None:
            self._value += piece[start:end]
            if len(self._value) > LONGEST_FIELD:
                raise reader.BodyTooLarge(limit=LONGEST_FIELD)
        elif end > start:
            one = self._found.files[-1]
            one.size += end - start
            self._waiting.append((one, piece[start:end]))

    def _end(self) -> None:
        if self._value is not None:
            self._found.fields.append((self._name, _text(self._value)))
            return
        one = self._found.files[-1]
        if not one.name and not one.size:  # a field in which nothing was chosen
            self._found.files.pop().file.close()
        one.name = one.name or clean_name("")

    def _finish(self) -> None:
        self.whole = True


def _write(waiting: list[tuple[UploadedFile, bytes]]) -> None:
    for one, piece in waiting:
        one.file.write(piece)


def _text(raw: bytes | bytearray) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise reader.BodyNotText from error


def clean_name(name: str) -> str:
    """Give what a file may be called: no folders, nothing invisible, nothing that turns the line, and not too long."""
    last = re.split(r"[/\\]", name)[-1][-10 * LONGEST_NAME :]
    shown = "".join(
        letter
        for letter in unicodedata.normalize("NFC", last)
        if letter == _HALF_SPACE or unicodedata.category(letter)[0] != "C"
    )
    plain = " ".join(shown.split()).strip(f". {_HALF_SPACE}")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) < LONGEST_NAME // 2:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return plain[:LONGEST_NAME] or "file"
