"""Family doctors' patients and marked diseases at their official addresses (TAMIN-WIRE 5.1, #34 to #36)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.prescriptions.api.door import official
from nabz.prescriptions.api.looking import note_looks
from nabz.prescriptions.api.referral import patient_of, today
from nabz.prescriptions.errors.referral import DiseaseTypeWrong, DiseaseUnknown
from nabz.prescriptions.service import diseases, family
from nabz.prescriptions.service.entitlement import person_key
from nabz.prescriptions.service.numbering import Numbers
from nabz.prescriptions.wire import diseases as wire
from nabz.prescriptions.wire.family import PatientShare, patient_share
from nabz.prescriptions.wire.referral import Listed, listed

if TYPE_CHECKING:
    from nabz.prescriptions.api.door import Sent

ADMISSION: Final = "{siamId}/{nationalCode}/{docId}"


@official.op(
    "GET",
    (f"/ep/patient-admission/v1/{ADMISSION}", f"/api/familyDoctor/clinicReceptionAPI/{ADMISSION}"),
    operation="family-doctor-share",
    summary="What a patient pays for a visit to a family doctor: the first four of a year are free",
    api="epresc",
    answer=PatientShare,
    samples=("tamin/family_share.response.json", "tamin/family_share.outside.response.json"),
)
async def share(sent: Sent) -> PatientShare:
    """Raises PatientWrong, CentreNotYours, DoctorUnknown."""
    patient, siam = patient_of(sent), sent.path["siamId"]
    found = await sent.db.read(family.patient_share, patient, sent.path["docId"], today(sent), siam, sent.caller)
    return patient_share(found.price)


@official.op(
    "GET",
    ("/ep/patient-diseases-list/v1/{siamId}/{nationalCode}", "/api/special-disease/patient/{siamId}/{nationalCode}"),
    operation="diseases",
    summary="The diseases that a patient may be marked with, and those that he is",
    api="epresc",
    answer=Listed[wire.DiseaseLine],
    samples=("tamin/diseases.response.json",),
)
async def list_diseases(sent: Sent) -> Listed[wire.DiseaseLine]:
    """Raises PatientWrong, CentreNotYours."""
    patient, siam = patient_of(sent), sent.path["siamId"]
    found = await sent.db.read(diseases.listed, patient, siam, sent.caller)
    await note_looks(sent, [patient], siam)
    return listed(wire.line(disease, mark) for disease, mark in found)


@official.op(
    "POST",
    ("/ep/save-patient-info-illness/v1", "/api/patient_illness/save-patient-info-illness"),
    operation="mark-disease",
    summary="Mark a patient with a disease; the same again is the same answer",
    api="epresc",
    body=wire.MarkDisease,
    answer=wire.Marking,
    refuse=wire.not_marked,
    samples=("tamin/mark_disease.request.json", "tamin/mark_disease.response.json"),
)
async def mark(sent: Sent) -> wire.Marking:
    """Raises what `diseases.mark` raises."""
    body: wire.MarkDisease = sent.body
    patient = person_key(body.patientNationalCode or "")
    if body.illId is None:
        raise DiseaseUnknown
    if body.inputType not in {None, wire.FROM_A_PROGRAM}:
        raise DiseaseTypeWrong
    wanted = diseases.Wanted(patient, body.illId, body.type or "", body.mobileNumber or "", body.siamId or "")
    (number,) = await Numbers.of(sent.deps).take(sent.db)
    return wire.marked(await sent.db.write(diseases.mark, wanted, number, sent.caller, sent.now))
