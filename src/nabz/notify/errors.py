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


class UnknownWebhook(Problem):
    """The receiver has no such webhook."""

    code = "notify.unknown-webhook"
    status = 404
    fa = "چنین وب‌هوکی نیست."
    en = "There is no such webhook."


class WebhookRefused(Problem):
    """A webhook's address, kinds or contact cannot be used."""

    code = "notify.webhook-refused"
    status = 422
    fa = "نشانی وب‌هوک باید https و بر اینترنت باشد، نوع رویدادها و نشانی نامه درست؛ ایراد از {field} است."
    en = (
        "A webhook needs a public https address, well-written kinds and a well-written contact: {field} is not as it "
        "must be."
    )


class TooManyWebhooks(Problem):
    """A receiver has as many webhooks as one may have."""

    code = "notify.too-many-webhooks"
    status = 409
    fa = "بیش از {most} وب‌هوک نمی‌توان داشت؛ یکی را بردارید."
    en = "At most {most} webhooks: remove one first."


class UnknownDelivery(Problem):
    """There is no such delivery, or no longer."""

    code = "notify.unknown-delivery"
    status = 404
    fa = "چنین ارسالی نیست یا دیگر نگه داشته نمی‌شود."
    en = "There is no such delivery, or it is no longer kept."


class TooManyStreams(Problem):
    """A receiver follows by as many connections as one may."""

    code = "notify.too-many-streams"
    status = 429
    fa = "بیش از {most} جریان هم‌زمان باز نمی‌شود."
    en = "At most {most} streams at once."
    retry = True
