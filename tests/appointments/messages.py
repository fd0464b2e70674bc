"""Messages of HQS, built part by part, and short ways to send them."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from nabz.kit import jalali
from nabz.kit.persian import synthetic_national_code
from tests.appointments.conftest import NOW
from tests.appointments.office import Office, sample

TEST = "859773E8-5D81-46C6-9DF1-5FB551B00495"
SERVICE = {"Coded_string": "970015", "Terminology_id": "RVU3", "value": "ویزیت"}
SPECIALTY = {"Coded_string": "171108", "Terminology_id": "thritaEHR.specialty", "Value": "متخصص ارتوپدی"}
MARK = {"errorCode": 0, "errorMessage": "Error at Service. ", "isError": True}
DAYS = itertools.count(20)


def hqs_code(code: int | str) -> dict[str, str]:
    return {"Coded_string": str(code), "Terminology_id": "HQS", "Value": "…"}


def at(moment: datetime) -> dict[str, int]:
    local, day = jalali.tehran(moment), jalali.day_of(moment)
    parts = {"Year": day.year, "Month": day.month, "Day": day.day}
    return {**parts, "Hour": local.hour, "Minute": local.minute, "Second": local.second}


def national(number: int) -> dict[str, str]:
    return {"Type": "National_Code", "ID": synthetic_national_code(number)}


def message(composition: dict[str, Any], **of: Any) -> dict[str, Any]:
    sender = sample("GetAppointmentStatus.request")["Data"]["MsgId"]
    return {"Data": {"MsgId": {**sender, **of}, "Composition": composition}}


def provider(number: str) -> dict[str, Any]:
    return {"Identifier": {"Type": "Med_ID", "ID": number}, "Specialty": SPECIALTY, "FirstName": "پزشک"}


async def ask(office: Office, operator: str, composition: dict[str, Any], **of: Any) -> dict[str, Any]:
    told: dict[str, Any] = await office.ask(operator, message(composition, **of))
    inner: dict[str, Any] = told.get("Data", told)
    return inner


def offer(start: datetime, number: str = "900031", **more: Any) -> dict[str, Any]:
    return {
        "Provider": provider(number),
        "HealthcareFacility": {"ID": {"ID": TEST, "Type": "Org_ID"}},
        "StartDateTime": at(start),
        "DurationPerPatient": 10,
        "QueueNumber": 1,
        "Service": SERVICE,
        "Quota": hqs_code(104),
        "LocalID": f"local-{start:%Y%m%d%H%M}-{number}",
        **more,
    }


async def publish(office: Office, start: datetime | None = None, number: str = "900031", **more: Any) -> str:
    start = start or NOW + timedelta(days=next(DAYS))
    told = await ask(office, "AddProviderScheduling", offer(start, number, **more))
    assert told["isError"] is False, told
    return str(told["Result"]["Result"])


def booking(slot: str, person: dict[str, str], **more: Any) -> dict[str, Any]:
    who = {"FirstName": "آزمون", "lastName": " تستی", "NationalCode": person["ID"], "MobileNumber": "09900000123"}
    return {"TrackingQueueID": slot, "Person": who, **more}


async def book(office: Office, slot: str, number: int, **more: Any) -> dict[str, Any]:
    return await ask(office, "SetAppointment", booking(slot, national(number), **more))


async def status(office: Office, slot: str) -> str:
    told = await ask(office, "GetAppointmentStatus", {"TrackingQID": slot.upper()})
    return str(told["Result"]["Result"]["Coded_string"])
