"""Workbooks (XLSX) that come from outside, read as streams of rows: text and numbers, and nothing that would run."""

from nabz.kit.workbook.opening import MOST_BYTES, Sheet, Workbook
from nabz.kit.workbook.problems import RowUnreadable, WorkbookRefused
from nabz.kit.workbook.sheet import Record, rows_of
from nabz.kit.workbook.zipped import ODD, check_bomb, check_zip, damaged

__all__ = [
    "MOST_BYTES",
    "ODD",
    "Record",
    "RowUnreadable",
    "Sheet",
    "Workbook",
    "WorkbookRefused",
    "check_bomb",
    "check_zip",
    "damaged",
    "rows_of",
]
