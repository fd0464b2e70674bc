"""What is wrong with a weekly pattern, or with a calendar that slots are to be made of."""

from __future__ import annotations

from nabz.appointments.errors.refusal import Refusal, Sepas


class NothingToPublish(Refusal):
    """No slot comes of it."""

    code = "appointments.nothing-to-publish"
    status = 422
    fa = "از این برنامه هیچ نوبتی به دست نمی‌آید؛ روزها، ساعت‌ها و تعطیلی‌ها را دوباره ببینید."
    en = "No slot comes of this: look again at its days, hours and holidays."
    sepas = Sepas.WRONG


class ScheduleTooLong(Refusal):
    """Nobody plans for so many days at once."""

    code = "appointments.schedule-too-long"
    status = 422
    fa = "بازهٔ برنامه بیش از {most} روز است."
    en = "A schedule covers at most {most} days."
    sepas = Sepas.DATES


class HoursWrong(Refusal):
    """The hours of work end before they begin, or no visit fits in."""

    code = "appointments.hours-wrong"
    status = 422
    fa = "ساعت کار \u2066{hours}\u2069 درست نیست: پایان باید پس از آغاز باشد و دست‌کم یک نوبت در آن بگنجد."
    en = "The hours {hours} are not valid: they must end after they begin and leave room for a visit."
    sepas = Sepas.DATES


class HoursOverlap(Refusal):
    """Two sessions of one day overlap."""

    code = "appointments.hours-overlap"
    status = 422
    fa = "ساعت‌های کار یک روز روی هم افتاده‌اند: \u2066{hours}\u2069"
    en = "Hours of one day overlap: {hours}"
    sepas = Sepas.DATES


class WeekdayWrong(Refusal):
    """A week has seven days."""

    code = "appointments.weekday-wrong"
    status = 422
    fa = "روز هفته از ۰ (شنبه) تا ۶ (جمعه) است."
    en = "A weekday is 0 (Saturday) to 6 (Friday)."
    sepas = Sepas.WRONG


class GapWrong(Refusal):
    """No break between visits is so long."""

    code = "appointments.gap-wrong"
    status = 422
    fa = "فاصلهٔ میان نوبت‌ها از ۰ تا {most} دقیقه است."
    en = "The gap between visits is 0 to {most} minutes."
    sepas = Sepas.WRONG


class SharesWrong(Refusal):
    """The shares of the quotas name no quota, or no number of visits."""

    code = "appointments.shares-wrong"
    status = 422
    fa = "سهمیه‌ها درست نیست: هر سهم یکی از کدهای ۱۰۱ تا ۱۰۴ و شماری نامنفی دارد."
    en = "The shares are not valid: each has a quota of 101 to 104 and a number that is not negative."
    sepas = Sepas.CODING


class DayTwice(Refusal):
    """One day has two exceptions."""

    code = "appointments.day-twice"
    status = 422
    fa = "برای یک روز دو استثنا آمده است: {day}"
    en = "One day has two exceptions: {day}"
    sepas = Sepas.DATES


class PrefixWrong(Refusal):
    """Local ids cannot begin like this."""

    code = "appointments.prefix-wrong"
    status = 422
    fa = "پیشوند شناسهٔ محلی ۱ تا {most} حرف لاتین، رقم یا خط تیره است."
    en = "The prefix of local ids has 1 to {most} Latin letters, digits or hyphens."
    sepas = Sepas.WRONG


class Explained(Refusal):
    """A refusal whose reason is told in both languages: the facts `why` and `why_fa`."""

    @property
    def text_fa(self) -> str:
        """The Persian sentence, with the Persian reason."""
        return self.fa.format_map({**self.facts_fa, "why": self.facts.get("why_fa", "")})


class ExceptionWrong(Explained):
    """A line of the exceptions cannot be read."""

    code = "appointments.exception-wrong"
    status = 422
    fa = "سطر {line} («{text}»): {why}"
    en = "Line {line} ({text}): {why}"
    sepas = Sepas.DATES


class CalendarUnreadable(Explained):
    """The file is no iCalendar."""

    code = "appointments.calendar-unreadable"
    status = 422
    fa = "سطر {line} تقویم خوانده نشد: {why}"
    en = "Line {line} of the calendar cannot be read: {why}"
    sepas = Sepas.INPUT


class CalendarTooLarge(Explained):
    """Too many bytes, events or repetitions."""

    code = "appointments.calendar-too-large"
    status = 413
    fa = "تقویم بزرگ‌تر از حد است؛ حداکثر {most} {why} پذیرفته می‌شود."
    en = "The calendar is too large: at most {most} {why}."
    sepas = Sepas.INPUT
