"""What can be wrong with the file of a month."""

from __future__ import annotations

from nabz.kit.errors import Problem


class MonthWrong(Problem):
    """No such month in the Jalali calendar."""

    code = "prescriptions.month-wrong"
    status = 422
    fa = "ماه درست نیست؛ آن را مانند ۱۴۰۵/۰۷ بنویسید."
    en = "This is no month: write it like 1405/07."


class MonthNotOver(Problem):
    """The month is still running: more may be delivered in it."""

    code = "prescriptions.month-not-over"
    status = 409
    fa = "این ماه هنوز به پایان نرسیده است؛ فایل آن از روز نخست ماه بعد فرستاده می‌شود."
    en = "This month is not over: its file can be sent from the first day of the next."


class MonthEmpty(Problem):
    """Nothing was delivered."""

    code = "prescriptions.month-empty"
    status = 409
    fa = "در این ماه نسخه‌ای برای ارسال نیست."
    en = "There is nothing to send of this month."


class MonthWaits(Problem):
    """Deliveries of two steps wait for their second one."""

    code = "prescriptions.month-waits"
    status = 409
    fa = "{count} تحویل این ماه در انتظار تأیید بیمار است؛ نخست آن‌ها را تأیید یا حذف کنید."
    en = "{count} deliveries of this month wait for the patient: confirm or delete them first."


class MonthSent(Problem):
    """The month's file was sent before."""

    code = "prescriptions.month-sent"
    status = 409
    fa = "فایل این ماه پیش‌تر فرستاده شده است."
    en = "The file of this month was sent already."


class MonthFileNotThere(Problem):
    """There is no such file, or it is another centre's: nobody is told which."""

    code = "prescriptions.month-file-not-there"
    status = 404
    fa = "فایلی با این مشخصات یافت نشد."
    en = "There is no such file."


class MonthFileDecided(Problem):
    """Somebody has decided about the file already, or it was sent anew meanwhile."""

    code = "prescriptions.month-file-decided"
    status = 409
    fa = "دربارهٔ این فایل پیش‌تر تصمیم گرفته شده است؛ صفحه را تازه کنید."
    en = "This file was decided already: reload the page."


class ReasonMissing(Problem):
    """A file is not sent back without a word."""

    code = "prescriptions.reason-missing"
    status = 422
    fa = "دلیل برگشت فایل را بنویسید."
    en = "Write why the file is sent back."


class MonthTooLarge(Problem):
    """More lines than a sheet has."""

    code = "prescriptions.month-too-large"
    status = 413
    fa = "این ماه بیش از {most} سطر دارد."
    en = "This month has more than {most} lines."


class TooManyMonths(Problem):
    """A report over more months than one page shows."""

    code = "prescriptions.too-many-months"
    status = 422
    fa = "حداکثر {most} ماه را می‌توان یک‌جا دید."
    en = "At most {most} months can be seen at once."
