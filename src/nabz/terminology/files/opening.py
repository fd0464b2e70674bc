"""Opening a file: which format it has, by what is in it and by its name."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

from nabz.terminology.files.fhir import FhirSource
from nabz.terminology.files.loinc import TABLE, LoincSource, is_zip
from nabz.terminology.files.packed import Member, members
from nabz.terminology.files.rf2 import Rf2Source, is_release
from nabz.terminology.files.source import Format, Source, refused
from nabz.terminology.files.table import CsvSource
from nabz.terminology.files.xlsx import XlsxSource

_HEAD: Final = 4096
_OLD_OFFICE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENDS: Final = 1 << 20
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")


def open_source(path: Path, wanted: Format | None = None, name: str = "") -> Source:
    """Open a file as what it is; `name` is how its sender called it. Raises FileRefused, FilePartMissing."""
    try:
        return _open(path, wanted or _format(path), name or path.name)
    except OSError as fault:
        raise refused("فایل باز نمی‌شود", "the file cannot be opened") from fault


def _open(path: Path, wanted: Format, name: str) -> Source:
    if path.is_dir() and wanted in {Format.CSV, Format.XLSX, Format.FHIR}:
        raise refused("این پوشه است، نه فایل", "this is a folder, not a file")
    if path.is_file():
        _check_office(path)
    match wanted:
        case Format.CSV:
            return CsvSource(path, name)
        case Format.XLSX:
            return XlsxSource(path, name)
        case Format.FHIR:
            return FhirSource(path)
        case Format.LOINC:
            return LoincSource(path, name)
        case Format.RF2:
            return Rf2Source(path)


def _format(path: Path) -> Format:
    if path.is_dir() or is_zip(path):
        return _packed_format(members(path))
    with path.open("rb") as stream:
        head = stream.read(_HEAD).removeprefix(codecs.BOM_UTF8).lstrip()
    if head.startswith((b"{", b"[")):
        return Format.FHIR
    if head.startswith(b"<"):
        raise refused("فایل XML یا HTML است؛ FHIR را به JSON بفرستید", "this is XML or HTML: send FHIR as JSON")
    if re.match(rb'"?LOINC_NUM"?,', head):
        return Format.LOINC
    return Format.CSV


def _packed_format(found: list[Member]) -> Format:
    if any(one.packed_as == "xl/workbook.xml" for one in found):
        return Format.XLSX
    if is_release(found):
        return Format.RF2
    if any(re.fullmatch(TABLE, one.name, re.IGNORECASE) for one in found):
        return Format.LOINC
    raise refused(
        "در این بسته چیزی نیست که بشناسیم: SNOMED CT (RF2)، LOINC یا اکسل",
        "the package holds nothing that we know: SNOMED CT (RF2), LOINC or a workbook",
    )


def _check_office(path: Path) -> None:
    """Say what to do with a workbook of an old program, or a locked one. Raises FileRefused."""
    with path.open("rb") as stream:
        head = stream.read(_ENDS)
        stream.seek(max(0, path.stat().st_size - _ENDS))
        ends = head + stream.read(_ENDS)
    if not head.startswith(_OLD_OFFICE):
        return
    if _LOCKED in ends:
        raise refused(
            "فایل اکسل رمز دارد؛ رمز آن را بردارید و دوباره بفرستید",
            "the workbook is locked with a password: send it without",
        )
    raise refused(
        "قالب فایل قدیمی است (xls)؛ آن را به قالب xlsx ذخیره کنید و دوباره بفرستید",
        "the file is of an old format (xls): save it as xlsx and send it again",
    )
