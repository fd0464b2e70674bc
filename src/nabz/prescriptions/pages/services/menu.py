"""The menu of a centre: the pharmacy's is that of the guide, entry by entry; the paraclinic's follows it."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from nabz.prescriptions.model import CentreKind

TABLE: Final = Path(__file__).parents[2] / "data" / "portal_menus.csv"
PORTAL: Final = "health-services-test (pharmacy)"
JOINT: Final = "وضعیت ارسال فایل الکترونیکی"
"""The guide runs two entries together: this is where the second begins."""


class Entry(NamedTuple):
    """One line of the menu."""

    fa: str
    en: str
    path: str
    about_fa: str = ""
    about_en: str = ""
    first: bool = False
    """It stands among the tabs too."""


# By the number that an entry has in the guide; the fifteenth is two.
_WAYS: Final[dict[int, tuple[tuple[str, str, str, str], ...]]] = {
    1: (("/services", "Pharmacy home", "کارکرد امروز و همهٔ بخش‌ها", "today's figures, and the way to everything"),),
    2: (("/services/confirm", "Confirm", "انتخاب راه تأیید", "choose the way"),),
    3: (
        (
            "/services/paper/insured",
            "Confirm by national code",
            "نسخهٔ کاغذی بیمه‌شده",
            "a paper prescription of an insured person",
        ),
    ),
    4: (
        (
            "/services/paper/free",
            "Confirm a free prescription",
            "نسخهٔ کاغذی بدون بیمه",
            "a paper prescription without insurance",
        ),
    ),
    5: (
        (
            "/services/paper/hospital",
            "Confirm a hospital prescription",
            "نسخهٔ بیمار بستری با کد ملی",
            "of a patient in hospital",
        ),
    ),
    6: (
        (
            "/services/electronic",
            "Electronic prescriptions",
            "نسخه‌های فعال بیمار",
            "the patient's active prescriptions",
        ),
    ),
    7: (
        (
            "/services/paper/documents",
            "Confirm what the documents office approved",
            "با شمارهٔ تأیید اسناد پزشکی",
            "with the number of its approval",
        ),
    ),
    8: (("/services/barcode", "Activate a drug's barcode", "اصالت بستهٔ دارو", "authenticity of a package"),),
    9: (("/services/reprint", "Reprint", "رسید تحویل‌های پیشین", "receipts of earlier deliveries"),),
    10: (("/services/prices", "The province's drugs", "نام و قیمت داروها در هر تاریخ", "names and prices of any day"),),
    11: (("/services/delete", "Take back", "بازگرداندن یک تحویل", "take a delivery back"),),
    12: (("/services/report/barcodes", "Report of barcodes", "بارکدهای فعال‌شده", "barcodes that were activated"),),
    13: (
        (
            "/services/report/electronic",
            "Report of electronic deliveries",
            "فهرست و جمع تحویل‌ها",
            "deliveries and their sums",
        ),
    ),
    14: (
        (
            "/services/internet",
            "Internet acceptance",
            "ثبت نسخهٔ کاغذی پیش از تحویل",
            "a paper prescription before it is delivered",
        ),
    ),
    15: (
        ("/services/month", "Send the month's file", "همهٔ نسخه‌های یک ماه", "all prescriptions of a month"),
        (
            "/services/month/files",
            "State of the files",
            "ارسال شده، پذیرفته، برگشتی",
            "sent, accepted, sent back",
        ),
    ),
    16: (
        (
            "/services/internet/delete",
            "Delete an internet acceptance",
            "تا پیش از تحویل",
            "as long as nothing was delivered",
        ),
    ),
    17: (("/services/contract", "Contract", "قرارداد با بیمه‌گر", "the contract with the insurer"),),
    18: (("/services/card", "Performance card", "کارکرد ماه‌ها با جمع مبالغ", "months with their sums"),),
}
_TABS: Final = {1, 6, 2, 9, 11, 18}

_PARACLINIC: Final = (
    Entry("صفحه اصلی مرکز", "Home", "/services", "کارکرد امروز و همهٔ بخش‌ها", "today's figures", first=True),
    Entry(
        "پذیرش نسخه الکترونیک",
        "Electronic prescriptions",
        "/services/electronic",
        "شناسایی بیمار و نسخه‌های فعال او",
        "identify the patient, and what waits",
        first=True,
    ),
    Entry(
        "پذیرش نسخه کاغذی",
        "Paper prescriptions",
        "/services/paper/centre",
        "ثبت و پذیرش نسخهٔ کاغذی",
        "write down and accept",
    ),
    Entry(
        "جواب‌دهی و جلسه‌ها",
        "Results and sessions",
        "/services/results",
        "ثبت و انتشار جواب، تشخیص، جلسهٔ فیزیوتراپی",
        "results, diagnoses, physiotherapy",
        first=True,
    ),
    Entry("چاپ پذیرش‌های قبلی", "Reprint", "/services/reprint", "رسید پذیرش‌ها", "receipts", first=True),
    Entry("تعرفه خدمات", "Prices", "/services/prices", "نام و تعرفهٔ خدمات", "names and prices"),
    Entry("حذف پذیرش", "Delete", "/services/delete", "بازگرداندن یک پذیرش", "take back", first=True),
    Entry(
        "گزارش تحویل خدمات",
        "Report of deliveries",
        "/services/report/electronic",
        "فهرست و جمع پذیرش‌ها",
        "deliveries and sums",
    ),
    Entry("ارسال الکترونیکی نسخ", "Send the month's file", "/services/month", "همهٔ پذیرش‌های یک ماه", "all of a month"),
    Entry(
        JOINT, "State of the files", "/services/month/files", "ارسال شده، پذیرفته، برگشتی", "sent, accepted, returned"
    ),
    Entry("طرف قرارداد", "Contract", "/services/contract", "قرارداد با بیمه‌گر", "the contract with the insurer"),
    Entry("کارت عملکرد", "Performance card", "/services/card", "ماه‌ها با جمع مبالغ", "months with sums", first=True),
)


def titles(path: Path = TABLE) -> dict[int, str]:
    """Read the guide's titles by their numbers."""
    with path.open(encoding="utf-8", newline="") as file:
        return {int(row["ordinal"]): row["title_fa"] for row in csv.DictReader(file) if row["portal"] == PORTAL}


@cache
def menu_of(kind: CentreKind) -> tuple[Entry, ...]:
    """Give the menu of a pharmacy, titles as the guide has them, or that of a paraclinic centre."""
    return _pharmacy() if kind is CentreKind.PHARMACY else _PARACLINIC


def _pharmacy() -> tuple[Entry, ...]:
    entries = []
    for number, title in titles().items():
        parts = [title.removesuffix(JOINT).strip(), JOINT] if title.endswith(JOINT) and title != JOINT else [title]
        for part, (path, en, about_fa, about_en) in zip(parts, _WAYS[number], strict=True):
            entries.append(Entry(part, en, path, about_fa, about_en, first=number in _TABS))
    return tuple(entries)
