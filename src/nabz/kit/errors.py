"""Expected failures: one class each, with both texts, whose fault it is and whether to try again."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Final

_PERSIAN: Final = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")  # kit.persian has problems of its own and imports this file


class Fault(StrEnum):
    """Who has to act."""

    CALLER = "caller"
    PROVIDER = "provider"
    HOUSE = "house"


class Problem(Exception):  # noqa: N818 - "Problem" is the word of problem+json and of the whole house
    """An expected failure, raised where it is found and turned into an answer once, at the edge."""

    code: ClassVar[str] = ""
    status: ClassVar[int] = 400
    fa: ClassVar[str] = ""
    en: ClassVar[str] = ""
    fault: ClassVar[Fault] = Fault.CALLER
    retry: ClassVar[bool] = False

    def __init__(self, *, retry_after: float | None = None, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts
        self.retry_after = retry_after

    @property
    def text_fa(self) -> str:
        """The Persian sentence for people."""
        return self.fa.format_map(self.facts_fa)

    @property
    def facts_fa(self) -> dict[str, object]:
        """The facts as a Persian sentence tells them: numbers in its digits; codes and names are text and stay."""
        return {name: str(fact).translate(_PERSIAN) if type(fact) is int else fact for name, fact in self.facts.items()}

    @property
    def text_en(self) -> str:
        """The English sentence for programmers."""
        return self.en.format_map(self.facts)

    def __str__(self) -> str:
        return f"{self.code}: {self.text_en}"


class Told(Problem):
    """A problem whose reason is told in both languages."""

    def __init__(self, *, why_fa: str, why_en: str, retry_after: float | None = None, **facts: object) -> None:
        super().__init__(retry_after=retry_after, why=why_en, why_fa=why_fa, **facts)

    @property
    def text_fa(self) -> str:
        """The Persian sentence, with the Persian reason."""
        return self.fa.format_map({**self.facts_fa, "why": self.facts["why_fa"]})


class NotAllowed(Problem):
    """The caller is known but may not do this."""

    code = "kit.not-allowed"
    status = 403
    fa = "اجازهٔ این کار را ندارید."
    en = "You are not allowed to do this."


class NotFound(Problem):
    """Nothing lives at this address."""

    code = "kit.not-found"
    status = 404
    fa = "چنین چیزی یافت نشد."
    en = "There is no such thing."


class MethodNotAllowed(Problem):
    """The address exists, the method does not."""

    code = "kit.method-not-allowed"
    status = 405
    fa = "این نشانی با این روش پاسخ نمی‌دهد."
    en = "This address does not answer to this method."


class OutcomeUnknown(Problem):
    """The connection to the database was lost while it was deciding."""

    code = "kit.outcome-unknown"
    status = 503
    fa = "نتیجهٔ کار روشن نیست؛ همین درخواست را با همان کلید دوباره بفرستید."
    en = "The outcome is unknown: send the same request again with the same key."
    fault = Fault.HOUSE
    retry = True


class Busy(Problem):
    """The house is full for a moment."""

    code = "kit.busy"
    status = 503
    fa = "سامانه در این لحظه پر است؛ کمی بعد دوباره بفرستید."
    en = "The service is full at this moment: try again shortly."
    fault = Fault.HOUSE
    retry = True


def catalogue() -> list[type[Problem]]:
    """Every expected failure that has been imported, sorted by code."""
    found: set[type[Problem]] = set()
    waiting = list(Problem.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if kind.code:
            found.add(kind)
    return sorted(found, key=lambda kind: kind.code)
