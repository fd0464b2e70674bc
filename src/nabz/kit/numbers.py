"""A set of 64-bit numbers in one piece of memory: a million need 16 MB, as objects they would need 100."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Numbers:
    """Numbers in a table that is never more than half full; 0 marks what is free, and counts as 1."""

    def __init__(self) -> None:
        self._slots = array("q", bytes(8 << 12))
        self._count = 0

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self._slots[self._place(number or 1)] != 0

    def __iter__(self) -> Iterator[int]:
        return filter(None, self._slots)

    def __len__(self) -> int:
        return self._count

    def add(self, number: int) -> bool:
        """Take a number in and tell whether it is new."""
        number = number or 1
        at = self._place(number)
        if self._slots[at]:
            return False
        self._slots[at] = number
        self._count += 1
        if self._count * 2 > len(self._slots):
            self._grow()
        return True

    def _place(self, number: int) -> int:
        slots = self._slots
        last = len(slots) - 1
        at = number & last
        while slots[at] and slots[at] != number:
            at = (at + 1) & last
        return at

    def _grow(self) -> None:
        numbers = self._slots
        self._slots = array("q", bytes(16 * len(numbers)))
        for number in numbers:
            if number:
                self._slots[self._place(number)] = number
