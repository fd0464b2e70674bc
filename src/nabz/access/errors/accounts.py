"""Every expected failure of access."""

from __future__ import annotations

from nabz.kit.errors import Problem


class BadClient(Problem):
    """The client id or its secret is wrong, or the client was cut off."""

    code = "access.bad-client"
    status = 401
    fa = "شناسه یا رمز سامانه نادرست است."
    en = "The client id or its secret is wrong."


class BadCredentials(Problem):
    """The user name, the password or the refresh token is wrong."""

    code = "access.bad-credentials"
    status = 400
    fa = "نام کاربری یا گذرواژه نادرست است."
    en = "The user name or the password is wrong."


class TooManyAttempts(Problem):
    """Guessing has been slowed down."""

    code = "access.too-many-attempts"
    status = 429
    fa = "تلاش‌های ناموفق زیاد بوده است؛ کمی بعد دوباره بیازمایید."
    en = "Too many failed attempts: try again later."
    retry = True


class BadToken(Problem):
    """The access token is missing, unknown or has run out."""

    code = "access.bad-token"
    status = 401
    fa = "توکن نادرست است یا زمانش گذشته است."
    en = "The token is missing, unknown or has expired."


class PairsDiffer(Problem):
    """A token and a refresh token that were not given together."""

    code = "access.pairs-differ"
    status = 403
    fa = "این دو توکن با هم داده نشده‌اند."
    en = "These two tokens were not given together."


class UnknownUser(Problem):
    """No such person."""

    code = "access.unknown-user"
    status = 404
    fa = "چنین کاربری نیست."
    en = "There is no such user."


class UnknownOrganisation(Problem):
    """No such organisation."""

    code = "access.unknown-organisation"
    status = 404
    fa = "چنین سازمانی نیست."
    en = "There is no such organisation."


class UnknownClient(Problem):
    """No such client system."""

    code = "access.unknown-client"
    status = 404
    fa = "چنین سامانه‌ای نیست."
    en = "There is no such client system."


class ClientIdTaken(Problem):
    """The client id belongs to somebody."""

    code = "access.client-id-taken"
    status = 409
    fa = "این شناسهٔ سامانه پیش‌تر گرفته شده است."
    en = "This client id is taken."


class UsernameTaken(Problem):
    """The user name belongs to somebody."""

    code = "access.username-taken"
    status = 409
    fa = "این نام کاربری پیش‌تر گرفته شده است."
    en = "This user name is taken."


class SecretIssuedMeanwhile(Problem):
    """The secret is no longer the one that the page showed."""

    code = "access.secret-issued-meanwhile"
    status = 409
    fa = "در این میان رمز تازه‌ای صادر شده است؛ صفحهٔ سامانه را تازه کنید و ببینید."
    en = "A new secret has been issued meanwhile: reload the client system's page and look."


class BadClientId(Problem):
    """The client id has letters that cannot travel in a header."""

    code = "access.bad-client-id"
    status = 422
    fa = "شناسهٔ سامانه باید ۳ تا ۸۰ حرف لاتین، رقم، نقطه یا خط باشد."
    en = "A client id has 3 to 80 Latin letters, digits, dots, dashes or underscores."


class BadUsername(Problem):
    """A user name that cannot stand in a message or a log line."""

    code = "access.bad-username"
    status = 422
    fa = "نام کاربری باید ۳ تا ۸۰ نویسه از حروف کوچک لاتین، رقم و . _ - @ باشد و با حرف یا رقم آغاز شود."
    en = "A user name has 3 to 80 Latin letters, digits and . _ - @, and begins with a letter or a digit."


class BadEmail(Problem):
    """No address that mail could be sent to."""

    code = "access.bad-email"
    status = 422
    fa = "نشانی رایانامه درست نیست."
    en = "This is no e-mail address."


class NameMissing(Problem):
    """A person or an organisation has a name, and not a whole page of it."""

    code = "access.name-missing"
    status = 422
    fa = "نام را بنویسید؛ حداکثر ۲۰۰ نویسه."
    en = "Write a name of at most 200 letters."


class NationalIdWrong(Problem):
    """The national id of an organisation has eleven digits, the last of them a check digit."""

    code = "access.national-id-wrong"
    status = 422
    fa = "شناسهٔ ملی درست نیست؛ یازده رقم است."
    en = "The national id of an organisation has eleven digits; this one is wrong."


class NationalIdTaken(Problem):
    """Another organisation has this national id."""

    code = "access.national-id-taken"
    status = 409
    fa = "سازمان دیگری با این شناسهٔ ملی ثبت شده است."
    en = "Another organisation has this national id."


class RoleNotFitting(Problem):
    """A role that is not somebody's to hand out here."""

    code = "access.role-not-fitting"
    status = 403
    fa = "این نقش را در این سازمان نمی‌توانید بدهید یا بگیرید."
    en = "This role is not yours to give or take in this organisation."


class NotYourself(Problem):
    """Who shuts himself out cannot open again."""

    code = "access.not-yourself"
    status = 409
    fa = "این کار را دربارهٔ حساب خودتان نمی‌توانید انجام دهید."
    en = "You cannot do this to your own account."


class UnknownDataSet(Problem):
    """A data set that nobody has opened."""

    code = "access.unknown-data-set"
    status = 422
    fa = "چنین محیطی نیست."
    en = "There is no such environment."


class UserNotActive(Problem):
    """The account has not been opened yet, or was disabled."""

    code = "access.user-not-active"
    status = 409
    fa = "این حساب فعال نیست."
    en = "This account is not active."


class LinkSpent(Problem):
    """A one-time link that was used, has run out or never was."""

    code = "access.link-spent"
    status = 410
    fa = "این پیوند پیش‌تر به کار رفته یا زمانش گذشته است؛ پیوند تازه‌ای بخواهید."
    en = "This link was used before or has expired: ask for a new one."


class PasswordTooShort(Problem):
    """Too easily tried through."""

    code = "access.password-too-short"
    status = 422
    fa = "گذرواژه باید دست‌کم {least} نویسه باشد."
    en = "A password has at least {least} characters."


class PasswordTooLong(Problem):
    """Nobody types that."""

    code = "access.password-too-long"
    status = 422
    fa = "گذرواژه باید حداکثر {most} نویسه باشد."
    en = "A password has at most {most} characters."


class PasswordTooCommon(Problem):
    """Among the first that are tried."""

    code = "access.password-too-common"
    status = 422
    fa = "این گذرواژه از پرکاربردترین‌هاست و زود حدس زده می‌شود."
    en = "This password is among the first that are guessed."


class PasswordIsUsername(Problem):
    """The first guess of all."""

    code = "access.password-is-username"
    status = 422
    fa = "گذرواژه نباید همان نام کاربری باشد."
    en = "The password must not be the user name."


class PasswordsDiffer(Problem):
    """The password and its repetition are not the same."""

    code = "access.passwords-differ"
    status = 422
    fa = "گذرواژه و تکرار آن یکی نیستند."
    en = "The password and its repetition differ."


class WrongPassword(Problem):
    """The password of somebody who is signed in already."""

    code = "access.wrong-password"
    status = 422
    fa = "گذرواژهٔ کنونی نادرست است."
    en = "The current password is wrong."


class WrongCode(Problem):
    """The code of the second factor is wrong or was used before."""

    code = "access.wrong-code"
    status = 422
    fa = "کد نادرست است یا پیش‌تر به کار رفته است."
    en = "The code is wrong or was used before."


class SignInExpired(Problem):
    """Too long between the password and the code."""

    code = "access.sign-in-expired"
    status = 401
    fa = "زمان ورود گذشت؛ از نو وارد شوید."
    en = "The sign-in took too long: start again."


class SecondFactorOn(Problem):
    """The second factor is switched on already."""

    code = "access.second-factor-on"
    status = 409
    fa = "ورود دومرحله‌ای پیش‌تر روشن شده است."
    en = "The second factor is switched on already."


class SecondFactorOff(Problem):
    """There is no second factor."""

    code = "access.second-factor-off"
    status = 409
    fa = "ورود دومرحله‌ای روشن نیست."
    en = "The second factor is not switched on."


class OfferExpired(Problem):
    """The picture of the second factor was left lying for too long."""

    code = "access.offer-expired"
    status = 422
    fa = "زمان این رمزینه گذشت؛ رمزینهٔ تازه را بخوانید."
    en = "This QR code has expired: scan the new one."


class DelegateNotFitting(Problem):
    """Only an active secretary of the same data set can act for a physician."""

    code = "access.delegate-not-fitting"
    status = 422
    fa = "منشی فعالی با این نام کاربری نیست."
    en = "There is no active secretary of this user name."


class DelegationThere(Problem):
    """This secretary may act for this physician already."""

    code = "access.delegation-there"
    status = 409
    fa = "این منشی هم‌اکنون نیز از سوی شما کار می‌کند."
    en = "This secretary acts for you already."


class UnknownDelegation(Problem):
    """No such delegation, or one that has ended."""

    code = "access.unknown-delegation"
    status = 404
    fa = "چنین نمایندگی‌ای نیست یا پایان یافته است."
    en = "There is no such delegation, or it has ended."


class DateNotAhead(Problem):
    """An end that lies in the past."""

    code = "access.date-not-ahead"
    status = 422
    fa = "تاریخ پایان باید در آینده باشد."
    en = "The end must lie ahead."


class StoreInUse(Problem):
    """The demo's people, whose passwords everybody knows, do not move in with real ones."""

    code = "access.store-in-use"
    status = 409
    fa = "در این پایگاه کاربران واقعی هستند؛ نسخهٔ نمایشی پایگاه خودش را می‌خواهد."
    en = "This store holds real users: the demo needs a store of its own."
