"""The words of /me, in the language of the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.appointments.model import STATUS_FA, Status
from nabz.kit import jalali, persian
from nabz.prescriptions.model import DELIVERY_FA, KIND_FA, STATE_FA, Item, Kind, Prescription, State
from nabz.prescriptions.model.codes import SERVICE_TYPES, SPECIALTIES
from nabz.prescriptions.model.corrections import CORRECTION_EN, CORRECTION_FA, CorrectionState
from nabz.prescriptions.model.corrections import Role as LookRole
from nabz.prescriptions.model.doses import in_words

if TYPE_CHECKING:
    from datetime import datetime

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
