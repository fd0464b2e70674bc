"""What is wrong with a report that was asked for."""

from __future__ import annotations

from nabz.appointments.errors.refusal import Refusal, Sepas


class ReportTooLong(Refusal):
    """Nobody reads so many days at once."""

    code = "appointments.report-too-long"
    status = 422
    fa = "بازه حداکثر {most} روز است."
    en = "A period has at most {most} days."
    sepas = Sepas.DATES


class FirstDayWrong(Refusal):
    """The first day of a period is none."""

    code = "appointments.first-day-wrong"
    status = 422
    fa = "روز آغاز درست نیست؛ آن را مانند ۱۴۰۵/۰۷/۰۱ بنویسید."
    en = "The first day is no valid Jalali date: write it like 1405/07/01."
    sepas = Sepas.DATES


class LastDayWrong(Refusal):
    """The last day of a period is none."""

    code = "appointments.last-day-wrong"
    status = 422
    fa = "روز پایان درست نیست؛ آن را مانند ۱۴۰۵/۰۷/۰۱ بنویسید."
    en = "The last day is no valid Jalali date: write it like 1405/07/01."
    sepas = Sepas.DATES
