"""Which kinds of bodies are read, and how."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final, TypeVar

from nabz.kit import reader
from nabz.kit.http.call import LONGEST_LENGTH, pairs_of
from nabz.kit.http.upload import upload
from nabz.kit.reader import BodyTooLarge
from nabz.residency.errors import BodyKindRefused, PictureRefused, Refused
from nabz.residency.errors.faults import fault
from nabz.residency.service.pictures import FAR, MOST, too_large
from nabz.residency.wire.fields import Fields
from nabz.residency.wire.requests import ImageSent

if TYPE_CHECKING:
    from nabz.kit.http import Call

T = TypeVar("T")
_KINDS: Final = {
    "": "json",
    "application/json": "json",
    "text/json": "json",
    "application/x-www-form-urlencoded": "form",
    "multipart/form-data": "parts",
}
_OF_ADDRESSES: Final = str.maketrans("-_", "+/")
"""What base64 for addresses writes in place of two signs."""

_BASE64: Final = MOST * 4 // 3 + 100_000
"""A picture in JSON, with breaks in its lines, and what stands around it."""


def kind_of(call: Call) -> str:
    """Name the kind of a body; without a word about it, it is JSON."""
    told = (call.header("content-type") or "").partition(";")[0].strip().lower()
    return "json" if told.endswith("+json") else _KINDS.get(told, "other")


def check_kind(call: Call, kinds: tuple[str, ...]) -> None:
    """Refuse a body of another kind. Raises BodyKindRefused."""
    if kind_of(call) not in kinds:
        raise BodyKindRefused


async def message(call: Call, type_: type[T]) -> T:
    """Read a JSON message."""
    return reader.read(await call.bytes(), type_, call.limits)


async def parameters(call: Call, type_: type[T]) -> T:
    """Read parameters from a JSON body or a form; never from the address, which stands in the logs of others."""
    raw = await call.bytes()
    if not raw.strip() or kind_of(call) == "form":
        return reader.read_fields(pairs_of(raw), type_)
    return reader.read(raw, type_, call.limits)


def length_of(call: Call) -> int:
    """Tell how long a body says to be; nothing where it does not."""
    told = call.header("content-length") or ""
    return int(told) if told.isdecimal() and len(told) <= LONGEST_LENGTH else 0


def wrong_picture(problem: PictureRefused) -> Refused:
    """Tell what is wrong with a picture in the guide's shape."""
    return Refused(fault("picture", "Image", why=problem.text_fa, why_en=problem.text_en))


async def picture(call: Call) -> tuple[str, bytes]:
    """Read a student number and a picture: base64 in JSON, or a file in a form. Raises Refused, BodyTooLarge."""
    parts = kind_of(call) == "parts"
    most = MOST + 100_000 if parts else _BASE64
    try:
        return await (_in_form(call, most) if parts else _in_json(call, most))
    except BodyTooLarge as large:
        if most < length_of(call) <= FAR:
            raise wrong_picture(too_large()) from large
        raise


async def _in_form(call: Call, most: int) -> tuple[str, bytes]:
    with await upload(call, most, 1) as form:
        number = next((value for name, value in form.fields if name.lower() == "studentnumber"), None)
        return _whole(Fields(), number, form.files[0].file.read() if form.files else b"")


async def _in_json(call: Call, most: int) -> tuple[str, bytes]:
    read = Fields()
    sent = reader.read(await call.bytes(most), ImageSent, reader.Limits(size=most))
    return _whole(read, sent.StudentNumber, _decoded(sent.Image, read))


def _whole(read: Fields, number: object, content: bytes) -> tuple[str, bytes]:
    student = read.text(number, "StudentNumber")
    if not content and not any(each.field == "Image" for each in read.faults):
        read.tell("required", "Image")
    if read.faults:
        raise Refused(*read.faults)
    return student, content


def _decoded(value: object, read: Fields) -> bytes:
    """Decode what .NET and others make of bytes: base64, perhaps as an address of data, or a list of numbers."""
    if isinstance(value, list):
        try:
            return bytes(value)
        except (TypeError, ValueError):
            read.tell("unreadable", "Image")
            return b""
    if value is not None and not isinstance(value, str):
        read.tell("unreadable", "Image")
        return b""
    text = (value or "").strip()
    if text[:5].lower() == "data:":
        text = text.partition(",")[2]
    plain = "".join(text.split()).translate(_OF_ADDRESSES).rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        read.tell("unreadable", "Image")
        return b""
