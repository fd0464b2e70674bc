"""What every page of /me knows: who looks, at whose record, and the words for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from nabz.access.model import DEMO, PRODUCTION, Role
from nabz.access.model import Person as Account
from nabz.access.service.oauth import registering
from nabz.appointments.model import STATUS_FA, Status
from nabz.kit import jalali, persian
from nabz.portal.pages.me import keeping
from nabz.portal.service import proving
from nabz.prescriptions.model import DELIVERY_FA, KIND_FA, STATE_FA, Item, Kind, Prescription, State
from nabz.prescriptions.model.codes import SERVICE_TYPES, SPECIALTIES
from nabz.prescriptions.model.corrections import CORRECTION_EN, CORRECTION_FA, CorrectionState, Look
from nabz.prescriptions.model.corrections import Role as LookRole
from nabz.prescriptions.model.doses import in_words
from nabz.prescriptions.service import entitlement
from nabz.prescriptions.service.looks import Looks
from nabz.registries.model import Person
from nabz.web import visit
from nabz.web.render import render, say, see_other

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

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
BADGES: Final = {"open": "info", "part": "warn", "done": "good", "returned": "bad", "deleted": "neutral"}
STATE_EN: Final = {
    "open": "waiting",
    "part": "delivered in part",
    "done": "delivered",
    "returned": "sent back to the physician",
    "deleted": "deleted",
}
KIND_EN: Final = {
    Kind.DRUG: "drugs",
    Kind.PARACLINIC: "paraclinic",
    Kind.VISIT: "visit",
    Kind.VISIT_AND_SERVICE: "visit and service",
    Kind.SERVICE: "services",
    Kind.REFERRED_SERVICE: "referred services",
    Kind.REFERRAL: "referral",
    Kind.FEEDBACK: "feedback",
    Kind.HOSPITAL: "admission order",
}
DELIVERY_EN: Final = {"pending": "set aside", "registered": "delivered", "sent": "delivered", "removed": "taken back"}
DELIVERY_SAID: Final = {**DELIVERY_FA, "registered": "تحویل شد", "sent": "تحویل شد", "pending": "در انتظار تأیید شما"}
DELIVERY_BADGES: Final = {"pending": "warn", "registered": "good", "sent": "good", "removed": "neutral"}
STATUS_EN: Final = {
    Status.FREE: "free",
    Status.TAKEN: "booked",
    Status.VISITED: "visited",
    Status.CANCELLED: "cancelled by you",
    Status.WITHDRAWN: "cancelled by the centre",
    Status.LATE: "cancelled, late",
}
ROLES: Final = {
    LookRole.PHYSICIAN: ("پزشک", "physician"),
    LookRole.PHARMACY: ("داروخانه", "pharmacy"),
    LookRole.PARACLINIC: ("مرکز پاراکلینیک", "paraclinic centre"),
    LookRole.INSURER: ("بیمه‌گر", "insurer"),
    LookRole.PARENT: ("پدر یا مادر", "a parent"),
}
FLAGS: Final = {
    "N": ("طبیعی", "normal", "good"),
    "L": ("پایین", "low", "warn"),
    "H": ("بالا", "high", "warn"),
    "LL": ("بسیار پایین", "critically low", "bad"),
    "HH": ("بسیار بالا", "critically high", "bad"),
    "A": ("غیرطبیعی", "abnormal", "warn"),
}
CORRECTION_BADGES: Final = {
    CorrectionState.OPEN: "warn",
    CorrectionState.DONE: "good",
    CorrectionState.DECLINED: "neutral",
}
_LTR, _END = "\u2066", "\u2069"  # dots between digits must not turn their order round
ENDS: Final = 3


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


class MeWords:
    """Given to every template of /me as `w`."""

    def __init__(self, lang: str, now: datetime) -> None:
        self._persian = lang != "en"
        self._today = jalali.compact(jalali.day_of(now))

    def text(self, fa: str, en: str) -> str:
        """Choose the text of this language."""
        return fa if self._persian else en

    def number(self, value: float) -> str:
        """Write a whole number."""
        return persian.grouped(round(value)) if self._persian else f"{round(value):,}"

    def digits(self, text: object) -> str:
        """Write a number that is a name: a code, a mobile."""
        return persian.persian_digits(text) if self._persian else str(text)

    def money(self, rial: int) -> str:
        """Write an amount."""
        return f"{self.number(rial)} {self.text('ریال', 'rial')}"

    def day(self, compact: str) -> str:
        """Write a day of eight digits: ۱۴۰۵/۰۸/۳۰."""
        return self.digits(f"{compact[:4]}/{compact[4:6]}/{compact[6:8]}") if compact else "—"

    def moment(self, at: datetime) -> str:
        """Write an instant: ۱۴۰۵/۰۸/۳۰ ۱۰:۱۵."""
        return self.digits(f"{jalali.slashed(jalali.day_of(at))} {jalali.tehran(at):%H:%M}")

    def visit(self, at: datetime) -> str:
        """Write an instant as people say it: چهارشنبه ۱۲ آذر ۱۴۰۵، ساعت ۱۰:۱۵."""
        day = jalali.day_of(at)
        if not self._persian:
            return self.moment(at)
        clock = persian.persian_digits(f"{jalali.tehran(at):%H:%M}")
        return f"{jalali.weekday(day)} {jalali.long_date(day)}، ساعت {clock}"

    def official(self, text: str) -> str:
        """Write an official text with our letters and digits."""
        return persian.persian_digits(persian.fold(text))

    def name(self, text: str) -> str:
        """Write the name of a service: our letters, its own digits."""
        return persian.fold(text)

    def kind(self, kind: int) -> str:
        """Name what a prescription is for."""
        return (KIND_FA if self._persian else KIND_EN)[Kind(kind)]

    def type(self, code: str) -> str:
        """Name a type of services."""
        found = SERVICE_TYPES.get(code)
        return self.official(found.title) if found else code

    def specialty(self, code: str) -> str:
        """Name a specialty."""
        found = SPECIALTIES.get(code)
        return self.official(found.title) if found else code

    def state(self, state: str, expires: str = "") -> tuple[str, str]:
        """Name where a prescription or an item stands, after the badge that it wears."""
        if expires and state in {"open", "part"} and expires < self._today:
            return "neutral", self.text("منقضی", "expired")
        return BADGES[state], (STATE_FA if self._persian else STATE_EN)[state]

    def standing(self, one: Prescription) -> tuple[str, str]:
        """Name where a prescription stands; of some kinds nothing is delivered."""
        if one.kind in {Kind.VISIT, Kind.FEEDBACK} and one.state is State.DONE:
            return "good", self.text("ثبت شد", "written")
        badge, name = self.state(one.state, one.expires)
        if one.kind in {Kind.REFERRAL, Kind.HOSPITAL} and one.state is State.OPEN and badge != "neutral":
            name = self.text("در انتظار مراجعه", "open")
        return badge, name

    def delivery(self, state: str) -> tuple[str, str]:
        """Name where a delivery stands, after the badge that it wears."""
        return DELIVERY_BADGES[state], (DELIVERY_SAID if self._persian else DELIVERY_EN)[state]

    def status(self, status: int) -> tuple[str, str]:
        """Name where an appointment stands, after its badge."""
        badge = {Status.TAKEN: "good", Status.VISITED: "info"}.get(Status(status), "neutral")
        return badge, (STATUS_FA if self._persian else STATUS_EN)[Status(status)]

    def correction(self, state: CorrectionState) -> tuple[str, str]:
        """Name where a request stands, after its badge."""
        return CORRECTION_BADGES[state], (CORRECTION_FA if self._persian else CORRECTION_EN)[state]

    def role(self, role: LookRole) -> str:
        """Name as what somebody looked."""
        return self.text(*ROLES[role])

    def flag(self, flag: str) -> tuple[str, str]:
        """Name what a value is, after its badge."""
        fa, en, badge = FLAGS.get(flag, (flag, flag, "neutral"))
        return badge, self.text(fa, en)

    def dose(self, item: Item) -> str:
        """Say how a drug is taken."""
        if item.amount is None and item.instruction is None:
            return self.official(item.dose)
        said = in_words(item.amount, item.instruction, item.usage, english=not self._persian)
        return said or self.official(item.dose)

    def masked(self, code: str) -> str:
        """Write so much of a number that its owner knows it again, and nobody else learns it."""
        return f"{_LTR}{self.digits(code[:ENDS])}•••{self.digits(code[-2:])}{_END}"
