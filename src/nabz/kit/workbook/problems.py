"""What can be wrong with a workbook, told in both languages."""

from __future__ import annotations

from nabz.kit.errors import Told
from nabz.kit.persian import grouped


class WorkbookRefused(Told):
    """A file that is not what it should be."""

    code = "kit.workbook-refused"
    status = 422
    fa = "فایل خوانده نشد: {why}"
    en = "The file could not be read: {why}"


class RowUnreadable(Told):
    """A row of a sheet that cannot be taken; the others may."""

    code = "kit.row-unreadable"
    status = 422
    fa = "سطر خوانده نشد: {why}"
    en = "The row could not be read: {why}"


def refused(why_fa: str, why_en: str) -> WorkbookRefused:
    """Say why a whole file cannot be taken."""
    return WorkbookRefused(why_fa=why_fa, why_en=why_en)


def row_unreadable(why_fa: str, why_en: str) -> RowUnreadable:
    """Say why a row cannot be taken."""
    return RowUnreadable(why_fa=why_fa, why_en=why_en)


def fa(number: int) -> str:
    """Write a number as people read it."""
    return grouped(number)
