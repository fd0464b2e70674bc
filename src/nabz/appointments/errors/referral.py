"""Why a file of the referral map is not taken."""

from __future__ import annotations

from nabz.appointments.errors.refusal import Refusal, Sepas


class MapFileRefused(Refusal):
    """It is no table of ways."""

    code = "appointments.map-file-refused"
    status = 422
    fa = "فایل پذیرفته نشد: {why}."
    en = "The file was refused: {why}."
    sepas = Sepas.INPUT

    @property
    def text_fa(self) -> str:
        """The Persian sentence, with the Persian reason."""
        return self.fa.format_map({"why": self.facts["why_fa"]})


class UnknownCodes(Refusal):
    """The terminologies lack what a way holds."""

    code = "appointments.route-codes-unknown"
    status = 422
    fa = "این کدها در ترمینولوژی‌ها نیست: {codes}"
    en = "The terminologies lack these codes: {codes}"
    sepas = Sepas.CODING


class OriginWrong(Refusal):
    """No facility and no division."""

    code = "appointments.route-origin-wrong"
    status = 422
    fa = "مبدأ را بنویسید: نام یا GUID مرکز، یا نام یا کد تقسیمات کشوری."
    en = "Write the origin: name or GUID of a facility, or name or code of a division."
    sepas = Sepas.WRONG


class SpecialtyWrong(Refusal):
    """No code."""

    code = "appointments.route-specialty-wrong"
    status = 422
    fa = "تخصص را بنویسید: نام یا کد آن."
    en = "Write the specialty: its name or code."
    sepas = Sepas.WRONG


class InsurerWrong(Refusal):
    """No code."""

    code = "appointments.route-insurer-wrong"
    status = 422
    fa = "بیمه‌گری با این نام یا کد نیست."
    en = "No insurer has this name or code."
    sepas = Sepas.WRONG


class NameUnknown(Refusal):
    """Nothing is called like this."""

    code = "appointments.route-name-unknown"
    status = 422
    fa = "با نام یا شناسهٔ «{text}» چیزی پیدا نشد."
    en = "Nothing was found by the name or identifier {text}."
    sepas = Sepas.WRONG


class NameUnclear(Refusal):
    """Several things are called like this."""

    code = "appointments.route-name-unclear"
    status = 422
    fa = "برای «{text}» چند مورد هست؛ یکی را برگزینید."
    en = "There are several for {text}: choose one."
    sepas = Sepas.WRONG
