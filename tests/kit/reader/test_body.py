"""The body as a whole: encodings, limits, characters and numbers."""

import inspect
import json
import sys
from typing import Any

import pytest

from nabz.kit import reader
from nabz.kit.errors import Problem
from nabz.kit.reader import Limits, read
from tests.kit.reader.messages import Small, wire


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read(b'\xef\xbb\xbf{"a":1}', Small) == Small(1)


def test_a_body_that_was_encoded_twice_is_read() -> None:
    assert read(wire('{"A":"۵","b":"a:b"}'), Small) == Small(5, "a:b")
    assert read(wire("[1]"), list[int]) == [1]
    with pytest.raises(reader.BodyEncodedTwice):
        read(wire(json.dumps('{"a":1}')), Small)
    with pytest.raises(reader.BodyEmpty):
        read(b'" "', Small)


def test_a_text_is_a_text_where_a_text_is_asked_for() -> None:
    assert read(b'"12"', str) == "12"
    assert read(b'"12"', int) == 12
    assert read(b'"{}"', object) == "{}"


@pytest.mark.parametrize("body", [b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_an_empty_body_is_a_problem_of_its_own_or_an_empty_object(body: bytes) -> None:
    with pytest.raises(reader.BodyEmpty):
        read(body, Small)
    assert read(body, Small, empty_is_object=True) == Small()


REFUSED: list[tuple[bytes, type[Problem]]] = [
    (b"{", reader.BodyNotJson),
    (b'{"a":1} x', reader.BodyNotJson),
    (b'{"a":1,}', reader.BodyNotJson),
    (b"{'a':1}", reader.BodyNotJson),
    (b'{"a":01}', reader.BodyNotJson),
    (b'{"a":NaN}', reader.BodyNotJson),
    (b'{"a":Infinity}', reader.BodyNotJson),
    (b'{"a":-Infinity}', reader.BodyNotJson),
    (b'{"b":"\\x"}', reader.BodyNotJson),
    (b'{"b":"\n"}', reader.BodyNotJson),
    (b"<xml/>", reader.BodyNotJson),
    (b"a=1&b=2", reader.BodyNotJson),
    (b'\xef\xbb\xbf\xef\xbb\xbf{"a":1}', reader.BodyNotJson),
    (b'{"b":"\xff"}', reader.BodyNotText),
    (b'{"b":"\xed\xa0\x80"}', reader.BodyNotText),
    (b'{"\xc3\x28":1}', reader.BodyNotText),
    (b'{"zz":"\xd8"}', reader.BodyNotText),
    ('{"a":1}'.encode("utf-16"), reader.BodyNotText),
    (b"\xfe\xff\x00{", reader.BodyNotText),
    (b'{"b":"\x00"}', reader.TextRefused),
    (b'{"a":1}\x00', reader.TextRefused),
    (b'{"b":"\\u0000"}', reader.TextRefused),
    (b'{"\\u0000":"x"}', reader.TextRefused),
    (b'{"b":"\\\\\\u0000"}', reader.TextRefused),
    (wire('{"b":"\\u0000"}'), reader.TextRefused),
    (b'{"b":"\\ud800"}', reader.TextRefused),
    (b'{"b":"\\uDC00"}', reader.TextRefused),
    (b'{"b":"\\ud800\\ud800"}', reader.TextRefused),
    (b'{"zz":"\\udbffx"}', reader.TextRefused),
    (b'{"a":9223372036854775808}', reader.NumberRefused),
    (b'{"a":-9223372036854775809}', reader.NumberRefused),
    (b'{"a":"9223372036854775808"}', reader.NumberRefused),
    (b'{"b":9223372036854775808}', reader.NumberRefused),
    (b'{"a":' + b"9" * 5000 + b"}", reader.NumberRefused),
    (b'{"zz":' + b"9" * 50 + b"}", reader.NumberRefused),
    (b'{"zz":{"y":[' + b"9" * 50 + b"]}}", reader.NumberRefused),
    (b'{"zz":1e400}', reader.NumberRefused),
    (b'{"zz":1e-400}', reader.NumberRefused),
    (b'{"zz":1E+100}', reader.NumberRefused),
    (b'{"zz":1e99999999999999999999}', reader.NumberRefused),
    (b'{"zz":0.' + b"0" * 400 + b"1}", reader.NumberRefused),
    (b"[" * 100_000, reader.BodyTooDeep),
    (b'{"a":' * 100_000, reader.BodyTooDeep),
    (b'{"zz":' + b"[" * 40 + b"]" * 40 + b"}", reader.BodyTooDeep),
    (b'{"x":' * 40 + b"1" + b"}" * 40, reader.BodyTooDeep),
    (b'{"b":"x' + b"y" * (1 << 20) + b'"}', reader.BodyTooLarge),
    (b'{"c":[' + b"1," * 100_000 + b"1]}", reader.TooManyValues),
    (b'{"c":[' + b"[]," * 60_000 + b"1]}", reader.TooManyValues),
]  # fmt: skip


@pytest.mark.parametrize(("body", "problem"), REFUSED, ids=[f"{p.code}-{b[:24]!r}" for b, p in REFUSED])
def test_a_bad_body_is_refused_by_its_own_problem(body: bytes, problem: type[Problem]) -> None:
    with pytest.raises(problem) as caught:
        read(body, Small)
    assert caught.value.status == (413 if problem in {reader.BodyTooLarge, reader.TooManyValues} else 400)
    assert caught.value.text_fa
    assert caught.value.text_en


def test_a_backslash_before_u0000_is_no_nul() -> None:
    assert read(b'{"b":"\\\\u0000"}', Small).b == "\\u0000"


def test_a_paired_surrogate_is_a_letter() -> None:
    assert read(b'{"b":"\\ud83d\\ude00"}', Small).b == "😀"


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        (b'{"c":[1]}', Small),
        (b'{"c":[1]}', dict[str, list[int]]),
        (b"[[1]]", list[list[int]]),
        (b'[{"a":1}]', list[dict[str, int]]),
        (b'[{"a":1}]', list[Small]),
        (b'{"x":[1]}', dict[str, Any]),
        (b'{"zz":{}}', Small),
    ],
)
def test_every_level_counts(body: bytes, type_: type[object]) -> None:
    read(body, type_, Limits(depth=2))
    with pytest.raises(reader.BodyTooDeep, match="1 levels"):
        read(body, type_, Limits(depth=1))


def test_size_and_number_of_values_can_be_narrowed() -> None:
    assert read(b'{"b":",,,,,,,,,,"}', Small, Limits(values=5)).b == "," * 10
    with pytest.raises(reader.TooManyValues):
        read(b'{"c":[1,2,3,4,5]}', Small, Limits(values=5))
    with pytest.raises(reader.BodyTooLarge, match="3 bytes"):
        read(b'{"a":1}', Small, Limits(size=3))


def test_a_nearly_full_stack_is_too_deep_and_no_crash() -> None:
    seen: list[str] = []

    def descend(left: int) -> None:
        if left:
            descend(left - 1)
        try:
            read(b'{"x":' * 30 + b"1" + b"}" * 30, Any)
        except Problem as problem:
            seen.append(problem.code)

    depth = len(inspect.stack(0))
    try:
        descend(sys.getrecursionlimit() - depth - 25)
    except RecursionError:  # of the test's own frames, not of the reader's
        pytest.fail("the stack of the test itself was too small")
    assert set(seen) == {"kit.body-too-deep"}
