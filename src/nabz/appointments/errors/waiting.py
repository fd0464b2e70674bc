"""Holds, waiting lists and the referral map."""

from __future__ import annotations

from nabz.appointments.errors.refusal import Refusal, Sepas


class HoldNotYours(Refusal):
    """Somebody else holds it, or nobody."""

    code = "appointments.hold-not-yours"
    status = 409
    fa = "این نوبت برای این شخص نگه داشته نشده است."
    en = "The slot is not held for this person."


class HoldLength(Refusal):
    """A hold is short."""

    code = "appointments.hold-length"
    status = 422
    fa = "مدت نگه‌داشتن باید از ۱ تا {most} دقیقه باشد."
    en = "A slot is held for 1 to {most} minutes."
    sepas = Sepas.WRONG


class AlreadyWaiting(Refusal):
    """One place in a list is enough."""

    code = "appointments.already-waiting"
    status = 409
    fa = "این شخص در همین فهرست انتظار هست."
    en = "The person already waits in this list."


class WaitingTooBroad(Refusal):
    """The list needs a provider or a specialty."""

    code = "appointments.waiting-too-broad"
    status = 422
    fa = "برای فهرست انتظار، پزشک یا تخصص را مشخص کنید."
    en = "A waiting list needs a provider or a specialty."
    sepas = Sepas.WRONG


class UnknownWaiting(Refusal):
    """There is no such place in a list."""

    code = "appointments.unknown-waiting"
    status = 404
    fa = "چنین جایی در فهرست انتظار نیست."
    en = "There is no such place in the waiting list."
    sepas = Sepas.LOCATOR


class UnknownRoute(Refusal):
    """The referral map has no such way."""

    code = "appointments.unknown-route"
    status = 404
    fa = "چنین راهی در نقشهٔ ارجاع نیست."
    en = "The referral map has no such entry."
    sepas = Sepas.LOCATOR


class RouteWrong(Refusal):
    """The way leads from nowhere or to everywhere."""

    code = "appointments.route-wrong"
    status = 422
    fa = "راه ارجاع باید مبدأ، تخصص و دست‌کم یک مقصد داشته باشد."
    en = "A way needs an origin, a specialty and at least one destination."
    sepas = Sepas.WRONG


class HoldAgain(Refusal):
    """He had this slot held a moment ago."""

    code = "appointments.hold-again"
    status = 409
    fa = "این نوبت چند دقیقه پیش برای همین شخص نگه داشته شده بود؛ آن را بگیرید یا کمی بعد دوباره بکوشید."
    en = "This slot was held for this person a moment ago: take it, or try again later."
