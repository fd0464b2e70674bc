"""Fields of forms and queries follow the rules of keys and values."""

from datetime import date
from typing import ClassVar

import msgspec
import pytest

from nabz.kit import reader
from nabz.kit.errors import Problem
from nabz.kit.reader import Limits, read_fields
from tests.kit.reader.messages import Kind


class Form(msgspec.Struct, forbid_unknown_fields=True):
    national_code: str = msgspec.field(name="nationalCode")
    page: int = 1
    exact: bool = False
    until: date | None = None
    kind: Kind | None = None

    aliases: ClassVar[dict[str, tuple[str, ...]]] = {"national_code": ("nc",)}


def test_fields_are_read_like_keys() -> None:
    pairs = [("NationalCode ", "0012345679"), ("page", "۳"), ("exact", "true"), ("until", ""), ("kind", "")]
    assert read_fields(pairs, Form) == Form("0012345679", page=3, exact=True)
    assert read_fields([("nc", "1")], Form) == Form("1")


@pytest.mark.parametrize(
    ("pairs", "problem", "path"),
    [
        ([("nc", "1"), ("nc", "2")], reader.KeyTwice, "nc"),
        ([("nc", "1"), ("nationalcode", "2")], reader.KeyTwice, "nationalCode"),
        ([("nc", "1"), ("page", "x")], reader.ValueWrong, "page"),
        ([("nc", "1"), ("page", "9223372036854775808")], reader.NumberRefused, "page"),
        ([("nc", "1"), ("zz", "x")], reader.KeyUnknown, "zz"),
        ([], reader.ValueMissing, "nationalCode"),
        ([("nc", "a\0b")], reader.TextRefused, None),
        ([("nc", "ا\0")], reader.TextRefused, None),
        ([("n\0c", "x")], reader.TextRefused, None),
        ([("nc", "\ud800")], reader.TextRefused, None),
        ([("nc", "x" * (1 << 20))], reader.BodyTooLarge, None),
    ],
)
def test_bad_fields_are_refused(pairs: list[tuple[str, str]], problem: type[Problem], path: str | None) -> None:
    with pytest.raises(problem) as caught:
        read_fields(pairs, Form)
    assert caught.value.facts.get("path") == path


def test_too_many_fields_are_refused() -> None:
    with pytest.raises(reader.TooManyValues):
        read_fields([(f"f{n}", "") for n in range(9)], Form, Limits(values=8))


def test_fields_need_a_struct() -> None:
    with pytest.raises(TypeError):
        read_fields([], dict[str, str])


class Counted(msgspec.Struct):
    page: reader.Natural | None = None


@pytest.mark.parametrize("number", ["-1", "2147483648", "99999999999"])
def test_a_natural_number_fits_into_every_column(number: str) -> None:
    assert read_fields([("page", "2147483647")], Counted).page == reader.LARGEST_NATURAL
    assert read_fields([("page", "۰")], Counted).page == 0
    with pytest.raises(reader.ValueWrong):
        read_fields([("page", number)], Counted)
