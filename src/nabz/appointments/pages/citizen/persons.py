"""Who comes: the form about a person, what it is read into, and how much of it is shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlencode

import msgspec

from nabz.appointments.errors import MobileWrong
from nabz.appointments.errors.citizens import OriginNeeded, OriginUnclear, OriginUnknown
from nabz.appointments.pages.citizen.keeping import Whom, proven
from nabz.kit import persian
from nabz.registries.errors import BadHid, BadPersonId
from nabz.registries.model import PersonId, PersonIdType, person_id_of_key, read_person_id
from nabz.web.forms import Filled, Form
from nabz.web.render import say

if TYPE_CHECKING:
    from nabz.appointments.pages.frame import Words
    from nabz.kit.http import Call

ID_TYPES: Final = {
    PersonIdType.NATIONAL_CODE: ("کد ملی", "National code"),
    PersonIdType.BAFIA: ("شناسهٔ فراگیر اتباع خارجی", "Foreigner's BAFIA number"),
    PersonIdType.PASSPORT: ("شمارهٔ گذرنامه", "Passport number"),
}
Name = Annotated[str, msgspec.Meta(min_length=2, max_length=60, pattern=r"[^\W\d_]")]
Number = Annotated[str, msgspec.Meta(max_length=40, pattern=r"\S")]
NAMES: Final = {
    "first_name": ("نام را بنویسید.", "Write the first name."),
    "last_name": ("نام خانوادگی را بنویسید.", "Write the family name."),
}
NUMBERS: Final = {
    "identity": ("شماره را بنویسید.", "Write the number."),
    "mobile": ("شمارهٔ همراه را بنویسید؛ مانند ۰۹۱۲۳۴۵۶۷۸۹.", "Write the mobile number, such as 09123456789."),
}
WRONG: Final = {
    BadPersonId: "identity",
    MobileWrong: "mobile",
    BadHid: "hid",
    OriginNeeded: "origin_name",
    OriginUnknown: "origin_name",
    OriginUnclear: "origin_name",
}
SHOWN: Final = 3
_LTR, _END = "\u2066", "\u2069"  # dots between digits must not turn their order round


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes, and the mobile of who books."""

    whom: Whom = Whom.SELF
    id_type: PersonIdType = PersonIdType.NATIONAL_CODE
    identity: Number
    first_name: Name
    last_name: Name
    mobile: Number
    hid: Annotated[str, msgspec.Meta(max_length=40)] = ""
    origin_name: Annotated[str, msgspec.Meta(max_length=100)] = ""
    origin: Annotated[str, msgspec.Meta(max_length=40)] = ""
    days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 30


class Myself(msgspec.Struct, frozen=True, kw_only=True):
    """Whose appointments are looked for."""

    id_type: PersonIdType = PersonIdType.NATIONAL_CODE
    identity: Number
    mobile: Number


class Kind(msgspec.Struct, frozen=True):
    """Whether somebody without a national code fills in the form."""

    foreign: bool = False


PATIENT: Final = Form(Patient, NAMES | NUMBERS, WRONG)
MYSELF: Final = Form(Myself, NUMBERS, WRONG)


def blank(call: Call, **filled: object) -> Filled:
    """Give the form as it is first shown: with a national code, or for foreigners."""
    kind = PersonIdType.BAFIA if call.query(Kind).foreign else PersonIdType.NATIONAL_CODE
    known = proven(call)
    return Filled({"id_type": kind.value, "mobile": known.mobile if known else "", **filled})


def kinds(call: Call, form: Filled) -> dict[str, Any]:
    """Give what the fields about the number need: its kinds, and the way to the other kind of form."""
    foreign = form.value("id_type") in {PersonIdType.BAFIA, PersonIdType.PASSPORT}
    query = call.request.query_params
    kept = {name: text for name, text in query.items() if name not in {"foreign", "lang"}}
    other = urlencode(kept if foreign else {**kept, "foreign": "1"})
    names = [(kind.value, say(call, *ID_TYPES[kind])) for kind in (PersonIdType.BAFIA, PersonIdType.PASSPORT)]
    path = call.scope["path"].removesuffix("/person")
    return {"foreign": foreign, "other_kind": f"{path}?{other}", "id_types": names}


def read_mobile(text: str) -> str:
    """Read a mobile number. Raises MobileWrong."""
    mobile = persian.mobile(text)
    if mobile is None:
        raise MobileWrong
    return mobile


def key_of(id_type: PersonIdType, identity: str) -> str:
    """Give the key of a person. Raises BadPersonId."""
    return read_person_id(id_type, identity).key


def masked(words: Words, key: str) -> str:
    """Write so much of a person's number that he knows it again, and nobody else learns it."""
    known: PersonId = person_id_of_key(key)
    name = words.text(*ID_TYPES[known.type])
    return f"{name} {_LTR}{words.digits(known.value[:SHOWN])}•••{words.digits(known.value[-2:])}{_END}"


def masked_mobile(words: Words, mobile: str) -> str:
    """Write a mobile number without its middle."""
    return words.digits(f"{mobile[:4]}•••{mobile[-4:]}")
