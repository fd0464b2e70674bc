"""Every expected failure of notify."""

from __future__ import annotations

from nabz.kit.errors import Problem


class CodeTooSoon(Problem):
    """A code was sent a moment ago, or too many within the hour."""

    code = "notify.code-too-soon"
    status = 429
    fa = "کد پیش‌تر فرستاده شده است؛ کمی بعد دوباره بخواهید."
    en = "A code was sent already: ask again later."
    retry = True


class CodeWrong(Problem):
    """The code is wrong, used, run out or replaced; which one is nobody's business."""

    code = "notify.code-wrong"
    status = 422
    fa = "کد نادرست است یا زمانش گذشته است."
    en = "The code is wrong or has expired."


class UnknownLetter(Problem):
    """The inbox holds no such message, or no longer."""

    code = "notify.unknown-letter"
    status = 404
    fa = "چنین پیامی نیست یا دیگر نگه داشته نمی‌شود."
    en = "There is no such message, or it is no longer kept."
