"""What a process keeps in order to search a catalogue as one types: which words begin how, and in which services.

Only that, and their keys: a hit itself, with its price of the day, is remembered or read elsewhere.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from nabz.kit.persian import search_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nabz.prescriptions.model.catalogue import Key, Service

LONGEST_ASKED: Final = 100
MOST_WORDS: Final = 8
CAP: Final = 500
"""So many candidates of each kind are ranked: the first letter of a name has thousands."""

MOST_LOOKED_AT: Final = 30_000
HALF_SPACE: Final = "\u200c"

_WORD: Final = re.compile(r"[0-9]+|[^\W\d_]+")
_LAST: Final = "\U0010ffff"
_EXACT, _CODE, _HEAD, _FIRST, _REST = range(5)


def words_of(text: str) -> list[str]:
    """Give the words of a text as they are searched for: a number and its unit are two."""
    return _WORD.findall(search_text(text))


class Index:
    """The words of one version of a catalogue."""

    __slots__ = ("_codes", "_heads", "_ids", "_lines", "_numbers", "_starts", "_types", "_words", "keys", "version")

    def __init__(self, version: int, services: Iterable[Service]) -> None:
        self.version = version
        # A service's number is its place in this order, so that the smaller one is the better hit of two alike.
        shown = sorted((one for one in services if one.visible), key=lambda one: (not one.insured, one.name, one.code))
        words = _Words()
        self._ids = array("q", (one.id for one in shown))
        self.keys: dict[int, Key] = {one.id: one.key for one in shown}
        self._types = [one.type for one in shown]
        self._lines = [_line(one, words) for one in shown]
        self._codes = sorted((code.casefold(), number) for number, one in enumerate(shown) for code in _codes(one))
        self._heads = sorted((" ".join(words.of(one.name)), number) for number, one in enumerate(shown))
        places: dict[str, array[int]] = {}
        for number, line in enumerate(self._lines):
            for word in line.split():
                places.setdefault(word, array("l")).append(number)
        self._words = sorted(places)
        self._numbers = [places[word] for word in self._words]
        self._starts = array("l", [0])
        for numbers in self._numbers:
            self._starts.append(self._starts[-1] + len(numbers))

    def __len__(self) -> int:
        return len(self._ids)

    def find(self, text: str, types: Sequence[str] = (), limit: int = 20) -> list[int]:
        """Give the srvIds of the nearest services whose words begin with all that was typed, in any order."""
        asked = search_text(text[:LONGEST_ASKED])
        words = _WORD.findall(asked)[:MOST_WORDS]
        if not words:
            return []
        ranks: dict[int, int] = {}
        for code, number in self._begun(self._codes, asked, types):
            ranks[number] = _EXACT if code == asked else ranks.get(number, _CODE)
        for _, number in self._begun(self._heads, " ".join(words), types):
            ranks.setdefault(number, _HEAD)
        if len(ranks) < limit:  # what only has the words somewhere comes behind these
            for rank, number in self._holding(words, types):
                ranks.setdefault(number, rank)
        nearest = sorted(ranks, key=lambda number: (ranks[number], number))
        return [self._ids[number] for number in nearest[:limit]]

    def _begun(self, kept: list[tuple[str, int]], start: str, types: Sequence[str]) -> list[tuple[str, int]]:
        """Give what begins so."""
        low, high = bisect_left(kept, (start,)), bisect_left(kept, (start + _LAST,))
        kinds = self._types
        return list(islice((each for each in kept[low:high] if not types or kinds[each[1]] in types), CAP))

    def _holding(self, words: list[str], types: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Give what has words that begin with all of these."""
        lines, kinds = self._lines, self._types
        marks = [f" {word}" for word in words]
        left = CAP
        for number in islice(self._rarest(words), MOST_LOOKED_AT):
            line = lines[number]
            if (not types or kinds[number] in types) and all(mark in line for mark in marks):
                yield _FIRST if line.startswith(marks[0]) else _REST, number
                left -= 1
                if not left:
                    return

    def _rarest(self, words: list[str]) -> Iterator[int]:
        """Give the services that have the word of which there are fewest."""
        spans = [(bisect_left(self._words, word), bisect_left(self._words, word + _LAST)) for word in words]
        low, high = min(spans, key=lambda span: self._starts[span[1]] - self._starts[span[0]])
        return chain.from_iterable(self._numbers[low:high])


class _Words:
    """Takes texts apart; the same few words stand in most of them, and folding one takes long."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, text: str) -> list[str]:
        found: list[str] = []
        for part in text.split():
            known = self._known.get(part)
            if known is None:
                known = self._known[part] = tuple(words_of(part))
            found += known
        return found


def _line(service: Service, words: _Words) -> str:
    """Give the words of a service, the first of its name at the beginning, each with a blank before it."""
    names = (service.name, service.name_fa, service.name_en, service.generic, service.substance, service.form)
    text = " ".join((*names, *_codes(service)))
    found = words.of(text)
    if HALF_SPACE in text:  # what is written with one is also typed as two words
        found += words.of(text.replace(HALF_SPACE, " "))
    return "".join(f" {word}" for word in dict.fromkeys(found))


def _codes(service: Service) -> Sequence[str]:
    """Give the ways in which somebody may begin to type its code."""
    codes = (service.code, service.srv_code, service.code.lstrip("0"), service.irc)
    return [code for code in dict.fromkeys(codes) if code]
