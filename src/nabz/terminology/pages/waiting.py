"""Uploads that wait between the dry run and the load: each in a private folder of its own, seen by its owner alone.

What is known of an upload lies beside it on the disk, so that every process of the program can show how far it is.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, TypeVar

import msgspec

from nabz.kit.errors import NotFound
from nabz.kit.ids import random_uuid
from nabz.terminology.service.import_report import Line, Progress, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nabz.kit.http.upload import UploadedFile

T = TypeVar("T")

KEPT: Final = timedelta(days=1)
SILENT: Final = timedelta(seconds=30)
"""After so long without a sign of life a process is taken to have been killed."""

MOST_OF_ONE: Final = 5
"""So many uploads of one person wait at most; the oldest makes room."""

_CONTENT, _ABOUT, _STANDING = "content", "about.json", "standing.json"
_ID: Final = re.compile("[0-9a-f-]{36}")


class Stage(StrEnum):
    """How far an upload is."""

    CHECKING = "checking"
    CHECKED = "checked"
    LOADING = "loading"
    LOADED = "loaded"
    REFUSED = "refused"
    """Not even the dry run came to an end."""


AT_WORK: Final = frozenset({Stage.CHECKING, Stage.LOADING})


class About(msgspec.Struct, frozen=True, kw_only=True):
    """Whose upload it is, and for what."""

    id: str
    owner: str
    terminology: str
    name: str
    size: int
    at: datetime
    partial: bool = False
    """Codes that the file lacks stay."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the dry run has told."""

    rows: int
    added: int
    changed: int
    same: int
    retired: int
    refused: int
    lines: list[Line]

    @classmethod
    def of(cls, report: Report) -> Told:
        """Keep a report."""
        counts = {name: getattr(report, name) for name in ("rows", "added", "changed", "same", "retired", "refused")}
        return cls(**counts, lines=report.lines)

    @property
    def changes(self) -> int:
        """How many codes would be touched."""
        return self.added + self.changed + self.retired


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says of itself."""

    format: str
    id: str = ""
    version: str = ""
    title: str = ""
    complete: bool = True


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where an upload stands, and when that was last said."""

    stage: Stage
    seen_at: datetime
    progress: Progress = Progress(done=0.0, rows=0, stage="reading")
    opened: Opened | None = None
    told: Told | None = None
    problem: str = ""
    """Its code, beside its texts."""

    problem_fa: str = ""
    problem_en: str = ""
    label: str = ""
    note: str = ""
    sure: bool = False

    def at_work(self, now: datetime) -> bool:
        """Tell whether a process is at work on it."""
        return self.stage in AT_WORK and now - self.seen_at < SILENT

    def cut_off(self, now: datetime) -> bool:
        """Tell whether the process that was at work on it has died."""
        return self.stage in AT_WORK and not self.at_work(now)


class WaitingRoom:
    """The folder of all uploads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, file: UploadedFile, owner: str, terminology: str, now: datetime, *, partial: bool = False) -> About:
        """Take a file in."""
        self._make_room(owner, now)
        about = About(
            id=random_uuid(),
            owner=owner,
            terminology=terminology,
            name=file.name,
            size=file.size,
            at=now,
            partial=partial,
        )
        place = self._folder / about.id
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.mkdir(mode=0o700)
        with _private(place / _CONTENT) as kept:
            shutil.copyfileobj(file.file, kept, 1 << 20)
        self._write(place / _ABOUT, about)
        self.say(about, Standing(stage=Stage.CHECKING, seen_at=now))
        return about

    def find(self, id_: str, owner: str, terminology: str) -> About:
        """Read whose an upload is; to all others it is not there. Raises NotFound."""
        about = self._read(id_, _ABOUT, About) if _ID.fullmatch(id_) else None
        if about is None or (about.owner, about.terminology) != (owner, terminology):
            raise NotFound
        return about

    def of(self, owner: str, terminology: str) -> list[tuple[About, Standing]]:
        """List somebody's uploads for one terminology, the newest first."""
        return [pair for pair in self._all() if (pair[0].owner, pair[0].terminology) == (owner, terminology)]

    def standing(self, about: About) -> Standing:
        """Tell where an upload stands. Raises NotFound."""
        found = self._read(about.id, _STANDING, Standing)
        if found is None:
            raise NotFound
        return found

    def say(self, about: About, standing: Standing) -> None:
        """Put down where an upload stands; one that was dropped meanwhile stays away."""
        with suppress(FileNotFoundError):
            self._write(self._folder / about.id / _STANDING, standing)

    def content(self, about: About) -> Path:
        """Where the file lies."""
        return self._folder / about.id / _CONTENT

    def forget_content(self, about: About) -> None:
        """Throw the file away and keep what is known of it."""
        self.content(about).unlink(missing_ok=True)

    def drop(self, about: About) -> None:
        """Throw everything away."""
        shutil.rmtree(self._folder / about.id, ignore_errors=True)

    def sweep(self, now: datetime) -> None:
        """Throw away what has waited for a day."""
        known = self._all()
        for about, standing in known:
            if now - about.at > KEPT and not standing.at_work(now):
                self.drop(about)
        whole = {about.id for about, _ in known}
        for place in self._folder.glob("*/"):  # what was cut off while it came in
            if place.name not in whole and datetime.fromtimestamp(place.stat().st_mtime, UTC) < now - KEPT:
                shutil.rmtree(place, ignore_errors=True)

    def _make_room(self, owner: str, now: datetime) -> None:
        self.sweep(now)
        idle = [about for about, standing in self._all() if about.owner == owner and not standing.at_work(now)]
        for about in idle[MOST_OF_ONE - 1 :]:
            self.drop(about)

    def _all(self) -> list[tuple[About, Standing]]:
        return sorted(self._found(), key=lambda pair: pair[0].at, reverse=True)

    def _found(self) -> Iterator[tuple[About, Standing]]:
        for place in self._folder.glob("*/"):
            about, standing = self._read(place.name, _ABOUT, About), self._read(place.name, _STANDING, Standing)
            if about is not None and standing is not None:
                yield about, standing

    def _read(self, id_: str, name: str, type_: type[T]) -> T | None:
        try:
            return msgspec.json.decode((self._folder / id_ / name).read_bytes(), type=type_)
        except (OSError, msgspec.MsgspecError):
            return None

    def _write(self, place: Path, value: msgspec.Struct) -> None:
        beside = place.with_name(f"{place.name}.{random_uuid()}")
        with _private(beside) as stream:
            stream.write(msgspec.json.encode(value))
        beside.replace(place)


def _private(place: Path) -> BinaryIO:
    return os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
