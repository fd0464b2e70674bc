"""Import through the portal: a file is sent, tried dry and told row by row, and only then loaded into a draft."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from nabz.kit.errors import Problem
from nabz.kit.http.upload import TooManyFiles, UploadBroken, upload
from nabz.kit.persian import fold
from nabz.kit.reader import BodyTooLarge
from nabz.terminology.errors import DraftOpen, LabelTaken, UnknownVersion
from nabz.terminology.model import State, good_label
from nabz.terminology.pages.desk import EDITORS, open_draft
from nabz.terminology.pages.editing import BEGINNING
from nabz.terminology.pages.frame import draw, is_part
from nabz.terminology.pages.waiting import Stage
from nabz.terminology.pages.working import Crew
from nabz.terminology.service import reading
from nabz.web.forms import BLANK, UNPROCESSABLE, Filled
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
                room = crew.room(call)
                about = await asyncio.to_thread(room.keep, sent.files[0], call.me.user_id, t.id, call.now)
        except BodyTooLarge:
            return await _refused(
                call, crew, "فایل حداکثر ۵۰ مگابایت است.", f"A file has at most {MOST_MB} MB.", BodyTooLarge.status
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
            form = await BEGINNING.read(call)
            label = await call.db.read(_free_label, t, form.label)
        except Problem as problem:
            return await BEGINNING.again(call, problem, lambda call, form: _draw(call, crew, form))
        ready = standing.stage is Stage.CHECKED or (standing.stage is Stage.LOADING and standing.cut_off(call.now))
        if ready and standing.told and not standing.told.refused and not crew.busy(about):
            crew.load(call, t, about, label, fold(form.note).strip())
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
    if form is None:
        offered = standing.label or (standing.opened.version if standing.opened else "")
        form = Filled({"label": offered, "note": standing.note})
    template = "terminology/import_live.html" if is_part(call) else "terminology/import_one.html"
    shown = standing.told.lines[:LINES] if standing.told else []
    return draw(call, template, form=form, about=about, standing=standing, shown=shown, part=is_part(call), **found)


def _around(tx: Tx, id_: str) -> dict[str, Any]:
    t = reading.one(tx, id_)
    return {"one": t, "draft": _in_the_way(tx, t)}


def _in_the_way(tx: Tx, t: Terminology) -> Version | None:
    """Find the draft that a load would have to wait for; what a killed load has left, the next one clears away."""
    draft = open_draft(tx, t)
    return draft if draft is not None and draft.state is not State.LOADING else None
