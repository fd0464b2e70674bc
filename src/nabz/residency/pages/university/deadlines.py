"""The deadlines of a year in words: what is open, and for how long still."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from nabz.residency.model import Year
    from nabz.residency.pages.frame import Words

_HOUR, _MINUTE = 3600, 60


class Deadline(msgspec.Struct, frozen=True):
    """A line of the table of deadlines."""

    title: str
    badge: tuple[str, str]
    at: str
    left: str = ""


def lines(year: Year, words: Words, now: datetime) -> list[Deadline]:
    """Tell what is open and what is over."""
    return [_declaring(year, words, now), _correcting(year, words, now), _publishing(year, words, now)]


def _declaring(year: Year, words: Words, now: datetime) -> Deadline:
    title = words.text("معرفی به ارتقا", "Declarations")
    if year.opens_at is not None and now < year.opens_at:
        badge = "neutral", words.text("هنوز آغاز نشده", "not begun")
        return Deadline(title, badge, words.text("از ", "from ") + words.moment(year.opens_at))
    return _until(title, year.closes_at or _published(year, now), words, now)


def _correcting(year: Year, words: Words, now: datetime) -> Deadline:
    return _until(words.text("اصلاح معرفی‌ها", "Corrections"), year.corrects_until or _published(year, now), words, now)


def _published(year: Year, now: datetime) -> datetime | None:
    """Give the hour of a publication that is past: it ends what has no deadline of its own."""
    return year.results_at if year.published(now) else None


def _publishing(year: Year, words: Words, now: datetime) -> Deadline:
    title = words.text("نتیجهٔ نهایی", "Final results")
    if year.results_at is None:
        return Deadline(title, ("neutral", words.text("زمان انتشار تعیین نشده", "no hour is set")), "—")
    if year.published(now):
        return Deadline(title, ("good", words.text("منتشر شد", "published")), words.moment(year.results_at))
    badge = "info", words.text("منتشر نشده", "not published")
    return Deadline(title, badge, words.moment(year.results_at), left(year.results_at - now, words))


def _until(title: str, end: datetime | None, words: Words, now: datetime) -> Deadline:
    if end is None:
        return Deadline(title, ("good", words.text("باز", "open")), words.text("بدون مهلت", "without an end"))
    told = words.text("تا ", "until ") + words.moment(end)
    if end <= now:
        return Deadline(title, ("bad", words.text("پایان‌یافته", "over")), told)
    return Deadline(title, ("good", words.text("باز", "open")), told, left(end - now, words))


def left(span: timedelta, words: Words) -> str:
    """Say how long something lasts still: ۱۲ روز و ۳ ساعت مانده."""
    hours, rest = divmod(span.seconds, _HOUR)
    parts = [(span.days, "روز", "day"), (hours, "ساعت", "hour"), (rest // _MINUTE, "دقیقه", "minute")]
    first = next((place for place, part in enumerate(parts) if part[0]), len(parts) - 1)
    told = [part for part in parts[first : first + 2] if part[0]] or parts[-1:]
    fa = " و ".join(f"{count} {name}" for count, name, _ in told)
    en = " and ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, _, name in told)
    return words.digits(words.text(f"{fa} مانده", f"{en} left"))
