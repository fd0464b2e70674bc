"""Nursing, family doctors' patients: what waits, what was done, what is paid."""

import asyncio
from typing import Any

import pytest
from msgspec import to_builtins

from nabz.kit.persian import synthetic_national_code
from nabz.prescriptions.service import catalogue, reading
from nabz.prescriptions.wire.family import patient_share
from tests.prescriptions.office import DRUG, Office, P, sample
from tests.prescriptions.shapes import shape

pytestmark = pytest.mark.wire

PATIENT = "0123456789"
SIAM = "859773E8-5D81-46C6-9DF1-5FB551B00495"
SAVE = "/api/v7/cartable-nurse/save"
NURSE, OTHER_NURSE = synthetic_national_code(501), synthetic_national_code(502)
FAMILY = {"docId": "0000900002", "docNationalCode": synthetic_national_code(8002), "docMobileNo": "09990000002"}


def item(type_: str, code: str) -> dict[str, Any]:
    return {"srvId": {"srvType": {"srvType": type_}, "srvCode": code}, "srvQty": 1}


ITEMS = [item("21", "0000903575"), item("21", "0000903570"), item("17", "0000602595")]


async def test_a_nurse_saves_what_she_has_done_once(tamin: Office) -> None:
    body = {**DRUG, "prescType": {"prescTypeId": 5}, "creatorType": "7", "siamId": SIAM, "noteDetailEprscs": ITEMS}
    assert (await tamin.post(f"{P}/v7", {**body, "siamId": ""}))["result"]["error_Code"] == "131"
    assert (await tamin.post(f"{P}/v7", {**body, "noteDetailEprscs": ITEMS[:2]}))["result"]["error_Code"] == "132"
    result = (await tamin.post(f"{P}/v7", body))["result"]
    id_ = int(result["head_EPRSC_ID"])
    one = await tamin.db.read(reading.by_id, id_)
    first, second, service = (each.id for each in one.items)

    cartable = f"{P}/v7/cartableNurse/getAll/{SIAM}/{PATIENT}"
    answer = (await tamin.call("GET", cartable)).json()
    assert shape(answer) == shape(sample("nursing_cartable.response"))
    assert answer["data"]["list"][0]["noteHeadEprscId"] == id_
    assert await tamin.get(f"/api/v7/cartable-nurse/get-all/{SIAM}/{PATIENT}") == answer["data"]
    assert (await tamin.get(f"{P}/v7/cartableNurse/getAll/{SIAM}/1234567891"))["total"] == 0
    assert (await tamin.get(f"{P}/v7/cartableNurse/getAll/another/{PATIENT}"))["total"] == 0

    async def save(
        ids: list[int], nurse: str = NURSE, siam: str = SIAM, path: str = "/api/v7/cartable-nurse/save"
    ) -> Any:
        told = {"noteDetailsEprscIds": ids, "nurseNationalCode": nurse, "siamId": siam}
        return await tamin.post(path, told)

    assert (await save([first], "1234567890"))["result"]["error_Code"] == "178"
    assert (await save([first], siam="another"))["result"]["error_Code"] == "176"
    assert (await save([]))["result"]["error_Code"] == "179"
    assert (await save([first, service]))["result"]["error_Code"] == "176"  # all or nothing
    assert not (await tamin.db.read(reading.by_id, id_)).items[0].nurse
    done = await save([first], path=f"{P}/v7/cartableNurse/saveEprsc")
    expected = sample("nursing_save.response")["data"]["result"]
    assert done["result"] == {**expected, "head_EPRSC_ID": str(id_), "trackingCode": result["trackingCode"]}
    assert await save([first], path="/ep/api/v7/cartable-nurse/save") == done
    assert (await save([second, first], OTHER_NURSE))["result"]["error_Code"] == "177"  # nothing of it
    details = await tamin.get(f"{P}/v2/{id_}/2000200092")
    assert [each["isOk"] for each in details] == ["1", "0", "0"]
    assert await save([second, first]) == done
    assert (await tamin.get(cartable))["total"] == 0
    assert {each.nurse for each in (await tamin.db.read(reading.by_id, id_)).items} == {NURSE, ""}


async def test_of_two_nurses_at_the_same_moment_one_has_done_it(tamin: Office) -> None:
    told = {"prescType": {"prescTypeId": 5}, "siamId": SIAM, "noteDetailEprscs": ITEMS, "prescDate": "14050830"}
    one = await tamin.db.read(reading.by_id, int((await tamin.write(**told))["head_EPRSC_ID"]))
    body = {"noteDetailsEprscIds": [one.items[0].id, one.items[1].id], "siamId": SIAM}
    nurses = [synthetic_national_code(510 + place) for place in range(6)]
    answers = await asyncio.gather(*(tamin.post(SAVE, {**body, "nurseNationalCode": nurse}) for nurse in nurses))
    codes = [answer["result"]["error_Code"] for answer in answers]
    assert sorted(map(str, codes)) == ["177"] * 5 + ["None"]
    done = await tamin.db.read(reading.by_id, one.id)
    assert [item.nurse for item in done.items] == [nurses[codes.index(None)]] * 2 + [""]


async def test_four_visits_of_a_year_to_a_family_doctor_are_free(tamin: Office) -> None:
    paths = [f"/ep/patient-admission/v1/{SIAM}/{PATIENT}", f"/api/familyDoctor/clinicReceptionAPI/{SIAM}/{PATIENT}"]
    for path in paths:
        answer = (await tamin.call("GET", f"{path}/2000200092")).json()
        assert answer == sample("family_share.outside.response")
    visit = {**DRUG, **FAMILY, "prescType": {"prescTypeId": 3}, "noteDetailEprscs": []}
    for day in ("14041229", "14050105", "14050206", "14050307"):  # the first is of the year before
        assert await tamin.get(f"{paths[0]}/900002") == {"price": "0", "familyDoctor": True}
        assert (await tamin.post(f"{P}/v7", {**visit, "prescDate": day}))["result"]["error_Code"] is None
    assert await tamin.get(f"{paths[0]}/900002") == {"price": "0", "familyDoctor": True}
    await tamin.post(f"{P}/v7", {**visit, "prescDate": "14050408"})
    found = await tamin.db.read(catalogue.find, "16", "0000000101", "14050901")
    tariff = found.price if found is not None else 0
    for path in paths:
        answer = (await tamin.call("GET", f"{path}/0000900002")).json()
        assert answer["data"] == {"price": f"{tariff * 30 // 100:,}", "familyDoctor": True}
        assert shape(answer) == shape(sample("family_share.response"))
    assert (await tamin.get(f"{paths[0]}/0000999999"))["error_Code"] == "105"
    assert to_builtins(patient_share(386_865)) == sample("family_share.response")["data"]
