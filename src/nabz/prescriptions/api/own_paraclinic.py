"""Our own API of results: numbers, texts and files of a delivery, drafted, released and corrected."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.responses import Response

from nabz.kit import reader
from nabz.kit.http.upload import upload
from nabz.prescriptions.api.door import official
from nabz.prescriptions.errors.results import FileTooLarge, ResultEmpty
from nabz.prescriptions.model import doc_id
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.model.results import MOST_FILE, MOST_FILES, MOST_TOGETHER, FileSent
from nabz.prescriptions.service import reading, results
from nabz.prescriptions.service.writing import must_be_writer
from nabz.prescriptions.wire import own_paraclinic as wire
from nabz.prescriptions.wire.paraclinic.requests import registration_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.kit.http.upload import Upload, UploadedFile
    from nabz.prescriptions.api.door import Sent
    from nabz.prescriptions.model import Caller
    from nabz.prescriptions.model.results import File, Result

    Admit = Callable[[Call], Awaitable[None]]

CREATED, NO_CONTENT = 201, 204
CENTRE: Final = "/api/nabz/paraclinics/{centre}"
OF_DELIVERY: Final = f"{CENTRE}/deliveries/{{delivery}}/results"
ONE: Final = f"{CENTRE}/results/{{result}}"
DOCTOR: Final = "/api/nabz/doctors/{doctor}"
FIELD: Final = "result"
MEGABYTE: Final = 1 << 20
AT_ONCE: Final = 4
"""So many forms with files are read at a time: each may hold 40 MB."""


class Rooms:
    """How many forms with files this process reads at once."""

    def __init__(self) -> None:
        self.free = asyncio.Semaphore(AT_ONCE)


@official.own(
    "POST",
    OF_DELIVERY,
    summary="draft a result of a delivery: JSON, or a form (multipart/form-data) of `result` and its files",
    api="para",
    answer=wire.ShownResult,
    status=CREATED,
    samples=("nabz/paraclinic/draft.request.json", "nabz/paraclinic/draft.response.json"),
)
async def draft_result(sent: Sent) -> wire.ShownResult:
    """Raises what `results.draft` raises."""
    centre, delivery = sent.path["centre"], registration_of(sent.path["delivery"])

    async def admit(_: Call) -> None:
        await sent.db.read(results.may_draft, centre, delivery, sent.caller)

    told, files = await _told(sent, admit)
    return wire.shown(await results.draft(sent.db, centre, delivery, told.sent(files), sent.caller, sent.now, sent.key))


@official.own(
    "PUT",
    ONE,
    summary="write a draft anew, as it was first sent",
    api="para",
    answer=wire.ShownResult,
    samples=("nabz/paraclinic/redraft.request.json", "nabz/paraclinic/redraft.response.json"),
)
async def redraft_result(sent: Sent) -> wire.ShownResult:
    """Raises what `results.redraft` raises."""
    centre, result = sent.path["centre"], sent.path["result"]
    told, files = await _told(sent, _admitting(sent))
    return wire.shown(await results.redraft(sent.db, centre, result, told.sent(files), sent.caller, sent.now))


@official.own(
    "POST",
    f"{ONE}/correction",
    summary="draft a correction of a released result, with its reason; the old one is kept",
    api="para",
    answer=wire.ShownResult,
    status=CREATED,
    samples=("nabz/paraclinic/correct.request.json", "nabz/paraclinic/correct.response.json"),
)
async def correct_result(sent: Sent) -> wire.ShownResult:
    """Raises what `results.correct` raises."""
    centre, result = sent.path["centre"], sent.path["result"]
    told, files = await _told(sent, _admitting(sent))
    return wire.shown(
        await results.correct(sent.db, centre, result, told.sent(files), told.reason, sent.caller, sent.now, sent.key)
    )


@official.own(
    "POST",
    f"{ONE}/release",
    summary="release a draft: the patient and the physician see it, and it stays as it is",
    api="para",
    answer=wire.ShownResult,
    samples=("nabz/paraclinic/release.response.json",),
)
async def release_result(sent: Sent) -> wire.ShownResult:
    """Raises what `results.release` raises."""
    return wire.shown(await results.release(sent.db, sent.path["centre"], sent.path["result"], sent.caller, sent.now))


@official.own("DELETE", ONE, summary="throw a draft away", api="para", status=NO_CONTENT)
async def drop_result(sent: Sent) -> Response:
    """Raises ResultUnknown, ResultClosed."""
    await results.drop(sent.db, sent.path["centre"], sent.path["result"], sent.caller, sent.now)
    return Response(status_code=NO_CONTENT)


@official.own(
    "GET",
    OF_DELIVERY,
    summary="all results of a delivery, drafts too, for its centre",
    api="para",
    answer=wire.ShownResults,
    samples=("nabz/paraclinic/list.response.json",),
)
async def list_results(sent: Sent) -> wire.ShownResults:
    """Raises NotRegistered, CentreUnknown, CentreNotActive, CentreNotYours."""
    delivery = registration_of(sent.path["delivery"])
    await sent.db.read(results.may_draft, sent.path["centre"], delivery, sent.caller)
    return wire.listed(await sent.db.read(results.of_delivery, delivery))


@official.own("GET", f"{ONE}/files/{{number}}", summary="one file of a result, for its centre", api="para")
async def read_file(sent: Sent) -> Response:
    """Raises ResultUnknown."""
    found: Result = await sent.db.read(results.mine, sent.path["centre"], sent.path["result"], sent.caller)
    return await _file(sent, found.id, results.Reader(by=sent.caller.by, centre=found.centre))


@official.own(
    "GET",
    f"{DOCTOR}/prescriptions/{{prescription}}/results",
    summary="what was released of a physician's prescription, the latest first",
    api="epresc",
    answer=wire.ShownResults,
    samples=("nabz/paraclinic/released.response.json",),
)
async def list_released(sent: Sent) -> wire.ShownResults:
    """Raises NotThere."""
    number = number_of(sent.path["prescription"])
    reader_ = await sent.db.read(_doctor, number, sent.path["doctor"], sent.caller)
    return wire.listed(await results.seen(sent.db, number, reader_, sent.now))


@official.own(
    "GET",
    f"{DOCTOR}/prescriptions/{{prescription}}/results/{{result}}/files/{{number}}",
    summary="one file of a released result, for the physician who wrote the prescription",
    api="epresc",
)
async def read_released_file(sent: Sent) -> Response:
    """Raises NotThere, ResultUnknown."""
    number = number_of(sent.path["prescription"])
    reader_ = await sent.db.read(_doctor, number, sent.path["doctor"], sent.caller)
    return await _file(sent, sent.path["result"], reader_)


def _doctor(tx: Tx, prescription: int, doctor: str, caller: Caller) -> results.Reader:
    """Say that somebody reads as the physician who wrote it. Raises NotThere."""
    must_be_writer(reading.by_id(tx, prescription), doctor, caller)
    return results.Reader(by=caller.by, doctor=doc_id(doctor))


def _admitting(sent: Sent) -> Admit:
    async def admit(_: Call) -> None:
        await sent.db.read(results.mine, sent.path["centre"], sent.path["result"], sent.caller)

    return admit


async def _told(sent: Sent, admit: Admit) -> tuple[wire.ToldResult, list[FileSent]]:
    """Read JSON, or a form with files. Raises UploadBroken, TooManyFiles, BodyTooLarge, FileTooLarge, ResultEmpty."""
    call = sent.call
    if not (call.header("content-type") or "").lower().startswith("multipart/"):
        return reader.read(await call.bytes(), wire.ToldResult, call.limits), []
    async with sent.deps.own(Rooms, Rooms).free:
        with await upload(call, MOST_TOGETHER + MEGABYTE, MOST_FILES, admit) as form:
            files = [_whole(each) for each in form.files]
            return _result(form), files


def _result(form: Upload) -> wire.ToldResult:
    texts = [text for name, text in form.fields if name == FIELD]
    if not texts and not form.files:
        raise ResultEmpty
    return reader.read(texts[0].encode(), wire.ToldResult) if texts else wire.ToldResult()


def _whole(one: UploadedFile) -> FileSent:
    if one.size > MOST_FILE:
        raise FileTooLarge(name=one.name, most=MOST_FILE // MEGABYTE)
    return FileSent(one.name, one.file.read())


async def _file(sent: Sent, result: str, reader_: results.Reader) -> Response:
    text = sent.path["number"]
    number = int(text) if text.isdecimal() and len(text) < len(str(MEGABYTE)) else 0
    return sent_as(await results.read_file(sent.db, result, number, reader_, sent.now))


def sent_as(file: File) -> Response:
    """Send a file to be kept, never to be run."""
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
        "content-security-policy": "sandbox; default-src 'none'",
        "etag": f'"{file.digest}"',
        "cache-control": "private, no-store",
    }
    return Response(file.content, media_type=file.type, headers=headers)
