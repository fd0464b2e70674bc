"""A physician's pages without a script: writing, what is wrong, favourites, the list, editing, the paper."""

import asyncio
import io
import re
import sys
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from itertools import count

import msgspec
import pytest
from httpx2 import Response
from pypdf import PdfReader

from nabz.access.model import DEMO, Role
from nabz.kit import audit
from nabz.kit.digest import Keyring
from nabz.kit.ids import new_id
from nabz.kit.persian import synthetic_national_code
from nabz.prescriptions.errors.favourites import TemplateUnknown
from nabz.prescriptions.model import Caller, Doctor, Prescription, Source, doses
from nabz.prescriptions.model.codes import FORMS
from nabz.prescriptions.model.favourites import Template, Usual
from nabz.prescriptions.pages import ep
from nabz.prescriptions.seed.catalogue import EXAMPLES
from nabz.prescriptions.seed.demo import PHARMACY
from nabz.prescriptions.service import enrolment, entitlement, favourites, reading, writing
from nabz.registries.model import Cover, Person, PersonId, PersonIdType
from nabz.registries.service import covers, people
from tests.fakes import Portal, a_person
from tests.prescriptions.office import Office

COLD, VITAMIN, SINOLAR, BARCODIN = "01:05951", "01:01003", "01:00077", "01:00094"
USER = "ep-physician"
DOCTOR = Doctor(
    "0000900077",
    synthetic_national_code(77_000),
    "09990000077",
    "پزشک",
    "آزمون",
    "00100",
    "پزشک عمومی",
    user=USER,
)
PATIENTS = count(77_001)


class _Sheet(HTMLParser):
    """What a browser would send of the sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._inside = False
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self._inside = self._inside or (tag == "form" and told.get("id") == "ep")
        if not self._inside:
            return
        if tag == "input" and told.get("name") and (told.get("type") not in {"checkbox", "radio"} or "checked" in told):
            self.fields[told["name"]] = told.get("value", "")
        elif tag == "select":
            self._select = told["name"]
        elif tag == "option" and self._select and ("selected" in told or self._select not in self.fields):
            self.fields[self._select] = told.get("value", "")
        elif tag == "textarea":
            self._area = told["name"]
            self.fields[self._area] = ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"
        self._select = "" if tag == "select" else self._select
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data


class Physician(Portal):
    """A browser at the writing page; what stands in the form is carried on from answer to answer."""

    fields: dict[str, str]
    shown: Response

    async def open(self, path: str = "/ep") -> None:
        self._take(await self.get(path))

    async def do(self, deed: str, **typed: str) -> Response:
        """Type something, and press a button."""
        self._take(await self.http.post("/ep", data={**self.fields, **typed, "deed": deed}))
        return self.shown

    async def write(self, **typed: str) -> Response:
        answer = await self.http.post("/ep/write", data={**self.fields, **typed})
        if answer.status_code != 303:
            self._take(answer)
        return answer

    def _take(self, answer: Response) -> None:
        assert answer.status_code in {200, 422}, answer.text
        sheet = _Sheet()
        sheet.feed(answer.text)
        self.fields, self.shown = sheet.fields, answer


@pytest.fixture
async def at(tamin: Office) -> AsyncIterator[Physician]:
    """A physician of the demo, signed in."""
    db = tamin.db
    if await db.read(enrolment.doctor, DOCTOR.id) is None:
        await db.write(enrolment.put_doctor, DOCTOR, "test", tamin.clock.now())
    portal = Physician(tamin.whole, tamin.clock, Keyring(b"test-only-key" * 5), ep.routes(), ep.NAV)
    portal.person = msgspec.structs.replace(a_person(Role.PHYSICIAN, user_id=USER), data_set=DEMO)
    yield portal
    await portal.close()


async def a_patient(tamin: Office) -> str:
    """Somebody who is insured, and has no prescription yet."""
    code = synthetic_national_code(next(PATIENTS))
    id_ = PersonId(PersonIdType.NATIONAL_CODE, code)
    cover = Cover("1", "تأمین اجتماعی", "1", "بیمه اجباری", code, "14991229", base=True)
    await tamin.db.write(people.put, Person(id_, "سارا", "نمونه", gender="2", mobile="09120000077"), tamin.clock.now())
    await tamin.db.write(covers.replace, id_, [cover], tamin.clock.now())
    return code


async def written(tamin: Office, patient: str) -> list[Prescription]:
    return await tamin.db.read(reading.of_patient, entitlement.person_key(patient))


async def begin(at: Physician, tamin: Office, *picks: str) -> str:
    patient = await a_patient(tamin)
    await at.open()
    await at.do("next", patient=patient)
    for pick in picks:
        await at.do(f"pick:{pick}")
    return patient


async def test_a_prescription_is_written_without_a_script(at: Physician, tamin: Office) -> None:
    patient = await begin(at, tamin)
    assert "سارا نمونه" in at.shown.text
    assert "استحقاق درمان دارد" in at.shown.text
    assert at.fields["mobile"] == "09120000077", "known from the registry"
    found = await at.do("next", q="sinolar 500")
    assert 'value="pick:01:00077"' in found.text
    await at.do("pick:01:00077")
    await at.do("next", q="05951")
    shown = await at.do("next", r1_quantity="۱۲", r1_instruction="61")
    assert "هر ۸ ساعت یک عدد، بعد از غذا" in shown.text
    assert "روزی دو بار، هر بار یک عدد، بعد از غذا" in shown.text
    answer = await at.write(comments="مایعات فراوان")
    assert answer.status_code == 303
    (one,) = await written(tamin, patient)
    assert [(item.code, item.quantity, item.instruction) for item in one.items] == [
        ("00077", 20, 66),
        ("05951", 12, 61),
    ]
    page = await at.get(answer.headers["location"])
    assert re.search(r'id="tracking"[^>]*>[۰-۹]{5}<', page.text)
    assert "در انتظار تحویل" in page.text
    seen = await tamin.whole.read(audit.history, one.patient)
    assert [entry.action for entry in seen] == ["prescriptions.record-seen"], "the patient may see who looked"


async def test_a_sheet_sent_twice_is_one_prescription(at: Physician, tamin: Office) -> None:
    patient = await begin(at, tamin, COLD)
    answers = await asyncio.gather(at.write(), at.write())
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(await written(tamin, patient)) == 1
    again = await at.write(r0_quantity="3", seen=at.fields.get("seen", ""))
    assert again.status_code == 422, "another sheet with the same drug on the same day is told"


async def test_all_that_is_wrong_is_told_at_once_beside_its_field(at: Physician, tamin: Office) -> None:
    await begin(at, tamin, COLD, VITAMIN)
    answer = await at.write(mobile="12", r0_quantity="صفر", r0_amount="", r1_repeat="4")
    assert answer.status_code == 422
    for field in ("mobile", "r0_quantity", "r0_amount", "r1_repeat"):
        assert f'id="f-{field}-error"' in answer.text, field
    assert at.fields["r0_quantity"] == "صفر", "as it was typed"
    empty = await at.do("kind:1", patient="1111111111")
    assert "کد ملی بیمار معتبر نمی باشد" in empty.text


async def test_an_interaction_is_told_and_has_to_be_read(at: Physician, tamin: Office) -> None:
    patient = await begin(at, tamin, SINOLAR, BARCODIN)
    assert "تداخل متوسط" in at.shown.text
    assert (await at.write()).status_code == 422
    digest = re.search(r'name="seen" type="checkbox" value="(\w+)"', at.shown.text)
    assert digest
    assert (await at.write(seen=digest[1])).status_code == 303
    await at.open(f"/ep?patient={patient}")
    twin = await at.do("pick:01:00078")
    assert "درمان تکراری" in twin.text, "the same substance waits in an earlier prescription"


async def test_lines_of_two_tabs_become_two_prescriptions(at: Physician, tamin: Office) -> None:
    patient = await begin(at, tamin, COLD)
    await at.do("kind:2")
    await at.do("pick:02:807005-275")
    answer = await at.write()
    assert answer.status_code == 200, "the drug is still on the sheet"
    assert "ADULT COLD" in answer.text
    assert (await at.write()).status_code == 303
    assert {one.kind for one in await written(tamin, patient)} == {1, 2}


async def test_a_template_and_a_favourite_come_back_as_they_were_written(at: Physician, tamin: Office) -> None:
    await begin(at, tamin, COLD, VITAMIN)
    await at.do("star:0", r0_quantity="7", r0_instruction="60")
    await at.do("save", template="سرماخوردگی")
    assert (await at.do("save", template=" ")).text.count("برای الگو نامی بنویسید") >= 1
    await begin(at, tamin, COLD)
    assert (at.fields["r0_quantity"], at.fields["r0_instruction"]) == ("7", "60")
    (template,) = await tamin.db.read(favourites.templates, DOCTOR.id, 1)
    await at.open(f"/ep?template={template.id}")
    assert [at.fields["r0_code"], at.fields["r1_code"]] == ["05951", "01003"]
    assert "سرماخوردگی" in (await at.get("/ep/favourites")).text
    await at.post("/ep/favourites", "/ep/favourites", template=template.id)
    await at.post("/ep/favourites", "/ep/favourites", type="01", code="05951")
    assert not await tamin.db.read(favourites.templates, DOCTOR.id, 1)


async def test_favourites_and_templates_are_a_doctors_own(tamin: Office) -> None:
    now, usual = tamin.clock.now(), Usual(type="01", code="05951", name="x", quantity=3)
    for quantity in (3, 4):
        await tamin.db.write(favourites.mark, "one", msgspec.structs.replace(usual, quantity=quantity), now)
        await tamin.db.write(favourites.save, "one", Template(f"t{quantity}", "الف", 1, (usual,)), now)
    assert [each.quantity for each in await tamin.db.read(favourites.listed, "one")] == [4]
    (kept,) = await tamin.db.read(favourites.templates, "one", 1)
    assert kept.id == "t3", "saving under a name again changes what stood there"
    assert not await tamin.db.read(favourites.listed, "two")
    with pytest.raises(TemplateUnknown):
        await tamin.db.write(favourites.drop, "two", kept.id)
    assert not await tamin.whole.within(77).read(favourites.listed, "one"), "another data set"


async def test_a_prescription_is_edited_once_and_deleted_on_its_day(at: Physician, tamin: Office) -> None:
    patient = await begin(at, tamin, COLD, VITAMIN)
    place = (await at.write()).headers["location"].partition("?")[0]
    await at.open(f"{place}/edit")
    await at.do("remove:1")
    assert (await at.write(r0_quantity="5")).status_code == 303
    (one,) = await written(tamin, patient)
    assert [(item.code, item.quantity) for item in one.items] == [("05951", 5)]
    assert "/edit" not in (await at.get(place)).text
    assert patient in (await at.get("/ep/prescriptions", patient=patient)).text.translate(
        str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")
    )
    await at.post(f"{place}/delete", place)
    assert (await at.get(place)).status_code == 404
    assert "نسخه‌ای با این مشخصات نیست" in (await at.get("/ep/prescriptions", patient=patient)).text


async def test_anothers_prescription_is_as_if_it_were_not_there(at: Physician, tamin: Office) -> None:
    theirs = tamin.demo["tamin"]["prescriptions"][0]["id"]
    for path in ("", "/edit", "/print", "/pdf"):
        assert (await at.get(f"/ep/prescriptions/{theirs}{path}")).status_code == 404


async def test_a_secretary_writes_for_her_physician_and_others_do_not(at: Physician, tamin: Office) -> None:
    assert at.person
    at.person = msgspec.structs.replace(at.person, user_id="s1", roles=frozenset({Role.SECRETARY}), acting_for=USER)
    patient = await begin(at, tamin, COLD)
    assert (await at.write()).status_code == 303
    (one,) = await written(tamin, patient)
    assert one.doctor == DOCTOR.id
    at.person = msgspec.structs.replace(at.person, acting_for=None)
    led = await at.http.get("/ep", follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (303, "/portal")


async def test_a_referral_is_written_found_and_answered(at: Physician, tamin: Office) -> None:
    patient = await begin(at, tamin)
    await at.do("kind:7")
    refused = await at.write(day="1405/08/01", icd0="I10 فشار خون")
    assert 'id="f-specialty-error"' in refused.text
    assert 'id="f-day-error"' in refused.text
    answer = await at.write(day="1405/09/02", specialty="00100", message="بررسی")
    assert answer.status_code == 303
    (one,) = await written(tamin, patient)
    assert one.referrals[0].icd10s == ("I10",)
    shown = await at.get("/ep/referrals", patient=patient)
    assert "ارجاع‌های سه روز اخیر شما" in shown.text
    assert (await at.get(f"/ep/referrals/{one.id}")).status_code == 200
    await at.open(f"/ep?answering={one.id}&patient={patient}&kind=8")
    assert at.fields["feedback_of"] == str(one.id)


async def test_the_paper_is_one_page_of_a5_with_its_code(at: Physician, tamin: Office) -> None:
    patient = await begin(at, tamin, COLD, VITAMIN, SINOLAR)
    place = (await at.write()).headers["location"].partition("?")[0]
    (one,) = await written(tamin, patient)
    page = await at.get(f"{place}/print")
    assert "data:image/svg+xml" in page.text
    assert "سینولار ۵۰۰ میلی‌گرم کپسول" in page.text
    assert "<dd>زن</dd>" in page.text
    answer = await at.get(f"{place}/pdf")
    assert answer.headers["content-type"] == "application/pdf"
    (sheet,) = PdfReader(io.BytesIO(answer.content)).pages
    assert [round(float(side) / 72 * 25.4) for side in sheet.mediabox[2:]] == [148, 210]
    assert "ADULT COLD TAB" in sheet.extract_text()
    assert one.tracking


async def test_without_the_libraries_there_is_still_the_page(
    at: Physician, tamin: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begin(at, tamin, COLD)
    place = (await at.write()).headers["location"].partition("?")[0]
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    answer = await at.get(f"{place}/pdf")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{place}/print")
    assert "ساخت PDF روی این سرور ممکن نیست" in (await at.get(f"{place}/print")).text


async def test_no_way_of_injection_is_chosen_by_itself() -> None:
    inhaler = doses.start_of("INJECTION", "FORMOTEROL 12MCG INHALATION POWDER/CAP")
    assert doses.in_words(inhaler.amount, inhaler.instruction, inhaler.usage) == "هر ۱۲ ساعت ۲ پاف"
    for form in (one.title for one in FORMS.values()):
        assert doses.start_of(form).usage not in doses.INJECTIONS, form
    assert set(doses.INJECTIONS) <= set(doses.usages_for("INJECTION"))
    assert not set(doses.INJECTIONS) & set(doses.usages_for("TABLET"))


async def test_who_looks_for_real_drugs_is_told_made_up_ones(at: Physician, tamin: Office) -> None:
    await begin(at, tamin)
    none = await at.do("find", q="acetaminophen")
    for name in EXAMPLES["01"]:
        assert name in none.text
        found = await at.do("find", q=name)
        assert "با این نام یا کد پیدا نشد" not in found.text, name


async def test_what_a_pharmacy_took_in_is_told_apart_and_not_edited(at: Physician, tamin: Office) -> None:
    patient = await begin(at, tamin, COLD)
    await at.write()
    (one,) = await written(tamin, patient)
    paper = msgspec.structs.replace(
        one, id=one.id + 90_000_000, tracking=one.tracking + 1, source=Source.PAPER, siam=PHARMACY, day="14050820"
    )
    await tamin.db.write(writing.put, paper, Caller("portal", "test", new_id()), tamin.clock.now())
    shown = (await at.get(f"/ep/prescriptions/{paper.id}")).text
    assert "داروخانهٔ نیلوفر" in shown
    assert f"/ep/prescriptions/{paper.id}/edit" not in shown
    assert f"/ep/prescriptions/{paper.id}/delete" not in shown
    listed = (await at.get("/ep/prescriptions")).text
    assert "به تاریخ ۱۴۰۵/۰۸/۲۰" in listed


async def test_too_many_and_nobody_to_pay_are_told_in_time(at: Physician, tamin: Office) -> None:
    await begin(at, tamin, COLD)
    assert "بیش از حد مجاز" in (await at.write(r0_quantity="99999999999")).text
    await at.open()
    uncovered = tamin.demo["registries"]["people"]["uncovered"]["id"]
    assert "نسخهٔ بیمه‌ای ثبت نمی‌شود" in (await at.do("next", patient=uncovered)).text


async def test_a_dose_is_said_as_people_say_it() -> None:
    said = {
        (174, 66, 1): "هر ۸ ساعت یک عدد، بعد از غذا",
        (173, 61, 0): "روزی دو بار، هر بار نصف عدد",
        (170, 67, 11): "هر ۱۲ ساعت، موضعی بمالید",
        (170, 77, 24): "طبق دستور پزشک",
        (171, 76, 23): "در صورت نیاز",
        (None, 61, 0): "روزی دو بار",
    }
    assert {dose: doses.in_words(*dose) for dose in said} == said
    assert doses.in_words(174, 66, 1, english=True) == "every 8 hours 1 tab/cap, after food"
