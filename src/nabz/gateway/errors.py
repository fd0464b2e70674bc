"""Every expected failure of the gateway; the status is the code of the guide's table."""

from __future__ import annotations

from nabz.kit.errors import Fault, Problem


class BadRequest(Problem):
    """The input is not what the operation asks for."""

    code = "gateway.bad-request"
    status = 400
    fa = "خطایی در داده‌های ورودی وجود دارد."
    en = "There is a fault in the input."


class NotAuthorised(Problem):
    """The token is missing, unknown or has run out."""

    code = "gateway.not-authorised"
    status = 401
    fa = "توکن دسترسی نیامده، ناشناخته است یا زمانش گذشته است."
    en = "The access token is missing, unknown or has expired: get a new one."
    retry = True


class AddressNotAnnounced(Problem):
    """The call comes from an address that the customer has not announced."""

    code = "gateway.address-not-announced"
    status = 403
    fa = "آی‌پی شما قبلاً اعلام نشده و مجاز به اتصال نیست."
    en = "Your address was not announced and may not connect."


class NoSuchOperation(Problem):
    """No service or operation lives at this address."""

    code = "gateway.no-such-operation"
    status = 404
    fa = "چنین سرویسی یا عملیاتی نیست."
    en = "There is no such service or operation."


class HttpsOnly(Problem):
    """The call came over plain HTTP."""

    code = "gateway.https-only"
    status = 410
    fa = "برای دسترسی به خدمات از HTTPS استفاده نمایید."
    en = "Use HTTPS."


class NotGranted(Problem):
    """The pid is missing, unknown, somebody else's, switched off, or for another service."""

    code = "gateway.not-granted"
    status = 429
    fa = "مجوز استفاده از سرویس با این شناسه (pid) صادر نشده است."
    en = "This pid does not open this service for this customer."


class QuotaSpent(Problem):
    """The day's calls are spent."""

    code = "gateway.quota-spent"
    status = 429
    fa = "سهمیهٔ امروز این عملیات تمام شده است."
    en = "Today's quota of this operation is spent."
    retry = True


class TooFast(Problem):
    """Too many calls in this second."""

    code = "gateway.too-fast"
    status = 429
    fa = "درخواست‌ها پرشتاب‌تر از حد مجاز است."
    en = "Calls come faster than allowed."
    retry = True


class ProviderFailed(Problem):
    """The provider cannot be reached, or failed."""

    code = "gateway.provider-failed"
    status = 503
    fa = "بروز خطا در انجام عملیات توسط فراهم‌کنندهٔ سرویس."
    en = "The provider failed or cannot be reached."
    fault = Fault.PROVIDER
    retry = True


class ProviderSlow(Problem):
    """The provider did not answer in its time."""

    code = "gateway.provider-slow"
    status = 504
    fa = "سرویس‌دهنده در زمان خود پاسخ نداد."
    en = "The provider did not answer in time."
    fault = Fault.PROVIDER
    retry = True


class ProviderStrange(Problem):
    """What the provider sent is no answer."""

    code = "gateway.provider-strange"
    status = 520
    fa = "پاسخ سرویس‌دهنده قابل فهم نبود."
    en = "What the provider sent could not be understood."
    fault = Fault.PROVIDER


class UnknownPackage(Problem):
    """No such pid."""

    code = "gateway.unknown-package"
    status = 404
    fa = "چنین شناسهٔ سرویسی (pid) نیست."
    en = "There is no such pid."


class UnknownService(Problem):
    """No such service in the register."""

    code = "gateway.unknown-service"
    status = 404
    fa = "چنین سرویسی در فهرست نیست."
    en = "There is no such service in the register."


class ServiceExists(Problem):
    """The address belongs to a service already."""

    code = "gateway.service-exists"
    status = 409
    fa = "سرویسی با این نشانی هست."
    en = "A service with this address exists."


class BadNetwork(Problem):
    """Not an address or network."""

    code = "gateway.bad-network"
    status = 422
    fa = "آی‌پی یا شبکه درست نوشته نشده است (نمونه: 203.0.113.7 یا 2001:db8::/48)."
    en = "Not an address or a network (like 203.0.113.7 or 2001:db8::/48)."


class UnknownIdentifier(Problem):
    """No such facility or sending system."""

    code = "gateway.unknown-identifier"
    status = 404
    fa = "چنین مرکز یا سامانهٔ فرستنده‌ای نیست."
    en = "There is no such facility or sending system."


class IdentifierTaken(Problem):
    """The GUID is registered."""

    code = "gateway.identifier-taken"
    status = 409
    fa = "این شناسه پیش‌تر ثبت شده است."
    en = "This identifier is registered."


class BadIdentifier(Problem):
    """Not a GUID."""

    code = "gateway.bad-identifier"
    status = 422
    fa = "شناسه باید GUID باشد."
    en = "The identifier must be a GUID."


class IdentifierBlocked(Problem):
    """The facility or sending system may not send."""

    code = "gateway.identifier-blocked"
    status = 403
    fa = "این مرکز یا سامانهٔ فرستنده مسدود شده است."
    en = "This facility or sending system has been blocked."


class IdentifierNotGranted(Problem):
    """The facility or sending system was not granted with this pid."""

    code = "gateway.identifier-not-granted"
    status = 403
    fa = "این مرکز یا سامانهٔ فرستنده با این pid مجاز نشده است."
    en = "This facility or sending system was not granted with this pid."


class BadLimits(Problem):
    """A quota or burst limit below one."""

    code = "gateway.bad-limits"
    status = 422
    fa = "سهمیه و شتاب باید عددی از ۱ به بالا باشد."
    en = "Quota and burst limits are numbers from 1 upwards."
