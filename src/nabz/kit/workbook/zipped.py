"""Zip files that come from outside: what they hold, and that it does not swell up."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from nabz.kit.workbook.problems import WorkbookRefused, fa, refused

MOST_MEMBERS: Final = 10_000
WORST_RATIO: Final = 200
ODD: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError)
"""What reading a damaged package leads to."""

_SMALL: Final = 1 << 20
_ENCRYPTED: Final = 1


def check_zip(path: Path) -> list[zipfile.ZipInfo]:
    """List what a zip says that it holds. Raises WorkbookRefused."""
    try:
        with zipfile.ZipFile(path) as package:
            infos = package.infolist()
    except (*ODD, OSError, ValueError) as fault:
        raise damaged() from fault
    if len(infos) > MOST_MEMBERS:
        raise refused(f"بسته {fa(len(infos))} فایل دارد", f"the package holds {len(infos)} files")
    return infos


def check_bomb(infos: Sequence[zipfile.ZipInfo], most: int) -> None:
    """Check that members that will be read do not swell up. Raises WorkbookRefused."""
    if any(one.flag_bits & _ENCRYPTED for one in infos):
        raise refused("بسته رمز دارد؛ بی‌رمز بفرستید", "the package is locked with a password: send it without")
    if sum(one.file_size for one in infos) > most:
        raise refused(
            f"محتوای بازشدهٔ فایل بیش از {fa(most >> 30)} گیگابایت است", f"unpacked, it is larger than {most >> 30} GB"
        )
    if any(one.file_size > max(_SMALL, WORST_RATIO * one.compress_size) for one in infos):
        raise refused("فشردگی فایل غیرعادی است", "the file is packed more tightly than any honest one")


def damaged() -> WorkbookRefused:
    """Say that a package cannot be read."""
    return refused("بستهٔ فشرده خراب است", "the package is damaged")
