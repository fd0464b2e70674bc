"""What roles are called: Persian and English."""

from __future__ import annotations

from typing import Final

from nabz.access.model.people import Role

ROLE_TITLES: Final[dict[Role, tuple[str, str]]] = {
    Role.OPERATOR: ("راهبر سامانه", "Operator"),
    Role.CODING_EDITOR: ("ویراستار کدینگ", "Coding editor"),
    Role.SSO_EXPERT: ("کارشناس تأمین اجتماعی", "SSO expert"),
    Role.LAB_EVALUATOR: ("ارزیاب آزمایشگاه نرم‌افزار", "Evaluating lab"),
    Role.SECURITY_OFFICER: ("کارشناس حراست", "Security officer"),
    Role.VENDOR: ("سازندهٔ نرم‌افزار", "Vendor"),
    Role.PHYSICIAN: ("پزشک", "Physician"),
    Role.SECRETARY: ("منشی", "Secretary"),
    Role.NURSE: ("پرستار", "Nurse"),
    Role.PHARMACY: ("داروخانه", "Pharmacy"),
    Role.PARACLINIC: ("پاراکلینیک", "Paraclinic"),
    Role.UNIVERSITY: ("دانشگاه علوم پزشکی", "University"),
    Role.RESIDENT: ("دستیار تخصصی", "Resident"),
    Role.MINISTRY: ("وزارت بهداشت", "Ministry"),
    Role.CLINIC_DESK: ("پذیرش درمانگاه", "Clinic desk"),
    Role.CITIZEN: ("شهروند", "Citizen"),
    Role.MANAGER: ("مدیر کاربران سازمان", "Manager of the organisation's users"),
}
