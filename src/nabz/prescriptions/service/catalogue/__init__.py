"""The catalogue: finding services and their prices, searching as one types, and importing price lists."""

from nabz.prescriptions.service.catalogue.comparing import OUTCOME_FA, Line, Outcome, Report, RowReport
from nabz.prescriptions.service.catalogue.finding import (
    additives,
    equivalents,
    find,
    listed,
    many,
    version,
)
from nabz.prescriptions.service.catalogue.loading import check, load
from nabz.prescriptions.service.catalogue.remembering import Catalogue

__all__ = [
    "OUTCOME_FA",
    "Catalogue",
    "Line",
    "Outcome",
    "Report",
    "RowReport",
    "additives",
    "check",
    "equivalents",
    "find",
    "listed",
    "load",
    "many",
    "version",
]
