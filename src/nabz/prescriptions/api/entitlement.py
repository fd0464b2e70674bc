"""Whether the insurer pays for somebody today: asked by all generations (TAMIN-WIRE 5.1 row 2, 5.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabz.prescriptions.api.door import official
from nabz.prescriptions.errors.writing import DoctorUnknown
from nabz.prescriptions.service import enrolment, entitlement
from nabz.prescriptions.service.entitlement import Outside
from nabz.prescriptions.service.polling import Patience
from nabz.prescriptions.wire import entitlement as wire

if TYPE_CHECKING:
    from nabz.kit.db import Tx
    from nabz.prescriptions.api.door import Sent
    from nabz.prescriptions.model import Caller
    from nabz.prescriptions.service.entitlement import Entitlement

FIRST = "/api/DeserveInfo/PatientInfo"
SECOND = "/interface/epresc/patient/v2/deserve-info/{siamId}/{docId}/{patientId}"
SECOND_TEST = "/api/v2/patients/deserve-info/{requestBy}/{siamId}/{docId}/{patientId}"
LONGEST = 64
PORTAL = "/api/patients/fetchPatient/{nationalCode}"


@official.op(
    "GET",
    FIRST,
    operation="patient-info",
    summary="Whether the insurer pays for somebody (first generation)",
    api="",
    query=wire.PatientAsked,
    answer=wire.PatientCover,
    refuse=wire.no_patient_cover,
    generation=1,
    samples=("tamin/patient_info.response.json",),
)
async def patient_cover(sent: Sent) -> wire.PatientCover:
    """Raises PatientWrong."""
    return await _patient_cover(sent, sent.query(wire.PatientAsked))


@official.op(
    "POST",
    FIRST,
    operation="patient-info",
    summary="Whether the insurer pays for somebody, asked in JSON (first generation)",
    api="",
    body=wire.PatientAsked,
    answer=wire.PatientCover,
    refuse=wire.no_patient_cover,
    generation=1,
    samples=("tamin/patient_info.request.json", "tamin/patient_info.response.json"),
)
async def posted_patient_cover(sent: Sent) -> wire.PatientCover:
    """Raises PatientWrong."""
    return await _patient_cover(sent, sent.body)


async def _patient_cover(sent: Sent, asked: wire.PatientAsked) -> wire.PatientCover:
    found = await _found(sent, asked.nationalCode or "")
    return wire.patient_cover(found.person, found.cover, found.tracking)


@official.op(
    "GET",
    (SECOND, SECOND_TEST),
    operation="deserve-info",
    summary="Whether the insurer pays for a physician's patient",
    api="",
    answer=wire.Deserve,
    refuse=wire.no_deserve,
    samples=("tamin/deserve_info.response.json",),
)
async def deserve(sent: Sent) -> wire.Deserve:
    """Tell it to a physician or to a secretary. Raises PatientWrong, DoctorUnknown, CentreNotYours."""
    await sent.db.read(_must_be_asked_for, sent.path["docId"], sent.path["siamId"], sent.caller)
    found = await _found(sent, sent.path["patientId"])
    return wire.deserve(found.person, found.cover, found.tracking)


@official.op(
    "GET",
    (PORTAL, f"{PORTAL}/{{blank}}"),
    operation="fetch-patient",
    summary="A patient as the writing portal asks for him",
    api="",
    answer=wire.FetchedPatient,
    refuse=wire.not_fetched,
    samples=("tamin/fetch_patient.response.json",),
)
async def fetch_patient(sent: Sent) -> wire.FetchedPatient:
    """Raises PatientWrong."""
    found = await _found(sent, sent.path["nationalCode"])
    return wire.fetched(found.person, found.cover, found.tracking)


def _must_be_asked_for(tx: Tx, number: str, siam: str, caller: Caller) -> None:
    """Let only the physician's own people ask, or those of the place. Raises DoctorUnknown, CentreNotYours."""
    doctor = enrolment.doctor(tx, number)
    if doctor is None:
        raise DoctorUnknown
    if not enrolment.speaks_for(caller, doctor.national_code, doctor.organisation):
        enrolment.must_be_of(tx, siam, caller)


async def _found(sent: Sent, patient: str) -> Entitlement:
    """Raises PatientWrong, AskedTooOften."""
    await Patience.of(sent.deps).ask(sent.db, sent.caller.client, f"patient:{patient[:LONGEST]}", sent.now)
    return await entitlement.of(sent.db, patient, sent.now, Outside.of(sent.deps))
