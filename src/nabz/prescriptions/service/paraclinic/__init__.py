"""Paraclinic centres: what waits for them, accepting it, taking back, diagnoses, sessions, paper prescriptions."""

from nabz.prescriptions.service.paraclinic.accepting import Asked, accept
from nabz.prescriptions.service.paraclinic.looking import (
    Case,
    Registration,
    acceptable,
    active,
    case,
    cases,
    registration,
)
from nabz.prescriptions.service.paraclinic.paper import Paper, PaperLine, accept_paper
from nabz.prescriptions.service.paraclinic.registered import diagnose, hold_session, take_back
from nabz.prescriptions.service.paraclinic.ward import Ward

__all__ = [
    "Asked",
    "Case",
    "Paper",
    "PaperLine",
    "Registration",
    "Ward",
    "accept",
    "accept_paper",
    "acceptable",
    "active",
    "case",
    "cases",
    "diagnose",
    "hold_session",
    "registration",
    "take_back",
]
