"""What our own API refuses."""

from __future__ import annotations

from nabz.appointments.errors.refusal import Refusal, Sepas


class KeyUsedOtherwise(Refusal):
    """One key names one message."""

    code = "appointments.key-used-otherwise"
    status = 409
    fa = "این کلید پیش‌تر با پیام دیگری آمده است؛ برای پیام تازه کلید تازه‌ای بسازید."
    en = "This key already came with another message: make a new key for a new message."


class SearchTooBroad(Refusal):
    """Nobody looks for anything anywhere."""

    code = "appointments.search-too-broad"
    status = 422
    fa = "دست‌کم یکی از ارائه‌دهنده، مرکز، تخصص، خدمت، محل یا نقطه را بنویسید."
    en = "Tell at least one of provider, facility, specialty, service, division or near."
    sepas = Sepas.MANDATORY


class DaysTooBroad(Refusal):
    """The same, where no point can be told."""

    code = "appointments.days-too-broad"
    status = 422
    fa = "دست‌کم یکی از ارائه‌دهنده، مرکز، تخصص، خدمت یا محل را بنویسید."
    en = "Tell at least one of provider, facility, specialty, service or division."
    sepas = Sepas.MANDATORY


class KindUnknown(Refusal):
    """No event is of this kind, so nothing would ever come."""

    code = "appointments.kind-unknown"
    status = 422
    fa = "رویدادی از نوع {field} نیست. نوع‌های رویداد: {kinds}"
    en = "No event is of the kind in {field}. There are: {kinds}"
    sepas = Sepas.WRONG


class TooManyPlacesHere(Refusal):
    """One client system keeps only so many places in waiting lists."""

    code = "appointments.too-many-places-here"
    status = 429
    fa = "این سامانه {most} جا در فهرست‌های انتظار دارد؛ برای جای تازه، یکی را رها کنید."
    en = "This system has {most} places in waiting lists: leave one of them first."
