"""Whatever comes, the reader answers with a value or with a Problem."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabz.kit import reader
from nabz.kit.errors import Problem
from nabz.kit.reader import read, read_fields
from tests.kit.reader.messages import Coded, Message, Person, Small, Strict, wire

KEYS = st.sampled_from(
    ["a", "A", "b", "c", " Token", "token", "person", "firstName", "gender", "codedString", "raw", "x:"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=5),
    max_leaves=12,
)
TYPES = [Message, Person, Small, Strict, list[Person], dict[str, Message], Any]


def only_problems(action: Callable[[], object]) -> None:
    try:
        action()
    except Problem as caught:
        problem = caught
    else:
        return
    assert problem.text_fa
    assert problem.text_en


@given(st.binary(max_size=300), st.sampled_from(TYPES))
def test_arbitrary_bytes_never_raise_anything_but_a_problem(body: bytes, type_: type[object]) -> None:
    only_problems(lambda: read(body, type_))


@given(VALUES, st.sampled_from(TYPES), st.booleans())
def test_arbitrary_json_never_raises_anything_but_a_problem(value: object, type_: type[object], ascii_: bool) -> None:
    only_problems(lambda: read(json.dumps(value, ensure_ascii=ascii_).encode("utf-8", "surrogatepass"), type_))


@given(st.lists(st.tuples(st.text(max_size=5) | KEYS, st.text(max_size=9))))
def test_arbitrary_fields_never_raise_anything_but_a_problem(pairs: list[tuple[str, str]]) -> None:
    only_problems(lambda: read_fields(pairs, Message))


LETTERS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@given(
    st.builds(Coded, LETTERS, LETTERS, st.none() | LETTERS),
    st.lists(
        st.sampled_from([str.upper, str.lower, str.swapcase, str.strip, "  {} ".format]),
        min_size=3,
        max_size=3,
    ),
    st.booleans(),
)
def test_what_was_written_is_read_back_in_any_case(
    coded: Coded, spellings: list[Callable[[str], str]], twice: bool
) -> None:
    tree = msgspec.to_builtins(coded)
    body = wire({spell(key): value for spell, (key, value) in zip(spellings, tree.items(), strict=True)})
    assert read(wire(body.decode()) if twice else body, Coded) == coded


@given(st.lists(st.tuples(st.sampled_from(["a", "b:", "c\\", '"', "d "]), LETTERS), max_size=6))
def test_twins_are_found_exactly(pairs: list[tuple[str, str]]) -> None:
    body = "{" + ",".join(f"{json.dumps(key)} :{json.dumps(text)}" for key, text in pairs) + "}"
    twins = len({key for key, _ in pairs}) != len(pairs)
    if twins:
        with pytest.raises(reader.KeyTwice):
            read(body.encode(), dict[str, str])
    else:
        assert read(body.encode(), dict[str, str]) == dict(pairs)
