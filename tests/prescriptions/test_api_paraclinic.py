"""Paraclinic through the whole program on 5 Mordad 1405, the day of the captured messages."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from nabz.kit.db import Tx
from nabz.kit.digest import Keyring
from nabz.notify.service import letters
from nabz.prescriptions.errors.paraclinic import OwnedCodeWrong
from nabz.prescriptions.model import Caller, Centre, CentreKind
from nabz.prescriptions.model.codes import SERVICE_TYPES
from nabz.prescriptions.service import enrolment, owned, reading
from nabz.registries.model import Facility
from nabz.registries.service import facilities
from tests import services
from tests.prescriptions.office import Office, opened, sample
from tests.services import ENGINES

NOW = datetime(2026, 7, 27, 6, 30, tzinfo=UTC)
G3 = "/api/ParaClinic/ParaEPresc"
PAR, OTHER = "0000007303", "0000007304"
PATIENT = "1234567891"
SONO, PHYSIO, BLOOD = ("04", "024558-900"), ("13", "901645-403"), ("02", "807005-275")


@pytest.fixture(scope="module", params=ENGINES)
async def par(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """The program on the day of the captured messages."""
    url = services.fresh_database("migrated", engine=request.param)
    async with opened(url, tmp_path_factory.mktemp("par"), NOW) as office:
        yield office
    services.drop_database(url)


async def written(par: Office, day: str, *items: tuple[tuple[str, str], int], patient: str = PATIENT) -> int:
    """Write a paraclinic prescription of the demo's physician and give its number."""
    details = [
        {
            "srvId": {"srvType": {"srvType": type_}, "srvCode": code, "parTarefGrp": {"parGrpCode": "001"}},
            "srvQty": quantity,
            "illnessId": "1",
            "planId": "1",
        }
        for (type_, code), quantity in items
    ]
    result = await par.write(
        patient=patient, prescType={"prescTypeId": 2}, prescDate=day, expireDate="", noteDetailEprscs=details
    )
    assert result["error_Code"] is None, result
    return int(result["head_EPRSC_ID"])


def told(name: str, **changed: Any) -> Any:
    """A captured request with the numbers of here."""
    return {**sample(f"paraclinic_{name}.request"), **changed}


async def post(par: Office, name: str, body: Any, **headers: str) -> Any:
    """The inner envelope of an operation of today."""
    return await par.post(f"{G3}/{name}", body, **headers)


def same(answer: Any, name: str, **here: Any) -> None:
    """Compare an answer with a captured one to the letter: keys, their order, types and values."""
    expected = sample(f"paraclinic_{name}.response")["data"]
    place = expected["list"][0] if "list" in expected else expected["data"]
    for key, value in here.items():
        assert key in place
        place[key] = value
    assert json.dumps(answer, ensure_ascii=False) == json.dumps(expected, ensure_ascii=False)


async def test_the_captured_acceptance_comes_out_to_the_letter(par: Office) -> None:
    """The insurer's 70 per cent of 2,991,405 rials are 2,093,984, and the answer is found again with slashes."""
    head = await written(par, "14050430", (SONO, 1))
    answer = await post(par, "RequestParPresc", told("RequestParPresc", eprsC_ID=head))
    number, user = answer["data"]["registeR_ID"], answer["data"]["paR_USER"]
    place = answer["data"]["paR_NAME"]
    assert place
    same(answer, "RequestParPresc", registeR_ID=number, eprsC_ID=head, paR_USER=user, paR_NAME=place)
    again = await post(par, "RequestParPresc", told("RequestParPresc", eprsC_ID=head))
    assert again == answer
    shown = await par.get(f"{G3}/RequestByRegisterID?parID={PAR}&requestID={number}")
    insurance = shown["data"]["patienT_INSURANCETYPE"]
    same(
        shown,
        "RequestByRegisterID",
        registeR_ID=number,
        eprsC_ID=head,
        paR_USER=user,
        paR_NAME=place,
        patienT_INSURANCETYPE=insurance,
    )
    found = await post(par, "RegisterTheDiagnosis", told("RegisterTheDiagnosis", REGISTER_ID=str(number)))
    same(found, "RegisterTheDiagnosis", registeR_ID=number)
    for _ in range(2):  # whose answer was lost asks again
        gone = await post(par, "DeleteParPresc", told("DeleteParPresc", registeR_ID=number))
        same(gone, "DeleteParPresc", registeR_ID=number)
    once_more = await post(par, "RequestParPresc", told("RequestParPresc", eprsC_ID=head))
    assert once_more["data"]["registeR_ID"] != number


async def test_physiotherapy_is_listed_accepted_and_given_one_session_a_day(par: Office) -> None:
    """A second session on one day is refused, the same message within minutes is not a second session."""
    head = await written(par, "14050402", (PHYSIO, 20))
    listed = await par.get(f"{G3}//RequestList/?patientNationalCode={PATIENT}&trackingCode=&parID={PAR}")
    (mine,) = [each for each in listed["list"] if each["eprsC_ID"] == head]
    same({**listed, "list": [mine], "total": 1}, "RequestList", eprsC_ID=head, prescdate="14050402")
    checked = await post(par, "PreCheckEPresc", told("PreCheckEPresc", noteHeadID=str(head)))
    same(checked, "PreCheckEPresc", eprsC_ID=head, prescdate="14050402")
    answer = await post(par, "RequestParPresc_Physio", told("RequestParPresc_Physio", eprsC_ID=str(head)))
    number = answer["data"]["registeR_ID"]
    same(
        answer,
        "RequestParPresc_Physio",
        registeR_ID=number,
        eprsC_ID=head,
        prescdate="14050402",
        paR_USER=answer["data"]["paR_USER"],
        paR_NAME=answer["data"]["paR_NAME"],
    )
    session = told("RegisterSession_Physio", registeR_ID=number)
    for _ in range(2):
        same(await post(par, "RegisterSession_Physio", session), "RegisterSession_Physio", registeR_ID=number)
    par.become(par.clock.now() + timedelta(hours=1))
    refused = await post(par, "RegisterSession_Physio", session)
    assert (refused["data"], refused["problems"][0]["error_Code"]) == (None, 500007)
    two = [{**session["details"][0], "requesT_QTY": 2}]
    refused = await post(par, "RegisterSession_Physio", {**session, "details": two})
    assert refused["problems"][0]["error_Code"] == 500006
    kept = await post(par, "DeleteParPresc", told("DeleteParPresc", registeR_ID=number))
    assert kept["problems"][0]["error_Code"] == 500004


async def test_every_line_that_is_wrong_is_told_and_nothing_is_accepted(par: Office) -> None:
    """Two lines of three are wrong; the third is as much as before."""
    head = await written(par, "14050429", (BLOOD, 1), (("02", "030246-300"), 2), (("02", "018262-600"), 1))
    line = told("RequestParPresc")["details"][0]
    lines = [
        {**line, "paR_TAREF_CODE": "807005-275", "tareF_PRICE": 412000},
        {**line, "paR_TAREF_CODE": "030246-300", "requesT_QTY": 3},
        {**line, "paR_TAREF_CODE": "024558-900"},
    ]
    sent = told("RequestParPresc", eprsC_ID=head, partypecode="02", details=lines)
    answer = await post(par, "RequestParPresc", sent)
    assert (answer["data"], answer["hasError"]) == (None, True)
    assert [(each["error_Code"], each["tarefCode"]) for each in answer["problems"]] == [
        (400004, "030246-300"),
        (400002, "024558-900"),
    ]
    assert answer["problems"][0]["complemantary_Msg"].startswith("تعداد درخواستی خدمت 030246-300")
    case = await post(par, "PreCheckEPresc", told("PreCheckEPresc", noteHeadID=head))
    assert [each["remaininG_QTY"] for each in case["data"]["details"]] == [1, 2, 1]


async def test_a_check_of_one_type_tells_that_type_alone(par: Office) -> None:
    """As the list does, which has an element for each type."""
    head = await written(par, "14050426", (BLOOD, 1), (SONO, 1))
    for type_, codes in (("04", [SONO[1]]), ("02", [BLOOD[1]]), ("", [BLOOD[1], SONO[1]])):
        told_ = told("PreCheckEPresc", noteHeadID=head, partypecode=type_)
        case = (await post(par, "PreCheckEPresc", told_))["data"]
        assert [line["paR_TAREF_CODE"] for line in case["details"]] == codes
        assert case["partypecode"] == (type_ or "02")
    refused = await post(par, "PreCheckEPresc", told("PreCheckEPresc", noteHeadID=head, partypecode="77"))
    assert [each["error_Code"] for each in refused["problems"]] == [1]


async def test_what_names_nobody_is_found_and_accepted_by_its_tracking_code_alone(par: Office) -> None:
    """Its nine digits are the patient's own; "UNKNOWN" tells nobody."""
    head = await written(par, "14050425", (BLOOD, 1), patient="UNKNOWN")
    one = await par.db.read(reading.by_id, head)
    path = f"{G3}/RequestList?patientNationalCode=UNKNOWN&parID={PAR}&trackingCode="
    assert (await par.get(path))["list"] == []
    assert [each["eprsC_ID"] for each in (await par.get(f"{path}{one.tracking}"))["list"]] == [head]
    line = {"paR_TAREF_CODE": BLOOD[1], "requesT_QTY": 1}
    sent = told("RequestParPresc", eprsC_ID=head, partypecode="02", details=[line])
    for code in ("UNKNOWN", PATIENT):
        refused = await post(par, "RequestParPresc", {**sent, "nationalcode": code})
        assert [each["error_Code"] for each in refused["problems"]] == [150]
    assert (await post(par, "RequestParPresc", {**sent, "nationalcode": str(one.tracking)}))["data"]


@pytest.mark.parametrize(
    ("changed", "number"),
    [
        ({"userInformation": {"parID": "0000007304"}}, 300001),
        ({"userInformation": {"parID": "0000000920"}}, 151),
        ({"nationalcode": "0123456789"}, 150),
        ({"nationalcode": ""}, 150),
        ({"patienT_MOBILE": "0912"}, 103),
        ({"nationalcode": "1234567890"}, 104),
        ({"doC_MDID": "0000900001"}, 300002),
        ({"partypecode": "77"}, 1),
        ({"partypecode": "02"}, 400002),
        ({"tecH_MDID": "x"}, 4),
        ({"details": []}, 2),
        ({"eprsC_ID": "7"}, 150),
        ({"eprsC_ID": "x"}, 150),
    ],
)
async def test_every_mistake_of_the_head_has_its_own_number(par: Office, changed: Any, number: int) -> None:
    """HTTP is 200 all the while; what is wrong stands among the problems."""
    head = await _fixed(par)
    answer = await post(par, "RequestParPresc", told("RequestParPresc", **{"eprsC_ID": head, **changed}))
    assert (answer["data"], [each["error_Code"] for each in answer["problems"]]) == (None, [number])


@pytest.mark.parametrize(
    ("changed", "number"),
    [
        ({"requesT_QTY": 0}, 400003),
        ({"requesT_QTY": 1.5}, 400003),
        ({"tareF_PRICE": -1}, 400008),
        ({"iS2K": True}, 400009),
    ],
)
async def test_every_mistake_of_a_line_has_its_own_number(par: Office, changed: Any, number: int) -> None:
    """A count of none, half a rial, a tariff that is not there."""
    head = await _fixed(par)
    line = {**told("RequestParPresc")["details"][0], **changed}
    answer = await post(par, "RequestParPresc", told("RequestParPresc", eprsC_ID=head, details=[line]))
    assert [each["error_Code"] for each in answer["problems"]] == [number]


async def _fixed(par: Office) -> int:
    """One prescription that is never accepted."""
    for day in ("14050428",):
        result = await par.write(
            prescType={"prescTypeId": 2},
            patient=PATIENT,
            prescDate=day,
            noteDetailEprscs=[{"srvId": {"srvType": {"srvType": "04"}, "srvCode": "024558-900"}, "srvQty": 1}],
        )
        text = str(result["error_Msg"] or "")
        return int(result["head_EPRSC_ID"] or text.partition("شناسه ")[2].split()[0].strip("،.-"))
    raise AssertionError


async def test_the_older_hosts_answer_in_capitals_and_with_their_own_status(par: Office) -> None:
    """A patient is listed, accepted at once on paper, and taken back, each with the verb of a client."""
    types = await older(par, "GET", f"acceptableParTypes?parID={PAR}")
    assert types["Data"][0] == {"ParTypeCode": "02", "ParTypeDesc": SERVICE_TYPES["02"].title}
    person = await older(par, "GET", f"estehghagh?nationalCode={PATIENT}")
    assert (person["Data"]["hasHealthDeserve"], len(person["Data"]["trackingCode"])) == (True, 10)
    head = await written(par, "14050427", (BLOOD, 1))
    listed = await older(par, "GET", f"paraEPrescriptionList?nationalCode={PATIENT}&trackingCode=00000&parID={PAR}")
    (mine,) = [each for each in listed["Data"] if each["EPRSC_ID"] == head]
    assert list(mine) == ["EPRSC_ID", "PRESCDATE", "DOC_MDID", "DOC_NAME", "DOC_SPEC", "PATIENT_MOBILE"]
    whole = await older(par, "POST", "requestPresc", {"ParTypeCode": "02", "RequestID": head, "parID": PAR})
    assert whole["Data"]["Details"][0]["REMAINING_QTY"] == 1
    line = {"par_taref_code": "807005-275", "par_taref_price": 412000, "taref_techprice": 0, "request_qty": 1}
    sent = {
        "parID": PAR,
        "eprsc_id": head,
        "parTypeCode": "02",
        "nationalCode": PATIENT,
        "doc_mdid": "2000200092",
        "tech_mdid": "",
        "details": [{**line, "is2k": False, "spiral": False}],
    }
    made = await older(par, "PUT", "requestParPresc", sent)
    assert list(made) == ["Status", "StatusDesc", "Data", "DateTime", "Problems"]
    assert (made["Data"]["REQUEST_PRICE"], made["Data"]["IS_PRICE"], made["Data"]["PATIENT_AMOUNT"]) == (
        412000,
        288400,
        123600,
    )
    gone = await older(par, "GET", f"deleteEpresc?registerId={made['Data']['REGISTER_ID']}&parID={PAR}")
    assert (gone["Status"], gone["StatusDesc"]) == (200, "موفق")
    twice = await older(par, "GET", f"deleteEpresc?registerId={made['Data']['REGISTER_ID']}&parID={PAR}")
    assert (twice["Status"], twice["Data"]) == (200, gone["Data"])
    other = await older(par, "GET", f"deleteEpresc?registerId={made['Data']['REGISTER_ID']}&parID={OTHER}")
    assert (other["Status"], other["Problems"][0]["ProblemType"], other["Problems"][0]["Section"]) == (800, 7, 5)
    priced = await older(par, "POST", "acceptableServices", {"PARTYPE_CODE": "4", "SERVICE_NAME": "", "parID": PAR})
    assert {"SERVICE_NAME", "TAREF_CODE", "GOVERNMENT_PRICE", "TECHPRICE", "AcceptableGender"} == set(priced["Data"][0])
    broken = await older(par, "POST", "requestParPresc", "{")
    assert (broken["Status"], broken["StatusDesc"]) == (801, "اشکال در ورودی")


async def test_a_paper_prescription_is_written_and_accepted_once(par: Office) -> None:
    """The same paper again is the same acceptance; a physician that nobody knows needs his name."""
    paper = {
        "parID": PAR,
        "nationalCode": PATIENT,
        "patient_mobile": "09129999999",
        "bletSerial": "900001",
        "doc_mdid": "0000900777",
        "doc_name": "پزشک کاغذی",
        "parTypeCode": "02",
        "presc_Date": "14050420",
        "details": [{"par_taref_code": "807005-275", "request_qty": 1}],
    }
    made = await older(par, "POST", "nonElEpresc", paper)
    assert made["Status"] == 200, made
    assert (await older(par, "POST", "nonElEpresc", paper))["Data"] == made["Data"]
    unknown = await older(par, "POST", "nonElEpresc", {**paper, "doc_name": ""})
    assert unknown["Status"] == 801
    late = await older(par, "POST", "nonElEpresc", {**paper, "presc_Date": "14040101"})
    assert (late["Status"], late["Problems"][0]["Code"]) == (800, "300003")


async def older(par: Office, method: str, path: str, body: Any = None) -> Any:
    """What the older interface answers, always with HTTP 200; its token stands without a word before it."""
    answer = await par.call(method, f"/api/{path}", body, authorization=await par.token())
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_what_an_owned_centre_wrote_is_shown_after_the_patients_code(par: Office) -> None:
    """A wrong code shows nothing, the right one shows it once."""
    siam = "5b1e0c7e-2f6b-4f0a-9d6e-00000000900b"
    keys = Keyring(b"k" * 64)

    def enrol(tx: Tx) -> None:
        place = Facility(siam, "درمانگاه ملکی", "1", "درمانگاه", "1", "1", "1", "تهران", "تهران", "تهران")
        facilities.put(tx, msgspec.structs.replace(place, organisation="owned"), NOW)
        centre = Centre("0000007399", CentreKind.PARACLINIC, "درمانگاه ملکی", ("02",), organisation="owned", owned=True)
        enrolment.put_centre(tx, centre, "test", NOW)

    await par.db.write(enrol)
    item = {"srvId": {"srvType": {"srvType": "02"}, "srvCode": BLOOD[1], "parTarefGrp": {"parGrpCode": "001"}}}
    result = await par.write(
        patient=PATIENT,
        prescType={"prescTypeId": 2},
        prescDate="14050415",
        siamId=siam,
        noteDetailEprscs=[{**item, "srvQty": 1}],
    )
    head = int(result["head_EPRSC_ID"])
    one = await par.db.read(reading.by_id, head)
    assert await par.db.read(owned.hide, [one]) == []
    now = par.clock.now()
    shown = await owned.ask_code(par.db, keys, PATIENT, "a-call", now)

    def code(tx: Tx) -> str:
        (letter,) = [each for each in letters.page(tx, 50) if "ملکی" in each.text]
        return letter.text.partition(": ")[2][:6]

    for _ in range(100):
        if any("ملکی" in each.text for each in await par.db.read(letters.page, 50)):
            break
        await asyncio.sleep(0.05)
    right = await par.db.read(code)
    caller = Caller("one", "one", "another-call")
    wrong = f"{(int(right) + 1) % 10**6:06}"
    with pytest.raises(OwnedCodeWrong):
        await owned.list_with_code(par.db, keys, PATIENT, wrong, ("02",), caller, now)
    found = await owned.list_with_code(par.db, keys, PATIENT, right, ("02",), caller, now)
    assert ([each.id for each in found], shown) == ([head], "۹۹۹")
    with pytest.raises(OwnedCodeWrong):
        await owned.list_with_code(par.db, keys, PATIENT, right, ("02",), caller, now)
