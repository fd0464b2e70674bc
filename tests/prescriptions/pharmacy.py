"""What the tests of the counter write and ask, by the official messages."""

import json
from pathlib import Path
from typing import Any

from tests.prescriptions.office import Office
from tests.prescriptions.shapes import shape

PHA, OTHER = "0000000920", "0000000921"
ROOT = "/api/Pharmacy/DrugStore"
SAMPLES = Path(__file__).parents[2] / "samples"


def items(*drugs: tuple[str, int], **more: Any) -> list[dict[str, Any]]:
    """The items of a prescription of these drugs and counts."""
    return [
        {
            "srvId": {"srvType": {"srvType": "01"}, "srvCode": code},
            "srvQty": count,
            "timesAday": {"drugAmntId": 174},
            "drugInstruction": {"drugInstId": 67},
            **more,
        }
        for code, count in drugs
    ]


async def written(office: Office, *drugs: tuple[str, int], day: str = "14050901", **more: Any) -> dict[str, Any]:
    """Write a prescription, and find it among the patient's active ones as a pharmacy does."""
    patient = more.pop("patient", "0123456789")
    result = await office.write(noteDetailEprscs=items(*drugs, **more), prescDate=day, patient=patient)
    assert result["error_Code"] is None, result
    return next(one for one in await active(office, patient) if str(one["headeprscid"]) == result["head_EPRSC_ID"])


async def active(office: Office, patient: str = "0123456789", **query: str) -> list[dict[str, Any]]:
    """What a pharmacy sees of a patient."""
    more = "".join(f"&{name}={value}" for name, value in query.items())
    path = f"/api/Pharmacy/DrugEpresc/GetActivePresc?patientNationalCode={patient}&PhaId={PHA}{more}"
    return list((await office.get(path))["list"])


def post(one: dict[str, Any], *counts: int, pha: str = PHA, **drug: Any) -> dict[str, Any]:
    """The message that delivers so many of each item."""
    drugs = [
        {
            "electronicPrescDetail": each["detailId"],
            "drugCode": each["drugCode"],
            "phaDrugPrice": 0,
            "requestedCount": count,
            "barcodesList": None,
            "drugIrc": None,
            **drug,
        }
        for each, count in zip(one["finalDetailsPresc"], counts, strict=True)
    ]
    return {
        "userInformation": {"phaId": pha, "nationalCode": "", "clientIp": "127.0.0.1"},
        "electronicPrescHead": one["headeprscid"],
        "patientNatCode": "0123456789",
        "patientMobileNo": "09129999999",
        "drugsList": drugs,
    }


async def deliver(office: Office, one: dict[str, Any], *counts: int, **more: Any) -> dict[str, Any]:
    """Deliver, and give the inner envelope."""
    headers = more.pop("headers", {})
    return dict(await office.post(f"{ROOT}/PostPresc", post(one, *counts, **more), **headers))


def said(answer: dict[str, Any]) -> str:
    """The one problem that an answer tells."""
    assert answer["hasError"], answer
    (problem,) = answer["problems"]
    return str(problem["complemantary_Msg"])


def words(text: str) -> list[str]:
    """The keys that an answer has, in their order."""
    return text.split()


def sample(name: str, **ids: int) -> Any:
    """A sample, with the numbers of this time in the place of its own."""
    found = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    return _with(found, ids)


def _with(value: Any, ids: dict[str, int]) -> Any:
    if isinstance(value, dict):
        return {key: ids[key] if key in ids else _with(each, ids) for key, each in value.items()}
    return [_with(each, ids) for each in value] if isinstance(value, list) else value


async def asked(office: Office, method: str, path: str, name: str, *, sends: bool = True, **ids: int) -> Any:
    """Ask as a sample asks, and find its answer as the sample has it: keys, their order, and types."""
    body = sample(f"{name}.request", **ids) if sends else None
    answer = await office.call(method, path, body)
    assert answer.status_code in {200, 201}, (name, answer.text)
    assert shape(answer.json()) == shape(sample(f"{name}.response")), name
    return answer.json()
