"""Letters (ابلاغیه): read by all, written by the committee, marked by vendors, and who uses what since when."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

import msgspec
from starlette.responses import Response

from nabz.access.model import OPERATORS, VENDORS, OrganisationKind, Person, Role
from nabz.access.service import organisations
from nabz.kit import jalali
from nabz.kit.errors import Problem
from nabz.kit.http.upload import TooManyFiles, UploadBroken, UploadedFile, upload
from nabz.kit.ids import new_id
from nabz.kit.persian import ascii_digits, fold, persian_digits
from nabz.kit.reader import BodyTooLarge
from nabz.terminology.errors import AttachmentRefused, LetterIncomplete, LetterNumberTaken, UnknownTerminology
from nabz.terminology.model import Adoption, Attachment, Letter, would_run
from nabz.terminology.pages.desk import EDITORS
from nabz.terminology.pages.frame import draw
from nabz.terminology.pages.words import told_fa
from nabz.terminology.service import letters as service
from nabz.terminology.service import reading
from nabz.web.forms import UNPROCESSABLE, Filled, Form
from nabz.web.pages import Pages, check_origin
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from nabz.access.model import Organisation
    from nabz.kit.db import Tx
    from nabz.kit.http import Call

MOST_FILES: Final = 5
MOST: Final = (MOST_FILES * service.MOST_MB << 20) + 200_000
_BETWEEN: Final = re.compile(r"[\s,،;]+")
_NO_PAGE: Final = "default-src 'none'; sandbox"

Title = Annotated[str, msgspec.Meta(max_length=300, pattern=r"\S")]


class NewLetter(msgspec.Struct, frozen=True, kw_only=True):
    """The form of a new letter, without its files."""

    number: Annotated[str, msgspec.Meta(max_length=60, pattern=r"\S")]
    title: Title
    date: Annotated[str, msgspec.Meta(max_length=40, pattern=r"\S")]
    remark: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    terminologies: Annotated[str, msgspec.Meta(max_length=4000)] = ""

    def letter(self, call: Call) -> Letter:
        """The letter that was typed."""
        return Letter(
            id=new_id(),
            number=ascii_digits(self.number).strip(),
            title=fold(self.title).strip(),
            date=self.date,
            remark=fold(self.remark).strip(),
            terminologies=tuple(dict.fromkeys(filter(None, _BETWEEN.split(self.terminologies)))),
            published_at=call.now,
        )


class Since(msgspec.Struct, frozen=True):
    """From which day on."""

    since: str


WRITING = Form(
    NewLetter,
    {
        "number": ("شماره را بنویسید؛ حداکثر ۶۰ نویسه.", "Write its number, in at most 60 letters."),
        "title": ("عنوان را بنویسید؛ حداکثر ۳۰۰ نویسه.", "Write a title of at most 300 letters."),
        "date": (jalali.DateWrong.fa, jalali.DateWrong.en),
        "remark": ("حداکثر ۴۰۰۰ نویسه.", "At most 4000 letters."),
        "terminologies": ("حداکثر ۴۰۰۰ نویسه.", "At most 4000 letters."),
    },
    {
        LetterNumberTaken: "number",
        LetterIncomplete: "number",
        jalali.DateWrong: "date",
        UnknownTerminology: "terminologies",
        AttachmentRefused: "files",
        TooManyFiles: "files",
        UploadBroken: "files",
    },
)
MARKING = Form(Since, problems={jalali.DateWrong: "since"})


def routes() -> Pages:
    """The pages of the letters."""
    pages = Pages("terminology")
    _add_reading(pages)
    _add_marks(pages)
    _add_writing(pages)
    _add_report(pages)
    _add_numbers(pages)
    return pages


def _add_reading(pages: Pages) -> None:
    @pages.get("/maxa/letters", summary="The letters")
    async def all_(call: Call) -> Response:
        return draw(call, "terminology/letters.html", **await call.db.read(_all, call.who))

    @pages.get("/maxa/letters/{id}", summary="One letter")
    async def one(call: Call) -> Response:
        return await _draw_one(call, None)

    @pages.get("/maxa/letters/{id}/files/{file}", summary="A file that comes with a letter")
    async def file(call: Call) -> Response:
        found, content = await call.db.read(service.attachment, call.path["id"], call.path["file"])
        return _download(content, found.type, found.name)


def _add_numbers(pages: Pages) -> None:
    # Numbers hold strokes. The last of all, for it fits the others' addresses as well.
    @pages.get("/maxa/letters/{number:path}", summary="The letter that has this number")
    async def numbered(call: Call) -> Response:
        found = await call.db.read(service.one, call.path["number"])
        return see_other(call, f"/maxa/letters/{found.id}")


def _add_marks(pages: Pages) -> None:
    @pages.post("/maxa/letters/{id}/in-use", summary="Say since when one uses what a letter tells of", roles=VENDORS)
    async def adopt(call: Call) -> Response:
        me = Person.of(call.me)
        try:
            since = jalali.parse((await MARKING.read(call)).since)
            letter = await call.db.read(service.one, call.path["id"])
            if since > jalali.day_of(call.now):
                return await _wrong_day(call, "تاریخ در آینده است.", "This day has not come yet.")
            if since < jalali.parse(letter.date):
                fa = f"این ابلاغیه در {persian_digits(letter.date)} صادر شده است؛ تاریخ به‌کارگیری پیش از آن نیست."
                return await _wrong_day(call, fa, f"The letter is of {letter.date}: nobody can have used it before.")
            await call.db.write(service.adopt, call.path["id"], me.organisation_id, since, me.user_id, call.now)
        except Problem as problem:
            return await MARKING.again(call, problem, _draw_one)
        said = say(call, "ثبت شد؛ راهبر آن را در گزارش می‌بیند.", "Noted: the operator sees it in the report.")
        return see_other(call, f"/maxa/letters/{call.path['id']}", said=("good", said))

    @pages.post("/maxa/letters/subscribe", summary="Be told of letters and versions by mail", roles=())
    async def subscribe(call: Call) -> Response:
        await call.db.write(service.subscribe, call.me.user_id, call.now)
        said = say(call, "از این پس با نامه خبر می‌دهیم.", "From now on you are told by mail.")
        return see_other(call, "/maxa/letters", said=("good", said))

    @pages.post("/maxa/letters/unsubscribe", summary="Be told no longer", roles=())
    async def unsubscribe(call: Call) -> Response:
        await call.db.write(service.unsubscribe, call.me.user_id)
        return see_other(
            call, "/maxa/letters", said=("good", say(call, "دیگر خبر نمی‌دهیم.", "You are told no longer."))
        )


def _add_writing(pages: Pages) -> None:
    @pages.get("/maxa/letters/new", summary="The form of a new letter", roles=EDITORS)
    async def blank(call: Call) -> Response:
        return await _draw_new(call, Filled({"date": jalali.people_date(jalali.day_of(call.now))}))

    # The form is checked for its origin while it is read, before its files are kept.
    @pages.post("/maxa/letters/new", summary="Publish a letter", roles=EDITORS, before=None)
    async def publish(call: Call) -> Response:
        try:
            with await upload(call, MOST, MOST_FILES, check_origin) as sent:
                letter = (await WRITING.read(call)).letter(call)
                contents = await asyncio.to_thread(_contents, sent.files)
            await call.db.write(service.publish, letter, contents, call.me.user_id, call.now)
        except BodyTooLarge as problem:
            answer = await _draw_new(call, Filled({}, {"files": _too_large(call)}))
            answer.status_code = problem.status
            return answer
        except LetterNumberTaken:
            taken = LetterNumberTaken(number=say(call, persian_digits(letter.number), letter.number))
            return await WRITING.again(call, taken, _draw_new)
        except AttachmentRefused as problem:
            return await _refused(call, problem)
        except Problem as problem:
            return await WRITING.again(call, problem, _draw_new)
        said = say(call, "ابلاغیه منتشر شد و مشترکان خبردار می‌شوند.", "The letter was published; subscribers are told.")
        return see_other(call, f"/maxa/letters/{letter.id}", said=("good", said))


def _add_report(pages: Pages) -> None:
    @pages.get("/maxa/letters/report", summary="Who uses what letters tell of, since when", roles=OPERATORS)
    async def report(call: Call) -> Response:
        return draw(call, "terminology/report.html", lines=await call.db.read(_report, Person.of(call.me)))

    @pages.get("/maxa/letters/report.csv", summary="The same as a table", roles=OPERATORS)
    async def table(call: Call) -> Response:
        lines = await call.db.read(_report, Person.of(call.me))
        return _download(_written(lines).encode("utf-8-sig"), "text/csv; charset=utf-8", "maxa-letters.csv")


# ---- what is read

ReportLine = tuple[Letter, list[Adoption], list["Organisation"]]


def _all(tx: Tx, who: object) -> dict[str, Any]:
    me = who if isinstance(who, Person) else None
    own = service.adopted_by(tx, me.organisation_id) if me and Role.VENDOR in me.roles else None
    return {
        "letters": service.all_(tx),
        "own": own,
        "subscribed": service.subscribed(tx, me.user_id) if me else None,
    }


def _report(tx: Tx, by: Person) -> list[ReportLine]:
    """Read who has said since when, and which makers of software have said nothing."""
    makers = [one for one in organisations.search(tx, by) if one.active and one.kind is OrganisationKind.COMPANY]
    lines: list[ReportLine] = []
    for letter, marks in service.report(tx):
        said = {mark.organisation for mark in marks}
        lines.append((letter, marks, [maker for maker in makers if maker.id not in said]))
    return lines


def _written(lines: list[ReportLine]) -> str:
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(("letter", "title", "date", "organisation", "in_use_since", "said_at"))
    for letter, marks, silent in lines:
        known = (letter.number, letter.title, letter.date)
        for mark in marks:
            rows.writerow(map(_cell, (*known, mark.organisation_name, mark.since, mark.marked_at.isoformat())))
        for one in silent:
            rows.writerow(map(_cell, (*known, one.name, "", "")))
    return table.getvalue()


def _cell(text: str) -> str:
    """Write a cell that no spreadsheet runs."""
    return f"'{text}" if would_run(text) else text


def _contents(files: list[UploadedFile]) -> list[tuple[Attachment, bytes]]:
    """Read the files. Raises AttachmentRefused."""
    contents = []
    ids = sorted(new_id() for _ in files)  # they are shown in the order of their ids
    for id_, one in zip(ids, files, strict=True):
        content = one.file.read()
        try:
            type_ = service.check_attachment(one.name, content)
        except AttachmentRefused:
            raise AttachmentRefused(most=service.MOST_MB, name=one.name) from None
        contents.append((Attachment(id=id_, name=one.name, type=type_, size=one.size), content))
    return contents


# ---- drawing


async def _draw_one(call: Call, form: Filled | None) -> Response:
    def look(tx: Tx) -> dict[str, Any]:
        letter = service.one(tx, call.path["id"])
        me = call.who if isinstance(call.who, Person) and Role.VENDOR in call.who.roles else None
        since = service.adopted_by(tx, me.organisation_id).get(letter.id, "") if me else ""
        known = {t.id: t for t in reading.all_(tx)}
        named = [known[id_] for id_ in letter.terminologies if id_ in known]
        operates = isinstance(call.who, Person) and Role.OPERATOR in call.who.roles
        marks = service.adoptions(tx, letter.id) if operates else None
        return {"letter": letter, "vendor": me, "since": since, "terminologies": named, "marks": marks}

    found = await call.db.read(look)
    form = form or Filled({"since": found["since"]})
    return draw(call, "terminology/letter.html", form=form, today=jalali.day_of(call.now), **found)


async def _wrong_day(call: Call, fa: str, en: str) -> Response:
    answer = await _draw_one(call, Filled({"since": await call.field("since")}, {"since": say(call, fa, en)}))
    answer.status_code = UNPROCESSABLE
    return answer


async def _draw_new(call: Call, form: Filled) -> Response:
    known = await call.db.read(reading.all_)
    return draw(call, "terminology/letter_new.html", form=form, known=known, most=service.MOST_MB, files=MOST_FILES)


async def _refused(call: Call, problem: AttachmentRefused) -> Response:
    """Say which of the files it is that we do not pass on."""
    name = problem.facts.get("name", "")
    told = f"{name}: {say(call, told_fa(problem), problem.text_en)}"

    def draw_again(call: Call, form: Filled) -> Awaitable[Response]:
        return _draw_new(call, Filled(form.values, {"files": told}))

    return await WRITING.again(call, problem, draw_again)


def _too_large(call: Call) -> str:
    return say(
        call,
        f"پیوست‌ها روی هم بزرگ‌اند؛ حداکثر {persian_digits(MOST_FILES)} فایل {persian_digits(service.MOST_MB)} مگابایتی. "
        "فرم را دوباره پر کنید.",
        f"The attachments are too large: at most {MOST_FILES} files of {service.MOST_MB} MB. Fill in the form again.",
    )


def _download(content: bytes, type_: str, name: str) -> Response:
    """Give a file that is saved and never shown as a page of ours."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    return Response(
        content,
        media_type=type_,
        headers={
            "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
            "content-security-policy": _NO_PAGE,
        },
    )
