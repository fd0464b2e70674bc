"""Files of many rows: checked and told row by row, stored by choice, and never somebody else's."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta

import openpyxl
import pytest

from nabz.access.model import OrganisationKind, Role, User, UserStatus
from nabz.access.service import users
from nabz.access.store import users as user_store
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.residency.model import Acceptance, Caller, Declaration, Filter, Year
from nabz.residency.model.uploads import Receipt, RowState
from nabz.residency.service import declarations, residents, uploads, years
from nabz.residency.service.uploads import checking
from nabz.residency.store.uploads import PRUNED
from tests.residency.bulk import (
    BULK,
    EXPERT,
    HEAD,
    MINE,
    OTHERS,
    RESULTS,
    YEAR,
    Sender,
    a_csv,
    a_workbook,
    decided,
    furnished,
    member_of,
    row,
)


@pytest.fixture
async def at(db: Database, clock: FixedClock) -> AsyncIterator[Sender]:
    """Somebody of a university with three residents; another one has three of the same numbers."""
    await furnished(db, clock, MINE, OTHERS)
    sender = Sender(db, clock, member_of(MINE))
    yield sender
    await sender.close()


async def declared(db: Database, number: str = "1001", university: str = MINE) -> Declaration | None:
    one = await db.read(residents.find, university, number)
    assert one
    return await db.read(declarations.find, one.id, YEAR)


async def test_good_rows_are_stored_and_bad_ones_told_why(at: Sender, db: Database) -> None:
    rows = [
        row("1001", DeclareCode="2 - معرفی ۱ به ۲", DeclarationTypeId="معرفی", BaliniScore="۵۵٫۲۵"),
        row("1002", BaliniScore="60.001", OperationScore="-0", DeclareCode="3"),
        row("1003"),
        row("1003"),
        row("7777", EthicsScore="=1+2", StartResidencyDate="فردا"),
        row("1002", DeclarationTypeId="2"),
    ]
    place = await at.sent(a_workbook(*rows, head=None), "f.xlsx")
    told = await at.told(place)
    assert {line: state for line, (state, _) in told.items()} == {
        2: "پذیرفتنی",
        **dict.fromkeys((3, 4, 5, 6, 7), "رد شده"),
    }
    for piece in ("نمرهٔ صلاحیت بالینی باید عددی", "نمرهٔ عملکرد بالینی باید عددی", "برای سال دستیاری", "ردیف ۷ هم"):
        assert piece in told[3][1], told[3]
    assert "ردیف ۵ هم" in told[4][1]
    assert "ردیف ۴ هم" in told[5][1]
    assert all(piece in told[6][1] for piece in ("فرمول", "تاریخ شروع دوره خوانده", "پیدا نشد")), told[6]
    assert await declared(db) is None
    assert "۱ ردیف ثبت شد" in await at.store(place)
    one = await declared(db)
    assert one
    assert (one.clinical, one.start.isoformat(), one.sent_by) == (5525, "2025-09-23", "of-uni-1")
    [line, _] = await db.read(residents.history, one.resident)
    assert (line.action, line.facts["clinical"]) == ("declared", [None, 5525])
    again = await at.sent(a_workbook(rows[0]), "f.xlsx")
    assert (await at.told(again))[2][0] == "بدون تغییر"


async def test_a_second_click_sends_and_stores_nothing_twice(at: Sender, db: Database) -> None:
    key = "0196b0a0-0000-7000-8000-000000000001"
    both = await asyncio.gather(*(at.send(a_csv(row("1001")), key=key) for _ in range(2)))
    [place] = {str(answer.headers["location"]) for answer in both}
    other = await at.send(a_csv(row("1002")), key=key)
    assert other.headers["location"] != place
    await at.ended(place)
    await asyncio.gather(*(at.post(f"{place}/store", BULK) for _ in range(3)))
    await at.ended(place)
    one = await declared(db)
    assert one
    assert one.version == 1
    assert len(await db.read(residents.history, one.resident)) == 2


async def test_what_changed_since_the_check_is_left_alone(at: Sender, db: Database, clock: FixedClock) -> None:
    await at.store(await at.sent(a_csv(row("1001"), row("1002"))))
    first = await at.sent(a_csv(row("1001", BaliniScore="40"), row("1002", BaliniScore="40"), row("1003")))
    second = await at.sent(a_csv(row("1001", BaliniScore="41")))
    clock.advance(1)
    await at.store(second)
    assert "چیزی ثبت نشد" in await at.store(first, "whole")
    assert await declared(db, "1003") is None
    told = await at.told(first)
    assert [told[line][0] for line in (2, 3, 4)] == ["رد شده", "پذیرفتنی", "پذیرفتنی"]
    assert "در همین فاصله" in told[2][1]
    await at.store(first)
    kept = [await declared(db, number) for number in ("1001", "1002", "1003")]
    assert [one and (one.clinical, one.version) for one in kept] == [(4100, 2), (4000, 2), (5550, 1)]
    assert "در همین فاصله" in (await at.told(first))[2][1]


async def test_a_decision_holds_and_a_correction_opens_again(at: Sender, db: Database, clock: FixedClock) -> None:
    await at.store(await at.sent(a_csv(row("1001"), row("1002"), row("1003"))))
    await decided(db, "1001", Acceptance.ACCEPTED, clock.now())
    late = await at.sent(a_csv(row("1003", BaliniScore="9")))
    await decided(db, "1002", Acceptance.TO_CORRECT, clock.now())
    closed = Year(year=YEAR, closes_at=clock.now())
    await db.write(years.put, closed, Caller("", "expert", "r"), clock.now())
    changed = [row(number, BaliniScore="33") for number in ("1001", "1002", "1003")]
    place = await at.sent(a_csv(*changed))
    told = await at.told(place)
    assert [told[line][0] for line in (2, 3, 4)] == ["رد شده", "پذیرفتنی", "رد شده"]
    assert "تصمیم گرفته" in told[2][1]
    assert "گذشته است" in told[4][1]
    await at.store(place)
    await at.store(late)  # it was checked in time, and is too late now
    one, third = await declared(db, "1002"), await declared(db, "1003")
    assert one
    assert (one.clinical, one.acceptance, one.corrected_at, one.note) == (3300, None, clock.now(), "دلیل")
    assert third
    assert third.clinical == 5550


async def test_nobody_sees_or_stores_what_another_has_sent(at: Sender, db: Database, clock: FixedClock) -> None:
    place = await at.sent(a_csv(row("1001")))
    other = Sender(db, clock, member_of(OTHERS))
    for path in (place, f"{place}/receipt"):
        assert (await other.get(path)).status_code == 404
    assert (await other.post(f"{place}/store", BULK)).status_code == 404
    assert place not in (await other.get(BULK)).text
    assert (await other.get(place.replace("university", "ministry/results"))).status_code == 403
    await at.store(place)
    assert await declared(db)
    assert await declared(db, university=OTHERS) is None
    await other.close()


async def test_an_interrupted_file_is_told_as_such(at: Sender, db: Database, clock: FixedClock) -> None:
    place = await at.sent(a_csv(row("1001")))
    caller = Caller(MINE, "of-uni-1", "r")
    taken = await db.write(uploads.take_up, caller, place.rsplit("/", 1)[1], clock.now())
    assert 'id="progress"' in (await at.get(place)).text
    clock.advance(11)
    assert "نیمه‌کاره ماند" in (await at.get(place)).text
    assert "۱ ردیف ثبت شد" in await at.store(place)
    assert await declared(db)
    assert await db.write(uploads.prune, clock.now() + timedelta(days=1)) == 2
    assert (await at.get(place)).status_code == 404
    assert taken.id


async def test_a_file_that_cannot_be_read_is_refused_whole(at: Sender) -> None:
    page = await at.ended(await at.sent(a_csv(["1001", "2"], head=["StudentNumber", "DeclareCode"])))
    assert "این ستون‌ها را ندارد" in page
    assert 'name="choice"' not in page
    strange = await at.ended(await at.sent(a_csv([*row("1001"), "سبز"], head=[*HEAD, "رنگ"])))
    assert "این ستون‌ها خوانده نشد: «رنگ»" in strange


async def test_a_form_without_a_file_is_told_beside_its_field(at: Sender) -> None:
    answer = await at.send(b"", "", year="0", kind="declarations")
    assert answer.status_code == 422
    assert 'id="f-year-error"' in answer.text
    assert 'id="f-file-error"' in answer.text


async def test_results_are_entered_from_a_file_of_the_ministry(at: Sender, db: Database, clock: FixedClock) -> None:
    await at.store(await at.sent(a_csv(row("1001"), row("1002"))))
    other = Sender(db, clock, member_of(OTHERS))
    await other.store(await other.sent(a_csv(row("1001"))))
    await decided(db, "1001", Acceptance.ACCEPTED, clock.now())
    ministry = Sender(db, clock, EXPERT)
    head = ["دانشگاه", "شمارهٔ دانشجویی", "نتیجه", "توضیح"]
    rows = [
        ["دانشگاه uni-1", "1001", "ارتقا مشروط", "با شرط"],
        ["", "1001", "1", ""],
        ["", "1002", "1", ""],
        ["", "9", "7", ""],
    ]
    place = await ministry.sent(a_csv(*rows, head=head))
    told = await ministry.told(place)
    assert told[2][0] == "پذیرفتنی"
    assert "دانشگاه نیامده است" in told[3][1]
    assert "پذیرفته نشده" in told[4][1]
    assert "معرفی نشده" in told[5][1]
    assert "باید ۱، ۲ یا ۳" in told[5][1].replace('"', "")
    await ministry.store(place)
    one = await declared(db)
    assert one
    assert (one.result, one.result_note) == (2, "با شرط")
    hidden = await at.get("/simad/university/export", what="results", year=str(YEAR))
    assert hidden.status_code == 303
    shown = await ministry.get("/simad/ministry/export", what="results", year=str(YEAR), format="csv")
    assert "2 - ارتقا مشروط" in shown.content.decode("utf-8-sig")
    for each in (ministry, other):
        await each.close()


async def test_residents_come_in_by_a_file_and_go_out_as_one(at: Sender, db: Database, clock: FixedClock) -> None:
    await at.store(await at.sent(a_csv(row("1001"), row("1002"))))
    await decided(db, "1001", Acceptance.ACCEPTED, clock.now())
    asked = {"what": "residents", "year": "", "format": "csv"}
    head, *kept = (await at.get("/simad/university/export", **asked)).content.decode("utf-8-sig").splitlines()
    assert (len(kept), "uni-2" in "".join(kept)) == (3, False)
    moved = [line.replace("1710 - بیماری‌های داخلی", "1712") for line in kept]
    new = moved[1].replace("1002", "2001").replace("سارا", "مینا")
    place = await at.sent("\n".join([head, *moved, new]).encode(), kind="residents")
    told = await at.told(place)
    assert [told[line][0] for line in sorted(told)] == ["رد شده", "پذیرفتنی", "پذیرفتنی", "رد شده"], told
    assert "پس از تصمیم وزارت" in told[2][1]
    assert "شمارهٔ دانشجویی دیگری" in told[5][1]
    await at.store(place)
    moved_one = await declared(db, "1002")
    assert moved_one
    assert moved_one.course == "1712"
    new = new.replace("1712", "1713")
    await at.store(await at.sent(f"{head}\n{new}".encode(), kind="residents"))
    found = await db.read(residents.find, MINE, "2001")
    assert found
    assert (found.first_name, found.course, found.version) == ("مینا", "1713", 1)
    assert [each.id for each in await db.read(residents.search, Filter(words=("مینا",)))] == [found.id]


async def test_a_decision_since_the_check_fixes_who_a_resident_is(at: Sender, db: Database, clock: FixedClock) -> None:
    await at.store(await at.sent(a_csv(row("1001"), row("1002"))))
    asked = {"what": "residents", "year": "", "format": "csv"}
    text = (await at.get("/simad/university/export", **asked)).content.decode("utf-8-sig")
    place = await at.sent(text.replace("1710 - بیماری‌های داخلی", "1712").encode(), kind="residents")
    await decided(db, "1001", Acceptance.ACCEPTED, clock.now())
    await at.store(place)
    assert "پس از تصمیم وزارت" in (await at.told(place))[2][1]
    found = [await db.read(residents.find, MINE, number) for number in ("1001", "1002")]
    assert [one and one.course for one in found] == ["1710", "1712"]


async def test_both_lists_go_out_by_filter_and_may_be_sent_back(at: Sender, db: Database, clock: FixedClock) -> None:
    await at.store(await at.sent(a_csv(row("1001"), row("1002", Description="=1+1".replace("=", "+")))))
    other = Sender(db, clock, member_of(OTHERS))
    await other.store(await other.sent(a_csv(row("1001"))))
    await decided(db, "1001", Acceptance.TO_CORRECT, clock.now())
    asked = {"what": "declarations", "year": str(YEAR)}
    mine = await at.get("/simad/university/export", **asked)
    assert mine.headers["content-disposition"].endswith('"simad-declarations-1404.xlsx"')
    again = await at.sent(mine.content, "f.xlsx")
    assert {state for state, _ in (await at.told(again)).values()} == {"بدون تغییر"}
    expert = Sender(db, clock, EXPERT)
    everything = await expert.get("/simad/ministry/export", **asked, format="csv")
    assert len(everything.text.splitlines()) == 4
    some = await expert.get("/simad/ministry/export", **asked, format="csv", standing="correct", university=MINE)
    assert "نیاز به اصلاح" in some.text
    assert len(some.text.splitlines()) == 2
    for each in (expert, other):
        await each.close()


@pytest.mark.parametrize("format_", ["xlsx", "csv"])
async def test_refused_rows_are_mended_in_their_receipt_and_sent_again(at: Sender, db: Database, format_: str) -> None:
    bad = row("1002", DeclareCode="3", StartResidencyDate="2025-09-23", Description="+a")
    place = await at.sent(a_workbook(row("1001"), bad, row("1003", BaliniScore="x")), "f.xlsx")
    page = (await at.get(place)).text
    assert "تازه" in page
    assert "سارا آزمون" in page
    receipt = (await at.get(f"{place}/receipt", state="refused", format=format_)).content
    if format_ == "csv":
        assert "1404/07/01" in receipt.decode()
        mended = receipt.replace(b",3,1,", b",2,1,").replace(b",x,", b",50.25,")
    else:
        book = openpyxl.load_workbook(io.BytesIO(receipt))
        sheet = book.worksheets[0]
        titles = {str(cell.value): cell.column for cell in sheet[1]}
        sheet.cell(2, titles["کد معرفی"], "2")
        sheet.cell(3, titles["نمرهٔ صلاحیت بالینی"], 50.25)
        out = io.BytesIO()
        book.save(out)
        mended = out.getvalue()
    again = await at.sent(mended, "f")
    assert [state for state, _ in (await at.told(again)).values()] == ["پذیرفتنی"] * 2
    assert "خوانده نشد" not in (await at.get(again)).text
    await at.store(again)
    kept = [await declared(db, number) for number in ("1001", "1002", "1003")]
    assert [one and (one.clinical, one.description) for one in kept] == [None, (5550, "+a"), (5025, "")]


async def test_templates_come_filled_with_whom_they_are_about(at: Sender, db: Database, clock: FixedClock) -> None:
    await at.store(await at.sent(a_csv(row("1001"), row("1002"))))
    await decided(db, "1001", Acceptance.ACCEPTED, clock.now())
    asked = {"filled": "1", "year": str(YEAR), "format": "csv"}
    [mine] = csv.DictReader(io.StringIO((await at.get(f"{BULK}/template", **asked)).text.lstrip("\ufeff")))
    assert (mine["شمارهٔ دانشجویی"], mine["سال ارتقا"], mine["نام"]) == ("1003", "1404", "سارا")
    expert = Sender(db, clock, EXPERT)
    content = (await expert.get(f"{RESULTS}/template", **asked)).text
    place = await expert.sent(content.replace("1001,,", "1001,2,").encode())
    assert [state for state, _ in (await expert.told(place)).values()] == ["پذیرفتنی"]
    assert f"filled=1&amp;kind=results&amp;year={clock.now().year - 621}" in (await expert.get(RESULTS)).text
    await expert.close()


async def test_a_list_has_its_numbers_as_numbers_and_no_other_kinds(at: Sender) -> None:
    await at.store(await at.sent(a_csv(row("1001", BaliniScore="47.25"))))
    path = "/simad/university/export"
    content = (await at.get(path, what="declarations", year=str(YEAR))).content
    head, one = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    found = dict(zip(head, one, strict=True))
    assert found["نمرهٔ صلاحیت بالینی"] == 47.25
    assert (found["سال ارتقا"], found["شمارهٔ دانشجویی"]) == (1404, "1001")
    for wrong in ({"what": "foo"}, {"format": "pdf"}):
        assert (await at.get(path, year=str(YEAR), **wrong)).status_code == 400


async def test_old_receipts_are_forgotten_some_at_a_time_and_none_is_lost(
    at: Sender, db: Database, clock: FixedClock
) -> None:
    id_ = (await at.sent(a_csv(row("1001")))).rsplit("/", 1)[1]
    more = [Receipt(line=line, student_number="1", state=RowState.REFUSED) for line in range(3, PRUNED + 3)]
    await db.write(checking.keep, id_, more, 1, clock.now())
    with pytest.raises(uploads.ReceiptsLost):
        await db.write(uploads.checked, id_, PRUNED + 2, ("", ""), clock.now())
    later = clock.now() + timedelta(days=1)
    assert [await db.write(uploads.prune, later) for _ in range(3)] == [PRUNED + 1, 2, 0]


async def test_the_sandbox_of_a_university_is_tidied_up_too(db: Database, clock: FixedClock) -> None:
    await furnished(db, clock, MINE)
    one = User(
        id="u-7",
        username="u-seven",
        email="u@example.org",
        display_name="کاربر",
        organisation_id=MINE,
        organisation_name="",
        organisation_kind=OrganisationKind.UNIVERSITY,
        second_factor=False,
        roles=frozenset({Role.UNIVERSITY}),
        status=UserStatus.ACTIVE,
        data_set=7,
        created_at=clock.now(),
    )
    await db.write(user_store.add, one)
    assert 7 in await db.read(users.data_sets)
