"""The addresses of the older hosts: the same operations, answered with names in capitals and a status of their own."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from nabz.kit import reader
from nabz.kit.errors import Problem
from nabz.prescriptions.api.door import Bare, official
from nabz.prescriptions.api.paraclinic import today
from nabz.prescriptions.api.paraclinic.speaking import centre_of, note_look
from nabz.prescriptions.errors.reading import AskedTooOften, CentreUnknown
from nabz.prescriptions.model import CentreKind
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.model.rules import PARACLINIC_TYPES
from nabz.prescriptions.service import enrolment, entitlement, paraclinic
from nabz.prescriptions.wire.paraclinic import g1 as wire
from nabz.prescriptions.wire.paraclinic import requests as told

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nabz.prescriptions.api.door import Sent

    T = TypeVar("T")
    Function = Callable[[Sent], Awaitable[Any]]

ROOTS = ("/api/ParaClinic", "/api", "")
READS, WRITES, BOTH = "GET", "POST,PUT", "GET,POST,PUT"
OK, SERVER_FAULT = 200, 500


def address(methods: str, name: str, summary: str) -> Callable[[Function], Function]:
    """Register an operation; the verbs of this interface are nowhere printed, so all that could be meant are taken."""

    def register(function: Function) -> Function:
        official.op(
            methods,
            tuple(f"{root}/{name}" for root in ROOTS),
            operation=f"para-g1-{name}",
            summary=summary,
            api="para",
            generation=1,
            enveloped=False,
            hidden=True,
        )(_answering(function))
        return function

    return register


def _answering(function: Function) -> Function:
    @wraps(function)
    async def answer(sent: Sent) -> Bare:
        try:
            return Bare(wire.reply(await function(sent), sent.now))
        except AskedTooOften:
            raise
        except Problem as problem:
            sent.notes.add(problem.code)
            return Bare(wire.refused(problem, sent.now), problem.status if problem.status >= SERVER_FAULT else OK)

    return answer


async def _told(sent: Sent, type_: type[T]) -> T:
    """Read what was sent: the body, or the query where there is none."""
    raw = await sent.call.bytes()
    return reader.read(raw, type_, sent.call.limits) if raw.strip() else sent.query(type_)


@address(BOTH, "acceptableParTypes", "The types of service that a centre gives")
async def acceptable_par_types(sent: Sent) -> list[wire.ParType]:
    """Raises CentreUnknown."""
    asked = await _told(sent, told.Sent)
    centre = await centre_of(sent, asked.centre)
    at = await sent.db.read(enrolment.must_be_centre, centre, CentreKind.PARACLINIC, sent.caller)
    return wire.par_types([each for each in at.types if each in PARACLINIC_TYPES])


@address(BOTH, "estehghagh", "Whether the insurer pays for a patient today")
async def estehghagh(sent: Sent) -> wire.Deserve:
    """Raises PatientWrong."""
    asked = await _told(sent, told.Person)
    ward = paraclinic.Ward.of(sent.deps, sent.db)
    found = await entitlement.of(sent.db, asked.nationalCode, sent.now, ward.outside)
    return wire.deserve(found.person, found.tracking, covered=found.covered)


@address(BOTH, "paraEPrescriptionList", "A patient's active paraclinic prescriptions")
async def para_e_prescription_list(sent: Sent) -> list[wire.Head]:
    """Raises PatientWrong, CentreUnknown, CentreNotActive, CentreNotYours."""
    asked = await _told(sent, told.Listing)
    ward, centre = paraclinic.Ward.of(sent.deps, sent.db), await centre_of(sent, asked.centre)
    patient, type_ = asked.patientNationalCode, asked.parTypeCode
    found = await paraclinic.active(ward, patient, centre, sent.caller, sent.now, asked.tracking, type_)
    await note_look(sent, [case.one for case in found], centre)
    return [wire.head(case.one) for case in found]


@address(BOTH, "requestPresc", "One prescription with its services of a type")
async def request_presc(sent: Sent) -> wire.Whole:
    """Raises NotThere, TypeUnknown, CentreUnknown, CentreNotActive, CentreNotYours."""
    return await _case(sent)


@address(BOTH, "preCheckEPresc", "The same, under the name of today")
async def pre_check(sent: Sent) -> wire.Whole:
    """Raises NotThere, TypeUnknown, CentreUnknown, CentreNotActive, CentreNotYours."""
    return await _case(sent)


async def _case(sent: Sent) -> wire.Whole:
    asked = await _told(sent, told.Check)
    ward, centre = paraclinic.Ward.of(sent.deps, sent.db), await centre_of(sent, asked.centre)
    case = await paraclinic.case(ward, centre, number_of(asked.noteHeadID), sent.caller, sent.now)
    await note_look(sent, [case.one], centre)
    wanted = asked.type
    offers = [offer for offer in case.offers if not wanted or offer.type == wanted]
    return wire.whole(case.one, wanted or next((offer.type for offer in offers), ""), offers)


@address(WRITES, "requestParPresc", "Accept services of a prescription, in part or whole")
async def request_par_presc(sent: Sent) -> wire.Accepted:
    """Raises what `paraclinic.accept` raises."""
    return await _accept(sent, physio=False)


@address(WRITES, "requestParPresc_Physio", "Accept physiotherapy of a prescription")
async def request_par_presc_physio(sent: Sent) -> wire.Accepted:
    """Raises what `paraclinic.accept` raises."""
    return await _accept(sent, physio=True)


async def _accept(sent: Sent, *, physio: bool) -> wire.Accepted:
    made = await today.accept(sent, await _told(sent, told.Deliver), physio=physio)
    if made.delivery is None:
        raise CentreUnknown
    return wire.accepted(made.delivery, made.one)


@address(WRITES, "nonElEpresc", "Write down a paper prescription and accept it")
async def non_el_epresc(sent: Sent) -> wire.Accepted:
    """Raises what `paraclinic.accept_paper` raises."""
    body = await _told(sent, told.Paper)
    paper = paraclinic.Paper(
        centre=await centre_of(sent, body.centre),
        patient=body.nationalCode,
        doctor=body.doc_mdid,
        doctor_name=body.doc_name,
        specialty=body.profession,
        type=body.parTypeCode,
        day=body.presc_Date,
        mobile=body.patient_mobile,
        serial=body.bletSerial,
        lines=tuple(paraclinic.PaperLine(line.par_taref_code.strip(), line.count()) for line in body.details or ()),
    )
    ward = paraclinic.Ward.of(sent.deps, sent.db)
    made = await paraclinic.accept_paper(ward, paper, sent.caller, sent.now, sent.key)
    if made.delivery is None:
        raise CentreUnknown
    return wire.accepted(made.delivery, made.one)


@address(BOTH, "acceptableServices", "The services that a centre gives, with their prices")
async def acceptable_services(sent: Sent) -> list[wire.Priced]:
    """Raises CentreUnknown, CentreNotActive, CentreNotYours, TypeUnknown, NotParaclinic."""
    asked = await _told(sent, told.Services)
    ward, centre = paraclinic.Ward.of(sent.deps, sent.db), await centre_of(sent, asked.centre)
    found = await paraclinic.acceptable(ward, centre, sent.caller, sent.now, asked.PARTYPE_CODE, asked.SERVICE_NAME)
    return [wire.priced(each) for each in found]


@address(BOTH, "deleteEpresc", "Take a delivery back")
async def delete_epresc(sent: Sent) -> wire.Removed:
    """Raises what `paraclinic.take_back` raises."""
    return wire.Removed(await today.delete(sent, await _told(sent, told.Delete)))


@address(BOTH, "requestByRegisterID", "One delivery of this centre")
async def request_by_register_id(sent: Sent) -> wire.Accepted:
    """Raises NotRegistered, CentreUnknown, CentreNotActive, CentreNotYours."""
    found = await today.registration(sent, await _told(sent, told.Registered))
    return wire.accepted(found.delivery, found.one)


@address(WRITES, "registerTheDiagnosis", "Write down what the centre's physician found")
async def register_the_diagnosis(sent: Sent) -> wire.Removed:
    """Raises what `paraclinic.diagnose` raises."""
    return wire.Removed(await today.diagnose(sent, await _told(sent, told.Diagnose)))


@address(WRITES, "registerSession_Physio", "Note one session of physiotherapy")
async def register_session_physio(sent: Sent) -> wire.Removed:
    """Raises what `paraclinic.hold_session` raises."""
    return wire.Removed(await today.hold_session(sent, await _told(sent, told.Session)))
