"""Pharmacies by the official messages: what they see, deliver, take back and return, and how they are refused."""

from typing import Any

import pytest

from nabz.prescriptions.service import reading
from tests.prescriptions.counter import codes_sent
from tests.prescriptions.office import Office, P
from tests.prescriptions.pharmacy import (
    OTHER,
    PHA,
    ROOT,
    active,
    asked,
    deliver,
    items,
    post,
    said,
    sample,
    words,
    written,
)
from tests.prescriptions.shapes import shape

OWN = f"/api/nabz/pharmacies/{PHA}"
INNER = words(
    """
        problems warnings hasError status family reason total
        """
)


async def test_an_active_prescription_has_the_keys_and_types_that_clients_read(tamin: Office) -> None:
    one = await written(tamin, ("05951", 10), day="14050801", dose="با آب فراوان")
    assert list(one) == [
        "headeprscid",
        "prescdate",
        "docid",
        "docspec",
        "doctorFullName",
        "patientfirstname",
        "patientlastname",
        "custname",
        "comments",
        "refeR_REASON",
        "electronicflag",
        "clinicdoc",
        "presctime",
        "speccode",
        "finalDetailsPresc",
    ]
    (detail,) = one["finalDetailsPresc"]
    assert detail["drugInstruction"] == "هر ۱۲ ساعت یک عدد، با آب فراوان"
    assert list(detail) == [
        "detailId",
        "drugCode",
        "drugName",
        "drugForm",
        "insuranceStatus",
        "requiresBarcodeInquiry",
        "hospitalDrug",
        "maxAge",
        "prescribedCount",
        "remainingCount",
        "drugInstruction",
    ]
    assert (one["prescdate"], one["docid"], one["speccode"]) == ("14050801", "2000200092", "00118")
    assert (detail["prescribedCount"], detail["remainingCount"]) == ("10", "10")
    assert isinstance(one["headeprscid"], int)
    inner = await tamin.get(f"/api/Pharmacy/DrugEpresc/GetActivePresc?patientNationalCode=0123456789&PhaId={PHA}")
    assert list(inner) == ["list", *INNER]
    assert inner["total"] == len(inner["list"])


async def test_every_pharmacy_sees_a_prescription_newest_first_and_by_its_tracking_code(tamin: Office) -> None:
    await written(tamin, ("05951", 10), day="14050802")
    result = await tamin.write(noteDetailEprscs=items(("05951", 10)), prescDate="14050803")
    path = f"/drugepresc/getactivepresc?PATIENTNATIONALCODE=123456789&phaid={OTHER}"
    seen = await tamin.get(path)
    ids = [one["headeprscid"] for one in seen["list"]]
    assert ids == sorted(ids, reverse=True)
    assert ids[0] == int(result["head_EPRSC_ID"])
    tracked = await tamin.get(f"{path}&trackingCode={result['trackingCode']}")
    assert [one["headeprscid"] for one in tracked["list"]] == ids[:1]
    assert (await tamin.get(f"{path}&trackingCode=nothing"))["list"] == []


async def test_a_delivery_in_part_leaves_the_rest_and_answers_with_exact_sums(tamin: Office) -> None:
    one = await written(tamin, ("00077", 7), ("05951", 9), day="14050804")
    answer = await deliver(tamin, one, 3, 9, phaDrugPrice=33_333)
    assert list(answer) == ["data", *INNER]
    made = answer["data"]
    assert list(made) == [
        "requestId",
        "requestPrice",
        "regdate",
        "phaRequestPrice",
        "isNotePatient",
        "docId",
        "docFName",
        "docLName",
        "userId",
        "phaId",
        "month",
        "year",
        "prescDate",
        "patientAmount",
        "custServiceType",
        "docspec",
        "custServiceTypeDesc",
        "finalDetailRegisterPrescs",
    ]
    lines = made["finalDetailRegisterPrescs"]
    assert list(lines[0]) == [
        "drugCode",
        "drugName",
        "drugCount",
        "itemPrice",
        "franshiz",
        "phaItemPrice",
        "timesaday",
        "dose",
        "is_Note_Patient",
        "subsidyprice",
        "patient_Price",
        "support_Specialpatient",
        "sumPrice",
        "sumIsNotePatient",
    ]
    assert made["phaRequestPrice"] == 12 * 33_333 == made["isNotePatient"] + made["patientAmount"]
    assert made["isNotePatient"] == round(3 * 32_000 * 0.7) + round(9 * 12_500 * 0.7)
    assert (made["month"], made["year"], made["regdate"]) == ("09", "1405", "14050901")
    left = next(each for each in await active(tamin) if each["headeprscid"] == one["headeprscid"])
    assert [each["remainingCount"] for each in left["finalDetailsPresc"]] == ["4", "0"]
    again = await tamin.get(f"{ROOT}/RequestByRegisterID?PhaId={PHA}&reqId={made['requestId']}")
    assert again["data"] == made
    other = await tamin.get(f"{ROOT}/RequestByRegisterID?PhaId={OTHER}&reqId={made['requestId']}")
    assert (other["data"], other["hasError"]) == (None, True)


async def test_the_same_delivery_within_ten_minutes_is_answered_and_not_made_again(tamin: Office) -> None:
    one = await written(tamin, ("00077", 6), day="14050805")
    first = (await deliver(tamin, one, 2))["data"]
    assert (await deliver(tamin, one, 2))["data"] == first
    own = [(await deliver(tamin, one, 2, headers={"idempotency-key": f"k{key}"}))["data"] for key in (1, 1, 2)]
    assert own[0] == own[1]
    assert len({first["requestId"], own[0]["requestId"], own[2]["requestId"]}) == 3
    assert "تنها" not in said(await deliver(tamin, one, 1))


REFUSED: list[tuple[str, tuple[int, ...], dict[str, Any], str]] = [
    ("nothing", (0, 1), {}, "تعداد داروی 00077 باید بزرگ‌تر از صفر باشد."),
    ("less than nothing", (-1, 1), {}, "تعداد داروی 00077 باید بزرگ‌تر از صفر باشد."),
    ("half a box", (1.5, 1), {}, "تعداد داروی 00077 باید بزرگ‌تر از صفر باشد."),  # type: ignore[list-item]
    ("too many", (6, 1), {}, "از داروی 00077 تنها 5 عدد مانده است."),
    (
        "less than no rial",
        (1, 1),
        {"phaDrugPrice": -5},
        "قیمت داروی 00077 درست نیست؛ آن را به ریال و بدون اعشار بفرستید.",
    ),
    ("half a rial", (1, 1), {"phaDrugPrice": 0.5}, "قیمت داروی 00077 درست نیست؛ آن را به ریال و بدون اعشار بفرستید."),
    ("another item", (1, 1), {"electronicPrescDetail": 7}, "قلم 7 در این نسخه نیست."),
    ("another drug", (1, 1), {"drugCode": "01003"}, "داروی 01003 هم‌ارز داروی نسخه (00077) نیست."),
    ("no drug", (1, 1), {"drugCode": "99999"}, "داروی 99999 در فهرست داروها نیست."),
]


async def test_what_cannot_be_delivered_is_told_exactly_and_nothing_is_written(tamin: Office) -> None:
    one = await written(tamin, ("00077", 5), ("05951", 5), day="14050806")
    for name, counts, more, text in REFUSED:
        problem = (await deliver(tamin, one, *counts, **more))["problems"][0]
        assert problem["complemantary_Msg"] == text, name
        assert list(problem) == [
            "error_Code",
            "error_Msg",
            "complemantary_Msg",
            "complemantary_Data",
            "complemantary_Code",
        ]
        assert isinstance(problem["error_Code"], int)
    left = next(each for each in await active(tamin) if each["headeprscid"] == one["headeprscid"])
    assert [each["remainingCount"] for each in left["finalDetailsPresc"]] == ["5", "5"]


async def test_only_an_active_pharmacy_that_is_known_delivers(tamin: Office) -> None:
    one = await written(tamin, ("00077", 5), day="14050807")
    told = {pha: said(await deliver(tamin, one, 1, pha=pha)) for pha in ("0000000922", "0000007303", "", "no")}
    assert told == {
        "0000000922": "قرارداد مرکز فعال نیست",
        "0000007303": "مرکزی با این شناسه یافت نشد",
        "": "مرکزی با این شناسه یافت نشد",
        "no": "مرکزی با این شناسه یافت نشد",
    }
    wrong = {**post(one, 1), "patientNatCode": "1234567891"}
    assert said(await tamin.post(f"{ROOT}/PostPresc", wrong)) == "نسخه‌ای با این مشخصات یافت نشد"
    for name in ("PostPresc", "PreCheckElectronicPresc"):
        nobody = {**post(one, 1), "patientNatCode": ""}
        assert said(await tamin.post(f"{ROOT}/{name}", nobody)) == "نسخه‌ای با این مشخصات یافت نشد"
        mobile = {**post(one, 1), "patientMobileNo": "0912"}
        assert said(await tamin.post(f"{ROOT}/{name}", mobile)) == "شماره تلفن همراه به درستی وارد نشده است"
    assert said(await tamin.post(f"{ROOT}/PostPresc", {**post(one, 1), "electronicPrescHead": "x"})) != ""
    assert (await tamin.post(f"{ROOT}/PostPresc", "[]"))["hasError"]
    assert (await tamin.call("POST", f"{ROOT}/PostPresc", post(one, 1), authorization="")).status_code == 401


async def test_a_drug_of_the_same_group_is_given_in_anothers_place(tamin: Office) -> None:
    one = await written(tamin, ("00077", 5), day="14050808")
    asked = {"drugCode": "77", "count": "10", "PhaId": PHA}
    others = [
        await tamin.post(path, asked)
        for path in ("/api/Provider/GetDrugEquivalnet", "/api/Pharmacy/Provider/GetDrugEquivalnet")
    ]
    assert others[0] == others[1]
    assert [each["drugCode"] for each in others[0]["list"]] == ["00079", "00078"]
    (line,) = (await deliver(tamin, one, 2, drugCode="00078"))["data"]["finalDetailRegisterPrescs"]
    assert (line["drugCode"], line["itemPrice"]) == ("00078", 36_500)
    additives = await tamin.get(f"/api/Pharmacy/Provider/GetAdditiveDrugs?PhaId={PHA}")
    assert {"00090", "00091", "00092"} <= {each["drugCode"] for each in additives["list"]}


async def test_a_delivery_is_taken_back_by_its_own_pharmacy_once(tamin: Office) -> None:
    one = await written(tamin, ("00077", 5), day="14050809")
    made = (await deliver(tamin, one, 5))["data"]["requestId"]
    assert one["headeprscid"] not in [each["headeprscid"] for each in await active(tamin)]
    theirs = {"userInformation": {"phaId": OTHER}, "requestId": made}
    assert said(await tamin.post(f"{ROOT}/RemovePresc", theirs)) == "نسخه‌ای با این مشخصات یافت نشد"
    mine = {"userInformation": {"phaid": "920"}, "requestId": str(made)}
    for _ in range(2):
        answer = await tamin.post("/DrugStore//removepresc/", mine)
        assert (answer["hasError"], answer["problems"]) == (False, [])
    left = next(each for each in await active(tamin) if each["headeprscid"] == one["headeprscid"])
    assert left["finalDetailsPresc"][0]["remainingCount"] == "5"
    assert (await deliver(tamin, one, 5))["data"]["requestId"] != made


async def test_a_prescription_goes_back_to_its_physician_with_a_reason(tamin: Office) -> None:
    one = await written(tamin, ("00077", 5), day="14050810")
    asked = {"userInformation": {"phaId": PHA}, "electronicPrescHead": str(one["headeprscid"]), "reason": " "}
    assert said(await tamin.post(f"{ROOT}/RefferrRequest", asked)) == "دلیل بازگشت نسخه به پزشک را بنویسید."
    asked["reason"] = "دوز دارو روشن نیست"
    lab = {**items(("807005-275", 1))[0], "srvId": {"srvType": {"srvType": "02"}, "srvCode": "807005-275"}}
    lab["srvId"]["parTarefGrp"] = {"parGrpCode": "001"}
    other = await tamin.write(prescType={"prescTypeId": 2}, noteDetailEprscs=[lab], prescDate="14050810")
    theirs = {**asked, "electronicPrescHead": other["head_EPRSC_ID"]}
    assert said(await tamin.post(f"{ROOT}/RefferrRequest", theirs)) == "نسخه‌ای با این مشخصات یافت نشد"
    assert not (await tamin.post(f"{ROOT}/RefferrRequest", asked))["hasError"]
    assert said(await deliver(tamin, one, 1)) == "این نسخه به پزشک بازگشته است."
    part = await written(tamin, ("00077", 5), day="14050811")
    await deliver(tamin, part, 1)
    asked["electronicPrescHead"] = str(part["headeprscid"])
    assert "بخشی از این نسخه" in said(await tamin.post(f"{ROOT}/RefferrRequest", asked))


async def test_a_deleted_and_an_expired_prescription_are_not_delivered(tamin: Office) -> None:
    one = await written(tamin, ("00077", 5), day="14050812")
    await tamin.post(f"{P}/v2/remove/{one['headeprscid']}/2000200092", "")
    assert said(await deliver(tamin, one, 1)) == "این نسخه حذف شده است."
    old = await tamin.write(noteDetailEprscs=items(("00077", 5)), prescDate="14050601")
    gone = {"headeprscid": old["head_EPRSC_ID"], "finalDetailsPresc": [{"detailId": 1, "drugCode": "00077"}]}
    assert said(await deliver(tamin, gone, 1)).startswith("مهلت تحویل این نسخه در 1405/")


async def test_a_pre_check_tells_problems_and_warnings_and_writes_nothing(tamin: Office) -> None:
    one = await written(tamin, ("00077", 5), ("60672", 2), day="14050813")
    answer = await tamin.post(f"{ROOT}/PreCheckElectronicPresc", post(one, 2, 2, phaDrugPrice=99_000))
    assert (answer["data"], answer["hasError"]) == (None, False)
    kinds = {(each["warningCode"], each["complemantary_Code"]): each for each in answer["warnings"]}
    assert kinds[4, "00077"]["complemantary_Data"] == "32000"
    assert kinds[5, "00077"]["partialCount"] == "3"
    assert kinds[6, "60672"]["freeReason"]
    assert list(kinds[5, "00077"]) == [
        "warningCode",
        "warningMessage",
        "complemantary_Msg",
        "complemantary_Data",
        "complemantary_Code",
        "partialCount",
        "freeReason",
    ]
    wrong = await tamin.post(f"{ROOT}/PreCheckElectronicPresc", post(one, 6, 3))
    assert [each["complemantary_Code"] for each in wrong["problems"]] == ["00077", "60672"]
    left = next(each for each in await active(tamin) if each["headeprscid"] == one["headeprscid"])
    assert left["finalDetailsPresc"][0]["remainingCount"] == "5"


@pytest.mark.parametrize(
    "path", ["/api/Pharmacy/DrugStore/PostPresc", "/DrugStore/PostPresc", "/api/DrugStore/PostPresc"]
)
async def test_a_controlled_drug_without_the_patients_code_is_refused_word_for_word(tamin: Office, path: str) -> None:
    result = await tamin.write(noteDetailEprscs=items(("01311", 2)), prescDate="14050814")
    ids = [result["head_EPRSC_ID"]] if result["error_Code"] is None else []
    one = next(each for each in await active(tamin) if not ids or str(each["headeprscid"]) in ids)
    answer = await tamin.call("POST", path, post(one, 2))
    assert answer.json() == sample("tamin/pharmacy_PostPresc.one_time_code.response")


# ---------------------------------------------------------------- the samples, as two stories


async def test_the_official_samples_are_what_pharmacies_are_answered(tamin: Office) -> None:
    one = await written(tamin, ("00077", 30), ("05951", 10), day="14050815")
    ids = {"electronicPrescHead": one["headeprscid"]}
    detail = {"electronicPrescDetail": one["finalDetailsPresc"][0]["detailId"]}
    tracked = next(each for each in await active(tamin) if each["headeprscid"] == one["headeprscid"])
    assert shape([tracked]) == shape(sample("tamin/pharmacy_GetActivePresc.response")["data"]["list"])
    path = f"/api/Pharmacy/DrugEpresc/GetActivePresc?patientNationalCode=0123456789&PhaId={PHA}"
    listed = (await tamin.call("GET", path)).json()
    listed["data"]["list"] = [tracked]
    assert shape(listed) == shape(sample("tamin/pharmacy_GetActivePresc.response"))
    check = "tamin/pharmacy_PreCheckElectronicPresc"
    await asked(tamin, "POST", f"{ROOT}/PreCheckElectronicPresc", check, **ids, **detail)
    made = await asked(tamin, "POST", f"{ROOT}/PostPresc", "tamin/pharmacy_PostPresc", **ids, **detail)
    number = made["data"]["data"]["requestId"]
    path = f"{ROOT}/RequestByRegisterID?PhaId={PHA}&reqId={number}"
    await asked(tamin, "GET", path, "tamin/pharmacy_RequestByRegisterID", sends=False)
    await asked(tamin, "POST", f"{ROOT}/RemovePresc", "tamin/pharmacy_RemovePresc", requestId=number)
    await asked(tamin, "POST", f"{ROOT}/RefferrRequest", "tamin/pharmacy_RefferrRequest", **ids)
    await asked(tamin, "POST", f"{ROOT}/PostPresc", "tamin/pharmacy_PostPresc.refused", **ids, **detail)
    await asked(tamin, "POST", "/api/Provider/GetDrugEquivalnet", "tamin/pharmacy_GetDrugEquivalnet")
    path = f"/api/Pharmacy/Provider/GetAdditiveDrugs?PhaId={PHA}"
    await asked(tamin, "GET", path, "tamin/pharmacy_GetAdditiveDrugs", sends=False)


async def test_our_own_samples_are_what_pharmacies_are_answered(tamin: Office) -> None:
    one = await written(tamin, ("00077", 6), day="14050816")
    item = one["finalDetailsPresc"][0]["detailId"]
    aside = f"{OWN}/set-asides"
    made = await asked(tamin, "POST", aside, "nabz/pharmacy/set_aside", prescription=one["headeprscid"], item=item)
    tamin.clock.advance(61)
    await asked(tamin, "POST", f"{aside}/{made['id']}/code", "nabz/pharmacy/set_aside_code", sends=False)
    code = {"code": (await codes_sent(tamin.db))[-1]}
    done = await tamin.call("POST", f"{aside}/{made['id']}/confirm", code)
    assert shape(done.json()) == shape(sample("nabz/pharmacy/confirm.response"))
    assert shape(code) == shape(sample("nabz/pharmacy/confirm.request"))
    await asked(tamin, "DELETE", f"{aside}/{made['id']}", "nabz/pharmacy/set_aside_removed", sends=False)
    paper = await asked(tamin, "POST", f"{OWN}/papers", "nabz/pharmacy/paper")
    await asked(tamin, "GET", f"{OWN}/papers", "nabz/pharmacy/papers", sends=False)
    await asked(tamin, "DELETE", f"{OWN}/papers/{paper['id']}", "nabz/pharmacy/paper_withdrawn", sends=False)
    await asked(tamin, "POST", "/api/nabz/barcodes", "nabz/pharmacy/barcodes")
    code_ = sample("nabz/pharmacy/barcodes.request")["barcodes"][0]
    await asked(tamin, "GET", f"/api/nabz/barcodes/{code_}", "nabz/pharmacy/barcode", sends=False)
    await asked(tamin, "POST", f"{OWN}/barcodes/{code_}/activate", "nabz/pharmacy/barcode_activated", sends=False)
    await asked(tamin, "GET", f"{OWN}/barcodes", "nabz/pharmacy/barcodes_activated", sends=False)
    await asked(tamin, "GET", f"{OWN}/prices?limit=2", "nabz/pharmacy/prices", sends=False)
    wrong = await tamin.call("POST", f"{aside}/{made['id']}/confirm", {"code": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "prescriptions.delivery-removed")
    assert (await tamin.call("GET", "/api/nabz/barcodes/1", authorization="")).status_code == 401


async def test_a_free_paper_is_without_insurance_at_once_and_no_twin_of_an_insured_one(tamin: Office) -> None:
    papers, told = f"{OWN}/papers", {**sample("nabz/pharmacy/paper.request"), "source": "paper"}

    async def sent(day: str, *, free: bool) -> tuple[int, Any]:
        answer = await tamin.call("POST", papers, told | {"day": day, "free": free})
        return answer.status_code, answer.json()

    _, insured = await sent("14050817", free=False)
    status, paid = await sent("14050818", free=True)
    assert (insured["insured"], paid["insured"], status) == (True, False, 201)
    assert (await sent("14050818", free=True))[1]["id"] == paid["id"]
    before = {one["id"]: await tamin.db.read(reading.by_id, one["id"]) for one in (insured, paid)}
    for day, free in (("14050817", True), ("14050818", False)):
        status, refused = await sent(day, free=free)
        assert (status, refused["code"]) == (409, "prescriptions.duplicate")
    assert before == {id_: await tamin.db.read(reading.by_id, id_) for id_ in before}
    assert [one.insured for one in before.values()] == [True, False]
