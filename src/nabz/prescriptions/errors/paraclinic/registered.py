"""Why a delivery that is registered cannot be taken back, diagnosed or given a session."""

from __future__ import annotations

from nabz.prescriptions.errors.paraclinic.kinds import Fails, ParaclinicProblem, Section


class NotRegistered(ParaclinicProblem):
    """There is no such delivery of this centre, or it was taken back."""

    code = "prescriptions.paraclinic-not-registered"
    number = "500001"
    status = 404
    section = Section.REGISTRATION
    sort = Fails.NOTHING
    fa = "پذیرشی با شماره {registration} یافت نشد"
    en = "There is no delivery {registration}."


class FileSent(ParaclinicProblem):
    """The delivery is in the month's file."""

    code = "prescriptions.paraclinic-file-sent"
    number = "500002"
    status = 409
    section = Section.REGISTRATION
    fa = "این پذیرش در فایل ماهانه ارسال شده و قابل تغییر نیست"
    en = "The delivery is in the month's file and stays as it is."


class ResultOut(ParaclinicProblem):
    """A result was released: the delivery stays."""

    code = "prescriptions.paraclinic-result-out"
    number = "500003"
    status = 409
    section = Section.REGISTRATION
    fa = "نتیجه این پذیرش منتشر شده و حذف آن ممکن نیست"
    en = "A result of this delivery was released: it stays."


class SessionsHeld(ParaclinicProblem):
    """Sessions were held: the delivery stays."""

    code = "prescriptions.paraclinic-sessions-held"
    number = "500004"
    status = 409
    section = Section.REGISTRATION
    fa = "برای این پذیرش جلسه ثبت شده و حذف آن ممکن نیست"
    en = "Sessions of this delivery were held: it stays."


class NotPhysio(ParaclinicProblem):
    """The service is not given in sessions."""

    code = "prescriptions.paraclinic-not-physio"
    number = "500005"
    status = 422
    section = Section.REGISTRATION
    fa = "این درخواست تنها برای خدمات فیزیوتراپی است"
    en = "This is for physiotherapy only."


class OneSession(ParaclinicProblem):
    """A call registers one session."""

    code = "prescriptions.paraclinic-one-session"
    number = "500006"
    status = 422
    section = Section.REGISTRATION
    sort = Fails.INPUT
    fa = "در هر درخواست تنها یک جلسه ثبت می‌شود"
    en = "A call registers one session."


class SessionToday(ParaclinicProblem):
    """A session was held today already."""

    code = "prescriptions.paraclinic-session-today"
    number = "500007"
    status = 409
    section = Section.REGISTRATION
    sort = Fails.TWICE
    fa = "برای این پذیرش امروز یک جلسه ثبت شده است"
    en = "A session was held today already."


class SessionsOver(ParaclinicProblem):
    """All sessions that were accepted have been held."""

    code = "prescriptions.paraclinic-sessions-over"
    number = "500008"
    status = 409
    section = Section.REGISTRATION
    fa = "همه {most} جلسه پذیرفته‌شده خدمت {service} ثبت شده است"
    en = "All {most} sessions of service {service} have been held."


class DiagnosisWrong(ParaclinicProblem):
    """No code of a diagnosis."""

    code = "prescriptions.paraclinic-diagnosis"
    number = "500009"
    status = 422
    section = Section.REGISTRATION
    sort = Fails.INPUT
    fa = "کد تشخیص {diagnosis} معتبر نیست"
    en = "{diagnosis} is no code of a diagnosis."


class DiagnosisMissing(ParaclinicProblem):
    """Neither a code nor "normal" nor a word."""

    code = "prescriptions.paraclinic-no-diagnosis"
    number = "500010"
    status = 422
    section = Section.REGISTRATION
    sort = Fails.INPUT
    fa = "تشخیص یا شرح آن وارد نشده است"
    en = "No diagnosis was given."


class SignerUnknown(ParaclinicProblem):
    """The physician who signs is not enrolled."""

    code = "prescriptions.paraclinic-signer"
    number = "500011"
    status = 422
    section = Section.REGISTRATION
    fa = "پزشک تاییدکننده با شماره نظام پزشکی {doctor} یافت نشد"
    en = "No physician {doctor} is enrolled to sign."


class TextLong(ParaclinicProblem):
    """More text than is kept."""

    code = "prescriptions.paraclinic-text"
    number = "5"
    status = 422
    section = Section.INPUT
    sort = Fails.INPUT
    fa = "متن بیش از {most} نویسه است"
    en = "The text has more than {most} letters."


class FieldMissing(ParaclinicProblem):
    """A field that is needed is empty."""

    code = "prescriptions.paraclinic-field"
    number = "6"
    status = 422
    section = Section.INPUT
    sort = Fails.INPUT
    fa = "مقدار {field} وارد نشده است"
    en = "{field} is missing."
