"""Releases of many files, in a folder or packed as a zip: their members are read in place, never unpacked."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, cast

import msgspec

from nabz.terminology.errors import FilePartMissing
from nabz.terminology.files.source import fa, refused

MOST_MEMBERS: Final = 10_000
WORST_RATIO: Final = 200
_SMALL: Final = 1 << 20
_ENCRYPTED: Final = 1
_ODD: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError)


class Member(msgspec.Struct, frozen=True):
    """A file of a release; its name is the last part alone."""

    name: str
    size: int
    place: Path
    packed_as: str = ""

    @contextmanager
    def open(self) -> Iterator[io.BufferedReader]:
        """Open the member for reading. Raises FileRefused when the package is damaged."""
        if not self.packed_as:
            with self.place.open("rb") as stream:
                yield stream
            return
        try:
            with zipfile.ZipFile(self.place) as package, package.open(self.packed_as) as packed:
                yield io.BufferedReader(cast("io.RawIOBase", packed), 1 << 20)
        except _ODD as fault:
            raise _damaged() from fault


def members(path: Path) -> list[Member]:
    """List the files of a release. Raises FileRefused."""
    if path.is_dir():
        found = [one for one in sorted(path.rglob("*")) if one.is_file()]
        return [Member(one.name, one.stat().st_size, one) for one in found]
    infos = [one for one in check_zip(path) if not one.is_dir()]
    return [Member(re.split(r"[/\\]", one.filename)[-1], one.file_size, path, one.filename) for one in infos]


def check_zip(path: Path) -> list[zipfile.ZipInfo]:
    """List what a zip says that it holds. Raises FileRefused."""
    try:
        with zipfile.ZipFile(path) as package:
            infos = package.infolist()
    except (*_ODD, OSError, ValueError) as fault:
        raise _damaged() from fault
    if len(infos) > MOST_MEMBERS:
        raise refused(f"بسته {fa(len(infos))} فایل دارد", f"the package holds {len(infos)} files")
    return infos


def check_bomb(infos: Sequence[zipfile.ZipInfo], most: int) -> None:
    """Check that members that will be read do not swell up. Raises FileRefused."""
    if any(one.flag_bits & _ENCRYPTED for one in infos):
        raise refused("بسته رمز دارد؛ بی‌رمز بفرستید", "the package is locked with a password: send it without")
    if sum(one.file_size for one in infos) > most:
        raise refused(
            f"محتوای بازشدهٔ فایل بیش از {fa(most >> 30)} گیگابایت است", f"unpacked, it is larger than {most >> 30} GB"
        )
    if any(one.file_size > max(_SMALL, WORST_RATIO * one.compress_size) for one in infos):
        raise refused("فشردگی فایل غیرعادی است", "the file is packed more tightly than any honest one")


def choose(found: Sequence[Member], pattern: str, missing: str = "") -> list[Member]:
    """Choose the members with a certain name. Raises FilePartMissing when there are none but should be."""
    # Packages made on a Mac hold a shadow of each file, named ._ and its name.
    chosen = [one for one in found if re.fullmatch(pattern, one.name, re.IGNORECASE)]
    if missing and not chosen:
        raise FilePartMissing(name=missing)
    return chosen


def check_members(chosen: Sequence[Member], most: int) -> None:
    """Check that the members that will be read do not swell up. Raises FileRefused."""
    packed = {one.packed_as for one in chosen if one.packed_as}
    if packed:
        infos = check_zip(next(one.place for one in chosen if one.packed_as))
        check_bomb([one for one in infos if one.filename in packed], most)


def _damaged() -> Exception:
    return refused("بستهٔ فشرده خراب است", "the package is damaged")
