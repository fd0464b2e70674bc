"""What an editor does to the codes of a draft: puts one in, changes it, retires it, takes a change back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from nabz.kit.errors import Problem
from nabz.kit.reader import Natural
from nabz.terminology import errors
from nabz.terminology.files.columns import letters
from nabz.terminology.model import LONGEST_VALUE, Concept, Kind, Terminology, code_of
from nabz.terminology.pages.desk import EDITORS, draw_desk, read_properties
from nabz.terminology.service import drafting, reading
from nabz.web.forms import Filled, Form
from nabz.web.render import say, see_other

if TYPE_CHECKING:
    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call
    from nabz.terminology.model import Version
    from nabz.web.pages import Pages

Line = Annotated[str, msgspec.Meta(max_length=LONGEST_VALUE)]


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """A code of the draft as its editor saw it."""

    revision: Natural
    code: Line
    target: Line = ""


class Leaving(Code, frozen=True, kw_only=True):
    """A code that is retired, and which other takes its place."""

    successor: Line = ""


class Putting(Code, frozen=True, kw_only=True):
    """The form of a code."""

    value: Line = ""
    en: Line = ""
    parent: Line = ""
    note: Line = ""
    properties: Line = ""
    made_up: bool = False

    def concept(self, t: Terminology) -> Concept:
        """The concept that was typed. Raises RowBroken."""
        return Concept(
            code=code_of(self.code),
            value=letters(self.value),
            target=code_of(self.target) if t.kind is Kind.MAP else "",
            en=letters(self.en),
            parent=code_of(self.parent),
            note=letters(self.note),
            made_up=self.made_up,
            properties=read_properties(self.properties),
        )


_MOVED: dict[type[Problem], str] = {errors.DraftMoved: "revision", errors.UnknownDraft: "revision"}
_LONG = ("حداکثر ۴۰۰۰ نویسه.", "At most 4000 letters.")
PUTTING = Form(
    Putting,
    dict.fromkeys(("code", "target", "value", "en", "parent", "note", "properties"), _LONG),
    {
        **_MOVED,
        errors.CodeMissing: "code",
        errors.BadCode: "code",
        errors.ValueMissing: "value",
        errors.ValueTooLong: "value",
        errors.BadText: "value",
        errors.BadRelation: "value",
        errors.ParentMissing: "parent",
        errors.MapEndMissing: "target",
        errors.RowBroken: "properties",
    },
)
LEAVING = Form(
    Leaving,
    {"successor": _LONG},
    {**_MOVED, errors.SuccessorMissing: "successor", errors.UnknownCode: "revision"},
)
UNDOING = Form(Code, problems=_MOVED)


def add(pages: Pages) -> None:
    """Add these pages to the committee's."""

    @pages.post("/maxa/edit/{id}/put", summary="Add a code to a draft, or change it", roles=EDITORS)
    async def put(call: Call) -> Response:
        try:
            form = await PUTTING.read(call)
            await call.db.write(_put, call.path["id"], form, call)
        except Problem as problem:
            return await PUTTING.again(call, problem, lambda call, form: draw_desk(call, putting=form))
        return _back(call, say(call, "ذخیره شد.", "Saved."))

    @pages.post("/maxa/edit/{id}/retire", summary="Retire a code in a draft", roles=EDITORS)
    async def retire(call: Call) -> Response:
        try:
            form = await LEAVING.read(call)
            await call.db.write(_retire, call.path["id"], form, call)
        except Problem as problem:
            return await LEAVING.again(call, problem, lambda call, form: draw_desk(call, leaving=form))
        return _back(call, say(call, "کد در این نسخه منسوخ می‌شود.", "The code is retired in this version."))

    @pages.post("/maxa/edit/{id}/undo", summary="Take back what a draft does to a code", roles=EDITORS)
    async def undo(call: Call) -> Response:
        try:
            form = await UNDOING.read(call)
            await call.db.write(_undo, call.path["id"], form, call)
        except Problem as problem:
            return await UNDOING.again(call, problem, _draw_moved)
        return _back(call, say(call, "تغییر این کد پس گرفته شد.", "The change of this code was taken back."))


def _put(tx: Tx, id_: str, form: Putting, call: Call) -> Version:
    t = reading.one(tx, id_)
    return drafting.put(tx, t, form.revision, form.concept(t), call.me.user_id, call.now)


def _retire(tx: Tx, id_: str, form: Leaving, call: Call) -> Version:
    t, by = reading.one(tx, id_), call.me.user_id
    return drafting.retire(tx, t, form.revision, form.code, form.target, code_of(form.successor), by, call.now)


def _undo(tx: Tx, id_: str, form: Code, call: Call) -> Version:
    t = reading.one(tx, id_)
    return drafting.undo(tx, t, form.revision, form.code, form.target, call.me.user_id, call.now)


async def _draw_moved(call: Call, form: Filled) -> Response:
    return await draw_desk(call, moving=form)


def _back(call: Call, said: str) -> Response:
    return see_other(call, f"/maxa/edit/{call.path['id']}#changes", said=("good", said))
