"""Results of paraclinic centres: drafted whole or not at all, released for good, corrected with the old one kept."""

from nabz.prescriptions.service.results.drafting import correct, draft, drop, may_draft, mine, redraft
from nabz.prescriptions.service.results.reading import (
    Reader,
    of_delivery,
    of_patient,
    of_prescription,
    one,
    read_file,
    seen,
)
from nabz.prescriptions.service.results.releasing import release

__all__ = [
    "Reader",
    "correct",
    "draft",
    "drop",
    "may_draft",
    "mine",
    "of_delivery",
    "of_patient",
    "of_prescription",
    "one",
    "read_file",
    "redraft",
    "release",
    "seen",
]
