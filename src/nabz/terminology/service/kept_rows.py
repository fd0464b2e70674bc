"""Rows that were checked, on their way into the store: what is loaded is what was checked."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Final, Self

import msgspec

from nabz.terminology.model import Retirement, Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Chunk = tuple[list[Row], list[Retirement]]
_WIDTH: Final = 4


class Kept:
    """The good rows of one file, chunk by chunk."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed at the end of the `with` that this is for
        self._writer = msgspec.msgpack.Encoder()
        self._reader = msgspec.msgpack.Decoder(Chunk)
        self.progress = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._file.close()

    def put(self, rows: Sequence[Row], retirements: Sequence[Retirement]) -> None:
        """Keep a chunk."""
        packed = self._writer.encode((rows, retirements))
        self._file.write(len(packed).to_bytes(_WIDTH, "big") + packed)

    def chunks(self) -> Iterator[Chunk]:
        """Give the chunks again, in their order."""
        size = self._file.tell()
        self._file.seek(0)
        while width := self._file.read(_WIDTH):
            packed = self._file.read(int.from_bytes(width, "big"))
            self.progress = self._file.tell() / size
            yield self._reader.decode(packed)
