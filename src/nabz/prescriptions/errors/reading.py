"""What can be wrong with finding prescriptions, physicians and centres."""

from __future__ import annotations

from nabz.kit.errors import Problem
from nabz.prescriptions.errors.kinds import TaminProblem


class NotThere(TaminProblem):
    """There is no such prescription, or it is another's: nobody is told which."""

    code = "prescriptions.not-there"
    number = "150"
    status = 404
    fa = "نسخه‌ای با این مشخصات یافت نشد"
    en = "There is no such prescription."


class CentreUnknown(TaminProblem):
    """The insurer has no such centre."""

    code = "prescriptions.centre-unknown"
    number = "151"
    status = 404
    fa = "مرکزی با این شناسه یافت نشد"
    en = "There is no such centre."


class CentreNotActive(TaminProblem):
    """The centre's contract is not in force."""

    code = "prescriptions.centre-not-active"
    number = "152"
    status = 403
    fa = "قرارداد مرکز فعال نیست"
    en = "The centre's contract is not in force."


class CentreNotYours(TaminProblem):
    """The caller belongs to another centre."""

    code = "prescriptions.centre-not-yours"
    number = "153"
    status = 403
    fa = "دسترسی به این مرکز مجاز نیست"
    en = "This centre is not yours."


class KeyReused(TaminProblem):
    """The same idempotency key came with another content."""

    code = "prescriptions.key-reused"
    number = "154"
    status = 409
    fa = "این کلید تکرار پیش‌تر برای درخواست دیگری به کار رفته است"
    en = "This idempotency key was used for another request."


class TakenBackSince(TaminProblem):
    """What was done under this idempotency key has been taken back since."""

    code = "prescriptions.taken-back-since"
    number = "156"
    status = 409
    fa = "آنچه با این کلید تکرار ثبت شده بود پس گرفته شده است؛ با کلید تازه بفرستید"
    en = "What was done under this idempotency key has been taken back since: send it under a new key."


class KeyTooLong(TaminProblem):
    """An idempotency key longer than any."""

    code = "prescriptions.key-too-long"
    number = "157"
    status = 422
    fa = "کلید تکرار بیش از {most} نویسه است"
    en = "The idempotency key is longer than {most} letters."


class NotEnrolled(Problem):
    """Who is signed in is no physician, or works in no centre, that the insurer has enrolled."""

    code = "prescriptions.not-enrolled"
    status = 403
    fa = "برای این حساب پزشک یا مرکزی نزد بیمه‌گر ثبت نشده است."
    en = "The insurer has enrolled no physician or centre for this account."


class AskedTooOften(TaminProblem):
    """A program asks for one prescription again and again."""

    code = "prescriptions.asked-too-often"
    number = "155"
    status = 429
    fa = "این نسخه بیش از اندازه پرسیده شده است؛ {seconds} ثانیه دیگر دوباره بپرسید"
    en = "This prescription is asked for too often: ask again in {seconds} seconds."
    retry = True


class PhysicianNotChosen(Problem):
    """A secretary has not said yet for which physician the work is."""

    code = "prescriptions.physician-not-chosen"
    status = 403
    fa = "نخست در «میز کار» بگویید از سوی کدام پزشک کار می‌کنید."
    en = "First choose at your desk for which physician you work."
