"""What the clients of the kill tests send, and what they read out of the answers."""

from __future__ import annotations

import csv
import json
import re
from datetime import timedelta
from functools import cache
from itertools import combinations
from random import Random
from typing import Any, Final

import msgspec

from nabz.kit import jalali
from nabz.prescriptions.seed.catalogue import DATA
from tests.prescriptions.office import DRUG, P
from tests.prescriptions.pharmacy import items

WRITE, DOC = f"{P}/v7", "2000200092"
DELIVER, REMOVE = "/api/Pharmacy/DrugStore/PostPresc", "/api/Pharmacy/DrugStore/RemovePresc"
ACCEPT, UNDO = "/api/ParaClinic/ParaEPresc/RequestParPresc", "/api/ParaClinic/ParaEPresc/DeleteParPresc"
PHARMACIES, LABORATORIES = ("0000000920", "0000000921"), ("0000007303", "0000007304")
PATIENTS = ("0123456789", "1234567891")
PRICE: Final = 1_000_000
"""What a unit costs is this and the number of the call, so that each delivery says which call has made it."""

PART, DAYS, FILE = 80, 40, 60_000
BOUNDARY: Final = "a-line-that-is-in-no-file"
_IDS: Final = re.compile(r"شناسه (\d+) و کد رهگیری (\d+)", re.ASCII)


class Item(msgspec.Struct, frozen=True):
    """One item of a prescription, as a fetch shows it."""

    id: int
    code: str
    quantity: int


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer says."""

    ok: bool
    id: int = 0
    tracking: int = 0
    result: str = ""
    again: bool = False
    """It was there already."""

    items: tuple[Item, ...] = ()
    why: str = ""


@cache
def codes(type_: str) -> list[str]:
    """The services of a type that anybody may have, any number of."""
    marks = ("controlled", "barcode", "hospital", "additive", "sex", "most", "max_age")
    with (DATA / "services.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["type"] == type_]
    marked = {row["code"] for row in rows if any(row[mark] for mark in marks)}
    return [code for code in dict.fromkeys(row["code"] for row in rows) if code not in marked]


def three(number: int) -> tuple[str, str, str]:
    """Three drugs that no other call has together: what is the same content is the same prescription."""
    parts = [number % PART, number // PART % PART, number // PART**2 % PART]
    first, second, third = (codes("01")[place * PART + part] for place, part in enumerate(parts))
    return first, second, third


def drug(number: int, today: jalali.JalaliDate) -> dict[str, Any]:
    """Write three drugs; the comment says which call it was."""
    random = Random(number)
    drugs = items(*((code, random.randint(2, 5)) for code in three(number)))
    return {**_head(number, today), "noteDetailEprscs": drugs}


def lab(number: int, today: jalali.JalaliDate) -> dict[str, Any]:
    """Write three examinations that no other call has together on that day."""
    several = list(combinations(codes("02"), 3))
    day = today.to_gregorian() - timedelta(days=number // len(several) % DAYS)
    lines = [
        {
            "srvId": {"srvType": {"srvType": "02"}, "srvCode": code, "parTarefGrp": {"parGrpCode": "001"}},
            "srvQty": 2,
        }
        for code in several[number % len(several)]
    ]
    return {**_head(number, jalali.of_date(day)), "prescType": {"prescTypeId": 2}, "noteDetailEprscs": lines}


def _head(number: int, day: jalali.JalaliDate) -> dict[str, Any]:
    named = {"patient": PATIENTS[number % len(PATIENTS)], "comments": f"k{number}"}
    return {**DRUG, **named, "prescDate": jalali.compact(day)}


def edit(kept: Item, number: int) -> list[dict[str, Any]]:
    """Keep one item with another count and let three others take the place of the rest.

    One of them is never written, so that no edit has the content of another call.
    """
    drugs = codes("01")
    places = (PART + number % PART, 2 * PART + number // PART % PART, 3 * PART + number // PART**2)
    first, *others = items((kept.code, kept.quantity + 1), *((drugs[place], 2) for place in places))
    return [{**first, "noteDetailsEprscId": kept.id}, *others]


def post(id_: int, patient: str, some: list[tuple[Item, int]], centre: str, number: int) -> dict[str, Any]:
    """Deliver some drugs."""
    drugs = [
        {
            "electronicPrescDetail": item.id,
            "drugCode": item.code,
            "phaDrugPrice": PRICE + number,
            "requestedCount": count,
            "barcodesList": None,
        }
        for item, count in some
    ]
    head = {"userInformation": {"phaId": centre}, "electronicPrescHead": id_, "patientNatCode": patient}
    return {**head, "drugsList": drugs}


def accept(id_: int, patient: str, some: list[tuple[Item, int]], centre: str, number: int) -> dict[str, Any]:
    """Accept some examinations."""
    lines = [
        {"paR_TAREF_CODE": item.code, "tareF_PRICE": PRICE + number, "requesT_QTY": count, "iS2K": False}
        for item, count in some
    ]
    head = {"userInformation": {"parID": centre}, "eprsC_ID": id_, "partypecode": "02", "nationalcode": patient}
    return {**head, "details": lines}


def pdf(number: int) -> bytes:
    """A file of a result."""
    return b"%PDF-1.4\n" + Random(number).randbytes(FILE) + b"\nstartxref\n0\n%%EOF"


def form(told: Any, file: bytes) -> tuple[bytes, str]:
    """A form with a result and its file, and of which type it is."""
    begin = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="result"\r\n\r\n{json.dumps(told)}\r\n'
    middle = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    content = begin.encode() + middle.encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()
    return content, f"multipart/form-data; boundary={BOUNDARY}"


# ---------------------------------------------------------------- answers


def read(kind: str, status: int, content: bytes) -> Told:
    """Read an answer."""
    answer = json.loads(content)
    if kind in {"draft", "release"}:
        return Told(ok=status < 300, result=str(answer.get("id", "")), why=str(answer.get("code", "")))
    data = answer["data"]
    if kind == "fetch":
        return Told(ok=isinstance(data, list), items=_items(data))
    if kind == "write":
        return _written(data["result"])
    if kind in {"edit", "delete"}:
        return Told(ok=data["statusCode"] == "200", why=str(data["error_Msg"]))
    if data["hasError"]:
        return Told(ok=False, why="; ".join(str(each["error_Code"]) for each in data["problems"]))
    made = data["data"]
    return Told(ok=True, id=int(made.get("requestId") or made.get("registeR_ID")))


def _written(result: Any) -> Told:
    if result["error_Code"] is None:
        return Told(ok=True, id=int(result["head_EPRSC_ID"]), tracking=result["trackingCode"])
    found = _IDS.search(result["error_Msg"]) if result["error_Code"] == "304" else None
    if found is None:
        return Told(ok=False, why=f"{result['error_Code']} {result['error_Msg']} {result['complemantary_Msg']}")
    return Told(ok=True, id=int(found[1]), tracking=int(found[2]), again=True)


def _items(data: Any) -> tuple[Item, ...]:
    if not isinstance(data, list):
        return ()
    return tuple(Item(each["noteDetailsEprscId"], each["srvId"]["wsSrvCode"], each["srvQty"]) for each in data)
