"""What can be wrong above the items of a prescription; the texts of the guide word for word."""

from __future__ import annotations

from nabz.prescriptions.errors.kinds import TaminProblem


class NoBody(TaminProblem):
    """The message is empty."""

    code = "prescriptions.no-body"
    number = "100"
    status = 422
    fa = "خطا در اطلاعات ورودی data is null"
    en = "The message is empty."


class Misread(TaminProblem):
    """The message cannot be read."""

    code = "prescriptions.misread"
    number = "101"
    status = 422
    fa = "خطا در اطلاعات ورودی"
    en = "The message cannot be read: {field}."


class MobileMissing(TaminProblem):
    """The patient's mobile is missing."""

    code = "prescriptions.mobile-missing"
    number = "102"
    status = 422
    fa = "شماره تلفن همراه وارد نشده است"
    en = "The patient's mobile is missing."


class MobileWrong(TaminProblem):
    """The patient's mobile is none."""

    code = "prescriptions.mobile-wrong"
    number = "103"
    status = 422
    fa = "شماره تلفن همراه به درستی وارد نشده است"
    en = "The patient's mobile is wrong."


class PatientWrong(TaminProblem):
    """The patient's code is none."""

    code = "prescriptions.patient-wrong"
    number = "104"
    status = 422
    fa = "کد ملی بیمار معتبر نمی باشد"
    en = "The patient's code is wrong."


class DoctorUnknown(TaminProblem):
    """Nobody is enrolled by this council number."""

    code = "prescriptions.doctor-unknown"
    number = "105"
    status = 422
    fa = "پزشک با شماره نظام پزشکی مورد نظر یافت نشد"
    en = "No physician is enrolled under this council number."


class DoctorNotActive(TaminProblem):
    """The physician may not write yet, or no more."""

    code = "prescriptions.doctor-not-active"
    number = "106"
    status = 403
    fa = "پزشک فعال نشده است"
    en = "The physician is not active."


class DoctorMismatch(TaminProblem):
    """Code or mobile are not those of the physician."""

    code = "prescriptions.doctor-mismatch"
    number = "107"
    status = 422
    fa = "کدملی/ تلفن همراه پزشک معتبر نمی باشد"
    en = "National code or mobile are not those of the physician."


class KindMissing(TaminProblem):
    """No kind is named."""

    code = "prescriptions.kind-missing"
    number = "108"
    status = 422
    fa = "نوع نسخه انتخاب نشده است"
    en = "The kind of the prescription is missing."


class KindWrong(TaminProblem):
    """There is no such kind."""

    code = "prescriptions.kind-wrong"
    number = "109"
    status = 422
    fa = "نوع نسخه بدرستی وارد نشده است"
    en = "There is no such kind of prescription."


class DayWrong(TaminProblem):
    """A day is none."""

    code = "prescriptions.day-wrong"
    number = "110"
    status = 422
    fa = "تاریخ به درستی وارد نشده است"
    en = "A date is wrong: {field}."


class DayAhead(TaminProblem):
    """The day lies in the future."""

    code = "prescriptions.day-ahead"
    number = "111"
    status = 422
    fa = "تاریخ نسخه نمی تواند از تاریخ روز بزرگتر باشد"
    en = "The prescription's date lies in the future."


class NotInsured(TaminProblem):
    """The patient has no cover today."""

    code = "prescriptions.not-insured"
    number = "137"
    status = 422
    fa = "بیمه‌شده استحقاق درمان ندارد."
    en = "The patient is not entitled."


class PatientUnknown(TaminProblem):
    """The insurer does not know the patient."""

    code = "prescriptions.patient-unknown"
    number = "138"
    status = 422
    fa = "کد ملی در پایگاه هویتی بیمه شدگان سازمان تامین وجود ندارد"
    en = "The insurer does not know this patient."


class FormWrong(TaminProblem):
    """A text is too long or has letters that nobody reads."""

    code = "prescriptions.form-wrong"
    number = "147"
    status = 422
    fa = "متن واردشده پذیرفته نیست"
    en = "A text is not accepted: {field}."


class Duplicate(TaminProblem):
    """The same physician wrote the same for the same patient on the same day."""

    code = "prescriptions.duplicate"
    number = "304"
    status = 409
    fa = "نسخه تکراری است. شناسه {id} و کد رهگیری {tracking}"
    complement = "نوع نسخه تکراری است"
    en = "This prescription exists: id {id}, tracking code {tracking}."

    @property
    def text_fa(self) -> str:
        """Both numbers stay in ASCII: programs look for them."""
        return self.fa.format_map(self.facts)
