"""Results through the whole program: drafted, released, corrected, read by whom they concern, and by nobody else."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
from PIL import Image

from nabz.kit import audit
from nabz.kit.db import Tx
from tests.prescriptions.office import DEMO, Office

SAMPLES = Path(__file__).parents[2] / "samples" / "nabz" / "paraclinic"
HERE, THERE = "/api/nabz/paraclinics/0000007303", "/api/nabz/paraclinics/0000007304"
DOCTOR = "/api/nabz/doctors/2000200092"
CODE = "807005-275"


def sample(name: str) -> Any:
    """One of our own messages."""
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def picture() -> bytes:
    """A small picture with a note in it."""
    painted = BytesIO()
    Image.new("RGB", (40, 20), (10, 20, 200)).save(painted, "JPEG", comment=b"SECRET")
    return painted.getvalue()


async def accepted(tamin: Office, day: str) -> tuple[int, int]:
    """Write a prescription of a day, accept it, and give both numbers."""
    item = {"srvId": {"srvType": {"srvType": "02"}, "srvCode": CODE, "parTarefGrp": {"parGrpCode": "001"}}, "srvQty": 1}
    result = await tamin.write(
        patient="1234567891", prescType={"prescTypeId": 2}, prescDate=day, noteDetailEprscs=[item]
    )
    head = int(result["head_EPRSC_ID"])
    sent = {
        "userInformation": {"parID": "0000007303"},
        "eprsC_ID": head,
        "partypecode": "02",
        "nationalcode": "1234567891",
    }
    sent["details"] = [{"paR_TAREF_CODE": CODE, "requesT_QTY": 1}]
    made = await tamin.post("/api/ParaClinic/ParaEPresc/RequestParPresc", sent)
    return head, made["data"]["registeR_ID"]


async def own(tamin: Office, method: str, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
    """What our own API answers."""
    answer = await tamin.call(method, path, body, data_set=DEMO, **headers)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def form(tamin: Office, path: str, told: Any, *files: tuple[str, bytes]) -> httpx2.Response:
    """Send a form with files."""
    return await tamin.client.post(
        path,
        data={"result": json.dumps(told, ensure_ascii=False)},
        files=[("file", (name, content)) for name, content in files],
        headers={"authorization": f"Bearer {await tamin.token()}"},
    )


def alike(answer: Any, name: str) -> None:
    """Compare with a sample to the letter, but for what no two calls have in common."""
    kept = sample(name)
    for one, other in _pairs(answer, kept):
        assert list(one) == list(other)
        for key in ("id", "delivery", "prescription", "createdAt", "releasedAt", "corrects", "replacedBy"):
            assert (one[key] is None) == (other[key] is None), key
            other[key] = one[key]
    assert answer == kept


def _pairs(answer: Any, kept: Any) -> list[tuple[Any, Any]]:
    if "results" in answer:
        return list(zip(answer["results"], kept["results"], strict=True))
    return [(answer, kept)]


async def test_a_result_goes_from_draft_to_release_to_correction(tamin: Office) -> None:
    """Each step is as its sample says; what is out does not change, and the old one stays."""
    head, delivery = await accepted(tamin, "14050811")
    of = f"{HERE}/deliveries/{delivery}/results"
    draft = await own(tamin, "POST", of, sample("draft.request"), 201, **{"idempotency-key": "d1"})
    alike(draft, "draft.response")
    again = await own(tamin, "POST", of, sample("draft.request"), 201, **{"idempotency-key": "d1"})
    assert again["id"] == draft["id"]
    other = {**sample("draft.request"), "text": "متن دیگر"}
    assert (await own(tamin, "POST", of, other, 409, **{"idempotency-key": "d1"}))["code"] == "prescriptions.key-reused"
    one = f"{HERE}/results/{draft['id']}"
    alike(await own(tamin, "PUT", one, sample("redraft.request")), "redraft.response")
    again = await own(tamin, "POST", of, sample("draft.request"), 201, **{"idempotency-key": "d1"})
    assert again["id"] == draft["id"]
    assert (await own(tamin, "GET", f"{DOCTOR}/prescriptions/{head}/results"))["results"] == []
    for _ in range(2):
        alike(await own(tamin, "POST", f"{one}/release"), "release.response")
    refused = await own(tamin, "PUT", one, sample("redraft.request"), 409)
    assert refused["code"] == "prescriptions.result-closed"
    assert (await own(tamin, "DELETE", one, status=409))["code"] == "prescriptions.result-closed"
    gone = {"userInformation": {"parID": "0000007303"}, "registeR_ID": delivery}
    kept = await tamin.post("/api/ParaClinic/ParaEPresc/DeleteParPresc", gone)
    assert kept["problems"][0]["error_Code"] == 500003
    correction = await own(tamin, "POST", f"{one}/correction", sample("correct.request"), 201)
    alike(correction, "correct.response")
    alike(await own(tamin, "GET", of), "list.response")
    await own(tamin, "POST", f"{HERE}/results/{correction['id']}/release")
    alike(await own(tamin, "GET", f"{DOCTOR}/prescriptions/{head}/results"), "released.response")

    def readers(tx: Tx) -> list[str]:
        lines = audit.history(tx, str(head))
        return [line.facts["role"] for line in lines if line.action == "prescriptions.result-read"]

    assert await tamin.db.read(readers) == ["doctor", "doctor"]


async def test_files_are_kept_whole_and_sent_to_be_kept(tamin: Office) -> None:
    """A form with a picture, read by its centre, after the release by the physician, and never by others."""
    head, delivery = await accepted(tamin, "14050812")
    of = f"{HERE}/deliveries/{delivery}/results"
    answer = await form(tamin, of, {"service": CODE}, ("عکس.jpg", picture()))
    assert answer.status_code == 201, answer.text
    (kept,) = answer.json()["files"]
    assert (kept["name"], kept["type"]) == ("عکس.jpg", "image/jpeg")
    place = f"{HERE}/results/{answer.json()['id']}"
    theirs = f"{DOCTOR}/prescriptions/{head}/results/{answer.json()['id']}/files/1"
    assert (await tamin.call("GET", theirs)).status_code == 404
    await own(tamin, "POST", f"{place}/release")
    for path in (f"{place}/files/1", theirs):
        file = await tamin.call("GET", path)
        assert (file.status_code, len(file.content)) == (200, kept["size"])
        assert b"SECRET" not in file.content
        assert file.headers["content-disposition"].startswith("attachment;")
        assert file.headers["x-content-type-options"] == "nosniff"
    for path in (f"{place}/files/2", f"{THERE}/results/{answer.json()['id']}/files/1"):
        assert (await tamin.call("GET", path)).status_code == 404
    strange = theirs.replace("2000200092", "0000900001")
    assert (await tamin.call("GET", strange)).status_code == 404


async def test_of_a_form_with_one_bad_file_nothing_is_kept(tamin: Office) -> None:
    """Not the good file before it either; nor of a form that breaks off."""
    _, delivery = await accepted(tamin, "14050813")
    of = f"{HERE}/deliveries/{delivery}/results"
    answer = await form(tamin, of, {"text": "x"}, ("a.jpg", picture()), ("b.pdf", b"MZ" + bytes(99)))
    assert (answer.status_code, answer.json()["code"]) == (415, "prescriptions.result-file-kind")
    cut = await tamin.client.post(
        of,
        content=b'--x\r\ncontent-disposition: form-data; name="result"\r\n\r\n{"text": "half"}\r\n--x',
        headers={
            "authorization": f"Bearer {await tamin.token()}",
            "content-type": "multipart/form-data; boundary=x",
        },
    )
    assert (cut.status_code, cut.json()["code"]) == (400, "kit.upload-broken")
    assert (await own(tamin, "GET", of))["results"] == []
    for body, status in (({}, 422), ({"text": "x", "tex": "y"}, 400), ({"text": "x", "service": "024558-900"}, 422)):
        await own(tamin, "POST", of, body, status)
    large = await form(tamin, of, {}, ("a.pdf", b"%PDF-" + bytes(10 << 20)))
    assert (large.status_code, large.json()["code"]) == (413, "prescriptions.result-file-large")
    assert (await own(tamin, "POST", of.replace("7303", "7304"), {"text": "x"}, 404))["code"].endswith("not-registered")
