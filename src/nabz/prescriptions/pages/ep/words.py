"""The words of the physicians' pages, in the language of the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit import jalali, persian
from nabz.kit.errors import Problem
from nabz.prescriptions.model import Item, Kind, Prescription, State, has_expired
from nabz.prescriptions.model.catalogue import Severity
from nabz.prescriptions.model.codes import (
    ICD10,
    LAB_GROUPS,
    PHYSIO_ILLNESSES,
    PHYSIO_PLANS,
    SERVICE_TYPES,
    SPECIALTIES,
)
from nabz.prescriptions.model.doses import amount_words, in_words, instruction_words, usage_words
from nabz.prescriptions.pages.ep.sheet import Row, number
from nabz.prescriptions.pages.frame import Words
from nabz.web import visit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from nabz.kit.http import Call

NOTHING_TO_GIVE: Final = frozenset({Kind.VISIT, Kind.FEEDBACK})
SENT: Final = frozenset({Kind.REFERRAL, Kind.HOSPITAL})
SEVERITY: Final = {
    Severity.FORBIDDEN: ("bad", "با هم تجویز نشوند", "not to be given together"),
    Severity.SEVERE: ("bad", "تداخل شدید", "severe interaction"),
    Severity.MODERATE: ("warn", "تداخل متوسط", "moderate interaction"),
    Severity.MILD: ("info", "تداخل خفیف", "mild interaction"),
}
SEXES: Final = {"1": ("مرد", "male"), "2": ("زن", "female")}
QUESTIONS: Final = (
    (1, "پیگیری و مراجعهٔ دوباره لازم است؟", "Does the patient need to come again?"),
    (2, "بیمار بهبود یافته یا درمان موفق بوده است؟", "Has the patient recovered, or was the treatment a success?"),
    (3, "آموزش به بیمار داده شد؟", "Was the patient educated?"),
    (4, "بررسی بالینی و پاراکلینیک انجام شد؟", "Were there clinical and paraclinic checks?"),
    (5, "نکتهٔ دیگری هست؟", "Is there anything else?"),
)


class EpWords(Words):
    """Given to every template of these pages as `say`."""

    def __init__(self, call: Call) -> None:
        super().__init__(visit.language(call), call.now)
        self.english = visit.language(call) == "en"
        self._today = jalali.compact(jalali.day_of(call.now))

    def problem(self, problem: Problem) -> str:
        """Tell a problem."""
        return self.text(persian.persian_digits(persian.fold(problem.text_fa)), problem.text_en)

    def official(self, text: str) -> str:
        """Write an official text with our letters and digits."""
        return persian.persian_digits(persian.fold(text))

    def name(self, text: str) -> str:
        """Write the name of a service: our letters, its own digits."""
        return persian.fold(text)

    def standing(self, one: Prescription) -> tuple[str, str]:
        """Name where a prescription stands, after the badge that it wears."""
        if one.kind in NOTHING_TO_GIVE and one.state is State.DONE:
            return "good", self.text("ثبت شد", "written")
        badge, name = self.state(one.state, one.expires)
        if one.kind in SENT and one.state in {State.OPEN, State.DONE} and not has_expired(one, self._today):
            open_ = one.state is State.OPEN
            name = self.text("در انتظار مراجعه", "open") if open_ else self.text("انجام شد", "done")
        return badge, name

    def delivery(self, state: str) -> tuple[str, str]:
        """Name where a delivery stands: the file of a month is the centre's own matter."""
        badge, name = super().delivery(state)
        return ("good", self.text("تحویل شد", "delivered")) if state in {"registered", "sent"} else (badge, name)

    def written_on(self, one: Prescription) -> str:
        """Give the day on which it was written, which need not be the one that it is dated with."""
        return jalali.compact(jalali.day_of(one.created_at))

    def age_and_sex(self, birth: str, gender: str, day: str) -> str:
        """Say how old somebody was on a day, and whether he is a man: «۴۵ ساله، زن»."""
        parts = []
        if birth:
            age = int(day[:4]) - int(birth[:4]) - (day[4:] < birth[4:])
            parts.append(self.text(f"{self.digits(age)} ساله", f"{age} years"))
        if gender in SEXES:
            parts.append(self.text(*SEXES[gender]))
        return self.text("، ", ", ").join(parts)

    def dose(self, item: Any) -> str:  # noqa: ANN401 - an item, or a line of a favourite
        """Say how a drug is taken."""
        return in_words(item.amount, item.instruction, item.usage, english=self.english)

    def chosen_dose(self, row: Row) -> str:
        """Say what has been chosen so far."""
        amount, instruction, usage = (number(text) for text in (row.amount, row.instruction, row.usage))
        return in_words(amount, instruction, usage or 0, english=self.english)

    def amount(self, number: int) -> str:
        """Name an amount."""
        return amount_words(number, english=self.english)

    def instruction(self, number: int) -> str:
        """Name how often."""
        return instruction_words(number, english=self.english)

    def usage(self, number: int) -> str:
        """Name how."""
        return usage_words(number, english=self.english)

    def type(self, code: str) -> str:
        """Name a type of services."""
        found = SERVICE_TYPES.get(code)
        return self.official(found.title) if found else code

    def specialty(self, code: str) -> str:
        """Name a specialty."""
        found = SPECIALTIES.get(code)
        return self.official(found.title) if found else code

    def severity(self, severity: Severity) -> tuple[str, str]:
        """Name how bad an interaction is, after the kind of its note."""
        kind, fa, en = SEVERITY[severity]
        return kind, self.text(fa, en)

    def about(self, item: Item) -> str:
        """Say of an item what its type asks for: its dose, its subgroup, the illness."""
        parts = [self.dose(item)] if item.amount is not None else []
        parts += [self.official(item.dose)] if item.dose and not item.usage else []
        parts += [self.titled(LAB_GROUPS, item.group)] if item.group.strip("0") else []
        parts += [self.titled(PHYSIO_ILLNESSES, each) for each in item.illnesses]
        parts += [self.titled(PHYSIO_PLANS, each) for each in item.plans]
        parts += [self.text("دندان ", "tooth ") + self.digits(item.tooth)] if item.tooth else []
        if item.repeat:
            parts.append(self.text(f"{self.digits(item.repeat)} بار تکرار", f"{item.repeat} repeats"))
        parts += [self.text("از ", "from ") + self.day(item.day)] if item.day else []
        return self.text("، ", ", ").join(part for part in parts if part)

    def titled(self, table: Mapping[str, Any], code: str) -> str:
        """Name a code by its table."""
        found = table.get(code)
        return self.official(found.title) if found else code

    def diagnosis(self, code: str) -> str:
        """Name a diagnosis."""
        found = ICD10.get(code)
        return f"{code} {self.official(found.title)}" if found else code
