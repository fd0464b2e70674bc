"""Official notices about codings (ابلاغیه), with their attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.responses import Response

from nabz.kit.http import Routes
from nabz.terminology.api.answers import known, marked, named, told
from nabz.terminology.service import letters as service
from nabz.terminology.wire.own.letters import ShownLetter
from nabz.terminology.wire.own.shapes import ROOT

if TYPE_CHECKING:
    from nabz.kit.http import Call

SAMPLES: Final = "samples/nabz/terminology"
letters: Final = Routes("terminology")


@letters.get(
    f"{ROOT}/letters",
    summary="List the official notices about codings, newest first",
    answer=list[ShownLetter],
    samples=(f"{SAMPLES}/letters.json",),
)
async def list_letters(call: Call) -> Response:
    """Answer with all of them."""
    return told(call, [ShownLetter.of(one) for one in await call.db.read(service.all_)])


@letters.get(
    f"{ROOT}/letters/{{id}}/attachments/{{attachment}}",
    summary="Fetch a file that comes with a notice",
    samples=(f"{SAMPLES}/letter.json",),
)
async def fetch_attachment(call: Call) -> Response:
    """Answer with the file, to be saved and not to be opened in place."""
    file, content = await call.db.read(service.attachment, named(call, "id"), named(call, "attachment"))
    headers = marked(file.id, lasting=True)
    headers["content-disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    return known(call, headers) or Response(content, media_type=file.type, headers=headers)


@letters.get(
    f"{ROOT}/letters/{{id:path}}",
    summary="Read an official notice by its id or its number, which may hold a slash",
    answer=ShownLetter,
    samples=(f"{SAMPLES}/letter.json",),
)
async def read_letter(call: Call) -> Response:
    """Answer with one of them."""
    return told(call, ShownLetter.of(await call.db.read(service.one, named(call, "id"))))
