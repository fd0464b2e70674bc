"""Small slips of values are forgiven; what is wrong is named by its path and never quoted."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
import pytest

from nabz.kit import reader
from nabz.kit.jalali import DateWrong, parse
from nabz.kit.reader import read
from tests.kit.reader.messages import Kind, Message, Person, Rank, wire

DEEP = "person.relatives[0].isAlive"


@pytest.mark.parametrize(
    ("key", "given_", "read_"),
    [
        ("token", 1, "1"),
        ("token", 0.5, "0.5"),
        ("token", " x ", " x "),
        ("count", "12", 12),
        ("count", " ۱۲ ", 12),
        ("count", "٠١٢", 12),
        ("count", "-5", -5),
        ("count", 2**63 - 1, 2**63 - 1),
        ("count", -(2**63), -(2**63)),
        ("height", 2, 2.0),
        ("height", "۱.۵", 1.5),
        ("height", "1e3", 1000.0),
        ("height", "", None),
        ("price", "12.50", Decimal("12.50")),
        ("price", 3, Decimal(3)),
        ("price", 0.1, Decimal("0.1")),
        ("price", " ", None),
        ("kind", "phone", Kind.PHONE),
        ("kind", "", None),
        ("rank", "2", Rank.HIGH),
        ("rank", "", None),
        ("colour", "red", "red"),
        ("colour", "", None),
        ("at", "2024-01-02T03:04:05Z", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("at", "", None),
        ("day", "2024-01-02", date(2024, 1, 2)),
        ("ident", " 859773E8-5D81-46C6-9DF1-5FB551B00495 ", UUID("859773e8-5d81-46c6-9df1-5fb551b00495")),
        ("pair", ["1", 2], (1, "2")),
        ("marks", ["1", 2], {1, 2}),
        ("fixed", [1, "1"], frozenset({"1"})),
        ("either", "x", "x"),
        ("either", 1, "1"),
        ("either", ["x", 1], ["x", "1"]),
        ("mixed", "1", "1"),
        ("mixed", 1, 1),
    ],
)
def test_small_slips_of_values_are_forgiven(key: str, given_: object, read_: object) -> None:
    assert getattr(read(wire({key: given_}), Message), key) == read_


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("TRUE", True), ("1", True), ("false", False), (" False ", False), ("0", False)],
)
def test_yes_and_no_may_be_words(text: str, *, value: bool) -> None:
    assert read(wire({"firstName": "x", "isAlive": text}), Person).is_alive is value


def test_an_empty_text_is_none_only_where_none_may_be() -> None:
    assert read(b'{"firstName":"","birthYear":""}', Person) == Person("")
    with pytest.raises(reader.ValueWrong):
        read(b'{"count":""}', Message)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"count": "twelve"}, "count"),
        ({"COUNT": "1_000"}, "count"),
        ({"count": "12.0"}, "count"),
        ({"count": 1.5}, "count"),
        ({"count": True}, "count"),
        ({"count": None}, "count"),
        ({"count": [1]}, "count"),
        ({"count": {"a": 1}}, "count"),
        ({"count": "9" * 20}, "count"),
        ({"token": True}, " Token"),
        ({"token": None}, " Token"),
        ({"height": "NaN"}, "height"),
        ({"height": "1e999"}, "height"),
        ({"height": "inf"}, "height"),
        ({"price": "1e999999999"}, "price"),
        ({"price": "NaN"}, "price"),
        ({"kind": "0012345679"}, "kind"),
        ({"rank": 3}, "rank"),
        ({"colour": "blue"}, "colour"),
        ({"at": "yesterday"}, "at"),
        ({"at": "9999-12-31T23:59:59-23:59"}, "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"day": "1402-13-01"}, "day"),
        ({"ident": "x"}, "ident"),
        ({"pair": [1]}, "pair"),
        ({"pair": [1, 2, 3]}, "pair"),
        ({"pair": [[], 2]}, "pair[0]"),
        ({"marks": [{}]}, "marks[0]"),
        ({"row": [{"codedString": "1"}, 5]}, "row[1]"),
        ({"PERSON": {"firstName": "x", "relatives": [{"firstName": "y", "ISALIVE": "maybe"}]}}, DEEP),
        ({"person": {"firstName": "x", "notes": {"0012345679": 5}}}, "person.notes[...]"),
        ({"person": []}, "person"),
        ([], "$"),
        (7, "$"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_by_its_path_and_never_quoted(body: object, path: str) -> None:
    with pytest.raises(reader.ValueWrong) as caught:
        read(wire(body), Message)
    assert caught.value.facts["path"] == path
    assert caught.value.facts["expected"]
    for secret in ("0012345679", "maybe", "blue", "twelve"):
        assert secret not in caught.value.text_en + caught.value.text_fa + str(caught.value.facts)


@pytest.mark.parametrize(
    ("body", "type_", "path"),
    [
        (b"{}", Person, "firstName"),
        (b'{"person":{"relatives":[]}}', Message, "person.firstName"),
        (b'{"row":[{}]}', Message, "row[0].Coded_string"),
    ],
)
def test_a_missing_value_is_named(body: bytes, type_: type[object], path: str) -> None:
    with pytest.raises(reader.ValueMissing) as caught:
        read(body, type_)
    assert caught.value.facts == {"path": path}


class Bound(msgspec.Struct):
    code: Annotated[str, msgspec.Meta(max_length=3)]


def test_bounds_of_the_type_are_told_in_the_error() -> None:
    with pytest.raises(reader.ValueWrong, match="length <= 3"):
        read(b'{"code":"12345"}', Bound)


def test_a_problem_of_the_type_itself_comes_through() -> None:
    class Dated(msgspec.Struct):
        day: str

        def __post_init__(self) -> None:
            parse(self.day)

    assert read(b'{"Day":"1402/11/03"}', Dated).day == "1402/11/03"
    with pytest.raises(DateWrong):
        read(b'{"Day":"1402/13/03"}', Dated)
