"""Why an appointment is not made, not given back, not changed."""

from __future__ import annotations

from nabz.appointments.errors.refusal import Refusal, Sepas


class SlotUnknown(Refusal):
    """No slot has this tracking id."""

    code = "appointments.slot-unknown"
    status = 404
    fa = "نوبتی با این شناسه نیست."
    en = "No slot has this tracking id."
    sepas = Sepas.LOCATOR


class NoAppointment(Refusal):
    """The slot is not taken by anybody."""

    code = "appointments.no-appointment"
    status = 404
    fa = "این نوبت را کسی نگرفته است."
    en = "Nobody has taken this slot."
    sepas = Sepas.LOCATOR


class SlotTaken(Refusal):
    """Somebody else has taken the slot."""

    code = "appointments.slot-taken"
    status = 409
    fa = "این نوبت پیش‌تر گرفته شده است."
    en = "This slot was taken by somebody else."


class SlotHeld(Refusal):
    """Somebody else holds the slot for a moment."""

    code = "appointments.slot-held"
    status = 409
    fa = "این نوبت را شخص دیگری موقتاً نگه داشته است؛ کمی بعد دوباره ببینید."
    en = "Somebody else holds this slot for a moment."


class SlotGone(Refusal):
    """The centre has withdrawn the slot."""

    code = "appointments.slot-gone"
    status = 409
    fa = "مرکز این نوبت را برداشته است."
    en = "The centre has withdrawn this slot."


class SlotOver(Refusal):
    """The visit is over."""

    code = "appointments.slot-over"
    status = 409
    fa = "زمان این نوبت گذشته یا ویزیت انجام شده است."
    en = "This visit is over."


class WindowShut(Refusal):
    """Outside of the booking window."""

    code = "appointments.window-shut"
    status = 409
    fa = "زمان گرفتن این نوبت نرسیده یا گذشته است."
    en = "The booking window of this slot is not open."


class PersonBusy(Refusal):
    """The person holds an appointment at that time."""

    code = "appointments.person-busy"
    status = 409
    fa = "این شخص در همین زمان نوبت دیگری دارد."
    en = "The person already holds an appointment at this time."


class SameProviderSameDay(Refusal):
    """One visit to a provider on a day."""

    code = "appointments.same-provider-same-day"
    status = 409
    fa = "این شخص در همین روز از همین ارائه‌دهنده نوبت دارد."
    en = "The person already has an appointment with this provider on this day."


class ReferralNeeded(Refusal):
    """The slot is for referred patients."""

    code = "appointments.referral-needed"
    status = 409
    fa = "این نوبت ویژهٔ نظام ارجاع است و شناسهٔ ارجاع (HID) می‌خواهد."
    en = "This slot is for referred patients and needs a HID."


class NotOnReferralMap(Refusal):
    """The referral map has no such way."""

    code = "appointments.not-on-referral-map"
    status = 409
    fa = "در نقشهٔ ارجاع از این مرکز راهی به این نوبت نیست."
    en = "The referral map has no way from this facility to this slot."


class QuotaNotYours(Refusal):
    """The quota is the centre's own."""

    code = "appointments.quota-not-yours"
    status = 409
    fa = "سهمیهٔ این نوبت حضوری یا ویژه است و فقط مرکز آن را می‌دهد."
    en = "This quota is given out by the centre itself."


class NotYours(Refusal):
    """The appointment is another person's."""

    code = "appointments.not-yours"
    status = 409
    fa = "این نوبت به نام این شخص نیست."
    en = "This appointment is not this person's."


class NotYourSlot(Refusal):
    """The slot is another facility's."""

    code = "appointments.not-your-slot"
    status = 403
    fa = "این نوبت از آن مرکز دیگری است."
    en = "This slot belongs to another facility."
    sepas = Sepas.CENTRE


class StatusRefused(Refusal):
    """The table of transitions has no such step."""

    code = "appointments.status-refused"
    status = 409
    fa = "وضعیت نوبت این تغییر را نمی‌پذیرد."
    en = "The status of the slot does not allow this step."

    @property
    def text_fa(self) -> str:
        """The Persian sentence, with both states where they are told."""
        if "after_fa" not in self.facts:
            return self.fa
        return "وضعیت «{before_fa}» تغییر به «{after_fa}» را نمی‌پذیرد.".format_map(self.facts)

    @property
    def text_en(self) -> str:
        """The English sentence, with both states where they are told."""
        if "after" not in self.facts:
            return self.en
        return "A slot that is {before} cannot become {after}.".format_map(self.facts)


class TooManyBookings(Refusal):
    """Brokers book like this, people do not."""

    code = "appointments.too-many-bookings"
    status = 429
    fa = "از این شماره یا نشانی نوبت‌های زیادی گرفته شده است؛ بعداً دوباره بکوشید."
    en = "Too many appointments were booked from this mobile or address: try again later."


class MobileWrong(Refusal):
    """No mobile number."""

    code = "appointments.mobile-wrong"
    status = 422
    fa = "شمارهٔ همراه درست نیست."
    en = "The mobile number is not valid."
    sepas = Sepas.WRONG


class TooEarly(Refusal):
    """What is to come has not happened."""

    code = "appointments.too-early"
    status = 409
    fa = "این نوبت هنوز نرسیده است؛ نتیجهٔ آن را در روز ویزیت بنویسید."
    en = "The visit is still to come: tell what became of it on its day."


class HidRefused(Refusal):
    """The HID is another person's, eliminated or over."""

    code = "appointments.hid-refused"
    status = 409
    fa = "شناسهٔ ارجاع (HID) از آن این شخص نیست، باطل شده یا زمانش گذشته است."
    en = "The HID is another person's, was eliminated or has expired."


class BookingRefused(Refusal):
    """Something is in the way that is nobody's business."""

    code = "appointments.booking-refused"
    status = 409
    fa = "این نوبت را نمی‌توان با این مشخصات گرفت."
    en = "This slot cannot be taken with these details."


class PersonNotAlive(Refusal):
    """The registry says that the person has died."""

    code = "appointments.person-not-alive"
    status = 409
    fa = "بر پایهٔ ثبت احوال، برای این شخص نوبت داده نمی‌شود."
    en = "By the civil registry no appointment can be made for this person."
