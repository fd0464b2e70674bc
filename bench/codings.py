"""A made-up terminology: words that no language has, each as frequent as words are, and three versions of the codes."""

from __future__ import annotations

import csv
import random
from datetime import UTC, datetime
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nabz.kit.persian import search_text

if TYPE_CHECKING:
    from collections.abc import Iterator

ID = "BenchCodes"
VERSIONS = ("1", "2", "3")
PUBLISHED = tuple(datetime(2026, 11, day, 8, tzinfo=UTC) for day in (1, 10, 19))
"""The instants at which they were published."""

WORDS = 30_000
FEWEST, MOST = 3, 8
GROUP = 100
CHANGED, RETIRED = {2: (1, 2), 3: (4, 5)}, {2: 3, 3: 6}
"""Which of each hundred codes another version changes or retires; the first of a hundred has children and stays."""

_LARGEST, _SCATTERING = 98_999_993, 48_271
_PERSIAN = ("ب پ ت ج چ خ د ر ز س ش ف ق ک گ ل م ن ه و ی", "ا و ی ا  ", " ن ر م ل س")
_LATIN = ("b c d f g h k l m n p r s t v x z ph th st tr", "a e i o u a e i", " n r m l s x")


class Row(NamedTuple):
    """A line of the file."""

    code: str
    value: str
    en: str
    parent: str
    retired: str
    successor: str


def code(index: int) -> str:
    """Seven or eight digits, scattered so that the order of the codes says nothing."""
    return str(1_000_000 + index * _SCATTERING % _LARGEST)


def added(size: int) -> int:
    """So many codes each version after the first adds."""
    return size // 100


@cache
def words(*, latin: bool) -> tuple[str, ...]:
    """The words by their rank, the most frequent first."""
    chance = random.Random("latin" if latin else "persian")
    beginnings, vowels, endings = (letters.split(" ") for letters in (_LATIN if latin else _PERSIAN))
    made: dict[str, None] = {}
    while len(made) < WORDS:
        syllables = chance.choices((1, 2, 3, 4), (1, 6, 5, 2))[0]
        word = "".join(chance.choice(beginnings) + chance.choice(vowels) for _ in range(syllables))
        made[word + chance.choice(endings)] = None
    return tuple(word for word in made if len(word) > 1)


@cache
def frequencies(count: int) -> list[float]:
    """How often each word comes, as Zipf found it: the second half as often as the first, and so on (summed up)."""
    return list(accumulate(1 / rank for rank in range(1, count + 1)))


def texts(index: int, revision: int) -> tuple[str, str]:
    """What a code means in Persian and in Latin letters."""
    chance = random.Random(index * 4 + revision)
    return tuple(
        " ".join(chance.choices(known, cum_weights=frequencies(len(known)), k=chance.randint(FEWEST, MOST)))
        for known in (words(latin=False), words(latin=True))
    )  # type: ignore[return-value]


def revision(size: int, index: int, version: int) -> int:
    """The version that gave a code the text that it has in another."""
    if index >= size:
        return 0
    return max((step for step, places in CHANGED.items() if step <= version and index % GROUP in places), default=0)


def gone_since(size: int, index: int) -> int:
    """The version that retires a code, or one that never comes."""
    return next((step for step, place in RETIRED.items() if index < size and index % GROUP == place), 99)


def rows(size: int, version: int) -> Iterator[Row]:
    """The whole of a version in the order of the codes, as such files are published.

    Of what it retires half is named with its successor, the other half is left out.
    """
    for index in sorted(range(size + (version - 1) * added(size)), key=code):
        gone = gone_since(size, index)
        group = index - index % GROUP
        if gone == version and index // GROUP % 2:
            yield Row(code(index), *texts(index, revision(size, index, version)), "", "yes", code(group))
        elif gone > version:
            parent = code(group) if index % GROUP > GROUP // 2 else ""
            yield Row(code(index), *texts(index, revision(size, index, version)), parent, "", "")


def living(size: int, count: int) -> list[int]:
    """So many different codes of the first version at random, all still in force in the last."""
    chance = random.Random("codes")
    every = range(size)
    drawn = chance.sample(every, min(size, count * 5 // 4))
    return [index for index in drawn if gone_since(size, index) > len(VERSIONS)][:count]


def files(folder: Path, size: int) -> list[Path]:
    """The versions as files, made once."""
    made = [folder / f"codings_{size}_{version}.csv" for version in VERSIONS]
    for version, path in enumerate(made, 1):
        if not path.exists():
            building = path.with_suffix(".building")
            with building.open("w", encoding="utf-8", newline="") as stream:
                table = csv.writer(stream)
                table.writerow(Row._fields)
                table.writerows(rows(size, version))
            building.rename(path)
    return made


def typed(count: int) -> dict[str, list[str]]:
    """What is typed into the search, by kind: words as frequent as they are in the texts, half of them Latin."""
    chance = random.Random("typed")

    def drawn() -> str:
        known = words(latin=chance.random() < 0.5)
        return chance.choices(known, cum_weights=frequencies(len(known)))[0]

    def begun(letters: int) -> list[str]:
        long = (word for word in iter(drawn, "") if len(search_text(word)) > letters)
        return [next(long)[:letters] for _ in range(count)]

    def some(ranks: range) -> list[str]:
        return [words(latin=number % 2 == 0)[chance.choice(ranks)] for number in range(count)]

    def pair(index: int) -> str:
        first, second = chance.sample(texts(index, 0)[index % 2].split(), 2)
        return f"{first} {second}"

    return {
        **{f"{letters} letters": begun(letters) for letters in (1, 2, 3, 5)},
        "two words": [pair(index) for index in chance.sample(range(1000), count)],
        "common word": some(range(20)),
        "rare word": some(range(WORDS // 3, WORDS - 100)),
        "code begun": [code(chance.randrange(1000))[:4] for _ in range(count)],
        "nothing there": [drawn() + drawn() for _ in range(count)],
    }
