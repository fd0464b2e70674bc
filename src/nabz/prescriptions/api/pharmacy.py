"""The official addresses of pharmacies (TAMIN-WIRE 6.1): those of G3, and the same bare for the hosts of G1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nabz.kit import jalali
from nabz.prescriptions.api.door import official
from nabz.prescriptions.model import centre_id
from nabz.prescriptions.model import dispensing as rules
from nabz.prescriptions.model.corrections import Look, Role
from nabz.prescriptions.service import entitlement
from nabz.prescriptions.service.dispensing import checking, delivering, looking, returning, taking_back
from nabz.prescriptions.service.dispensing.dispensary import Delivered, Dispensary
from nabz.prescriptions.service.looks import Looks
from nabz.prescriptions.service.polling import Patience
from nabz.prescriptions.wire.pharmacy import answers as wire
from nabz.prescriptions.wire.pharmacy import requests as told

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nabz.prescriptions.api.door import Sent

    Function = Callable[[Sent], Awaitable[Any]]

G3, TWIN = "/api/Pharmacy", "/api"
NO_TRACKING = -1
"""A tracking code that is no number belongs to nothing."""


def pharmacy(
    method: str,
    name: str,
    summary: str,
    *,
    body: Any = None,  # noqa: ANN401 - a type expression
    query: Any = None,  # noqa: ANN401
    lists: bool = False,
    samples: tuple[str, ...] = (),
    first: str = G3,
) -> Callable[[Function], Function]:
    """Register an operation at its address of G3 and at those of the same name without the prefix."""
    roots = dict.fromkeys((first, G3, TWIN, ""))
    return official.op(
        method,
        tuple(f"{root}/{name}" for root in roots),
        operation=f"pharmacy-{name.rpartition('/')[2]}",
        summary=summary,
        api="drug",
        body=body,
        query=query,
        answer=wire.Many if lists else wire.One,
        refuse=wire.none_of if lists else wire.refused,
        generation=3,
        samples=samples,
    )


@pharmacy(
    "GET",
    "DrugEpresc/GetActivePresc",
    "A patient's active drug prescriptions, the latest first",
    query=told.Active,
    lists=True,
    samples=("tamin/pharmacy_GetActivePresc.response.json",),
)
async def get_active_presc(sent: Sent) -> wire.Many:
    """Raises PatientWrong, CentreUnknown, CentreNotActive, CentreNotYours."""
    asked = sent.query(told.Active)
    patient = entitlement.person_key(asked.patientNationalCode)
    at = Dispensary.of(sent.deps, sent.db)
    centre = await at.centre(centre_id(asked.phaId), sent.caller, sent.now)
    await Patience.of(sent.deps).ask(sent.db, sent.caller.client, f"patient:{patient}", sent.now)
    text = asked.trackingCode.strip()
    tracking = (told.number_of(text) or NO_TRACKING) if text else None
    found, shelf, person = await looking.active(at, patient, sent.now, tracking)
    if found:
        await _note_look(sent, patient, centre.id)
    return wire.many([wire.active(one, shelf, person, f"{jalali.tehran(one.created_at):%H:%M}") for one in found])


@pharmacy(
    "POST",
    "DrugStore/PreCheckElectronicPresc",
    "Warnings before a delivery; sends the patient a one-time code for controlled drugs",
    body=told.Post,
    samples=("tamin/pharmacy_PreCheckElectronicPresc.response.json",),
)
async def pre_check_electronic_presc(sent: Sent) -> wire.One:
    """Raises CentreUnknown, CentreNotActive, CentreNotYours, NotThere, MobileWrong; all else stands in the answer."""
    body: told.Post = sent.body
    request = body.request()
    checked = await checking.check(Dispensary.of(sent.deps, sent.db), request, sent.caller, sent.now)
    await _note_look(sent, checked.one.patient, request.centre)
    return wire.one(None, checked.problems, checked.warnings)


@pharmacy(
    "POST",
    "DrugStore/PostPresc",
    "Deliver drugs of a prescription, in part or whole",
    body=told.Post,
    samples=("tamin/pharmacy_PostPresc.request.json", "tamin/pharmacy_PostPresc.response.json"),
)
async def post_presc(sent: Sent) -> wire.One:
    """Raises what `delivering.deliver` raises."""
    body: told.Post = sent.body
    at = Dispensary.of(sent.deps, sent.db)
    made = await delivering.deliver(at, body.request(), sent.caller, sent.now, sent.key)
    if made.again:
        sent.notes.add("همان تحویل پیشین")
    await _note_look(sent, made.delivery.patient, made.delivery.centre)
    return await _registered(sent, made)


@pharmacy(
    "GET",
    "DrugStore/RequestByRegisterID",
    "One delivery of this pharmacy",
    query=told.Registered,
    samples=("tamin/pharmacy_RequestByRegisterID.response.json",),
)
async def request_by_register_id(sent: Sent) -> wire.One:
    """Raises NotThere, CentreUnknown, CentreNotActive, CentreNotYours."""
    asked = sent.query(told.Registered)
    centre = await Dispensary.of(sent.deps, sent.db).centre(centre_id(asked.phaId), sent.caller, sent.now)
    number = told.must_be_number(asked.reqId)
    await Patience.of(sent.deps).ask(sent.db, sent.caller.client, str(number), sent.now)
    delivery, one = await sent.db.read(looking.delivery_of, centre.id, number)
    return await _registered(sent, Delivered(one, delivery))


@pharmacy(
    "POST",
    "DrugStore/RemovePresc",
    "Take a delivery back",
    body=told.Remove,
    samples=("tamin/pharmacy_RemovePresc.request.json", "tamin/pharmacy_RemovePresc.response.json"),
)
async def remove_presc(sent: Sent) -> wire.One:
    """Raises NotThere, DeliverySent, CentreUnknown, CentreNotActive, CentreNotYours."""
    body: told.Remove = sent.body
    centre, number = told.centre_of(body.userInformation), told.must_be_number(body.requestId)
    at = Dispensary.of(sent.deps, sent.db)
    made = await taking_back.take_back(at, centre, number, sent.caller, sent.now)
    return wire.one(wire.Removed(made.delivery.id))


@pharmacy(
    "POST",
    "DrugStore/RefferrRequest",
    "Return a prescription to its physician, with the reason",
    body=told.Return,
    samples=("tamin/pharmacy_RefferrRequest.request.json", "tamin/pharmacy_RefferrRequest.response.json"),
)
async def refferr_request(sent: Sent) -> wire.One:
    """Raises what `returning.return_` raises."""
    body: told.Return = sent.body
    centre, number = told.centre_of(body.userInformation), told.must_be_number(body.electronicPrescHead)
    at = Dispensary.of(sent.deps, sent.db)
    one = await returning.return_(at, centre, number, body.reason, sent.caller, sent.now)
    return wire.one(wire.Returned(one.id))


@pharmacy(
    "POST",
    "Provider/GetDrugEquivalnet",
    "Drugs that may be given in the place of a drug",
    body=told.Equivalents,
    lists=True,
    samples=("tamin/pharmacy_GetDrugEquivalnet.request.json", "tamin/pharmacy_GetDrugEquivalnet.response.json"),
    first=TWIN,
)
async def get_drug_equivalnet(sent: Sent) -> wire.Many:
    """Raises CentreUnknown, CentreNotActive, CentreNotYours."""
    body: told.Equivalents = sent.body
    centre = centre_id(body.phaId) or told.centre_of(body.userInformation)
    await Dispensary.of(sent.deps, sent.db).centre(centre, sent.caller, sent.now)
    found = await sent.db.read(looking.equivalents, body.drugCode, rules.day_of(sent.now))
    return wire.many([wire.listed(each) for each in found])


@pharmacy(
    "GET",
    "Provider/GetAdditiveDrugs",
    "Drugs that may be added to what is delivered",
    query=told.OfPharmacy,
    lists=True,
    samples=("tamin/pharmacy_GetAdditiveDrugs.response.json",),
)
async def get_additive_drugs(sent: Sent) -> wire.Many:
    """Raises CentreUnknown, CentreNotActive, CentreNotYours."""
    centre = centre_id(sent.query(told.OfPharmacy).phaId)
    await Dispensary.of(sent.deps, sent.db).centre(centre, sent.caller, sent.now)
    found = await sent.db.read(looking.additives, rules.day_of(sent.now))
    return wire.many([wire.listed(each) for each in found])


async def _note_look(sent: Sent, patient: str, centre: str) -> None:
    """Write down for the patient that a pharmacy has seen what was written for him."""
    look = Look(patient=patient, who=sent.caller.by, role=Role.PHARMACY, place=centre)
    await Looks.of(sent.deps).note(sent.db, look, sent.now)


async def _registered(sent: Sent, made: Delivered) -> wire.One:
    doctor = await Dispensary.of(sent.deps, sent.db).doctor(made.delivery.doctor, sent.now)
    return wire.one(wire.registered(made.delivery, made.one, doctor))
