"""What is remembered of a release while it is read: a few dozen bytes for each concept."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Final

_NOTHING: Final = 0


class Texts:
    """A text for each of many numbered things, all in one piece; a second one takes the place of the first."""

    def __init__(self, count: int) -> None:
        self._pool = bytearray()
        self._starts = array("Q", bytes(8 * count))
        self._lengths = array("I", bytes(4 * count))

    def put(self, number: int, text: bytes) -> None:
        self._starts[number] = len(self._pool)
        self._lengths[number] = len(text)
        self._pool += text

    def get(self, number: int) -> bytes:
        start = self._starts[number]
        return bytes(self._pool[start : start + self._lengths[number]])


class Memory:
    """The concepts in the order of their file; a concept's number is its place in it."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self.lines = array("I")
        self.active = bytearray()

    def concept(self, code: int, line: int, *, active: bool) -> bool:
        """Take a concept in and tell whether it is new."""
        if self._numbers.setdefault(code, len(self.lines)) != len(self.lines):
            return False
        self.lines.append(line)
        self.active.append(active)
        return True

    def settle(self) -> None:
        """Make room for what is said of the concepts, once all are known."""
        self.fsn, self.preferred = Texts(self.count), Texts(self.count)
        self._ranks = bytearray(self.count)
        self.parents = array("q", bytes(8 * self.count))
        self._successors: dict[int, tuple[int, int]] = {}

    @property
    def count(self) -> int:
        return len(self.lines)

    def codes(self) -> Iterable[int]:
        return self._numbers

    def number(self, code: int) -> int | None:
        """Give the number of an active concept."""
        number = self._numbers.get(code)
        return number if number is not None and self.active[number] else None

    def prefer(self, number: int, rank: int, text: bytes) -> None:
        """Take a term in, unless a better one is known."""
        if rank > self._ranks[number]:
            self._ranks[number] = rank
            self.preferred.put(number, text)

    def name(self, number: int, text: bytes) -> None:
        self.fsn.put(number, text)

    def place_below(self, number: int, parent: int) -> None:
        """Take a parent in, unless one is known."""
        if self.parents[number] == _NOTHING:
            self.parents[number] = parent

    def succeed(self, code: int, rank: int, successor: int) -> None:
        """Take in what takes a retired concept's place, unless a better one is known; the lowest rank is best."""
        number = self._numbers.get(code)
        if number is not None and not self.active[number]:
            known = self._successors.get(number)
            if known is None or rank < known[0]:
                self._successors[number] = rank, successor

    def successor(self, number: int) -> int:
        return self._successors.get(number, (0, _NOTHING))[1]
