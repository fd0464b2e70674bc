"""From bytes, or from the fields of a form, to the value of a type."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from nabz.kit.errors import Problem
from nabz.kit.reader import problems
from nabz.kit.reader.containers import Array, Map, Shape, shown
from nabz.kit.reader.leaves import Plan, Stop
from nabz.kit.reader.plans import plan_of

T = TypeVar("T")

_MARK: Final = b"\xef\xbb\xbf"
_OTHER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*+\\u0000")
_LONE: Final = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])")
_KEY_END: Final = re.compile(rb'"[ \t\r\n]*+:')
_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_EXPECTED: Final = re.compile(r"Expected (.+?)(?:, got| - at|$)")
_MISSING: Final = re.compile(r"Object missing required field `(.*?)`(?: - at `|$)")
_PLACE: Final = re.compile(r" - at `(?:key in )?\$([^`]*)`$")
_LONGEST_NUMBER: Final = 64
_LARGEST_EXPONENT: Final = 99


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of it is read."""

    size: int = 1 << 20  # bytes
    depth: int = 32  # objects and lists inside each other
    values: int = 100_000  # keys and elements of the whole message


LIMITS: Final = Limits()


def read(body: bytes, type_: type[T], limits: Limits = LIMITS, *, empty_is_object: bool = False) -> T:
    """Read a JSON body into a type, generously in spelling and strictly in everything else.

    Raises the problems of this package, and a TypeError for a type that is not for the reader.
    """
    plan = plan_of(type_)
    keys = [0]
    try:
        tree, text = _parse(body, plan, limits, empty_is_object=empty_is_object)
        tree = plan.fold(tree, limits.depth, keys)
        # Every key has one colon, so as many colons as keys met means that none was lost as a twin.
        if text.count(b":") != keys[0] and len(_KEY_END.findall(text)) != keys[0]:
            _refuse_twins(text)
        return msgspec.convert(tree, type_, str_keys=True)
    except Stop as stop:
        raise _problem(stop, limits) from None
    except msgspec.ValidationError as error:
        raise _explained(str(error)) from None  # the cause may quote a value, so it is not shown
    except RecursionError:
        raise problems.BodyTooDeep(limit=limits.depth) from None


def read_fields(pairs: Iterable[tuple[str, str]], type_: type[T], limits: Limits = LIMITS) -> T:
    """Read the pairs of a query or a form into a flat Struct, by the same rules.

    Raises the problems of this package, and a TypeError for a type that is no Struct.
    """
    plan = plan_of(type_)
    if not isinstance(plan, Shape):
        raise TypeError("fields are read into a Struct only")
    fields: dict[str, str] = {}
    left = limits.size
    for name, text in pairs:
        left -= len(name) + len(text)
        if left < 0:
            raise problems.BodyTooLarge(limit=limits.size)
        if _is_broken(name) or _is_broken(text):
            raise problems.TextRefused
        if name in fields:
            raise problems.KeyTwice(path=shown(name))
        fields[name] = text
        if len(fields) > limits.values:
            raise problems.TooManyValues(limit=limits.values)
    try:
        return msgspec.convert(plan.fold(fields, limits.depth, [0]), type_, str_keys=True)
    except Stop as stop:
        raise _problem(stop, limits) from None
    except msgspec.ValidationError as error:
        raise _explained(str(error)) from None


def _parse(
    body: bytes, plan: Plan, limits: Limits, *, empty_is_object: bool = False, wrapped: bool = False
) -> tuple[object, bytes]:
    """Give the tree and the text it was parsed from, which is not the body when a client encoded twice."""
    if len(body) > limits.size:
        raise problems.BodyTooLarge(limit=limits.size)
    body = body.removeprefix(_MARK)
    if not body.strip():
        if empty_is_object:
            return {}, b""
        raise problems.BodyEmpty
    _check_bytes(body, limits)
    try:
        tree = _DECODER.decode(body)
    except UnicodeDecodeError:
        raise problems.BodyNotText from None
    except msgspec.ValidationError:  # without a type there is nothing to validate but the size of numbers
        raise problems.NumberRefused from None
    except msgspec.DecodeError as error:
        if "surrogate" in str(error) or _LONE.search(body):
            raise problems.TextRefused from None
        raise problems.BodyNotJson from None
    if isinstance(tree, str) and isinstance(plan, Shape | Map | Array):
        if wrapped:
            raise problems.BodyEncodedTwice
        return _parse(tree.encode(), plan, limits, empty_is_object=empty_is_object, wrapped=True)
    return tree, body


def _check_bytes(body: bytes, limits: Limits) -> None:
    """Refuse before parsing what would cost memory in the parsing."""
    if body.startswith(_OTHER_MARKS):
        raise problems.BodyNotText
    if b"\0" in body or (b"\\u0000" in body and _NUL.search(body)):
        raise problems.TextRefused
    most = limits.values
    if len(body) > most and _marks(body) > most and _marks(_STRING.sub(b"", body)) > most:
        raise problems.TooManyValues(limit=most)


def _marks(text: bytes) -> int:
    return text.count(b",") + text.count(b"{") + text.count(b"[")


def _float(text: str) -> float:
    exponent = text.lower().partition("e")[2]
    if len(text) > _LONGEST_NUMBER or (exponent and abs(int(exponent)) > _LARGEST_EXPONENT):
        raise problems.NumberRefused
    return float(text)


_DECODER: Final = msgspec.json.Decoder(float_hook=_float)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twin, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise problems.KeyTwice(path=shown(twin))
    return found


def _refuse_twins(text: bytes) -> None:
    """Settle with the slow parser what the counting left open."""
    json.loads(text, object_pairs_hook=_unique, parse_int=str, parse_float=str)


def _is_broken(text: str) -> bool:
    if text.isascii():
        return "\0" in text
    return "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text)


def _problem(stop: Stop, limits: Limits) -> Problem:
    if stop.kind is problems.BodyTooDeep:
        return problems.BodyTooDeep(limit=limits.depth)
    if stop.kind is problems.ValueWrong:
        return problems.ValueWrong(path=stop.path, expected=stop.expected)
    return stop.kind(path=stop.path)


def _explained(message: str) -> Problem:
    """Turn msgspec's sentence into a problem; only what the type says is used of it, never the value."""
    place = _PLACE.search(message)
    path = place[1].removeprefix(".") if place else ""
    if missing := _MISSING.match(message):
        return problems.ValueMissing(path=f"{path}.{missing[1]}".removeprefix("."))
    expected = _EXPECTED.match(message)
    return problems.ValueWrong(path=path or "$", expected=expected[1] if expected else "another value")
