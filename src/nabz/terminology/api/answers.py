"""How answers are kept by those who got them: what never changes for a day, all else only while its mark is right."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from nabz.kit.json import encode

if TYPE_CHECKING:
    from nabz.kit.http import Call

JSON: Final = "application/json"
NOT_MODIFIED: Final = 304
LASTING: Final = "public, max-age=86400, immutable"
ASK_AGAIN: Final = "no-cache"


def told(call: Call, value: object, *, lasting: bool = False, mark: str = "") -> Response:
    """Answer with JSON, or only say that the caller has it already."""
    body = encode(value)
    headers = marked(mark or blake2b(body, digest_size=12).hexdigest(), lasting=lasting)
    return known(call, headers) or Response(body, media_type=JSON, headers=headers)


def marked(mark: str, *, lasting: bool) -> dict[str, str]:
    """The headers that say how long an answer is good."""
    return {"etag": f'"{mark}"', "cache-control": LASTING if lasting else ASK_AGAIN}


def known(call: Call, headers: dict[str, str]) -> Response | None:
    """The answer to one who has what these headers are about."""
    seen = {each.strip().removeprefix("W/") for each in (call.header("if-none-match") or "").split(",")}
    return Response(status_code=NOT_MODIFIED, headers=headers) if seen & {headers["etag"], "*"} else None


def lasts(*labels: str) -> bool:
    """Tell whether an answer is about versions that were named: one that is in force today is another tomorrow."""
    return all(label.strip() for label in labels)  # a blank names none, as reading has it


def named(call: Call, part: str) -> str:
    """A part of the address as text that a database takes."""
    return call.path[part].encode("utf-8", "replace").decode()
