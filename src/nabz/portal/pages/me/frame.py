"""What every page of /me knows: who looks, at whose record, and the words for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.access.model import DEMO, PRODUCTION, Role
from nabz.access.model import Person as Account
from nabz.access.service.oauth import registering
from nabz.kit import jalali
from nabz.portal.pages.me import keeping
from nabz.portal.pages.me.words import MeWords
from nabz.portal.service import proving
from nabz.prescriptions.model.corrections import Look
from nabz.prescriptions.model.corrections import Role as LookRole
from nabz.prescriptions.service import entitlement
from nabz.prescriptions.service.looks import Looks
from nabz.registries.model import Person
from nabz.web import visit
from nabz.web.render import render, say, see_other

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from nabz.kit.db import Database
    from nabz.kit.http import Call

    Shown = Callable[[Call, "Me"], Awaitable[Response]]

PATH: Final = "/me"
TABS: Final = (
    ("نسخه‌ها", "Prescriptions", PATH),
    ("تحویل‌ها", "Deliveries", "/me/deliveries"),
    ("جواب‌ها", "Results", "/me/results"),
    ("نوبت‌ها", "Visits", "/me/appointments"),
    ("پرونده", "Record", "/me/record"),
)


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks, and at whose record."""

    key: str
    name: str
    whom: str
    whom_name: str
    data_set: int
    db: Database

    @property
    def is_child(self) -> bool:
        """Tell whether a parent looks at a child's record."""
        return self.whom != self.key

    @property
    def code(self) -> str:
        """Give the number by which the person is known."""
        return self.whom.partition(":")[2]


def public(call: Call) -> Database:
    """Give the store as somebody sees it who is not signed in: the demo sandbox, or production."""
    return call.db.within(DEMO if call.deps.settings.demo else PRODUCTION)


def today(call: Call) -> str:
    """Give the day that it is in Tehran, eight digits."""
    return jalali.compact(jalali.day_of(call.now))


def known(function: Shown) -> Callable[[Call], Awaitable[Response]]:
    """Let in whom this browser has proven to be somebody; all others go to where that is done."""

    async def inside(call: Call) -> Response:
        me = await me_of(call)
        return await function(call, me) if me is not None else _to_the_door(call)

    return inside


def _to_the_door(call: Call) -> Response:
    text = say(call, "نخست کد ملی خود را بنویسید.", "Write your national code first.")
    return keeping.forget(call, see_other(call, PATH, said=("info", text)), keeping.KNOWN)


async def me_of(call: Call) -> Me | None:
    """Tell who sits at this browser: a citizen who is signed in, or who has proven himself by a code."""
    found = await _citizen(call) or await _by_cookie(call)
    if found is None:
        return None
    key, person, db = found
    name = f"{person.first_name} {person.last_name}".strip() if person is not None else ""
    me = Me(key=key, name=name, whom=key, whom_name=name, data_set=db.data_set, db=db)
    return await _with_child(call, me)


async def _citizen(call: Call) -> tuple[str, Person | None, Database] | None:
    if call.who is None or Role.CITIZEN not in call.who.roles:
        return None
    account = Account.of(call.who)
    identity = await call.db.read(registering.identity_of, account.user_id)
    if identity is None:
        return None
    db = call.db.within(account.data_set)
    key = entitlement.person_key(identity.national_code)
    return key, await db.read(proving.known, key), db


async def _by_cookie(call: Call) -> tuple[str, Person | None, Database] | None:
    """Whose mobile is another by now has to prove himself again."""
    kept = keeping.opened(call, keeping.KNOWN, keeping.Known)
    if kept is None:
        return None
    db = call.db.within(kept.data_set)
    person = await db.read(proving.known, kept.key)
    return (kept.key, person, db) if person is not None and person.mobile == kept.mobile else None


async def _with_child(call: Call, me: Me) -> Me:
    """Look at the child that was chosen, as long as it is one; the child may read later who looked."""
    kept = keeping.opened(call, keeping.CHILD, keeping.Child)
    if kept is None or kept.parent != me.key:
        return me
    children = await me.db.read(proving.children, me.key, today(call))
    child = next((each for each in children if each.id.key == kept.key), None)
    if child is None:
        return me
    await Looks.of(call.deps).note(me.db, Look(patient=child.id.key, who=me.key, role=LookRole.PARENT), call.now)
    return msgspec.structs.replace(me, whom=child.id.key, whom_name=f"{child.first_name} {child.last_name}".strip())


def draw(call: Call, me: Me | None, template: str, status: int = 200, **values: object) -> Response:
    """Draw a page of /me."""
    words = MeWords(visit.language(call), call.now)
    here = call.scope["path"]
    fitting = [path for _, _, path in TABS if here == path or here.startswith(f"{path}/")]
    if here.startswith(("/me/prescriptions", "/me/corrections", "/me/looks", "/me/export")):
        fitting = [PATH if here.startswith("/me/prescriptions") else "/me/record"]
    open_ = max(fitting, key=len, default="")
    tabs = [{"title": words.text(fa, en), "path": path, "active": path == open_} for fa, en, path in TABS]
    return render(call, f"portal/me/{template}", status, w=words, me=me, tabs=tabs if me else [], **values)
