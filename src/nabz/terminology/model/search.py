"""Search: the words of a text, and how near it is to what somebody looks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from nabz.kit import persian

SHORTEST: Final = 3
"""So many letters a word has at least to be found inside of another."""

HEAD: Final = 32
"""So many letters of what is kept for search stand in an index of their own."""

_BETWEEN: Final = re.compile(r"[\W_]+")


def words_of(text: str) -> list[str]:
    """Give the words of a text as search sees them: a half-space may stand for a blank or for nothing."""
    return _BETWEEN.sub(" ", persian.search_text(text)).split()


def asked_words(text: str) -> list[str]:
    """Give the words that somebody looks for."""
    return words_of(text.replace("\u200c", " "))[:12]


def wordings_of(text: str) -> list[list[str]]:
    """Give the ways in which what somebody looks for may be kept: of a half-space nothing is left."""
    apart, together = asked_words(text), words_of(text)[:12]
    short = all(len(word) < SHORTEST for word in apart)  # by themselves they would be found at the beginnings of words
    found = [apart, together, *([["".join(apart)]] if short else [])]
    return [words for place, words in enumerate(found) if any(words) and words not in found[:place]]


def search_line(words: Iterable[str]) -> str:
    """Give what is kept for search: two blanks before each word, so that trigrams know where words begin."""
    return "".join(f"  {word}" for word in dict.fromkeys(words))


class Candidate(NamedTuple):
    """What ranking needs to know of an entry; of some hundreds only the nearest are read whole."""

    entry: int
    number: int
    code: str
    value: str
    head: str
    search: str


def rank(of: Candidate, asked: str, words: Sequence[str]) -> tuple[int, int, str]:
    """Tell how near a candidate is to what was asked; the smallest first.

    By what is kept for search: to fold a few hundred texts anew took a third of the time.
    """
    begun = search_line(words)
    head, code = begun[:HEAD], of.code.casefold()
    if code == asked:
        place = 0
    elif of.head == head and (len(begun) < HEAD or words_of(of.value) == words):
        place = 1
    elif code.startswith(asked):
        place = 2
    elif of.head.startswith(head):
        place = 3
    elif all(f"  {word}" in of.search for word in words):
        place = 4
    elif all(word in of.search for word in words):
        place = 5
    else:
        place = 6
    return place, len(of.value), of.code
