"""The refusals of the token calls, which the guide prints as sentences: the English text is its letter."""

from __future__ import annotations

from nabz.kit.errors import Problem


class Printed(Problem):
    """A refusal that is answered as a plain sentence."""


class KeyMissing(Printed):
    """The installation asks for a `token` header on authenticate."""

    code = "residency.key-missing"
    status = 403
    fa = "کلید API نیامده است."
    en = "API key is missing."


class UserUnknown(Printed):
    """Nobody of this name may use the service."""

    code = "residency.user-unknown"
    status = 404
    fa = "این نام کاربری پیدا نشد."
    en = "Username not found"


class PasswordWrong(Printed):
    """The password is wrong, or was guessed too often."""

    code = "residency.password-wrong"
    status = 403
    fa = "نام کاربری یا رمز عبور درست نیست."
    en = "Incorrect username or password"


class TokensUnknown(Printed):
    """Nobody knows these tokens: they are wrong, revoked or have run out."""

    code = "residency.tokens-unknown"
    fa = "این توکن‌ها شناخته نیستند؛ دوباره وارد شوید."
    en = "Invalid client request. User or token is null"


class TokensDiffer(Printed):
    """The two tokens were not given together."""

    code = "residency.tokens-differ"
    status = 403
    fa = "این دو توکن با هم داده نشده‌اند."
    en = "Invalid attempt!  Tokens do not match"
