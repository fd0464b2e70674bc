"""Why the prescriptions of the insurer's own centres are not shown."""

from __future__ import annotations

from nabz.kit.errors import Problem


class OwnedCodeWrong(Problem):
    """The code is wrong or has run out."""

    code = "prescriptions.owned-code-wrong"
    status = 422
    fa = "کد واردشده درست نیست یا زمان آن گذشته است."
    en = "The code is wrong or has run out."


class NoMobileKnown(Problem):
    """No mobile of the patient is known, so no code can be sent."""

    code = "prescriptions.no-mobile-known"
    status = 409
    fa = "شمارهٔ همراهی از این بیمار در دست نیست و نمی‌توان برایش کد فرستاد."
    en = "No mobile of this patient is known."
