"""Text files: that they are UTF-8 and have lines, and their records one by one."""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, Final

from nabz.terminology.errors import RowBroken
from nabz.terminology.files.source import fa, refused, row_broken

BLOCK: Final = 1 << 20
LONGEST_LINE: Final = 1 << 20
MOST_LINES: Final = 200
"""A record that runs over more lines has a quote that nobody closes."""

_HEAD: Final = 1024


def check_text(stream: BinaryIO) -> None:
    """Check that all of a file is UTF-8 in lines of a sane length. Raises FileRefused."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, since_line = 0, 0
    block = stream.read(BLOCK)
    if not block.strip(codecs.BOM_UTF8 + b" \t\r\n"):
        raise refused("فایل خالی است", "the file is empty")
    _check_head(block[:_HEAD])
    while True:
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as fault:
            line = lines + fault.object[: fault.start].count(b"\n") + 1
            raise refused(
                f"نویسه‌های سطر {fa(line)} به UTF-8 نیستند؛ فایل را با کدگذاری UTF-8 ذخیره کنید و دوباره بفرستید",
                f"line {line} is not UTF-8: save the file as UTF-8 and send it again",
            ) from None
        if not block:
            return
        lines += block.count(b"\n")
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        since_line = len(block) - last - 1 if last >= 0 else since_line + len(block)
        if since_line > LONGEST_LINE:
            raise refused(
                f"سطر {fa(lines + 1)} بیش از یک مگابایت است؛ این فایل جدول نیست",
                f"line {lines + 1} has more than a megabyte: this is no table",
            )
        block = stream.read(BLOCK)


def _check_head(head: bytes) -> None:
    # Half the bytes of a Latin text in UTF-16 are nothing; a table has none.
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or head.count(0) * 4 > len(head):
        raise refused(
            "کدگذاری فایل UTF-16 است؛ آن را با کدگذاری UTF-8 (در اکسل: CSV UTF-8) ذخیره کنید و دوباره بفرستید",
            "the file is UTF-16: save it as UTF-8 (in Excel: CSV UTF-8) and send it again",
        )


class _Lines:
    """Lines that can be given back, so that a quote that nobody closes spoils no row but its own."""

    def __init__(self, stream: Iterator[str]) -> None:
        self._stream = stream
        self._waiting: deque[str] = deque()
        self._taken: list[str] = []
        self._number = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._stream)
        self._taken.append(line)
        if len(self._taken) > MOST_LINES or "\0" in line:
            raise csv.Error
        return line

    def done(self) -> int:
        """Go on behind the record that was taken and give its line."""
        first = self._number
        self._number += len(self._taken)
        self._taken.clear()
        return first

    def back(self) -> tuple[int, str]:
        """Go on behind the first line of the record that was taken; give that line and its number."""
        self._waiting.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]
        text = self._taken[0]
        return self.done(), text


Record = tuple[int, list[str] | RowBroken]


def records(stream: Iterator[str], delimiter: str) -> Iterator[Record]:
    """Give the cells of each record with its line; of a broken one, why."""
    lines = _Lines(stream)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            line, text = lines.back()
            yield line, _why(text)
        else:
            yield lines.done(), cells


def _why(line: str) -> RowBroken:
    if "\0" in line:
        return row_broken("نویسهٔ تهی (NUL) دارد", "it holds a NUL")
    return row_broken("گیومه‌ای در آن باز مانده یا نابجاست", "a quotation mark is left open or out of place")
