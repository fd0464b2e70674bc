"""The ways in which it may have gone so far, of things that are kept apart as long as nothing ties them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, product
from typing import Any, NamedTuple

State = Any
Set = frozenset[int]
EMPTY: Set = frozenset()


class Way(NamedTuple):
    """One way in which it may have gone: the states, and which operations without an answer yet are in it."""

    states: tuple[State, ...]
    firm: Set = EMPTY
    maybe: Set = EMPTY
    looked: Set = EMPTY

    def with_(self, index: int, *, maybe: bool, states: tuple[State, ...]) -> Way:
        """This way with one more operation."""
        one = {index}
        if maybe:
            return Way(states, self.firm, self.maybe | one, self.looked)
        return Way(states, self.firm | one, self.maybe, self.looked)

    def without(self, gone: Set) -> Way:
        """This way when operations need not be remembered any more."""
        return Way(self.states, self.firm - gone, self.maybe - gone, self.looked - gone)

    @property
    def used(self) -> Set:
        return self.firm | self.maybe | self.looked


Trail = tuple[Any, ...] | None
"""How a thing came to its state, the last first: ((turn, operation, state), earlier)."""
Trails = tuple[Trail, ...]
Ways = dict[Way, Trails]


class Best:
    """Ways without those that are no better than another: the same states, less open, more done."""

    def __init__(self) -> None:
        self._known: dict[tuple[tuple[State, ...], Set], list[Way]] = defaultdict(list)

    def add(self, way: Way) -> bool:
        """Remember a way, unless one as good is known."""
        if self.knows(way):
            return False
        known = self._known[way.states, way.firm]
        known[:] = [other for other in known if not (way.maybe <= other.maybe and way.looked >= other.looked)]
        known.append(way)
        return True

    def knows(self, way: Way) -> bool:
        """Tell whether one as good is known."""
        known = self._known.get((way.states, way.firm), ())
        return any(other.maybe <= way.maybe and other.looked >= way.looked for other in known)

    def __iter__(self) -> Iterator[Way]:
        return chain.from_iterable(self._known.values())


class Group:
    """Things whose ways belong together."""

    def __init__(self, things: Sequence[str], ways: Ways) -> None:
        self.things = tuple(things)
        self.place = {thing: at for at, thing in enumerate(things)}
        self.ways = ways

    @staticmethod
    def joined(groups: Sequence[Group]) -> Group:
        """Every way of each with every way of the others."""
        ways: Ways = {}
        for several in product(*(group.ways.items() for group in groups)):
            states = tuple(state for way, _ in several for state in way.states)
            sets = (frozenset().union(*(way[at] for way, _ in several)) for at in (1, 2, 3))
            ways[Way(states, *sets)] = tuple(trail for _, trails in several for trail in trails)
        return Group([thing for group in groups for thing in group.things], ways)

    def parted(self, touches: Sequence[set[str]]) -> list[Group]:
        """The things apart again whose ways are free to be combined; by what each operation touches."""
        some = {at for way in self.ways for at in way.used}
        ties = [touches[at] & self.place.keys() for at in some]
        tied = set().union(*ties)
        first, trails = next(iter(self.ways.items()))
        alone = {
            thing: Group((thing,), {Way((first.states[place],)): (trails[place],)})
            for thing, place in self.place.items()
            if thing not in tied and all(way.states[place] == first.states[place] for way in self.ways)
        }
        parts = list(alone.values())
        left = [thing for thing in self.things if thing not in alone]
        rest = self._part(left, touches) if alone and left else self
        for block in blocks(left, ties):
            if len(block) == len(left):
                break
            mine = [thing for thing in left if thing in block]
            others = [thing for thing in left if thing not in block]
            part, remaining = rest._part(mine, touches), rest._part(others, touches)
            if len(part.ways) * len(remaining.ways) == len(rest.ways):
                parts.append(part)
                rest, left = remaining, others
        return [*parts, rest] if left else parts

    def _part(self, things: Sequence[str], touches: Sequence[set[str]]) -> Group:
        places = [self.place[thing] for thing in things]
        ways: Ways = {}
        for way, trails in self.ways.items():
            away = frozenset(at for at in way.used if touches[at].isdisjoint(things))
            kept = way._replace(states=tuple(way.states[place] for place in places)).without(away)
            ways.setdefault(kept, tuple(trails[place] for place in places))
        return Group(things, ways)


def blocks(things: Iterable[str], ties: Iterable[Collection[str]]) -> list[set[str]]:
    """The things in sets that no tie crosses."""
    block = {thing: {thing} for thing in things}
    for tie in ties:
        first, *others = tie
        for other in others:
            if block[other] is not block[first]:
                block[first] |= block[other]
                block |= dict.fromkeys(block[other], block[first])
    return list({id(one): one for one in block.values()}.values())
