"""Results of laboratories and imaging: numbers, text and files; a draft until it is released, and then for good."""

from nabz.prescriptions.model.results.contents import Sort, check_pdf, sort_of
from nabz.prescriptions.model.results.values import (
    MOST_FILE,
    MOST_FILES,
    MOST_NUMBERS,
    MOST_TOGETHER,
    File,
    FileSent,
    Kept,
    Numeric,
    Result,
    ResultState,
    Sent,
    checked,
    flagged,
)

__all__ = [
    "MOST_FILE",
    "MOST_FILES",
    "MOST_NUMBERS",
    "MOST_TOGETHER",
    "File",
    "FileSent",
    "Kept",
    "Numeric",
    "Result",
    "ResultState",
    "Sent",
    "Sort",
    "check_pdf",
    "checked",
    "flagged",
    "sort_of",
]
