"""Import of the referral map: a file is read line by line, its faults are told, and it is taken whole or not at all."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from nabz.appointments.errors.referral import MapFileRefused
from nabz.appointments.files import referral as files
from nabz.appointments.pages.ministry.frame import MINISTRY, db_of, draw
from nabz.appointments.pages.ministry.referral import ROOT
from nabz.appointments.service import naming, referral
from nabz.kit.http.upload import TooManyFiles, UploadBroken, upload
from nabz.kit.persian import persian_digits
from nabz.kit.reader import BodyTooLarge
from nabz.web.forms import BLANK, UNPROCESSABLE, Filled, Form
from nabz.web.pages import Pages, check_origin
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.appointments.files.referral import MapFile
    from nabz.kit.http import Call

MOST_MB: Final = 20
MOST: Final = (MOST_MB << 20) + 100_000
AT_ONCE: Final = 1
"""So many files are read at once in a process: one of 100,000 lines takes some 100 MB of memory for its seconds."""

NAMES: Final = {
    "specialty": ("تخصص", "specialty"),
    "insurer": ("بیمه‌گر", "insurer"),
    "division": ("تقسیمات کشوری", "division"),
    "facility": ("مرکز", "facility"),
}


class Sent(msgspec.Struct, frozen=True):
    """Which of the two buttons was pressed."""

    deed: Literal["check", "load"] = "check"


SENDING: Final = Form(Sent)


def routes() -> Pages:
    """These pages."""
    pages = Pages("appointments")
    seats = asyncio.Semaphore(AT_ONCE)

    @pages.get(f"{ROOT}/import", summary="The form of a file of the map", roles=MINISTRY)
    async def blank(call: Call) -> Response:
        return _draw(call, BLANK)

    # The form is checked for its origin while it is read, before its file is kept.
    @pages.post(f"{ROOT}/import", summary="Try a file, or load it", roles=MINISTRY, before=None)
    async def send(call: Call) -> Response:
        try:
            with await upload(call, MOST, 1, check_origin) as sent:
                if not sent.files:
                    return _refused(call, "فایل را برگزینید.", "Choose a file.")
                deed, name = (await SENDING.read(call)).deed, sent.files[0].name
                async with seats:
                    found = await asyncio.to_thread(files.read, sent.files[0].file)
                    return await _judge(call, found, name, deed)
        except BodyTooLarge:
            most = f"فایل حداکثر {persian_digits(MOST_MB)} مگابایت است."
            return _refused(call, most, f"A file has at most {MOST_MB} MB.", BodyTooLarge.status)
        except (UploadBroken, TooManyFiles, MapFileRefused) as problem:
            return _refused(call, problem.text_fa, problem.text_en)

    return pages


async def _judge(call: Call, found: MapFile, name: str, deed: str) -> Response:
    """Tell what a file would do, or do it if nothing is wrong with it."""
    strange = 0
    if not found.wrong:
        strange = _tell_unknown(found, await db_of(call).read(naming.unknown, found.routes))
    if deed == "load" and not found.wrong:
        count = await db_of(call).write(referral.load, found.routes, call.me.user_id, call.now)
        said = say(call, f"{persian_digits(count)} راه در نقشه نشست.", f"{count} ways were put into the map.")
        return see_other(call, ROOT, said=("good", said))
    status = UNPROCESSABLE if found.wrong else 200
    return _draw(call, BLANK, status, found=found, name=name, strange=strange)


def _tell_unknown(found: MapFile, lost: set[naming.Key]) -> int:
    """Tell the lines with codes that are in no terminology; count those with centres that the register lacks."""
    strange = 0
    for route in found.routes if lost else ():
        keys = [key for key in naming.keys_of(route) if key in lost]
        codes = [(NAMES[kind], value) for kind, value in keys if kind != "facility"]
        strange += any(kind == "facility" for kind, _ in keys)
        if codes:
            fa = "، ".join(f"کد {value} در فهرست {names[0]} نیست" for names, value in codes)
            en = ", ".join(f"there is no {names[1]} {value}" for names, value in codes)
            found.refuse(found.lines[route.id], fa, en)
    return strange


def _refused(call: Call, fa: str, en: str, status: int = UNPROCESSABLE) -> Response:
    return _draw(call, Filled({}, {"file": say(call, fa, en)}), status)


def _draw(
    call: Call, form: Filled, status: int = 200, *, found: MapFile | None = None, name: str = "", strange: int = 0
) -> Response:
    return draw(
        call,
        "referral_import.html",
        status,
        form=form,
        found=found,
        name=name,
        strange=strange,
        header=",".join(files.HEADER),
        most=MOST_MB,
        most_lines=files.MOST_LINES,
    )
