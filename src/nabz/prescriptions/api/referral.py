"""Referrals, feedback and orders of admission at their official addresses (TAMIN-WIRE 5.1, #21 to #29, #32, #33)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit import jalali
from nabz.prescriptions.api.door import official
from nabz.prescriptions.api.looking import note_looks
from nabz.prescriptions.model.diseases import ANSWERS, QUESTIONS
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.service import hospital, referring
from nabz.prescriptions.service.catalogue import Catalogue
from nabz.prescriptions.service.entitlement import person_key
from nabz.prescriptions.service.polling import Patience
from nabz.prescriptions.wire import referral as wire
from nabz.prescriptions.wire.writing import details

if TYPE_CHECKING:
    from nabz.prescriptions.api.door import Sent
    from nabz.prescriptions.model import Doctor, Prescription

P: Final = "/interface/epresc/SendEpresc"
SUBJECT: Final = "referrals:"
TO_CARTABLE: Final = "{docNationalCode}/{patientNationalCode}/{trackingCode}"
ORDERS: Final = "{siam}/{secretaryNationalCode}"
SERVICES: Final = "{nationalCode}/{docId}/{trackingCode}"


@official.op(
    "GET",
    (
        f"{P}/v7/noteDetailsReferral/count/{{nationalCode}}/{{docId}}",
        "/api/v2/referral/count/{nationalCode}/{docId}",
        f"{P}/v2/noteDetailsReferral/count/{{nationalCode}}/{{docId}}",
        "/api/v7/referral/count/{nationalCode}/{docId}",
    ),
    operation="referral-count",
    summary="How many of a patient's referrals wait for physicians like this one, with their tracking codes",
    api="epresc",
    answer=wire.OpenForDoctor,
    samples=("tamin/referral_count.response.json",),
)
async def count_for_doctor(sent: Sent) -> wire.OpenForDoctor:
    """Raises PatientWrong, DoctorUnknown, DoctorNotActive."""
    patient, doctor = await asked_for(sent), await _by_number(sent)
    found = await sent.db.read(referring.open_for, patient, doctor, today(sent))
    await note_looks(sent, [patient], doctor.id)
    return wire.open_for_doctor(found)


@official.op(
    "GET",
    (
        f"{P}/v2/patientNoteDetailsReferral/count/{{nationalCode}}",
        "/api/v2/referral/count/{nationalCode}",
        f"{P}/v7/patientNoteDetailsReferral/count/{{nationalCode}}",
    ),
    operation="patient-referral-count",
    summary="To which specialties a patient is on his way, for a secretary",
    api="epresc",
    answer=wire.OpenReferrals,
    samples=("tamin/patient_referral_count.response.json",),
)
async def count_of_patient(sent: Sent) -> wire.OpenReferrals:
    """Raises PatientWrong, CentreNotYours."""
    patient = await asked_for(sent)
    found = await sent.db.read(referring.open_for_house, patient, today(sent), sent.caller)
    await note_looks(sent, [patient])
    return wire.open_referrals(found)


@official.op(
    "GET",
    (
        f"{P}/v7/findNoteReferral/{{nationalCode}}/{{docId}}/{{trackingCode}}",
        "/api/v7/ep/findNoteReferral/{nationalCode}/{docId}/{trackingCode}",
        f"{P}/v2/findNoteReferral/{{nationalCode}}/{{docId}}/{{trackingCode}}",
        "/api/v2/ep/findNoteReferral/{nationalCode}/{docId}/{trackingCode}",
    ),
    operation="find-referral",
    summary="A referral prescription by its tracking code, for both of its physicians",
    api="epresc",
    answer=wire.Listed[wire.ReferralLine],
    samples=("tamin/find_referral.response.json",),
)
async def find(sent: Sent) -> wire.Listed[wire.ReferralLine]:
    """Raises PatientWrong, DoctorUnknown, DoctorNotActive, NotThere."""
    patient, doctor = await asked_for(sent), await _by_number(sent)
    found = await sent.db.read(referring.find, patient, doctor, number_of(sent.path["trackingCode"]))
    await note_looks(sent, [patient], doctor.id)
    return wire.listed(wire.referral_line(each) for each in found)


@official.op(
    "GET",
    (
        f"{P}/v7/findNoteReferral/{{masterId}}/{{nationalCode}}",
        "/api/v7/ep/findNoteReferral/{masterId}/{nationalCode}",
        f"{P}/v2/findNoteReferral/{{masterId}}/{{nationalCode}}",
        "/api/v2/ep/findNoteReferral/{masterId}/{nationalCode}",
    ),
    operation="answered-referral",
    summary="What was written under a referral prescription, and its feedback",
    api="epresc",
    answer=wire.Listed[wire.ReferralLine],
    samples=("tamin/answered_referral.response.json",),
)
async def under(sent: Sent) -> wire.Listed[wire.ReferralLine]:
    """Raises PatientWrong, NotThere."""
    patient, master = await asked_for(sent), number_of(sent.path["masterId"])
    return await _answers(sent, await sent.db.read(referring.under, master, patient, sent.caller))


@official.op(
    "GET",
    (
        f"{P}/v7/noteDetailsReferral/referredList/{{docNationalCode}}",
        "/api/v7/referral/referredList/{docNationalCode}",
        f"{P}/v2/noteDetailsReferral/referredList/{{docNationalCode}}",
        "/api/v2/referral/referredList/{docNationalCode}",
    ),
    operation="referred-list",
    summary="A physician's own referrals of the last three days",
    api="epresc",
    answer=wire.Listed[wire.ReferralLine],
    samples=("tamin/referred_list.response.json",),
)
async def lately(sent: Sent) -> wire.Listed[wire.ReferralLine]:
    """Raises DoctorMismatch, DoctorUnknown, DoctorNotActive."""
    found = await sent.db.read(referring.lately, await _by_code(sent), sent.now)
    return wire.listed(wire.referral_line(each) for each in found)


@official.op(
    "GET",
    (
        f"{P}/v7/fetchReferralCartable/{TO_CARTABLE}",
        f"/api/cartablenoteDetailsReferral/{TO_CARTABLE}",
        f"/api/cartable/noteDetailsReferral/{TO_CARTABLE}",
        f"/api/v7/cartable/noteDetailsReferral/{TO_CARTABLE}",
        f"{P}/v2/fetchReferralCartable/{TO_CARTABLE}",
    ),
    operation="referral-cartable",
    summary="The referrals that a physician may take up, by patient and tracking code",
    api="epresc",
    answer=wire.Listed[wire.CartableLine],
    samples=("tamin/referral_cartable.response.json",),
)
async def cartable(sent: Sent) -> wire.Listed[wire.CartableLine]:
    """Raises DoctorMismatch, DoctorUnknown, DoctorNotActive, PatientWrong, NotThere."""
    doctor, patient = await _by_code(sent), await asked_for(sent, "patientNationalCode")
    found = await sent.db.read(referring.cartable, doctor, patient, number_of(sent.path["trackingCode"]), today(sent))
    await note_looks(sent, [patient], doctor.id)
    return wire.listed(wire.cartable_line(each, found.first_name, found.last_name) for each in found.referrals)


@official.op(
    "GET",
    (
        f"{P}/v2/referralList/1/{{referralId}}",
        f"{P}/v7/referralList/1/{{referralId}}",
        "/api/v2/referralList/1/{referralId}",
        "/api/noteDetailsReferral/referralList/1/{referralId}",
    ),
    operation="feedback-list",
    summary="The feedback of a referral, and what else was written under it",
    api="epresc",
    answer=wire.Listed[wire.ReferralLine],
    samples=("tamin/feedback_list.response.json",),
)
async def feedback_list(sent: Sent) -> wire.Listed[wire.ReferralLine]:
    """Raises NotThere."""
    referral = number_of(sent.path["referralId"])
    return await _answers(sent, await sent.db.read(referring.under_referral, referral, sent.caller))


@official.op(
    "GET",
    (
        f"{P}/v7/referral/noteDetail/{{id}}/{{masterParent}}",
        "/api/noteDetailsReferral/noteheads/{id}/{masterParent}",
        f"{P}/v2/referral/noteDetail/{{id}}/{{masterParent}}",
        "/api/v2/noteDetailsReferral/noteheads/{id}/{masterParent}",
    ),
    operation="feedback-details",
    summary="One of those prescriptions whole; 0 is the feedback",
    api="epresc",
    answer=wire.Listed[wire.NoteHead],
    samples=("tamin/feedback_details.response.json",),
)
async def feedback_details(sent: Sent) -> wire.Listed[wire.NoteHead]:
    """Raises NotThere."""
    id_, master = number_of(sent.path["id"]), number_of(sent.path["masterParent"])
    found = await sent.db.read(referring.written_under, id_, master, sent.caller)
    await note_looks(sent, [one.patient for one in found])
    return wire.listed([wire.note_head(one, await details_of(sent, one)) for one in found])


@official.op(
    "GET",
    ("/ep/referral-feedback-questions/v1", "/api/referral-feedback/question-list"),
    operation="feedback-questions",
    summary="The questions of a referral's feedback",
    token=False,
    answer=wire.Listed[wire.Question],
    samples=("tamin/feedback_questions.response.json",),
)
async def questions(_: Sent) -> wire.Listed[wire.Question]:
    """Raises nothing."""
    return wire.questions(QUESTIONS)


@official.op(
    "GET",
    ("/ep/referral-feedback-responses/v1", "/api/referral-feedback/answer-list"),
    operation="feedback-answers",
    summary="The answers that these questions may have",
    token=False,
    answer=wire.Listed[wire.PossibleAnswer],
    samples=("tamin/feedback_answers.response.json",),
)
async def answers(_: Sent) -> wire.Listed[wire.PossibleAnswer]:
    """Raises nothing."""
    return wire.answers(ANSWERS)


@official.op(
    "GET",
    (
        f"{P}/v2/{SERVICES}/referentalPrescDetail",
        f"{P}/v2/{SERVICES}/referentialPrescDetail",
        "/api/v7/ep/{nationalCode}/{docNationalCode}/{docId}/{trackingCode}/detail",
        "/api/v2/ep/{nationalCode}/{docNationalCode}/{docId}/{trackingCode}/detail",
        f"{P}/v7/{SERVICES}/referentalPrescDetail",
        f"{P}/v7/{SERVICES}/referentialPrescDetail",
    ),
    operation="referred-services",
    summary="The services of a prescription that another physician may carry out",
    api="epresc",
    answer=list[details.Detail],
    samples=("tamin/referred_services.response.json",),
)
async def referred_services(sent: Sent) -> list[details.Detail]:
    """Raises PatientWrong, DoctorUnknown, DoctorNotActive, NotThere."""
    patient, doctor = await asked_for(sent), await _by_number(sent)
    one, items = await sent.db.read(referring.referred_services, patient, doctor, number_of(sent.path["trackingCode"]))
    await note_looks(sent, [patient], doctor.id)
    wanted = {item.id for item in items}
    return [each for each in await details_of(sent, one) if each.noteDetailsEprscId in wanted]


@official.op(
    "GET",
    (
        f"{P}/v2/hospitalization-order/fetch/{ORDERS}",
        f"/api/noteDetailsReferral/hospitalization-order/{ORDERS}",
        f"/api/v2/noteDetailsReferral/hospitalization-order/{ORDERS}",
        f"{P}/v7/hospitalization-order/fetch/{ORDERS}",
    ),
    operation="hospitalization-orders",
    summary="The orders of admission that wait for a hospital, for its secretary",
    api="epresc",
    answer=list[wire.OrderLine],
    trace=True,
    samples=("tamin/hospitalization_orders.response.json",),
)
async def orders(sent: Sent) -> list[wire.OrderLine]:
    """Raises SiamMissing, NotThere, CentreNotYours."""
    siam, secretary = sent.path["siam"], sent.path["secretaryNationalCode"]
    found = await sent.db.read(hospital.orders, siam, secretary, today(sent), sent.caller)
    await note_looks(sent, [each.one.patient for each in found], siam)
    return [wire.order_line(each.one, each.referral, family=each.family) for each in found]


def today(sent: Sent) -> str:
    """Give the Jalali day, in Tehran."""
    return jalali.compact(jalali.day_of(sent.now))


def patient_of(sent: Sent, name: str = "nationalCode") -> str:
    """Read the patient whom an address names. Raises PatientWrong."""
    return person_key(sent.path[name])


async def asked_for(sent: Sent, name: str = "nationalCode") -> str:
    """Read the patient, and count how often a program asks for him. Raises PatientWrong, AskedTooOften."""
    patient = patient_of(sent, name)
    await Patience.of(sent.deps).ask(sent.db, sent.caller.client, f"{SUBJECT}{patient}", sent.now)
    return patient


async def details_of(sent: Sent, one: Prescription) -> list[details.Detail]:
    """Write the items of a prescription."""
    keys = [(item.type, item.code) for item in one.items]
    if not keys:
        return []
    return details.of(one, await sent.deps.own(Catalogue, Catalogue).many(sent.db, keys, one.day, sent.now))


async def _answers(sent: Sent, found: referring.Answered) -> wire.Listed[wire.ReferralLine]:
    await note_looks(sent, [found.parent.patient])
    return wire.listed(wire.answer_line(found.parent, child) for child in found.children)


async def _by_number(sent: Sent) -> Doctor:
    return await sent.db.read(referring.of_number, sent.path["docId"], sent.caller)


async def _by_code(sent: Sent) -> Doctor:
    return await sent.db.read(referring.of_code, sent.path["docNationalCode"], sent.caller)
