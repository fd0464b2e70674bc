"""What can be wrong with a body or with fields. No text ever quotes a value: it may be about a person."""

from __future__ import annotations

from nabz.kit.errors import Problem


class BodyEmpty(Problem):
    """There is no body, and the call needs one."""

    code = "kit.body-empty"
    fa = "بدنهٔ درخواست خالی است."
    en = "The request body is empty."


class BodyTooLarge(Problem):
    """More bytes than the call takes."""

    code = "kit.body-too-large"
    status = 413
    fa = "بدنهٔ درخواست از {limit} بایت بزرگ‌تر است."
    en = "The request body is larger than {limit} bytes."


class TooManyValues(Problem):
    """More keys and elements than the call takes."""

    code = "kit.too-many-values"
    status = 413
    fa = "شمار کلیدها و عضوهای درخواست از {limit} بیشتر است."
    en = "The request holds more than {limit} keys and elements."


class BodyTooDeep(Problem):
    """Objects in objects in objects."""

    code = "kit.body-too-deep"
    fa = "تو در تویی درخواست از {limit} لایه بیشتر است."
    en = "The request is nested deeper than {limit} levels."


class BodyNotText(Problem):
    """Another encoding, or broken bytes."""

    code = "kit.body-not-text"
    fa = "بدنهٔ درخواست باید با UTF-8 نوشته شده باشد."
    en = "The request body is not valid UTF-8."


class BodyNotJson(Problem):
    """The bytes are no JSON."""

    code = "kit.body-not-json"
    fa = "بدنهٔ درخواست JSON درستی نیست."
    en = "The request body is not valid JSON."


class BodyEncodedTwice(Problem):
    """A JSON text inside a JSON text inside a JSON text; one such wrapping is forgiven."""

    code = "kit.body-encoded-twice"
    fa = "بدنهٔ درخواست بیش از یک بار به متن JSON تبدیل شده است."
    en = "The request body is JSON text wrapped in JSON text more than once."


class TextRefused(Problem):
    """A character that no database keeps and no reader expects."""

    code = "kit.text-refused"
    fa = "متن درخواست نویسهٔ تهی (NUL) یا نیمهٔ تنهای یک نویسه دارد."
    en = "The request holds a NUL character or an unpaired surrogate."


class NumberRefused(Problem):
    """A number that the house cannot keep exactly."""

    code = "kit.number-refused"
    fa = "یکی از عددهای درخواست از اندازهٔ پذیرفتنی بیرون است."
    en = "A number in the request is out of the accepted range."


class KeyTwice(Problem):
    """Two spellings, or one spelling twice, of one field: nobody can say which is meant."""

    code = "kit.key-twice"
    fa = "«{path}» بیش از یک بار آمده است."
    en = "'{path}' is given more than once."


class KeyUnknown(Problem):
    """A key that the message does not have."""

    code = "kit.key-unknown"
    fa = "«{path}» در این پیام شناخته نیست."
    en = "'{path}' is not known in this message."


class ValueMissing(Problem):
    """A required field is not there."""

    code = "kit.value-missing"
    fa = "«{path}» فرستاده نشده است."
    en = "'{path}' is missing."


class ValueWrong(Problem):
    """A value of the wrong kind or out of its bounds."""

    code = "kit.value-wrong"
    fa = "مقدار «{path}» پذیرفتنی نیست."
    en = "The value of '{path}' is not acceptable: {expected} is expected."
