"""Marks in texts: the words that somebody looked for, and the words in which two texts differ."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup, escape

from nabz.kit import persian
from nabz.terminology.model import asked_words

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN: Final = 300
"""A list shows so many letters of a value; the whole stands on the page of its code."""

MOST_WORDS: Final = 60
"""Where more words than these stand between what two texts begin and end with alike, all of them are marked."""

MOST_STEPS: Final = 200_000
"""So much work the marks of a page may be: what comes after it is shown without any."""

_HALF_SPACE: Final = "\u200c"
Span = tuple[int, int]


class Piece(NamedTuple):
    """A word or a sign of a text: which one it is, and where it stands."""

    text: str
    number: int
    start: int
    end: int


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


class Differences:
    """Marks what two texts differ in, as long as its budget lasts: texts come from anybody who sends a file."""

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self.steps = steps

    def __call__(self, before: str, after: str) -> tuple[Markup, Markup]:
        """Give two texts, in the first of which is marked what has gone and in the second what has come."""
        self.steps -= len(before) + len(after)
        if self.steps < 0:
            return escape(before), escape(after)
        old, new = _pieces(before), _pieces(after)
        head = _alike(old, new)
        tail = _alike(old[head:][::-1], new[head:][::-1])
        gone, come = old[head : len(old) - tail], new[head : len(new) - tail]
        if max(len(gone), len(come)) <= MOST_WORDS:
            self.steps -= len(gone) * len(come)
            if self.steps < 0:
                return escape(before), escape(after)
            gone, come = _unlike(gone, come)
        return _written(before, _spans(gone), "del"), _written(after, _spans(come), "ins")


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


def _pieces(text: str) -> list[Piece]:
    """Give the words and signs of a text in their order; blanks are none, they only part the others."""
    found = enumerate(re.finditer(r"\w+(?:[.٫/]\w+)*|[^\w\s]", text))
    return [Piece(match[0], number, match.start(), match.end()) for number, match in found]


def _alike(old: list[Piece], new: list[Piece]) -> int:
    """Tell how many pieces two texts begin with alike."""
    both = enumerate(zip(old, new, strict=False))
    return next((count for count, (a, b) in both if a.text != b.text), min(len(old), len(new)))


def _unlike(old: list[Piece], new: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Leave out of both what the longest row of pieces that stands in both holds: never more than the product."""
    lengths = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for a in range(len(old) - 1, -1, -1):
        for b in range(len(new) - 1, -1, -1):
            same = old[a].text == new[b].text
            lengths[a][b] = lengths[a + 1][b + 1] + 1 if same else max(lengths[a + 1][b], lengths[a][b + 1])
    gone, come = [], []
    a = b = 0
    while a < len(old) and b < len(new):
        if old[a].text == new[b].text:
            a, b = a + 1, b + 1
        elif lengths[a + 1][b] >= lengths[a][b + 1]:
            gone.append(old[a])
            a += 1
        else:
            come.append(new[b])
            b += 1
    return [*gone, *old[a:]], [*come, *new[b:]]


def _spans(pieces: list[Piece]) -> list[Span]:
    """Give the places of pieces; those that follow one another are one, with the blanks between them."""
    spans: list[Span] = []
    last = -2
    for piece in pieces:
        if piece.number == last + 1:
            spans[-1] = (spans[-1][0], piece.end)
        else:
            spans.append((piece.start, piece.end))
        last = piece.number
    return spans
