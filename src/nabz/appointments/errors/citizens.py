"""What the citizens' pages refuse."""

from __future__ import annotations

from nabz.appointments.errors.refusal import Refusal, Sepas


class TooManyPlaces(Refusal):
    """One mobile keeps few places in waiting lists."""

    code = "appointments.too-many-places"
    status = 429
    fa = "با این شماره {most} جا در فهرست‌های انتظار گرفته شده است؛ برای جای تازه، یکی را رها کنید."
    en = "{most} places in waiting lists were taken with this mobile: leave one of them first."


class OriginNeeded(Refusal):
    """Nobody knows from where the patient was referred."""

    code = "appointments.origin-needed"
    status = 422
    fa = "بنویسید از کدام مرکز ارجاع شده‌اید."
    en = "Write which centre referred you."
    sepas = Sepas.MANDATORY


class OriginUnknown(Refusal):
    """No centre has this name."""

    code = "appointments.origin-unknown"
    status = 422
    fa = "مرکزی با این نام پیدا نشد؛ نام کوتاه‌تری بنویسید."
    en = "No centre with this name was found: write a shorter one."
    sepas = Sepas.WRONG


class OriginUnclear(Refusal):
    """Several centres have this name."""

    code = "appointments.origin-unclear"
    status = 422
    fa = "چند مرکز با این نام هست؛ یکی را برگزینید یا نام را کامل‌تر بنویسید."
    en = "Several centres have this name: choose one, or write more of the name."
    sepas = Sepas.WRONG
