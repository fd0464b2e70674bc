"""Why a paraclinic centre cannot accept a prescription, or a line of it."""

from __future__ import annotations

from nabz.prescriptions.errors.paraclinic.kinds import Fails, ParaclinicProblem, Section


class NotParaclinic(ParaclinicProblem):
    """The centre does not give this type of service."""

    code = "prescriptions.paraclinic-type"
    number = "300001"
    status = 403
    section = Section.ACCESS
    sort = Fails.ACCESS
    fa = "این مرکز مجاز به ارائه خدمات نوع {type} نیست"
    en = "The centre does not give services of type {type}."


class TypeUnknown(ParaclinicProblem):
    """There is no such type of paraclinic service."""

    code = "prescriptions.paraclinic-type-unknown"
    number = "1"
    status = 422
    section = Section.INPUT
    sort = Fails.INPUT
    fa = "نوع خدمت پاراکلینیک به درستی وارد نشده است"
    en = "There is no such type of paraclinic service."


class OtherDoctor(ParaclinicProblem):
    """Another physician wrote the prescription."""

    code = "prescriptions.paraclinic-doctor"
    number = "300002"
    status = 422
    fa = "شماره نظام پزشکی با پزشک نسخه مطابقت ندارد"
    en = "Another physician wrote the prescription."


class RanOut(ParaclinicProblem):
    """The prescription has run out."""

    code = "prescriptions.paraclinic-expired"
    number = "300003"
    status = 409
    fa = "اعتبار نسخه در تاریخ {day} به پایان رسیده است"
    en = "The prescription ran out on {day}."


class NotActive(ParaclinicProblem):
    """Nothing of the prescription may be delivered as it stands."""

    code = "prescriptions.paraclinic-not-active"
    number = "300004"
    status = 409
    fa = "این نسخه در وضعیت قابل پذیرش نیست"
    en = "Nothing of this prescription may be delivered."


class NoLines(ParaclinicProblem):
    """The message names no service."""

    code = "prescriptions.paraclinic-no-lines"
    number = "2"
    status = 422
    section = Section.INPUT
    sort = Fails.INPUT
    fa = "هیچ خدمتی برای پذیرش وارد نشده است"
    en = "The message names no service."


class TooManyLines(ParaclinicProblem):
    """The message names more services than a prescription has."""

    code = "prescriptions.paraclinic-too-many-lines"
    number = "3"
    status = 422
    section = Section.INPUT
    sort = Fails.INPUT
    fa = "تعداد ردیف‌ها بیش از {most} است"
    en = "There are more than {most} lines."


class LineTwice(ParaclinicProblem):
    """A service stands in two lines."""

    code = "prescriptions.paraclinic-line-twice"
    number = "400001"
    status = 422
    section = Section.LINE
    sort = Fails.TWICE
    fa = "خدمت {service} در درخواست تکراری است"
    en = "Service {service} stands in two lines."


class NotPrescribed(ParaclinicProblem):
    """The prescription has no such service, or it is of another type."""

    code = "prescriptions.paraclinic-not-prescribed"
    number = "400002"
    status = 422
    section = Section.LINE
    fa = "خدمت {service} در این نسخه تجویز نشده است"
    en = "Service {service} is not prescribed here."


class CountWrong(ParaclinicProblem):
    """No count of this size."""

    code = "prescriptions.paraclinic-count"
    number = "400003"
    status = 422
    section = Section.LINE
    sort = Fails.INPUT
    fa = "تعداد خدمت {service} باید بزرگتر از صفر باشد"
    en = "The count of service {service} has to be above zero."


class MoreThanLeft(ParaclinicProblem):
    """Less is left than was asked for."""

    code = "prescriptions.paraclinic-left"
    number = "400004"
    status = 409
    section = Section.LINE
    fa = "تعداد درخواستی خدمت {service} از تعداد باقیمانده ({left}) بیشتر است"
    en = "{left} of service {service} are left, and more were asked for."


class MoreThanAllowed(ParaclinicProblem):
    """More than may be given at once."""

    code = "prescriptions.paraclinic-most"
    number = "400005"
    status = 409
    section = Section.LINE
    fa = "تعداد خدمت {service} از حداکثر مجاز ({most}) بیشتر است"
    en = "No more than {most} of service {service} may be given."


class NotYet(ParaclinicProblem):
    """The physician named an earliest day, and it has not come."""

    code = "prescriptions.paraclinic-not-yet"
    number = "400006"
    status = 409
    section = Section.LINE
    fa = "خدمت {service} پیش از تاریخ {day} قابل ارائه نیست"
    en = "Service {service} may not be given before {day}."


class OtherSex(ParaclinicProblem):
    """The service is for the other sex."""

    code = "prescriptions.paraclinic-sex"
    number = "400007"
    status = 409
    section = Section.LINE
    fa = "خدمت {service} با جنسیت بیمار مطابقت ندارد"
    en = "Service {service} is for the other sex."


class PriceWrong(ParaclinicProblem):
    """No price of this size."""

    code = "prescriptions.paraclinic-price"
    number = "400008"
    status = 422
    section = Section.LINE
    sort = Fails.SUMS
    fa = "مبلغ خدمت {service} صحیح نیست"
    en = "The price of service {service} is wrong."


class NoSecondTariff(ParaclinicProblem):
    """The service has one tariff only."""

    code = "prescriptions.paraclinic-k2"
    number = "400009"
    status = 422
    section = Section.LINE
    sort = Fails.SUMS
    fa = "خدمت {service} تعرفه دوم (2K) ندارد"
    en = "Service {service} has no second tariff."


class NoTariff(ParaclinicProblem):
    """The catalogue has no such service."""

    code = "prescriptions.paraclinic-no-tariff"
    number = "400010"
    status = 422
    section = Section.LINE
    sort = Fails.NOTHING
    fa = "کد خدمت {service} تعریف نشده است"
    en = "The catalogue has no service {service}."


class TechnicianWrong(ParaclinicProblem):
    """The physician who carries the service out is nobody's number."""

    code = "prescriptions.paraclinic-technician"
    number = "4"
    status = 422
    section = Section.INPUT
    sort = Fails.INPUT
    fa = "شماره نظام پزشکی انجام‌دهنده خدمت معتبر نیست"
    en = "The number of the physician who carries the service out is wrong."
