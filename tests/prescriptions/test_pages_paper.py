"""Paper at the counter of a pharmacy: written down by names, what is wrong with it, and the other ways."""

from collections.abc import AsyncIterator

import pytest

from nabz.kit.ids import new_id
from nabz.kit.persian import persian_digits
from nabz.prescriptions.model import Source
from nabz.prescriptions.seed.demo import PHARMACY
from nabz.prescriptions.service import reading
from tests.prescriptions import serving
from tests.prescriptions.office import Office
from tests.prescriptions.serving import COLD, Counter, a_patient, given


@pytest.fixture
async def at(tamin: Office) -> AsyncIterator[Counter]:
    """At the counter of the demo's pharmacy."""
    async with serving.opened(tamin, PHARMACY) as counter:
        yield counter


async def test_paper_is_written_down_by_names_and_then_delivered(at: Counter, tamin: Office) -> None:
    code = await a_patient(tamin)
    page = "/services/paper/insured"
    fields = await at.form(page) | {"code": code, "doctor": "900001", "drug_1": "sinolar", "quantity_1": "5"}
    many = await at.press(page, fields)
    assert many.status_code == 422
    assert 'name="pick_1"' in many.text
    answer = await at.press(page, fields | {"pick_1": serving.SINOLAR, "drug_2": COLD, "quantity_2": "۱۰"})
    sheet = await at.form(answer.headers["location"])
    (one,) = await tamin.db.read(reading.of_patient, f"National_Code:{code}")
    assert (one.source, one.insured) == (Source.PAPER, True)
    assert [(item.code, item.quantity) for item in one.items] == [(serving.SINOLAR, 5), (COLD, 10)]
    await at.press(f"/services/deliver/{one.id}", sheet)
    (delivery,) = await given(tamin, one)
    assert delivery.insurer > 0
    wrong = await at.press(page, fields | {"day": "1410/01/01", "drug_1": "nothing of the kind", "quantity_1": "0"})
    assert 'id="f-drug_1-error"' in wrong.text
    assert 'id="f-quantity_1-error"' in wrong.text
    more = await at.press(page, fields | {"more": "1"})
    assert 'name="drug_8"' in more.text


async def test_all_that_is_wrong_with_paper_is_told_at_once(at: Counter, tamin: Office) -> None:
    page = "/services/paper/insured"
    dead, uncovered = (tamin.demo["registries"]["people"][name]["id"] for name in ("dead", "uncovered"))
    blank = await at.form(page)
    fields = blank | {"code": dead, "doctor": "777777", "day": "1410/01/01", "mobile": "0912", "drug_1": "sinolar"}
    wrong = await at.press(page, fields | {"quantity_1": "99999999999"})
    assert wrong.status_code == 422
    for name in ("code", "doctor", "day", "mobile", "pick_1", "quantity_1"):
        assert f'id="f-{name}-error"' in wrong.text, name
    assert "درگذشته است" in wrong.text
    right = {"doctor": "777777", "drug_1": COLD, "quantity_1": "5"}
    assert "«تایید نسخه آزاد»" in (await at.press(page, blank | right | {"code": uncovered})).text
    code = await a_patient(tamin)
    asked = await at.press(page, blank | right | {"code": code})
    assert 'name="doctor_confirmed"' in asked.text
    confirmed = blank | right | {"code": code, "doctor_confirmed": "777777"}
    assert (await at.press(page, confirmed)).status_code == 303


async def test_the_same_paper_with_other_counts_never_opens_the_first(at: Counter, tamin: Office) -> None:
    code = await a_patient(tamin)
    page = "/services/paper/insured"
    fields = await at.form(page) | {"code": code, "doctor": "900001", "drug_1": COLD, "quantity_1": "10"}
    first = await at.press(page, fields)
    other = await at.press(page, fields | {"key": new_id(), "quantity_1": "5"})
    (one,) = await tamin.db.read(reading.of_patient, f"National_Code:{code}")
    assert first.status_code == 303
    assert other.status_code == 422
    assert persian_digits(one.tracking) in other.text


@pytest.mark.parametrize("way", ["free", "hospital", "documents"])
async def test_the_other_ways_of_paper_lead_to_a_delivery(at: Counter, tamin: Office, way: str) -> None:
    code = await a_patient(tamin)
    page = f"/services/paper/{way}"
    fields = await at.form(page) | {"code": code, "doctor": "900001", "drug_1": COLD, "quantity_1": "5"}
    if way != "free":
        assert 'id="f-note-error"' in (await at.press(page, fields)).text
        fields["note"] = "شمارهٔ ۱۲"
    answer = await at.press(page, fields)
    one = (await tamin.db.read(reading.of_patient, f"National_Code:{code}"))[0]
    assert one.source is (Source.HOSPITAL if way == "hospital" else Source.PAPER)
    assert one.insured is (way != "free")
    await at.press(f"/services/deliver/{one.id}", await at.form(answer.headers["location"]))
    (delivery,) = await given(tamin, one)
    assert (delivery.insurer == 0) is (way == "free")


async def test_a_free_prescription_needs_no_name_and_opens_no_others(at: Counter, tamin: Office) -> None:
    page = "/services/paper/free"
    fields = await at.form(page) | {"doctor": "900001", "drug_1": COLD, "quantity_1": "5", "mobile": "09120000062"}
    first = (await at.press(page, fields)).headers["location"]
    other = (await at.press(page, fields | {"key": "other", "mobile": "09120000063"})).headers["location"]
    assert (await at.http.get(first)).status_code == 200
    borrowed = f"{other.partition('?')[0]}?{first.partition('?')[2]}"
    assert (await at.http.get(borrowed)).status_code == 404


async def test_an_internet_acceptance_is_deleted_while_nothing_was_given(at: Counter, tamin: Office) -> None:
    code = await a_patient(tamin)
    page = "/services/internet"
    fields = await at.form(page) | {"code": code, "doctor": "900001", "drug_1": COLD, "quantity_1": "5"}
    await at.press(page, fields)
    (one,) = await tamin.db.read(reading.of_patient, f"National_Code:{code}")
    assert f"/services/internet/{one.id}/deliver" in (await at.get(page)).text
    assert f"/services/internet/{one.id}/delete" in (await at.get(f"{page}/delete")).text
    deliver = await at.get(f"/services/internet/{one.id}/deliver")
    assert deliver.headers["location"].startswith(f"/services/deliver/{one.id}?")
    await at.post(f"/services/internet/{one.id}/delete", f"{page}/delete")
    assert (await tamin.db.read(reading.by_id, one.id)).state.value == "deleted"
