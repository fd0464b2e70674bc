"""Our own API of writing: the same prescriptions for programs that need no Tamin; the tokens are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.prescriptions.api.door import official
from nabz.prescriptions.api.writing import ask
from nabz.prescriptions.model import rules
from nabz.prescriptions.model.names import number_of
from nabz.prescriptions.service import entitlement, reading, referring, writing
from nabz.prescriptions.service.writing import Desk, must_be_writer
from nabz.prescriptions.wire.own_writing import shown as wire
from nabz.prescriptions.wire.own_writing import told

if TYPE_CHECKING:
    from nabz.prescriptions.api.door import Sent
    from nabz.prescriptions.model import Prescription

ALL: Final = "/api/nabz/prescriptions"
ONE: Final = f"{ALL}/{{id}}"
ITEMS: Final = f"{ONE}/items"
CREATED: Final = 201


@official.own(
    "POST",
    ALL,
    summary="write a prescription; the same Idempotency-Key answers with what the first call made",
    api="epresc",
    body=told.Create,
    answer=wire.Shown,
    status=CREATED,
    samples=("nabz/prescriptions/create.request.json", "nabz/prescriptions/create.response.json"),
)
async def create_prescription(sent: Sent) -> wire.Shown:
    """Raises the problems of errors.writing, KeyReused."""
    body: told.Create = sent.body
    one = await writing.create(Desk.of(sent.deps), sent.db, body.draft(), sent.caller, sent.now, sent.key)
    return wire.shown(one)


@official.own(
    "GET",
    ALL,
    summary="a physician's prescriptions, perhaps of one patient, the latest first",
    api="epresc",
    query=told.Listing,
    answer=wire.Listed,
    samples=("nabz/prescriptions/list.response.json",),
)
async def list_prescriptions(sent: Sent) -> wire.Listed:
    """Raises DoctorUnknown, PatientWrong, DayWrong."""
    asked = sent.query(told.Listing)
    doctor = await _doctor(sent, asked.doctor)
    if asked.patient.strip():
        patient = entitlement.person_key(asked.patient)
        found = await sent.db.read(reading.of_patient, patient, asked.limit, asked.before)
    else:
        days = [rules.read_day(day, "from") if day.strip() else "" for day in (asked.from_, asked.until)]
        found = await sent.db.read(reading.of_doctor, doctor, days[0], days[1], asked.limit, asked.before)
    return wire.Listed(
        prescriptions=[wire.shown(one) for one in found if one.doctor == doctor],
        before=found[-1].id if len(found) == asked.limit else None,
    )


@official.own(
    "GET",
    ONE,
    summary="one prescription; another physician's is not there",
    api="epresc",
    query=told.OfDoctor,
    answer=wire.Shown,
    samples=("nabz/prescriptions/one.response.json",),
)
async def get_prescription(sent: Sent) -> wire.Shown:
    """Raises NotThere, DoctorUnknown, AskedTooOften."""
    await ask(sent, "id")
    one, _ = await _one(sent)
    return wire.shown(one)


@official.own(
    "PUT",
    ITEMS,
    summary="put other items in the place of a prescription's, once and before any delivery",
    api="epresc",
    body=told.PutItems,
    query=told.OfDoctor,
    answer=wire.Shown,
    samples=("nabz/prescriptions/items.request.json", "nabz/prescriptions/items.response.json"),
)
async def put_items(sent: Sent) -> wire.Shown:
    """Raises NotThere, EditedOnce, ActedUpon, KindNotEditable, OtherSystemEdits, ItemNotThere, those of `create`."""
    body: told.PutItems = sent.body
    one, doctor = await _one(sent)
    items = told.drafts(body.items)
    desk = Desk.of(sent.deps)
    return wire.shown(await writing.edit(desk, sent.db, one.id, doctor, items, sent.caller, sent.now, sent.key))


@official.own(
    "DELETE",
    ONE,
    summary="delete a prescription, until the end of its day",
    api="epresc",
    query=told.OfDoctor,
    answer=wire.Shown,
    samples=("nabz/prescriptions/deleted.response.json",),
)
async def delete_prescription(sent: Sent) -> wire.Shown:
    """Raises NotThere, ActedUpon, TooLateToDelete; what is deleted already is deleted."""
    doctor = await _doctor(sent, sent.query(told.OfDoctor).doctor)
    id_ = number_of(sent.path["id"])
    return wire.shown(await writing.delete(sent.db, id_, doctor, sent.caller, sent.now))


async def _one(sent: Sent) -> tuple[Prescription, str]:
    """Read the prescription of an address with its writer. Raises NotThere, DoctorUnknown."""
    doctor = await _doctor(sent, sent.query(told.OfDoctor).doctor)
    one = await sent.db.read(reading.by_id, number_of(sent.path["id"]))
    must_be_writer(one, doctor, sent.caller)
    return one, doctor


async def _doctor(sent: Sent, named: str) -> str:
    """Tell whose prescriptions are meant: his who is named, else his who signed in.

    Raises DoctorUnknown, DoctorMismatch, DoctorNotActive, NotThere.
    """
    if named.strip():
        found = await sent.db.read(referring.of_number, named, sent.caller)
    else:
        found = await sent.db.read(referring.of_code, sent.caller.national_code, sent.caller)
    return found.id
