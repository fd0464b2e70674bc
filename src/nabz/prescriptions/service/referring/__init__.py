"""Referrals: the cartables of both physicians, and what is written under a referral."""

from nabz.prescriptions.service.referring.looking import (
    Addressed,
    Answered,
    cartable,
    find,
    lately,
    open_for,
    open_for_house,
    open_of_patient,
    referred_services,
    under,
    under_referral,
    written_under,
)
from nabz.prescriptions.service.referring.physicians import of_code, of_number
from nabz.prescriptions.service.referring.using import attach, detach, is_under

__all__ = [
    "Addressed",
    "Answered",
    "attach",
    "cartable",
    "detach",
    "find",
    "is_under",
    "lately",
    "of_code",
    "of_number",
    "open_for",
    "open_for_house",
    "open_of_patient",
    "referred_services",
    "under",
    "under_referral",
    "written_under",
]
