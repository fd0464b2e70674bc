"""What changes, relations, states, numbers and days are called in the language of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit import jalali, persian
from nabz.terminology.model import Change, Kind, Relation, State

if TYPE_CHECKING:
    from datetime import datetime

    from nabz.kit.errors import Problem
    from nabz.terminology.model import Terminology

# Each with the badge that it wears (parts.html).
CHANGES: Final = {
    Change.ADDED: ("good", "افزوده", "added"),
    Change.CHANGED: ("info", "تغییرکرده", "changed"),
    Change.RETIRED: ("bad", "منسوخ", "retired"),
    Change.REMAPPED: ("warn", "جایگزین‌شده", "replaced"),
}
STATES: Final = {
    State.LOADING: ("neutral", "در حال بارگذاری", "loading"),
    State.DRAFT: ("info", "پیش‌نویس", "draft"),
    State.REVIEW: ("warn", "در انتظار تأیید", "in review"),
    State.PUBLISHED: ("good", "منتشرشده", "published"),
    State.WITHDRAWN: ("bad", "پس‌گرفته", "withdrawn"),
}
# The words that files are read by as well (files/words.py).
RELATIONS: Final = {
    Relation.EQUIVALENT: ("معادل", "equivalent"),
    Relation.WIDER: ("عام‌تر", "wider"),
    Relation.NARROWER: ("خاص‌تر", "narrower"),
    Relation.INEXACT: ("تقریبی", "inexact"),
}
KINDS: Final = {Kind.CODES: ("کدینگ", "code system"), Kind.MAP: ("نگاشت", "map")}
MADE_UP: Final = {
    "yes": ("ساختگی برای آزمایش", "made up for trials"),
    "partly": ("بخشی ساختگی برای آزمایش", "partly made up for trials"),
}
UNIT: Final = 1024


def told_fa(problem: Problem) -> str:
    """Say what is wrong in Persian, with its numbers in Persian digits."""
    facts = {
        name: persian.persian_digits(str(fact)) if isinstance(fact, int) else fact
        for name, fact in problem.facts.items()
    }
    return problem.fa.format_map({**facts, "why": facts.get("why_fa", "")})


class Words:
    """Given to every template of the terminologies as `w`."""

    def __init__(self, lang: str, now: datetime) -> None:
        self._persian = lang != "en"
        self._now = now

    def text(self, fa: str, en: str) -> str:
        """Choose the text of this language; what has no English stays Persian, and the other way round."""
        return (fa or en) if self._persian else (en or fa)

    def number(self, value: float) -> str:
        """Write a whole number."""
        return persian.grouped(round(value)) if self._persian else f"{round(value):,}"

    def size(self, octets: int) -> str:
        """Write the size of a file."""
        for below, fa, en in ((UNIT, "بایت", "bytes"), (UNIT**2, "کیلوبایت", "KiB")):
            if octets < below:
                return f"{self.number(octets * UNIT / below)} {self.text(fa, en)}"
        return f"{self.number(octets / UNIT**2)} {self.text('مگابایت', 'MiB')}"

    def day(self, at: datetime) -> str:
        """Write the Jalali day of an instant."""
        return self.date(jalali.slashed(jalali.day_of(at)))

    def date(self, slashed: str) -> str:
        """Write a Jalali date that is kept as 1402/11/03."""
        return persian.persian_digits(slashed) if self._persian else slashed

    def moment(self, at: datetime) -> str:
        """Write an instant to the minute, by Tehran's clock."""
        return jalali.moment(at) if self._persian else f"{self.day(at)} {jalali.tehran(at):%H:%M}"

    def since(self, at: datetime) -> str:
        """Say how long ago something was."""
        return jalali.relative(at, self._now) if self._persian else self.moment(at)

    def title(self, terminology: Terminology) -> str:
        """Name a terminology."""
        return self.text(terminology.title_fa, terminology.title_en)

    def made_up(self, mark: str) -> str:
        """Say that the codes are made up; nothing when they are not."""
        return self.text(*MADE_UP[mark]) if mark in MADE_UP else ""

    def kind(self, kind: Kind) -> str:
        """Name what the entries of a terminology say."""
        return self.text(*KINDS[kind])

    def relation(self, relation: str) -> str:
        """Say how the other end of a map stands to this code; what is no relation stays as it is written."""
        return self.text(*RELATIONS[Relation(relation)]) if relation in set(Relation) else relation

    def change(self, change: Change) -> tuple[str, str]:
        """Name what became of a code, after the badge that it wears."""
        badge, *texts = CHANGES[change]
        return badge, self.text(*texts)

    def state(self, state: State) -> tuple[str, str]:
        """Name where a version stands, after the badge that it wears."""
        badge, *texts = STATES[state]
        return badge, self.text(*texts)
