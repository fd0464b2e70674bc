"""Marks in texts: the words that somebody looked for, and the words in which two texts differ."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from nabz.kit import persian
from nabz.terminology.model import asked_words

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN: Final = 300
"""A list shows so many letters of a value; the whole stands on the page of its code."""

MOST_WORDS: Final = 400
"""Longer texts are shown without marks: comparing takes the square of their length."""

_HALF_SPACE: Final = "\u200c"
Span = tuple[int, int]


class Marker:
    """Marks the words that were asked for, as search sees them: in any spelling of letters and digits."""

    def __init__(self, asked: str) -> None:
        self._words = tuple(dict.fromkeys(asked_words(asked)))

    def __call__(self, text: str) -> Markup:
        """Give a text with its marks, cut where a list has no room for more."""
        cut = len(text) > SHOWN
        return _written(text[:SHOWN], self._spans(text[:SHOWN]), "mark") + ("…" if cut else "")

    def _spans(self, text: str) -> list[Span]:
        line, places, begins = _folded(text)
        found: list[Span] = []
        for word in self._words:
            at = [match.start() for match in re.finditer(re.escape(word), line)]
            # Search finds the middle of a word as well, but who reads looks at its beginning first.
            nearest = [start for start in at if start in begins] or at
            found += [(places[start], places[start + len(word) - 1] + 1) for start in nearest]
        return _joined(found, text)


def differing(before: str, after: str) -> tuple[Markup, Markup]:
    """Give two texts, in the first of which is marked what has gone and in the second what has come."""
    old, new = _pieces(before), _pieces(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return escape(before), escape(after)
    gone: list[Span] = []
    come: list[Span] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            gone.append((_length(old[:a]), _length(old[:b])))
            come.append((_length(new[:c]), _length(new[:d])))
    return _written(before, gone, "del"), _written(after, come, "ins")


def _folded(text: str) -> tuple[str, list[int], set[int]]:
    """Give a text as search sees it, where each of its letters stands, and which of them begin a word."""
    letters: list[str] = []
    places: list[int] = []
    begins: set[int] = set()
    fresh = True
    for place, letter in enumerate(text):
        bones = _bones(letter)
        if bones and fresh:
            begins.add(len(letters))
        # A half-space joins two words for search, and parts them for the eye.
        fresh = bones == " " or letter == _HALF_SPACE or (fresh and not bones)
        letters += bones
        places += [place] * len(bones)
    return "".join(letters), places, begins - {at for at, letter in enumerate(letters) if letter == " "}


@lru_cache(4096)
def _bones(letter: str) -> str:
    """Give what is left of a letter for search; what parts words is a blank, a vowel sign is nothing."""
    bare = persian.search_text(letter)
    if not bare:
        return " " if letter.isspace() else ""
    return re.sub(r"[\W_]", " ", bare)


def _joined(spans: list[Span], text: str) -> list[Span]:
    """Give spans in their order that do not touch; each takes the signs on its last letter with it."""
    whole: list[Span] = []
    for start, end in sorted(spans):
        while end < len(text) and not _bones(text[end]) and text[end] != _HALF_SPACE:
            end += 1  # noqa: PLW2901 - the span grows
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def _written(text: str, spans: list[Span], mark: str) -> Markup:
    return Markup("").join(_parts(text, spans, Markup(f"<{mark}>{{}}</{mark}>")))  # noqa: S704 - names of ours


def _parts(text: str, spans: list[Span], frame: Markup) -> Iterator[Markup]:
    at = 0
    for start, end in spans:
        yield escape(text[at:start])
        if end > start:
            yield frame.format(text[start:end])
        at = end
    yield escape(text[at:])


def _pieces(text: str) -> list[str]:
    return re.findall(r"\s+|\w+(?:[.٫/]\w+)*|[^\w\s]", text)


def _length(pieces: list[str]) -> int:
    return sum(map(len, pieces))
