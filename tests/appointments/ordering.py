"""The search: it goes through a history and keeps every way in which it may have gone so far."""

from __future__ import annotations

import math
from bisect import insort
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from tests.appointments.history import Operation
from tests.appointments.ways import Best, Group, State, Trails, Way, Ways

FIRM, MAYBE, LOOK = range(3)
Move = tuple[str, ...]
States = tuple[State, ...]


class Model(Protocol):
    """A specification of things whose operations are put in order. States are values that can be compared."""

    @property
    def operations(self) -> Sequence[Operation]: ...

    def start(self, thing: str, /) -> Hashable:
        """The state of a thing before the history."""

    def moves(self, asked: Operation) -> tuple[Move, ...]:
        """The things that it touches at once; several where it may touch either these or those; none: not checked."""

    def after(self, asked: Operation, move: Move, states: tuple[Any, ...], /) -> Iterable[tuple[Any, ...]]:
        """The states that the things of one move may have after it; none where it cannot be."""

    def waits(self, asked: Operation, move: Move, states: tuple[Any, ...], /) -> Iterable[int]:
        """Where it cannot be: the places of things of which one must change before it can."""

    def optional(self, asked: Operation) -> bool:
        """Whether it may also never have taken effect."""

    def looks(self, asked: Operation) -> bool:
        """Whether it changes nothing in any state; then it has one move."""

    def told(self, state: Any) -> str:
        """The state for a reader."""


class TangledError(Exception):
    """The history leaves too many ways open."""


class Step(NamedTuple):
    """An operation in its place of an order, and what the things were after it."""

    operation: Operation
    told: tuple[str, ...]


class Ordering:
    """One walk through a history, from answer to answer."""

    def __init__(self, operations: Sequence[Operation], model: Model, limit: int) -> None:
        self.model = model
        self.limit = limit
        self.all = operations
        self.moves = [model.moves(one) for one in operations]
        self.touches = [{thing for move in moves for thing in move} for moves in self.moves]
        self.kind = [MAYBE if model.optional(one) else LOOK if model.looks(one) else FIRM for one in operations]
        # Of operations that differ only in their times, the one that must end first may as well go first.
        self.alike = [one.like for one in operations]
        self.rank = [(math.inf if one.back is None else one.back, one.call, at) for at, one in enumerate(operations)]
        self.pending = defaultdict[str, list[int]](list)
        self.groups: dict[str, Group] = {}
        self.settled = set[int]()
        self.known: dict[tuple[int, Move, States], tuple[States, ...]] = {}
        self.turn = 0

    def run(self) -> int | None:
        """The operation at whose end no way is left. Raises TangledError."""
        # At equal times calls come first: then the two may have met.
        calls = [(one.call, 0, at) for at, one in enumerate(self.all) if self.moves[at]]
        backs = [(one.back, 1, at) for at, one in enumerate(self.all) if self.moves[at] and one.back is not None]
        for _, returns, at in sorted(calls + backs):
            if not returns:
                self._called(at)
            elif at not in self.settled and not self._ended(at):
                return at
        return None

    def retold(self, things: Iterable[str]) -> tuple[tuple[str, ...], tuple[Step, ...]]:
        """One of the ways that are left, from its beginning, with all things that are tied to these now."""
        turns: dict[int, int] = {}
        told = defaultdict[int, list[str]](list)
        groups = {id(group): group for group in (self.groups[thing] for thing in things if thing in self.groups)}
        for group in groups.values():
            for thing, trail in zip(group.things, next(iter(group.ways.values())), strict=True):
                walked = trail
                while walked:
                    (turn, at, state), walked = walked
                    turns[at] = max(turn, turns.get(at, 0))
                    told[at].append(f"{thing} {self.model.told(state)}")
        tied = {thing for group in groups.values() for thing in group.things}
        steps = (Step(self.all[at], tuple(told[at])) for at in sorted(turns, key=turns.__getitem__))
        return tuple(sorted({*tied, *things})), tuple(steps)

    # ---------------------------------------------------------------- the two events

    def _called(self, at: int) -> None:
        for thing in self.touches[at]:
            insort(self.pending[thing], at, key=self.rank.__getitem__)
            if thing not in self.groups:
                self.groups[thing] = Group((thing,), {Way((self.model.start(thing),)): (None,)})
        if self.kind[at] == LOOK:
            group = self.groups[self.moves[at][0][0]]
            if self.touches[at] <= group.place.keys():
                group.ways = dict(self._looked(group, way, trails, [at]) for way, trails in group.ways.items())
                self._settle(group)

    def _ended(self, at: int) -> bool:
        """Put it in order at the latest now; false when no way is left."""
        reach = set(self.touches[at])
        while True:
            group = self._joined(reach)
            wider, found = self._forced(group, at)
            if wider <= reach:
                break
            reach |= wider
        if self.kind[at] == MAYBE:
            # It may as well never have been.
            for way, trails in group.ways.items():
                found.setdefault(way.without(frozenset({at})), trails)
        if not found:
            return False
        self._drop(at)
        group.ways = self._fewest(group, found, reach)
        self._settle(group)
        if len(group.things) > 1:
            for part in group.parted(self.touches):
                self._place(part)
        return True

    def _drop(self, at: int) -> None:
        for thing in self.touches[at]:
            self.pending[thing].remove(at)

    def _settle(self, group: Group) -> None:
        """Forget the operations that every way has: nothing more depends on when they were."""
        sure = frozenset.intersection(*(way.used for way in group.ways))
        if sure:
            for at in sure:
                self._drop(at)
            self.settled |= sure
            group.ways = {way.without(sure): trails for way, trails in group.ways.items()}

    def _joined(self, things: Iterable[str]) -> Group:
        groups = list({id(group): group for group in (self.groups[thing] for thing in things)}.values())
        if len(groups) == 1:
            return groups[0]
        self._count(math.prod(len(group.ways) for group in groups))
        whole = Group.joined(groups)
        self._place(whole)
        return whole

    def _place(self, group: Group) -> None:
        for thing in group.things:
            self.groups[thing] = group

    # ---------------------------------------------------------------- the search

    def _forced(self, group: Group, at: int) -> tuple[set[str], Ways]:
        """All ways to have it in order, with no more of the others than had to be tried before it."""
        gone = frozenset({at})
        looks = self._looks(group)
        tried = Best()
        found: Ways = {}
        reach = set[str]()
        todo: list[tuple[Way, Trails]] = []

        def take(way: Way, trails: Trails) -> None:
            way, trails = self._looked(group, way, trails, looks)
            if at in way.used:
                found.setdefault(way.without(gone), trails)
            elif tried.add(way):
                todo.append((way, trails))

        for way, trails in group.ways.items():
            take(way, trails)
        first = [(at, move) for move in self.moves[at]]
        for way, trails in todo:
            wider, nexts = self._nexts(group, way, first)
            reach |= wider
            if not reach <= group.place.keys():
                break
            for one, move, states in nexts:
                take(*self._applied(group, way, trails, one, move, states))
        return reach, found

    def _nexts(
        self, group: Group, way: Way, first: Iterable[tuple[int, Move]]
    ) -> tuple[set[str], list[tuple[int, Move, States]]]:
        """The operations that may be next, as far as the first ones can depend on them; and the things looked at.

        What can be done depends on all that touches its things. What cannot be done only waits for some of them.
        """
        reach, seen = set[str](), set[tuple[int, Move]]()
        heads: dict[object, int] = {}
        nexts: list[tuple[int, Move, States]] = []
        used = way.used
        todo = list(first)
        for at, move in todo:
            if (at, move) in seen or at in used or heads.get(self.alike[at], at) != at:
                continue
            seen.add((at, move))
            wider = set(move) | self._mentioning(at)
            if wider <= group.place.keys():
                old = tuple(way.states[group.place[thing]] for thing in move)
                news = self._after(at, move, old)
                if news:
                    heads[self.alike[at]] = at
                    nexts += [(at, move, new) for new in news]
                else:
                    wider = {move[place] for place in self.model.waits(self.all[at], move, old)}
            for thing in wider - reach:
                todo += self._touching(thing)
            reach |= wider
        return reach, nexts

    def _touching(self, thing: str) -> Iterator[tuple[int, Move]]:
        for at in self.pending[thing]:
            for move in self.moves[at]:
                if thing in move:
                    yield at, move

    def _mentioning(self, at: int) -> set[str]:
        """The things where an operation with several moves is in some way already."""
        if len(self.moves[at]) == 1:
            return set()
        groups = (self.groups[move[0]] for move in self.moves[at])
        return {group.things[0] for group in groups if any(at in way.maybe or at in way.firm for way in group.ways)}

    def _after(self, at: int, move: Move, old: States) -> tuple[States, ...]:
        known = self.known.get((at, move, old))
        if known is None:
            news = self.model.after(self.all[at], move, old)
            # What may never have been is not worth assuming where it changes nothing.
            known = tuple(new for new in news if new != old or self.kind[at] != MAYBE)
            self.known[at, move, old] = known
        return known

    def _applied(self, group: Group, way: Way, trails: Trails, at: int, move: Move, new: States) -> tuple[Way, Trails]:
        self._count()
        places = [group.place[thing] for thing in move]
        states = list(way.states)
        for place, state in zip(places, new, strict=True):
            states[place] = state
        return way.with_(at, maybe=self.kind[at] == MAYBE, states=tuple(states)), self._trod(trails, places, at, new)

    def _looks(self, group: Group) -> list[int]:
        every = {at for thing in group.things for at in self.pending[thing] if self.kind[at] == LOOK}
        return [at for at in every if self.touches[at] <= group.place.keys()]

    def _looked(self, group: Group, way: Way, trails: Trails, looks: list[int]) -> tuple[Way, Trails]:
        """The way with every look that fits it: it changes nothing, so the first chance is as good as any."""
        fits = set[int]()
        for at in looks:
            if at in way.looked:
                continue
            places = [group.place[thing] for thing in self.moves[at][0]]
            states = tuple(way.states[place] for place in places)
            if self._after(at, self.moves[at][0], states):
                fits.add(at)
                trails = self._trod(trails, places, at, states)
        return (way._replace(looked=way.looked | fits) if fits else way), trails

    def _fewest(self, group: Group, found: Ways, reach: Iterable[str]) -> Ways:
        """Leave out the ways that another one still leads to."""
        if len(found) == 1:
            return found
        best = Best()
        for way in found:
            best.add(way)
        ways = list(best)
        if len(ways) > 1:
            looks = self._looks(group)
            later = Best()
            first = [one for thing in reach for one in self._touching(thing)]
            for way in ways:
                for at, move, states in self._nexts(group, way, first)[1]:
                    next_, trails = self._applied(group, way, found[way], at, move, states)
                    later.add(self._looked(group, next_, trails, looks)[0])
            ways = [way for way in ways if not later.knows(way)]
        return {way: found[way] for way in ways}

    def _trod(self, trails: Trails, places: list[int], at: int, states: States) -> Trails:
        self.turn += 1
        more = list(trails)
        for place, state in zip(places, states, strict=True):
            more[place] = ((self.turn, at, state), trails[place])
        return tuple(more)

    def _count(self, ways: int = 1) -> None:
        self.limit -= ways
        if self.limit < 0:
            raise TangledError("too many ways are open: give lost answers an end, or record fewer clients at once")
