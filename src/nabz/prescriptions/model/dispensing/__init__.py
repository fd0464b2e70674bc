"""The rules of the counter: delivering in part or whole, taking back, returning, warning, and paper."""

from nabz.prescriptions.model.dispensing.delivering import (
    DRUG,
    again,
    day_of,
    deliver,
    faults,
    flaws,
    given,
    item_of,
    keys_of,
    lines_of,
    meant,
    without,
)
from nabz.prescriptions.model.dispensing.paper import days_of, doctor_of, items_of, paper
from nabz.prescriptions.model.dispensing.undoing import confirm, return_, take_back, withdraw
from nabz.prescriptions.model.dispensing.values import (
    Alert,
    Occasion,
    PaperDraft,
    PaperLine,
    Request,
    Wanted,
    Warned,
)
from nabz.prescriptions.model.dispensing.warning import LOOKS_BACK, of_drugs, of_request, taken_of
from nabz.prescriptions.model.told import AGAIN, STANDING

__all__ = [
    "AGAIN",
    "DRUG",
    "LOOKS_BACK",
    "STANDING",
    "Alert",
    "Occasion",
    "PaperDraft",
    "PaperLine",
    "Request",
    "Wanted",
    "Warned",
    "again",
    "confirm",
    "day_of",
    "days_of",
    "deliver",
    "doctor_of",
    "faults",
    "flaws",
    "given",
    "item_of",
    "items_of",
    "keys_of",
    "lines_of",
    "meant",
    "of_drugs",
    "of_request",
    "paper",
    "return_",
    "take_back",
    "taken_of",
    "withdraw",
    "without",
]
