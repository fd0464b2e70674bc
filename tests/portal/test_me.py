"""An insured person's own record: proven by a code, whole, his alone; a child's by choice; corrections; the export."""

import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from hashlib import sha256

import httpx2
import pytest

from nabz.appointments.model import Agenda, Appointment, Status
from nabz.appointments.store import agendas, booking, parts
from nabz.kit import audit
from nabz.kit.clock import FixedClock
from nabz.kit.db import Database, Tx
from nabz.kit.digest import Keyring
from nabz.kit.ids import new_id
from nabz.kit.persian import persian_digits, synthetic_national_code
from nabz.portal.pages import me
from nabz.prescriptions.errors.insurer import CorrectionAnswered
from nabz.prescriptions.model.corrections import CorrectionState, Look, Role
from nabz.prescriptions.model.results import Kept, Numeric, Result, ResultState
from nabz.prescriptions.service import corrections, enrolment, looks
from nabz.prescriptions.store import results
from nabz.registries.model import Person, PersonId, PersonIdType
from nabz.registries.service import people
from tests.fakes import Portal
from tests.prescriptions.counter import codes_sent
from tests.prescriptions.given import DOCTOR, LABORATORY, PHARMACY, delivered, written

KEYS = Keyring(b"test-only-key" * 5)
MINE, MOBILE = synthetic_national_code(401), "09120000401"
OTHERS = synthetic_national_code(402)
CHILD, GROWN = synthetic_national_code(403), synthetic_national_code(404)
PDF = b"%PDF-1.7"
NOBODY = synthetic_national_code(499)
pytestmark = pytest.mark.wire


def key(code: str) -> str:
    return f"National_Code:{code}"


def furnish(tx: Tx, clock: FixedClock) -> None:
    """Four people, a physician, a pharmacy and a laboratory."""
    ids = {code: PersonId(PersonIdType.NATIONAL_CODE, code) for code in (MINE, OTHERS, CHILD, GROWN)}
    people.put_all(
        tx,
        [
            Person(ids[MINE], "مینا", "آزمون", birth="13600101", mobile=MOBILE),
            Person(ids[OTHERS], "دیگری", "آزمون", birth="13600101", mobile="09120000402"),
            Person(ids[CHILD], "کودک", "آزمون", birth="13870902", mother=key(MINE)),
            Person(ids[GROWN], "بزرگ", "آزمون", birth="13870901", mother=key(MINE)),
        ],
        clock.now(),
    )
    enrolment.put_doctor(tx, DOCTOR, "test", clock.now())
    for centre in (PHARMACY, LABORATORY):
        enrolment.put_centre(tx, centre, "test", clock.now())


class Insured(Portal):
    """A browser on /me."""

    db: Database
    clock: FixedClock

    async def enter(self, code: str = MINE) -> httpx2.Response:
        """Prove to be somebody."""
        answer = await self.post("/me", "/me", identity=persian_digits(code))
        assert answer.headers["location"] == "/me/code", answer.text
        typed = (await codes_sent(self.db))[-1]
        return await self.post("/me/code", "/me/code", code=persian_digits(typed))

    async def send(self, path: str, **changed: str) -> httpx2.Response:
        """Fill in a form and send it to where its page stands."""
        page = (await self.get(path)).text
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        return await self.http.post(path.partition("?")[0], data={**fields, **changed})


@pytest.fixture
async def at(db: Database, clock: FixedClock) -> AsyncIterator[Insured]:
    await db.write(furnish, clock)
    portal = Insured(db, clock, KEYS, me.routes())
    portal.db, portal.clock = db, clock
    yield portal
    await portal.close()


async def test_the_insured_sees_all_of_his_record_and_nothing_of_others(at: Insured) -> None:
    now = at.clock.now()
    one, foreign = await written(at.db, key(MINE), now, 3, 1), await written(at.db, key(OTHERS), now, 2)
    given = await delivered(at.db, one, now, 1000)
    await at.db.write(released, given.id, one.id, now)
    await at.db.write(an_appointment, now + timedelta(days=2))
    look = Look(patient=key(MINE), who="900001", role=Role.PHARMACY, place=PHARMACY.id)
    for _ in range(3):
        await at.db.write(looks.note, look, now)
    assert (await at.get("/me/deliveries")).headers["location"] == "/me"
    assert (await at.enter()).headers["location"] == "/me"
    listed = (await at.get("/me")).text
    assert f"/me/prescriptions/{one.id}" in listed
    assert f"/me/prescriptions/{foreign.id}" not in listed
    page = (await at.get(f"/me/prescriptions/{one.id}")).text
    assert f'id="tracking">{persian_digits(one.tracking)}<' in page
    assert "تحویل بخشی" in page
    assert PHARMACY.name in page
    assert persian_digits(f"{given.patient_share:,}".replace(",", "٬")) in page
    for path in (f"/me/prescriptions/{foreign.id}", f"/me/prescriptions/{foreign.id}/print", "/me/results/none"):
        assert (await at.get(path)).status_code == 404
    assert "data:image/svg+xml" in (await at.get(f"/me/prescriptions/{one.id}/print")).text
    result = (await at.get("/me/results/r1")).text
    assert "Glucose" in result
    assert "بالا" in result
    file = await at.get("/me/results/r1/files/1")
    assert file.content == PDF
    assert file.headers["content-disposition"].startswith("attachment")
    assert "دکتر نوبت" in (await at.get("/me/appointments")).text
    assert (await at.get("/me/looks")).text.count(PHARMACY.name) == 1
    await the_export_is_whole(at, str(one.id), str(foreign.id))
    await at.post("/me/out", "/me/record")
    assert (await at.get("/me/record")).status_code == 303


async def the_export_is_whole(at: Insured, mine: str, foreign: str) -> None:
    """Everything of the record for people and programs, without other people's numbers."""
    answer = await at.post("/me/export", "/me/export")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        record = archive.read("record.json").decode()
        texts = [archive.read(name).decode() for name in archive.namelist() if not name.startswith("results/")]
        assert archive.read("results/r1/1-a.pdf") == PDF
    told = json.loads(record)
    sizes = [len(told[name]) for name in ("prescriptions", "deliveries", "results", "appointments", "looks")]
    assert sizes == [1, 1, 1, 1, 1]
    assert mine in record
    assert not any(foreign in text or DOCTOR.national_code in text or DOCTOR.mobile in text for text in texts)
    assert any("DRUG 0" in text and "<table>" in text for text in texts)
    lines = await at.db.read(audit.history, key(MINE))
    assert [line.action for line in lines] == ["portal.record-exported", "prescriptions.record-seen"]


def released(tx: Tx, delivery: int, prescription: int, now: datetime) -> None:
    kept = Kept(1, "a.pdf", "application/pdf", 8, sha256(PDF).hexdigest())
    one = Result(
        id="r1",
        delivery=delivery,
        prescription=prescription,
        centre=LABORATORY.id,
        patient=key(MINE),
        doctor=DOCTOR.id,
        at=now,
        by="u9",
        state=ResultState.RELEASED,
        title="قند خون",
        numbers=(Numeric("Glucose", "140", "mg/dL", "70", "100", flag="H"),),
        files=(kept,),
    )
    results.add(tx, one, [PDF], "", now)


def an_appointment(tx: Tx, at: datetime) -> None:
    agenda = Agenda(
        id=7, facility="f1", provider="Med_ID:900001", full_name="دکتر نوبت", facility_name="درمانگاه آزمون"
    )
    parts.ensure(tx, at)
    agendas.put(tx, agenda)
    one = Appointment(
        id=new_id(),
        slot="s1",
        facility="f1",
        provider=agenda.provider,
        agenda=7,
        person=key(MINE),
        first_name="مینا",
        last_name="آزمون",
        mobile=MOBILE,
        postal_code="",
        gender="2",
        hid="",
        type=None,
        deposit=0,
        starts_at=at,
        minutes=15,
        status=Status.TAKEN,
        booked_at=at,
        booked_by="portal",
    )
    booking.add(tx, one)


async def test_nobody_learns_whether_a_national_code_is_known(at: Insured) -> None:
    pages = []
    for code in (MINE, NOBODY):
        answer = await at.post("/me", "/me", identity=code)
        assert answer.headers["location"] == "/me/code"
        shown = (await at.get("/me/code")).text
        pages.append(re.sub(r"[0-9a-f]{32,}|[0-9a-f-]{36}", "", shown))
        wrong = await at.post("/me/code", "/me/code", code="000000")
        assert wrong.status_code == 422
        assert "کد نادرست است" in wrong.text
    assert pages[0] == pages[1]
    assert len(await codes_sent(at.db)) == 1
    again = await at.post("/me", "/me", identity=NOBODY)
    assert again.headers["location"] == "/me/code"
    assert (await at.post("/me", "/me", identity="1234")).status_code == 422
    assert (await at.post("/me", "/me", identity="UNKNOWN")).status_code == 422


async def test_a_mobile_that_booked_an_appointment_needs_no_second_code(at: Insured) -> None:
    until = int(at.clock.now().timestamp()) + 60
    told = json.dumps({"mobile": MOBILE, "persons": [], "until": until})
    at.http.cookies.set("nabz_nobat", KEYS.seal("appointments.nabz_nobat", told))
    assert (await at.post("/me", "/me", identity=OTHERS)).headers["location"] == "/me/code"
    assert (await at.post("/me", "/me", identity=MINE)).headers["location"] == "/me"
    assert (await at.get("/me/record")).status_code == 200

    def moves(tx: Tx) -> None:
        id_ = PersonId(PersonIdType.NATIONAL_CODE, MINE)
        people.put(tx, Person(id_, "مینا", "آزمون", birth="13600101", mobile="09120000499"), at.clock.now())

    await at.db.write(moves)
    assert (await at.get("/me/record")).status_code == 303, "the mobile is another by now"


async def test_a_child_is_seen_by_choice_and_until_it_is_eighteen(at: Insured) -> None:
    one = await written(at.db, key(CHILD), at.clock.now(), 1)
    await at.enter()
    assert (await at.get(f"/me/prescriptions/{one.id}")).status_code == 404
    page = (await at.get("/me/record")).text
    assert "پروندهٔ کودک" in page
    assert "پروندهٔ بزرگ" not in page
    chosen = re.search(r'name="child" value="([^"]+)"', page)
    assert chosen
    await at.post("/me/whom", "/me/record", child=chosen[1])
    assert (await at.get(f"/me/prescriptions/{one.id}")).status_code == 200
    (look,) = await at.db.read(looks.of_patient, key(CHILD))
    assert (look.role, look.who) == (Role.PARENT, key(MINE))
    forged = await at.post("/me/whom", "/me/record", child=KEYS.seal("portal.me.child", key(GROWN)))
    assert forged.status_code == 404
    await at.post("/me/whom", "/me/record", child="")
    assert (await at.get(f"/me/prescriptions/{one.id}")).status_code == 404


async def test_a_correction_is_asked_once_a_few_times_a_day_and_answered_once(at: Insured) -> None:
    now = at.clock.now()
    one, foreign = await written(at.db, key(MINE), now, 3), await written(at.db, key(OTHERS), now, 3)
    given = await delivered(at.db, one, now, 1000)
    await at.enter()
    path = f"/me/corrections/new?prescription={one.id}&delivery={given.id}"
    assert (await at.get(f"/me/corrections/new?prescription={foreign.id}")).status_code == 404
    form = (await at.get(path)).text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    for _ in range(2):  # an impatient thumb
        answer = await at.http.post("/me/corrections/new", data={**fields, "text": "این دارو را نگرفتم"})
        assert answer.headers["location"] == "/me/corrections"
    stolen = await at.http.post("/me/corrections/new", data={**fields, "prescription": str(foreign.id), "text": "x"})
    assert stolen.status_code == 404
    assert (await at.send(path, text=" ")).status_code == 422
    for _ in range(4):
        assert (await at.send(path, text="باز هم")).status_code == 303
    refused = await at.send(path, text="ششم")
    assert "امروز ۵ درخواست" in refused.text
    first = (await at.db.read(corrections.listed))[0]
    await at.db.write(corrections.answer, first.id, CorrectionState.DONE, "اصلاح شد", "u9", now)
    with pytest.raises(CorrectionAnswered):
        await at.db.write(corrections.answer, first.id, CorrectionState.DECLINED, "نه", "u9", now)
    page = (await at.get("/me/corrections")).text
    assert "اصلاح شد" in page
    assert page.count("در انتظار بررسی") == 4
