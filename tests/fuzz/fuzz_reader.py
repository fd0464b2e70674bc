"""Coverage-guided fuzzing of the reader; a finding ends it with an error.

python tests/fuzz/fuzz_reader.py -runs=20000
"""

import enum
import sys
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal

import atheris

with atheris.instrument_imports():
    import msgspec

    from nabz.kit.errors import Problem
    from nabz.kit.reader import Limits, read, read_fields


class Kind(enum.StrEnum):
    VISIT = "visit"
    PHONE = "phone"


class Coded(msgspec.Struct):
    coded_string: str = msgspec.field(name="Coded_string", default="")
    value: int | None = None

    aliases: ClassVar[dict[str, tuple[str, ...]]] = {"coded_string": ("codedString",)}


class Person(msgspec.Struct):
    name: str = msgspec.field(name=" Name", default="")
    height: float = 0
    price: Decimal | None = None
    at: datetime | None = None
    alive: bool | None = None
    kind: Kind | None = None
    colour: Literal["red", "green"] | None = None
    gender: Coded | None = None
    relatives: list["Person"] = []
    notes: dict[str, Coded] = {}
    pair: tuple[int, str] | None = None
    marks: set[int] = set()
    either: str | list[str] | Coded | None = None
    anything: Any = None
    raw: msgspec.Raw = msgspec.Raw(b"")


class Strict(msgspec.Struct, forbid_unknown_fields=True):
    person: Person | None = None


LIMITS = Limits(size=4096, depth=8, values=200)
TYPES: tuple[Any, ...] = (Person, Strict, list[Coded], dict[str, Person], dict[int, Any], Any)


SEEDS = (
    b'\x00{" Name":"\xd8\xb9","height":"1.5","gender":{"codedString":1,"VALUE":"12"},"AT":"2024-01-02"}',
    b'\x01{"PERSON":{"relatives":[{"pair":[1,"x"],"marks":["1"]}],"notes":{"a":{"value":""}},"price":"1e3"}}',
    b'\x02[{"Coded_string":"\\ud83d\\ude00","value":null},{"coded_string ":"14:05"}]',
    b'\x03"{\\"k\\":{\\"either\\":[\\"x\\"],\\"raw\\":[1.5e3,{}],\\"kind\\":\\"visit\\"}}"',
    b"\x04 Name=x&height=1&alive=true&at=",
)


def grow(chunk: bytes, most: int, seed: int) -> bytes:
    """Start from messages that are nearly right: chance alone writes no JSON."""
    return SEEDS[seed % len(SEEDS)] if len(chunk) < len("{}") else atheris.Mutate(chunk, most)


def try_one(chunk: bytes) -> None:
    """Only a Problem, with both its texts, may come out; everything else ends the run."""
    if not chunk:
        return
    choice, body = chunk[0], chunk[1:]
    try:
        read(body, TYPES[choice % len(TYPES)], LIMITS, empty_is_object=choice > 127)
    except Problem as problem:
        str(problem), problem.text_fa
    pairs = [tuple(pair.split("=", 1)) for pair in body.decode("utf-8", "surrogateescape").split("&") if "=" in pair]
    try:
        read_fields(pairs, Person, LIMITS)  # type: ignore[arg-type]
    except Problem as problem:
        str(problem), problem.text_fa


if __name__ == "__main__":
    atheris.Setup(sys.argv, try_one, custom_mutator=grow)
    atheris.Fuzz()
