"""The lines of a release's files."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from nabz.terminology.files.checking import broken
from nabz.terminology.files.packed import Member
from nabz.terminology.files.source import fa, refused, row_broken
from nabz.terminology.model import Broken

_BLOCK: Final = 1 << 22
_LONGEST_LINE: Final = 1 << 16


def lines_of(stream: io.BufferedReader, member: Member) -> Iterator[tuple[int, bytes]]:
    """Give the lines below the header with their numbers. Raises FileRefused."""
    numbers = count(1)
    rest = b""
    while block := stream.read(_BLOCK):
        *lines, rest = (rest + block).replace(b"\r\n", b"\n").split(b"\n")
        if len(rest) > _LONGEST_LINE:
            raise refused(
                f"سطری از {member.name} بیش از {fa(_LONGEST_LINE >> 10)} کیلوبایت است",
                f"a line of {member.name} has more than {_LONGEST_LINE >> 10} KB",
            )
        yield from ((number, line) for line, number in zip(lines, numbers, strict=False) if number > 1)
    if rest:
        yield next(numbers), rest


def check_header(member: Member, columns: Sequence[str]) -> None:
    """Check that a file has its columns. Raises FileRefused."""
    with member.open() as stream:
        line = stream.readline(_LONGEST_LINE).removeprefix(codecs.BOM_UTF8)
    if line.decode("utf-8", "replace").rstrip("\r\n").casefold().split("\t") != [name.casefold() for name in columns]:
        raise refused(
            f"سرستون {member.name} این نیست: {'، '.join(columns)}",
            f"the header of {member.name} is not: {', '.join(columns)}",
        )


def bad_line(member: Member, line: int, code: bytes) -> Broken:
    """Say that a line has not the form of its file."""
    why = row_broken(f"سطر {fa(line)} از {member.name} درست نیست", f"line {line} of {member.name} is not right")
    return broken(line, code.decode("utf-8", "replace"), why)
