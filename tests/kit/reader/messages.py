"""Messages that use all that a type may hold."""

import enum
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal
from uuid import UUID

import msgspec


class Kind(enum.StrEnum):
    VISIT = "visit"
    PHONE = "phone"


class Rank(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Coded(msgspec.Struct):
    coded_string: str = msgspec.field(name="Coded_string")
    terminology_id: str = msgspec.field(name="Terminology_id", default="")
    value: str | None = None

    aliases: ClassVar[dict[str, tuple[str, ...]]] = {
        "coded_string": ("codedString", "coded_stringField"),
        "terminology_id": ("terminologyId", "terminology_idField"),
    }


class Person(msgspec.Struct, rename="camel"):
    first_name: str
    birth_year: int | None = None
    is_alive: bool = True
    gender: Coded | None = None
    relatives: list["Person"] = []
    notes: dict[str, Coded] = {}


class Message(msgspec.Struct):
    token: str = msgspec.field(name=" Token", default="")
    count: int = 0
    height: float | None = None
    price: Decimal | None = None
    kind: Kind | None = None
    rank: Rank | None = None
    colour: Literal["red", "green"] | None = None
    at: datetime | None = None
    day: date | None = None
    ident: UUID | None = None
    pair: tuple[int, str] | None = None
    marks: set[int] = set()
    fixed: frozenset[str] = frozenset()
    row: tuple[Coded, ...] = ()
    either: str | list[str] | Coded | None = None
    mixed: int | str | None = None
    anything: Any = None
    thing: object = None
    raw: msgspec.Raw = msgspec.Raw(b"")
    person: Person | None = None


class Strict(msgspec.Struct, forbid_unknown_fields=True):
    a: int = 0
    b: str = ""


class Small(msgspec.Struct):
    a: int = 0
    b: str = ""
    c: list[int] = []


def wire(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
