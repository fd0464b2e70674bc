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
    fa = "مبدأ درست نیست: GUID مرکز یا کد تقسیمات کشوری را بنویسید."
    en = "The origin is no GUID of a facility and no code of a division."
    sepas = Sepas.WRONG


class SpecialtyWrong(Refusal):
    """No code."""

    code = "appointments.route-specialty-wrong"
    status = 422
    fa = "کد تخصص درست نیست."
    en = "This is no code of a specialty."
    sepas = Sepas.WRONG


class InsurerWrong(Refusal):
    """No code."""

    code = "appointments.route-insurer-wrong"
    status = 422
    fa = "کد بیمه‌گر درست نیست."
    en = "This is no code of an insurer."
    sepas = Sepas.WRONG
