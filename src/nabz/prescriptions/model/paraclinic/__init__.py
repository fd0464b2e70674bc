"""What a paraclinic centre may do: accept in part or whole, take back, diagnose, hold a session."""

from nabz.prescriptions.model.paraclinic.accepting import (
    accept,
    check_message,
    is_active,
    is_again,
    offers,
    soon_over,
    wanted_keys,
)
from nabz.prescriptions.model.paraclinic.registered import check_delivery, diagnose, hold_session, take_back
from nabz.prescriptions.model.paraclinic.values import Acceptance, Diagnosis, Offer, Scene, Wanted

__all__ = [
    "Acceptance",
    "Diagnosis",
    "Offer",
    "Scene",
    "Wanted",
    "accept",
    "check_delivery",
    "check_message",
    "diagnose",
    "hold_session",
    "is_active",
    "is_again",
    "offers",
    "soon_over",
    "take_back",
    "wanted_keys",
]
