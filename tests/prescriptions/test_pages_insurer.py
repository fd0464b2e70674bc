"""The insurer's pages: contracts and activation, reports to the rial, the settlement, corrections, polling programs."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from openpyxl import load_workbook

from nabz.access.model import DEMO, Role
from nabz.kit import audit
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database
from nabz.kit.digest import Keyring
from nabz.kit.ids import new_id
from nabz.kit.persian import grouped, synthetic_national_code
from nabz.prescriptions.model import Delivery
from nabz.prescriptions.model.corrections import Correction, CorrectionState
from nabz.prescriptions.model.monthly import FileState, Sums
from nabz.prescriptions.pages import insurer
from nabz.prescriptions.service import corrections, enrolment, looks, monthly, prescribing
from nabz.prescriptions.service.prescribing import By, Wanted
from nabz.prescriptions.store import polling
from tests.fakes import Portal, a_person
from tests.prescriptions.given import DOCTOR, LABORATORY, NUMBERS, PHARMACY, delivered, written
from tests.prescriptions.office import Office

KEYS = Keyring(b"test-only-key" * 5)
PATIENT = f"National_Code:{synthetic_national_code(501)}"
IN_MONTH = datetime(2026, 11, 12, 8, 0, tzinfo=UTC)  # 21 Aban 1405
MONTH = "140508"
SHEET = {"name": "داروخانهٔ تازه", "kind": "pharmacy", "province": "قم", "city": "قم", "contract": "D1"}
pytestmark = pytest.mark.wire


@pytest.fixture
async def at(db: Database, clock: FixedClock) -> AsyncIterator[Portal]:
    """An expert of the insurer, who has enrolled a physician and two centres."""
    await db.write(enrolment.put_doctor, DOCTOR, "test", clock.now())
    for centre in (PHARMACY, LABORATORY):
        await db.write(enrolment.put_centre, centre, "test", clock.now())
    portal = Portal(db, clock, KEYS, insurer.routes(), insurer.NAV)
    portal.person = a_person(Role.SSO_EXPERT)
    yield portal
    await portal.close()


async def some_deliveries(db: Database) -> list[Delivery]:
    """Give at two centres, in two months, and take one back."""
    given: list[Delivery] = []
    for at, price, centre in (
        (IN_MONTH, 1001, PHARMACY),
        (IN_MONTH, 333, PHARMACY),
        (IN_MONTH, 77, LABORATORY),
        (IN_MONTH - timedelta(days=40), 50_000, PHARMACY),
    ):
        somebody = f"National_Code:{synthetic_national_code(510 + len(given))}"
        one = await written(db, somebody, at, 3, 1)
        given.append(await delivered(db, one, at, price, centre=centre))
    gone = await written(db, PATIENT, IN_MONTH, 2)
    await delivered(db, gone, IN_MONTH, 9999, gone=True)
    return given


def summed(given: list[Delivery]) -> Sums:
    lines = [line for one in given for line in one.lines]
    sums = [sum(getattr(line, name) for line in lines) for name in ("price", "insurer", "subsidy", "patient")]
    return Sums(len(given), len(lines), *sums)


async def test_a_physician_who_is_switched_off_writes_no_more_within_a_second(tamin: Office) -> None:
    portal = Portal(tamin.whole, tamin.clock, KEYS, insurer.routes(), insurer.NAV)
    portal.person = msgspec.structs.replace(a_person(Role.SSO_EXPERT), data_set=DEMO)
    assert (await tamin.write())["error_Code"] is None
    path = "/insurer/physicians/2000200092"
    no_word = await portal.post(f"{path}/active", path, active="false", reason=" ")
    assert "دلیل را بنویسید" in (await portal.get(no_word.headers["location"])).text
    await portal.post(f"{path}/active", path, active="false", reason="قرارداد تمام شد")
    tamin.clock.advance(1.01)
    refused = await tamin.write(prescDate="14050901", comments="x")
    assert "پزشک فعال نشده است" in str(refused)
    page = (await portal.get(path)).text
    assert "قرارداد تمام شد" in page
    await portal.post(f"{path}/active", path, active="true", reason="قرارداد تازه")
    tamin.clock.advance(1.01)
    assert (await tamin.write(comments="y", mobile="09129999998"))["error_Code"] in {None, "304"}
    await portal.close()


async def test_centres_are_enrolled_once_changed_and_found(at: Portal, db: Database) -> None:
    new = "/insurer/centres/new"
    wrong = await at.post(new, new, **{**SHEET, "id": "12345678901", "contract_until": "فردا"})
    assert wrong.status_code == 422
    assert 'id="f-id-error"' in wrong.text
    bare = await at.post(new, new, **{**SHEET, "id": "71", "kind": "paraclinic"})
    assert 'id="f-types-error"' in bare.text
    made = await at.post(new, new, **{**SHEET, "id": "۷۱", "contract_until": "۱۴۰۵/۰۱/۱۰"})
    path = made.headers["location"]
    assert path == "/insurer/centres/0000000071"
    again = await at.post(new, new, **{**SHEET, "id": "71"})
    assert "پیش‌تر ثبت شده" in again.text
    page = await at.get("/insurer/centres", q="تازه", kind="pharmacy", province="قم")
    assert path in page.text
    assert "پایان‌یافته" in page.text
    # Who saves an old sheet does not switch the centre on again.
    await at.post(f"{path}/active", path, active="false", reason="بازرسی")
    changed = await at.post(path, path, **{**SHEET, "name": "نام دیگر", "contract_until": "1410/01/01"})
    assert changed.status_code == 303, changed.text
    centre = await db.read(enrolment.centre, "71")
    assert centre is not None
    assert (centre.name, centre.active, centre.contract_until) == ("نام دیگر", False, "14100101")
    entries = await db.read(audit.history, "0000000071")
    assert [entry.action.rpartition(".")[2] for entry in entries] == [
        "centre-changed",
        "centre-deactivated",
        "centre-enrolled",
    ]


async def test_physicians_are_enrolled_by_numbers_that_are_right(at: Portal, db: Database) -> None:
    new, code = "/insurer/physicians/new", synthetic_national_code(502)
    sheet = {"id": "900072", "national_code": code, "first_name": "نو", "last_name": "پزشک", "mobile": "09121112233"}
    for name, text in (("id", "پزشک"), ("national_code", "1234"), ("mobile", "021"), ("specialty", "99999")):
        answer = await at.post(new, new, **{"specialty": "00138", **sheet, name: text})
        assert f'id="f-{name}-error"' in answer.text, name
    answer = await at.post(new, new, **sheet, specialty="00138", username="nobody")
    assert 'id="f-username-error"' in answer.text
    made = await at.post(new, new, **sheet, specialty="00138", contract="P72", family="1")
    assert made.headers["location"] == "/insurer/physicians/0000900072"
    doctor = await db.read(enrolment.doctor, "900072")
    assert doctor is not None
    assert (doctor.national_code, doctor.family, doctor.active) == (code, True, True)
    assert "نو پزشک" in (await at.get("/insurer/physicians", q="900072")).text


async def test_reports_come_to_the_rial_to_the_lines_that_count(at: Portal, db: Database) -> None:
    given = await some_deliveries(db)
    for by in By:
        report = await db.read(prescribing.report, Wanted("140507", MONTH), by)
        assert report.total == summed(given), by
        assert sum(row.sums.insurer for row in report.rows) == report.total.insurer
        assert not report.others.price
    mine = await db.read(prescribing.report, Wanted(MONTH, MONTH, centre=PHARMACY.id), By.SERVICE, 1)
    assert mine.total == summed(given[:2])
    assert mine.others.price == mine.total.price - mine.rows[0].sums.price
    one = await db.read(prescribing.report, Wanted(MONTH, MONTH, code="00700"), By.CENTRE)
    assert [row.sums.deliveries for row in one.rows] == [2, 1]
    shown = await at.get("/insurer/reports", by="centre", **{"from": "1405/07", "until": "۱۴۰۵/۰۸"})
    assert grouped(summed(given).price) in shown.text
    assert PHARMACY.name in shown.text
    assert (await at.get("/insurer/reports", until="1405/13")).status_code == 422
    file = await at.get("/insurer/reports.xlsx", by="service", **{"from": "140507", "until": MONTH})
    last = list(load_workbook(io.BytesIO(file.content)).active.values)[-1]
    assert last[5] == summed(given).price
    wrote = await at.get(f"/insurer/physicians/{DOCTOR.id}/prescribing", until="1405/08")
    assert "DRUG 0" in wrote.text


async def test_a_month_is_settled_by_what_was_accepted(at: Portal, db: Database, clock: FixedClock) -> None:
    given = await some_deliveries(db)
    sent = [
        await db.write(monthly.send, centre, MONTH, next(NUMBERS), "u1", clock.now())
        for centre in (PHARMACY, LABORATORY)
    ]
    page = (await at.get("/insurer/settlement", month="1405/08")).text
    assert PHARMACY.name in page
    assert LABORATORY.name in page
    accepted, returned = (f"/insurer/settlement/files/{file.id}" for file in sent)
    late = await at.post(f"{accepted}/accept", accepted, version=sent[0].version + 1)
    assert "پیش‌تر تصمیم" in (await at.get(late.headers["location"])).text
    await at.post(f"{accepted}/accept", accepted, version=sent[0].version)
    await at.post(f"{returned}/return", returned, version=sent[1].version, reason="بدون نسخه\n\nمبلغ نادرست")
    back = await db.read(monthly.one, sent[1].id)
    assert (back.state, [reason.text for reason in back.reasons]) == (
        FileState.RETURNED,
        ["بدون نسخه", "مبلغ نادرست"],
    )
    file = await at.get(f"/insurer/settlement/{MONTH}.xlsx")
    book = load_workbook(io.BytesIO(file.content))
    centres, lines = (list(book[name].values) for name in ("مراکز", "اقلام"))
    assert all(sheet.sheet_view.rightToLeft for sheet in book)
    due = summed(given[:2])
    assert [row[-1] for row in centres[1:]] == [due.insurer, 0, due.insurer]
    assert len(lines) == due.lines + 2
    assert lines[-1][-4:] == (due.price, due.insurer, due.subsidy, due.patient)
    assert sum(int(str(row[9])) for row in lines[1:-1]) == due.price
    whole = await at.get(f"{accepted}/lines.xlsx")
    assert len(list(load_workbook(io.BytesIO(whole.content))["اقلام"].values)) == due.lines + 2


async def test_a_request_of_the_insured_is_answered_and_the_look_is_seen(at: Portal, db: Database) -> None:
    one = await written(db, PATIENT, IN_MONTH, 1)
    wish = Correction(id=new_id(), patient=PATIENT, prescription=one.id, delivery=None, text="اشتباه است", at=IN_MONTH)
    await db.write(corrections.ask, wish, PATIENT, IN_MONTH)
    path = f"/insurer/corrections/{wish.id}"
    assert path in (await at.get("/insurer/corrections")).text
    assert 'id="f-answer-error"' in (await at.post(path, path, state="done", answer=" ")).text
    await at.post(path, path, state="declined", answer="درست است")
    answered = await db.read(corrections.one, wish.id)
    assert (answered.state, answered.answer, answered.answered_by) == (CorrectionState.DECLINED, "درست است", "u9")
    (look,) = await db.read(looks.of_patient, PATIENT)
    assert look.who == "u9"
    assert "درست است" in (await at.get(path)).text


async def test_programs_that_ask_too_often_are_shown_and_others_stay_out(
    at: Portal, db: Database, clock: FixedClock
) -> None:
    await db.write_one(polling.NOTE, client="vendor-7", subject="42", day="14050901", times=150, now=clock.now())
    for role in (Role.SSO_EXPERT, Role.OPERATOR):
        at.person = a_person(role)
        assert "vendor-7" in (await at.get("/insurer/polling")).text
    for path in ("", "/centres", "/physicians", "/reports", "/settlement", "/corrections"):
        assert (await at.get(f"/insurer{path}")).status_code == 403
        at.person = a_person(Role.SSO_EXPERT)
        assert (await at.get(f"/insurer{path}")).status_code == 200
        at.person = a_person(Role.OPERATOR)
