"""Today's addresses of paraclinic centres: /api/ParaClinic/ParaEPresc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nabz.prescriptions.api.door import official
from nabz.prescriptions.api.paraclinic.speaking import centre_of, name_of, note_look
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.service import entitlement, paraclinic
from nabz.prescriptions.service.polling import Patience
from nabz.prescriptions.wire.paraclinic import g3 as wire
from nabz.prescriptions.wire.paraclinic import requests as told
from nabz.prescriptions.wire.paraclinic import shapes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nabz.prescriptions.api.door import Sent
    from nabz.prescriptions.service.changing import Changed

    Function = Callable[[Sent], Awaitable[Any]]

ROOTS = ("/api/ParaClinic/ParaEPresc", "/api/ParaEPresc", "/ParaEPresc")
AGAIN, GONE = "همان پذیرش پیشین", "پیش‌تر حذف شده"


def address(
    method: str,
    name: str,
    title: str,
    summary: str,
    *,
    body: Any = None,  # noqa: ANN401 - a type expression
    query: Any = None,  # noqa: ANN401
    samples: tuple[str, ...] = (),
) -> Callable[[Function], Function]:
    """Register an operation; a failure is told under its title."""
    lists = title == "title.list"
    return official.op(
        method,
        tuple(f"{root}/{name}" for root in ROOTS),
        operation=f"para-{name}",
        summary=summary,
        api="para",
        body=body,
        query=query,
        answer=shapes.Many if lists else shapes.One,
        refuse=wire.none_of if lists else wire.refused(title),
        generation=3,
        samples=tuple(f"tamin/paraclinic_{each}.json" for each in samples),
    )


@address(
    "GET",
    "RequestList",
    "title.list",
    "A patient's active paraclinic prescriptions, by type",
    query=told.Listing,
    samples=("RequestList.response",),
)
async def request_list(sent: Sent) -> shapes.Many:
    """Raises PatientWrong, CentreUnknown, CentreNotActive, CentreNotYours, AskedTooOften."""
    asked = sent.query(told.Listing)
    patient = entitlement.person_key(asked.patientNationalCode)
    await Patience.of(sent.deps).ask(sent.db, sent.caller.client, f"patient:{patient}", sent.now)
    ward, centre = paraclinic.Ward.of(sent.deps, sent.db), await centre_of(sent, asked.centre)
    found = await paraclinic.active(
        ward, asked.patientNationalCode, centre, sent.caller, sent.now, asked.tracking, asked.parTypeCode
    )
    await note_look(sent, [case.one for case in found], centre)
    return wire.many([each for case in found for each in wire.waiting(case.one, case.offers)])


@address(
    "POST",
    "PreCheckEPresc",
    "title.check",
    "What stands against accepting a prescription, and what is to be known",
    body=told.Check,
    samples=("PreCheckEPresc.request", "PreCheckEPresc.response"),
)
async def pre_check_e_presc(sent: Sent) -> shapes.One:
    """Raises NotThere, TypeUnknown, CentreUnknown, CentreNotActive, CentreNotYours, AskedTooOften."""
    body: told.Check = sent.body
    number = number_of(body.noteHeadID)
    await Patience.of(sent.deps).ask(sent.db, sent.caller.client, str(number), sent.now)
    centre = await centre_of(sent, body.centre)
    case = await paraclinic.case(paraclinic.Ward.of(sent.deps, sent.db), centre, number, sent.caller, sent.now)
    await note_look(sent, [case.one], centre)
    return wire.checked(case.one, case.offers, body.type, soon_over=case.soon_over)


@address(
    "POST,PUT",
    "RequestParPresc",
    "title.deliver",
    "Accept services of a prescription, in part or whole",
    body=told.Deliver,
    samples=("RequestParPresc.request", "RequestParPresc.response"),
)
async def request_par_presc(sent: Sent) -> shapes.One:
    """Raises what `paraclinic.accept` raises."""
    return await _accept(sent, physio=False)


@address(
    "POST,PUT",
    "RequestParPresc_Physio",
    "title.deliver",
    "Accept physiotherapy of a prescription",
    body=told.Deliver,
    samples=("RequestParPresc_Physio.request", "RequestParPresc_Physio.response"),
)
async def request_par_presc_physio(sent: Sent) -> shapes.One:
    """Raises what `paraclinic.accept` raises."""
    return await _accept(sent, physio=True)


async def _accept(sent: Sent, *, physio: bool) -> shapes.One:
    made = await accept(sent, sent.body, physio=physio)
    if made.delivery is None:
        raise TypeError("an acceptance made no delivery")
    return wire.one(wire.accepted(made.delivery, made.one, await name_of(sent, made.delivery.centre)))


async def accept(sent: Sent, body: told.Deliver, *, physio: bool) -> Changed:
    """Accept what a message names."""
    asked = paraclinic.Asked(
        centre=await centre_of(sent, body.centre),
        prescription=number_of(body.eprsC_ID),
        lines=body.lines,
        type=body.partypecode,
        patient=body.nationalcode,
        doctor=body.doC_MDID,
        technician=body.tecH_MDID,
        mobile=body.patienT_MOBILE,
        physio=physio,
    )
    made = await paraclinic.accept(paraclinic.Ward.of(sent.deps, sent.db), asked, sent.caller, sent.now, sent.key)
    if made.again:
        sent.notes.add(AGAIN)
    await note_look(sent, [made.one], asked.centre)
    return made


@address(
    "GET",
    "RequestByRegisterID",
    "title.registration",
    "One delivery of this centre",
    query=told.Registered,
    samples=("RequestByRegisterID.response",),
)
async def request_by_register_id(sent: Sent) -> shapes.One:
    """Raises NotRegistered, CentreUnknown, CentreNotActive, CentreNotYours, AskedTooOften."""
    found = await registration(sent, sent.query(told.Registered))
    entitled = found.entitled
    return wire.one(
        wire.registration(found.delivery, found.one, found.centre, found.doctor, entitled.person, entitled.cover)
    )


async def registration(sent: Sent, asked: told.Registered) -> paraclinic.Registration:
    """Find the delivery that a message names."""
    number = told.registration_of(asked.requestID)
    await Patience.of(sent.deps).ask(sent.db, sent.caller.client, f"delivery:{number}", sent.now)
    centre = await centre_of(sent, asked.centre)
    return await paraclinic.registration(paraclinic.Ward.of(sent.deps, sent.db), centre, number, sent.caller, sent.now)


@address(
    "POST,PUT",
    "DeleteParPresc",
    "title.delete",
    "Take a delivery back, until the month's file is sent or a result released",
    body=told.Delete,
    samples=("DeleteParPresc.request", "DeleteParPresc.response"),
)
async def delete_par_presc(sent: Sent) -> shapes.One:
    """Raises what `paraclinic.take_back` raises."""
    return wire.one(shapes.Done(await delete(sent, sent.body)))


async def delete(sent: Sent, body: told.Delete) -> int:
    """Take back the delivery that a message names."""
    number = told.registration_of(body.registeR_ID)
    centre = await centre_of(sent, body.centre)
    made = await paraclinic.take_back(sent.db, centre, number, sent.caller, sent.now, sent.key)
    if made.again:
        sent.notes.add(GONE)
    return number


@address(
    "POST,PUT",
    "RegisterTheDiagnosis",
    "title.diagnosis",
    "Write down what the centre's physician found",
    body=told.Diagnose,
    samples=("RegisterTheDiagnosis.request", "RegisterTheDiagnosis.response"),
)
async def register_the_diagnosis(sent: Sent) -> shapes.One:
    """Raises what `paraclinic.diagnose` raises."""
    return wire.one(shapes.Done(await diagnose(sent, sent.body)))


async def diagnose(sent: Sent, body: told.Diagnose) -> int:
    """Write down the diagnosis that a message brings."""
    number = told.registration_of(body.REGISTER_ID)
    centre = await centre_of(sent, body.centre)
    await paraclinic.diagnose(sent.db, centre, number, body.found(), sent.caller, sent.now, sent.key)
    return number


@address(
    "POST,PUT",
    "RegisterSession_Physio",
    "title.session",
    "Note one session of physiotherapy, one a day",
    body=told.Session,
    samples=("RegisterSession_Physio.request", "RegisterSession_Physio.response"),
)
async def register_session_physio(sent: Sent) -> shapes.One:
    """Raises what `paraclinic.hold_session` raises."""
    return wire.one(shapes.Done(await hold_session(sent, sent.body)))


async def hold_session(sent: Sent, body: told.Session) -> int:
    """Note the session that a message brings."""
    number = told.registration_of(body.registeR_ID)
    centre = await centre_of(sent, body.centre)
    made = await paraclinic.hold_session(sent.db, centre, number, body.lines, sent.caller, sent.now, sent.key)
    if made.again:
        sent.notes.add(AGAIN)
    return number
