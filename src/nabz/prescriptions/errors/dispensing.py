"""What can be wrong with delivering drugs, taking them back, returning a prescription and confirming a paper one."""

from __future__ import annotations

from nabz.prescriptions.errors.kinds import TaminProblem


class DispensingProblem(TaminProblem):
    """A failure at the counter; where it is about one drug, `drug` is its code."""

    @property
    def drug(self) -> str:
        """The code that it is about, or nothing."""
        return str(self.facts.get("drug", ""))

    @property
    def facts_fa(self) -> dict[str, object]:
        """The facts in one kind of digits: counts stand beside codes, and pages write both in their own."""
        return self.facts


class OneTimeCodeWrong(DispensingProblem):
    """A controlled drug is given against the patient's code alone."""

    code = "prescriptions.one-time-code-wrong"
    number = "9900002"
    status = 422
    fa = "کد یک‌بارمصرف داروی {drug} وارد نشده یا منقضی شده است."
    en = "The one-time code of the drug {drug} is missing, wrong or has run out."


class PrescriptionExpired(DispensingProblem):
    """Its last day is over."""

    code = "prescriptions.expired"
    number = "9900010"
    status = 409
    fa = "مهلت تحویل این نسخه در {until} به پایان رسیده است."
    en = "The prescription ran out on {until}."


class PrescriptionDeleted(DispensingProblem):
    """Its physician has deleted it."""

    code = "prescriptions.deleted"
    number = "9900011"
    status = 409
    fa = "این نسخه حذف شده است."
    en = "The prescription was deleted."


class PrescriptionReturned(DispensingProblem):
    """It lies with its physician again."""

    code = "prescriptions.returned"
    number = "9900012"
    status = 409
    fa = "این نسخه به پزشک بازگشته است."
    en = "The prescription was returned to its physician."


class NothingWanted(DispensingProblem):
    """No drug is named."""

    code = "prescriptions.nothing-wanted"
    number = "9900013"
    status = 422
    fa = "هیچ دارویی برای تحویل انتخاب نشده است."
    en = "No drug is named."


class ItemNotOfPrescription(DispensingProblem):
    """The prescription has no such item."""

    code = "prescriptions.item-not-of-prescription"
    number = "9900020"
    status = 422
    fa = "قلم {item} در این نسخه نیست."
    en = "The prescription has no item {item}."


class ItemNotDrug(DispensingProblem):
    """Another kind of centre gives it."""

    code = "prescriptions.item-not-drug"
    number = "9900021"
    status = 422
    fa = "خدمت {drug} دارو نیست و داروخانه آن را تحویل نمی‌دهد."
    en = "{drug} is no drug."


class CountWrong(DispensingProblem):
    """None, or less."""

    code = "prescriptions.count-wrong"
    number = "9900022"
    status = 422
    fa = "تعداد داروی {drug} باید بزرگ‌تر از صفر باشد."
    en = "The quantity of {drug} must be more than zero."


class NothingRemains(DispensingProblem):
    """All of it was given."""

    code = "prescriptions.nothing-remains"
    number = "9900023"
    status = 409
    fa = "داروی {drug} پیش‌تر به‌طور کامل تحویل شده است."
    en = "Nothing remains of {drug}: all of it was delivered."


class MoreThanRemains(DispensingProblem):
    """Less is left than is asked for."""

    code = "prescriptions.more-than-remains"
    number = "9900024"
    status = 409
    fa = "از داروی {drug} تنها {left} عدد مانده است."
    en = "Only {left} of {drug} remain."


class MoreThanAtOnce(DispensingProblem):
    """A repeat is given at another time."""

    code = "prescriptions.more-than-at-once"
    number = "9900025"
    status = 422
    fa = "از داروی {drug} در هر نوبت حداکثر {most} عدد تحویل می‌شود."
    en = "At most {most} of {drug} are given at one time."


class RepeatTooEarly(DispensingProblem):
    """The day of the repeat has not come."""

    code = "prescriptions.repeat-too-early"
    number = "9900026"
    status = 409
    fa = "تکرار داروی {drug} پیش از {day} تحویل نمی‌شود."
    en = "The repeat of {drug} is not given before {day}."


class DrugUnknown(DispensingProblem):
    """The catalogue has no such drug."""

    code = "prescriptions.drug-unknown"
    number = "9900027"
    status = 422
    fa = "داروی {drug} در فهرست داروها نیست."
    en = "The catalogue has no drug {drug}."


class NotEquivalent(DispensingProblem):
    """Another drug than the one that was written."""

    code = "prescriptions.not-equivalent"
    number = "9900028"
    status = 422
    fa = "داروی {drug} هم‌ارز داروی نسخه ({written}) نیست."
    en = "{drug} may not be given for {written}."


class HospitalOnly(DispensingProblem):
    """Given within a hospital alone."""

    code = "prescriptions.hospital-only"
    number = "9900029"
    status = 422
    fa = "داروی {drug} بیمارستانی است و تنها با نسخهٔ بیمارستانی تحویل می‌شود."
    en = "{drug} is given on a hospital prescription only."


class PriceWrong(DispensingProblem):
    """No price that a drug can have."""

    code = "prescriptions.price-wrong"
    number = "9900030"
    status = 422
    fa = "قیمت داروی {drug} درست نیست؛ آن را به ریال و بدون اعشار بفرستید."
    en = "The price of {drug} is wrong: send whole rials."


class BarcodesWrong(DispensingProblem):
    """As many barcodes as units, none twice."""

    code = "prescriptions.barcodes-wrong"
    number = "9900040"
    status = 422
    fa = "برای داروی {drug} باید {count} بارکد اصالت متفاوت فرستاده شود."
    en = "{count} different barcodes are needed for {drug}."


class BarcodeUnknown(DispensingProblem):
    """No distributor has registered it for this drug."""

    code = "prescriptions.barcode-unknown"
    number = "9900041"
    status = 404
    fa = "بارکد {barcode} برای این دارو ثبت نشده است؛ اصالت کالا تأیید نمی‌شود."
    en = "The barcode {barcode} is not registered for this drug."


class BarcodeUsed(DispensingProblem):
    """One package is given once."""

    code = "prescriptions.barcode-used"
    number = "9900042"
    status = 409
    fa = "بارکد {barcode} پیش‌تر فعال شده است."
    en = "The barcode {barcode} was activated before."


class BarcodeMalformed(DispensingProblem):
    """Not twenty digits."""

    code = "prescriptions.barcode-malformed"
    number = "9900043"
    status = 422
    fa = "بارکد باید ۲۰ رقم باشد."
    en = "A barcode has 20 digits."


class BarcodeTaken(DispensingProblem):
    """Another batch has it."""

    code = "prescriptions.barcode-taken"
    number = "9900044"
    status = 409
    fa = "بارکد {barcode} پیش‌تر برای محمولهٔ دیگری ثبت شده است."
    en = "The barcode {barcode} was registered for another batch."


class BatchTooLarge(DispensingProblem):
    """More barcodes than one message takes."""

    code = "prescriptions.batch-too-large"
    number = "9900045"
    status = 413
    fa = "در هر بار حداکثر {most} بارکد ثبت می‌شود."
    en = "At most {most} barcodes are registered at once."


class DeliverySent(DispensingProblem):
    """The month's file has gone."""

    code = "prescriptions.delivery-sent"
    number = "9900050"
    status = 409
    fa = "این تحویل در فایل ماه ارسال شده و دیگر قابل حذف نیست."
    en = "The delivery is in the month's file and cannot be taken back."


class DeliveryRemoved(DispensingProblem):
    """It was taken back, or ran out before the patient confirmed it."""

    code = "prescriptions.delivery-removed"
    number = "9900051"
    status = 409
    fa = "این تحویل حذف شده یا مهلت تأیید آن گذشته است."
    en = "The delivery was taken back, or lapsed."


class ConfirmationWrong(DispensingProblem):
    """The patient's word for what was set aside."""

    code = "prescriptions.confirmation-wrong"
    number = "9900052"
    status = 422
    fa = "کد تأیید بیمار درست نیست یا منقضی شده است."
    en = "The patient's code is wrong or has run out."


class NoMobile(DispensingProblem):
    """There is nowhere to send a code."""

    code = "prescriptions.no-mobile"
    number = "9900053"
    status = 422
    fa = "برای این بیمار شمارهٔ همراهی ثبت نشده است و کد را نمی‌توان فرستاد."
    en = "No mobile of the patient is known: the code cannot be sent."


class AlreadyDelivered(DispensingProblem):
    """Something of it was given, so it stays."""

    code = "prescriptions.already-delivered"
    number = "9900060"
    status = 409
    fa = "بخشی از این نسخه تحویل شده است و این کار دیگر ممکن نیست."
    en = "Something of the prescription was delivered already."


class ReturnReasonMissing(DispensingProblem):
    """A physician is told why."""

    code = "prescriptions.return-reason-missing"
    number = "9900061"
    status = 422
    fa = "دلیل بازگشت نسخه به پزشک را بنویسید."
    en = "Write why the prescription is returned."


class PaperDayWrong(DispensingProblem):
    """A day to come, or none."""

    code = "prescriptions.paper-day-wrong"
    number = "9900070"
    status = 422
    fa = "تاریخ نسخهٔ کاغذی درست نیست یا پس از امروز است."
    en = "The day of the paper prescription is wrong or lies ahead."


class PaperDoctorWrong(DispensingProblem):
    """No council number."""

    code = "prescriptions.paper-doctor-wrong"
    number = "9900071"
    status = 422
    fa = "شمارهٔ نظام پزشکی درست نیست."
    en = "This is no council number."


class DrugTwice(DispensingProblem):
    """One drug is one line."""

    code = "prescriptions.drug-twice"
    number = "9900072"
    status = 422
    fa = "داروی {drug} دو بار آمده است."
    en = "{drug} stands there twice."


class MoreThanAllowed(DispensingProblem):
    """More than one prescription may hold."""

    code = "prescriptions.more-than-allowed"
    number = "9900073"
    status = 422
    fa = "از داروی {drug} در یک نسخه حداکثر {most} عدد پذیرفته می‌شود."
    en = "At most {most} of {drug} may stand in one prescription."


class NotAcceptedHere(DispensingProblem):
    """Only what a centre took in itself may be withdrawn by it."""

    code = "prescriptions.not-accepted-here"
    number = "9900074"
    status = 409
    fa = "این نسخه را این مرکز به‌صورت اینترنتی نپذیرفته است."
    en = "This centre has not accepted this prescription over the net."
