"""The words by which pages call roles, kinds, states and deeds: Persian and English."""

from __future__ import annotations

from typing import Final

from nabz.access.model import DEMO, PRODUCTION, ROLE_TITLES, OrganisationKind, UserStatus

Words = tuple[str, str]

ROLES: Final = ROLE_TITLES
KINDS: Final[dict[OrganisationKind, Words]] = {
    OrganisationKind.MINISTRY: ("وزارتخانه", "Ministry"),
    OrganisationKind.INSURER: ("بیمه‌گر", "Insurer"),
    OrganisationKind.UNIVERSITY: ("دانشگاه", "University"),
    OrganisationKind.HOSPITAL: ("بیمارستان", "Hospital"),
    OrganisationKind.CLINIC: ("درمانگاه", "Clinic"),
    OrganisationKind.PHARMACY: ("داروخانه", "Pharmacy"),
    OrganisationKind.LABORATORY: ("آزمایشگاه", "Laboratory"),
    OrganisationKind.COMPANY: ("شرکت", "Company"),
    OrganisationKind.OFFICE: ("مطب یا دفتر", "Office"),
}
STATUSES: Final[dict[UserStatus, tuple[str, str, str]]] = {
    UserStatus.INVITED: ("warn", "دعوت‌شده", "Invited"),
    UserStatus.ACTIVE: ("good", "فعال", "Active"),
    UserStatus.DISABLED: ("bad", "غیرفعال", "Disabled"),
    UserStatus.LOCKED: ("bad", "مسدود به دست راهبر", "Locked by an operator"),
}
DATA_SETS: Final[dict[int, Words]] = {
    PRODUCTION: ("محیط عملیاتی", "Production"),
    DEMO: ("محیط نمایشی", "Demo sandbox"),
}
DEEDS: Final[dict[str, Words]] = {
    "access.user-invited": ("دعوت شد", "was invited"),
    "access.user-seeded": ("با داده‌های نمایشی ساخته شد", "was made with the demo"),
    "access.link-sent": ("پیوند فرستاده شد", "was sent a link"),
    "access.invitation-accepted": ("دعوت را پذیرفت", "accepted the invitation"),
    "access.new-password-asked": ("گذرواژهٔ تازه خواست", "asked for a new password"),
    "access.password-reset": ("گذرواژهٔ تازه گذاشت", "set a new password"),
    "access.password-changed": ("گذرواژه را عوض کرد", "changed the password"),
    "access.roles-set": ("نقش‌ها عوض شد", "roles were changed"),
    "access.user-disabled": ("غیرفعال شد", "was disabled"),
    "access.user-enabled": ("فعال شد", "was enabled"),
    "access.renamed": ("نام را عوض کرد", "changed the name"),
    "access.signed-in": ("وارد شد", "signed in"),
    "access.signed-out": ("خارج شد", "signed out"),
    "access.session-ended": ("یک نشست پایان یافت", "a session was ended"),
    "access.all-sessions-ended": ("همهٔ نشست‌ها پایان یافت", "all sessions were ended"),
    "access.second-factor-on": ("ورود دومرحله‌ای روشن شد", "second factor switched on"),
    "access.second-factor-off": ("ورود دومرحله‌ای خاموش شد", "second factor switched off"),
    "access.second-factor-reset": ("ورود دومرحله‌ای برداشته شد", "second factor was reset"),
    "access.recovery-codes-renewed": ("کدهای بازیابی تازه شد", "recovery codes were renewed"),
    "access.recovery-code-used": ("کد بازیابی به کار رفت", "a recovery code was used"),
    "access.delegated": ("به منشی نمایندگی داد", "let a secretary act"),
    "access.delegation-revoked": ("نمایندگی پایان یافت", "a delegation was ended"),
    "access.acting-started": ("کار از سوی پزشک آغاز شد", "began to act for a physician"),
    "access.acting-stopped": ("کار از سوی پزشک پایان یافت", "stopped acting for a physician"),
}


def data_set(number: int) -> Words:
    """Name a data set."""
    return DATA_SETS.get(number, (f"محیط آزمایشی {number}", f"Sandbox {number}"))


def deed(action: str) -> Words:
    """Name a deed; one without words keeps its code."""
    return DEEDS.get(action, (action, action))
