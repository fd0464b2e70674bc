"""Keys are found by every spelling, and two that mean one field are refused."""

import json
from typing import Any, ClassVar, NamedTuple

import msgspec
import pytest

from nabz.kit import reader
from nabz.kit.reader import read
from tests.kit.reader.messages import Coded, Message, Person, Small, Strict, wire


@pytest.mark.parametrize(
    "key",
    [
        "Coded_string",
        "coded_string",
        "CODED_STRING",
        " Coded_string ",
        "codedString",
        "\tcoded_stringfield\n",
    ],
)
def test_a_key_is_found_by_every_spelling(key: str) -> None:
    assert read(wire({key: "1"}), Coded).coded_string == "1"


def test_a_spelling_that_nobody_declared_is_unknown() -> None:
    with pytest.raises(reader.ValueMissing):
        read(wire({"CodedStringField": "1"}), Coded)


@pytest.mark.parametrize("key", [" Token", "Token", "token ", "TOKEN"])
def test_a_wire_name_with_a_blank_is_found_with_and_without_it(key: str) -> None:
    assert read(wire({key: "x"}), Message).token == "x"


def test_keys_are_folded_in_every_depth() -> None:
    body = wire(
        {
            "PERSON": {
                "FirstName": "زهرا",
                "GENDER": {"codedString": 1, "terminology_idField": "thritaEHR.gender"},
                "Relatives": [{"firstname": "علی", "BirthYear": "۱۳۵۰"}],
                "Notes": {"A Key": {"CODEDSTRING": "2"}},
            },
            "Row": [{"codedString": "3"}],
            "EITHER": {"codedString": "4"},
        }
    )
    message = read(body, Message)
    assert message.person is not None
    assert message.person.gender == Coded("1", "thritaEHR.gender")
    assert message.person.relatives == [Person("علی", birth_year=1350)]
    assert message.person.notes == {"A Key": Coded("2")}
    assert message.row == (Coded("3"),)
    assert message.either == Coded("4")


def test_the_keys_of_a_free_map_stay_as_they_are() -> None:
    assert read(b'{"A": 1, "a": 2, " a": 3}', dict[str, int]) == {"A": 1, "a": 2, " a": 3}
    assert read(b'{"1": "x"}', dict[int, str]) == {1: "x"}


def test_what_may_be_anything_is_left_alone() -> None:
    value = {"KEY": [1, 2.5, None, {"b ": "1"}], "key": True}
    assert read(wire({"Anything": value}), Message).anything == value
    assert read(wire({"Thing": value}), Message).thing == value
    assert read(wire(value), object) == value
    assert json.loads(bytes(read(wire({"RAW": value}), Message).raw)) == value
    assert bytes(read(b'{"raw": null}', Message).raw) == b"null"
    assert bytes(read(b'{"Raw": null}', Message).raw) == b"null"


@pytest.mark.parametrize(
    ("body", "type_", "path"),
    [
        (b'{"a":1,"a":2}', Small, "a"),
        (b'{"a":1,"\\u0061":2}', Small, "a"),
        (b'{"a":1,"A":2}', Small, "a"),
        (b'{"A":1,"a ":2}', Small, "a"),
        (b'{"A":1,"A":2}', Small, "A"),
        (b'{"unknown":1,"unknown":2}', Small, "unknown"),
        (b'{"b":"14:05","b":"x"}', Small, "b"),
        (b'{"b":":","b":"x"}', Small, "b"),
        (b'{"b":"\\":", "a":1, "a":1}', Small, "a"),
        (b'{"b\\\\":"", "a":1, "a":1}', Small, "a"),
        (b'{"a" : 1 , "a"\n:\t2}', Small, "a"),
        (b'{"codedString":"1","Coded_string":"1"}', Coded, "Coded_string"),
        (b'{"person":{"firstName":"x","gender":{"codedString":"1","CODEDSTRING":"1"}}}', Message, None),
        (b'{"x":{"y":1,"y":1}}', dict[str, dict[str, int]], "y"),
        (b'{"anything":[{"y":1,"y":1}]}', Message, "y"),
        (b'{"raw":{"y":1,"y":1}}', Message, "y"),
        (b'{"0012345679":1,"0012345679":1}', dict[str, int], "…"),
        (wire('{"a":1,"a":2}'), Small, "a"),
    ],
)
def test_one_field_given_twice_is_refused(body: bytes, type_: type[object], path: str | None) -> None:
    with pytest.raises(reader.KeyTwice) as caught:
        read(body, type_)
    assert caught.value.facts["path"] == (path or "person.gender.Coded_string")


@pytest.mark.parametrize(
    "body",
    [
        b'{"b":"14:05:06","c":[1]}',
        b'{"b":":x"}',
        b'{"b":"\\":"}',
        b'{"b":"\\\\\\":", "A" : 1}',
        b'{"b":"{\\"a\\":1,\\"a\\":2}"}',
        b'{"b\\\\":1,"b":"\\\\"}',
        b'{"x":{"a":1},"y":{"a":1},"a":2}',
    ],
)
def test_colons_and_quotes_in_values_are_no_twins(body: bytes) -> None:
    assert isinstance(read(body, Small), Small)


def test_unknown_keys_are_passed_over() -> None:
    assert read(b'{"a":1,"zz":{"a":[1,{"b":2}]},"\xd8\xa7":1}', Small) == Small(1)


@pytest.mark.parametrize(("key", "shown"), [("zz", "zz"), ("0012345679", "…"), ("x" * 70, "…"), ("نام", "…")])
def test_a_strict_message_names_the_unknown_key_but_no_personal_one(key: str, shown: str) -> None:
    with pytest.raises(reader.KeyUnknown) as caught:
        read(wire({"A": 1, key: 2}), Strict)
    assert caught.value.facts == {"path": shown}


class Left(msgspec.Struct, tag=True):
    a: int


class Right(msgspec.Struct, tag=True):
    b: int


class Rowlike(msgspec.Struct, array_like=True):
    a: int


class Clash(msgspec.Struct):
    a: int = 0
    upper: int = msgspec.field(name="A", default=0)


class AliasClash(msgspec.Struct):
    a: int = 0
    b: int = 0
    aliases: ClassVar[dict[str, tuple[str, ...]]] = {"a": ("B",)}


class AliasOfNothing(msgspec.Struct):
    a: int = 0
    aliases: ClassVar[dict[str, tuple[str, ...]]] = {"c": ("d",)}


class Pair(NamedTuple):
    a: int
    b: int


@pytest.mark.parametrize(
    "type_",
    [
        Left | Right,
        Left,
        Rowlike,
        Pair,
        Clash,
        AliasClash,
        AliasOfNothing,
        set[Any],
        complex,
        msgspec.Raw | int,
    ],
)
def test_a_type_that_the_reader_cannot_keep_its_word_for_is_a_defect_of_ours(type_: type[object]) -> None:
    with pytest.raises(TypeError):
        read(b"{}", type_)


class Parent(msgspec.Struct):
    a: int = 0
    aliases: ClassVar[dict[str, tuple[str, ...]]] = {"a": ("first",)}


class Child(Parent):
    b: int = 0
    aliases: ClassVar[dict[str, tuple[str, ...]]] = {"b": ("second",)}


def test_aliases_are_inherited() -> None:
    assert read(b'{"First":1,"SECOND":2}', Child) == Child(1, 2)
