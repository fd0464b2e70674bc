"""Why a result is not kept, not shown or not released."""

from __future__ import annotations

from nabz.kit.errors import Problem


class ResultUnknown(Problem):
    """There is no such result, or it is not for the one who asks: nobody is told which."""

    code = "prescriptions.result-unknown"
    status = 404
    fa = "چنین نتیجه‌ای یافت نشد."
    en = "There is no such result."


class ResultClosed(Problem):
    """A released result is not changed any more: a correction takes its place."""

    code = "prescriptions.result-closed"
    status = 409
    fa = "این نتیجه منتشر شده است؛ برای تغییر، اصلاحیه ثبت کنید."
    en = "This result was released: write a correction."


class ResultNotOut(Problem):
    """Only a released result is corrected."""

    code = "prescriptions.result-not-out"
    status = 409
    fa = "تنها نتیجهٔ منتشرشده اصلاح می‌شود؛ پیش‌نویس را دوباره بفرستید."
    en = "Only a released result is corrected."


class ResultCorrected(Problem):
    """Another correction has taken its place already."""

    code = "prescriptions.result-corrected"
    status = 409
    fa = "برای این نتیجه پیش‌تر اصلاحیه‌ای منتشر شده است؛ آن را اصلاح کنید."
    en = "Another correction has taken its place: correct that one."


class ReasonMissing(Problem):
    """A correction tells why."""

    code = "prescriptions.result-reason"
    status = 422
    fa = "دلیل اصلاح را بنویسید."
    en = "A correction tells why."


class ResultEmpty(Problem):
    """Neither numbers nor text nor a file."""

    code = "prescriptions.result-empty"
    status = 422
    fa = "نتیجه خالی است: عدد، متن یا فایلی بفرستید."
    en = "The result is empty: it needs numbers, a text or a file."


class ResultForm(Problem):
    """A field of the result is wrong."""

    code = "prescriptions.result-field"
    status = 422
    fa = "مقدار «{field}» درست نیست."
    en = "{field} is wrong."


class ServiceNotDelivered(Problem):
    """The result names a service that this delivery does not hold."""

    code = "prescriptions.result-service"
    status = 422
    fa = "خدمت {service} در این پذیرش نیست."
    en = "The delivery holds no service {service}."


class FileTooLarge(Problem):
    """One file is larger than is kept."""

    code = "prescriptions.result-file-large"
    status = 413
    fa = "فایل «{name}» بیش از {most} مگابایت است."
    en = "The file {name} is larger than {most} MB."


class FilesTooLarge(Problem):
    """The delivery has no room for more files."""

    code = "prescriptions.result-files-large"
    status = 413
    fa = "فایل‌های این پذیرش روی هم بیش از {most} مگابایت می‌شوند."
    en = "The files of this delivery would be larger than {most} MB together."


class FileKindRefused(Problem):
    """Neither PDF nor PNG nor JPEG, whatever its name says."""

    code = "prescriptions.result-file-kind"
    status = 415
    fa = "فایل «{name}» پی‌دی‌اف، PNG یا JPEG نیست."
    en = "The file {name} is no PDF, PNG or JPEG."


class PictureBroken(Problem):
    """A picture that cannot be read to its end."""

    code = "prescriptions.result-picture"
    status = 422
    fa = "تصویر «{name}» خوانده نشد؛ شاید ناقص رسیده است."
    en = "The picture {name} cannot be read."


class PictureTooLarge(Problem):
    """A picture of more points than is opened."""

    code = "prescriptions.result-picture-large"
    status = 413
    fa = "تصویر «{name}» بیش از {most} میلیون نقطه دارد."
    en = "The picture {name} has more than {most} million points."


class PdfBroken(Problem):
    """It does not begin and end as a PDF does."""

    code = "prescriptions.result-pdf"
    status = 422
    fa = "فایل «{name}» پی‌دی‌اف کاملی نیست."
    en = "The file {name} is no whole PDF."


class PdfActive(Problem):
    """A PDF that runs, opens or sends something, or into which one cannot look."""

    code = "prescriptions.result-pdf-active"
    status = 422
    fa = "پی‌دی‌اف «{name}» اسکریپت، پیوست یا رمز دارد؛ نسخهٔ سادهٔ آن را بفرستید."
    en = "The PDF {name} holds a script, an attachment or a lock: send a plain one."
