"""Every expected failure of residency, besides the rules that a message breaks (faults)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.kit.errors import Fault as Whose
from nabz.kit.errors import Problem, Told

if TYPE_CHECKING:
    from nabz.residency.errors.faults import Fault


class Refused(Told):
    """A message breaks one or more rules; all of them are told at once."""

    code = "residency.refused"
    fa = "پذیرفته نشد: {why}"
    en = "Refused: {why}"

    def __init__(self, *faults: Fault) -> None:
        super().__init__(
            why_en=" ".join(each.en for each in faults),
            why_fa=" ".join(each.fa for each in faults),
            rules=[each.rule for each in faults],
        )
        self.faults = faults


class ResidentNotFound(Problem):
    """No such resident at this university."""

    code = "residency.resident-not-found"
    status = 404
    fa = "این دستیار پیدا نشد."
    en = "This resident was not found."


class DeclarationNotFound(Problem):
    """The resident was not declared in this year."""

    code = "residency.declaration-not-found"
    status = 404
    fa = "معرفی این دستیار در این سال ثبت نشده است."
    en = "This resident was not declared in this year."


class ChangedMeanwhile(Problem):
    """Somebody else has changed the same thing at the same moment."""

    code = "residency.changed-meanwhile"
    status = 409
    fa = "در همین فاصله تغییری ثبت شده است؛ صفحه را تازه کنید و دوباره ببینید."
    en = "It was changed meanwhile: reload and look again."
    retry = True


class UnderMaintenance(Problem):
    """The ministry has closed the service for a while."""

    code = "residency.under-maintenance"
    status = 503
    fa = "سامانه در دست نگهداری است؛ کمی بعد دوباره بفرستید. {note}"
    en = "The service is under maintenance: try again later. {note}"
    fault = Whose.HOUSE
    retry = True


class NoUniversity(Problem):
    """The account belongs to no university."""

    code = "residency.no-university"
    status = 403
    fa = "این حساب به دانشگاهی تعلق ندارد."
    en = "This account belongs to no university."


class TokenMissing(Problem):
    """A call of SIMAD without a token, or with one that is dead."""

    code = "residency.token-wrong"
    status = 401
    fa = "توکن نیامده، باطل شده یا زمان آن گذشته است؛ دوباره وارد شوید یا آن را تازه کنید."
    en = "The token is missing, revoked or expired: sign in again or refresh it."


class BodyKindRefused(Problem):
    """A body of another kind than JSON or a form."""

    code = "residency.body-kind-refused"
    status = 415
    fa = "نوع محتوای درخواست پذیرفته نیست؛ آن را با application/json بفرستید."
    en = "This content type is not accepted: send application/json."


class PictureRefused(Told):
    """The picture is no JPEG that can be kept."""

    code = "residency.picture-refused"
    fa = "تصویر {why}"
    en = "The picture {why}."


class FileRefused(Told):
    """The file cannot be read as a whole."""

    code = "residency.file-refused"
    fa = "فایل پذیرفته نشد: {why}."
    en = "The file was refused: {why}."


class UploadNotFound(Problem):
    """No such upload, or it is somebody else's."""

    code = "residency.upload-not-found"
    status = 404
    fa = "این فایل پیدا نشد."
    en = "This upload was not found."


class UploadNotReady(Problem):
    """The upload is not in the state that this step needs."""

    code = "residency.upload-not-ready"
    status = 409
    fa = "این فایل آمادهٔ این کار نیست؛ وضعیت آن را ببینید."
    en = "The upload is not ready for this: look at where it stands."


class TooManyAtWork(Problem):
    """So many files of one sender wait already that another one has to come later."""

    code = "residency.too-many-at-work"
    status = 429
    fa = "{most} فایل شما هنوز در صف یا در حال بررسی است؛ پس از پایان یکی از آن‌ها دوباره بفرستید."
    en = "{most} files of yours wait or are being checked: send this one when one of them is done."


class RowsRefused(Problem):
    """All or nothing was chosen, and some rows cannot be stored."""

    code = "residency.rows-refused"
    status = 409
    fa = "{count} ردیف پذیرفته نشد و چون «همه یا هیچ» انتخاب شده بود، چیزی ثبت نشد."
    en = "{count} rows were refused and all or nothing was chosen: nothing was stored."

    def __init__(self, *missed: tuple[int, tuple[Fault, ...]], count: int = 0) -> None:
        super().__init__(count=count or len(missed))
        self.missed = missed
        """The lines, and what is wrong with them by now."""


class WholeTooLarge(Problem):
    """All or nothing of so many rows would let nobody else write for seconds."""

    code = "residency.whole-too-large"
    status = 409
    fa = "«همه یا هیچ» حداکثر برای {most} ردیف است؛ ردیف‌های درست را ثبت کنید یا فایل را تقسیم کنید."
    en = "All or nothing takes {most} rows at most: store the good rows, or send several files."


class YearWrong(Problem):
    """No year of the Jalali calendar that this registry knows."""

    code = "residency.year-wrong"
    fa = "سال درست نیست؛ آن را چهاررقمی و شمسی بنویسید، مانند ۱۴۰۲."
    en = "This is no year: write four digits of the Jalali calendar, like 1402."


class DeadlinesWrong(Problem):
    """The deadlines of a year are not in their order."""

    code = "residency.deadlines-wrong"
    fa = "مهلت‌ها به ترتیب نیستند: آغاز معرفی، پایان معرفی، پایان اصلاح، انتشار نتیجه."
    en = "The deadlines are not in order: begin, end, end of corrections, results."


class CodeWrong(Problem):
    """No code that a table may hold."""

    code = "residency.code-wrong"
    fa = "کد یا عنوان درست نیست."
    en = "The code or its title is not right."


class ResultWrong(Problem):
    """The result cannot be entered for this resident."""

    code = "residency.result-wrong"
    fa = "نتیجه فقط برای دستیار معرفی‌شده‌ای ثبت می‌شود که معرفی او پذیرفته شده باشد."
    en = "A result is entered only for a resident whose declaration was accepted."
