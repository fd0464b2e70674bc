"""How the page of a draft is drawn: what it changes, the code at hand, what has happened, and what is to be done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.access.model import Role
from nabz.access.service import clients
from nabz.kit import audit
from nabz.kit.errors import Problem
from nabz.terminology.errors import RowBroken, SecondPersonNeeded, UnknownCode, UnknownDraft
from nabz.terminology.model import Concept, Kind, State, Terminology, Version, code_of, fits_second_person
from nabz.terminology.pages.comparing import marked
from nabz.terminology.pages.frame import draw
from nabz.terminology.service import drafting, importing, reading
from nabz.web.forms import BLANK, Filled
from nabz.web.render import say

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from nabz.kit.db import Tx
    from nabz.kit.http import Call

EDITORS: Final = (Role.CODING_EDITOR, Role.OPERATOR)
PAGE: Final = 100
ROWS: Final = 50
HISTORY: Final = 12
DEEDS: Final = {
    "terminology.define": ("تعریف شد", "defined"),
    "terminology.begin": ("پیش‌نویس آغاز شد", "draft begun"),
    "terminology.import": ("پیش‌نویس از فایل ساخته شد", "draft made from a file"),
    "terminology.submit": ("برای بررسی فرستاده شد", "sent for review"),
    "terminology.send-back": ("بازگردانده شد", "sent back"),
    "terminology.publish": ("منتشر شد", "published"),
    "terminology.withdraw": ("پس گرفته شد", "withdrawn"),
    "terminology.forget": ("حذف شد", "deleted"),
    "terminology.discard": ("پیش‌نویس کنار گذاشته شد", "draft discarded"),
}
MOST_PROPERTIES: Final = 20
LONGEST_NAME: Final = 60

_ESCAPED: Final = str.maketrans({":": r"\:", "\\": r"\\"})
_PROPERTY: Final = re.compile(r"((?:\\.|[^\\:])+):(.*)")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which code is at hand, and after which row the list of changes goes on."""

    code: str = ""
    target: str = ""
    after: str = ""


async def draw_desk(call: Call, **forms: Filled) -> Response:
    """Draw the page; a form that was refused stands in it as it was typed."""
    asked = Asked() if forms else call.query(Asked)
    # What was typed decides which code is at hand when a form about it comes back.
    at_hand = forms.get("leaving") or forms.get("putting")
    if at_hand is not None:
        asked = Asked(code=at_hand.value("code"), target=at_hand.value("target"))
    found = await call.db.read(_desk, call.path["id"], asked, call.me.user_id, call.now)
    found["changes"] = marked(found["changes"], found["one"].kind)
    putting = forms.pop("putting", None) or _filled(asked, found["rows"])
    blank = dict.fromkeys(("beginning", "leaving", "moving"), BLANK)
    told = [(deed, *_told(call, deed)) for deed in found.pop("deeds")]
    return draw(call, "terminology/edit.html", asked=asked, deeds=told, putting=putting, **{**blank, **forms}, **found)


def _told(call: Call, deed: Any) -> tuple[str, str]:  # noqa: ANN401 - a row of the audit
    """Name what was done, and why."""
    return say(call, *DEEDS.get(deed.action, (deed.action, deed.action))), str(deed.facts.get("reason", ""))


def _desk(tx: Tx, id_: str, asked: Asked, me: str, now: datetime) -> dict[str, Any]:
    t = reading.one(tx, id_)
    draft = open_draft(tx, t)
    deeds = audit.history(tx, t.id, HISTORY)
    found: dict[str, Any] = {"one": t, "draft": draft, "deeds": deeds, "changes": [], "next": "", "rows": []}
    if draft is not None:
        loading = draft.state is State.LOADING  # what is half put in is nobody's business
        changes = [] if loading else reading.diff(tx, t, t.last, draft.step, asked.after, PAGE + 1)
        found["changes"] = changes[:PAGE]
        found["next"] = reading.cursor(changes[PAGE - 1]) if len(changes) > PAGE else ""
        found["rows"] = _rows(tx, t, draft, asked)
        found["counted"] = drafting.count(tx, t, draft) if draft.state is State.DRAFT else draft
        found["may_publish"] = may_publish(draft, me)
        found["dead"] = now - draft.touched_at >= importing.SILENT
        found["has_children"] = len(found["rows"]) == 1 and _has_children(tx, t, draft, found["rows"][0])
    people = {deed.who for deed in deeds} | ({draft.author, *draft.editors, draft.sender or ""} if draft else set())
    found["names"] = clients.names_of(tx, sorted(people - {""}))
    found["versions"] = reading.versions(tx, t, withdrawn=True)
    found["sole"] = sum(version.withdrawn_at is None for version in found["versions"]) == 1
    return found


def open_draft(tx: Tx, t: Terminology) -> Version | None:
    """Read the version in the making, if there is one."""
    try:
        return drafting.draft(tx, t)
    except UnknownDraft:
        return None


def may_publish(draft: Version, me: str) -> bool:
    """Tell whether somebody is the second person."""
    try:
        fits_second_person(draft, me)
    except SecondPersonNeeded:
        return False
    return True


# ---- the code at hand


def _rows(tx: Tx, t: Terminology, draft: Version, asked: Asked) -> list[Concept]:
    """Find what the draft holds under the code that was asked for."""
    code = code_of(asked.code)
    if not code:
        return []
    if t.kind is Kind.MAP:
        before = reading.cursor(Concept(code=code, value="", target=" "))  # no target begins with a blank
        found = [row for row in reading.page(tx, t, draft.step, before, ROWS) if row.code == code]
        return [row for row in found if row.target == asked.target] or found
    try:
        return [reading.concept(tx, t, code, draft.step)]
    except UnknownCode:
        return []


def _has_children(tx: Tx, t: Terminology, draft: Version, row: Concept) -> bool:
    return t.kind is Kind.CODES and bool(reading.page(tx, t, draft.step, limit=1, parent=row.code))


def _filled(asked: Asked, rows: list[Concept]) -> Filled:
    """Fill the form from what is there; of a new code only what was asked for."""
    if len(rows) == 1:
        row = rows[0]
        return Filled({**msgspec.structs.asdict(row), "properties": written_properties(row.properties)})
    return Filled({"code": asked.code, "target": asked.target})


def written_properties(properties: dict[str, str]) -> str:
    """Write properties as people edit them: one in a line, `name: value`."""
    return "\n".join(f"{name.translate(_ESCAPED)}: {value}" for name, value in properties.items())


def read_properties(text: str) -> dict[str, str]:
    """Read what `written_properties` writes. Raises RowBroken."""
    found: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        pair = _PROPERTY.fullmatch(line.strip())
        name = " ".join(re.sub(r"\\(.)", r"\1", pair[1]).split()) if pair else ""
        if pair is None or not name or not pair[2].strip() or len(name) > LONGEST_NAME:
            raise _broken("هر ویژگی در یک سطر است، مانند «واحد: قرص»", "each property has a line such as unit: tablet")
        if name in found:
            raise _broken(f"ویژگی «{name}» دو بار آمده است", f"the property {name} is there twice")
        found[name] = pair[2].strip()
    if len(found) > MOST_PROPERTIES:
        raise _broken("بیش از ۲۰ ویژگی دارد", "it has more than 20 properties")
    return found


def _broken(fa: str, en: str) -> Problem:
    return RowBroken(why_fa=fa, why_en=en)
