"""The coding committee's way: a draft is begun, changed (pages/changing.py), reviewed by a second person, published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from nabz.access.service import clients
from nabz.kit.errors import Problem
from nabz.kit.persian import fold
from nabz.kit.reader import Natural
from nabz.terminology.errors import (
    AlreadyPublished,
    BadId,
    BadLabel,
    DraftMoved,
    DraftOpen,
    ImportUnderWay,
    LabelTaken,
    NothingChanged,
    NotSubmitted,
    OnlyVersion,
    ParentMissing,
    SuccessorMissing,
    TerminologyExists,
    UnknownDraft,
    UnknownTerminology,
)
from nabz.terminology.model import Kind, State, Terminology, Version
from nabz.terminology.pages import changing
from nabz.terminology.pages.desk import EDITORS, draw_desk, may_publish
from nabz.terminology.pages.frame import draw
from nabz.terminology.service import drafting, importing, reading
from nabz.web.forms import BLANK, UNPROCESSABLE, Filled, Form
from nabz.web.pages import Pages
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

Title = Annotated[str, msgspec.Meta(max_length=200, pattern=r"\S")]
Words = Annotated[str, msgspec.Meta(max_length=2000)]
Reason = Annotated[str, msgspec.Meta(max_length=2000, pattern=r"\S")]


class Wanted(msgspec.Struct, frozen=True):
    """The search box of the list."""

    text: str = ""


class NewTerminology(msgspec.Struct, frozen=True, kw_only=True):
    """The form of a new terminology or map."""

    kind: Kind
    id: str
    title_fa: Title
    title_en: Title
    source_fa: Words = ""
    made_up: Annotated[str, msgspec.Meta(pattern="^(no|partly|yes)$")] = "no"
    source: str = ""
    target: str = ""

    def wrong_ends(self) -> dict[str, tuple[str, str]]:
        """Tell what is wrong with the ends of a map."""
        if self.kind is not Kind.MAP:
            return {}
        lacking = {name: _NO_END for name in ("source", "target") if not getattr(self, name)}
        return lacking or ({"target": _ONE_END} if self.source == self.target else {})

    def terminology(self, now: datetime) -> Terminology:
        """The terminology that it defines."""
        map_ = self.kind is Kind.MAP
        return Terminology(
            number=0,
            id=self.id.strip(),
            kind=self.kind,
            title_fa=fold(self.title_fa).strip(),
            title_en=self.title_en.strip(),
            source_fa=fold(self.source_fa).strip(),
            made_up=self.made_up,
            defined_at=now,
            source=self.source if map_ else None,
            target=self.target if map_ else None,
        )


class Begun(msgspec.Struct, frozen=True):
    """The form of a new draft."""

    label: str
    note: Words = ""


class Seen(msgspec.Struct, frozen=True):
    """A step on the way of the draft as its editor saw it."""

    revision: Natural


class Returned(Seen, frozen=True):
    """Why it goes back to its editors."""

    reason: Reason


class Withdrawn(msgspec.Struct, frozen=True):
    """Which version is taken back, and why."""

    label: str
    reason: Reason


_WHY = {"reason": ("دلیل را بنویسید؛ حداکثر ۲۰۰۰ نویسه.", "Write why, in at most 2000 letters.")}
_TITLE_FA = ("عنوان فارسی را بنویسید؛ حداکثر ۲۰۰ نویسه.", "Write a Persian title of at most 200 letters.")
_TITLE_EN = ("عنوان انگلیسی را بنویسید؛ حداکثر ۲۰۰ نویسه.", "Write an English title of at most 200 letters.")
_NO_END = (
    "نگاشت دو سر دارد؛ ترمینولوژی این سر را برگزینید.",
    "A map has two ends: choose the terminology of this one.",
)
_ONE_END = ("دو سر نگاشت نباید یکی باشد.", "The two ends of a map have to differ.")
BEGINNING_NOTE = {"note": ("حداکثر ۲۰۰۰ نویسه.", "At most 2000 letters.")}
BEGINNING_PROBLEMS: dict[type[Problem], str] = {BadLabel: "label", LabelTaken: "label", DraftOpen: "label"}
_MOVED: dict[type[Problem], str] = {DraftMoved: "revision", UnknownDraft: "revision"}

DEFINING = Form(
    NewTerminology,
    {"title_fa": _TITLE_FA, "title_en": _TITLE_EN, "source_fa": BEGINNING_NOTE["note"]},
    {BadId: "id", TerminologyExists: "id", UnknownTerminology: "source"},
)
BEGINNING = Form(Begun, BEGINNING_NOTE, BEGINNING_PROBLEMS)
MOVING = Form(
    Seen,
    problems={
        **_MOVED,
        **dict.fromkeys((NothingChanged, ParentMissing, SuccessorMissing, NotSubmitted, ImportUnderWay), "revision"),
    },
)
RETURNING = Form(Returned, _WHY, _MOVED)
WITHDRAWING = Form(Withdrawn, _WHY, {OnlyVersion: "reason"})


def routes() -> Pages:
    """The committee's pages."""
    pages = Pages("terminology")
    _add_lists(pages)
    _add_steps(pages)
    _add_ends(pages)
    _add_forgetting(pages)
    changing.add(pages)
    return pages


def _add_lists(pages: Pages) -> None:
    @pages.get("/maxa/edit", summary="The open drafts, and all terminologies", roles=EDITORS)
    async def drafts(call: Call) -> Response:
        wanted = call.query(Wanted)
        found = await call.db.read(_overview, wanted.text, call.me.user_id)
        return draw(call, "terminology/edit_list.html", form=Filled.of(wanted), **found)

    @pages.get("/maxa/edit/new", summary="The form of a new terminology", roles=EDITORS)
    async def blank(call: Call) -> Response:
        return await _draw_new(call, BLANK)

    @pages.post("/maxa/edit/new", summary="Define a terminology or a map", roles=EDITORS)
    async def define(call: Call) -> Response:
        try:
            form = await DEFINING.read(call)
            if wrong := form.wrong_ends():
                return await _draw_new(call, _again(call, form, wrong), UNPROCESSABLE)
            new = form.terminology(call.now)
            made = await call.db.write(drafting.define, new, call.me.user_id, call.now)
        except Problem as problem:
            return await DEFINING.again(call, problem, _draw_new)
        said = say(call, "تعریف شد؛ اکنون نخستین پیش‌نویس را بسازید.", "Defined: now begin its first draft.")
        return see_other(call, f"/maxa/edit/{made.id}", said=("good", said))


def _add_steps(pages: Pages) -> None:
    @pages.get("/maxa/edit/{id}", summary="The draft of a terminology", roles=EDITORS)
    async def show(call: Call) -> Response:
        return await draw_desk(call)

    @pages.post("/maxa/edit/{id}/begin", summary="Begin a draft", roles=EDITORS)
    async def begin(call: Call) -> Response:
        try:
            form = await BEGINNING.read(call)
            await call.db.write(_on(call, drafting.begin), form.label, fold(form.note), call.me.user_id, call.now)
        except Problem as problem:
            return await BEGINNING.again(call, problem, lambda call, form: draw_desk(call, beginning=form))
        return _back(call, say(call, "پیش‌نویس آغاز شد.", "The draft was begun."))

    @pages.post("/maxa/edit/{id}/submit", summary="Hand a draft to the second person", roles=EDITORS)
    async def submit(call: Call) -> Response:
        said = say(call, "برای بررسی فرستاده شد؛ نفر دوم آن را منتشر می‌کند.", "Sent: the second person publishes it.")
        return await _step(call, drafting.submit, said)

    @pages.post("/maxa/edit/{id}/publish", summary="Publish a reviewed draft", roles=EDITORS)
    async def publish(call: Call) -> Response:
        return await _step(call, drafting.publish, say(call, "نسخه منتشر شد.", "The version was published."))

    @pages.post("/maxa/edit/{id}/send-back", summary="Give a draft back to its editors", roles=EDITORS)
    async def send_back(call: Call) -> Response:
        try:
            form = await RETURNING.read(call)
            by, why = call.me.user_id, fold(form.reason).strip()
            await call.db.write(_on(call, drafting.send_back), form.revision, why, by, call.now)
        except Problem as problem:
            return await RETURNING.again(call, problem, lambda call, form: draw_desk(call, moving=form))
        return _back(call, say(call, "به ویراستاران بازگشت.", "It went back to its editors."))


def _add_ends(pages: Pages) -> None:
    @pages.get("/maxa/edit/{id}/discard", summary="Whether a draft shall be thrown away", roles=EDITORS)
    async def ask_discard(call: Call) -> Response:
        return await _draw_discard(call, BLANK)

    @pages.post("/maxa/edit/{id}/discard", summary="Throw a draft away", roles=EDITORS)
    async def discard(call: Call) -> Response:
        try:
            form = await MOVING.read(call)
            t = await call.db.read(reading.one, call.path["id"])
            await importing.discard(call.db, call.deps.clock.now, t, form.revision, call.me.user_id)
        except Problem as problem:
            return await MOVING.again(call, problem, lambda call, form: draw_desk(call, moving=form))
        return _back(call, say(call, "پیش‌نویس کنار گذاشته شد.", "The draft was discarded."))

    @pages.get("/maxa/edit/{id}/withdraw", summary="Whether a version shall be taken back", roles=EDITORS)
    async def ask_withdraw(call: Call) -> Response:
        return await _draw_withdraw(call, Filled({"label": call.request.query_params.get("label", "")}))

    @pages.post("/maxa/edit/{id}/withdraw", summary="Take a published version back", roles=EDITORS)
    async def withdraw(call: Call) -> Response:
        try:
            form = await WITHDRAWING.read(call)
            by, why = call.me.user_id, fold(form.reason).strip()
            await call.db.write(_on(call, drafting.withdraw), form.label, why, by, call.now)
        except Problem as problem:
            return await WITHDRAWING.again(call, problem, _draw_withdraw)
        return _back(call, say(call, "نسخه پس گرفته شد.", "The version was withdrawn."))


def _add_forgetting(pages: Pages) -> None:
    @pages.get("/maxa/edit/{id}/forget", summary="Whether an unpublished terminology shall be deleted", roles=EDITORS)
    async def ask_forget(call: Call) -> Response:
        t = await call.db.read(reading.one, call.path["id"])
        return draw(call, "terminology/edit_forget.html", one=t)

    @pages.post("/maxa/edit/{id}/forget", summary="Delete a terminology that was never published", roles=EDITORS)
    async def forget(call: Call) -> Response:
        t = await call.db.read(reading.one, call.path["id"])
        try:
            await call.db.write(drafting.forget, t, call.me.user_id, call.now)
        except (AlreadyPublished, DraftOpen) as problem:
            told = say(call, problem.text_fa, problem.text_en)
            return see_other(call, f"/maxa/edit/{t.id}", said=("bad", told))
        return see_other(call, "/maxa/edit", said=("good", say(call, "ترمینولوژی حذف شد.", "It was deleted.")))


def _on(call: Call, use_case: Callable[..., Version]) -> Callable[..., Version]:
    """Give a use case of the terminology that the address names."""
    id_ = call.path["id"]

    def run(tx: Tx, *facts: Any) -> Version:  # noqa: ANN401 - what the use case asks for
        return use_case(tx, reading.one(tx, id_), *facts)

    return run


async def _step(call: Call, use_case: Callable[..., Version], said: str) -> Response:
    try:
        form = await MOVING.read(call)
        await call.db.write(_on(call, use_case), form.revision, call.me.user_id, call.now)
    except Problem as problem:
        return await MOVING.again(call, problem, lambda call, form: draw_desk(call, moving=form))
    return _back(call, said)


def _back(call: Call, said: str) -> Response:
    return see_other(call, f"/maxa/edit/{call.path['id']}", said=("good", said))


# ---- drawing


def _overview(tx: Tx, text: str, me: str) -> dict[str, Any]:
    drafts = drafting.drafts(tx)
    known, wanted = reading.all_(tx), fold(text).strip().casefold()
    people = {person for _, draft in drafts for person in (draft.author, *draft.editors) if person}
    return {
        "drafts": drafts,
        "mine": {t.id for t, draft in drafts if draft.state is State.REVIEW and may_publish(draft, me)},
        "names": clients.names_of(tx, sorted(people)),
        "terminologies": [t for t in known if wanted in f"{t.id} {t.title_fa} {t.title_en}".casefold()],
        "open": {t.id for t, _ in drafts},
    }


def _again(call: Call, form: msgspec.Struct, wrong: dict[str, tuple[str, str]]) -> Filled:
    return Filled(msgspec.structs.asdict(form), {name: say(call, *texts) for name, texts in wrong.items()})


async def _draw_new(call: Call, form: Filled, status: int = 200) -> Response:
    ends = await call.db.read(reading.all_, Kind.CODES)
    answer = draw(call, "terminology/edit_new.html", form=form, ends=ends)
    answer.status_code = status
    return answer


async def _draw_discard(call: Call, form: Filled) -> Response:
    def look(tx: Tx) -> dict[str, Any]:
        t = reading.one(tx, call.path["id"])
        draft = drafting.draft(tx, t)
        return {"one": t, "draft": draft, "changes": reading.diff(tx, t, t.last, draft.step, "", 1)}

    return draw(call, "terminology/edit_discard.html", form=form, **await call.db.read(look))


async def _draw_withdraw(call: Call, form: Filled) -> Response:
    def look(tx: Tx) -> dict[str, Any]:
        t = reading.one(tx, call.path["id"])
        sole = len(reading.versions(tx, t)) == 1
        return {"one": t, "version": reading.version(tx, t, form.value("label")), "sole": sole}

    return draw(call, "terminology/edit_withdraw.html", form=form, **await call.db.read(look))
