"""What can be wrong with what the insurer does, and with what the insured ask of it."""

from __future__ import annotations

from nabz.kit.errors import Problem


class CorrectionEmpty(Problem):
    """Nothing was written."""

    code = "prescriptions.correction-empty"
    status = 422
    fa = "بنویسید چه چیزی نادرست است."
    en = "Write what is wrong."


class CorrectionTooLong(Problem):
    """Longer than anybody reads."""

    code = "prescriptions.correction-too-long"
    status = 422
    fa = "متن بیش از {most} نویسه دارد؛ کوتاه‌تر بنویسید."
    en = "The text has more than {most} letters: write less."


class CorrectionsTooMany(Problem):
    """So many requests a day are enough."""

    code = "prescriptions.corrections-too-many"
    status = 429
    fa = "امروز {most} درخواست ثبت کرده‌اید؛ فردا دوباره می‌توانید."
    en = "You have made {most} requests today: you can again tomorrow."


class CorrectionMeanwhile(Problem):
    """Another request of the same person was written at the same moment."""

    code = "prescriptions.correction-meanwhile"
    status = 409
    fa = "درخواست دیگری در همین لحظه ثبت شد؛ دوباره بفرستید."
    en = "Another request was written at the same moment: send it again."
    retry = True


class CorrectionUnknown(Problem):
    """There is no such request."""

    code = "prescriptions.correction-unknown"
    status = 404
    fa = "چنین درخواستی یافت نشد."
    en = "There is no such request."


class CorrectionAnswered(Problem):
    """Somebody has answered it already."""

    code = "prescriptions.correction-answered"
    status = 409
    fa = "این درخواست پیش‌تر پاسخ گرفته است."
    en = "This request was answered already."


class AnswerMissing(Problem):
    """Nobody is told yes or no without a word."""

    code = "prescriptions.answer-missing"
    status = 422
    fa = "پاسخی برای بیمار بنویسید."
    en = "Write an answer to the patient."


class AlreadyEnrolled(Problem):
    """Somebody has this number."""

    code = "prescriptions.already-enrolled"
    status = 409
    fa = "این شماره پیش‌تر ثبت شده است."
    en = "This number is enrolled already."


class AccountTaken(Problem):
    """An account belongs to one physician."""

    code = "prescriptions.account-taken"
    status = 409
    fa = "این نام کاربری از آن پزشک دیگری است."
    en = "This account is another physician's."


class AccountUnknown(Problem):
    """Nobody who may prescribe has this username."""

    code = "prescriptions.account-unknown"
    status = 422
    fa = "پزشکی با این نام کاربری در نبض نیست."
    en = "No physician has an account of this username."


class NotOnList(Problem):
    """The insurer has no such physician or centre."""

    code = "prescriptions.not-on-list"
    status = 404
    fa = "پزشک یا مرکزی با این شماره ثبت نشده است."
    en = "No physician or centre of this number is enrolled."


class NumberWrong(Problem):
    """Not what a council number, or a centre's, looks like."""

    code = "prescriptions.number-wrong"
    status = 422
    fa = "شماره درست نیست؛ حداکثر ده رقم است."
    en = "This is no number: it has at most ten digits."


class NationalCodeWrong(Problem):
    """Its check digit is wrong."""

    code = "prescriptions.national-code-wrong"
    status = 422
    fa = "کد ملی درست نیست."
    en = "This is no national code."


class PhoneWrong(Problem):
    """No mobile number."""

    code = "prescriptions.phone-wrong"
    status = 422
    fa = "شمارهٔ همراه درست نیست؛ مانند ۰۹۱۲۳۴۵۶۷۸۹."
    en = "This is no mobile number: write it like 09123456789."


class SpecialtyUnknown(Problem):
    """Not in the insurer's table."""

    code = "prescriptions.specialty-unknown"
    status = 422
    fa = "این تخصص در جدول تخصص‌ها نیست."
    en = "This specialty is not in the table."


class TypesWrong(Problem):
    """A pharmacy gives drugs; a paraclinic centre some of the other types."""

    code = "prescriptions.types-wrong"
    status = 422
    fa = "دست‌کم یک نوع خدمت پاراکلینیک را برگزینید."
    en = "Choose at least one type of paraclinic services."


class ContractEndWrong(Problem):
    """No day."""

    code = "prescriptions.contract-end-wrong"
    status = 422
    fa = "پایان قرارداد را مانند ۱۴۰۶/۱۲/۲۹ بنویسید."
    en = "Write the end of the contract like 1406/12/29."


class WhyMissing(Problem):
    """Nobody is switched on or off without a reason."""

    code = "prescriptions.why-missing"
    status = 422
    fa = "دلیل را بنویسید."
    en = "Write the reason."


class StandsSo(Problem):
    """It is active already, or not active already."""

    code = "prescriptions.stands-so"
    status = 409
    fa = "وضعیت پیش‌تر همین شده است."
    en = "It stands so already."


class SettlementTooLarge(Problem):
    """More lines than one workbook should have."""

    code = "prescriptions.settlement-too-large"
    status = 413
    fa = "این ماه بیش از {most} قلم دارد؛ یک نوع مرکز یا یک مرکز را برگزینید."
    en = "This month has more than {most} lines: choose one kind of centre, or one centre."
