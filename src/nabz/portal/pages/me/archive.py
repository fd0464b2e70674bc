"""A person's record as files: JSON for programs, CSV for spreadsheets, and one page to read."""

from __future__ import annotations

import json
import re
import zipfile
from html import escape
from typing import IO, TYPE_CHECKING, Any, Final, Self

import msgspec

from nabz.kit import jalali
from nabz.kit.persian import fold
from nabz.kit.tabular import csv_bytes
from nabz.portal.pages.me.words import MeWords

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from types import TracebackType

    from nabz.portal.service.record import Record
    from nabz.prescriptions.model.results import File

    Table = tuple[str, str, Sequence[str], list[list[str]]]

# Other people's numbers, and the house's own.
LEFT_OUT: Final = frozenset(
    {
        "doctor_code",
        "doctor_mobile",
        "client",
        "creator",
        "wire_client",
        "version",
        "user",
        "by",
        "answered_by",
        "nurse",
    }
)
_UNSAFE: Final = re.compile(r"[^\w.\-]+")
STYLE: Final = (
    "body{font-family:Tahoma,Vazirmatn,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;line-height:1.9}"
    "table{border-collapse:collapse;width:100%;margin-block:1rem}th,td{border:1px solid #bbb;padding:.3rem .6rem;"
    "text-align:start;vertical-align:top}th{background:#eef4f3}"
)


class Archive:
    """A ZIP that is being written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def write(self, found: Record, name: str, now: datetime) -> None:
        """Write everything but the files of results."""
        told = {"made_at": now.isoformat(), **json_of(found)}
        self._zip.writestr("record.json", json.dumps(told, ensure_ascii=False, indent=1))
        tables = tables_of(found, now)
        for file, _, head, rows in tables:
            self._zip.writestr(f"{file}.csv", csv_bytes([head, *rows]))
        self._zip.writestr("record.html", _page(name, tables, now))

    def add(self, result: str, number: int, file: File) -> None:
        """Add a file of a result, under a name that every system takes."""
        self._zip.writestr(f"results/{result}/{number}-{_UNSAFE.sub('_', file.name)[-80:]}", file.content)


def json_of(found: Record) -> dict[str, Any]:
    """Give the record as plain values, without other people's numbers."""
    plain: dict[str, Any] = msgspec.to_builtins(found)
    plain["appointments"] = [{**one, "where": where} for one, where in plain["appointments"]]
    return {name: _mine(value) for name, value in plain.items()}


def _mine(value: Any) -> Any:  # noqa: ANN401 - any plain value
    if isinstance(value, dict):
        return {name: _mine(each) for name, each in value.items() if name not in LEFT_OUT}
    return [_mine(each) for each in value] if isinstance(value, list | tuple) else value


def tables_of(found: Record, now: datetime) -> list[Table]:
    """Give the record as tables: the name of the file, the title, the head, and the rows."""
    w = MeWords("fa", now)
    written = [
        [
            str(one.id),
            str(one.tracking),
            w.day(one.day),
            w.kind(one.kind),
            one.doctor_name,
            item.name if item else "",
            str(item.quantity) if item else "",
            str(item.remaining) if item else "",
            w.dose(item) if item else "",
            w.standing(one)[1],
        ]
        for one in found.prescriptions
        for item in (one.items or (None,))
    ]
    given = [
        [
            str(one.id),
            str(one.prescription),
            w.moment(one.at),
            found.centres.get(one.centre, one.centre),
            line.name,
            str(line.quantity),
            str(line.price),
            str(line.insurer + line.subsidy),
            str(line.patient),
            w.delivery(one.state)[1],
        ]
        for one in found.deliveries
        for line in one.lines
    ]
    numbers = [
        [
            w.moment(one.released_at or one.at),
            found.centres.get(one.centre, one.centre),
            one.title,
            number.name if number else one.text,
            number.value if number else "",
            number.unit if number else "",
            (number.range or f"{number.low} – {number.high}".strip(" –")) if number else "",
            number.flag if number else "",
        ]
        for one in found.results
        for number in (one.numbers or (None,))
    ]
    visits = [
        [w.moment(one.starts_at), where.shown_name, where.facility_name, w.status(one.status)[1]]
        for one, where in found.appointments
    ]
    looked = [[w.moment(one.at) if one.at else "", w.role(one.role), one.place] for one in found.looks]
    asked = [
        [w.moment(one.at), str(one.prescription), one.text, w.correction(one.state)[1], one.answer]
        for one in found.corrections
    ]
    return [
        (
            "prescriptions",
            "نسخه‌ها",
            ("شناسه", "کد رهگیری", "تاریخ", "نوع", "پزشک", "قلم", "تعداد", "مانده", "دستور", "وضعیت"),
            written,
        ),
        (
            "deliveries",
            "تحویل‌ها",
            ("شناسه", "نسخه", "زمان", "مرکز", "قلم", "تعداد", "مبلغ", "بیمه و یارانه", "سهم من", "وضعیت"),
            given,
        ),
        ("results", "جواب‌ها", ("زمان", "مرکز", "عنوان", "آزمایش یا متن", "مقدار", "واحد", "بازه", "نشانه"), numbers),
        ("appointments", "نوبت‌ها", ("زمان", "پزشک", "مرکز", "وضعیت"), visits),
        ("looks", "چه کسی دید", ("زمان", "در نقش", "شناسهٔ مرکز یا پزشک"), looked),
        ("corrections", "درخواست‌های اصلاح", ("زمان", "نسخه", "درخواست", "وضعیت", "پاسخ"), asked),
    ]


def _page(name: str, tables: list[Table], now: datetime) -> str:
    parts = []
    for _, title, head, rows in tables:
        cells = "".join(f"<th>{escape(each)}</th>" for each in head)
        lines = "".join(f"<tr>{''.join(f'<td>{escape(fold(cell[:4000]))}</td>' for cell in row)}</tr>" for row in rows)
        shown = f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>" if rows else "<p>—</p>"
        parts.append(f"<h2>{escape(title)}</h2>{shown}")
    top = f"<h1>پروندهٔ سلامت {escape(name)}</h1><p>{jalali.moment(now)}</p>"
    return (
        f'<!doctype html><html lang="fa" dir="rtl"><meta charset="utf-8"><title>پروندهٔ سلامت</title>'
        f"<style>{STYLE}</style><body>{top}{''.join(parts)}</body></html>"
    )
