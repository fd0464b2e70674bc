"""What is wrong with a schedule."""

from __future__ import annotations

from nabz.appointments.errors.refusal import Refusal, Sepas


class SlotInPast(Refusal):
    """The time has passed."""

    code = "appointments.slot-in-past"
    status = 422
    fa = "زمان نوبت گذشته است."
    en = "The time of the slot has passed."
    sepas = Sepas.DATES


class TooFarAhead(Refusal):
    """Nobody plans so far ahead."""

    code = "appointments.too-far-ahead"
    status = 422
    fa = "زمان نوبت بیش از {days} روز دیگر است."
    en = "The slot is more than {days} days ahead."
    sepas = Sepas.DATES


class BadWindow(Refusal):
    """The booking window is upside down."""

    code = "appointments.bad-window"
    status = 422
    fa = "بازهٔ رزرو درست نیست."
    en = "The booking window is not valid."
    sepas = Sepas.DATES


class BadLength(Refusal):
    """No visit takes so long."""

    code = "appointments.bad-length"
    status = 422
    fa = "مدت نوبت باید از ۱ تا {most} دقیقه باشد."
    en = "A slot takes 1 to {most} minutes."
    sepas = Sepas.WRONG


class CrossesMidnight(Refusal):
    """A slot lies within one day."""

    code = "appointments.crosses-midnight"
    status = 422
    fa = "نوبت باید در همان روز پایان یابد."
    en = "A slot must end on the day on which it begins."
    sepas = Sepas.DATES


class SeatsWrong(Refusal):
    """So many seats are none."""

    code = "appointments.seats-wrong"
    status = 422
    fa = "ظرفیت باید از ۱ تا {most} باشد."
    en = "The capacity must be 1 to {most}."
    sepas = Sepas.WRONG


class LocalIdTooLong(Refusal):
    """The local id is too long."""

    code = "appointments.local-id-too-long"
    status = 422
    fa = "شناسهٔ محلی بیش از {most} نویسه دارد."
    en = "The local id has more than {most} letters."
    sepas = Sepas.WRONG


class LocalIdTaken(Refusal):
    """The local id names another slot."""

    code = "appointments.local-id-taken"
    status = 409
    fa = "شناسهٔ محلی پیش‌تر برای نوبت دیگری آمده است."
    en = "This local id already names another slot."


class BadQueueNumber(Refusal):
    """The queue number is too long."""

    code = "appointments.bad-queue-number"
    status = 422
    fa = "شمارهٔ نوبت درست نیست."
    en = "The queue number is not valid."
    sepas = Sepas.WRONG


class SlotsOverlap(Refusal):
    """The provider is busy at that time."""

    code = "appointments.slots-overlap"
    status = 409
    fa = "ارائه‌دهنده در این زمان نوبت دیگری دارد: {at}"
    en = "The provider already has a slot at this time: {at}"

    @property
    def text_en(self) -> str:
        """The English sentence, with the instant as programs write it."""
        return self.en.format_map({"at": self.facts["instant"]})


class TooManySlots(Refusal):
    """So many slots do not fit into one message."""

    code = "appointments.too-many-slots"
    status = 413
    fa = "در یک پیام بیش از {most} نوبت نمی‌گنجد."
    en = "No more than {most} slots fit into one message."
    sepas = Sepas.INPUT


class UnknownAgenda(Refusal):
    """Nobody works there at that."""

    code = "appointments.unknown-agenda"
    status = 404
    fa = "چنین برنامه‌ای نیست."
    en = "There is no such agenda."
    sepas = Sepas.LOCATOR


class RulesWrong(Refusal):
    """The centre's rules contradict themselves."""

    code = "appointments.rules-wrong"
    status = 422
    fa = "مقدارهای تنظیم مرکز درست نیست."
    en = "The rules of the centre are not valid."
    sepas = Sepas.WRONG
