"""What is wrong with a message itself."""

from __future__ import annotations

from nabz.appointments.errors.refusal import Refusal, Sepas


class BadTracking(Refusal):
    """The tracking id is not written as one."""

    code = "appointments.bad-tracking"
    status = 422
    fa = "شناسهٔ رهگیری درست نوشته نشده است."
    en = "The tracking id is not written as one."
    sepas = Sepas.LOCATOR


class ForeignNode(Refusal):
    """The tracking id belongs to another node."""

    code = "appointments.foreign-node"
    status = 422
    fa = "شناسهٔ رهگیری از گرهٔ دیگری است و در این سامانه نیست."
    en = "The tracking id belongs to another node."
    sepas = Sepas.LOCATOR


class CodeUnknown(Refusal):
    """The terminology has no such code."""

    code = "appointments.code-unknown"
    status = 422
    fa = "کد {code} در {terminology} تعریف نشده است."
    en = "The code {code} is not in {terminology}."
    sepas = Sepas.CODING


class FieldMissing(Refusal):
    """A required field is empty."""

    code = "appointments.field-missing"
    status = 422
    fa = "فیلد {field} الزامی است."
    en = "The field {field} is required."
    sepas = Sepas.MANDATORY


class FieldWrong(Refusal):
    """A field cannot be read."""

    code = "appointments.field-wrong"
    status = 422
    fa = "مقدار فیلد {field} درست نیست."
    en = "The value of the field {field} is not valid."
    sepas = Sepas.WRONG


class DateWrongHere(Refusal):
    """A date is none."""

    code = "appointments.date-wrong"
    status = 422
    fa = "تاریخ یا ساعت فیلد {field} درست نیست."
    en = "The date or time of the field {field} is not valid."
    sepas = Sepas.DATES


class CentreMismatch(Refusal):
    """The message speaks of another facility than its sender."""

    code = "appointments.centre-mismatch"
    status = 403
    fa = "مرکز درون پیام با مرکز فرستنده یکی نیست."
    en = "The facility in the message is not its sender's."
    sepas = Sepas.CENTRE


class CentreUnknown(Refusal):
    """The facility is unknown, blocked or not granted."""

    code = "appointments.centre-unknown"
    status = 403
    fa = "شناسهٔ مرکز فرستنده شناخته یا مجاز نیست."
    en = "The sending facility is unknown, blocked or not granted."
    sepas = Sepas.CENTRE


class SystemBlocked(Refusal):
    """The sending system is unknown, blocked or not granted."""

    code = "appointments.system-blocked"
    status = 403
    fa = "شناسهٔ سامانهٔ فرستنده شناخته یا مجاز نیست."
    en = "The sending system is unknown, blocked or not granted."
    sepas = Sepas.BLOCKED


class CompositionUnknown(Refusal):
    """Nothing was sent under this CompositionUID."""

    code = "appointments.composition-unknown"
    status = 404
    fa = "پیامی با این CompositionUID نیست."
    en = "Nothing was sent under this CompositionUID."
    sepas = Sepas.LOCATOR


class TooManyEdits(Refusal):
    """The message was edited too often."""

    code = "appointments.too-many-edits"
    status = 409
    fa = "این پیام بیش از {most} بار ویرایش نمی‌شود."
    en = "A message may be edited {most} times."


class BadPeriod(Refusal):
    """The end comes before the start."""

    code = "appointments.bad-period"
    status = 422
    fa = "پایان بازه پیش از آغاز آن است."
    en = "The period ends before it begins."
    sepas = Sepas.DATES


class BadPoint(Refusal):
    """The point does not lie on the earth."""

    code = "appointments.bad-point"
    status = 422
    fa = "مختصات درست نیست."
    en = "The point does not lie on the earth."
    sepas = Sepas.WRONG


class BadDistance(Refusal):
    """The distance or its unit is unknown."""

    code = "appointments.bad-distance"
    status = 422
    fa = "فاصله درست نیست؛ آن را به متر (m) یا کیلومتر (km) بنویسید."
    en = "The distance is not valid: write it in metres (m) or kilometres (km)."
    sepas = Sepas.WRONG


class PeriodTooLong(Refusal):
    """Nobody asks for so long a time at once."""

    code = "appointments.period-too-long"
    status = 422
    fa = "بازه بیش از {days} روز است."
    en = "The period is longer than {days} days."
    sepas = Sepas.DATES


class FieldMisfit(Refusal):
    """A value is of the wrong kind."""

    code = "appointments.field-misfit"
    status = 422
    fa = "نوع مقدار فیلد {field} درست نیست."
    en = "The value of the field {field} is of the wrong kind."
    sepas = Sepas.FORMAT


class SearchTooWide(Refusal):
    """So many places are not looked through for one answer."""

    code = "appointments.search-too-wide"
    status = 422
    fa = "جستجو بسیار گسترده است؛ استان، شهر یا پزشک را مشخص کنید."
    en = "The search is too broad: name a province, a county or a provider."
    sepas = Sepas.WRONG
