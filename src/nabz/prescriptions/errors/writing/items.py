"""What can be wrong with the items of a prescription."""

from __future__ import annotations

from nabz.prescriptions.errors.kinds import TaminProblem


class NoItemsAllowed(TaminProblem):
    """A visit has items."""

    code = "prescriptions.no-items-allowed"
    number = "112"
    status = 422
    fa = "امکان انتخاب خدمات با توجه به نوع نسخه ی انتخابی وجود ندارد"
    en = "This kind of prescription takes no items."


class OnlyDrugs(TaminProblem):
    """A drug prescription has other items."""

    code = "prescriptions.only-drugs"
    number = "113"
    status = 422
    fa = "با توجه به نوع نسخه ی انتخابی تنها امکان انتخاب دارو وجود دارد"
    en = "This kind of prescription takes drugs only."


class OnlyParaclinic(TaminProblem):
    """A paraclinic prescription has other items."""

    code = "prescriptions.only-paraclinic"
    number = "114"
    status = 422
    fa = "با توجه به نوع نسخه ی انتخابی تنها امکان انتخاب خدمات پاراکلینیک وجود دارد"
    en = "This kind of prescription takes paraclinic services only."


class OnlyServices(TaminProblem):
    """A service prescription has other items."""

    code = "prescriptions.only-services"
    number = "115"
    status = 422
    fa = "با توجه به نوع نسخه ی انتخابی تنها امکان انتخاب خدمات وجود دارد"
    en = "This kind of prescription takes services only."


class GroupMissing(TaminProblem):
    """A laboratory item has no subgroup."""

    code = "prescriptions.group-missing"
    number = "116"
    status = 422
    fa = "در صورت انتخاب آزمایشگاه، زیر گروه مربوطه باید انتخاب گردد"
    en = "A laboratory item needs its subgroup."


class QuantityWrong(TaminProblem):
    """A quantity is not above zero."""

    code = "prescriptions.quantity-wrong"
    number = "117"
    status = 422
    fa = "تعداد خدمت باید بزرگتر از صفر باشد"
    en = "A quantity must be above zero."


class ServiceUnknown(TaminProblem):
    """The catalogue has no such code."""

    code = "prescriptions.service-unknown"
    number = "118"
    status = 422
    fa = "کد خدمت {code} تعریف نشده است"
    en = "The catalogue has no service {code}."


class AmountWrong(TaminProblem):
    """The amount to take is missing or none."""

    code = "prescriptions.amount-wrong"
    number = "119"
    status = 422
    fa = "مقادیر مصرف صحیح وارد نشده است"
    en = "The amount (timesAday) is wrong."


class InstructionWrong(TaminProblem):
    """The time to take it is missing or none."""

    code = "prescriptions.instruction-wrong"
    number = "120"
    status = 422
    fa = "زمان مصرف صحیح وارد نشده است"
    en = "The instruction (drugInstruction) is wrong."


class ItemsMissing(TaminProblem):
    """A prescription without anything in it."""

    code = "prescriptions.items-missing"
    number = "121"
    status = 422
    fa = "برای این نوع نسخه دست‌کم یک خدمت لازم است"
    en = "This kind of prescription needs at least one item."


class ItemTwice(TaminProblem):
    """One code stands twice."""

    code = "prescriptions.item-twice"
    number = "122"
    status = 422
    fa = "پزشک گرامی، امکان ثبت یک کد خدمت برای یک بیمار در یک روز بیش از یکبار امکان‌پذیر نمی باشد"
    en = "The service {code} is written twice."


class RepeatWrong(TaminProblem):
    """More than three repeats, or repeats without a day."""

    code = "prescriptions.repeat-wrong"
    number = "123"
    status = 422
    fa = "تعداد تکرار حداکثر ۳ است و تاریخ انجام باید وارد شود"
    en = "Repeats are at most 3 and need dateDo."


class IllnessTwice(TaminProblem):
    """Two physiotherapy items name one illness."""

    code = "prescriptions.illness-twice"
    number = "124"
    status = 422
    fa = "در فیزیوتراپی، بیماری هر خدمت باید متفاوت باشد"
    en = "Each physiotherapy item needs an illness of its own."


class PhysioCounts(TaminProblem):
    """Physiotherapy items of different counts."""

    code = "prescriptions.physio-counts"
    number = "125"
    status = 422
    fa = "در فیزیوتراپی، تعداد جلسات همهٔ خدمات باید برابر باشد"
    en = "All physiotherapy items need the same quantity."


class ToothWrong(TaminProblem):
    """There is no such tooth."""

    code = "prescriptions.tooth-wrong"
    number = "133"
    status = 422
    fa = "شماره دندان به درستی وارد نشده است"
    en = "The tooth is wrong."


class TooManyItems(TaminProblem):
    """More items than a prescription takes."""

    code = "prescriptions.too-many-items"
    number = "134"
    status = 422
    fa = "تعداد اقلام نسخه بیش از حد مجاز است"
    en = "A prescription takes at most {most} items."


class QuantityTooLarge(TaminProblem):
    """More than the catalogue lets write at once."""

    code = "prescriptions.quantity-too-large"
    number = "135"
    status = 422
    fa = "تعداد خدمت {code} بیش از حد مجاز است"
    en = "The quantity of {code} is above {most}."


class NotForThisSex(TaminProblem):
    """The service is for the other sex."""

    code = "prescriptions.not-for-this-sex"
    number = "136"
    status = 422
    fa = "خدمت {code} برای جنسیت بیمار مجاز نیست"
    en = "The service {code} is not for this patient's sex."
