"""Import through the portal: a file is sent, tried dry and told row by row, and only then loaded into a draft."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial as partial_of
from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.kit.errors import Problem
from nabz.kit.http.upload import TooManyFiles, UploadBroken, upload
from nabz.kit.persian import fold, persian_digits
from nabz.kit.reader import BodyTooLarge
from nabz.terminology.errors import DraftOpen, LabelTaken, MostWouldGo, UnknownTerminology, UnknownVersion
from nabz.terminology.model import State, good_label
from nabz.terminology.pages.desk import EDITORS, open_draft
from nabz.terminology.pages.editing import BEGINNING_NOTE, BEGINNING_PROBLEMS, Begun
from nabz.terminology.pages.frame import draw, is_part
from nabz.terminology.pages.waiting import Stage
from nabz.terminology.pages.working import Crew
from nabz.terminology.service import importing, reading
from nabz.web.forms import BLANK, UNPROCESSABLE, Filled, Form
from nabz.web.pages import Pages, check_origin
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.terminology.model import Terminology, Version
    from nabz.terminology.pages.waiting import About, Standing

MOST_MB: Final = 50
MOST: Final = (MOST_MB << 20) + 100_000
"""The file, and what stands around it in the form."""

LINES: Final = 300


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside the file."""

    partial: bool = False


class Loading(Begun, frozen=True, kw_only=True):
    """The form of a load; what looks like the wrong file is loaded only by somebody who is sure."""

    sure: bool = False


SENDING = Form(Sent)
LOADING = Form(Loading, BEGINNING_NOTE, BEGINNING_PROBLEMS)
_UNSURE: Final = (
    "برای بارگذاری این فایل، نخست «می‌دانم و می‌خواهم» را برگزینید.",
    "To load this file, first say that you know and want it.",
)


def routes(crew: Crew | None = None) -> Pages:
    """The pages of the import; `crew` does the work, and has to be closed when the program ends."""
    pages, crew = Pages("terminology"), crew or Crew()
    _add_sending(pages, crew)
    _add_steps(pages, crew)
    return pages


def _add_sending(pages: Pages, crew: Crew) -> None:
    @pages.get("/maxa/edit/{id}/import", summary="The form of a file to import", roles=EDITORS)
    async def blank(call: Call) -> Response:
        return await _draw_form(call, crew, BLANK)

    # The form is checked for its origin while it is read, before its file is kept.
    @pages.post("/maxa/edit/{id}/import", summary="Send a file and try it dry", roles=EDITORS, before=None)
    async def send(call: Call) -> Response:
        t = await call.db.read(reading.one, call.path["id"])
        try:
            with await upload(call, MOST, 1, check_origin) as sent:
                if not sent.files:
                    return await _refused(call, crew, "فایل را برگزینید.", "Choose a file.")
                partial = (await SENDING.read(call)).partial
                keep = partial_of(crew.room(call).keep, partial=partial)
                about = await asyncio.to_thread(keep, sent.files[0], call.me.user_id, t.id, call.now)
        except BodyTooLarge:
            return await _refused(
                call,
                crew,
                f"فایل حداکثر {persian_digits(MOST_MB)} مگابایت است.",
                f"A file has at most {MOST_MB} MB.",
                BodyTooLarge.status,
            )
        except (UploadBroken, TooManyFiles) as problem:
            return await _refused(call, crew, problem.text_fa, problem.text_en)
        crew.check(call, t, about)
        return see_other(call, _place(about))


def _add_steps(pages: Pages, crew: Crew) -> None:
    @pages.get("/maxa/edit/{id}/import/{upload}", summary="How far an upload is, and what it would do", roles=EDITORS)
    async def show(call: Call) -> Response:
        return await _draw(call, crew, None)

    @pages.post("/maxa/edit/{id}/import/{upload}/load", summary="Load an upload into a draft", roles=EDITORS)
    async def load(call: Call) -> Response:
        t, about, standing = await _find(call, crew)
        try:
            form = await LOADING.read(call)
            label = await call.db.read(_free_label, t, form.label)
            doubts = await call.db.read(_doubts, t, about, standing)
        except Problem as problem:
            return await LOADING.again(call, problem, lambda call, form: _draw(call, crew, form))
        if doubts and not form.sure:
            return await _unsure(call, crew, form)
        ready = standing.stage is Stage.CHECKED or (standing.stage is Stage.LOADING and standing.cut_off(call.now))
        if ready and standing.told and not standing.told.refused and not crew.busy(about):
            crew.load(call, t, about, label, fold(form.note).strip(), sure=form.sure)
        return see_other(call, _place(about))

    @pages.post("/maxa/edit/{id}/import/{upload}/again", summary="Try an upload dry once more", roles=EDITORS)
    async def again(call: Call) -> Response:
        t, about, standing = await _find(call, crew)
        if standing.stage is not Stage.LOADED and not standing.at_work(call.now) and not crew.busy(about):
            crew.check(call, t, about)
        return see_other(call, _place(about))

    @pages.post("/maxa/edit/{id}/import/{upload}/drop", summary="Throw an upload away", roles=EDITORS)
    async def drop(call: Call) -> Response:
        _, about, standing = await _find(call, crew)
        if not standing.at_work(call.now):
            await asyncio.to_thread(crew.room(call).drop, about)
        said = say(call, "فایل دور انداخته شد.", "The file was thrown away.")
        return see_other(call, f"/maxa/edit/{about.terminology}/import", said=("good", said))


def _place(about: About) -> str:
    return f"/maxa/edit/{about.terminology}/import/{about.id}"


async def _find(call: Call, crew: Crew) -> tuple[Terminology, About, Standing]:
    """Find an upload of one's own; raises UnknownTerminology, NotFound."""
    t = await call.db.read(reading.one, call.path["id"])
    room = crew.room(call)

    def look() -> tuple[About, Standing]:
        about = room.find(call.path["upload"], call.me.user_id, t.id)
        return about, room.standing(about)

    return t, *await asyncio.to_thread(look)


def _free_label(tx: Tx, t: Terminology, label: str) -> str:
    """Check what the load would only find out at its end. Raises BadLabel, DraftOpen, LabelTaken."""
    label = good_label(label)
    if _in_the_way(tx, t) is not None:
        raise DraftOpen
    try:
        reading.version(tx, t, label)
    except UnknownVersion:
        return label
    raise LabelTaken(version=label)


# ---- drawing


async def _refused(call: Call, crew: Crew, fa: str, en: str, status: int = UNPROCESSABLE) -> Response:
    answer = await _draw_form(call, crew, Filled({}, {"file": say(call, fa, en)}))
    answer.status_code = status
    return answer


async def _draw_form(call: Call, crew: Crew, form: Filled) -> Response:
    found = await call.db.read(_around, call.path["id"])
    waiting = await asyncio.to_thread(crew.room(call).of, call.me.user_id, found["one"].id)
    return draw(call, "terminology/import.html", form=form, waiting=waiting, most=MOST_MB, **found)


async def _draw(call: Call, crew: Crew, form: Filled | None) -> Response:
    t, about, standing = await _find(call, crew)
    found = await call.db.read(_around, t.id)
    doubts = await call.db.read(_doubts, t, about, standing)
    if form is None:
        form = _offered(call, standing)
    template = "terminology/import_live.html" if is_part(call) else "terminology/import_one.html"
    shown = standing.told.lines[:LINES] if standing.told else []
    found |= {"about": about, "standing": standing, "doubts": doubts, "shown": shown}
    return draw(call, template, form=form, part=is_part(call), **found)


def _offered(call: Call, standing: Standing) -> Filled:
    """Fill the form of the load with what was typed before, or what the file says."""
    label = standing.label or (standing.opened.version if standing.opened else "")
    gone = standing.problem == MostWouldGo.code
    wrong = {"sure": say(call, standing.problem_fa, standing.problem_en)} if gone else {}
    return Filled({"label": label, "note": standing.note, "sure": standing.sure}, wrong)


async def _unsure(call: Call, crew: Crew, form: Loading) -> Response:
    answer = await _draw(call, crew, Filled(msgspec.structs.asdict(form), {"sure": say(call, *_UNSURE)}))
    answer.status_code = UNPROCESSABLE
    return answer


def _doubts(tx: Tx, t: Terminology, about: About, standing: Standing) -> dict[str, Any]:
    """Tell why this may be the wrong file: most codes would go, or it is another terminology's."""
    found: dict[str, Any] = {}
    told, opened = standing.told, standing.opened
    if told is not None and opened is not None:
        most = told.retired > importing.FEW and told.retired * 2 > t.size and opened.complete and not about.partial
        if most or standing.problem == MostWouldGo.code:
            found["gone"] = told.retired
    if opened is not None and opened.id:
        with suppress(UnknownTerminology):
            other = reading.one(tx, opened.id)
            if other.id != t.id:
                found["other"] = other
    return found


def _around(tx: Tx, id_: str) -> dict[str, Any]:
    t = reading.one(tx, id_)
    return {"one": t, "draft": _in_the_way(tx, t)}


def _in_the_way(tx: Tx, t: Terminology) -> Version | None:
    """Find the draft that a load would have to wait for; what a killed load has left, the next one clears away."""
    draft = open_draft(tx, t)
    return draft if draft is not None and draft.state is not State.LOADING else None
