"""Why a deposit is not taken, not found, not given back."""

from __future__ import annotations

from nabz.appointments.errors.refusal import Refusal, Sepas
from nabz.kit.errors import Fault


class AmountWrong(Refusal):
    """So much is no deposit."""

    code = "appointments.amount-wrong"
    status = 422
    fa = "مبلغ ودیعه باید از ۱ تا {most} ریال باشد."
    en = "A deposit is 1 to {most} rial."
    sepas = Sepas.WRONG


class AlreadyPaid(Refusal):
    """Another deposit was paid for the appointment."""

    code = "appointments.already-paid"
    status = 409
    fa = "برای این نوبت پیش‌تر ودیعهٔ دیگری ثبت شده است."
    en = "Another deposit was recorded for this appointment."


class ReferenceTaken(Refusal):
    """The reference belongs to another payment."""

    code = "appointments.reference-taken"
    status = 409
    fa = "این شمارهٔ پرداخت از آن نوبت دیگری است."
    en = "This payment reference belongs to another appointment."


class NoPayment(Refusal):
    """No deposit was paid."""

    code = "appointments.no-payment"
    status = 404
    fa = "برای این نوبت ودیعه‌ای ثبت نشده است."
    en = "No deposit was recorded for this appointment."
    sepas = Sepas.LOCATOR


class PaymentFailed(Refusal):
    """The gateway says that the money did not arrive."""

    code = "appointments.payment-failed"
    status = 409
    fa = "پرداخت انجام نشد؛ اگر مبلغی کم شده، بانک آن را برمی‌گرداند."
    en = "The payment was not made; what was taken is returned by the bank."


class PaymentAway(Refusal):
    """The gateway does not answer."""

    code = "appointments.payment-away"
    status = 503
    fa = "درگاه پرداخت پاسخ نمی‌دهد؛ کمی بعد دوباره بکوشید."
    en = "The payment gateway does not answer: try again shortly."
    fault = Fault.PROVIDER
    retry = True
