"""What every opened file is: what it says of itself, and its rows as often as they are asked for."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import PurePath
from typing import ClassVar, Final, Self

from nabz.kit import persian
from nabz.kit.errors import Problem
from nabz.kit.workbook import RowUnreadable, WorkbookRefused
from nabz.terminology import model
from nabz.terminology.errors import FileRefused, RowBroken
from nabz.terminology.files.checking import Runs, checked
from nabz.terminology.model import Kind, Read

LONGEST_TITLE: Final = 200
_NAMED: Final = re.compile(r"(.+)(?:[-@]|[ _]v)([0-9][A-Za-z0-9.]*)")


class Format(StrEnum):
    """How a file is written."""

    CSV = "csv"
    XLSX = "xlsx"
    FHIR = "fhir"
    LOINC = "loinc"
    RF2 = "rf2"


class Source(ABC):
    """A file that was opened and found to be what it should be; its rows may still have faults of their own."""

    format: ClassVar[Format]
    lenient: ClassVar[bool] = False
    """Whether rows may name parents and successors that the file does not hold; these are then left out."""

    def __init__(self) -> None:
        # What counts as a formula here; None where the cells are looked at when they are read.
        self.runs: Runs | None = None
        self.id = ""
        self.version = ""
        self.title = ""
        self.kind = Kind.CODES
        self.map_source = ""
        self.map_target = ""
        self.progress = 0.0

    @property
    def complete(self) -> bool:
        """Whether the file is a whole version, so that codes that it lacks are retired."""
        return True

    def rows(self) -> Iterator[Read]:
        """Read the file from its beginning; each call is a pass of its own."""
        self.progress = 0.0
        yield from checked(self.found(), self.kind, self.runs)
        self.progress = 1.0

    @abstractmethod
    def found(self) -> Iterator[Read]:
        """Read what stands in the file, before any rule of the terminologies."""

    def close(self) -> None:  # noqa: B027 - each pass opens and closes what it reads
        """Say that no further pass is wanted."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()


def refused(why_fa: str, why_en: str) -> FileRefused:
    """Say why a whole file cannot be taken."""
    return FileRefused(why_fa=why_fa, why_en=why_en)


@contextmanager
def as_ours() -> Iterator[None]:
    """Tell what is wrong with a package or a workbook as it is told of every file."""
    try:
        yield
    except WorkbookRefused as fault:
        raise refused(str(fault.facts["why_fa"]), str(fault.facts["why"])) from fault


def as_broken(why: RowUnreadable) -> RowBroken:
    """Tell what is wrong with a row of a sheet as it is told of every row."""
    return row_broken(str(why.facts["why_fa"]), str(why.facts["why"]))


def header_refused(why: RowBroken) -> FileRefused:
    """Say of a header what would be said of a row."""
    return refused(f"سرستون: {why.facts['why_fa']}", f"the header: {why.facts['why']}")


def row_broken(why_fa: str, why_en: str) -> RowBroken:
    """Say why a row cannot be taken."""
    return RowBroken(why_fa=why_fa, why_en=why_en)


def fa(number: int) -> str:
    """Write a number as people read it."""
    return persian.grouped(number)


def id_and_version(name: str) -> tuple[str, str]:
    """Tell by the name of a table, as our downloads are named, what it holds."""
    stem = PurePath(name).stem
    found = _NAMED.fullmatch(stem)
    return (as_id(found[1]), as_label(found[2])) if found else (as_id(stem), "")


def as_id(text: str) -> str:
    """Give what may serve as an id, or nothing."""
    with suppress(Problem):
        return model.good_id(text.strip())
    return ""


def as_label(text: str) -> str:
    """Give what may serve as the label of a version, or nothing."""
    with suppress(Problem):
        return model.good_label(text)
    return ""
