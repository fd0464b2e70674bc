"""The picture of a resident: shown to his own university, and put anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from nabz.kit.errors import NotFound
from nabz.kit.http.upload import TooManyFiles, UploadBroken, upload
from nabz.kit.reader import BodyTooLarge
from nabz.residency.errors import PictureRefused, UnderMaintenance
from nabz.residency.pages.frame import UNIVERSITY, back, db_of, member_of, university_of
from nabz.residency.pages.university.frame import RESIDENTS, path_of, resident_of
from nabz.residency.pages.university.profile import profile
from nabz.residency.service import pictures
from nabz.web.forms import UNPROCESSABLE, Filled
from nabz.web.pages import Pages, check_origin
from nabz.web.render import say

if TYPE_CHECKING:
    from nabz.kit.http import Call
    from nabz.residency.service.pictures import Painted

PATH: Final = f"{RESIDENTS}/{{number}}/picture"
NOT_MODIFIED: Final = 304
CLOSED: Final = UnderMaintenance.status
MOST_FORM: Final = pictures.MOST + 50_000


def routes() -> Pages:
    """These pages."""
    pages = Pages("residency")

    @pages.get(PATH, summary="A resident's picture", roles=UNIVERSITY)
    async def show(call: Call) -> Response:
        caller = await university_of(call)
        one = await db_of(call).read(resident_of, caller.university, call.path["number"])
        headers = {"etag": f'"{one.picture}"', "cache-control": "private, no-cache"}
        if one.picture and headers["etag"] in (call.header("if-none-match") or ""):
            return Response(status_code=NOT_MODIFIED, headers=headers)
        found = await db_of(call).read(pictures.show, one.id)
        if found is None:
            raise NotFound
        headers["etag"] = f'"{found.digest}"'
        return Response(found.content, media_type="image/jpeg", headers=headers)

    @pages.post(PATH, summary="Put a resident's picture", roles=UNIVERSITY, before=None)
    async def put(call: Call) -> Response:
        member, path = await member_of(call), path_of(call.path["number"])
        await db_of(call).read(resident_of, member.university, call.path["number"])
        try:
            caller = await university_of(call)
            painted = await _painted(call)
        except (UploadBroken, TooManyFiles, PictureRefused, UnderMaintenance) as problem:
            wrong = Filled(errors={"Image": say(call, problem.text_fa, problem.text_en)})
            return await profile(
                call, member, wrong, CLOSED if isinstance(problem, UnderMaintenance) else UNPROCESSABLE
            )
        if painted is None:
            return back(call, path, "فایلی انتخاب نشده است.", "No file was chosen.", "bad")
        await db_of(call).write(pictures.put, call.path["number"], painted, caller, call.now)
        return back(call, path, "تصویر ثبت شد.", "The picture was kept.")

    return pages


async def _painted(call: Call) -> Painted | None:
    """Take the picture out of a form and paint it anew. Raises the problems of an upload and of a picture."""
    try:
        with await upload(call, MOST_FORM, 1, check_origin) as sent:
            content = sent.files[0].file.read() if sent.files else b""
    except BodyTooLarge as large:
        raise pictures.too_large() from large
    return await pictures.Easels.of(call.deps).paint(content) if content else None
