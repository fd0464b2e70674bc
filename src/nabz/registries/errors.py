"""Every expected failure of the registries."""

from __future__ import annotations

from nabz.kit.errors import Fault, Problem


class BadPersonId(Problem):
    """Not a national code with the right check digit, no residence number, no passport number."""

    code = "registries.bad-person-id"
    fa = "شناسهٔ شخص درست نیست؛ کد ملی، شناسهٔ فراگیر اتباع خارجی یا شمارهٔ گذرنامه را دوباره ببینید."
    en = "This is no valid identifier of a person (National_Code, BAFIA_ID or Passport_ID)."


class BadProviderId(Problem):
    """Not a number of one of the councils."""

    code = "registries.bad-provider-id"
    fa = "شمارهٔ نظام درست نیست؛ تنها ۱ تا ۱۰ رقم پذیرفته می‌شود."
    en = "This is no valid number of a practitioner (Med_ID, Nursing_ID or Midwifery_ID: 1 to 10 digits)."


class BadFacilityId(Problem):
    """Not a GUID."""

    code = "registries.bad-facility-id"
    fa = "شناسهٔ مرکز درست نیست؛ این شناسه یک GUID است."
    en = "This is no valid identifier of a facility: it is a GUID."


class BadHid(Problem):
    """Not the shape of an entitlement id."""

    code = "registries.bad-hid"
    fa = "شناسهٔ استحقاق درمان (HID) درست نیست؛ ۸ تا ۱۶ رقم یا حرف لاتین دارد."
    en = "This is no valid HID: it has 8 to 16 digits or Latin letters."


class BadInsurer(Problem):
    """Not the shape of an insurer's code."""

    code = "registries.bad-insurer"
    fa = "کد بیمه‌گر درست نیست؛ این کد یک تا سه رقم دارد."
    en = "This is no valid code of an insurer: it has one to three digits."


class BadMobile(Problem):
    """Not a mobile number."""

    code = "registries.bad-mobile"
    fa = "شمارهٔ همراه درست نیست؛ آن را مانند ۰۹۱۲۳۴۵۶۷۸۹ بنویسید."
    en = "This is no valid mobile number: write it like 09123456789."


class BadPostalCode(Problem):
    """Not a postal code."""

    code = "registries.bad-postal-code"
    fa = "کد پستی درست نیست؛ این کد ده رقم دارد."
    en = "This is no valid postal code of ten digits."


class BadPlace(Problem):
    """No point on the earth."""

    code = "registries.bad-place"
    fa = "طول یا عرض جغرافیایی درست نیست."
    en = "This is no valid latitude or longitude."


class BadSource(Problem):
    """Not an address that answers could come from."""

    code = "registries.bad-source"
    fa = "منبع بیرونی درست نیست؛ نشانی آن با http یا https آغاز می‌شود و زمان نگهداری منفی نیست."
    en = "This is no valid outside source: an http or https address, and a time to keep that is not negative."


class UnknownHid(Problem):
    """No HID of this number was given out, or not to this person or facility."""

    code = "registries.unknown-hid"
    status = 404
    fa = "شناسهٔ استحقاق درمان (HID) با این مشخصات یافت نشد."
    en = "There is no such HID for this person and facility."


class HidEliminated(Problem):
    """The HID was eliminated before."""

    code = "registries.hid-eliminated"
    status = 409
    fa = "این شناسهٔ استحقاق درمان قبلا ابطال شده است."
    en = "This HID was eliminated before."


class HidUsed(Problem):
    """The HID was used up before."""

    code = "registries.hid-used"
    status = 409
    fa = "این شناسهٔ استحقاق درمان پیش‌تر مصرف شده است."
    en = "This HID was used before."


class HidExpired(Problem):
    """The HID's time is over."""

    code = "registries.hid-expired"
    status = 409
    fa = "اعتبار این شناسهٔ استحقاق درمان به پایان رسیده است."
    en = "This HID has expired."


class HidNotReserved(Problem):
    """Only what was reserved can be given to a person afterwards."""

    code = "registries.hid-not-reserved"
    status = 409
    fa = "به‌روزرسانی تنها برای شناسه‌های رزرو قابل انجام می باشد."
    en = "Only a reserved HID can be updated."


class HidNotIssued(Problem):
    """The HID was reserved and is nobody's yet."""

    code = "registries.hid-not-issued"
    status = 409
    fa = "این شناسهٔ استحقاق درمان هنوز برای کسی صادر نشده است."
    en = "This HID is reserved and has not been issued to a person."


class NotCovered(Problem):
    """The insurer that was named does not cover the person."""

    code = "registries.not-covered"
    status = 409
    fa = "این شخص نزد بیمه‌گر نام‌برده پوشش معتبر ندارد."
    en = "The insurer that was named does not cover this person."


class PersonDead(Problem):
    """Nothing more is issued to a person who has died."""

    code = "registries.person-dead"
    status = 409
    fa = "برابر ثبت احوال، صاحب این شناسه درگذشته است."
    en = "By the civil registry this person has died."


class UnknownPerson(Problem):
    """The registry holds no person of this identifier."""

    code = "registries.unknown-person"
    status = 404
    fa = "شخصی با این مشخصات یافت نشد."
    en = "There is no person of this identifier."


class SourceAway(Problem):
    """The outside source did not answer in time, or with something that is no answer."""

    code = "registries.source-away"
    status = 503
    fa = "مرجع بیرونی در این لحظه پاسخ نمی‌دهد؛ کمی بعد دوباره بپرسید."
    en = "The outside source does not answer at this moment: try again shortly."
    fault = Fault.PROVIDER
    retry = True
