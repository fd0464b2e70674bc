"""What can be wrong with referrals, feedback, nursing and orders of admission."""

from __future__ import annotations

from nabz.prescriptions.errors.kinds import TaminProblem


class ReferralMissing(TaminProblem):
    """A referral without a referral."""

    code = "prescriptions.referral-missing"
    number = "126"
    status = 422
    fa = "اطلاعات ارجاع وارد نشده است"
    en = "The referral list is missing."


class ReferralWrong(TaminProblem):
    """A referral's field is wrong."""

    code = "prescriptions.referral-wrong"
    number = "127"
    status = 422
    fa = "اطلاعات ارجاع به درستی وارد نشده است"
    en = "A field of the referral is wrong: {field}."


class CommentMissing(TaminProblem):
    """A feedback without a comment."""

    code = "prescriptions.comment-missing"
    number = "128"
    status = 422
    fa = "توضیحات وارد نشده است"
    en = "The comments are missing."


class FeedbackUnknown(TaminProblem):
    """The referral that is answered is not there."""

    code = "prescriptions.feedback-unknown"
    number = "129"
    status = 404
    fa = "نسخه ارجاع یافت نشد"
    en = "The referral to be answered does not exist."


class AnswersWrong(TaminProblem):
    """The answers of a feedback are wrong."""

    code = "prescriptions.answers-wrong"
    number = "130"
    status = 422
    fa = "پاسخ پرسش‌های بازخورد به درستی وارد نشده است"
    en = "The feedback's answers are wrong."


class SiamMissing(TaminProblem):
    """A centre's SIAM id is needed."""

    code = "prescriptions.siam-missing"
    number = "131"
    status = 422
    fa = "شناسه سیام مرکز وارد نشده است"
    en = "The centre's siamId is missing."


class NursingIncomplete(TaminProblem):
    """Nursing needs a nursing and a medical service."""

    code = "prescriptions.nursing-incomplete"
    number = "132"
    status = 422
    fa = "نسخه پرستاری باید دست‌کم یک خدمت پرستاری و یک خدمت پزشکی داشته باشد"
    en = "A nursing prescription needs an item of type 21 and one of type 17."
