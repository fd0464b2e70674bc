"""The pages of pharmacies and paraclinic centres without a script: the guide's menu, delivering, paper, the month."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import pytest
from openpyxl import load_workbook

from nabz.kit import audit
from nabz.kit.clock import FixedClock
from nabz.kit.ids import new_id
from nabz.kit.persian import persian_digits
from nabz.prescriptions.model import Caller, Centre, CentreKind, DeliveryState, Source
from nabz.prescriptions.model.barcodes import Batch
from nabz.prescriptions.model.monthly import Reason
from nabz.prescriptions.pages.services.menu import JOINT, menu_of, titles
from nabz.prescriptions.seed.demo import PARACLINIC, PHARMACY
from nabz.prescriptions.service import barcodes, enrolment, monthly, reading, reports
from tests.prescriptions import serving
from tests.prescriptions.counter import TODAY, codes_sent
from tests.prescriptions.office import Office
from tests.prescriptions.serving import BLOOD, COLD, Counter, a_counter, a_patient, given, written

GUIDE = Path(__file__).parents[2] / "src" / "nabz" / "prescriptions" / "data" / "portal_menus.csv"
OWNED = Centre("0000009100", CentreKind.PARACLINIC, "درمانگاه ملکی آزمون", ("02",), owned=True)
NEXT_MONTH = datetime(2026, 12, 22, 6, 30, tzinfo=UTC)  # 1 Dey 1405


@pytest.fixture
async def at(tamin: Office) -> AsyncIterator[Counter]:
    """At the counter of the demo's pharmacy."""
    async with serving.opened(tamin, PHARMACY) as counter:
        yield counter


@pytest.fixture
async def lab(tamin: Office) -> AsyncIterator[Counter]:
    """At the counter of the demo's paraclinic centre."""
    async with serving.opened(tamin, PARACLINIC) as counter:
        yield counter


async def test_every_entry_of_the_guides_menu_is_a_working_page(at: Counter) -> None:
    with GUIDE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if "pharmacy" in row["portal"]]
    assert len(rows) == 18
    menu = menu_of(CentreKind.PHARMACY)
    assert list(titles().values()) == [row["title_fa"] for row in rows]
    home = (await at.get("/services")).text
    for row in rows:
        parts = [row["title_fa"].removesuffix(JOINT).strip(), JOINT] if JOINT in row["title_fa"] else [row["title_fa"]]
        for part in parts:
            (entry,) = [each for each in menu if each.fa == part]
            assert f'href="{entry.path}"' in home
            page = await at.get(entry.path)
            assert page.status_code == 200, entry
            assert f"<h1>{part}</h1>" in page.text
    assert "Pharmacy home" in (await at.get("/services", lang="en")).text


async def test_every_entry_of_a_paraclinic_centre_is_a_working_page(lab: Counter, at: Counter) -> None:
    for entry in menu_of(CentreKind.PARACLINIC):
        assert (await lab.get(entry.path)).status_code == 200, entry
    assert (await lab.get("/services/barcode")).status_code == 403
    assert (await at.get("/services/results")).status_code == 403


async def test_active_prescriptions_stand_in_the_guides_columns_the_latest_first(at: Counter, tamin: Office) -> None:
    code, other = await a_patient(tamin), await a_patient(tamin)
    old = await written(tamin, code, ("01", COLD, 10), day="14050820")
    new = await written(tamin, code, ("01", serving.SINOLAR, 10))
    foreign = await written(tamin, other, ("01", serving.SINOLAR, 10))
    await written(tamin, code, (*BLOOD, 1))
    where = await at.identify(code)
    assert code not in where, "addresses are logged: nobody's code stands in them"
    page = (await at.http.get(where)).text
    assert serving.BANNER in page
    assert re.findall(r'<th role="columnheader"[^>]*>([^<]+)</th>', page) == list(serving.COLUMNS)
    assert [int(id_) for id_ in re.findall(r"/services/deliver/(\d+)\?", page)] == [new.id, old.id]
    assert f"<span>{persian_digits(TODAY)}</span>" in page
    assert "<span>مطب پزشک</span>" in page
    path = where.replace("/services/electronic", f"/services/deliver/{foreign.id}")
    assert (await at.http.get(path)).status_code == 404
    seen = await tamin.db.read(audit.history, f"National_Code:{code}")
    assert {entry.action for entry in seen} == {"prescriptions.record-seen"}
    wrong = await at.post("/services/electronic", "/services/electronic", code="1111111111")
    assert wrong.status_code == 422
    assert 'id="f-code-error"' in wrong.text


async def test_a_delivery_in_part_is_checked_given_and_printed(at: Counter, tamin: Office) -> None:
    code = await a_patient(tamin)
    one = await written(tamin, code, ("01", COLD, 10), ("01", serving.SINOLAR, 20))
    fields = await at.sheet(code, one.id)
    cold, sinolar = one.items
    assert fields[f"quantity_{cold.id}"] == "10"
    fields |= {f"quantity_{cold.id}": "۴", f"price_{cold.id}": "۱۲٬۵۰۰", f"quantity_{sinolar.id}": ""}
    checked = await at.press(f"/services/deliver/{one.id}/check", fields)
    assert checked.status_code == 200
    assert "تحویل نهایی" in checked.text
    assert "ADULT COLD TAB پس از این تحویل ۶ عدد می‌ماند" in checked.text
    assert persian_digits("50,000").replace(",", "٬") in checked.text
    assert await given(tamin, one) == []
    answer = await at.press(f"/services/deliver/{one.id}", fields)
    (delivery,) = await given(tamin, one)
    assert answer.headers["location"] == f"/services/delivery/{delivery.id}"
    assert [(line.code, line.quantity, line.price) for line in delivery.lines] == [(COLD, 4, 50_000)]
    receipt = (await at.get(f"/services/delivery/{delivery.id}")).text
    assert f"<bdi>{serving.SINOLAR}</bdi> <strong>۲۰</strong>" in receipt, "what is left stands on it"
    assert "data-print" in receipt
    assert 'src="data:image/svg+xml' in receipt
    assert code not in receipt
    for path in ("/services/reprint", "/services/report/electronic", "/services/delete"):
        assert f"/services/delivery/{delivery.id}" in (await at.get(path)).text, path
    assert str(delivery.id) in (await at.get("/services/report/electronic.csv")).text


async def test_the_report_sums_drugs_of_the_same_days_as_its_totals(at: Counter, tamin: Office) -> None:
    code = await a_patient(tamin)
    one = await written(tamin, code, ("01", COLD, 10))
    await at.press(f"/services/deliver/{one.id}", await at.sheet(code, one.id))
    everything = reports.Wanted("14050101", TODAY)
    by_drug = await tamin.db.read(reports.by_service_of_days, PHARMACY, everything)
    assert sum(row.sums.price for row in by_drug) == (await tamin.db.read(reports.totals, PHARMACY, everything)).price
    before = reports.Wanted("14050401", "14050630")
    assert await tamin.db.read(reports.by_service_of_days, PHARMACY, before) == []


async def test_a_sheet_that_is_sent_twice_is_one_delivery(at: Counter, tamin: Office) -> None:
    code = await a_patient(tamin)
    one = await written(tamin, code, ("01", COLD, 10))
    fields = await at.sheet(code, one.id) | {f"quantity_{one.items[0].id}": "3"}
    answers = await asyncio.gather(*(at.press(f"/services/deliver/{one.id}", fields) for _ in range(3)))
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(await given(tamin, one)) == 1


async def test_what_is_wrong_stands_beside_its_drug_and_nothing_is_given(at: Counter, tamin: Office) -> None:
    code = await a_patient(tamin)
    one = await written(tamin, code, ("01", COLD, 10), ("01", serving.BARCODIN, 2))
    cold, barcodin = one.items
    fields = await at.sheet(code, one.id) | {f"quantity_{cold.id}": "11", f"barcodes_{barcodin.id}": "1"}
    checked = await at.press(f"/services/deliver/{one.id}/check", fields)
    assert checked.status_code == 422
    for name in (f"quantity_{cold.id}", f"barcodes_{barcodin.id}"):
        assert f'id="f-{name}-error"' in checked.text
    assert "از داروی ADULT COLD TAB تنها ۱۰ عدد مانده است" in checked.text, "by its name, in one kind of digits"
    focused = re.findall(r'<input[^>]* name="(\w+)"[^>]*autofocus', checked.text)
    assert focused == [f"quantity_{cold.id}"]
    other = await at.press(f"/services/deliver/{one.id}/check", fields | {f"price_{cold.id}": "x", "mobile": "0912"})
    assert re.findall(r'<input[^>]* name="(\w+)"[^>]*autofocus', other.text) == [f"price_{cold.id}"]
    assert 'id="f-mobile-error"' in other.text
    typed = await at.press(f"/services/deliver/{one.id}", fields | {f"quantity_{cold.id}": "ده"})
    assert f'id="f-quantity_{cold.id}-error"' in typed.text
    assert 'value="ده"' in typed.text
    assert (await at.press(f"/services/deliver/{one.id}", fields)).status_code == 422
    assert await given(tamin, one) == []
    await at.press(f"/services/deliver/{one.id}/return", fields | {"reason": "تعداد روشن نیست"})
    assert (await tamin.db.read(reading.by_id, one.id)).reason == "تعداد روشن نیست"


async def test_a_controlled_drug_is_given_for_the_patients_code(at: Counter, tamin: Office) -> None:
    code = await a_patient(tamin)
    one = await written(tamin, code, ("01", serving.NARVADOL, 1))
    fields = await at.sheet(code, one.id)
    checked = await at.press(f"/services/deliver/{one.id}/check", fields)
    assert 'name="once"' in checked.text
    once = (await codes_sent(tamin.db))[-1]
    wrong = await at.press(f"/services/deliver/{one.id}", fields | {"once": str(999_999 - int(once))})
    assert wrong.status_code == 422
    assert 'id="f-once-error"' in wrong.text, "one stays at the code"
    assert "کد دیگری بفرست" in wrong.text
    assert (await codes_sent(tamin.db))[-1] == once, "and no other is sent unasked"
    assert (await at.press(f"/services/deliver/{one.id}", fields | {"once": once})).status_code == 303
    assert len(await given(tamin, one)) == 1


async def test_owned_centres_prescriptions_come_with_the_patients_code(at: Counter, tamin: Office) -> None:
    code = await a_patient(tamin)
    await tamin.db.write(enrolment.put_centre, OWNED, "test", tamin.clock.now())
    one = await written(tamin, code, ("01", COLD, 10), siam=OWNED.id)
    where = await at.identify(code)
    page = await at.http.get(where)
    assert "دریافت نسخ ملکی" in page.text
    assert str(one.id) not in page.text
    hidden = where.replace("/services/electronic", f"/services/deliver/{one.id}")
    assert (await at.http.get(hidden)).status_code == 404
    fields = await at.form(where)
    sent = await at.press("/services/electronic/owned/send", fields)
    asked = await at.http.get(sent.headers["location"])
    assert "در صورتی که کد برای شما ارسال نشده روی لینک مقابل کلیک نمایید" in asked.text
    told = (await codes_sent(tamin.db))[-1]
    wrong = await at.press("/services/electronic/owned", fields | {"code": str(999_999 - int(told))})
    assert "asked=1" in wrong.headers["location"]
    shown = await at.press("/services/electronic/owned", fields | {"code": persian_digits(told)})
    page = await at.http.get(shown.headers["location"])
    assert f"/services/deliver/{one.id}?" in page.text
    assert "<span>مرکز ملکی</span>" in page.text


async def test_what_was_set_aside_waits_for_the_patient(at: Counter, tamin: Office) -> None:
    code = await a_patient(tamin)
    one = await written(tamin, code, ("01", COLD, 10))
    fields = await at.sheet(code, one.id)
    answer = await at.press(f"/services/deliver/{one.id}/aside", fields)
    where = answer.headers["location"]
    assert "مرحلهٔ دوم" in (await at.get(where)).text
    assert "در انتظار تأیید بیمار" in (await at.get("/services")).text
    told = (await codes_sent(tamin.db))[-1]
    await at.post(f"{where}/confirm", where, code=str(999_999 - int(told)))
    assert (await given(tamin, one))[0].state is DeliveryState.PENDING
    await at.post(f"{where}/confirm", where, code=told)
    assert (await given(tamin, one))[0].state is DeliveryState.REGISTERED


async def test_a_delivery_is_taken_back_once_and_its_drugs_are_free(at: Counter, tamin: Office) -> None:
    code = await a_patient(tamin)
    one = await written(tamin, code, ("01", COLD, 10))
    await at.press(f"/services/deliver/{one.id}", await at.sheet(code, one.id))
    (delivery,) = await given(tamin, one)
    path = f"/services/delivery/{delivery.id}"
    for _ in range(2):
        answer = await at.post(f"{path}/take-back", "/services/delete")
        assert answer.status_code == 303
    assert (await given(tamin, one))[0].state is DeliveryState.REMOVED
    assert (await tamin.db.read(reading.by_id, one.id)).items[0].remaining == 10


async def test_a_barcode_is_activated_and_stands_in_the_report(at: Counter, tamin: Office) -> None:
    code = f"{next(serving.NUMBERS):020}"
    batch = Batch(drug=serving.BARCODIN, number="B1", codes=(code,))
    await tamin.db.write(barcodes.register, batch, Caller("test", "test", new_id()), tamin.clock.now(), TODAY)
    done = await at.post("/services/barcode", "/services/barcode", barcode=persian_digits(code))
    assert "بارکد فعال شد" in done.text
    assert code in (await at.get("/services/report/barcodes")).text
    assert 'id="f-barcode-error"' in (await at.post("/services/barcode", "/services/barcode", barcode="12")).text


async def test_nobody_sees_what_another_serves(at: Counter, lab: Counter, tamin: Office) -> None:
    code = await a_patient(tamin)
    one = await written(tamin, code, ("01", COLD, 10))
    where = await at.identify(code)
    await at.press(f"/services/deliver/{one.id}", await at.sheet(code, one.id))
    (delivery,) = await given(tamin, one)
    stranger = await a_counter(tamin, PARACLINIC)
    assert (await stranger.get(f"/services/delivery/{delivery.id}")).status_code == 404
    assert (
        await stranger.post(f"/services/delivery/{delivery.id}/take-back", "/services/electronic")
    ).status_code == 404
    await stranger.close()
    assert at.person is not None
    at.person = msgspec.structs.replace(at.person, user_id="u10")
    assert "نسخه های فعال بیمار" not in (await at.http.get(where)).text
    at.person = msgspec.structs.replace(at.person, organisation_id="nowhere")
    assert (await at.get("/services")).status_code == 403


async def test_prices_are_found_by_name_and_by_day(at: Counter) -> None:
    found = await at.get("/services/prices", q="cold")
    assert "ADULT COLD TAB" in found.text
    assert "serving.SINOLAR" not in found.text
    (more,) = re.findall(r'rel="next" href="([^"]+)"', (await at.get("/services/prices")).text)
    assert (await at.http.get(unescape(more))).status_code == 200
    assert 'id="f-day-error"' in (await at.get("/services/prices", day="1405/13/01")).text


async def test_the_month_is_sent_seen_returned_and_sent_again(at: Counter, tamin: Office) -> None:
    code = await a_patient(tamin)
    one = await written(tamin, code, ("01", COLD, 10), ("01", serving.SYRINGE, 3))
    await at.press(f"/services/deliver/{one.id}", await at.sheet(code, one.id))
    (delivery,) = await given(tamin, one)
    assert "هنوز به پایان نرسیده" in (await at.get("/services/month")).text
    later = await a_counter(tamin, clock=FixedClock(NEXT_MONTH))
    assert "هنوز فرستاده نشده است" in (await later.get("/services")).text
    month = {"month": "140509"}
    assert (
        (await later.post("/services/month", "/services/month", **month))
        .headers["location"]
        .startswith("/services/month/files#file-")
    )
    (file,) = [each for each in await tamin.db.read(monthly.of_centre, PHARMACY) if each.month == "140509"]
    refused = await later.post(f"/services/delivery/{delivery.id}/take-back", "/services/month/files")
    assert refused.status_code == 303
    assert (await given(tamin, one))[0].state is DeliveryState.SENT
    book = load_workbook(io.BytesIO((await later.get("/services/month/140509/xlsx")).content))
    assert [cell.value for cell in list(book["اقلام"].rows)[-1]][11] == file.sums.price
    reasons = [Reason("بهای سرنگ نادرست است", delivery.id)]
    now = NEXT_MONTH + timedelta(hours=1)
    await tamin.db.write(monthly.send_back, file.id, file.version, reasons, "sso", now)
    assert "بهای سرنگ نادرست است" in (await later.get("/services/month/files")).text
    assert "برگشت خورده" in (await later.get("/services")).text
    await later.post(f"/services/delivery/{delivery.id}/take-back", "/services/delete")
    await later.post("/services/month", "/services/month", **month)
    twice = await later.post("/services/month", "/services/electronic", **month)
    assert twice.headers["location"] == "/services/month/files"
    (again,) = [each for each in await tamin.db.read(monthly.of_centre, PHARMACY) if each.id == file.id]
    assert (again.times, again.sums.deliveries) == (2, file.sums.deliveries - 1)
    assert "آذر ۱۴۰۵" in (await later.get("/services/card", month="140509")).text
    await later.close()


async def test_a_centre_accepts_results_go_out_and_then_it_stays(lab: Counter, tamin: Office) -> None:
    code = await a_patient(tamin)
    one = await written(tamin, code, (*BLOOD, 1))
    fields = await lab.sheet(code, one.id)
    assert "پذیرش نهایی" in (await lab.press(f"/services/accept/{one.id}/check", fields)).text
    answers = await asyncio.gather(*(lab.press(f"/services/accept/{one.id}", fields) for _ in range(2)))
    (delivery,) = await given(tamin, one)
    assert {answer.headers["location"] for answer in answers} == {f"/services/delivery/{delivery.id}"}
    page = f"/services/results/{delivery.id}"
    form = await lab.form(page)
    parts: dict[str, Any] = {"csrf": (None, form["csrf"]), "name_1": (None, "Hb"), "value_1": (None, "9.1")}
    empty = await lab.http.post(f"{page}/draft", files={"csrf": (None, form["csrf"])})
    assert empty.status_code == 422
    refused = await lab.http.post(f"{page}/draft", files=parts | {"files": ("a.exe", b"MZ nothing", "application/pdf")})
    assert 'id="f-files-error"' in refused.text
    limits = {"low_1": (None, "12"), "high_1": (None, "16"), "text": (None, "کم‌خونی")}
    kept = await lab.http.post(f"{page}/draft", files=parts | limits)
    assert kept.status_code == 303, kept.text
    shown = (await lab.get(page)).text
    (result,) = re.findall(r'name="result" value="([^"]+)"', shown)[:1]
    await lab.post(f"{page}/release", page, result=result)
    assert "منتشر شده" in (await lab.get(page)).text
    await lab.post(f"{page}/diagnose", page, codes="D50.9", signer="0000101575", comment="کم‌خونی")
    assert (await given(tamin, one))[0].diagnosis == ("D50.9",)
    await lab.post(f"/services/delivery/{delivery.id}/take-back", page)
    assert (await given(tamin, one))[0].state is DeliveryState.REGISTERED, "a result is out"


async def test_sessions_of_physiotherapy_are_noted_once_a_day(lab: Counter, tamin: Office) -> None:
    code = await a_patient(tamin)
    one = await written(tamin, code, (*serving.KNEE, 10))
    await lab.press(f"/services/accept/{one.id}", await lab.sheet(code, one.id))
    (delivery,) = await given(tamin, one)
    page = f"/services/results/{delivery.id}"
    for _ in range(2):
        await lab.post(f"{page}/session", page)
    assert len((await given(tamin, one))[0].sessions) == 1
    assert "۱ از ۱۰ جلسه" in (await lab.get(page)).text


async def test_paper_is_accepted_at_a_paraclinic_centre(lab: Counter, tamin: Office) -> None:
    code = await a_patient(tamin)
    page = "/services/paper/centre"
    fields = await lab.form(page) | {"code": code, "doctor": "900001", "type": "02", "drug_1": BLOOD[1]}
    assert 'id="f-quantity_1-error"' in (await lab.press(page, fields)).text
    assert (await lab.press(page, fields | {"quantity_1": "1"})).status_code == 303
    (one,) = await tamin.db.read(reading.of_patient, f"National_Code:{code}")
    assert one.source is Source.PAPER
    assert len(await given(tamin, one)) == 1
