"""What can be wrong with referrals, nursing, dentistry, family doctors and marked diseases; the texts are our own."""

from __future__ import annotations

from nabz.prescriptions.errors.kinds import TaminProblem


class ReferralNotYours(TaminProblem):
    """The patient was sent to another specialty, or by this very physician."""

    code = "prescriptions.referral-not-yours"
    number = "170"
    status = 403
    fa = "بیمار به تخصص این پزشک ارجاع نشده است"
    en = "The patient was not referred to a physician of this specialty."


class ReferralOver(TaminProblem):
    """The referral has run out."""

    code = "prescriptions.referral-over"
    number = "171"
    status = 409
    fa = "اعتبار ارجاع پایان یافته است"
    en = "The referral has run out."


class ReferralUsedUp(TaminProblem):
    """All its visits have been made."""

    code = "prescriptions.referral-used-up"
    number = "172"
    status = 409
    fa = "تعداد ویزیت‌های مجاز این ارجاع به پایان رسیده است"
    en = "All visits of this referral have been made."


class FeedbackGiven(TaminProblem):
    """The referral has its feedback."""

    code = "prescriptions.feedback-given"
    number = "173"
    status = 409
    fa = "بازخورد این ارجاع پیش‌تر ثبت شده است"
    en = "The feedback of this referral has been given."


class ServiceNotThere(TaminProblem):
    """The prescription to be carried out has no such referable item."""

    code = "prescriptions.service-not-there"
    number = "174"
    status = 422
    fa = "خدمت ارجاعی با این شناسه یافت نشد"
    en = "There is no such referred service."


class ServiceUsedUp(TaminProblem):
    """Less is left of the referred service."""

    code = "prescriptions.service-used-up"
    number = "175"
    status = 409
    fa = "از خدمت ارجاعی {code} تنها {left} عدد باقی مانده است"
    en = "Only {left} of the referred service {code} are left."


class NursingNotThere(TaminProblem):
    """This centre's nursing cartable has no such item."""

    code = "prescriptions.nursing-not-there"
    number = "176"
    status = 404
    fa = "خدمت پرستاری با این شناسه در کارتابل مرکز نیست"
    en = "The centre's nursing cartable has no such item."


class NursingDone(TaminProblem):
    """Another nurse has done it."""

    code = "prescriptions.nursing-done"
    number = "177"
    status = 409
    fa = "این خدمت را پرستار دیگری انجام داده و ثبت کرده است"
    en = "Another nurse has done this service."


class NurseWrong(TaminProblem):
    """The nurse's national code is none."""

    code = "prescriptions.nurse-wrong"
    number = "178"
    status = 422
    fa = "کد ملی پرستار معتبر نمی باشد"
    en = "The nurse's national code is wrong."


class NothingDone(TaminProblem):
    """No item is named."""

    code = "prescriptions.nothing-done"
    number = "179"
    status = 422
    fa = "هیچ خدمت پرستاری انتخاب نشده است"
    en = "No nursing item is named, or too many."


class ToothGone(TaminProblem):
    """The tooth was extracted."""

    code = "prescriptions.tooth-gone"
    number = "180"
    status = 409
    fa = "دندان {tooth} پیش‌تر کشیده شده است و خدمت {code} برای آن ممکن نیست"
    en = "Tooth {tooth} was extracted: {code} is not possible on it."


class ToothToday(TaminProblem):
    """The same service was written for the same tooth today."""

    code = "prescriptions.tooth-today"
    number = "181"
    status = 409
    fa = "خدمت {code} برای دندان {tooth} امروز یک بار ثبت شده است"
    en = "The service {code} was written for tooth {tooth} on this day already."


class ToothMissing(TaminProblem):
    """The service is for one tooth, and none is named."""

    code = "prescriptions.tooth-missing"
    number = "182"
    status = 422
    fa = "برای خدمت {code} شماره دندان وارد نشده است"
    en = "The service {code} needs a tooth."


class ToothNotFor(TaminProblem):
    """The service is for other teeth, or for none."""

    code = "prescriptions.tooth-not-for"
    number = "183"
    status = 422
    fa = "خدمت {code} برای دندان {tooth} تعریف نشده است"
    en = "The service {code} is not for tooth {tooth}."


class DentistTypeWrong(TaminProblem):
    """There is no such list of dental services, or the tooth is of the other dentition."""

    code = "prescriptions.dentist-type-wrong"
    number = "184"
    status = 422
    fa = "نوع دندان یا نوع فهرست خدمات دندان‌پزشکی به درستی وارد نشده است"
    en = "The dentist type, or the tooth type, is wrong."


class DiseaseUnknown(TaminProblem):
    """It is none of the diseases that may be marked."""

    code = "prescriptions.disease-unknown"
    number = "185"
    status = 422
    fa = "بیماری انتخاب‌شده در فهرست بیماری‌های قابل نشان‌دار کردن نیست"
    en = "This disease cannot be marked."


class DiseaseTypeWrong(TaminProblem):
    """The level of autism is none, or the kind of input is not ours."""

    code = "prescriptions.disease-type-wrong"
    number = "186"
    status = 422
    fa = "نوع بیماری به درستی وارد نشده است"
    en = "The type of the disease is 1, 2 or 3, and inputType is 1."
