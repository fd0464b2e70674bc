"""Plans of objects and lists: the keys of a Struct are folded, those of a free map stay as they are."""

from __future__ import annotations

import re
from typing import Final

from nabz.kit.reader.leaves import ANY, RAW, Plan, Stop
from nabz.kit.reader.problems import BodyTooDeep, KeyTwice, KeyUnknown

_NAME: Final = re.compile(r" ?[A-Za-z_][A-Za-z0-9_.@-]{0,63} ?")


def shown(key: str) -> str:
    """Give a key that the caller invented if it looks like a name, for a free key may be about a person."""
    return key if _NAME.fullmatch(key) else "…"


def folded(key: str) -> str:
    """Give what all spellings of one key have in common."""
    return key.strip().lower()


class Array(Plan):
    """A list, a set, or a tuple, whose first places may have plans of their own."""

    def __init__(self, places: tuple[Plan, ...], rest: Plan = ANY) -> None:
        self.places = places
        self.rest = rest

    def fold(self, value: object, left: int, keys: list[int]) -> object:
        """Fold every element."""
        if not isinstance(value, list):
            return value
        if not left:
            raise Stop(BodyTooDeep)
        for place, item in enumerate(value):
            plan = self.places[place] if place < len(self.places) else self.rest
            if item.__class__ is not plan.plain and (item is not None or plan is RAW):
                try:
                    value[place] = plan.fold(item, left - 1, keys)
                except Stop as stop:
                    stop.trail.append(f"[{place}]")
                    raise
        return value


class Map(Plan):
    """A free map: its keys are the caller's own and stay as they are."""

    def __init__(self, rest: Plan) -> None:
        self.rest = rest

    def fold(self, value: object, left: int, keys: list[int]) -> object:
        """Fold every value."""
        if not isinstance(value, dict):
            return value
        if not left:
            raise Stop(BodyTooDeep)
        keys[0] += len(value)
        plan = self.rest
        for key, item in value.items():
            if item.__class__ is not plan.plain and (item is not None or plan is RAW):
                try:
                    value[key] = plan.fold(item, left - 1, keys)
                except Stop as stop:
                    stop.trail.append("[...]")
                    raise
        return value


class Shape(Plan):
    """A Struct: its keys are found without regard to case and blanks, and by their other spellings."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self.exact: dict[str, Plan] = {}
        self.wire_names: dict[str, str] = {}

    def add(self, wire: str, spellings: tuple[str, ...], plan: Plan) -> None:
        """Give a field its name on the wire and its other spellings."""
        self.exact[wire] = plan
        for spelling in (wire, *spellings):
            if self.wire_names.setdefault(folded(spelling), wire) != wire:
                raise TypeError(f"{spelling!r} would fold to two fields")

    def fold(self, value: object, left: int, keys: list[int]) -> object:
        """Fold keys to the names of the wire, and every value by its own plan."""
        if not isinstance(value, dict):
            return value
        if not left:
            raise Stop(BodyTooDeep)
        keys[0] += len(value)
        exact = self.exact
        astray = []
        key = ""
        try:
            for key, item in value.items():
                plan = exact.get(key)
                if plan is None:
                    astray.append(key)
                elif item.__class__ is not plan.plain and (item is not None or plan is RAW):
                    value[key] = plan.fold(item, left - 1, keys)
            for stray in astray:
                item = value.pop(stray)
                key = self.wire_names.get(folded(stray), "")
                if not key:
                    key = shown(stray)
                    self.pass_over(item, left, keys)
                elif key in value:
                    raise Stop(KeyTwice)  # noqa: TRY301 - the path is gathered below
                elif item is None and exact[key] is not RAW:
                    value[key] = None
                else:
                    value[key] = exact[key].fold(item, left - 1, keys)
        except Stop as stop:
            stop.trail.append(key)
            raise
        return value

    def pass_over(self, item: object, left: int, keys: list[int]) -> None:
        """Pass over what the message does not have, once it is known to be harmless."""
        if self.strict:
            raise Stop(KeyUnknown)
        ANY.fold(item, left - 1, keys)


class Either(Plan):
    """A union: the kind of the value decides."""

    def __init__(self, shape: Plan, array: Plan, leaf: Plan) -> None:
        self.shape, self.array, self.leaf = shape, array, leaf

    def fold(self, value: object, left: int, keys: list[int]) -> object:
        """Choose by the kind of the value."""
        plan = self.shape if isinstance(value, dict) else self.array if isinstance(value, list) else self.leaf
        return plan.fold(value, left, keys)
