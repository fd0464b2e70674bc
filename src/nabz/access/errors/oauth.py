"""What can be wrong on the way into Tamin."""

from __future__ import annotations

from nabz.kit.errors import Problem


class SessionLive(Problem):
    """This person is signed in through this system already (Tamin answers 406)."""

    code = "access.session-live"
    status = 406
    fa = "این کاربر با همین نرم‌افزار هم‌اکنون نشست فعالی دارد؛ نخست از آن خارج شوید."
    en = "This user has a live session with this software: sign out first."


class SessionGone(Problem):
    """The session of this token was ended, has run out or was never there."""

    code = "access.session-gone"
    status = 401
    fa = "نشست این توکن دیگر وجود ندارد."
    en = "Session attached to this token, no longer exists."


class GrantRefused(Problem):
    """A token call in the words of OAuth 2 that was not granted; `error` is the word of RFC 6749."""

    code = "access.grant-refused"
    status = 400
    fa = "درخواست توکن پذیرفته نشد ({error})."
    en = "The token request was refused: {error}."


class AuthorizationRefused(Problem):
    """An authorisation request that must not be answered at its redirect address, since that is not proven."""

    code = "access.authorization-refused"
    status = 400
    fa = "این درخواست ورود پذیرفته نشد: سامانه یا نشانی بازگشت آن این‌جا ثبت نشده است."
    en = "This authorization request was refused: {why}"


class NotOfThisEnvironment(Problem):
    """The person belongs to another environment than the one that the address is registered for."""

    code = "access.not-of-this-environment"
    status = 422
    fa = "حساب شما برای این محیط نیست."
    en = "Your account does not belong to this environment."


class NoWayForCodes(Problem):
    """Neither a mobile number nor a mail address is known to which a code could be sent."""

    code = "access.no-way-for-codes"
    status = 422
    fa = "برای حساب شما شمارهٔ همراه یا رایانامه‌ای ثبت نشده است؛ به راهبر سامانه خبر دهید."
    en = "Neither a mobile number nor a mail address of yours is known: tell the operator."


class ApiNotGranted(Problem):
    """The system may not use this one of Tamin's APIs."""

    code = "access.api-not-granted"
    status = 403
    fa = "این سامانه اجازهٔ استفاده از این واسط برنامه‌نویسی ({api}) را ندارد."
    en = "This system may not use this API ({api}): the operator grants it by the system's kind."


class ApiUnknown(Problem):
    """Tamin has no such API."""

    code = "access.api-unknown"
    status = 422
    fa = "چنین واسطی نیست؛ واسط‌ها: {known}."
    en = "There is no such API: they are {known}."


class RedirectRefused(Problem):
    """No address to which a browser may be sent with a code."""

    code = "access.redirect-refused"
    status = 422
    fa = "نشانی بازگشت باید https باشد (در محیط آزمایشی http روی همین رایانه نیز پذیرفته است) و بخش # نداشته باشد."
    en = "A redirect address is https (in a sandbox also http on a loopback address), without a fragment."


class IdentityWrong(Problem):
    """No national code, or no mobile number."""

    code = "access.identity-wrong"
    status = 422
    fa = "کد ملی یا شمارهٔ همراه درست نیست."
    en = "The national code or the mobile number is wrong."
