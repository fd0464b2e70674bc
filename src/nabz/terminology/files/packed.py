"""Releases of many files, in a folder or packed as a zip: their members are read in place, never unpacked."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import msgspec

from nabz.kit.workbook import ODD, check_bomb, check_zip, damaged
from nabz.terminology.errors import FilePartMissing
from nabz.terminology.files.source import as_ours


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
        with as_ours():
            try:
                with zipfile.ZipFile(self.place) as package, package.open(self.packed_as) as packed:
                    yield io.BufferedReader(cast("io.RawIOBase", packed), 1 << 20)
            except ODD as fault:
                raise damaged() from fault


def members(path: Path) -> list[Member]:
    """List the files of a release. Raises FileRefused."""
    if path.is_dir():
        found = [one for one in sorted(path.rglob("*")) if one.is_file()]
        return [Member(one.name, one.stat().st_size, one) for one in found]
    with as_ours():
        infos = [one for one in check_zip(path) if not one.is_dir()]
    return [Member(re.split(r"[/\\]", one.filename)[-1], one.file_size, path, one.filename) for one in infos]


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
        with as_ours():
            infos = check_zip(next(one.place for one in chosen if one.packed_as))
            check_bomb([one for one in infos if one.filename in packed], most)
