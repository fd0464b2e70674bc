"""Dentistry at its official addresses (TAMIN-WIRE 5.1, #18 to #20)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.prescriptions.api.door import official
from nabz.prescriptions.api.looking import note_looks
from nabz.prescriptions.api.referral import patient_of, today
from nabz.prescriptions.model import doc_id
from nabz.prescriptions.service import dentistry, referring
from nabz.prescriptions.service.entitlement import person_key
from nabz.prescriptions.wire import dentistry as wire
from nabz.prescriptions.wire.envelope import Resulting, resulting
from nabz.prescriptions.wire.reference import ServiceItem, srv_id_of

if TYPE_CHECKING:
    from nabz.prescriptions.api.door import Sent

P: Final = "/interface/epresc/SendEpresc"
LISTS: Final = "/api/v2/ws-dentist-base"
BY_TOOTH: Final = "find-dentist-service-name-by-tooth/{FDI}/{patientId}/{toothType}"
WITHOUT: Final = "find-dentist-service-name-without-tooth/{dentistType}"


@official.op(
    "POST",
    (f"{P}/v2/check-rules-in-detail", "/api/v2/check-rules-in-detail", f"{P}/v7/check-rules-in-detail"),
    operation="dentistry-check",
    summary="Whether a dental service may be written beside all that stands there already",
    api="epresc",
    body=wire.Check,
    answer=Resulting,
    refuse=resulting,
    samples=("tamin/dentistry_check.request.json", "tamin/dentistry_check.response.json"),
)
async def check(sent: Sent) -> Resulting:
    """Raises PatientWrong, DoctorUnknown, DoctorNotActive, NotThere, CentreNotYours."""
    body: wire.Check = sent.body
    patient = person_key(body.patientId or "")
    if body.docId:
        await sent.db.read(referring.of_number, body.docId, sent.caller)
    found = await sent.db.read(dentistry.check, patient, body.wanted(), today(sent), sent.caller)
    await note_looks(sent, [patient], doc_id(body.docId or ""))
    return wire.checked(found)


@official.op(
    "GET",
    (f"{P}/v2/{WITHOUT}", f"{LISTS}/{WITHOUT}", f"{P}/v7/{WITHOUT}"),
    operation="dentistry-services",
    summary="The dental services of no tooth (1), or all of those by tooth (2)",
    token=False,
    answer=list[ServiceItem],
    samples=("tamin/dentistry_services.response.json",),
)
async def without_tooth(sent: Sent) -> list[ServiceItem]:
    """Raises DentistTypeWrong."""
    found = await sent.db.read(dentistry.without_tooth, sent.path["dentistType"], today(sent))
    return [srv_id_of(one) for one in found]


@official.op(
    "GET",
    (f"{P}/v2/{BY_TOOTH}", f"{LISTS}/{BY_TOOTH}", f"{P}/v7/{BY_TOOTH}"),
    operation="dentistry-services-by-tooth",
    summary="What may be done to a patient's tooth; nothing if it was extracted",
    api="epresc",
    answer=list[ServiceItem],
    samples=("tamin/dentistry_services_by_tooth.response.json",),
)
async def by_tooth(sent: Sent) -> list[ServiceItem]:
    """Raises PatientWrong, ToothWrong, DentistTypeWrong, CentreNotYours."""
    tooth, patient, type_ = sent.path["FDI"], patient_of(sent, "patientId"), sent.path["toothType"]
    found = await sent.db.read(dentistry.by_tooth, tooth, patient, type_, today(sent), sent.caller)
    await note_looks(sent, [patient])
    return [srv_id_of(one) for one in found]
