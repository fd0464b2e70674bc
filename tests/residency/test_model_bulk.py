"""Files as people fill them: dates of both calendars, titles for codes, templates, and files that mean harm."""

import asyncio
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation

from nabz.residency.errors import FileRefused, TooManyAtWork
from nabz.residency.files import cells, template
from nabz.residency.files.columns import Names, columns_of
from nabz.residency.files.reading import read
from nabz.residency.model import DeclarationDraft, ResidentDraft
from nabz.residency.model.uploads import MOST_AT_WORK, MOST_RESIDENTS, UploadKind
from nabz.residency.pages.bulk.working import Crew
from tests.residency.bulk import HEAD, YEAR, a_csv, a_workbook, row

KIND = (UploadKind.DECLARATIONS, YEAR)
RESIDENTS = [each.field for each in columns_of(UploadKind.RESIDENTS, Names()) if each.needed]
NAMES = Names({"1": "در حال تحصیل"}, {"1710": "بیماری‌های داخلی"}, {"u1": "دانشگاه یک"})


def written(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1402/07/01", date(2023, 9, 23)),
        ("۱۴۰۲-۷-۱", date(2023, 9, 23)),
        ("14020701", date(2023, 9, 23)),
        ("2023-09-23", date(2023, 9, 23)),
        ("2023-09-23T00:00:00", date(2023, 9, 23)),
        ("45192", date(2023, 9, 23)),
    ],
)
def test_days_are_read_in_both_calendars(text: str, day: date) -> None:
    assert cells.day(text, "BirthDate", by_number=True) == day


@pytest.mark.parametrize("text", ["1402/12/30", "1800/01/01", "0000/00/00", "1402/7-1", "فردا", "45192.5.1"])
def test_what_is_no_day_is_told_so(text: str) -> None:
    with pytest.raises(cells.Broken, match="BirthDate cannot be read"):
        cells.day(text, "BirthDate", by_number=True)


def test_a_row_tells_everything_that_cannot_be_read(tmp_path: Path) -> None:
    spoilt = row("", DeclareCode="دو", HasLogBook="شاید", BaliniScore="-1", OperationScore="1e9", Description="+A1")
    content = a_csv([*spoilt, "0"], [*row("1"), "1403"], head=[*HEAD, "سال ارتقا"]).replace(b"'+A1", b"=A1")
    found = read(written(tmp_path, content), *KIND)
    fields = [each.field for each in found.lines[0].faults]
    assert fields == ["StudentNumber", "DeclareCode", "HasLogBook", "BaliniScore", "OperationScore", "Description"]
    assert [each.rule for each in found.lines[1].faults] == ["year-differs"]
    draft = found.lines[0].draft
    assert isinstance(draft, DeclarationDraft)
    assert draft.year == 0


def test_columns_are_known_in_any_order_and_by_both_names(tmp_path: Path) -> None:
    content = a_csv(["x", *reversed(row("0012"))], head=["رنگ", *reversed(HEAD[1:]), "شماره دانشجویی (StudentNumber)"])
    found = read(written(tmp_path, content), *KIND)
    assert found.strange == ["رنگ"]
    assert (found.lines[0].student_number, found.lines[0].faults) == ("0012", ())


def test_a_workbook_gives_its_dates_and_numbers_and_no_formulas(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD)
    sheet.append([401123456, 2, 1, None, 1, True, 55.5, 50, 28, date(2025, 9, 23), None, None])
    sheet.append(["1002", "=1+1", 1, None, 1, False, 60.001, 50, 28, "1404/07/01", None, "=HYPERLINK(1)"])
    book.save(tmp_path / "f")
    first, second = read(tmp_path / "f", *KIND).lines
    draft = first.draft
    assert isinstance(draft, DeclarationDraft)
    assert (draft.student_number, draft.clinical, draft.start) == ("401123456", 5550, date(2025, 9, 23))
    assert [(each.rule, each.field) for each in second.faults] == [
        ("formula", "DeclareCode"),
        ("score", "BaliniScore"),
        ("formula", "Description"),
    ]


@pytest.mark.parametrize("kind", list(UploadKind))
def test_a_template_offers_the_codes_and_is_read_again(kind: UploadKind, tmp_path: Path) -> None:
    path = written(tmp_path, template.xlsx(kind, NAMES))
    with path.open("rb") as stream:
        book = openpyxl.load_workbook(stream)
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    assert template.csv(kind, NAMES).decode("utf-8-sig").strip().split(",") == head
    with pytest.raises(FileRefused, match="below its head"):
        read(path, kind, YEAR, NAMES)
    offered = [each for each in sheet.data_validations.dataValidation if isinstance(each, DataValidation)]
    codes = book["کدها"]
    chosen = {codes.cell(1, place + 1).value: codes.cell(2, place + 1).value for place in range(len(offered))}
    for place, title in enumerate(head, 1):
        sheet.cell(2, place, chosen.get(title, {"شمارهٔ دانشجویی": "1", "نام": "نام"}.get(str(title), "1")))
    book.save(path)
    [line] = read(path, kind, YEAR, NAMES).lines
    if kind is UploadKind.RESIDENTS:
        assert isinstance(line.draft, ResidentDraft)
        assert (line.draft.course, line.draft.status, line.draft.gender, line.draft.is_irani) == ("1710", 1, 1, True)
    days = {"StartResidencyDate", "EndResidencyDate", "BirthDate"}
    assert {each.field for each in line.faults} <= days


def test_a_million_rows_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, a_workbook(row("1")))
    swollen = tmp_path / "swollen"
    line = b'<row r="2"><c r="A2"><v>1</v></c></row>'
    with zipfile.ZipFile(path) as good, zipfile.ZipFile(swollen, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in good.namelist():
            content = good.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(b"</sheetData>", line * 1_000_000 + b"</sheetData>")
            bad.writestr(name, content)
    with pytest.raises(FileRefused):
        read(swollen, *KIND)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "خالی است"),
        (a_csv(row("1001"))[:60] + b"\xff\xfe\xfa", "UTF-8"),
        (a_csv(["1"], head=["چیزی"]), "شمارهٔ دانشجویی"),
        (a_csv(row("1"), head=[*HEAD[:-1], "شماره دانشجویی"]), "دو بار آمده"),
        (a_csv(), "ردیفی ندارد"),
        (b"PK\x03\x04 no workbook", "فایل اکسل خراب است"),
        (b"\xff\xd8\xff\xe0 a picture", "نه فایل اکسل"),
        (b"<html><body>", "صفحهٔ وب"),
        (a_csv(*([str(each), *row("")[1:]] for each in range(50_002))), "بیش از ۵۰٬۰۰۰ ردیف"),
    ],
    ids=["empty", "not utf-8", "no number", "twice", "no rows", "damaged", "picture", "web", "too many"],
)
def test_what_is_no_table_is_told_so_in_words(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(FileRefused) as told:
        read(written(tmp_path, content), *KIND)
    assert why in told.value.text_fa


def test_a_cell_longer_than_its_column_is_refused_and_cut(tmp_path: Path) -> None:
    spoilt = row("1001", Description="ا" * 4000, BaliniScore="5" * 41, DeclareCode="۲" * 4000)
    [line] = read(written(tmp_path, a_workbook(spoilt)), *KIND).lines
    assert {(each.rule, each.field) for each in line.faults} == {
        ("too-long", field) for field in ("Description", "BaliniScore", "DeclareCode")
    }
    assert max(map(len, line.row)) == 1002
    assert sum(map(len, line.row)) < 1400


def test_too_many_residents_are_told_before_all_are_read(tmp_path: Path) -> None:
    content = a_csv(*(["1"] * len(RESIDENTS) for _ in range(4 * MOST_RESIDENTS)), head=RESIDENTS)
    parts: list[float] = []
    with pytest.raises(FileRefused, match="5,000 rows"):
        read(written(tmp_path, content), UploadKind.RESIDENTS, 0, tell=parts.append)
    assert parts[-1] < 0.5


def test_a_resident_needs_the_name_of_a_father_in_the_template_too() -> None:
    [needed] = [each.needed for each in columns_of(UploadKind.RESIDENTS, NAMES) if each.field == "FatherName"]
    assert needed


async def test_a_sender_of_many_files_waits_for_himself_only() -> None:
    crew, mine, others = Crew(), (0, "uni-1"), (0, "uni-2")
    for _ in range(MOST_AT_WORK):
        crew.make_room(mine)
    with pytest.raises(TooManyAtWork):
        crew.make_room(mine)
    crew.make_room(others)
    crew.leave(mine)
    crew.make_room(mine)
    async with crew.seat(mine):
        waiting = asyncio.create_task(crew.seat(mine).__aenter__())
        async with asyncio.timeout(5), crew.seat(others):
            assert not waiting.done()
    await waiting
