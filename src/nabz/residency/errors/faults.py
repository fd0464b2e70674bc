"""The rules that messages break: each has a number of its own, by which programs know it, and both texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

_SPACE: Final = UUID("6c1f3c9e-4d0a-5b7e-9a51-51d0a0d51a3d")
_PRINTED: Final = {"resident-not-found": "3fa85f64-5717-4562-b3fc-2c963f66afa6"}
"""As the guide's only example has it."""


@dataclass(frozen=True)
class Fault:
    """One broken rule: of which field, and what is told."""

    rule: str
    field: str
    fa: str
    en: str

    @property
    def guid(self) -> str:
        """The number of the rule in this field, always the same."""
        return guid_of(self.rule, self.field)


RULES: Final[dict[str, tuple[str, str]]] = {
    "resident-not-found": ("این دستیار پیدا نشد", "this resident was not found"),
    "required": ("{field} نیامده است", "{field} is missing"),
    "unreadable": ("{field} خوانده نمی‌شود", "{field} cannot be read"),
    "day": ("{field} خوانده نمی‌شود؛ مانند 2022-10-07", "{field} cannot be read: write it like 2022-10-07"),
    "birth-day": (
        "{field} خوانده نمی‌شود؛ میلادی بنویسید، مانند 1993-09-23",
        "{field} cannot be read: it is Gregorian, like 1993-09-23",
    ),
    "unseen": ("{field} نویسهٔ نامرئی یا کنترلی دارد", "{field} holds invisible or control characters"),
    "no-letter": ("{field} حتی یک حرف ندارد", "{field} has no letter in it"),
    "too-long": ("{field} بلندتر از {most} نویسه است", "{field} has more than {most} letters"),
    "national-code": ("کد ملی درست نیست", "the national code is not valid"),
    "foreign-number": (
        "شمارهٔ گذرنامه یا شناسهٔ اتباع درست نیست",
        "this is neither a passport number nor a BAFIA number",
    ),
    "student-number": (
        "شمارهٔ دانشجویی فقط رقم، حرف لاتین و خط تیره دارد",
        "a student number has digits, Latin letters and dashes only",
    ),
    "course": ("کد رشته چهار یا پنج رقم است", "a course has four or five digits"),
    "year": ("سال باید چهاررقمی و شمسی باشد", "the year has to be a Jalali one of four digits"),
    "year-early": (
        "سال ارتقا پیش از سال شروع دستیاری است",
        "the year lies before the one in which the residency began",
    ),
    "year-late": ("سال هنوز نرسیده است؛ اکنون سال تحصیلی {now} است", "the year has not come: it is {now}"),
    "status": (
        "وضعیت دستیار در جدول کدها نیست",
        "the status of the resident is not in the table",
    ),
    "duration": ("سال دستیاری باید از ۱ تا ۵ باشد", "the year of residency is 1 to 5"),
    "gender": ("جنسیت باید ۱ (زن) یا ۲ (مرد) باشد", "the gender is 1 (female) or 2 (male)"),
    "email": ("نشانی ایمیل درست نیست", "this is no e-mail address"),
    "mobile": ("شمارهٔ موبایل درست نیست", "this is no mobile number"),
    "birth": ("تاریخ تولد با سن یک دستیار جور نیست", "the birth date does not fit a resident"),
    "end-before-start": ("تاریخ پایان پیش از تاریخ شروع است", "the end lies before the start"),
    "date": ("{field} بیرون از بازهٔ پذیرفتنی است", "the date {field} is out of range"),
    "triple": (
        "این کد ملی در همین رشته و سال شروع با شمارهٔ دانشجویی دیگری ثبت شده است",
        "this person is registered for the same course and start year under another student number",
    ),
    "identity-fixed": (
        "کد ملی، رشته، سال شروع و ملیت پس از تصمیم وزارت تغییر نمی‌کند",
        "national code, course, start year and nationality do not change after the ministry has decided",
    ),
    "declare-code": (
        "کد معرفی یکی از ۲، ۳، ۴، ۵ و ۱۰ است",
        "the declaration code is one of 2, 3, 4, 5 and 10",
    ),
    "code-and-duration": (
        "کد معرفی {code} برای سال دستیاری {right} است، نه {duration}",
        "declaration code {code} belongs to residency year {right}, not {duration}",
    ),
    "five-year-course": (
        "کد معرفی ۵ فقط برای رشته‌های پنج‌ساله است",
        "declaration code 5 is for courses of five years only",
    ),
    "end-needed": (
        "برای گواهینامه (کد ۱۰) تاریخ پایان دوره لازم است",
        "the certificate (code 10) needs the end of the residency",
    ),
    "end-not-wanted": (
        "تاریخ پایان دوره فقط برای گواهینامه (کد ۱۰) است",
        "the end of the residency is for the certificate (code 10) only",
    ),
    "declaration-type": ("وضعیت معرفی باید ۱ یا ۲ باشد", "the declaration type is 1 or 2"),
    "reason-needed": ("برای عدم معرفی، دلیل لازم است", "who is not declared needs a reason"),
    "reason-not-wanted": (
        "دلیل عدم معرفی فقط با وضعیت «عدم معرفی» می‌آید",
        "a reason is given only for those who are not declared",
    ),
    "reason": ("دلیل عدم معرفی باید از ۱ تا ۶ باشد", "the reason is 1 to 6"),
    "score": ("{field} باید عددی از ۰ تا {most} باشد", "{field} has to be a number from 0 to {most}"),
    "score-decimals": ("{field} حداکثر دو رقم اعشار دارد", "{field} has two decimals at most"),
    "not-open": ("معرفی سال {year} هنوز آغاز نشده است", "declarations of {year} have not begun"),
    "closed": ("مهلت معرفی سال {year} گذشته است", "the time for declarations of {year} is over"),
    "correction-closed": ("مهلت اصلاح سال {year} گذشته است", "the time for corrections of {year} is over"),
    "decided": (
        "وزارت دربارهٔ این معرفی تصمیم گرفته است و دیگر تغییر نمی‌کند",
        "the ministry has decided about this declaration: it does not change any more",
    ),
    "picture": ("{why}", "{why_en}"),
    "twice": ("این شمارهٔ دانشجویی در ردیف {line} هم آمده است", "this student number also stands in row {line}"),
    "year-differs": ("سال این ردیف با سال فایل ({year}) یکی نیست", "the file is of {year}, this row is not"),
    "formula": ("خانهٔ «{field}» فرمول دارد؛ مقدار آن را بنویسید", "{field} holds a formula: write its value"),
    "changed-meanwhile": (
        "این ردیف در همین فاصله تغییر کرده است؛ دوباره بررسی کنید",
        "this row was changed meanwhile: check again",
    ),
    "note-needed": ("برای رد یا درخواست اصلاح، دلیل را بنویسید", "a refusal or a correction needs its reason"),
    "not-accepted": (
        "معرفی این دستیار پذیرفته نشده است",
        "the declaration of this resident was not accepted",
    ),
    "result": ("نتیجه باید ۱، ۲ یا ۳ باشد", "the result is 1, 2 or 3"),
    "not-declared": ("این دستیار در این سال معرفی نشده است", "this resident was not declared in this year"),
}

NAMES: Final[dict[str, str]] = {
    "StudentNumber": "شمارهٔ دانشجویی",
    "NationalCode": "کد ملی",
    "CourseStudyCode": "کد رشته",
    "ResidencyStartYear": "سال شروع دستیاری",
    "ResidentStatusId": "وضعیت دستیار",
    "DurationId": "سال دستیاری",
    "StartResidencyDate": "تاریخ شروع دوره",
    "EndResidencyDate": "تاریخ پایان دوره",
    "FirstName": "نام",
    "LastName": "نام خانوادگی",
    "FatherName": "نام پدر",
    "IsIrani": "ایرانی بودن",
    "BirthDate": "تاریخ تولد",
    "Email": "ایمیل",
    "Mobile": "موبایل",
    "Address": "نشانی",
    "GenderId": "جنسیت",
    "Image": "تصویر",
    "YearId": "سال ارتقا",
    "DeclareCode": "کد معرفی",
    "DeclarationTypeId": "وضعیت معرفی",
    "RejectReasonTypeId": "دلیل عدم معرفی",
    "HasLogBook": "تکمیل لاگ‌بوک",
    "BaliniScore": "نمرهٔ صلاحیت بالینی",
    "OperationScore": "نمرهٔ عملکرد بالینی",
    "EthicsScore": "نمرهٔ اخلاق حرفه‌ای",
    "Description": "توضیح",
    "FinalResultId": "نتیجهٔ نهایی",
    "University": "دانشگاه",
}
"""The fields in words, by their names on the wire."""


def guid_of(rule: str, field: str = "") -> str:
    """Give the number of a rule in a field, or of any other refusal by its code."""
    return _PRINTED.get(rule) or str(uuid5(_SPACE, f"{rule}/{field}"))


def fault(rule: str, field: str = "", **facts: object) -> Fault:
    """Tell which rule is broken, in which field of the wire."""
    fa, en = RULES[rule]
    digits = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    told = {name: str(fact).translate(digits) if type(fact) is int else fact for name, fact in facts.items()}
    return Fault(
        rule=rule,
        field=field,
        fa=fa.format_map({"field": NAMES.get(field, field), **told}),
        en=en.format_map({"field": field, **facts}),
    )
